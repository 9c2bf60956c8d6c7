import type { FileDiff } from '../parse/series.js';
import type { ReportDiff } from './report.js';

/** A file's hunks as text that can be quoted. */
export function quotable(diff: FileDiff): ReportDiff {
  return {
    oldFile: diff.oldPath,
    file: diff.newPath,
    hunks: diff.hunks.map((hunk) => ({
      oldLine: hunk.oldStart,
      newLine: hunk.newStart,
      section: hunk.section,
      lines: hunk.lines.map((line) => line.kind + line.text),
    })),
  };
}
