import { type BracketCell, bracketRows } from './brackets.js';
import { displayWidth, fit, padStart, wrap } from './layout.js';
import type { ReportFunction } from './report.js';

/** The ways out of a function as text, before and after beside each other, at most `width` columns; for mails and pipes. */
export function bracketText(fn: ReportFunction, width: number): readonly string[] {
  const rows = bracketRows(fn);
  if (rows.length === 0) return [];
  // A function that exists on one side only has the whole width to itself.
  const alone = rows.every((row) => row.before === null) || rows.every((row) => row.after === null);
  const column = alone ? width : Math.floor((width - 3) / 2);
  const cell = (c: BracketCell | null, exit: boolean, mark: string): readonly string[] => {
    if (c === null) return [];
    if (exit) return wrap(`${mark} ${c.text}  ${c.line ?? ''}`.trimEnd(), column, '  ');
    const lead = `${mark} ${padStart(String(c.line ?? 'in'), 4)} ${c.gutter}${c.gutter === '' ? '' : ' '}`;
    return wrap(c.text, column - displayWidth(lead), '  ').map(
      (text, i) => (i === 0 ? lead : fit(`${mark}      ${below(c.gutter)}`, displayWidth(lead))) + text,
    );
  };
  return rows.flatMap((row) => {
    const left = cell(row.before, row.kind === 'exit', row.changed ? '-' : ' ');
    const right = cell(row.after, row.kind === 'exit', row.changed ? '+' : ' ');
    if (alone) return [...left, ...right];
    return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => `${fit(left[i] ?? '', column)} | ${right[i] ?? ''}`.trimEnd());
  });
}

function below(gutter: string): string {
  return gutter
    .replace(/┏/g, '┃')
    .replace(/┌/g, '│')
    .replace(/[┗└┻┴]/g, ' ');
}
