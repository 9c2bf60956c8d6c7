import { readFileSync } from 'node:fs';
import { exitCode, isScan, nipaCode, type Report } from '../report/index.js';
import { explain, Failure } from './failure.js';
import { type Format, parseFormat, print, writeReport } from './output.js';
import { parseArguments, type Request, type RunOptions, type ShowOptions } from './program.js';
import { preloadUi, showUi, wantsColor, wantsUi } from './terminal.js';

/**
 * One run of the command line; answers with the exit status. Where nobody watches (standard error is no terminal), Ctrl-C
 * ends the process by the signal itself, because analysis would not let a handler run.
 */
export async function main(argv: readonly string[]): Promise<number> {
  endQuietlyOnClosedPipe();
  try {
    return await dispatch(parseArguments(argv, version()));
  } catch (error) {
    const { text, exit } = explain(error, process.env);
    process.stderr.write(text);
    return exit;
  }
}

async function dispatch(request: Request): Promise<number> {
  switch (request.command) {
    case 'print':
      await print(request.text);
      return 0;
    case 'work':
      return request.run(version());
    case 'recover':
      return (await import('./recover.js')).recoverCommand(request.inputs, request.options);
    case 'rules':
      return (await import('./rules.js')).rulesCommand(request.id);
    case 'model':
      return (await import('./model.js')).modelCommand(request.file, request.options);
    case 'replay': {
      const [{ replayCommand }, { loadReport }] = await Promise.all([import('./replay.js'), import('./saved.js')]);
      return replayCommand(await loadReport(request.report), request.id, request.step);
    }
    case 'explain': {
      const [{ explainCommand }, { loadReport }] = await Promise.all([import('./explain.js'), import('./saved.js')]);
      return explainCommand(await loadReport(request.report), request.id, request.promela);
    }
    case 'view': {
      checkFormat(request.options);
      if (wantsUi(request.options, process.stdout, process.env)) preloadUi(process.env);
      const { loadReport } = await import('./saved.js');
      return show(await loadReport(request.report), request.options);
    }
    case 'review': {
      checkFormat(request.options);
      const { withConfig } = await import('./config.js');
      const options = await withConfig(request.options, process.cwd());
      if (wantsUi(options, process.stdout, process.env)) return reviewLive(request.inputs, options);
      if (process.stderr.isTTY === true) return reviewWatched(request.inputs, options);
      const { runReview } = await import('./run.js');
      return show(await runReview(request.inputs, options, version()), options);
    }
    case 'scan': {
      checkFormat(request.options);
      const [{ runScan }, { withConfig }] = await Promise.all([import('./scan.js'), import('./config.js')]);
      const options = await withConfig(request.options, process.cwd());
      return show(await runScan(request.paths, options, version()), options);
    }
  }
}

/** The view opens as soon as the series is read, and fills while a thread analyses it. */
async function reviewLive(inputs: readonly string[], options: RunOptions): Promise<number> {
  const { startLive } = await import('./live.js');
  const live = startLive(inputs, options, version());
  preloadUi(process.env);
  const stand = await live.begun;
  // Quick ones are complete before anything could be drawn: no flicker, and the cursor is where it belongs at once.
  const quick = await Promise.race([
    live.ended,
    new Promise<null>((resolve) => {
      setTimeout(() => resolve(null), QUICK_MS).unref();
    }),
  ]);
  if (quick !== null || stand.report.series.patches.length === 0) return show(quick ?? (await live.ended), options);
  const result = await showUi(stand.report, options.tree, process.env, live);
  if (result === null) return show(await live.ended, options);
  return result.interrupted ? 130 : exitCode(await live.ended, options.failOn);
}

const QUICK_MS = 250;

/** A person waits for text: the first Ctrl-C ends the run with what it has, a second one at once. */
async function reviewWatched(inputs: readonly string[], options: RunOptions): Promise<number> {
  const [{ startLive }, { progressLine }] = await Promise.all([import('./live.js'), import('./progress.js')]);
  const live = startLive(inputs, options, version());
  const progress = progressLine(process.stderr, false);
  let stopped = false;
  const onSignal = (): void => {
    if (stopped) process.exit(130);
    stopped = true;
    live.stop();
    progress.end();
    process.stderr.write('rmap-review: ends after this patch; Ctrl-C again ends at once\n');
  };
  process.on('SIGINT', onSignal);
  live.follow(({ busy }) => {
    if (busy !== null && !stopped) progress.on(busy.text, 0, 1);
  });
  const report = await live.ended.finally(() => {
    progress.end();
  });
  process.off('SIGINT', onSignal);
  const code = await show(report, options);
  return stopped ? 130 : code;
}

/** A format that does not exist is said before the work, not after it. */
function checkFormat(options: ShowOptions): Format {
  return parseFormat(options.format ?? 'text');
}

async function show(report: Report, options: ShowOptions): Promise<number> {
  const code = options.exit === 'nipa' ? nipaCode(report) : exitCode(report, options.failOn);
  const format = checkFormat(options);
  if (report.series.patches.length === 0 && code === 3) {
    process.stderr.write(explain(new Failure(3, ...nothingWords(report)), process.env).text);
    // A person has read all there is to say; programs get their document even so.
    if (format === 'text' && options.output === null) return code;
  } else if (wantsUi(options, process.stdout, process.env)) {
    const result = await showUi(report, options.tree, process.env);
    if (result !== null) return result.interrupted ? 130 : code;
  }
  await writeReport(report, {
    format,
    output: options.output,
    all: options.all || isScan(report),
    verbose: options.verbose,
    color: wantsColor(options.plain, process.stdout, process.env),
  });
  return code;
}

/** Why nothing could be read: the first reasons that were recorded. */
function nothingWords(report: Report): readonly [string, string] {
  const [first, second] = report.gaps;
  const place = first === undefined || first.file === '' ? '' : `${first.file}: `;
  return [
    `no patch could be read: ${place}${first?.why ?? 'the input holds none'}`,
    second === undefined ? 'give a mail with a diff, an mbox, or a range A..B' : `also: ${second.why}`,
  ];
}

/** `rmap-review … | head` closes our standard output early: that is no error and needs no message. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw new Failure(2, `cannot write to standard output: ${error.message}`);
  });
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const match = /"version":\s*"([^"]+)"/.exec(text);
  return match?.[1] ?? '0.0.0';
}
