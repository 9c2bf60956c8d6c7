import type { ExitContract } from '../lockgraph/change.js';
import type { ReportFunction } from './report.js';
import { printable } from './printable.js';

/** One line of the before/after table. `null`: this side has no such exit, or no such entry. */
export interface ContractRow {
  readonly kind: 'exit' | 'entry';
  readonly before: string | null;
  readonly after: string | null;
  /** The two sides differ here. */
  readonly changed: boolean;
}

/**
 * The contracts of both sides, exit by exit: equal entries stand beside each other, the rest on its own side. A way out
 * that leaves nothing behind, and whose result such a way of the other side has as well, is no change.
 */
export function contractRows(fn: ReportFunction): readonly ContractRow[] {
  const partners = pairs(fn.before, fn.after);
  const names = mergeOrder(fn.before.map((_, i) => (partners.includes(i) ? `after ${partners.indexOf(i)}` : `before ${i}`)), fn.after.map((_, k) => `after ${k}`));
  return names.flatMap((name): readonly ContractRow[] => {
    const [side, at] = name.split(' ');
    const after = side === 'after' ? fn.after[Number(at)] : undefined;
    const before = fn.before[side === 'after' ? partners[Number(at)] ?? -1 : Number(at)];
    const left = before === undefined ? [] : entries(before);
    const right = after === undefined ? [] : entries(after);
    const known = before === undefined ? after !== undefined && isCovered(after, fn.before) : after === undefined && isCovered(before, fn.after);
    const exit: ContractRow = { kind: 'exit', before: before ? printable(before.exit) : null, after: after ? printable(after.exit) : null, changed: (!before || !after) && !known };
    const rows = mergeOrder(left, right).map((entry): ContractRow => {
      const l = left.includes(entry);
      const r = right.includes(entry);
      return { kind: 'entry', before: l ? printable(entry) : null, after: r ? printable(entry) : null, changed: l !== r };
    });
    return rows.length > 0 ? [exit, ...rows] : [exit, { kind: 'entry', before: before ? NOTHING : null, after: after ? NOTHING : null, changed: false }];
  });
}

/** For each exit after, the index of the one before that it is compared with: the same, the one of that name, one of the same result that leaves the same; -1 for none. */
function pairs(before: readonly ExitContract[], after: readonly ExitContract[]): readonly number[] {
  const out = after.map(() => -1);
  const same = (x: ExitContract, y: ExitContract): boolean => entries(x).join() === entries(y).join();
  for (const fits of [(x: ExitContract, y: ExitContract) => x.exit === y.exit && same(x, y), (x: ExitContract, y: ExitContract) => x.exit === y.exit, (x: ExitContract, y: ExitContract) => resultOf(x) === resultOf(y) && same(x, y)]) {
    after.forEach((y, k) => { if (out[k] === -1) out[k] = before.findIndex((x, i) => !out.includes(i) && fits(x, y)); });
  }
  return out;
}

function isCovered(exit: ExitContract, others: readonly ExitContract[]): boolean {
  const result = resultOf(exit);
  return entries(exit).length === 0 && others.some((o) => entries(o).length === 0 && [result, ...(WIDER.get(result) ?? []), 'returns'].includes(resultOf(o)));
}

/** The result without what tells ways of the same result from each other. */
function resultOf(exit: ExitContract): string {
  return exit.exit.replace(/ (?:otherwise|where .*)$/, '');
}

/** Results that include another one. */
const WIDER: ReadonlyMap<string, readonly string[]> = new Map([['returns an error', ['returns non-zero']]]);

const NOTHING = 'nothing held, nothing dropped';

function entries(exit: ExitContract): readonly string[] {
  return [
    ...exit.needs.map((what) => `needs ${what}`),
    ...exit.gains.map((what) => `gains ${what}`),
    ...exit.drops.map((what) => `drops ${what}`),
  ];
}

/** Both lists' elements once: the second list's order, with the first one's own elements after their predecessors. */
function mergeOrder(first: readonly string[], second: readonly string[]): readonly string[] {
  const out = [...new Set(second)];
  let at = 0;
  for (const item of first) {
    const there = out.indexOf(item);
    if (there >= 0) { at = there + 1; continue; }
    out.splice(at, 0, item);
    at += 1;
  }
  return out;
}
