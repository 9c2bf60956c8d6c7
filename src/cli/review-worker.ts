import { createReadStream } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { Failure } from './failure.js';
import type { FromWorker, ToWorker } from './live.js';
import { runReview } from './run.js';

/** The thread of `startLive`: one review, told as it goes. */
const { inputs, options, version, stop } = workerData as ToWorker;
const flag = new Int32Array(stop);
const tell = (message: FromWorker): void => {
  parentPort?.postMessage(message);
};

runReview(inputs, options, version, {
  onSeries: (report) => tell({ kind: 'series', report }),
  onPatch: (patch, functions) => tell({ kind: 'patch', patch, functions }),
  onProgress: (stage, done, total) => tell({ kind: 'progress', text: total > 1 ? `${stage} ${done}/${total}` : stage }),
  stopped: () => Atomics.load(flag, 0) !== 0,
  stdin: async () => {
    const chunks: Buffer[] = [];
    // A thread's own `process.stdin` is empty; the descriptor is the process's.
    for await (const chunk of createReadStream('', { fd: 0, autoClose: false })) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  },
}).then(
  (report) => tell({ kind: 'report', report }),
  (error: unknown) =>
    tell(
      error instanceof Failure
        ? { kind: 'failure', exit: error.exit, message: error.message, hint: error.hint }
        : { kind: 'failure', exit: null, message: error instanceof Error ? error.message : String(error), hint: null },
    ),
);
