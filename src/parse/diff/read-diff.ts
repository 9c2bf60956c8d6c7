import { decodeHTMLStrict } from 'entities';
import type { Gap } from '../gap.js';
import { CERTAINTIES, type Certainty, type FileDiff, type Hunk } from '../series.js';
import { LIMITS } from '../limits.js';
import { readDamaged } from './damaged.js';
import { readIntact } from './intact.js';
import { isOneLineDiff, readOneLine } from './one-line.js';
import { restoreSingles } from './singles.js';
import { type RawFile, type RawHunk, splitDiff } from './split.js';
import { type Damage, damageOf, isDamaged, retab } from './style.js';

/**
 * The file diffs of a message body. A hunk that cannot be read stays in its place as `refused`, with a gap that
 * names it; all others are unharmed by it. Never throws, linear in the length of the body.
 */
export function readDiff(body: string): { readonly files: readonly FileDiff[]; readonly gaps: readonly Gap[] } {
  if (!body.includes('@@ -') && !body.includes('diff --git ')) return { files: [], gaps: [] };
  const text = tidy(body);
  if (isOneLineDiff(text)) return readOneLine(text);
  const lines = text.split('\n');
  // What follows the last line end is no blank line.
  if (lines.at(-1) === '') lines.pop();
  const { files: raw, problems } = splitDiff(lines);
  const gaps: Gap[] = problems.map((p) => ({ stage: 'parse', file: p.file, function: '', why: `line ${p.line + 1} of the mail: ${p.why}` }));
  const damage = damageOf(lines, raw);
  const files = raw.map((file) => readFile(lines, file, damage, gaps));
  if (gaps.length <= LIMITS.gaps) return { files, gaps };
  const more: Gap = { stage: 'parse', file: '', function: '', why: `${gaps.length - LIMITS.gaps} more places of the mail could not be read` };
  return { files, gaps: [...gaps.slice(0, LIMITS.gaps), more] };
}

/** The worst of a list; `intact` for an empty one. */
export function worst(certainties: Iterable<Certainty>): Certainty {
  let at = 0;
  for (const certainty of certainties) at = Math.max(at, CERTAINTIES.indexOf(certainty));
  return CERTAINTIES[at]!;
}

function readFile(lines: readonly string[], raw: RawFile, damage: Damage, gaps: Gap[]): FileDiff {
  const file = raw.newPath ?? raw.oldPath ?? '';
  const read = raw.hunks.map((hunk) => {
    const intact = hunk.strict ? readIntact(lines, hunk) : null;
    if (intact !== null) return { hunk: isDamaged(damage) ? soften(intact, damage) : intact, why: null };
    return readDamaged(lines, hunk, damage);
  });
  const restored = damage.singlesLost ? restoreSingles(read.map((r) => r.hunk)) : [];
  const hunks = read.map(({ hunk, why }, i) => {
    const guess = restored[i] ?? null;
    const refused = guess === null && hunk.certainty === 'refused';
    const cause = damage.singlesLost ? `; lines of one word were dropped by the archive${refused ? '' : ' and put back by guess'}` : '';
    if (why !== null)
      gaps.push({ stage: 'parse', file, function: '', why: `hunk ${name(raw.hunks[i]!)} ${refused ? 'could not be read' : 'is uncertain'}: ${why}${cause}` });
    return guess ?? hunk;
  });
  const { oldPath, newPath, rename, binary, oldBlob, newBlob } = raw;
  return { oldPath, newPath, rename, binary, oldBlob, newBlob, hunks };
}

/** Its counts close, but the mail around it shows that white space was changed. */
function soften(hunk: Hunk, damage: Damage): Hunk {
  const lines = damage.tabsLost ? hunk.lines.map((l) => ({ ...l, text: retab(l.text) })) : hunk.lines;
  return { ...hunk, lines, certainty: 'count-consistent' };
}

function name(hunk: RawHunk): string {
  return `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`;
}

/**
 * Undoes what a page did to all lines alike: the whole diff quoted with `> `, blanks turned into no-break spaces,
 * HTML entities left in place.
 */
function tidy(body: string): string {
  let text = body;
  if (!/^(?:diff --git |@@ -|--- )/m.test(text) && /^> ?(?:diff --git |@@ -)/m.test(text)) text = text.replace(/^> ?/gm, '');
  if (text.includes('\u00a0') && /^\u00a0/m.test(text)) text = text.replaceAll('\u00a0', ' ');
  if (text.includes('-&gt;') && !text.includes('->')) text = decodeHTMLStrict(text);
  return text;
}
