import { availableParallelism } from 'node:os';
import { releasesAround } from '../kernel/release.js';
import { fstatSync } from 'node:fs';
import { git } from '../host/git.js';
import { openIndex } from '../host/index/open.js';
import { type InputProblem, readSources } from '../host/input.js';
import { findTree, openTree, type Tree } from '../host/tree.js';
import type { Report } from '../report/index.js';
import { applyPolicy } from '../report/policy.js';
import { emptyReport, reviewSeries } from '../review.js';
import { sinceVersion } from './earlier.js';
import { Failure } from './failure.js';
import { baseSeries, readSeries } from './inputs.js';
import type { RunOptions } from './program.js';
import { type OnProgress, progressLine } from './progress.js';
import { openReportCache } from './report-cache.js';
import { timing } from './timing.js';
import { loadTools } from './tools.js';

/** For whoever shows the run while it goes on. */
export interface RunHooks {
  /** The series has been read; nothing is analysed yet. */
  readonly onSeries: (report: Report) => void;
  readonly onPatch: (patch: number, functions: Report['functions']) => void;
  readonly onProgress: OnProgress;
  readonly stopped: () => boolean;
  /** All of standard input, where somebody else has to read it. */
  readonly stdin: (() => Promise<Uint8Array>) | null;
}

/**
 * Reads what the command line names, finds the base, and reviews. Ends with exit status 3 when no input can be read,
 * or when the tree or base that was asked for cannot be used; everything smaller is a gap in the report.
 */
export async function runReview(args: readonly string[], options: RunOptions, version: string, hooks: RunHooks | null = null): Promise<Report> {
  const cwd = process.cwd();
  const dir = options.tree ?? (await findTree(cwd));
  const repository = dir ?? (await repositoryAround(cwd));
  const named = options.tree !== null || options.base !== null ? await usable(dir, options.base) : null;
  const inputs = await readSources(await inputsOrStdin(args, options.last), { cwd, tree: repository, last: options.last, stdin: hooks?.stdin ?? readStdin });
  if (inputs.sources.length === 0) throw unreadable(inputs.problems);
  const progress = hooks === null ? progressLine(process.stderr, false) : { on: hooks.onProgress, end: () => undefined };
  const clock = timing(process.env['RMAP_TIMING'] === '1');
  try {
    progress.on('reading', 0, 1);
    const given = await readSeries(inputs, options.seriesVersion);
    const tree = named ?? (await openTree(inputs.rangeBase === null ? dir : repository, inputs.rangeBase));
    const { series, base, pairs, gaps } = await baseSeries(given, tree);
    if (base.error !== null && named !== null) throw new Failure(3, base.error, 'give another --tree or --base, or none to review only what the hunks show');
    const about = [...new Set(series.patches.flatMap((p) => p.files.flatMap((f) => f.oldPath ?? f.newPath ?? [])))]
      .filter((path) => /\.[ch]$/.test(path))
      .sort();
    const assumed = base.kind === 'none' ? releasesAround(series.patches[0]?.message.date ?? '') : null;
    const index = about.length === 0 || base.kind === 'none' ? null : await openIndex(tree, base.rev, { about, progress: progress.on });
    const syntax = showsSources(options) || (hooks !== null && options.format === null);
    const input = {
      series,
      base: { kind: base.kind, rev: base.rev },
      pairs,
      gaps: [
        ...given.gaps,
        ...tree.gaps,
        ...gaps,
        ...(assumed === null
          ? []
          : [
              {
                stage: 'host' as const,
                file: '',
                function: '',
                why: `no base: only what holds for kernel functions in ${assumed.join(' as well as in ')}, between which the mail was sent, is relied on`,
              },
            ]),
      ],
    };
    // Who watches wants the steps, and who compares versions the tools: only a plain review is answered from the cache.
    const cache =
      hooks !== null || options.since !== null ? null : await openReportCache('reviews', { dir: tree.dir, kernel: base.version, options, version }, index);
    const made = cache?.get([input, assumed, syntax]) ?? null;
    if (made !== null) {
      clock.started();
      clock.print();
      return applyPolicy(made, options.policy);
    }
    const tools = await loadTools({
      parser: options.parser,
      model: options.model,
      knowledge: options.knowledge,
      kernel: base.version,
      between: assumed,
      index,
      highlight: syntax,
      version,
      series: true,
      threads: availableParallelism(),
      onProgress: progress.on,
      timing: clock,
    });
    clock.started();
    hooks?.onSeries(emptyReport(input, version));
    const reviewed = clock.timed('review', reviewSeries)(input, hooks === null ? tools : { ...tools, patchDone: hooks.onPatch, stopped: hooks.stopped });
    const report = options.since === null ? reviewed : { ...reviewed, since: await sinceVersion(options.since, given, reviewed, tree, tools) };
    tools.save();
    cache?.put([input, assumed, syntax], reviewed);
    cache?.tidy();
    clock.print();
    return applyPolicy(report, options.policy);
  } finally {
    progress.end();
  }
}

/** Formats that carry or draw sources; the syntax of a series costs a second reading of its functions. */
function showsSources(options: RunOptions): boolean {
  return options.format === null ? process.stdout.isTTY === true && options.output === null : ['json', 'ndjson', 'html'].includes(options.format);
}

async function usable(dir: string | null, rev: string | null): Promise<Tree> {
  const tree = await openTree(dir, rev);
  if (tree.error !== null)
    throw new Failure(3, tree.error, dir === null ? null : 'a tree is a git work tree, a bare repository, or a folder of kernel sources');
  return tree;
}

/** Nothing named, but something is piped in: then that is meant. */
async function inputsOrStdin(args: readonly string[], last: number | null): Promise<readonly string[]> {
  if (args.length > 0 || last !== null) return args;
  if (process.stdin.isTTY !== true && pipedIn()) return ['-'];
  throw new Failure(2, 'no input: give an mbox, a patch, a range A..B, or - for standard input', 'rmap-review --help shows examples');
}

function pipedIn(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function repositoryAround(cwd: string): Promise<string | null> {
  const found = await git(cwd, ['rev-parse', '--show-toplevel']);
  return found.code === 0 ? found.out.toString('utf8').trim() : null;
}

function unreadable(problems: readonly InputProblem[]): Failure {
  const [first] = problems;
  if (first === undefined) return new Failure(3, 'nothing to read');
  const more = problems.length > 1 ? `, and ${problems.length - 1} more that cannot be read` : '';
  return new Failure(3, `${first.input}: ${first.why}${more}`, first.next);
}
