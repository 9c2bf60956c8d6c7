import { LIMITS } from '../limits.js';
import { gitNames, pairOf } from './paths.js';

export interface RawHunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly section: string;
  /** 0-based index of the `@@` line. */
  readonly at: number;
  /** Its lines are [at + 1, end): exactly what the counts ask for when `strict`, else everything up to the next header. */
  readonly end: number;
  /** Every line has its marker and the counts close. */
  readonly strict: boolean;
  /** Nothing follows in the mail that belongs to the diff: what stands behind the hunk may be page furniture. */
  readonly last: boolean;
}

export interface RawFile {
  readonly oldPath: string | null;
  readonly newPath: string | null;
  readonly rename: boolean;
  readonly binary: boolean;
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  readonly hunks: readonly RawHunk[];
  /** 0-based index of its first header line. */
  readonly at: number;
}

/** `line` is the 0-based line of the body. */
export interface Problem {
  readonly line: number;
  readonly file: string;
  readonly why: string;
}

/**
 * Finds the files and hunks in a message body. Hunks are followed by their counts where that works, because a
 * removed line may look like a header; where it does not, up to the next line that can only be a header.
 */
export function splitDiff(lines: readonly string[]): { readonly files: readonly RawFile[]; readonly problems: readonly Problem[] } {
  const files: RawFile[] = [];
  const problems: Problem[] = [];
  let current: Header | null = null;
  let hunks: RawHunk[] = [];
  let seen = 0;
  const close = (): void => {
    if (current === null) return;
    const result = finish(current, hunks);
    if ('why' in result) problems.push(result);
    else files.push(result);
    current = null;
    hunks = [];
  };
  let i = 0;
  while (i < lines.length) {
    const line = lines[i]!;
    if (files.length >= LIMITS.files || seen >= LIMITS.hunks) {
      problems.push({ line: i, file: '', why: `more than ${LIMITS.files} files or ${LIMITS.hunks} hunks in one patch, the rest was not read` });
      break;
    }
    if (line.startsWith('diff --git ')) {
      close();
      current = { ...EMPTY, at: i, git: line.slice(11) };
      i++;
    } else if (isFileHeader(lines, i)) {
      // Inside a git header only when nothing but its extended lines stood before.
      if (current === null || current.older !== null || hunks.length > 0) {
        close();
        current = { ...EMPTY, at: i };
      }
      current = { ...current, older: line.slice(4), newer: lines[i + 1]!.slice(4) };
      i += 2;
    } else if (line.startsWith('@@ -')) {
      const hunk = readHunk(lines, i);
      seen++;
      if (hunk === null) {
        problems.push({ line: i, file: '', why: `a hunk header that cannot be read: ${line.slice(0, 60)}` });
        i++;
      } else {
        if (current === null) problems.push({ line: i, file: '', why: `the hunk "${line.slice(0, 40)}" stands under no file name` });
        else hunks.push(hunk);
        i = hunk.end;
      }
    } else {
      if (line.startsWith('@@@ -')) problems.push({ line: i, file: '', why: 'a combined diff of a merge was not read' });
      if (current !== null && current.git !== null && hunks.length === 0) current = extended(current, line);
      i++;
    }
  }
  close();
  return { files, problems };
}

/** `@@ -a,b +c,d @@ section`. */
export function parseHunkHeader(line: string): Pick<RawHunk, 'oldStart' | 'oldLines' | 'newStart' | 'newLines' | 'section'> | null {
  const found = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/.exec(line.slice(0, 80));
  if (found === null) return null;
  const [head, oldStart, oldLines, newStart, newLines] = found;
  return {
    oldStart: Number(oldStart),
    oldLines: Number(oldLines ?? 1),
    newStart: Number(newStart),
    newLines: Number(newLines ?? 1),
    section: line.slice(head.length, head.length + 400).trim(),
  };
}

