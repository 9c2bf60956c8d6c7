import { readdirSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The knowledge headers that ship with the program, in the order of their names, and the table that the build made of them. */
export interface KnowledgeFiles {
  readonly headers: readonly { readonly path: string; readonly text: string }[];
  /** "" when the program runs without a build. */
  readonly prebuilt: string;
}

/** Names the compiled engine by content; null when the program runs without a build. */
export async function readEngineStamp(): Promise<string | null> {
  return readFile(new URL('../engine.txt', import.meta.url), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

/** Names the whole compiled program by content; null when it runs without a build, or when a part was compiled after it was named. */
export async function readProgramStamp(): Promise<string | null> {
  try {
    const folder = fileURLToPath(new URL('../', import.meta.url));
    const named = statSync(join(folder, 'program.txt')).mtimeMs;
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.js') && statSync(join(folder, name)).mtimeMs > named) return null;
    return (await readFile(join(folder, 'program.txt'), 'utf8')).trim();
  } catch {
    return null;
  }
}

let known: Promise<KnowledgeFiles> | null = null;

/** `knowledge/*.h` and `dist/knowledge.json`, read once in a process; works from `src` and from `dist`. */
export function readKnowledgeFiles(): Promise<KnowledgeFiles> {
  return (known ??= readThem());
}

async function readThem(): Promise<KnowledgeFiles> {
  const folder = new URL('../../knowledge/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.h')).sort();
  const [prebuilt, ...texts] = await Promise.all([
    readFile(new URL('../knowledge.json', import.meta.url), 'utf8').catch(() => ''),
    ...names.map((name) => readFile(new URL(name, folder), 'utf8')),
  ]);
  return { headers: names.map((name, i) => ({ path: `knowledge/${name}`, text: texts[i] ?? '' })), prebuilt };
}
