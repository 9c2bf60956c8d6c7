import { isBlob } from './apply/blob.js';
import { type BaseText, baseText, type PlacedLine, type Placement, place } from './apply/place.js';
import { restore } from './apply/restore.js';
import type { Gap } from './gap.js';
import { CERTAINTIES, type Certainty, type FileDiff, FITS, type Fit, type Hunk, type LineKind, type SourcePair } from './series.js';

export type Touched = SourcePair['touched'];

/** What became of one hunk. */
export interface AppliedHunk {
  readonly certainty: Certainty;
  readonly fit: Fit;
  /** 0-based line of the base that it starts at; null when it found no place. */
  readonly start: number | null;
  /** Its lines as they were applied, white space restored; as they were read when it found no place. */
  readonly lines: readonly { readonly kind: LineKind; readonly text: string; readonly mailLine: number; readonly noNewline: boolean }[];
}

export interface Applied {
  readonly pre: string | null;
  /** Null when the file is deleted. */
  readonly post: string | null;
  /** Of the worst hunk; `none` when one did not apply. */
  readonly fit: Fit;
  /** Of the worst hunk, raised by what the base proves. */
  readonly certainty: Certainty;
  readonly touched: Touched;
  /** Post-image line to the line in the mail body. */
  readonly mailLines: ReadonlyMap<number, number>;
  /** How many hunks found their place. */
  readonly applied: number;
  /** As `diff.hunks`. */
  readonly hunks: readonly AppliedHunk[];
  readonly gaps: readonly Gap[];
}

/**
 * Applies one file's hunks to its text. Each hunk goes where it stands in the header or the nearest place that has its
 * context, with at most two outer lines of it missing; one that finds none is a gap and the others still apply.
 * For damaged hunks the base says what white space its context had, and layout rules restore that of added lines;
 * when the result's blob id is that of the mail, the text is proved. `exactBase`: the caller knows that `pre` is the
 * text the patch was made on (base commit).
 */
export function applyFile(pre: string | null, diff: FileDiff, exactBase = false): Applied {
  const path = diff.newPath ?? diff.oldPath ?? '';
  const gaps: Gap[] = [];
  if (pre !== null && diff.oldPath === null) gaps.push(gap(path, 'the patch creates this file, but the base has it'));
  const from = diff.oldPath === null ? '' : (pre ?? '');
  const base = baseText(from);
  const known = exactBase || diff.oldPath === null || isBlob(from, diff.oldBlob);

  const judged = new Map<Hunk, { readonly fit: Fit; readonly certainty: Certainty; readonly placed: Placement | null }>();
  let placements: readonly Placement[] = [];
  const found: { readonly hunk: Hunk; readonly placed: Placement }[] = [];
  let shift = 0;
  let min = 0;
  for (const hunk of [...diff.hunks].sort((a, b) => a.oldStart - b.oldStart)) {
    if (hunk.certainty === 'refused') {
      judged.set(hunk, { fit: 'none', certainty: 'refused', placed: null });
      continue;
    }
    const expected = Math.max(0, hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1) + shift;
    const whole = place(base, hunk, expected, min, 0);
    // Fuzz must not apply a second time what is there already.
    const there = whole === null && place(base, reversed(hunk), hunk.newStart - 1, 0, 0) !== null;
    const placed = whole ?? (there ? null : place(base, hunk, expected, min));
    if (placed === null) {
      gaps.push(gap(path, `hunk ${name(hunk)} does not apply${there ? ': the base has its result already' : ''}`));
      judged.set(hunk, { fit: 'none', certainty: hunk.certainty, placed: null });
      continue;
    }
    const offset = placed.start - expected;
    shift += placed.fuzz === 0 ? offset : 0;
    min = placed.end;
    found.push({ hunk, placed });
    judged.set(hunk, { fit: placed.fuzz > 0 ? 'fuzzy' : known && offset === 0 ? 'exact' : 'consistent', certainty: raise(hunk, placed), placed });
  }
  found.sort((a, b) => a.placed.start - b.placed.start);
  placements = found.map((f) => f.placed);

  let result = build(base, placements);
  const whole = placements.length === diff.hunks.length;
  const repaired = diff.hunks.some((h) => h.certainty !== 'intact') || placements.some((p) => p.how === 'white-space');
  let proved = whole && repaired && isBlob(result.text, diff.newBlob);
  if (repaired && !proved) {
    const restored = restore(base, placements, whole ? diff.newBlob : null);
    result = build(base, restored.placements);
    placements = restored.placements;
    proved = whole && isBlob(result.text, diff.newBlob);
  }
  const raised = (c: Certainty): Certainty => (proved && c !== 'intact' ? 'blob-exact' : c);
  const verdicts = [...judged.values()];
  return {
    pre: diff.oldPath === null ? null : pre,
    post: diff.newPath === null && whole ? null : result.text,
    fit:
      diff.oldPath === null && gaps.length > 0
        ? 'none'
        : worstOf(
            FITS,
            verdicts.map((j) => j.fit),
          ),
    certainty: worstOf(
      CERTAINTIES,
      verdicts.map((j) => raised(j.certainty)),
    ),
    touched: result.touched,
    mailLines: result.mailLines,
    applied: placements.length,
    hunks: diff.hunks.map((hunk): AppliedHunk => {
      const { certainty, fit, placed } = judged.get(hunk)!;
      const at = found.findIndex((f) => f.hunk === hunk);
      return { certainty: raised(certainty), fit, start: placed?.start ?? null, lines: placements[at]?.lines ?? hunk.lines };
    }),
    gaps,
  };
}

