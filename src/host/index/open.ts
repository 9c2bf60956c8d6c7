import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { inventory, type InventoryFunction, type TreeFunction, type TreeIndex } from '../../parse/c/inventory.js';
import { git, readObjects } from '../git.js';
import type { Tree } from '../tree.js';
import { openCache, type Cache } from './cache.js';
import { blobId, listCommit, listFolder, scopeOf, sha1, type Listed } from './listing.js';
import { encodePack, openPack, PACK_VERSION, type Pack, type PackedFile } from './pack.js';

/** The functions of a tree at one revision, and their text. */
export interface OpenIndex extends TreeIndex {
  /** The text that an entry was read from; null when it is not there any more. Synchronous: it is asked for in the middle of an analysis. */
  readonly text: (f: Pick<TreeFunction, 'path' | 'blob'>) => string | null;
  /** Names the indexed contents. */
  readonly id: string;
}

export interface IndexOptions {
  /** Paths of the files under review: their own folders are indexed too. */
  readonly about: readonly string[];
  readonly progress: (what: string, done: number, of: number) => void;
  readonly cache?: Cache;
}

/** Room for about ten revisions of a kernel. */
const MAX_CACHE = 256 << 20;
/** Bytes of git objects in memory at a time while an index is built. */
const BATCH = 400;

/** The index of `tree` at `rev` (null: the revision it was opened at), from the cache or made now; null without a tree. */
export async function openIndex(tree: Tree, rev: string | null, options: IndexOptions): Promise<OpenIndex | null> {
  if (tree.dir === null || tree.kind === 'none') return null;
  const cache = options.cache ?? openCache('index');
  const dir = tree.dir;
  if (tree.kind === 'folder') {
    const files = listFolder(realpathSync(dir), options.about, cache);
    const key = keyOf(files);
    const pack =
      packed(cache, key) ??
      build(
        cache,
        key,
        files.map((f) => f.blob),
        files,
        (f) => read(join(dir, f.path)),
        options,
      );
    return opened(pack, key, (f) => {
      const bytes = read(join(dir, f.path));
      return bytes === null || blobId(bytes) !== f.blob ? null : text(bytes);
    });
  }
  const at = rev ?? tree.rev ?? 'HEAD';
  const { code, out } = await git(dir, ['rev-parse', '--verify', '-q', `${at}^{tree}`]);
  if (code !== 0) return null;
  const id = out.toString('utf8').trim();
  const folders = [...new Set(options.about.map((path) => path.slice(0, path.lastIndexOf('/') + 1)))].sort();
  const root = `tree-${sha1(JSON.stringify([PACK_VERSION, id, folders]))}`;
  const known = cache.get(root)?.toString('utf8') ?? null;
  let pack = known === null ? null : packed(cache, known);
  let key = known ?? '';
  if (pack === null) {
    const all = await listCommit(dir, id);
    if (all === null) return null;
    const files = scopeOf(all, options.about);
    key = keyOf(files);
    pack = packed(cache, key) ?? (await buildFromGit(cache, key, dir, files, options));
    cache.put(root, key);
  }
  return opened(pack, key, (f) => textAt(dir, f));
}

function opened(pack: Pack, id: string, textOf: OpenIndex['text']): OpenIndex {
  const texts = new Map<string, string | null>();
  return {
    id,
    size: pack.size,
    at: pack.at,
    files: pack.files,
    definitions: pack.definitions,
    callers: pack.callers,
    text: (f) => {
      let found = texts.get(f.blob);
      if (found === undefined) {
        if (texts.size > 200) texts.clear();
        texts.set(f.blob, (found = textOf(f)));
      }
      return found;
    },
  };
}

function keyOf(files: readonly Listed[]): string {
  return `pack-${sha1(JSON.stringify([PACK_VERSION, files.map((f) => [f.path, f.blob])]))}`;
}

function packed(cache: Cache, key: string): Pack | null {
  const bytes = cache.get(key);
  return bytes === null ? null : openPack(bytes);
}

/** What earlier packs know of these contents; few revisions differ in more than a few files. */
function known(cache: Cache, blobs: readonly string[]): Map<string, readonly InventoryFunction[]> {
  const wanted = new Set(blobs);
  const found = new Map<string, readonly InventoryFunction[]>();
  for (const name of cache
    .names()
    .filter((n) => n.startsWith('pack-'))
    .slice(0, 3)) {
    if (found.size * 10 >= wanted.size * 9) break;
    for (const [blob, functions] of packed(cache, name)?.byBlob() ?? []) if (wanted.has(blob)) found.set(blob, functions);
  }
  return found;
}

function build(
  cache: Cache,
  key: string,
  blobs: readonly string[],
  files: readonly Listed[],
  bytesOf: (f: Listed) => Uint8Array | null,
  options: IndexOptions,
): Pack {
  const before = known(cache, blobs);
  const made: PackedFile[] = files.map((f, i) => {
    if (i % BATCH === 0) options.progress('indexing the tree', i, files.length);
    const old = before.get(f.blob);
    if (old !== undefined) return { ...f, functions: old };
    const bytes = bytesOf(f);
    return { ...f, functions: bytes === null ? [] : inventory(text(bytes)) };
  });
  return save(cache, key, made);
}

async function buildFromGit(cache: Cache, key: string, dir: string, files: readonly Listed[], options: IndexOptions): Promise<Pack> {
  const before = known(
    cache,
    files.map((f) => f.blob),
  );
  const made: PackedFile[] = [];
  for (let from = 0; from < files.length; from += BATCH) {
    options.progress('indexing the tree', from, files.length);
    const batch = files.slice(from, from + BATCH);
    const contents = new Map<string, Uint8Array | null>();
    for (const f of batch) if (!before.has(f.blob)) contents.set(f.blob, ownBytes(dir, f));
    const rest = [...contents].flatMap(([blob, bytes]) => (bytes === null ? [blob] : []));
    const { objects } = rest.length === 0 ? { objects: [] } : await readObjects(dir, rest);
    rest.forEach((blob, i) => contents.set(blob, objects[i]?.content ?? null));
    for (const f of batch) {
      const bytes = contents.get(f.blob);
      made.push({ ...f, functions: before.get(f.blob) ?? (bytes ? inventory(text(bytes)) : []) });
    }
  }
  return save(cache, key, made);
}

function save(cache: Cache, key: string, files: readonly PackedFile[]): Pack {
  const bytes = encodePack(files);
  cache.put(key, bytes);
  cache.prune(MAX_CACHE);
  const pack = openPack(bytes);
  if (pack === null) throw new Error('the index that was just made cannot be read');
  return pack;
}

function textAt(dir: string, f: Pick<TreeFunction, 'path' | 'blob'>): string | null {
  const own = ownBytes(dir, f);
  if (own !== null) return text(own);
  try {
    return text(execFileSync('git', ['-C', dir, 'cat-file', 'blob', f.blob], { maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return null;
  }
}

/** From the work tree where it still has this very content, which is faster than git. */
function ownBytes(dir: string, f: Pick<TreeFunction, 'path' | 'blob'>): Buffer | null {
  const bytes = read(join(dir, f.path));
  return bytes !== null && blobId(bytes) === f.blob ? bytes : null;
}

function read(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
