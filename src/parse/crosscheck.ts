import { looseKey } from './apply/place.js';
import type { Gap } from './gap.js';
import type { FileDiff, Hunk, HunkLine, Patch } from './series.js';

/** Patches of a series after they have been held against each other, and what came of it. */
export interface CrossChecked {
  readonly patches: readonly Patch[];
  readonly gaps: readonly Gap[];
}

/**
 * Holds damaged patches against each other without a tree: where the text that one leaves is by its blob id the text that
 * another starts from, the lines that both show must agree; lost blank lines of either are set where the other shows them.
 * Each such link is named, with what it proves.
 */
export function crossCheck(patches: readonly Patch[]): CrossChecked {
  const gaps: Gap[] = [];
  const list = [...patches];
  for (let j = 1; j < list.length; j++) {
    const files = list[j]!.files.map((later): FileDiff => {
      if (later.oldBlob === null || later.oldBlob.length < 7) return later;
      const i = list.findLastIndex((p, k) => k < j && p.files.some((f) => f.newPath === later.oldPath));
      const earlier = list[i]?.files.find((f) => f.newPath === later.oldPath);
      if (earlier === undefined || earlier.newBlob === null || !alike(earlier.newBlob, later.oldBlob)) return later;
      if (isIntact(earlier) && isIntact(later)) return later;
      const known = sideOf(earlier);
      const hunks = later.hunks.map((hunk) => settleBlanks(hunk, known));
      const { agree, differ } = compare(known, hunks);
      const shown =
        agree + differ === 0
          ? 'they show no line in common'
          : differ === 0
            ? `the ${agree} ${agree === 1 ? 'line' : 'lines'} that both show ${agree === 1 ? 'agrees' : 'agree'}`
            : `of the lines that both show ${differ} differ and ${agree} agree`;
      gaps.push({
        stage: 'parse',
        file: later.oldPath ?? '',
        function: '',
        why: `patch ${list[j]!.index} starts from the text that patch ${list[i]!.index} leaves (blob ${later.oldBlob}): the two damaged mails check each other, ${shown}`,
      });
      return { ...later, hunks };
    });
    list[j] = { ...list[j]!, files };
  }
  return { patches: list, gaps };
}

/** Abbreviations of one id. */
function alike(a: string, b: string): boolean {
  return a.length >= 7 && (a.startsWith(b) || b.startsWith(a));
}

function isIntact(file: FileDiff): boolean {
  return file.hunks.every((h) => h.certainty === 'intact');
}

/** Lines of the result that the hunks show, by line number; null where a line was put back by guess. */
function sideOf(file: FileDiff): ReadonlyMap<number, string | null> {
  const known = new Map<number, string | null>();
  for (const hunk of file.hunks) {
    if (hunk.certainty === 'refused' || hunk.recounted) continue;
    let at = hunk.newStart;
    for (const line of hunk.lines) if (line.kind !== '-') known.set(at++, line.inferred ? null : looseKey(line.text));
  }
  return known;
}

function compare(known: ReadonlyMap<number, string | null>, hunks: readonly Hunk[]): { readonly agree: number; readonly differ: number } {
  let agree = 0;
  let differ = 0;
  for (const hunk of hunks) {
    if (hunk.certainty === 'refused' || hunk.recounted) continue;
    let at = hunk.oldStart;
    for (const line of hunk.lines) {
      if (line.kind === '+') continue;
      const theirs = known.get(at++);
      if (theirs === undefined || theirs === null || line.inferred) continue;
      if (theirs === looseKey(line.text)) agree++;
      else differ++;
    }
  }
  return { agree, differ };
}

/** Moves lost blank lines within their stretch of context to where the other mail shows blanks. */
function settleBlanks(hunk: Hunk, known: ReadonlyMap<number, string | null>): Hunk {
  if (!hunk.lines.some((l) => l.inferred) || hunk.certainty === 'refused' || hunk.recounted) return hunk;
  const out: HunkLine[] = [];
  let at = hunk.oldStart;
  for (let i = 0; i < hunk.lines.length; ) {
    let end = i;
    while (hunk.lines[end]?.kind === ' ') end++;
    if (end === i) {
      if (hunk.lines[i]!.kind === '-') at++;
      out.push(hunk.lines[i++]!);
      continue;
    }
    const stretch = hunk.lines.slice(i, end);
    out.push(...settle(stretch, at, known));
    at += stretch.length;
    i = end;
  }
  return { ...hunk, lines: out };
}

function settle(stretch: readonly HunkLine[], at: number, known: ReadonlyMap<number, string | null>): readonly HunkLine[] {
  const lost = stretch.filter((l) => l.inferred && l.text === '');
  const read = stretch.filter((l) => !(l.inferred && l.text === ''));
  if (lost.length === 0) return stretch;
  const fits = (lines: readonly HunkLine[]): number =>
    lines.reduce((n, l, k) => {
      const theirs = known.get(at + k);
      return theirs === undefined || theirs === null ? n : n + (theirs === looseKey(l.text) ? 1 : -2);
    }, 0);
  const wanted = new Set(stretch.flatMap((_, k) => (known.get(at + k) === '' ? [k] : [])));
  const lines: HunkLine[] = [];
  const blanks = [...lost];
  const rest = [...read];
  for (let k = 0; k < stretch.length; k++) {
    const next = wanted.has(k) && blanks.length > 0 && rest[0]?.text !== '' ? blanks.shift() : (rest.shift() ?? blanks.shift());
    if (next !== undefined) lines.push(next);
  }
  return fits(lines) > fits(stretch) ? lines : stretch;
}
