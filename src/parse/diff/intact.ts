import parseDiff from 'parse-diff';
import type { Hunk, HunkLine, LineKind } from '../series.js';
import type { RawHunk } from './split.js';

/**
 * Reads a hunk whose lines have already been counted. parse-diff gets this hunk alone, under file names of our own,
 * and its answer is believed only when every line has the class and text that stand in the mail; null otherwise.
 */
export function readIntact(lines: readonly string[], hunk: RawHunk): Hunk | null {
  const body = lines.slice(hunk.at + 1, hunk.end);
  const header = `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`;
  const files = parseDiff(['--- a/f', '+++ b/f', header, ...body].join('\n'));
  const chunk = files[0]?.chunks[0];
  if (files.length !== 1 || chunk === undefined || files[0]!.chunks.length !== 1) return null;

  const read: HunkLine[] = [];
  let at = 0;
  let older = 0;
  let newer = 0;
  for (const change of chunk.changes) {
    const text = body[at++];
    if (text === undefined || change.content !== text) return null;
    if (text.startsWith('\\')) {
      const last = read.pop();
      if (last === undefined) return null;
      read.push({ ...last, noNewline: true });
      continue;
    }
    const kind = KINDS[change.type];
    if (kind !== (text === '' || text === '\r' ? ' ' : text[0])) return null;
    if (kind !== '+') older++;
    if (kind !== '-') newer++;
    read.push({ kind, text: text === '\r' ? text : text.slice(1), inferred: false, mailLine: hunk.at + 1 + at, noNewline: false });
  }
  if (at !== body.length || older !== hunk.oldLines || newer !== hunk.newLines) return null;
  return {
    oldStart: hunk.oldStart,
    oldLines: older,
    newStart: hunk.newStart,
    newLines: newer,
    section: hunk.section,
    lines: read,
    certainty: 'intact',
    recounted: false,
  };
}

const KINDS: Readonly<Record<'normal' | 'add' | 'del', LineKind>> = { normal: ' ', add: '+', del: '-' };
