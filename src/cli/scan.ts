import { realpathSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openIndex } from '../host/index/open.js';
import { findTree, openTree } from '../host/tree.js';
import type { Report } from '../report/index.js';
import { applyPolicy } from '../report/policy.js';
import type { Gap } from '../parse/gap.js';
import { joinScans, scanFile } from '../scan.js';
import { Failure } from './failure.js';
import type { RunOptions } from './program.js';
import { progressLine } from './progress.js';
import { openReportCache } from './report-cache.js';
import { timing } from './timing.js';
import { loadTools, type LoadedTools } from './tools.js';
import type { Learnt } from './tree-code.js';

/** What a thread of a scan is told at its start. */
export interface ScanJob {
  readonly dir: string | null;
  /** All files of the scan: the index covers their folders. */
  readonly about: readonly string[];
  readonly kernel: string | null;
  readonly options: Pick<RunOptions, 'parser' | 'model' | 'knowledge'>;
  readonly version: string;
}

/** The next file of a thread, with what other threads have learnt about the rest of the tree since its last one. */
export interface ScanTask {
  readonly file: Source;
  readonly learnt: readonly Learnt[];
}

/** A thread's report of a file, and what it has learnt on the way. */
export interface ScanAnswer {
  readonly report: Report;
  readonly learnt: readonly Learnt[];
}

/** Files up to this many are not worth another thread, which loads everything anew. */
const FILES_PER_THREAD = 6;

/** Every function of the named files, or of the C files below the named folders, as it stands. */
export async function runScan(paths: readonly string[], options: RunOptions, version: string): Promise<Report> {
  const first = paths[0] ?? '.';
  const dir = options.tree ?? (await findTree(resolve(first, '..')));
  const tree = await openTree(dir, null);
  if (options.tree !== null && tree.error !== null) throw new Failure(3, tree.error);
  const files: Source[] = [];
  const gaps: Gap[] = [];
  for (const path of paths) files.push(...(await sourcesAt(path, tree.dir, gaps)));
  if (files.length === 0) throw new Failure(3, `no C file in ${paths.join(', ')}`, 'give files that end in .c or .h, or folders of them');
  const progress = progressLine(process.stderr, false);
  try {
    const { version: kernel } = await tree.baseFor(NOTHING);
    const about = files.map((f) => f.path);
    // Made here once, so that the threads find it in the cache.
    const index = await openIndex(tree, null, { about, progress: progress.on });
    const job: ScanJob = { dir: tree.dir, about, kernel, options: { parser: options.parser, model: options.model, knowledge: options.knowledge }, version };
    const results = await openReportCache('scan', job, index);
    const known = files.map((f) => results?.get([f.path, f.text]) ?? null);
    const rest = files.filter((_, i) => known[i] === null);
    const made =
      rest.length === 0
        ? []
        : await scanAll(rest, job, threadsFor(rest.length), (done) => progress.on('scanning file', files.length - rest.length + done, files.length));
    made.forEach((report, i) => {
      const { path, text } = rest[i] as Source;
      results?.put([path, text], report);
    });
    if (made.length > 0) results?.tidy();
    const parts = known.map((report) => report ?? (made.shift() as Report));
    const report = joinScans(parts, version);
    // Gaps are sorted by file; those of the tree have none.
    return applyPolicy({ ...report, gaps: [...tree.gaps, ...gaps, ...report.gaps] }, options.policy);
  } finally {
    progress.end();
  }
}

/** `RMAP_THREADS` sets the number for tests and measurements; the report is the same whatever it is. */
function threadsFor(files: number): number {
  const asked = Number(process.env['RMAP_THREADS']);
  return Number.isInteger(asked) && asked > 0 ? asked : Math.max(1, Math.min(availableParallelism(), Math.ceil(files / FILES_PER_THREAD)));
}

