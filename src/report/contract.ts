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
  const pairs = pairUp(fn.before, fn.after);
  const taken = new Map([...pairs].map(([after, before]) => [before, after]));
  return mergeOrder(
    fn.before.map((exit) => taken.get(exit) ?? exit),
    fn.after,
  ).flatMap((one): readonly ContractRow[] => {
    const after = fn.after.includes(one) ? one : undefined;
    const before = after === undefined ? one : pairs.get(after);
    const left = before === undefined ? [] : entries(before);
    const right = after === undefined ? [] : entries(after);
    const known = before === undefined ? after !== undefined && isCovered(after, fn.before) : after === undefined && isCovered(before, fn.after);
    const exit: ContractRow = {
      kind: 'exit',
      before: before ? printable(before.exit) : null,
      after: after ? printable(after.exit) : null,
      changed: (!before || !after) && !known,
    };
    const rows = mergeOrder(left, right).map((entry): ContractRow => {
      const l = left.includes(entry);
      const r = right.includes(entry);
      return { kind: 'entry', before: l ? printable(entry) : null, after: r ? printable(entry) : null, changed: l !== r };
    });
    return rows.length > 0 ? [exit, ...rows] : [exit, { kind: 'entry', before: before ? NOTHING : null, after: after ? NOTHING : null, changed: false }];
  });
}

/** The exits after to those before that they are compared with: the same, the one of that name, one of the same result that leaves the same. */
function pairUp(before: readonly ExitContract[], after: readonly ExitContract[]): ReadonlyMap<ExitContract, ExitContract> {
  const pairs = new Map<ExitContract, ExitContract>();
  const free = new Set(before);
  const named = (x: ExitContract, y: ExitContract): boolean => x.exit === y.exit;
  const same = (x: ExitContract, y: ExitContract): boolean => entries(x).join() === entries(y).join();
  for (const fits of [
    (x: ExitContract, y: ExitContract) => named(x, y) && same(x, y),
    named,
    (x: ExitContract, y: ExitContract) => resultOf(x) === resultOf(y) && same(x, y),
  ]) {
    for (const y of after) {
      const x = pairs.has(y) ? undefined : [...free].find((one) => fits(one, y));
      if (x !== undefined) {
        pairs.set(y, x);
        free.delete(x);
      }
    }
  }
  return pairs;
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
  return [...exit.needs.map((what) => `needs ${what}`), ...exit.gains.map((what) => `gains ${what}`), ...exit.drops.map((what) => `drops ${what}`)];
}

/** Both lists' elements once: the second list's order, with the first one's own elements after their predecessors. */
function mergeOrder<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  const out = [...new Set(second)];
  let at = 0;
  for (const item of first) {
    const there = out.indexOf(item);
    if (there >= 0) {
      at = there + 1;
      continue;
    }
    out.splice(at, 0, item);
    at += 1;
  }
  return out;
}
