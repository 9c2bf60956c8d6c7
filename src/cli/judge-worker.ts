import { workerData } from 'node:worker_threads';
import { judge, type ModelSide } from '../model/judge.js';
import { readRivals } from '../model/rivals.js';
import type { JudgeAnswer, JudgeJob, SentRequest, SentSide } from './judge-pool.js';

/** A thread of `judgePool`: answers each request with its verdict, until it is ended. */
const { files, port, signal } = workerData as JudgeJob;
const count = new Int32Array(signal);
const rivals = readRivals(files);
const tell = (answer: JudgeAnswer): void => {
  port.postMessage(answer);
  Atomics.add(count, 0, 1);
  Atomics.notify(count, 0);
};
const side = ({ returns, types, ...rest }: SentSide): ModelSide => ({ ...rest, types: { ...types, returns: (name) => returns.get(name) ?? null } });

port.on('message', ({ index, request }: { readonly index: number; readonly request: SentRequest }) => {
  try {
    tell({ index, verdict: judge({ ...request, before: request.before === null ? null : side(request.before), after: side(request.after) }, rivals) });
  } catch {
    tell({ index, verdict: null });
  }
});
tell({ index: -1, verdict: null });
