import { createHash, type Hash } from 'node:crypto';

/** One undecided place of a text: several lines that are decided together. Options are sorted, the likeliest first. */
export interface Choice {
  readonly options: readonly { readonly cost: number; readonly lines: readonly string[] }[];
}

/** A text as fixed stretches and choices, in order. */
export type Piece = string | Choice;

/** What may be spent on one file: bytes hashed and texts tried. It is used up by every call that is given it. */
export interface Budget {
  bytes: number;
  tries: number;
}

/** Well under half a second. */
export function budget(): Budget {
  return { bytes: 160 << 20, tries: 4_000 };
}

/**
 * Looks for the options with which the text has the blob id `id`: the likeliest combinations first. Gives the option of
 * each choice, or null when none of those tried has it.
 */
export function prove(pieces: readonly Piece[], id: string, left: Budget, most = left.tries): readonly number[] | null {
  const choices = pieces.filter((p): p is Choice => typeof p !== 'string');
  const data = pieces.map((p) => (typeof p === 'string' ? [Buffer.from(p)] : p.options.map((o) => Buffer.from(o.lines.map((l) => `${l}\n`).join('')))));
  const lengths = data.map((d) => d[0]!.length);
  const usual = lengths.reduce((a, b) => a + b, 0);
  const prefixes = new Map<string, Hash>();
  let tries = 0;

  const hashed = (picked: readonly number[]): string => {
    let length = usual;
    let choice = 0;
    let first = pieces.length;
    const at = pieces.map((p, i) => {
      if (typeof p === 'string') return 0;
      const option = picked[choice++]!;
      if (option > 0 && first === pieces.length) first = i;
      length += data[i]![option]!.length - lengths[i]!;
      return option;
    });
    // Texts of the same length share the beginning, up to the first choice that differs.
    let start = prefixes.get(`${length} ${first}`);
    if (start === undefined) {
      start = createHash('sha1').update(`blob ${length}\0`);
      for (let i = 0; i < first; i++) {
        left.bytes -= lengths[i]!;
        start.update(data[i]![0]!);
      }
      prefixes.set(`${length} ${first}`, start);
    }
    const hash = start.copy();
    for (let i = first; i < pieces.length; i++) {
      const part = data[i]![at[i]!]!;
      left.bytes -= part.length;
      hash.update(part);
    }
    return hash.digest('hex');
  };

  // Combinations by rising cost: each is made once, by raising the last choice that differs or one behind it.
  const queue: Heap = { items: [], count: 0 };
  push(queue, queue.count++, { cost: 0, picked: choices.map(() => 0), last: 0 });
  for (let next = pop(queue); next !== undefined; next = pop(queue)) {
    if (tries++ >= most || left.tries-- <= 0 || left.bytes <= 0) return null;
    if (hashed(next.picked).startsWith(id)) return next.picked;
    for (let i = next.last; i < choices.length; i++) {
      const option = next.picked[i]! + 1;
      const options = choices[i]!.options;
      if (option >= options.length) continue;
      const picked = [...next.picked];
      picked[i] = option;
      if (queue.items.length < 4 * most) push(queue, queue.count++, { cost: next.cost + options[option]!.cost - options[option - 1]!.cost, picked, last: i });
    }
  }
  return null;
}

interface State {
  readonly cost: number;
  readonly picked: readonly number[];
  readonly last: number;
}

/** A binary heap, the cheapest first; equal costs in the order they came. */
interface Heap {
  readonly items: { readonly state: State; readonly order: number }[];
  count: number;
}

function push({ items }: Heap, order: number, state: State): void {
  items.push({ state, order });
  for (let i = items.length - 1; i > 0; ) {
    const parent = (i - 1) >> 1;
    if (!isBefore(items, i, parent)) break;
    swap(items, i, parent);
    i = parent;
  }
}

function pop({ items }: Heap): State | undefined {
  const top = items[0];
  const end = items.pop();
  if (top === undefined || end === undefined) return undefined;
  if (items.length === 0) return top.state;
  items[0] = end;
  for (let i = 0; ; ) {
    let least = i;
    for (const child of [2 * i + 1, 2 * i + 2]) if (child < items.length && isBefore(items, child, least)) least = child;
    if (least === i) return top.state;
    swap(items, i, least);
    i = least;
  }
}

function isBefore(items: Heap['items'], a: number, b: number): boolean {
  const [x, y] = [items[a]!, items[b]!];
  return x.state.cost < y.state.cost || (x.state.cost === y.state.cost && x.order < y.order);
}

function swap(items: Heap['items'], a: number, b: number): void {
  const held = items[a]!;
  items[a] = items[b]!;
  items[b] = held;
}
