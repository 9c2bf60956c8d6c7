import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import { type Report, summaryLine } from '../report/index.js';
import { loadKept, saveKept } from './kept.js';
import { ENDED, type LiveRun } from './live.js';

type Env = Readonly<Record<string, string | undefined>>;

/** A TTY, no `--format`, no `-o`, and nothing that says this terminal or this user wants text. */
export function wantsUi(
  given: { readonly format: string | null; readonly output: string | null; readonly plain: boolean },
  stdout: NodeJS.WriteStream,
  env: Env,
): boolean {
  if (given.format !== null || given.output !== null || given.plain) return false;
  return stdout.isTTY === true && env['TERM'] !== 'dumb' && (env['TERM'] ?? '') !== '' && !inCi(env);
}

export function wantsColor(plain: boolean, stdout: NodeJS.WriteStream, env: Env): boolean {
  return !plain && stdout.isTTY === true && env['TERM'] !== 'dumb' && (env['NO_COLOR'] ?? '') === '';
}

/**
 * Shows the report and waits; prints the summary line for the scrollback. `live`: the report is still being made; the
 * view follows it, and a reader who leaves before its end stops it. Null: no keyboard to read from.
 */
export async function showUi(first: Report, tree: string | null, env: Env, live: LiveRun | null = null): Promise<{ readonly interrupted: boolean } | null> {
  const keyboard = openKeyboard();
  if (keyboard === null) return null;
  try {
    const { runTui } = await import('../tui/run.js');
    const linear = env['INK_SCREEN_READER'] === 'true';
    const result = await runTui(
      first,
      {
        stdin: keyboard.stream,
        stdout: process.stdout,
        linear,
        plain: (env['NO_COLOR'] ?? '') !== '',
        perform: async (request) => (request.kind === 'edit' ? edit(request.file, request.line, tree, env) : suspend()),
        keep: (kept) => {
          saveKept(first, kept, env);
        },
      },
      loadKept(first, env),
      live === null
        ? null
        : (update, leave) => {
            live.follow(({ report, busy }) => update(report, busy));
            live.ended.catch(leave);
          },
    );
    const stand = live?.stand() ?? { report: first, busy: null };
    if (stand.busy !== null) {
      await live?.kill();
      await live?.ended.catch((error: unknown) => {
        if (!(error instanceof Error) || error.message !== ENDED) throw error;
      });
      process.stdout.write(`rmap-review: stopped after patch ${stand.busy.done} of ${first.series.patches.length}; nothing is judged\n`);
      return { interrupted: true };
    }
    process.stdout.write(`${summaryLine(stand.report)}\n`);
    return result;
  } finally {
    keyboard.close();
  }
}

/** Loads the view while the analysis reads; a failure shows when the view is opened. */
export function preloadUi(env: Env): void {
  void import('../tui/run.js').then(({ preload }) => preload((env['NO_COLOR'] ?? '') !== '')).catch(() => undefined);
}

/** Ink draws nothing while a build service is detected; such a run wants text anyway. */
function inCi(env: Env): boolean {
  return ['CI', 'CONTINUOUS_INTEGRATION'].some((name) => env[name] !== undefined && env[name] !== '0' && env[name] !== 'false');
}

/** Standard input when it is a terminal; else the terminal itself, for `b4 am -o - ID | rmap-review -`. */
function openKeyboard(): { readonly stream: NodeJS.ReadStream; readonly close: () => void } | null {
  if (process.stdin.isTTY)
    return {
      stream: process.stdin,
      close: () => {
        process.stdin.unref();
      },
    };
  try {
    const stream = new ReadStream(openSync('/dev/tty', 'r+'));
    return {
      stream,
      close: () => {
        stream.destroy();
      },
    };
  } catch {
    return null;
  }
}

function edit(file: string, line: number, tree: string | null, env: Env): string {
  const path = tree === null ? file : join(tree, file);
  if (!existsSync(path)) return tree === null ? `${file} is not below this folder; give --tree DIR.` : `${file} is not in ${tree}.`;
  const editor = env['VISUAL'] || env['EDITOR'] || 'vi';
  const tty = openTty();
  // The variable may hold arguments ("code -w"), so the shell splits it, as git does.
  const result = spawnSync('/bin/sh', ['-c', `exec ${editor} "$@"`, editor, `+${line}`, path], { stdio: [tty ?? 'inherit', 'inherit', 'inherit'] });
  if (tty !== null) closeSync(tty);
  return result.status === 0 ? '' : `${editor} ended with status ${result.status ?? result.signal ?? '?'}.`;
}

function openTty(): number | null {
  try {
    return process.stdin.isTTY ? null : openSync('/dev/tty', 'r+');
  } catch {
    return null;
  }
}

/** Stops the whole job, as the terminal would for Ctrl-Z; comes back with `fg`. */
async function suspend(): Promise<string> {
  const back = new Promise<void>((resolve) => {
    process.once('SIGCONT', () => {
      resolve();
    });
  });
  process.kill(0, 'SIGTSTP');
  await back;
  return '';
}
