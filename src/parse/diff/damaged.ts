import { LIMITS } from '../limits.js';
import type { Hunk, HunkLine, LineKind } from '../series.js';
import { insertBlanks, plausibleAsContext } from './blank-lines.js';
import type { RawHunk } from './split.js';
import { type Damage, retab } from './style.js';

export type DamagedResult = { readonly hunk: Hunk; readonly why: string | null };

/** A line of the mail, or several that a mailer had wrapped. `mailLine` is 1-based. */
interface Logical {
  readonly text: string;
  readonly mailLine: number;
  readonly marked: boolean;
}

/**
 * Reads a hunk whose lines do not close by their markers. The header's counts decide what each line is; what they do
 * not decide makes the hunk `guessed` or `refused`, with the reason in `why`. The lines that were read are given even
 * then, so that they can be shown; nobody may apply a refused hunk.
 */
export function readDamaged(lines: readonly string[], raw: RawHunk, damage: Damage): DamagedResult {
  if (raw.oldLines + raw.newLines === 0) return refuse(raw, [], 'its header announces no lines');
  if (raw.oldLines + raw.newLines > mostLines(raw.end - raw.at))
    return refuse(raw, [], `its header announces ${raw.oldLines} old and ${raw.newLines} new lines, far more than follow`);
  if (raw.end - raw.at > LIMITS.damagedHunkLines)
    return refuse(raw, [], `its counts do not close (or announce more than ${LIMITS.hunkLines} lines), and it is longer than ${LIMITS.damagedHunkLines} lines`);
  if (lines.slice(raw.at + 1, raw.end).some((l) => l.length > LIMITS.lineChars))
    return refuse(raw, [], `it has a line of more than ${LIMITS.lineChars} characters`);
  return damage.markerLost ? byCounts(lines, raw, damage) : byMarkers(lines, raw, damage);
}

/** Lines that a hunk may announce of which `shown` are there: what an archive drops is less than that, what hostile counts ask for is more. */
export function mostLines(shown: number): number {
  return 2_000 + 16 * shown;
}

/** The context marker is gone: `+` and `-` say what they say, anything else is context. */
function byCounts(lines: readonly string[], raw: RawHunk, damage: Damage): DamagedResult {
  const all = logical(lines, raw).map((l) => classify(l, true));
  const closed = closingPrefix(all, raw);
  if (closed !== null && all.slice(closed).every((l) => l.kind === ' ')) return accept(raw, all.slice(0, closed), 'count-consistent');

  let read = trimTail(all, raw);
  let certain = true;
  const surplus = balance(read) - (raw.newLines - raw.oldLines);
  if (surplus !== 0) {
    const changed = reclassify(read, surplus);
    if (changed === null) return refuse(raw, read, countsWhy(read, raw));
    read = changed.lines;
    certain = changed.only;
  }
  let missing = raw.oldLines - count(read, '-') - count(read, ' ');
  if (missing > 0) {
    // As many of both kinds may be context: each such pair makes up for one line. Where blank lines were dropped, they
    // are the likelier cause.
    const least = damage.blanksLost ? 4 : 1;
    const added = reclassify(read, missing, least);
    const both = added === null ? null : reclassify(added.lines, -missing, least);
    if (both !== null && added !== null && (!damage.blanksLost || (both.only && added.only))) {
      read = both.lines;
      missing = 0;
      certain = certain && both.only && added.only;
    }
  }
  if (missing < 0) return refuse(raw, read, countsWhy(read, raw));
  if (missing > 0 && (damage.singlesLost || !damage.blanksLost)) return refuse(raw, read, countsWhy(read, raw));
  const whole = missing === 0 ? read : insertBlanks(read, missing, raw);
  return accept(raw, whole, certain ? 'count-consistent' : 'guessed', certain ? null : 'which of its lines are context was chosen by their look');
}

/** The markers are there, but lines were wrapped, lost or miscounted. */
function byMarkers(lines: readonly string[], raw: RawHunk, damage: Damage): DamagedResult {
  const { joined, section } = unwrap(logical(lines, raw), raw, damage);
  const hunk = { ...raw, section };
  const all = joined.filter((l) => l.marked).map((l) => classify(damage.tabsLost ? { ...l, text: l.text.slice(0, 1) + retab(l.text.slice(1)) } : l, false));
  const closed = closingPrefix(all, hunk);
  const rest = closed === null ? [] : all.slice(closed);
  if (closed !== null && rest.every((l) => l.kind === ' ' && l.text.trim() === '')) return accept(hunk, all.slice(0, closed), 'count-consistent');

  const read = dropTrailingBlanks(all);
  const older = count(read, '-') + count(read, ' ');
  const newer = count(read, '+') + count(read, ' ');
  const short = hunk.oldLines - older;
  const trailing = read.length - 1 - read.findLastIndex((l) => l.kind !== ' ');
  if (raw.last && short > 0 && short === hunk.newLines - newer && trailing < read.length && trailing + short <= 3) {
    // By the three-context-lines rule nothing but context can be missing.
    return recount(
      accept({ ...hunk, oldLines: older, newLines: newer }, read, 'guessed', `the mail ends ${short} context ${short === 1 ? 'line' : 'lines'} before it does`),
    );
  }
  if (damage.singlesLost) return refuse(hunk, read, countsWhy(read, hunk));
  if (raw.last && older < hunk.oldLines && newer < hunk.newLines) return refuse(hunk, read, `the mail ends inside it: ${countsWhy(read, hunk)}`);
  if (read.length === 0 || read.every((l) => l.kind === ' ')) return refuse(hunk, read, countsWhy(read, hunk));
  const counted = { ...hunk, oldLines: older, newLines: newer };
  return recount(
    accept(
      counted,
      read,
      'guessed',
      `its header announces ${raw.oldLines} old and ${raw.newLines} new lines, but ${older} and ${newer} follow; those were taken`,
    ),
  );
}

