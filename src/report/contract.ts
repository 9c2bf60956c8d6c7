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

/** The contracts of both sides, exit by exit: equal entries stand beside each other, the rest on its own side. */
export function contractRows(fn: ReportFunction): readonly ContractRow[] {
  const names = mergeOrder(fn.before.map((e) => e.exit), fn.after.map((e) => e.exit));
  return names.flatMap((name): readonly ContractRow[] => {
    const before = fn.before.find((e) => e.exit === name);
    const after = fn.after.find((e) => e.exit === name);
    const left = before === undefined ? [] : entries(before);
    const right = after === undefined ? [] : entries(after);
    const head = printable(name);
    const exit: ContractRow = { kind: 'exit', before: before ? head : null, after: after ? head : null, changed: !before || !after };
    const rows = mergeOrder(left, right).map((entry): ContractRow => {
      const l = left.includes(entry);
      const r = right.includes(entry);
      return { kind: 'entry', before: l ? printable(entry) : null, after: r ? printable(entry) : null, changed: l !== r };
    });
    return rows.length > 0 ? [exit, ...rows] : [exit, { kind: 'entry', before: before ? NOTHING : null, after: after ? NOTHING : null, changed: false }];
  });
}

const NOTHING = 'nothing held, nothing dropped';

function entries(exit: ReportFunction['before'][number]): readonly string[] {
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
