import { parentPort, workerData } from 'node:worker_threads';
import { Failure } from './failure.js';
import { scanner, type ScanAnswer, type ScanJob, type ScanTask } from './scan.js';

/** A thread of `scan`: says when it is ready, answers each file with its report, and ends when there is none left. */
const tell = (message: unknown): void => {
  parentPort?.postMessage(message);
};
const fail = (error: unknown): void => {
  tell({ failure: error instanceof Failure ? [error.exit, error.message, error.hint] : [2, error instanceof Error ? error.message : String(error), null] });
};

scanner(workerData as ScanJob).then(({ scan, end, learnt, adopt }) => {
  parentPort?.on('message', (task: ScanTask | null) => {
    if (task === null) {
      end();
      parentPort?.close();
      return;
    }
    adopt(task.learnt);
    scan(task.file).then((report) => tell({ report, learnt: learnt() } satisfies ScanAnswer), fail);
  });
  tell('ready');
}, fail);
