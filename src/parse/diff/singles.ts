import type { Hunk, HunkLine, LineKind } from '../series.js';
import { insertBlanks } from './blank-lines.js';

/** Lines still to be put back, by kind. */
type Budget = Record<LineKind, number>;

/**
 * Puts lines of one word back that an archive dropped: the ends of comments, the braces of new functions, labels that
 * added code jumps to; what the counts still ask for becomes blank lines. `hunks` are all of one file, since a label
 * and its `goto` stand in different ones. Each result is a guess that closes by its counts; null where none does.
 */
export function restoreSingles(hunks: readonly Hunk[]): readonly (Hunk | null)[] {
  const labels = newLabels(hunks);
  const home = labels.map((label) => labelHome(hunks, label));
  return hunks.map((hunk, h) => {
    if (hunk.certainty !== 'refused' || hunk.lines.length === 0) return null;
    const budget = missing(hunk, hunk.lines);
    if (budget === null) return null;
    let lines = brackets(comments(hunk.lines, budget), budget);
    for (const [i, label] of labels.entries()) {
      if (home[i] === h && budget['+'] > 0) lines = insertLabel(lines, label, hunk, budget);
    }
    if (lines.every((l) => l.kind === ' ')) lines = insertChange(lines, hunk, budget);
    for (const kind of ['+', '-'] as const) {
      const at = lines.findLastIndex((l) => l.kind === kind) + 1;
      lines = [...lines.slice(0, at), ...Array.from({ length: budget[kind] }, () => put(kind, '')), ...lines.slice(at)];
    }
    lines = insertBlanks(lines, budget[' '], hunk, true);
    const left = missing(hunk, lines);
    return left !== null && left[' '] + left['+'] + left['-'] === 0 ? { ...hunk, lines, certainty: 'guessed' } : null;
  });
}

/** What the counts ask for beyond `lines`: as much context as possible. Null when there are too many lines already. */
function missing(hunk: Hunk, lines: readonly HunkLine[]): Budget | null {
  const older = hunk.oldLines - lines.filter((l) => l.kind !== '+').length;
  const newer = hunk.newLines - lines.filter((l) => l.kind !== '-').length;
  if (older < 0 || newer < 0) return null;
  const context = Math.min(older, newer);
  return { ' ': context, '+': newer - context, '-': older - context };
}

/** A comment's inner line next to code: the opening or closing line between them is gone. */
function comments(lines: readonly HunkLine[], budget: Budget): HunkLine[] {
  const out: HunkLine[] = [];
  lines.forEach((line, i) => {
    const inner = isInner(line.text);
    const before = neighbour(lines, i, -1);
    if (inner && before !== null && !/^\/?\*/.test(before.text.trim())) spend(out, budget, line.kind, `${indent(line.text)}/*`);
    out.push(line);
    const behind = neighbour(lines, i, 1);
    if (inner && behind !== null && !behind.text.trim().startsWith('*')) spend(out, budget, line.kind, `${indent(line.text)} */`);
  });
  return out;
}

/** `{` and `}` of functions that stand in the first column. */
function brackets(lines: readonly HunkLine[], budget: Budget): HunkLine[] {
  const out: HunkLine[] = [];
  let open = false;
  lines.forEach((line, i) => {
    const next = lines[i + 1];
    if (open && line.kind === '+' && /^\w/.test(line.text)) {
      spend(out, budget, '+', '}');
      open = false;
    }
    out.push(line);
    if (line.kind === '+' && /^[\w\s*]{1,80}\(.{0,400}\)\s*$/.test(line.text) && /^\w/.test(line.text) && next?.kind === '+' && /^\s/.test(next.text)) {
      open = spend(out, budget, '+', '{');
    } else if (open && line.kind === '+' && (next === undefined || next.kind !== '+')) {
      spend(out, budget, '+', '}');
      open = false;
    }
  });
  return out;
}

/** Labels that only added lines jump to. */
function newLabels(hunks: readonly Hunk[]): string[] {
  const added = new Set<string>();
  const old = new Set<string>();
  for (const line of hunks.flatMap((h) => h.lines)) {
    const label = /\bgoto (\w{1,80});/.exec(line.text)?.[1];
    if (label !== undefined) (line.kind === '+' ? added : old).add(label);
  }
  return [...added].filter((l) => !old.has(l));
}

/** The hunk that lacks an added line, nearest to the jump and in its function: a retry label stands above it. */
function labelHome(hunks: readonly Hunk[], label: string): number {
  const from = hunks.findIndex((h) => h.lines.some((l) => l.kind === '+' && l.text.includes(`goto ${label};`)));
  const fits = (h: number): boolean =>
    hunks[h]!.certainty === 'refused' && (missing(hunks[h]!, hunks[h]!.lines)?.['+'] ?? 0) > 0 && hunks[h]!.section === hunks[from]!.section;
  for (let h = from - 1; h >= 0; h--) if (fits(h)) return h;
  for (let h = from; h < hunks.length; h++) if (fits(h)) return h;
  return -1;
}

function insertLabel(lines: readonly HunkLine[], label: string, hunk: Hunk, budget: Budget): HunkLine[] {
  budget['+']--;
  const at = lines.some((l) => l.kind !== ' ') ? lines.findIndex((l) => l.kind === '+') : middle(lines, hunk);
  return [...lines.slice(0, at), put('+', `${label}:`), ...lines.slice(at)];
}

/** A hunk whose only change was a word: it stands in the middle of its context. */
function insertChange(lines: readonly HunkLine[], hunk: Hunk, budget: Budget): HunkLine[] {
  const at = middle(lines, hunk);
  const change = (['-', '+'] as const).flatMap((kind) => Array.from({ length: budget[kind] }, () => put(kind, '')));
  budget['+'] = 0;
  budget['-'] = 0;
  return [...lines.slice(0, at), ...change, ...lines.slice(at)];
}

/** With three lines of context on either side: behind the declarations if that may be the place. */
function middle(lines: readonly HunkLine[], hunk: Hunk): number {
  const context = Math.min(hunk.oldLines, hunk.newLines);
  const least = Math.max(0, lines.length - Math.ceil(context / 2));
  const most = Math.min(lines.length, Math.ceil(context / 2));
  for (let at = most; at > least; at--) {
    if (/^\s*(?:struct|unsigned|int|long|bool|static|const|enum)\b.*;\s*$/.test(lines[at - 1]!.text)) return at;
  }
  return Math.max(least, Math.min(most, Math.ceil(lines.length / 2)));
}

function spend(out: HunkLine[], budget: Budget, kind: LineKind, text: string): boolean {
  // A comment that is only added to ends on a line of context.
  const from = budget[kind] > 0 ? kind : ' ';
  if (budget[from] === 0) return false;
  budget[from]--;
  out.push(put(from, text));
  return true;
}

/** The next line on a side that `i` is on. */
function neighbour(lines: readonly HunkLine[], i: number, step: 1 | -1): HunkLine | null {
  const kind = lines[i]!.kind;
  for (let k = i + step; k >= 0 && k < lines.length; k += step) {
    const other = lines[k]!.kind;
    if (kind === ' ' || other === ' ' || other === kind) return lines[k]!;
  }
  return null;
}

function isInner(text: string): boolean {
  return /^\s*\* /.test(text) && !text.includes('*/');
}

function indent(text: string): string {
  return /^\s*/.exec(text)![0].replace(/ $/, '');
}

function put(kind: LineKind, text: string): HunkLine {
  return { kind, text, inferred: true, mailLine: 0, noNewline: false };
}
