import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Gap } from '../parse/gap.js';
import type { Base } from '../parse/pairs.js';
import { unsafe } from '../parse/diff/paths.js';
import type { Series } from '../parse/series.js';
import { git, type GitObject, readObjects } from './git.js';
import { applyPrerequisites } from './prerequisites.js';

/** The same words as `report.BaseKind`. */
export type BaseKind = 'base-commit' | 'prerequisites' | 'blob-ids' | 'head' | 'folder' | 'none';

/** What the first patch of a series stands on, read and ready. */
export interface SeriesBase {
  readonly kind: BaseKind;
  /** Full commit id that everything beyond the patched files is read at; null without git. */
  readonly rev: string | null;
  /** Pure look-up in what was read beforehand: the files of the series. */
  readonly read: Base;
  /** The base is the commit that the series names. */
  readonly exact: boolean;
  /** "6.1.192" from the tree's Makefile, or null. */
  readonly version: string | null;
  readonly gaps: readonly Gap[];
  /** Why the revision that was asked for on the command line, or the repository itself, cannot be read. */
  readonly error: string | null;
}

/**
 * A source tree as a value with reads. Of a git repository only its objects are read, so neither work tree nor index
 * matter or are touched; anything else is a plain folder.
 */
export interface Tree {
  readonly kind: 'git' | 'folder' | 'none';
  readonly dir: string | null;
  /** The revision asked for, as given; null is HEAD. */
  readonly rev: string | null;
  /** Why the tree or the revision that was asked for cannot be used; then nothing can be read. */
  readonly error: string | null;
  readonly gaps: readonly Gap[];
  /**
   * Resolves the base: `rev` if one was asked for, else base-commit (with the prerequisites, found in the tree or in `all`,
   * the other series of the input), `index` blob ids, HEAD or the folder.
   */
  readonly baseFor: (series: Series, all?: readonly Series[]) => Promise<SeriesBase>;
  /** Files at a commit (null: HEAD, or the folder as it lies there). Missing ones are left out. */
  readonly read: (paths: readonly string[], rev: string | null) => Promise<ReadonlyMap<string, string>>;
  /** Paths of C files below `under` that contain the word, sorted. */
  readonly mentions: (word: string, under: readonly string[], rev: string | null) => Promise<readonly string[]>;
}

/** No file of a source tree is longer. */
const MAX_FILE = 16 << 20;

/** Opens a tree; null is no tree. Never rejects; see `error`. */
export async function openTree(dir: string | null, rev: string | null = null): Promise<Tree> {
  if (dir === null) return noTree(null, null, rev === null ? null : '--base needs a tree: pass --tree, or run inside one');
  const root = resolve(dir);
  const found = await stat(root).catch(() => null);
  if (found === null || !found.isDirectory()) return noTree(root, rev, `${dir} is no folder`);
  const kernel = await isKernel(root);
  const gaps = kernel ? [] : [gap(`${dir} does not look like a kernel tree (no Kbuild, mm/ and kernel/ in it); its files are used all the same`)];
  if (!(await isRepository(root))) {
    if (rev !== null) return noTree(root, rev, `${dir} is no git repository, so --base ${rev} cannot be read`);
    return checked(folderTree(root, gaps), dir, kernel);
  }
  const bare = !(await exists(join(root, '.git')));
  return checked(gitTree(root, rev, bare ? [] : gaps), dir, kernel || bare);
}

/** The git work tree around `cwd`, if it looks like a kernel. */
export async function findTree(cwd: string): Promise<string | null> {
  for (let dir = resolve(cwd); ; dir = dirname(dir)) {
    if (await exists(join(dir, '.git'))) return (await isKernel(dir)) ? dir : null;
    if (dirname(dir) === dir) return null;
  }
}

/** "6.1.192" from the head of a kernel's Makefile. */
export function kernelVersion(makefile: string): string | null {
  const value = (name: string): string | null => new RegExp(`^${name} = ?(\\d+)[ \\t]*$`, 'm').exec(makefile.slice(0, 4000))?.[1] ?? null;
  const version = value('VERSION');
  const patchlevel = value('PATCHLEVEL');
  return version === null || patchlevel === null ? null : [version, patchlevel, value('SUBLEVEL')].filter((v) => v !== null).join('.');
}

/** A folder of something else altogether is a mistake on the command line, not a base. */
function checked(tree: Tree, dir: string, kernel: boolean): Tree {
  if (kernel) return tree;
  return {
    ...tree,
    baseFor: async (series, all) => {
      const base = await tree.baseFor(series, all);
      const old = series.patches.flatMap((p) => p.files.flatMap((f) => f.oldPath ?? []));
      if (base.error !== null || old.length === 0 || old.some((path) => base.read(path, null) !== null)) return base;
      return noBase(`${dir} is no kernel tree, and none of the files of the series is in it`);
    },
  };
}

