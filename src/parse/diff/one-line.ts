import type { Gap } from '../gap.js';
import { LIMITS } from '../limits.js';
import type { FileDiff, Hunk, HunkLine, LineKind } from '../series.js';
import { insertBlanks } from './blank-lines.js';
import { mostLines } from './damaged.js';
import { cutAtMarkers, cutLines, depthsOf, type Piece, START } from './flat-tokens.js';
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
 * Reads such a diff. `--- a/x +++ b/y` and `@@ … @@` are unmistakable, so files and hunks are sure; the lines of a hunk
 * are `guessed` where the markers found in it close its counts, and refused where not. Each hunk is named in a gap.
 */
export function readOneLine(body: string): { readonly files: readonly FileDiff[]; readonly gaps: readonly Gap[] } {
  const gaps: Gap[] = [];
  const files: FileDiff[] = [];
  const mailLine = 1 + body.slice(0, body.indexOf(' @@ -')).split('\n').length - 1;
  const text = body
    .slice(0, 4 << 20)
    .replace(/\s+/g, ' ')
    .replace(/ -- \d+\.[\d.]+[^ ]{0,40} ?$| _ ?$/, '');
  const found = [...text.matchAll(/ --- (\S{1,400}) \+\+\+ (\S{1,400}) (?=@@ -)/g)].slice(0, LIMITS.files);
  found.forEach((at, i) => {
    const part = text.slice(at.index + at[0].length, found[i + 1]?.index ?? text.length);
    const paths = pairOf(at[1]!, at[2]!);
    if (!paths.ok) {
      gaps.push(gap('', `a file was left out because of ${paths.why}`));
      return;
    }
    const file = paths.pair.newPath ?? paths.pair.oldPath ?? '';
    const hunks = part.split(/(?=@@ -\d{1,9}(?:,\d{1,9})? \+\d{1,9}(?:,\d{1,9})? @@ )/).flatMap((chunk) => readHunk(chunk, file, mailLine, gaps) ?? []);
    const blobs = / index ([0-9a-f]{7,64})\.\.([0-9a-f]{7,64})(?: \d{6})?$/.exec(text.slice(Math.max(0, at.index - 150), at.index));
    files.push({ ...paths.pair, rename: false, binary: false, oldBlob: blobs?.[1] ?? null, newBlob: blobs?.[2] ?? null, hunks });
  });
  return { files, gaps };
}

function readHunk(chunk: string, file: string, mailLine: number, gaps: Gap[]): Hunk | null {
  const head = parseHunkHeader(chunk);
  if (head === null) return null;
  const name = `hunk @@ -${head.oldStart},${head.oldLines} +${head.newStart},${head.newLines} @@`;
  const text = chunk
    .slice(chunk.indexOf(' @@') + 4)
    .split(' diff --git ')[0]!
    .trim();
  const read = { ...head, section: sectionOf(text) };
  const refuse = (why: string): Hunk => {
    gaps.push(gap(file, `${name} could not be read: the mail's line ends are lost${why}`));
    return { ...read, lines: [], certainty: 'refused', recounted: false };
  };
  if (text.length > 200_000) return refuse(', and it is too long');
  if (head.oldLines + head.newLines > mostLines(text.length / 8)) return refuse(', and its header announces far more lines than it can hold');
  const pieces = cutAtMarkers(text.slice(read.section.length).trim().split(' '), read.newLines - read.oldLines, read.oldLines);
  const added = pieces.filter((p) => p.kind === '+').length;
  const removed = pieces.filter((p) => p.kind === '-').length;
  const context = read.oldLines - removed;
  if (context < 0 || read.newLines - added !== context) {
    return refuse(`, and the ${added} added and ${removed} removed lines found in it do not close its counts`);
  }
  let lines = readPieces(pieces, mailLine);
  lines = joinContext(lines, context);
  const lost = context - lines.filter((l) => l.kind === ' ').length;
  if (lost < 0) return refuse(', and its context cannot be told from its changes');
  gaps.push(gap(file, `${name} is uncertain: the mail's line ends are lost and were put back by guess`));
  return { ...read, lines: insertBlanks(lines, lost, read, true), certainty: 'guessed', recounted: false };
}

/**
 * The section and the first context line stand side by side. diff cuts sections at 40 columns, in the middle of a
 * word; shorter ones are whole lines.
 */
