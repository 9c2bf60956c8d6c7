import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createParser, type CParser } from '../../../src/parse/c/parser.js';

export const kernelTree = process.env['RMAP_KERNEL_TREE'] ?? join(homedir(), '.cache', 'rmap-review', 'linux-6.1');
export const hasKernel = existsSync(join(kernelTree, 'mm', 'rmap.c'));

export const wasm: CParser = await createParser('wasm');
/** The native engine where it is installed, else wasm again. */
export const native: CParser = await createParser('native');
/** Keeps the trees of what it has read. */
export const remembering: CParser = native.remembering();

/** Paths of the C files under a folder of the kernel tree, relative to the tree, sorted. */
export function kernelFiles(folder: string, ends = /\.[ch]$/): string[] {
  return readdirSync(join(kernelTree, folder), { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile() && ends.test(e.name))
    .map((e) => join(e.parentPath, e.name).slice(kernelTree.length + 1))
    .sort();
}