function noTree(dir: string | null, rev: string | null, error: string | null): Tree {
  return {
    kind: 'none',
    dir,
    rev,
    error,
    gaps: [],
    baseFor: async () => noBase(error),
    read: async () => new Map(),
    mentions: async () => [],
  };
}

function gitTree(dir: string, rev: string | null, gaps: readonly Gap[]): Tree {
  return {
    kind: 'git',
    dir,
    rev,
    error: null,
    gaps,
    baseFor: (series, all) => gitBase(dir, rev, series, all ?? []),
    read: async (paths, at) => {
      const safe = paths.filter((p) => unsafe(p) === null);
      const { objects } = await readObjects(
        dir,
        safe.map((p) => `${at ?? rev ?? 'HEAD'}:${p}`),
      );
      return new Map(safe.flatMap((p, i) => (isText(objects[i]) ? [[p, textOf(objects[i]!.content)] as const] : [])));
    },
    mentions: async (word, under, at) => {
      const specs = under.flatMap((u) => [`:(glob)${u}/**/*.c`, `:(glob)${u}/**/*.h`]);
      const { out } = await git(dir, ['grep', '-lwFz', '-e', word, at ?? rev ?? 'HEAD', '--', ...(specs.length > 0 ? specs : ['*.c', '*.h'])]);
      return out
        .toString('utf8')
        .split('\0')
        .filter((l) => l !== '')
        .map((l) => l.slice(l.indexOf(':') + 1))
        .sort();
    },
  };
}

interface Wanted {
  readonly path: string;
  readonly blob: string | null;
}

/** One process for everything: the commits that may be the base, the blobs by id, and the files at each commit. */
async function gitBase(dir: string, rev: string | null, series: Series, all: readonly Series[]): Promise<SeriesBase> {
  const wanted = firstTouches(series);
  const later = laterBlobs(series, wanted);
  const named = rev ?? [...new Set(series.patches.flatMap((p) => p.baseCommit ?? []))][0] ?? null;
  const gaps: Gap[] = [];
  const start = named ?? 'HEAD';
  const first = [`${start}^{commit}`, `${start}:Makefile`, ...wanted.map((w) => `${start}:${w.path}`), ...wanted.map((w) => w.blob ?? 'x'), ...later];
  const { objects, error } = await readObjects(dir, first);
  if (error !== null) {
    const why = /dubious ownership/.test(error)
      ? `git does not trust ${dir} (it belongs to another user; see git's safe.directory)`
      : `git could not read ${dir}: ${error.split('\n')[0]}`;
    return noBase(why);
  }
  const commit = objects[0];
  if (commit === null || commit === undefined) {
    if (rev !== null) return noBase(`${dir} has no revision ${rev}`);
    if (named === null) return noBase(`${dir} has no commit yet`);
    const next = await gitBase(dir, null, withoutBase(series), all);
    return { ...next, gaps: [gap(`the tree has no commit ${named.slice(0, 12)}, which the series names as its base`), ...next.gaps] };
  }
  const atCommit = new Map<string, GitObject>();
  const byId = new Map<string, string>();
  let known = 0;
  wanted.forEach((w, i) => {
    const file = objects[2 + i];
    if (isText(file)) atCommit.set(w.path, file);
    const blob = objects[2 + wanted.length + i];
    if (w.blob === null || !isText(blob)) return;
    known++;
    byId.set(w.path, textOf(blob.content));
  });
  const ids = wanted.filter((w) => w.blob !== null).length;
  const texts = new Map([...atCommit].map(([path, o]) => [path, textOf(o.content)]));
  const trusted = named !== null;
  const kind: BaseKind = trusted ? (rev === null ? 'base-commit' : 'head') : ids > 0 && known === ids && wanted.length > 0 ? 'blob-ids' : 'head';
  const makefile = objects[1];
  const blobs = new Map(
    later.flatMap((id, i) => {
      const o = objects[2 + 2 * wanted.length + i];
      return isText(o) ? [[id, textOf(o.content)] as const] : [];
    }),
  );
  const before = await applyPrerequisites(dir, commit.id, rev === null ? series : { ...series, patches: [] }, all, texts);
  if (before.missing > 0)
    gaps.push(
      gap(
        `the series builds on ${before.named} ${before.named === 1 ? 'patch' : 'patches'} (prerequisite-patch-id), of which ${before.missing} ${before.missing === 1 ? 'was' : 'were'} not found or did not apply`,
      ),
    );
  const whole = before.missing === 0;
  return {
    kind: before.named > 0 && whole ? 'prerequisites' : kind,
    rev: commit.id,
    read: (path, oldBlob) => {
      if (path === '') return oldBlob === null ? null : (blobs.get(oldBlob) ?? null);
      if (!trusted && oldBlob !== null && byId.has(path)) return byId.get(path)!;
      if (before.files.has(path)) return before.files.get(path)!;
      return texts.get(path) ?? (trusted ? null : (byId.get(path) ?? null));
    },
    exact: kind === 'base-commit' && whole,
    version: isText(makefile) ? kernelVersion(textOf(makefile.content)) : null,
    gaps,
    error: null,
  };
}

