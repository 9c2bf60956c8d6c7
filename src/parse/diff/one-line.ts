import type { Gap } from '../gap.js';
import type { FileDiff, Hunk } from '../series.js';
import { pairOf } from './paths.js';
import { parseHunkHeader } from './split.js';

/** A diff whose line ends are lost: a hunk header in the middle of a long line, and none at the start of any. */
export function isOneLineDiff(body: string): boolean {
  if (body.length < 200 || /^\s{0,8}(?:@@ -|diff --git )/m.test(body)) return false;
  const found = /\S @@ -\d{1,9}(?:,\d{1,9})? \+\d{1,9}(?:,\d{1,9})? @@ /.exec(body);
  if (found === null) return false;
  const end = body.indexOf('\n', found.index);
  return (end < 0 ? body.length : end) - body.lastIndexOf('\n', found.index) > 200;
}

/**
 * Lists the files and hunks of such a diff: `--- a/x +++ b/y` and `@@ … @@` are unmistakable. The lines of a hunk are
 * not told apart: where one ends is known only for those that a ` +` or ` -` follows, so all hunks are refused.
 */
export function readOneLine(body: string): { readonly files: readonly FileDiff[]; readonly gaps: readonly Gap[] } {
  const gaps: Gap[] = [];
  const files: FileDiff[] = [];
  const header = / --- (\S{1,400}) \+\+\+ (\S{1,400}) (?=@@ -)/g;
  const text = body.replace(/\s+/g, ' ');
  const found = [...text.matchAll(header)];
  found.forEach((at, i) => {
    const part = text.slice(at.index + at[0].length, found[i + 1]?.index ?? text.length);
    const paths = pairOf(at[1]!, at[2]!);
    if (!paths.ok) {
      gaps.push({ stage: 'parse', file: '', function: '', why: `a file was left out because of ${paths.why}` });
      return;
    }
    const file = paths.pair.newPath ?? paths.pair.oldPath ?? '';
    const hunks = part.split(/(?=@@ -\d{1,9}(?:,\d{1,9})? \+\d{1,9}(?:,\d{1,9})? @@ )/).flatMap((chunk) => refused(chunk, file, gaps));
    files.push({ ...paths.pair, rename: false, binary: false, oldBlob: null, newBlob: null, hunks });
  });
  return { files, gaps };
}

function refused(chunk: string, file: string, gaps: Gap[]): Hunk[] {
  const head = parseHunkHeader(chunk);
  if (head === null) return [];
  gaps.push({
    stage: 'parse',
    file,
    function: '',
    why: `hunk @@ -${head.oldStart},${head.oldLines} +${head.newStart},${head.newLines} @@ could not be read: the mail's line ends are lost`,
  });
  return [{ ...head, section: '', lines: [], certainty: 'refused' }];
}
