import { readdir, readFile } from 'node:fs/promises';

/** Reads `models/*.c`, the rival actors that ship with the program, in the order of their names; works from `src` and from `dist`. */
export async function readModelFiles(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const folder = new URL('../../models/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.c')).sort();
  return Promise.all(names.map(async (name) => ({ path: `models/${name}`, text: await readFile(new URL(name, folder), 'utf8') })));
}

/** Reads `models/*.h`: the kernel's words for scenarios. */
export async function readModelHeaders(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const folder = new URL('../../models/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.h')).sort();
  return Promise.all(names.map(async (name) => ({ path: `models/${name}`, text: await readFile(new URL(name, folder), 'utf8') })));
}
