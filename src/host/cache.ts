import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the user's own cache lies; it may be deleted at any time. */
export function cacheDir(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'rmap-review');
}

export async function readCached(dir: string, kind: string, key: string): Promise<string | null> {
  return readFile(join(dir, kind, `${key}.json`), 'utf8').catch(() => null);
}

/** Written beside and renamed, so that a reader never sees half of it. A cache that cannot be written is no error. */
export async function writeCached(dir: string, kind: string, key: string, text: string): Promise<void> {
  const path = join(dir, kind, `${key}.json`);
  try {
    await mkdir(join(dir, kind), { recursive: true, mode: 0o700 });
    await writeFile(`${path}.${process.pid}`, text);
    await rename(`${path}.${process.pid}`, path);
  } catch {
    await rm(`${path}.${process.pid}`, { force: true }).catch(() => undefined);
  }
}

export interface CachePart {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
}

/** What is in the cache, one entry for each folder or file directly below it, sorted by name. */
export async function cacheParts(dir: string, wanted: (name: string) => boolean = () => true): Promise<readonly CachePart[]> {
  const names = (await readdir(dir).catch(() => [])).filter(wanted).sort();
  return Promise.all(names.map(async (name) => ({ name, ...(await measure(join(dir, name))) })));
}

/**
 * Removes what this program wrote: the named part, or every part that it can make again. A folder that was put there by
 * hand (a kernel tree) stays.
 */
export async function clearCache(dir: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(dir, name), { recursive: true, force: true });
}

async function measure(path: string): Promise<{ readonly files: number; readonly bytes: number }> {
  const info = await stat(path).catch(() => null);
  if (info === null) return { files: 0, bytes: 0 };
  if (!info.isDirectory()) return { files: 1, bytes: info.size };
  let files = 0;
  let bytes = 0;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return { files, bytes };
}