function noBase(error: string | null): SeriesBase {
  return { kind: 'none', rev: null, read: () => null, exact: false, version: null, gaps: error === null ? [] : [gap(error)], error };
}

function withoutBase(series: Series): Series {
  return { ...series, patches: series.patches.map((p) => ({ ...p, baseCommit: null })) };
}

/** The files a series starts from, each with the blob id of the first patch that touches it. */
function firstTouches(series: Series): Wanted[] {
  const seen = new Map<string, Wanted>();
  for (const patch of series.patches) {
    for (const file of patch.files) {
      const path = file.oldPath ?? file.newPath;
      if (path !== null && !seen.has(path)) seen.set(path, { path, blob: file.oldPath === null ? null : file.oldBlob });
      // A name that this series gives to a file is not one to look for in the base.
      if (file.newPath !== null && !seen.has(file.newPath)) seen.set(file.newPath, { path: file.newPath, blob: null });
    }
  }
  return [...seen.values()];
}

/** Texts that later patches of the series name: where a part is missing, the chain goes on from there. */
function laterBlobs(series: Series, wanted: readonly Wanted[]): string[] {
  const first = new Set(wanted.map((w) => w.blob));
  const ids = series.patches.flatMap((p) => p.files.flatMap((f) => (f.oldPath === null || f.oldBlob === null || first.has(f.oldBlob) ? [] : [f.oldBlob])));
  return [...new Set(ids)];
}

function folderTree(dir: string, gaps: readonly Gap[]): Tree {
  const read = async (paths: readonly string[]): Promise<Map<string, string>> => {
    const root = await realpath(dir).catch(() => dir);
    const texts = await Promise.all(paths.map((p) => readInside(root, p)));
    return new Map(paths.flatMap((p, i) => (texts[i] === null ? [] : [[p, texts[i]!] as const])));
  };
  return {
    kind: 'folder',
    dir,
    rev: null,
    error: null,
    gaps,
    baseFor: async (series) => {
      const texts = await read(['Makefile', ...firstTouches(series).map((w) => w.path)]);
      const makefile = texts.get('Makefile');
      return {
        kind: 'folder',
        rev: null,
        read: (path) => texts.get(path) ?? null,
        exact: false,
        version: makefile === undefined ? null : kernelVersion(makefile),
        gaps: [],
        error: null,
      };
    },
    read,
    mentions: async (word, under) => {
      const files = await listSources(dir, under);
      const texts = await read(files);
      const found = new RegExp(`(?<![\\w])${word.replace(/\W/g, '\\$&')}(?![\\w])`);
      return files.filter((f) => found.test(texts.get(f) ?? '')).sort();
    },
  };
}

/** Null for what does not exist, is too long, or is a link that leaves the tree. */
async function readInside(root: string, path: string): Promise<string | null> {
  if (unsafe(path) !== null) return null;
  try {
    const real = await realpath(join(root, path));
    if (!real.startsWith(root + sep)) return null;
    const { size } = await stat(real);
    return size > MAX_FILE ? null : textOf(await readFile(real));
  } catch {
    return null;
  }
}

async function listSources(dir: string, under: readonly string[]): Promise<string[]> {
  const { readdir } = await import('node:fs/promises');
  const found: string[] = [];
  for (const start of under.length > 0 ? under : ['.']) {
    const entries = await readdir(join(dir, start), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const e of entries) if (e.isFile() && /\.[ch]$/.test(e.name)) found.push(join(e.parentPath, e.name).slice(join(dir).length + 1));
  }
  return [...new Set(found)].slice(0, 20_000);
}

async function isKernel(dir: string): Promise<boolean> {
  return (await Promise.all(['Kbuild', 'mm', 'kernel'].map((n) => exists(join(dir, n))))).every(Boolean);
}

async function isRepository(dir: string): Promise<boolean> {
  return (await exists(join(dir, '.git'))) || (await Promise.all(['HEAD', 'objects', 'refs'].map((n) => exists(join(dir, n))))).every(Boolean);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

function isText(object: GitObject | null | undefined): object is GitObject {
  return object !== null && object !== undefined && object.type === 'blob' && object.content.length <= MAX_FILE;
}

/** Old sources hold Latin-1 here and there; those files keep their lines and lose only those letters. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function gap(why: string): Gap {
  return { stage: 'host', file: '', function: '', why };
}
