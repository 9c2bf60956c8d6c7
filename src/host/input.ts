import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { LIMITS } from '../parse/limits.js';
import { git } from './git.js';
import { messageIdOf, readThread } from './thread.js';

/** One readable input: `name` is what messages and gaps call it. */
export interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An INPUT argument that could not be read, and what to do about it. */
export interface InputProblem {
  readonly input: string;
  readonly why: string;
  readonly next: string;
}

export interface Inputs {
  readonly sources: readonly Source[];
  readonly problems: readonly InputProblem[];
  /** For a range of commits, the revision below its first one: the base when no other is asked for. */
  readonly rangeBase: string | null;
}

export interface InputOptions {
  readonly cwd: string;
  /** The git repository that ranges are looked up in; null is `cwd`. */
  readonly tree: string | null;
  /** `--last N`. */
  readonly last: number | null;
  /** Called at most once, for `-`. */
  readonly stdin: () => Promise<Uint8Array>;
}

/**
 * Reads INPUT arguments: files (`.gz` too), `-`, folders (`*.patch` by name, a quilt `series` file, a Maildir), git ranges, and Message-IDs or archive addresses through b4. Never rejects. Order is that of the arguments, and of names within a folder.
 */
export async function readSources(args: readonly string[], options: InputOptions): Promise<Inputs> {
  const sources: Source[] = [];
  const problems: InputProblem[] = [];
  let rangeBase: string | null = null;
  let stdinRead = false;
  const take = (found: Found): void => {
    sources.push(...found.sources);
    problems.push(...found.problems);
  };
  if (options.last !== null) {
    const n = options.last;
    if (!Number.isInteger(n) || n < 1 || n > 1000)
      problems.push({ input: '--last', why: `${n} is no number of commits`, next: 'give a number from 1 to 1000' });
    else {
      const range = await readRange(`HEAD~${n}..HEAD`, options);
      take(range);
      rangeBase = range.base;
    }
  }
  for (const arg of args) {
    if (arg === '-') {
      if (!stdinRead) take(await unpack('stdin', await options.stdin()));
      stdinRead = true;
      continue;
    }
    const path = resolve(options.cwd, arg);
    const info = await stat(path).catch(() => null);
    if (info?.isDirectory()) take(await readFolder(arg, path));
    else if (info !== null) take(await readOne(arg, path, info.size));
    else if (arg.includes('..') && !arg.includes('/../') && !arg.startsWith('../') && !arg.startsWith('-')) {
      const range = await readRange(arg, options);
      take(range);
      rangeBase ??= range.base;
    } else if (messageIdOf(arg) !== null) take(await readMailThread(arg, messageIdOf(arg)!, options));
    else
      problems.push({
        input: arg,
        why: 'there is no such file',
        next: 'pass a mailbox, a patch, a folder of patches, a range A..B, a Message-ID, or - for standard input',
      });
  }
  return { sources, problems, rangeBase };
}

interface Found {
  readonly sources: readonly Source[];
  readonly problems: readonly InputProblem[];
}

