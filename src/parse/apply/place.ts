import type { Hunk, HunkLine } from '../series.js';

/** A base file cut into lines, with the look-up tables that searching needs (built when first used). */
export interface BaseText {
  readonly lines: readonly string[];
  readonly finalNewline: boolean;
  /** Places of each line, exactly as it is. */
  readonly exact: () => ReadonlyMap<string, readonly number[]>;
  /** Places of the lines that are not blank, in order. */
  readonly solid: () => readonly number[];
  /** Those lines without their white space. */
  readonly keys: () => readonly string[];
  /** Indices into `solid` of each key. */
  readonly loose: () => ReadonlyMap<string, readonly number[]>;
}

/** One line of the result of a hunk: `base` is the 0-based line of the base that it consumes or keeps, -1 for an added one. */
export interface PlacedLine {
  readonly kind: ' ' | '+' | '-';
  readonly text: string;
  readonly base: number;
  readonly mailLine: number;
  readonly noNewline: boolean;
}

export interface Placement {
  /** The base lines [start, end) become `lines`. */
  readonly start: number;
  readonly end: number;
  readonly lines: readonly PlacedLine[];
  readonly how: 'exact' | 'white-space';
  readonly fuzz: number;
  /** Its extent follows from its lines or its header, not from where lost blank lines were guessed to be. */
  readonly sure: boolean;
  /** The hunk's text was repaired, so the white space of its added lines is not the author's. */
  readonly damaged: boolean;
}

/** `patch` gives up at the same number. */
const FUZZ = 2;
/** Comparisons of one hunk with places in the base before the search is given up. */
const TRIES = 20_000;

/**
 * Where a hunk belongs in the base: at the expected line, else at the nearest place with all its context, byte for byte
 * before white space is ignored; then with up to `maxFuzz` lines of outer context dropped. Null when there is none.
 */
export function place(base: BaseText, hunk: Hunk, expected: number, min: number, maxFuzz = FUZZ): Placement | null {
  for (let fuzz = 0; fuzz <= maxFuzz; fuzz++) {
    const lines = fuzz === 0 ? hunk.lines : trimContext(hunk.lines, fuzz);
    if (lines === null) break;
    const shift = leadingContext(hunk.lines) - leadingContext(lines);
    const found = placeExact(base, lines, expected + shift, min) ?? placeLoose(base, lines, expected + shift, min);
    if (found !== null) return { ...found, fuzz, damaged: hunk.certainty !== 'intact' };
  }
  return null;
}

export function baseText(text: string): BaseText {
  const lines = text.split('\n');
  const finalNewline = lines.at(-1) === '';
  if (finalNewline) lines.pop();
  let exact: Map<string, number[]> | null = null;
  let solid: number[] | null = null;
  let loose: Map<string, number[]> | null = null;
  let keys: string[] | null = null;
  const solidLines = (): number[] => (solid ??= [...lines.keys()].filter((i) => lines[i]!.trim() !== ''));
  const solidKeys = (): string[] => (keys ??= solidLines().map((i) => looseKey(lines[i]!)));
  return {
    lines,
    finalNewline,
    exact: () => (exact ??= tabulate(lines)),
    solid: solidLines,
    keys: solidKeys,
    loose: () => (loose ??= tabulate(solidKeys())),
  };
}

/** Two lines that differ only in white space have the same key. */
export function looseKey(line: string): string {
  return line.replace(/[\s\u00a0]+/g, '');
}

function placeExact(base: BaseText, lines: readonly HunkLine[], expected: number, min: number): Placement | null {
  const old = lines.filter((l) => l.kind !== '+');
  if (old.length === 0) {
    const at = Math.max(min, Math.min(expected, base.lines.length));
    return build(lines, at, (k) => at + k, base, 'exact');
  }
  const fits = (at: number): boolean => at >= min && at + old.length <= base.lines.length && old.every((l, k) => base.lines[at + k] === l.text);
  const at = fits(expected)
    ? expected
    : nearest(
        old.map((l) => l.text),
        base.exact(),
        expected,
        fits,
      );
  return at === null ? null : build(lines, at, (k) => at + k, base, 'exact');
}

/**
 * Ignores white space, and blank lines altogether where they are context: archives drop them. Removed and kept lines
 * are then taken from the base, so that only added ones keep the mail's white space.
 */
function placeLoose(base: BaseText, lines: readonly HunkLine[], expected: number, min: number): Placement | null {
  const old = lines.filter((l) => l.kind !== '+');
  const keys = old.filter((l) => l.text.trim() !== '').map((l) => looseKey(l.text));
  if (keys.length < 2 && keys.length < old.length) return null;
  if (keys.length === 0) return null;
  const solid = base.solid();
  const baseKeys = base.keys();
  const firstSolid = lowerBound(solid, Math.max(min, 0));
  const lead = old.findIndex((l) => l.text.trim() !== '');
  const wanted = lowerBound(solid, expected + lead);
  const fits = (s: number): boolean => {
    if (s < firstSolid || s + keys.length > solid.length) return false;
    for (let k = 0; k < keys.length; k++) if (baseKeys[s + k] !== keys[k]) return false;
    return true;
  };
  const s = fits(wanted) ? wanted : nearest(keys, base.loose(), wanted, fits);
  if (s === null) return null;
  const first = solid[s]!;
  const last = solid[s + keys.length - 1]!;
  const span = window(base, first, last, old.length, lead, min, expected);
  const placed = alignLoose(base, lines, s, span.start, span.end);
  const open =
    (span.start > 0 && base.lines[span.start - 1]!.trim() === '' && span.end > last + 1) ||
    (span.end < base.lines.length && base.lines[span.end]!.trim() === '' && span.start < first);
  return placed === null ? null : { ...placed, sure: span.start === expected || !open };
}