/** The report of each file, in the order of `files`. Each thread takes the next file when it is done with one. */
async function scanAll(files: readonly Source[], job: ScanJob, threads: number, onDone: (done: number) => void): Promise<Report[]> {
  const parts: Report[] = [];
  let next = 0;
  let done = 0;
  const take = (): { readonly i: number; readonly file: Source } | null => {
    const i = next++;
    const file = files[i];
    return file === undefined ? null : { i, file };
  };
  const keep = (i: number, part: Report): void => {
    parts[i] = part;
    onDone(++done);
  };
  if (threads === 1) {
    const { scan, end } = await scanner(job);
    for (let t = take(); t !== null; t = take()) keep(t.i, await scan(t.file));
    end();
    return parts;
  }
  const shared: { readonly by: number; readonly learnt: Learnt }[] = [];
  await Promise.all(
    Array.from(
      { length: threads },
      (_, thread) =>
        new Promise<void>((resolved, rejected) => {
          const worker = new Worker(new URL('./scan-worker.js', import.meta.url), { workerData: job });
          let at = -1;
          let told = 0;
          const more = (): void => {
            const t = take();
            at = t?.i ?? -1;
            worker.postMessage(
              t === null
                ? null
                : ({
                    file: t.file,
                    learnt: shared
                      .slice(told)
                      .filter((x) => x.by !== thread)
                      .map((x) => x.learnt),
                  } satisfies ScanTask),
            );
            told = shared.length;
          };
          worker.on('message', (message: ScanAnswer | 'ready' | { readonly failure: readonly [2 | 3, string, string | null] }) => {
            if (typeof message === 'object' && 'failure' in message) {
              rejected(new Failure(...message.failure));
              void worker.terminate();
              return;
            }
            if (message !== 'ready') {
              for (const learnt of message.learnt) shared.push({ by: thread, learnt });
              keep(at, message.report);
            }
            more();
          });
          worker.on('error', rejected);
          worker.on('exit', () => resolved());
        }),
    ),
  );
  return parts;
}

/** Everything that judges one file after another. */
export async function scanner(job: ScanJob): Promise<{
  readonly scan: (file: Source) => Promise<Report>;
  readonly end: () => void;
  readonly learnt: LoadedTools['learnt'];
  readonly adopt: LoadedTools['adopt'];
}> {
  const tree = await openTree(job.dir, null);
  const index = await openIndex(tree, null, { about: job.about, progress: () => undefined });
  const tools = await loadTools({ ...job.options, kernel: job.kernel, index, version: job.version, onProgress: () => undefined, timing: timing(false) });
  return {
    scan: async (file) => {
      const report = scanFile(file, tools);
      await tools.settle();
      return report;
    },
    end: tools.save,
    learnt: tools.learnt,
    adopt: tools.adopt,
  };
}

/** The tree's version is asked for without any file. */
const NOTHING = { subject: '', version: 1, messageId: null, cover: null, patches: [], replies: [], expected: 0, gaps: [] } as const;

export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Names as they are in the tree where the file is inside it, so that findings compare with those of a review. */
async function sourcesAt(path: string, tree: string | null, gaps: Gap[]): Promise<readonly Source[]> {
  const found = (await stat(path).catch(() => null)) ?? (tree === null ? null : await stat(join(tree, path)).catch(() => null));
  const at =
    found === null
      ? null
      : await stat(path).then(
          () => path,
          () => join(tree ?? '', path),
        );
  if (found === null || at === null)
    throw new Failure(
      3,
      `${path}: there is no such file`,
      tree === null ? 'paths are looked up here; --tree DIR also looks there' : `neither here nor in ${tree}`,
    );
  if (!found.isDirectory()) {
    const text = await textOf(at);
    if (typeof text !== 'string') throw new Failure(3, `${at} cannot be read: ${text.why}`);
    return [{ path: nameIn(tree, at), text }];
  }
  const names = (await readdir(at, { recursive: true }))
    .filter((name) => /\.[ch]$/.test(name))
    .sort()
    .map((name) => join(at, name));
  const sources: Source[] = [];
  for (const name of names) {
    const text = await textOf(name);
    const shown = nameIn(tree, name);
    if (typeof text === 'string') sources.push({ path: shown, text });
    else gaps.push({ stage: 'host', file: shown, function: '', why: `cannot be read: ${text.why}` });
  }
  return sources;
}

async function textOf(path: string): Promise<string | { readonly why: string }> {
  try {
    return (await readFile(path)).toString('utf8');
  } catch (error) {
    return { why: error instanceof Error ? error.message : 'unknown reason' };
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
