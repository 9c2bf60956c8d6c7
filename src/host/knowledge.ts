import { readdir, readFile } from 'node:fs/promises';

/** The knowledge headers that ship with the program, in the order of their names, and the table that the build made of them. */
export interface KnowledgeFiles {
  readonly headers: readonly { readonly path: string; readonly text: string }[];
  /** "" when the program runs without a build. */
  readonly prebuilt: string;
}

/** Names the compiled engine by content; null when the program runs without a build. */
export async function readEngineStamp(): Promise<string | null> {
  return readFile(new URL('../engine.txt', import.meta.url), 'utf8').then((text) => text.trim(), () => null);
}

/** Reads `knowledge/*.h` and `dist/knowledge.json`; works from `src` and from `dist`. */
export async function readKnowledgeFiles(): Promise<KnowledgeFiles> {
  const folder = new URL('../../knowledge/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.h')).sort();
  const [prebuilt, ...texts] = await Promise.all([
    readFile(new URL('../knowledge.json', import.meta.url), 'utf8').catch(() => ''),
    ...names.map((name) => readFile(new URL(name, folder), 'utf8')),
  ]);
  return { headers: names.map((name, i) => ({ path: `knowledge/${name}`, text: texts[i] ?? '' })), prebuilt };
}