function logical(lines: readonly string[], raw: RawHunk): Logical[] {
  const found: Logical[] = [];
  for (let i = raw.at + 1; i < raw.end; i++) {
    const text = lines[i]!;
    found.push({ text, mailLine: i + 1, marked: text === '' || /^[-+ \\\t]/.test(text) });
  }
  return found;
}

/** A line without a marker continues the one above, first of all the hunk header. */
function unwrap(found: readonly Logical[], raw: RawHunk, damage: Damage): { joined: Logical[]; section: string } {
  const joined: Logical[] = [];
  let section = raw.section;
  for (const line of found) {
    const before = joined.at(-1);
    if (line.marked) joined.push(line);
    else if (before === undefined) section = `${section} ${line.text.trim()}`.trim();
    else if (before.text.trim().length > 1 && (line.text.length < 200 || !damage.singlesLost)) {
      const glue = /\s$/.test(before.text) ? '' : ' ';
      joined[joined.length - 1] = { ...before, text: before.text + glue + line.text };
    }
  }
  return { joined, section };
}

function classify(line: Logical, markerLost: boolean): HunkLine {
  const c = line.text[0];
  const kind: LineKind = c === '+' || c === '-' ? c : ' ';
  const text = kind !== ' ' || c === ' ' || (c === '\t' && !markerLost) ? line.text.slice(kind === ' ' && c === '\t' ? 0 : 1) : line.text;
  return { kind, text, inferred: false, mailLine: line.mailLine, noNewline: false };
}

/** Length of the shortest beginning whose counts are exactly the header's. `\ No newline` marks the line above. */
function closingPrefix(all: HunkLine[], raw: Pick<RawHunk, 'oldLines' | 'newLines'>): number | null {
  let older = raw.oldLines;
  let newer = raw.newLines;
  for (let i = 0; i < all.length; i++) {
    const line = all[i]!;
    if (i > 0 && line.kind === ' ' && line.text.startsWith('\\ No newline')) {
      all[i - 1] = { ...all[i - 1]!, noNewline: true };
      all.splice(i--, 1);
      continue;
    }
    if (line.kind !== '+') older--;
    if (line.kind !== '-') newer--;
    if (older === 0 && newer === 0) return i + 1;
    if (older < 0 || newer < 0) return null;
  }
  return null;
}

/** At the end of the mail, more context than the counts allow is not the hunk's. */
function trimTail(all: readonly HunkLine[], raw: RawHunk): HunkLine[] {
  const read = dropTrailingBlanks(all);
  const surplus = count(read, '-') + count(read, ' ') - raw.oldLines;
  const trailing = read.length - 1 - read.findLastIndex((l) => l.kind !== ' ');
  return raw.last && surplus > 0 && surplus <= trailing ? read.slice(0, read.length - surplus) : read;
}

function dropTrailingBlanks(all: readonly HunkLine[]): HunkLine[] {
  let end = all.length;
  while (end > 0 && all[end - 1]!.kind === ' ' && all[end - 1]!.text.trim() === '') end--;
  return all.slice(0, end);
}

/**
 * Context that begins with `+` or `-` and lost its blank reads as a changed line. With `surplus` too many added
 * lines (or, negative, removed ones), that many go back to context; `only` when there was no choice.
 */
function reclassify(read: readonly HunkLine[], surplus: number, least = 1): { lines: HunkLine[]; only: boolean } | null {
  const kind: LineKind = surplus > 0 ? '+' : '-';
  const wanted = Math.abs(surplus);
  const candidates: { at: number; score: number }[] = [];
  read.forEach((line, at) => {
    const score = line.kind === kind ? plausibleAsContext(read, at) : 0;
    if (score >= least) candidates.push({ at, score });
  });
  if (candidates.length < wanted) return null;
  const chosen = new Set(
    [...candidates]
      .sort((a, b) => b.score - a.score || a.at - b.at)
      .slice(0, wanted)
      .map((c) => c.at),
  );
  const lines = read.map((line, at): HunkLine => (chosen.has(at) ? { ...line, kind: ' ', text: kind + line.text } : line));
  return { lines, only: candidates.length === wanted };
}

function balance(read: readonly HunkLine[]): number {
  return count(read, '+') - count(read, '-');
}

function count(read: readonly HunkLine[], kind: LineKind): number {
  let n = 0;
  for (const line of read) if (line.kind === kind) n++;
  return n;
}

function countsWhy(read: readonly HunkLine[], raw: Pick<RawHunk, 'oldLines' | 'newLines'>): string {
  const older = count(read, '-') + count(read, ' ');
  const newer = count(read, '+') + count(read, ' ');
  return `${older} of ${raw.oldLines} old and ${newer} of ${raw.newLines} new lines are there`;
}

type Head = Pick<RawHunk, 'oldStart' | 'oldLines' | 'newStart' | 'newLines' | 'section'>;

function accept(raw: Head, lines: readonly HunkLine[], certainty: Hunk['certainty'], why: string | null = null): DamagedResult {
  return {
    hunk: {
      oldStart: raw.oldStart,
      oldLines: raw.oldLines,
      newStart: raw.newStart,
      newLines: raw.newLines,
      section: raw.section,
      lines,
      certainty,
      recounted: false,
    },
    why,
  };
}

function recount({ hunk, why }: DamagedResult): DamagedResult {
  return { hunk: { ...hunk, recounted: true }, why };
}

function refuse(raw: Head, lines: readonly HunkLine[], why: string): DamagedResult {
  return accept(raw, lines, 'refused', why);
}
