import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of the user's cache. Nothing in it is needed: every failure to read or write is as if it were not there. */
export interface Cache {
  /** Null when there is no such entry. Reading marks an entry as used. */
  readonly get: (name: string) => Buffer | null;
  /** Written beside and renamed, so that a reader never sees a part of it, whoever else writes or is killed. */
  readonly put: (name: string, bytes: Uint8Array | string) => void;
  /** Names of the entries, those used last first. */
  readonly names: () => readonly string[];
  /** Removes the entries that were not used for longest until the rest fits, and what killed writers left. */
  readonly prune: (maxBytes: number) => void;
}

/** Left over by a writer that was killed. */
const STALE_MS = 3_600_000;
let written = 0;

/** `$XDG_CACHE_HOME/rmap-review/<folder>`, by default below `~/.cache`. */
export function openCache(folder: string, env: NodeJS.ProcessEnv = process.env): Cache {
  const home = env['XDG_CACHE_HOME'];
  return cacheAt(join(home?.startsWith('/') ? home : join(homedir(), '.cache'), 'rmap-review', folder));
}

export function cacheAt(dir: string): Cache {
  const entries = (): { name: string; size: number; used: number }[] =>
    quietly(() =>
      readdirSync(dir).flatMap(
        (name) =>
          quietly(() => {
            const s = statSync(join(dir, name));
            return [{ name, size: s.size, used: s.mtimeMs }];
          }) ?? [],
      ),
    ) ?? [];
  return {
    get: (name) =>
      quietly(() => {
        const path = join(dir, name);
        const bytes = readFileSync(path);
        const now = Date.now() / 1000;
        quietly(() => utimesSync(path, now, now));
        return bytes;
      }),
    put: (name, bytes) => {
      quietly(() => {
        mkdirSync(dir, { recursive: true });
        const temporary = join(dir, `${name}.${process.pid}.${written++}.tmp`);
        try {
          writeFileSync(temporary, bytes);
          renameSync(temporary, join(dir, name));
        } catch (error) {
          rmSync(temporary, { force: true });
          throw error;
        }
      });
    },
    names: () =>
      entries()
        .filter((e) => !e.name.endsWith('.tmp'))
        .sort((a, b) => b.used - a.used || (a.name < b.name ? -1 : 1))
        .map((e) => e.name),
    prune: (maxBytes) => {
      let total = 0;
      for (const e of entries().sort((a, b) => b.used - a.used)) {
        const temporary = e.name.endsWith('.tmp');
        if (!temporary) total += e.size;
        if (temporary ? Date.now() - e.used > STALE_MS : total > maxBytes) quietly(() => rmSync(join(dir, e.name), { force: true }));
      }
    },
  };
}

function quietly<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}
