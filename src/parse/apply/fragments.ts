import type { FileDiff, Hunk, SourcePair } from '../series.js';

type Shown = Pick<SourcePair, 'pre' | 'post' | 'touched' | 'mailLines'>;

/**
 * What the hunks show of a file, when there is no base: their old and new sides at the line numbers of their headers,
 * blank lines between. The line above a hunk holds its section text (what follows the second `@@`), where that line
 * is free: it names the function, cut at 80 columns and usually taken from further up. Refused hunks are left out.
 */
export function fragments(diff: FileDiff): Shown {
  const pre: string[] = [];
  const post: string[] = [];
  const touched: { pre: [number, number]; post: [number, number] }[] = [];
  const mailLines = new Map<number, number>();
  for (const hunk of [...diff.hunks].sort((a, b) => a.oldStart - b.oldStart)) {
    if (hunk.certainty === 'refused') continue;
    const old = pad(pre, hunk, hunk.oldStart, hunk.oldLines);
    const now = pad(post, hunk, hunk.newStart, hunk.newLines);
    if (!old || !now) continue;
    let change: { pre: [number, number]; post: [number, number] } | null = null;
    for (const line of hunk.lines) {
      if (line.kind === ' ') change = null;
      else if (change === null) touched.push((change = { pre: [pre.length + 1, pre.length], post: [post.length + 1, post.length] }));
      if (line.kind !== '+') pre.push(line.text);
      if (line.kind !== '-') post.push(line.text);
      if (line.kind !== '-' && line.mailLine > 0) mailLines.set(post.length, line.mailLine);
      if (change !== null && line.kind === '-') change.pre[1] = pre.length;
      if (change !== null && line.kind === '+') change.post[1] = post.length;
    }
  }
  return { pre: diff.oldPath === null ? null : joined(pre), post: diff.newPath === null ? null : joined(post), touched, mailLines };
}

/** A header may name line numbers that no file has. */
const MAX_LINE = 200_000;

function pad(side: string[], hunk: Hunk, start: number, size: number): boolean {
  const upTo = size === 0 ? start : start - 1;
  if (upTo > MAX_LINE) return false;
  const free = upTo > side.length;
  while (side.length < upTo) side.push('');
  // A label names no function, and between it and the hunk lie lines that are not shown.
  if (free && hunk.section !== '' && !/^\w+:\s*$/.test(hunk.section)) side[upTo - 1] = hunk.section;
  return true;
}

function joined(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