function sectionOf(text: string): string {
  const opened = /^[^(]{1,39}\(/.test(text) && !/^[^)]{0,39}\)/.test(text);
  const cut =
    opened ||
    (/^(?:static|struct|int|void|unsigned|long|bool|enum|union|extern|const|inline|[su](?:8|16|32|64)|\w+_t)\b[^();{}=]{20,38}$/.test(text.slice(0, 40)) &&
      text[40] === ' ');
  if (cut) for (const at of [40, 39]) if (text[at] === ' ' && at <= 40) return text.slice(0, at);
  const line = cutLines({ tokens: text.slice(0, 200).split(' '), state: START })[0] ?? '';
  return line.length <= 40 && /^[A-Za-z_]/.test(line) && /[{)]$/.test(line) ? line : '';
}

/**
 * The last marker of a run may stand alone, for an empty line, with context behind it. So it is when the text would
 * otherwise open on one side what context closes on both: a comment, the head of an `if` whose body stays, or a block.
 */
function readPieces(pieces: readonly Piece[], mailLine: number): HunkLine[] {
  const ends = changeEnds(pieces);
  const cuts = pieces.map((p, i) => cutAt(p, ends[i]!));
  const changed = pieces.map((p, i) => line(p.kind, p.attached || cuts[i]!.length === 0 ? (cuts[i]![0] ?? '') : ` ${cuts[i]![0]!}`, mailLine));
  let net = 0;
  for (const [i, p] of pieces.entries()) if (p.kind !== ' ') net += (p.kind === '+' ? 1 : -1) * braces(changed[i]!.text);
  let run: HunkLine[] = [];
  return pieces.flatMap((piece, i) => {
    const cut = cuts[i]!;
    if (piece.kind === ' ') return cut.map((text) => line(' ', text, mailLine));
    const own = changed[i]!;
    run.push(own);
    let empty = false;
    if (cut.length > 1 && !piece.attached) {
      const weight = (piece.kind === '+' ? 1 : -1) * braces(own.text);
      // A changed line of the first column would stand at its marker.
      const column =
        /^ (?:#\s?(?:if|ifdef|ifndef|else|endif|define|include)\b|(?:static|struct|int|void|bool|long|unsigned|enum|union|const|[a-z]\w*_t)\b(?:[^=;]{1,800}\)|[^=;(]{1,200}\([^=;]{0,800}[,(])$)/;
      empty =
        (/^ \/\*/.test(own.text) && !own.text.includes('*/')) ||
        (piece.state.depth === 0 && column.test(own.text)) ||
        isLoneHead(run) ||
        (weight !== 0 && Math.abs(net - weight) < Math.abs(net));
      // Three lines of context stand behind the last change; where a blank one is missing before the first, the block stood between blanks.
      empty ||= i === pieces.length - 1 && cut.length === 3 && cuts[0]!.length < 3 && run.length > 1 && run.every((l) => l.kind === piece.kind);
      if (empty) net -= weight;
    }
    if (cut.length > 1) run = [];
    const behind = (empty ? cut : cut.slice(1)).map((text) => line(' ', text, mailLine));
    return [empty ? line(piece.kind, '', mailLine) : own, ...behind];
  });
}

/** The lines of a piece whose first one has `end` tokens; 0: it ends where C says. */
function cutAt(piece: Piece, end: number): readonly string[] {
  if (end === 0 || end >= piece.tokens.length) return cutLines(piece);
  return [piece.tokens.slice(0, end).join(' '), ...cutLines({ tokens: piece.tokens.slice(end), state: { ...piece.state, line: [] } })];
}

/**
 * Where changed lines end inside parentheses, in tokens; 0 where C decides. Both sides go on with the same context, so as
 * many parentheses are open behind the added lines of a run as behind the removed ones, or as before it when the run has
 * only one kind; among such places that one is taken at which the line is most like the other side's last.
 */
function changeEnds(pieces: readonly Piece[]): readonly number[] {
  const ends = pieces.map(() => 0);
  for (let i = 1; i < pieces.length; i++) {
    const piece = pieces[i]!;
    const next = pieces[i + 1];
    const depths = depthsOf(piece);
    if (next !== undefined && next.kind === piece.kind && !(depths.length > 0 && piece.tokens.length > 40)) continue;
    if (piece.kind === '-' && next?.kind === '+') continue;
    const other = piece.kind === '+' && pieces[i - 1]!.kind === '-' ? pieces[i - 1]! : lastRemoved(pieces, i);
    // Behind removed lines that added ones follow, exactly their own parentheses are open.
    const open = other === null ? openBefore(pieces, i) : (depthsOf(other).at(-1) ?? other.state.depth);
    if (open === 0) continue;
    const like = other?.tokens ?? [];
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k + 1 < piece.tokens.length; k++) {
      if (depths[k] !== open) continue;
      const token = piece.tokens[k]!;
      if (!/(?:[,(&|?:=+*/\\-]|[<>]=?)$/.test(token) || piece.tokens[k + 1] === '\\') continue;
      const width = piece.tokens.slice(0, k + 1).join(' ').length;
      const score =
        likeness(piece.tokens, k + 1, like) +
        (like.length > 0 && token === like.at(-1) ? 0.6 : 0) +
        (token.endsWith(',') ? 0.2 : 0) -
        (width > 76 ? 1 : 0) -
        (other === null ? k * 0.02 : 0) +
        (other !== null && width <= 76 ? width / 400 : 0);
      if (score > most) [best, most] = [k + 1, score];
    }
    ends[i] = best;
  }
  return ends;
}

/** The last removed piece of the run that piece `i` adds to. */
function lastRemoved(pieces: readonly Piece[], i: number): Piece | null {
  if (pieces[i]!.kind !== '+') return null;
  let k = i - 1;
  while (k > 0 && pieces[k]!.kind === '+' && cutLines(pieces[k]!).length <= 1) k--;
  return pieces[k]!.kind === '-' ? pieces[k]! : null;
}

function openBefore(pieces: readonly Piece[], i: number): number {
  let k = i;
  while (k > 1 && pieces[k - 1]!.kind === pieces[i]!.kind && cutLines(pieces[k - 1]!).length <= 1) k--;
  return pieces[k]!.state.depth;
}

/** Share of tokens that the first `n` of one list have in common with another. */
function likeness(tokens: readonly string[], n: number, other: readonly string[]): number {
  if (other.length === 0) return 0;
  const theirs = new Set(other);
  let shared = 0;
  for (let i = 0; i < n; i++) if (theirs.has(tokens[i]!)) shared++;
  return (2 * shared) / (n + other.length);
}

/** Ends the run with the head of a statement that the run's other side has no head for? */
function isLoneHead(run: readonly HunkLine[]): boolean {
  const last = run.at(-1)!;
  const head = /^\s*(?:\}\s*)?(?:if|for|while|else|switch|do|\w*for_each\w*)\b/;
  return head.test(last.text) && !/[;{]$/.test(last.text) && !run.some((l) => l.kind !== last.kind && head.test(l.text));
}

function braces(text: string): number {
  let n = 0;
  for (const c of text) n += c === '{' ? 1 : c === '}' ? -1 : 0;
  return n;
}

/**
 * More lines of context than the counts allow: a changed line of which C made several, or context of which it did. Around
 * the changes stand three lines at most; between changes of one kind a single line is the likeliest to be the end of the
 * changed line above it.
 */
function joinContext(lines: readonly HunkLine[], wanted: number): HunkLine[] {
  const out = [...lines];
  for (let surplus = out.filter((l) => l.kind === ' ').length - wanted; surplus > 0; surplus--) {
    const runs = contextRuns(out);
    const longest = (least: number, of: (r: Run) => boolean): Run | undefined =>
      runs.filter((r) => r.length >= least && of(r)).sort((a, b) => b.length - a.length || a.at - b.at)[0];
    const outer = longest(AROUND + 1, (r) => r.outer);
    const within = runs.find((r) => r.length === 1 && !r.outer && out[r.at - 1]!.kind === out[r.at + 1]!.kind);
    const run = outer ?? within ?? longest(2, (r) => !r.outer) ?? runs.find((r) => !r.outer) ?? longest(2, () => true);
    if (run === undefined) return out;
    const at = run.length === 1 ? run.at - 1 : run.at;
    out.splice(at, 2, { ...out[at]!, text: `${out[at]!.text} ${out[at + 1]!.text}` });
  }
  return out;
}

/** Lines of context around the changes of a hunk. */
const AROUND = 3;

interface Run {
  readonly at: number;
  readonly length: number;
  readonly outer: boolean;
}

function contextRuns(lines: readonly HunkLine[]): Run[] {
  const runs: Run[] = [];
  for (let i = 0; i < lines.length; i++) {
    let length = 0;
    while (lines[i + length]?.kind === ' ') length++;
    if (length > 0) runs.push({ at: i, length, outer: i === 0 || i + length === lines.length });
    i += length;
  }
  return runs;
}

function line(kind: LineKind, text: string, mailLine: number): HunkLine {
  return { kind, text, inferred: false, mailLine, noNewline: false };
}

function gap(file: string, why: string): Gap {
  return { stage: 'parse', file, function: '', why };
}
