import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Report } from '../report/index.js';
import { Failure } from './failure.js';
import type { RunOptions } from './program.js';

/** What a review that is not finished has told so far. `busy` is null with the complete report. */
export interface Stand {
  readonly report: Report;
  readonly busy: { readonly text: string; readonly done: number } | null;
}

/** A review in a thread of its own, so that the terminal stays alive meanwhile. */
export interface LiveRun {
  /** The series has been read; nothing of it is analysed yet. Rejects when it cannot be. */
  readonly begun: Promise<Stand>;
  readonly ended: Promise<Report>;
  /** Calls back at once with what is known, then whenever there is more. */
  readonly follow: (update: (stand: Stand) => void) => void;
  readonly stand: () => Stand | null;
  /** Lets the run end after the patch it is at, with what it has. */
  readonly stop: () => void;
  readonly kill: () => Promise<void>;
}

/** Said when the thread is gone and there is no report; expected after `kill`. */
export const ENDED = 'the analysis ended without a report';

/** From the thread; failures cross it as data. */
export type FromWorker =
  | { readonly kind: 'series'; readonly report: Report }
  | { readonly kind: 'patch'; readonly patch: number; readonly functions: Report['functions'] }
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'failure'; readonly exit: 2 | 3 | null; readonly message: string; readonly hint: string | null };

export interface ToWorker {
  readonly inputs: readonly string[];
  readonly options: RunOptions;
  readonly version: string;
  /** One cell; not 0: stop. */
  readonly stop: SharedArrayBuffer;
}

export function startLive(inputs: readonly string[], options: RunOptions, version: string): LiveRun {
  const stop = new SharedArrayBuffer(4);
  const data: ToWorker = { inputs, options, version, stop };
  const worker = new Worker(fileURLToPath(new URL('./review-worker.js', import.meta.url)), { workerData: data });
  let stand: Stand | null = null;
  const followers: ((stand: Stand) => void)[] = [];
  let begin: (stand: Stand) => void = () => undefined;
  let end: (report: Report) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const begun = new Promise<Stand>((resolve, reject) => {
    begin = resolve;
    fail = reject;
  });
  const ended = new Promise<Report>((resolve, reject) => {
    end = resolve;
    const before = fail;
    fail = (error) => {
      before(error);
      reject(error);
    };
  });
  // Whoever waits for one of the two hears of a failure; the other must not be an unhandled one.
  begun.catch(() => undefined);
  ended.catch(() => undefined);
  const now = (next: Stand): void => {
    stand = next;
    begin(next);
    for (const follower of followers) follower(next);
  };
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'failure') fail(message.exit === null ? new Error(message.message) : new Failure(message.exit, message.message, message.hint));
    else {
      const next = after(stand, message);
      if (next !== null) now(next);
      if (message.kind === 'report') end(message.report);
    }
  });
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error('the analysis ended')));
  worker.on('exit', () => fail(new Error(ENDED)));
  return {
    begun,
    ended,
    follow: (update) => {
      followers.push(update);
      if (stand !== null) update(stand);
    },
    stand: () => stand,
    stop: () => {
      Atomics.store(new Int32Array(stop), 0, 1);
    },
    kill: async () => {
      await worker.terminate();
    },
  };
}

function after(stand: Stand | null, message: Exclude<FromWorker, { kind: 'failure' }>): Stand | null {
  if (message.kind === 'report') return { report: message.report, busy: null };
  if (message.kind === 'series') return { report: message.report, busy: { text: 'reading', done: 0 } };
  if (stand === null || stand.busy === null) return null;
  if (message.kind === 'progress') return { ...stand, busy: { ...stand.busy, text: message.text } };
  return { report: { ...stand.report, functions: [...stand.report.functions, ...message.functions] }, busy: { ...stand.busy, done: message.patch } };
}