/** Where a mail's diff ends: a signature, a list's footer, or the links that archives set below a mail. */
function isEnd(lines: readonly string[], i: number): boolean {
  return (
    isSignature(lines, i) ||
    /^(?:_{20}|={20}|-{20}|\[(?:Prev|Next|Date|Thread|Top)\b|reply via email to|To unsubscribe from this list|To unsubscribe, )/.test(lines[i]!)
  );
}

/** git's and most mailers' signature: `-- `, which archives trim to `--`. */
function isSignature(lines: readonly string[], i: number): boolean {
  const line = lines[i];
  if (line !== '-- ' && line !== '--') return false;
  const next = lines[i + 1];
  return next === undefined || next === '' || /^\d+\.\d/.test(next) || !/^[-+ @\\]/.test(next);
}

interface Header {
  readonly at: number;
  readonly git: string | null;
  readonly older: string | null;
  readonly newer: string | null;
  readonly renameFrom: string | null;
  readonly renameTo: string | null;
  readonly copy: boolean;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly binary: boolean;
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
}

const EMPTY: Header = {
  at: 0,
  git: null,
  older: null,
  newer: null,
  renameFrom: null,
  renameTo: null,
  copy: false,
  created: false,
  deleted: false,
  binary: false,
  oldBlob: null,
  newBlob: null,
};

function extended(header: Header, line: string): Header {
  if (line.startsWith('index ')) {
    const found = /^index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: \d{6})?\s{0,4}$/.exec(line.slice(0, 160));
    return found === null ? header : { ...header, oldBlob: blob(found[1]!), newBlob: blob(found[2]!) };
  }
  if (line.startsWith('new file mode ')) return { ...header, created: true };
  if (line.startsWith('deleted file mode ')) return { ...header, deleted: true };
  if (line.startsWith('rename from ')) return { ...header, renameFrom: line.slice(12) };
  if (line.startsWith('rename to ')) return { ...header, renameTo: line.slice(10) };
  if (line.startsWith('copy from ')) return { ...header, renameFrom: line.slice(10), copy: true };
  if (line.startsWith('copy to ')) return { ...header, renameTo: line.slice(8), copy: true };
  if (line.startsWith('GIT binary patch') || (line.startsWith('Binary files ') && line.trimEnd().endsWith(' differ'))) return { ...header, binary: true };
  return header;
}

function finish(header: Header, hunks: readonly RawHunk[]): RawFile | Problem {
  let names: readonly [string, string] | null = null;
  if (header.older !== null && header.newer !== null) names = [header.older, header.newer];
  else if (header.renameFrom !== null && header.renameTo !== null) names = [`a/${bare(header.renameFrom)}`, `b/${bare(header.renameTo)}`];
  else if (header.git !== null && header.git.length < 9000) {
    names = gitNames(header.git);
    if (names !== null && header.created) names = ['/dev/null', names[1]];
    else if (names !== null && header.deleted) names = [names[0], '/dev/null'];
  }
  if (names === null) return { line: header.at, file: '', why: 'a file whose name cannot be read was left out' };
  const paths = pairOf(names[0], names[1]);
  if (!paths.ok) return { line: header.at, file: '', why: `a file was left out because of ${paths.why}` };
  return {
    ...paths.pair,
    rename: header.renameFrom !== null && !header.copy,
    binary: header.binary,
    oldBlob: header.oldBlob,
    newBlob: header.newBlob,
    hunks: hunks.map((h, i) => (i === hunks.length - 1 ? h : { ...h, last: false })),
    at: header.at,
  };
}

/** `rename from` names carry no `a/`, but may be quoted. */
function bare(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1) : name;
}

function blob(id: string): string | null {
  return /^0+$/.test(id) ? null : id;
}

function isFileHeader(lines: readonly string[], i: number): boolean {
  return lines[i]!.startsWith('--- ') && (lines[i + 1] ?? '').startsWith('+++ ') && (lines[i + 2] ?? '').startsWith('@@ -');
}

function readHunk(lines: readonly string[], at: number): RawHunk | null {
  const header = parseHunkHeader(lines[at]!);
  if (header === null) return null;
  const strict = strictEnd(lines, at + 1, header.oldLines, header.newLines);
  if (strict !== null) return { ...header, at, end: strict, strict: true, last: false };
  let end = at + 1;
  while (end < lines.length && !isBoundary(lines, end)) end++;
  return { ...header, at, end, strict: false, last: end >= lines.length || isEnd(lines, end) };
}

/** The index behind the hunk when each line has a marker and the counts close exactly, else null. */
function strictEnd(lines: readonly string[], from: number, oldLines: number, newLines: number): number | null {
  if (oldLines + newLines === 0 || oldLines > LIMITS.hunkLines || newLines > LIMITS.hunkLines) return null;
  let older = oldLines;
  let newer = newLines;
  let i = from;
  for (; older > 0 || newer > 0; i++) {
    const line = lines[i];
    if (line === undefined || line.length > LIMITS.lineChars) return null;
    const c = line[0] ?? ' ';
    if (c === ' ' || c === '\r') older--, newer--;
    else if (c === '-') older--;
    else if (c === '+') newer--;
    else if (c !== '\\' || i === from) return null;
    if (older < 0 || newer < 0) return null;
  }
  if (lines[i]?.startsWith('\\ ')) i++;
  // A signature that was counted as a removed line: the counts are wrong.
  if (/^--\s?$/.test(lines[i - 1]!) && /^\d+\.\d/.test(lines[i] ?? '')) return null;
  const next = lines[i] ?? '';
  const more = (next.startsWith('+') && !next.startsWith('+++ ')) || (next.startsWith('-') && !next.startsWith('--'));
  return more ? null : i;
}

function isBoundary(lines: readonly string[], i: number): boolean {
  const line = lines[i]!;
  return line.startsWith('diff --git ') || parseHunkHeaderFast(line) || isFileHeader(lines, i) || isEnd(lines, i) || line.startsWith('Index: ');
}

function parseHunkHeaderFast(line: string): boolean {
  return line.startsWith('@@ -') && parseHunkHeader(line) !== null;
}
