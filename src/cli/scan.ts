import { realpathSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { openIndex } from '../host/index/open.js';
import { findTree, openTree } from '../host/tree.js';
import type { Report } from '../report/index.js';
import { applyPolicy } from '../report/policy.js';
import { scanFiles } from '../review.js';
import { Failure } from './failure.js';
import type { RunOptions } from './program.js';
import { progressLine } from './progress.js';
import { timing } from './timing.js';
import { loadTools } from './tools.js';

/** Every function of the named files, or of the C files below the named folders, as it stands. */
export async function runScan(paths: readonly string[], options: RunOptions, version: string): Promise<Report> {
  const first = paths[0] ?? '.';
  const dir = options.tree ?? await findTree(resolve(first, '..'));
  const tree = await openTree(dir, null);
  if (options.tree !== null && tree.error !== null) throw new Failure(3, tree.error);
  const files: { readonly path: string; readonly text: string }[] = [];
  for (const path of paths) files.push(...await sourcesAt(path, tree.dir));
  if (files.length === 0) throw new Failure(3, `no C file in ${paths.join(', ')}`, 'give files that end in .c or .h, or folders of them');
  const progress = progressLine(process.stderr, false);
  try {
    const { version: kernel } = await tree.baseFor(NOTHING);
    const index = await openIndex(tree, null, { about: files.map((f) => f.path), progress: progress.on });
    const tools = await loadTools({ parser: options.parser, model: options.model, knowledge: options.knowledge, kernel, index, version, onProgress: progress.on, timing: timing(false) });
    const report = scanFiles(files, tools);
    tools.save();
    // Gaps are sorted by file; those of the tree have none.
    return applyPolicy({ ...report, gaps: [...tree.gaps, ...report.gaps] }, options.policy);
  } finally {
    progress.end();
  }
}

/** The tree's version is asked for without any file. */
const NOTHING = { subject: '', version: 1, messageId: null, cover: null, patches: [], replies: [], expected: 0, gaps: [] } as const;

/** Names as they are in the tree where the file is inside it, so that findings compare with those of a review. */
async function sourcesAt(path: string, tree: string | null): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const found = await stat(path).catch(() => null) ?? (tree === null ? null : await stat(join(tree, path)).catch(() => null));
  const at = found === null ? null : await stat(path).then(() => path, () => join(tree ?? '', path));
  if (found === null || at === null) throw new Failure(3, `${path}: there is no such file`, tree === null ? 'paths are looked up here; --tree DIR also looks there' : `neither here nor in ${tree}`);
  const names = found.isDirectory() ? (await readdir(at, { recursive: true })).filter((name) => /\.[ch]$/.test(name)).sort().map((name) => join(at, name)) : [at];
  return Promise.all(names.map(async (name) => ({ path: nameIn(tree, name), text: await textOf(name) })));
}

async function textOf(path: string): Promise<string> {
  try {
    return (await readFile(path)).toString('utf8');
  } catch (error) {
    throw new Failure(3, `${path} cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

function nameIn(tree: string | null, path: string): string {
  if (tree === null) return path;
  const inside = relative(real(tree), real(path));
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) ? path : inside;
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