/**
 * The old side's extent: `size` lines around [first, last], where the header says if the lines there are right; else as
 * many of the blank ones in front as the hunk has.
 */
function window(base: BaseText, first: number, last: number, size: number, lead: number, min: number, expected: number): { start: number; end: number } {
  const stop = expected + size;
  if (expected >= min && expected <= first && stop > last && stop <= base.lines.length) {
    let blank = true;
    for (let i = expected; i < stop && blank; i++) blank = (i >= first && i <= last) || base.lines[i]!.trim() === '';
    if (blank) return { start: expected, end: stop };
  }
  let start = first;
  let end = last + 1;
  while (end - start < size && first - start < lead && start > min && base.lines[start - 1]!.trim() === '') start--;
  while (end - start < size && end < base.lines.length && base.lines[end]!.trim() === '') end++;
  while (end - start < size && start > min && base.lines[start - 1]!.trim() === '') start--;
  return { start, end };
}

/** Walks the hunk and the base together; blank lines of the base that the hunk does not show are kept where they are. */
function alignLoose(base: BaseText, lines: readonly HunkLine[], s: number, start: number, end: number): Placement | null {
  const solid = base.solid();
  const out: PlacedLine[] = [];
  let at = start;
  let next = s;
  const keepBlanks = (to: number): void => {
    for (; at < to; at++) out.push({ kind: ' ', text: base.lines[at]!, base: at, mailLine: 0, noNewline: false });
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.kind === '+') {
      // Blank base lines that no later blank of the hunk accounts for stand before the added lines.
      const upTo = solid[next] !== undefined && solid[next]! < end ? solid[next]! : end;
      if (out.at(-1)?.kind !== '+') keepBlanks(Math.max(at, upTo - blanksUntilSolid(lines, i)));
      out.push({ kind: '+', text: line.text, base: -1, mailLine: line.mailLine, noNewline: line.noNewline });
    } else if (line.text.trim() === '') {
      if (at < end && base.lines[at]!.trim() === '') {
        out.push({ kind: line.kind, text: base.lines[at]!, base: at, mailLine: line.mailLine, noNewline: line.noNewline });
        at++;
      } else if (line.kind === '-') return null;
    } else {
      keepBlanks(solid[next]!);
      out.push({ kind: line.kind, text: base.lines[at]!, base: at, mailLine: line.mailLine, noNewline: line.noNewline });
      at++;
      next++;
    }
  }
  keepBlanks(end);
  return { start, end, lines: out, how: 'white-space', fuzz: 0, sure: true, damaged: false };
}

/** Blank old-side lines of the hunk from line `from` on, up to the next that is not blank. */
function blanksUntilSolid(lines: readonly HunkLine[], from: number): number {
  let n = 0;
  for (let i = from; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.kind === '+') continue;
    if (line.text.trim() !== '') break;
    n++;
  }
  return n;
}

function build(lines: readonly HunkLine[], start: number, baseOf: (k: number) => number, base: BaseText, how: Placement['how']): Placement {
  let k = 0;
  const out = lines.map((line): PlacedLine => {
    const at = line.kind === '+' ? -1 : baseOf(k++);
    return { kind: line.kind, text: at < 0 ? line.text : base.lines[at]!, base: at, mailLine: line.mailLine, noNewline: line.noNewline };
  });
  return { start, end: start + k, lines: out, how, fuzz: 0, sure: true, damaged: false };
}

/** The fitting place nearest to `expected`, looked for through the rarest of the lines. */
function nearest(keys: readonly string[], table: ReadonlyMap<string, readonly number[]>, expected: number, fits: (at: number) => boolean): number | null {
  let rarest: readonly number[] | null = null;
  let offset = 0;
  for (let k = 0; k < keys.length; k++) {
    const places = table.get(keys[k]!);
    if (places === undefined) return null;
    if (rarest === null || places.length < rarest.length) [rarest, offset] = [places, k];
  }
  if (rarest === null) return null;
  let right = lowerBound(rarest, expected + offset);
  let left = right - 1;
  for (let tries = 0; tries < TRIES && (left >= 0 || right < rarest.length); tries++) {
    const a = left >= 0 ? rarest[left]! - offset : Number.NEGATIVE_INFINITY;
    const b = right < rarest.length ? rarest[right]! - offset : Number.POSITIVE_INFINITY;
    const at = expected - a <= b - expected ? (left--, a) : (right++, b);
    if (fits(at)) return at;
  }
  return null;
}

function trimContext(lines: readonly HunkLine[], fuzz: number): readonly HunkLine[] | null {
  const first = lines.findIndex((l) => l.kind !== ' ');
  if (first < 0) return null;
  const last = lines.findLastIndex((l) => l.kind !== ' ');
  const kept = lines.slice(Math.min(fuzz, first), lines.length - Math.min(fuzz, lines.length - 1 - last));
  // An insertion with no line left to hold on to would fit anywhere.
  return kept.length < lines.length && kept.some((l) => l.kind !== '+' && l.text.trim().length > 1) ? kept : null;
}

function leadingContext(lines: readonly HunkLine[]): number {
  return Math.max(
    0,
    lines.findIndex((l) => l.kind !== ' '),
  );
}

function tabulate(lines: readonly string[]): Map<string, number[]> {
  const table = new Map<string, number[]>();
  lines.forEach((line, i) => {
    const places = table.get(line);
    if (places === undefined) table.set(line, [i]);
    else places.push(i);
  });
  return table;
}

/** Index of the first entry that is at least `value`. */
function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
