import type { Report, ReportFinding, ReportHunk } from './report.js';
import { functionOf } from './words.js';

/** The part of a patch under which a comment belongs. */
export interface Quote {
  readonly oldFile: string | null;
  readonly file: string | null;
  readonly hunk: ReportHunk;
  /** Index in `hunk.lines` of the line that the comment stands under. */
  readonly at: number;
}

/**
 * Where a finding's comment belongs in its patch: under the line that shows it; else under the last line of its witness
 * that the patch shows; else under the last line that the patch changes in the function. Null: the patch shows none of it.
 */
export function quoteFor(report: Report, finding: ReportFinding): Quote | null {
  const patch = report.series.patches.find((p) => p.index === finding.patch);
  const diffs = (patch?.diffs ?? []).filter((diff) => diff.file === finding.file || diff.oldFile === finding.file);
  const fn = functionOf(report, finding);
  const fixed = finding.status === 'fixed';
  const source = fixed ? fn?.pre : fn?.post;
  const wanted = [finding.line, ...finding.path.map((step) => step.line).reverse()];
  const shown = diffs.flatMap((diff) => diff.hunks.map((hunk) => ({ oldFile: diff.oldFile, file: diff.file, hunk, lines: numbered(hunk, fixed) })));
  for (const line of wanted) {
    const text = source?.lines[line - source.line];
    // Line numbers of the mail may be off by what other patches moved: the text decides, the number breaks ties.
    const hits = shown.flatMap(({ lines, ...place }) =>
      lines.flatMap((entry) =>
        text !== undefined && entry.text.trim() === text.trim() && text.trim().length > 1 ? [{ ...place, at: entry.at, off: Math.abs(entry.line - line) }] : [],
      ),
    );
    const [best] = hits.sort((a, b) => a.off - b.off);
    const added = hits.filter((hit) => hit.hunk.lines[hit.at]?.startsWith(fixed ? '-' : '+'));
    // Farther away, only a line that the patch changes in one place is known again.
    const found = best !== undefined && best.off <= FARTHEST ? best : added.length === 1 ? added[0] : undefined;
    if (found !== undefined) return { oldFile: found.oldFile, file: found.file, hunk: found.hunk, at: found.at };
  }
  const from = source?.line ?? 0;
  const to = from + (source?.lines.length ?? 0);
  const near = shown.find(
    ({ hunk }) => (fixed ? hunk.oldLine : hunk.newLine) <= to + SLACK && (fixed ? hunk.oldLine : hunk.newLine) + hunk.lines.length >= from - SLACK,
  );
  return near === undefined
    ? null
    : {
        oldFile: near.oldFile,
        file: near.file,
        hunk: near.hunk,
        at: Math.max(
          0,
          near.hunk.lines.findLastIndex((line) => /^[+-]/.test(line)),
        ),
      };
}

/** An offset larger than this means that it is another line with the same text. */
const FARTHEST = 400;
/** A function's comment above it belongs to it. */
const SLACK = 3;

function numbered(hunk: ReportHunk, before: boolean): readonly { readonly at: number; readonly line: number; readonly text: string }[] {
  let line = before ? hunk.oldLine : hunk.newLine;
  const skipped = before ? '+' : '-';
  return hunk.lines.flatMap((text, at) => (text.startsWith(skipped) ? [] : [{ at, line: line++, text: text.slice(1) }]));
}