async function readOne(name: string, path: string, size: number): Promise<Found> {
  if (size > LIMITS.inputBytes) return problem(name, `longer than ${LIMITS.inputBytes >> 20} MB`, 'pass a mailbox with the mails of one series only');
  try {
    return await unpack(name, await readFile(path));
  } catch (error) {
    return problem(name, `cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'check the file and its permissions');
  }
}

async function unpack(name: string, bytes: Uint8Array): Promise<Found> {
  if (bytes.length === 0) return problem(name, 'is empty', name === 'stdin' ? 'pipe a mail or a patch into the command' : 'pass a mail or a patch');
  let text = bytes;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      text = await promisify(gunzip)(bytes, { maxOutputLength: LIMITS.inputBytes });
    } catch (error) {
      return problem(
        name,
        `cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`,
        'unpack it by hand, and pass the mails of one series only',
      );
    }
  }
  if (isBinary(text)) return problem(name, 'is a binary file, not a mail or a patch', 'save the mail as text (mbox or raw)');
  return { sources: [{ name, bytes: text }], problems: [] };
}

async function readFolder(arg: string, path: string): Promise<Found> {
  const names = (await readdir(path).catch(() => [])).sort();
  for (const series of ['series', 'patches/series']) {
    const list = await readFile(join(path, series), 'utf8').catch(() => null);
    if (list !== null)
      return readAll(
        arg,
        quiltNames(list).map((n) => join(series === 'series' ? '' : 'patches', n)),
        path,
      );
  }
  if (names.includes('cur') && names.includes('new')) {
    const mails = await Promise.all(['cur', 'new'].map(async (d) => (await readdir(join(path, d)).catch(() => [])).sort().map((n) => join(d, n))));
    return readAll(arg, mails.flat(), path);
  }
  const patches = names.filter((n) => /\.(?:patch|diff|mbox|mbx|eml)(?:\.gz)?$/i.test(n));
  if (patches.length === 0)
    return problem(arg, 'a folder with no patches in it', 'pass the folder that git format-patch wrote (it looks for *.patch, *.diff, *.mbox and *.eml)');
  return readAll(arg, patches, path);
}

async function readAll(arg: string, names: readonly string[], path: string): Promise<Found> {
  const sources: Source[] = [];
  const problems: InputProblem[] = [];
  if (names.length === 0) return problem(arg, 'a folder with no mails or patches in it', 'pass the folder that git format-patch wrote');
  for (const name of names.slice(0, LIMITS.messages)) {
    const file = join(path, name);
    const info = await stat(file).catch(() => null);
    if (info === null) problems.push({ input: join(arg, name), why: 'there is no such file', next: 'check the series file' });
    if (info === null || !info.isFile()) continue;
    const found = await readOne(join(arg, name), file, info.size);
    sources.push(...found.sources);
    problems.push(...found.problems);
  }
  return { sources, problems };
}

/** Lines of a quilt series file: a name, perhaps `-p1` and a comment behind it. */
function quiltNames(list: string): string[] {
  return list
    .split('\n')
    .map((l) => l.split('#')[0]!.trim().split(/\s+/)[0]!)
    .filter((n) => n !== '' && !n.startsWith('/') && !n.split('/').includes('..'));
}

const FORMAT = [
  '--stdout',
  '--numbered',
  '--full-index',
  '--no-attach',
  '--no-thread',
  '--no-cover-letter',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-to',
  '--no-cc',
  '--subject-prefix=PATCH',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '-U3',
];

async function readRange(range: string, options: InputOptions): Promise<Found & { readonly base: string | null }> {
  const dir = options.tree ?? options.cwd;
  const at = range.indexOf('..');
  const from = range.slice(0, at) || 'HEAD';
  const to = range.slice(at).replace(/^\.+/, '') || 'HEAD';
  const [patches, below] = await Promise.all([
    git(dir, ['-c', 'diff.noprefix=false', '-c', 'format.noprefix=false', 'format-patch', ...FORMAT, `${from}..${to}`, '--'], null, LIMITS.inputBytes),
    git(dir, ['merge-base', from, to]),
  ]);
  if (patches.code !== 0)
    return {
      ...problem(range, `is no file, and git says: ${patches.err.split('\n')[0] ?? ''}`, `run it inside the repository, or name the repository with --tree`),
      base: null,
    };
  if (patches.out.length === 0) return { ...problem(range, 'a range without commits', 'give the older end first: A..B'), base: null };
  return { sources: [{ name: range, bytes: patches.out }], problems: [], base: below.code === 0 ? below.out.toString('latin1').trim() : null };
}

async function readMailThread(arg: string, id: string, options: InputOptions): Promise<Found> {
  const thread = await readThread(id, options.cwd, LIMITS.inputBytes);
  return thread.ok ? unpack(arg, thread.bytes) : problem(arg, thread.why, thread.next);
}

function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8192).includes(0);
}

function problem(input: string, why: string, next: string): Found {
  return { sources: [], problems: [{ input, why, next }] };
}
