import type { Analysed } from '../absint/program.js';
import type { MessageArgs, WitnessStep } from './finding.js';
import type { Judged } from './differ.js';

/**
 * Findings of a function whose unshown lines were taken from the knowledge, where line numbers are others: the finding
 * stands at the first line that the mail shows of it, and other lines say that they are the knowledge's.
 */
export function toldOfBorrowed(judged: readonly Judged[], pre: Analysed | null, post: Analysed | null): Judged[] {
  return judged.map((j) => {
    const side = j.finding.status === 'fixed' ? pre : post;
    return side && isBorrowed(side) ? toldOf(j, side) : j;
  });
}

function toldOf(j: Judged, side: Analysed): Judged {
  const { line: first, endLine: last } = side.fn;
  const isShown = (line: number): boolean => first <= line && line <= last;
  const lines = side.cfg.blocks
    .flatMap((b) => [...b.instrs.map((i) => i.line), ...('line' in b.term ? [b.term.line] : [])])
    .filter((line) => line > first && isShown(line));
  const at = Math.min(...lines, last);
  const told = (args: MessageArgs): MessageArgs =>
    Object.fromEntries(
      Object.entries(args).map(([name, value]) => [name, typeof value === 'number' && value > 0 && !isShown(value) ? `${value} of the knowledge` : value]),
    );
  return {
    finding: { ...j.finding, args: told(j.finding.args), line: isShown(j.finding.line) ? j.finding.line : at },
    draft: { ...j.draft, args: told(j.draft.args) },
  };
}

/** Steps on lines of the knowledge say so. */
export function withBorrowed(path: readonly WitnessStep[], side: Analysed | null): readonly WitnessStep[] {
  if (side === null || !isBorrowed(side)) return path;
  return path.map((step) => (side.fn.line <= step.line && step.line <= side.fn.endLine ? step : { ...step, note: `${step.note} (in the knowledge)` }));
}

/** Whether statements of the function are not of the lines that it stands on. */
export function isBorrowed(side: Analysed): boolean {
  return (side.fn.body?.body ?? []).some((s) => s.line < side.fn.line || s.line > side.fn.endLine);
}
