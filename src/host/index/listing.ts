import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../git.js';
import type { Cache } from './cache.js';

/** A C file of a tree and the id of its content, as git computes it. */
export interface Listed {
  readonly path: string;
  readonly blob: string;
}

/** Directories with more C files than this, all levels counted, are entered only where the reviewed file lies. */
const WHOLE = 700;
const NEVER = /^(Documentation|samples|scripts|tools|usr)\//;

/**
 * What a file of a kernel may call without a module's help: everything in `include/` and in the architectures' headers;
 * small top directories (mm, kernel, lib, block …) as a whole; of the big ones (fs, net, drivers …) the files that lie
 * directly in them and in their `core`; and the folder of each of `about` with everything below it.
 */
export function scopeOf<T extends { readonly path: string }>(files: readonly T[], about: readonly string[]): T[] {
  const counts = new Map<string, number>();
  for (const f of files) {
    const top = topOf(f.path);
    counts.set(top, (counts.get(top) ?? 0) + 1);
  }
  const own = ownFolders(files, about);
  return files.filter(({ path }) => {
    const top = topOf(path);
    if (own.some((folder) => path.startsWith(folder))) return true;
    if (NEVER.test(path)) return false;
    if (top === 'include') return !path.startsWith('include/dt-bindings/');
    if (top === 'arch') return /^arch\/\w+\/include\/asm\//.test(path);
    const below = path.slice(top.length + 1);
    return (counts.get(top) ?? 0) <= WHOLE || !below.includes('/') || /^core\/[^/]+$/.test(below);
  });
}

/** The folder of each file; when that is small, also what lies beside it. */
function ownFolders(files: readonly { readonly path: string }[], about: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const own of new Set(about.map((path) => path.slice(0, path.lastIndexOf('/') + 1)))) {
    const parts = own.split('/').slice(0, -1);
    if (parts.length === 0) continue;
    let folder = `${parts.join('/')}/`;
    while (parts.length > 2) {
      parts.pop();
      const outer = `${parts.join('/')}/`;
      if (files.filter((f) => f.path.startsWith(outer)).length > WHOLE) break;
      folder = outer;
    }
    if (folder.split('/').length > 2 || files.filter((f) => f.path.startsWith(folder)).length <= WHOLE) folders.add(folder);
  }
  return [...folders].sort();
}

function topOf(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The C files of a commit; null when git cannot say. */
export async function listCommit(dir: string, rev: string): Promise<readonly Listed[] | null> {
  const { code, out } = await git(dir, ['ls-tree', '-r', '-z', '--full-tree', rev]);
  if (code !== 0) return null;
  const files: Listed[] = [];
  for (let at = 0; at < out.length; ) {
    let end = out.indexOf(0, at);
    if (end < 0) end = out.length;
    // "100644 blob <id>\t<path>"; only the last two characters tell whether it is wanted.
    const last = out[end - 1];
    if (out[end - 2] === 46 && (last === 99 || last === 104) && out[at] === 49 && out[at + 1] === 48) {
      const line = out.toString('utf8', at, end);
      const tab = line.indexOf('\t');
      files.push({ blob: line.slice(12, tab), path: line.slice(tab + 1) });
    }
    at = end + 1;
  }
  return files;
}

/** A file's time stamps and size, and the content id that went with them. */
type Stamp = readonly [path: string, size: number, mtimeMs: number, ctimeMs: number, inode: number, blob: string];

/** A file that changed this shortly before it was looked at may change again without a new time stamp. */
const RACY_MS = 2_000;

/**
 * The C files of a plain folder, with the ids of their contents. Contents are read again only where size or times have
 * changed since the last time; `cache` keeps that. Only what `scopeOf` keeps is looked at.
 */
export function listFolder(dir: string, about: readonly string[], cache: Cache): readonly Listed[] {
  const name = `folder-${sha1(dir)}.json`;
  const before = new Map(readStamps(cache.get(name)).map((s) => [s[0], s]));
  const now = Date.now();
  const stamps: Stamp[] = [];
  let changed = false;
  const out: Listed[] = [];
  for (const { path } of scopeOf(walkFolder(dir, about), about)) {
    try {
      const s = statSync(join(dir, path));
      if (!s.isFile() || s.size > 16 << 20) continue;
      const old = before.get(path);
      const same = old !== undefined && old[1] === s.size && old[2] === s.mtimeMs && old[3] === s.ctimeMs && old[4] === s.ino;
      const blob = same ? old[5] : blobId(readFileSync(join(dir, path)));
      if (!same) changed = true;
      if (now - Math.max(s.mtimeMs, s.ctimeMs) > RACY_MS) stamps.push([path, s.size, s.mtimeMs, s.ctimeMs, s.ino, blob]);
      before.delete(path);
      out.push({ path, blob });
    } catch {
      // Gone, or not ours to read: then it is not in the index.
    }
  }
  if (changed) cache.put(name, JSON.stringify([...stamps, ...before.values()]));
  return out;
}

/** At least the files that `scopeOf` needs: a big directory is left as soon as it turns out to be one. */
function walkFolder(dir: string, about: readonly string[]): { path: string }[] {
  const found = new Set<string>();
  for (const e of entriesOf(dir, '')) {
    if (e.file) {
      found.add(e.path);
      continue;
    }
    if (NEVER.test(`${e.path}/`)) continue;
    const deep = new Set<string>();
    if (e.path === 'arch') for (const a of entriesOf(dir, e.path)) walk(dir, `${a.path}/include/asm`, deep, Infinity);
    else walk(dir, e.path, deep, e.path === 'include' ? Infinity : WHOLE);
    if (deep.size > WHOLE) walk(dir, `${e.path}/core`, deep, Infinity);
    for (const path of deep) found.add(path);
  }
  for (const top of new Set(about.map((path) => path.split('/').slice(0, -1).slice(0, 2).join('/')))) if (top !== '') walk(dir, top, found, Infinity);
  return [...found].sort().map((path) => ({ path }));
}

/** The files of a directory before those below it; stops after `limit`. */
function walk(dir: string, at: string, out: Set<string>, limit: number): void {
  const entries = entriesOf(dir, at);
  for (const e of entries) if (e.file) out.add(e.path);
  for (const e of entries) if (!e.file && out.size <= limit) walk(dir, e.path, out, limit);
}

function entriesOf(dir: string, at: string): { path: string; file: boolean }[] {
  try {
    return readdirSync(join(dir, at), { withFileTypes: true })
      .filter((e) => (e.isDirectory() ? !e.name.startsWith('.') : e.isFile() && /\.[ch]$/.test(e.name)))
      .map((e) => ({ path: at === '' ? e.name : `${at}/${e.name}`, file: e.isFile() }))
      .sort((x, y) => (x.path < y.path ? -1 : 1));
  } catch {
    return [];
  }
}

function readStamps(bytes: Buffer | null): Stamp[] {
  if (bytes === null) return [];
  try {
    const list: unknown = JSON.parse(bytes.toString('utf8'));
    return Array.isArray(list)
      ? list.filter((x): x is Stamp => Array.isArray(x) && x.length === 6 && typeof x[0] === 'string' && typeof x[5] === 'string')
      : [];
  } catch {
    return [];
  }
}

/** The id that git gives to a file's content. */
export function blobId(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

export function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
