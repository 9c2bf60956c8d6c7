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
  const usual = pieces.map((p) => Buffer.from(typeof p === 'string' ? p : textOf(p, 0)));
  const whole = Buffer.concat(usual);
  const starts: number[] = [];
  let length = 0;
  for (const part of usual) {
    starts.push(length);
    length += part.length;
  }
  // Choices by what their first deviation costs, so that a combination's successors never cost less than it does.
  const places = pieces.flatMap((p, at) => (typeof p === 'string' || p.options.length < 2 ? [] : [{ at, choice: p, texts: new Map<number, Buffer>() }]));
  places.sort((x, y) => step(x.choice, 1) - step(y.choice, 1) || x.at - y.at);

  const prefixes = new Map<string, Hash>();
  const hashed = (changes: readonly Change[]): string => {
    const list = changes
      .map(({ place, option }) => {
        const { at, choice, texts } = places[place]!;
        let text = texts.get(option);
        if (text === undefined) texts.set(option, (text = Buffer.from(textOf(choice, option))));
        return { at, text };
      })
      .sort((x, y) => x.at - y.at);
    const size = list.reduce((n, c) => n + c.text.length - usual[c.at]!.length, length);
    const first = list[0]?.at ?? pieces.length;
    let from = starts[first] ?? length;
    // Texts of the same length share the beginning, up to the first choice that differs.
    let start = prefixes.get(`${size} ${first}`);
    if (start === undefined) {
      start = createHash('sha1').update(`blob ${size}\0`).update(whole.subarray(0, from));
      left.bytes -= from;
      prefixes.set(`${size} ${first}`, start);
    }
    const hash = start.copy();
    left.bytes -= length - from;
    for (const { at, text } of list) {
      hash.update(whole.subarray(from, starts[at]!)).update(text);
      from = starts[at]! + usual[at]!.length;
    }
    return hash.update(whole.subarray(from)).digest('hex');
  };

  const queue: Heap = { items: [], count: 0 };
  const add = (cost: number, changes: readonly Change[]): void => push(queue, queue.count++, { cost, changes });
  add(0, []);
  for (let tries = 0; ; tries++) {
    const next = pop(queue);
    if (next === undefined || tries >= most || left.tries-- <= 0 || left.bytes <= 0) return null;
    if (hashed(next.changes).startsWith(id)) {
      const found = new Map(next.changes.map((c) => [places[c.place]!.at, c.option]));
      return pieces.flatMap((p, at) => (typeof p === 'string' ? [] : [found.get(at) ?? 0]));
    }
    // Each combination is made once: the last change goes one option on, a change is added behind it, or it moves on.
    const last = next.changes.at(-1);
    if (last === undefined) {
      if (places.length > 0) add(step(places[0]!.choice, 1), [{ place: 0, option: 1 }]);
      continue;
    }
    const { choice } = places[last.place]!;
    const before = next.changes.slice(0, -1);
    if (last.option + 1 < choice.options.length) add(next.cost + step(choice, last.option + 1), [...before, { place: last.place, option: last.option + 1 }]);
    const behind = places[last.place + 1];
    if (behind === undefined) continue;
    add(next.cost + step(behind.choice, 1), [...next.changes, { place: last.place + 1, option: 1 }]);
    if (last.option === 1) add(next.cost - step(choice, 1) + step(behind.choice, 1), [...before, { place: last.place + 1, option: 1 }]);
  }
}

/** What option `n` costs more than the one before it. */
function step({ options }: Choice, n: number): number {
  return options[n]!.cost - options[n - 1]!.cost;
}

function textOf({ options }: Choice, n: number): string {
  return options[n]!.lines.map((l) => `${l}\n`).join('');
}

/** Option `option` at the choice that stands at `place` of the list sorted by cost. */
interface Change {
  readonly place: number;
  readonly option: number;
}

interface State {
  readonly cost: number;
  /** By rising place. */
  readonly changes: readonly Change[];
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