/**
 * What a base proves about a hunk: its context and removed lines are there. Fuzz proves nothing; of a guessed hunk it is
 * believed only at the header's own line, because a lost line at its edge would let it fit one line off.
 */
function raise(hunk: Hunk, placed: Placement): Certainty {
  const old = hunk.lines.some((l) => l.kind !== '+' && l.text.trim() !== '');
  if (placed.fuzz > 0 || !old || hunk.recounted || (hunk.certainty === 'guessed' && (placed.start !== hunk.oldStart - 1 || isOpen(placed.lines))))
    return hunk.certainty;
  // A place whose lines are as many as the header says, or the text is still not the one that was sent.
  if (placed.how !== 'exact' && (!placed.sure || placed.lines.filter((l) => l.kind !== '+').length !== hunk.oldLines))
    return hunk.certainty === 'intact' ? 'count-consistent' : hunk.certainty;
  // Markers and counts were right, but the white space was not that of the base.
  if (hunk.certainty === 'intact') return placed.how === 'exact' ? 'intact' : 'tree-consistent';
  return 'tree-consistent';
}

/** Blank context that the mail does not show, next to removed lines: it may be removed too. */
function isOpen(lines: readonly PlacedLine[]): boolean {
  const shown = lines.filter((l) => l.kind !== '+');
  return shown.some((l, i) => l.kind === ' ' && l.mailLine === 0 && (shown[i - 1]?.kind === '-' || shown[i + 1]?.kind === '-'));
}

interface Built {
  readonly text: string;
  readonly touched: Touched;
  readonly mailLines: ReadonlyMap<number, number>;
}

function build(base: BaseText, placements: readonly Placement[]): Built {
  const out: string[] = [];
  const touched: { pre: [number, number]; post: [number, number] }[] = [];
  const mailLines = new Map<number, number>();
  let at = 0;
  let finalNewline = base.finalNewline || base.lines.length === 0;
  for (const { start, end, lines } of placements) {
    for (; at < start; at++) out.push(base.lines[at]!);
    let change: { pre: [number, number]; post: [number, number] } | null = null;
    for (const line of lines) {
      if (line.kind === ' ') change = null;
      else if (change === null) touched.push((change = { pre: [at + 1, at], post: [out.length + 1, out.length] }));
      if (line.kind !== '+') at = line.base + 1;
      if (line.kind !== '-') {
        out.push(line.text);
        if (line.mailLine > 0) mailLines.set(out.length, line.mailLine);
      }
      if (change !== null && line.kind === '-') change.pre[1] = at;
      if (change !== null && line.kind === '+') change.post[1] = out.length;
    }
    at = end;
    const last = lastOfFile(lines, end, base);
    if (last !== null) finalNewline = last;
  }
  for (; at < base.lines.length; at++) out.push(base.lines[at]!);
  const text = out.length === 0 ? '' : out.join('\n') + (finalNewline ? '\n' : '');
  return { text, touched, mailLines };
}

/** What a hunk at the end of the file says about the final newline of the result; null elsewhere. */
function lastOfFile(lines: readonly PlacedLine[], end: number, base: BaseText): boolean | null {
  if (end < base.lines.length) return null;
  const last = lines.findLast((l) => l.kind !== '-');
  return last === undefined ? null : !last.noNewline;
}

function reversed(hunk: Hunk): Hunk {
  return { ...hunk, lines: hunk.lines.map((l) => (l.kind === ' ' ? l : { ...l, kind: l.kind === '+' ? '-' : '+' })) };
}

function worstOf<T>(order: readonly T[], values: readonly T[]): T {
  let at = 0;
  for (const value of values) at = Math.max(at, order.indexOf(value));
  return order[at]!;
}

function name(hunk: Hunk): string {
  return `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`;
}

function gap(file: string, why: string): Gap {
  return { stage: 'parse', file, function: '', why };
}
