import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { CType, CFile } from '../parse/c/ast.js';
import type { ModelRequest, ModelSide } from '../model/judge.js';
import type { Verdict } from '../model/verdict.js';
import type { ReviewTools } from '../review.js';

/** A side as it crosses to a thread: functions cannot, so what they would answer goes along. */
export type SentSide = Omit<ModelSide, 'types'> & { readonly types: Omit<ModelSide['types'], 'returns'>; readonly returns: ReadonlyMap<string, CType> };
export type SentRequest = Omit<ModelRequest, 'before' | 'after'> & { readonly before: SentSide | null; readonly after: SentSide };

export interface JudgeJob {
  /** The rivals' files, parsed. */
  readonly files: readonly CFile[];
  readonly port: MessagePort;
  /** One cell, counted up with each answer. */
  readonly signal: SharedArrayBuffer;
}

/** What a thread says: that it is ready (`index` -1), a verdict, or (`verdict` null) that it could not come to one. */
export interface JudgeAnswer {
  readonly index: number;
  readonly verdict: Verdict | null;
}

/**
 * Judges findings in this thread and, when there is still much to do after `alone` milliseconds, in threads of their
 * own: each finding by itself, so that the verdicts are the same however many threads there are. Waits for them:
 * nothing else runs meanwhile.
 */
export function judgePool(
  judge: (request: ModelRequest) => Verdict,
  files: readonly CFile[],
  threads: number,
  alone = ALONE,
): NonNullable<ReviewTools['judgeMany']> {
  return (requests, done) => {
    const verdicts: (Verdict | null)[] = requests.map(() => null);
    const helpers: Helper[] = [];
    const started = performance.now();
    const waiting = requests.map((_, i) => i);
    const settle = (index: number, verdict: Verdict): void => {
      if (verdicts[index] === null) {
        verdicts[index] = verdict;
        done();
      }
    };
    const own = (index: number | undefined): void => {
      const request = index === undefined ? undefined : requests[index];
      if (index !== undefined && request !== undefined) settle(index, judge(request));
    };
    const collect = (): void => {
      for (const h of helpers) {
        for (let m = receiveMessageOnPort(h.port); m !== undefined; m = receiveMessageOnPort(h.port)) {
          const { index, verdict } = m.message as JudgeAnswer;
          h.ready = true;
          h.at.delete(index);
          if (index >= 0) {
            if (verdict === null) own(index);
            else settle(index, verdict);
          }
        }
        while (h.ready && h.at.size < AHEAD && waiting.length > 0) {
          const index = waiting.shift() as number;
          h.at.add(index);
          h.port.postMessage({ index, request: sent(requests[index] as ModelRequest) });
        }
      }
    };
    for (;;) {
      const seen = helpers.map((h) => Atomics.load(h.signal, 0));
      collect();
      if (helpers.length === 0 && waiting.length > FEW && performance.now() - started >= alone)
        helpers.push(...Array.from({ length: Math.min(threads - 1, waiting.length - FEW) }, () => startHelper(files)));
      if (waiting.length > 0) {
        own(waiting.pop());
        continue;
      }
      const [slow] = helpers.filter((h) => h.at.size > 0);
      if (slow === undefined) break;
      // A thread that says nothing for so long is given up, and what it was at is judged here.
      if (Atomics.wait(slow.signal, 0, seen[helpers.indexOf(slow)] ?? 0, PATIENCE) === 'timed-out') {
        for (const index of slow.at) own(index);
        slow.at.clear();
      }
    }
    for (const h of helpers) void h.worker.terminate();
    return verdicts as Verdict[];
  };
}

/** Milliseconds: most series are done by then, and a thread takes a third of a second of processor time to start. */
const ALONE = 1_500;
/** So few findings are judged before a thread has started. */
const FEW = 3;
/** Requests that a thread has at hand: the next one while it is at one. */
const AHEAD = 2;
const PATIENCE = 120_000;

interface Helper {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly signal: Int32Array;
  readonly at: Set<number>;
  ready: boolean;
}

function startHelper(files: readonly CFile[]): Helper {
  const { port1, port2 } = new MessageChannel();
  const signal = new SharedArrayBuffer(4);
  const worker = new Worker(fileURLToPath(new URL('./judge-worker.js', import.meta.url)), {
    workerData: { files, port: port2, signal } satisfies JudgeJob,
    transferList: [port2],
  });
  worker.unref();
  port1.unref();
  worker.on('error', () => undefined);
  return { worker, port: port1, signal: new Int32Array(signal), at: new Set(), ready: false };
}

function sent(request: ModelRequest): SentRequest {
  const side = (s: ModelSide): SentSide => {
    const { returns, ...types } = s.types;
    const named = [...namesIn([s.cfg, [...s.effects.contracts.values()]])].flatMap((n) => {
      const t = returns(n);
      return t === null ? [] : [[n, t] as const];
    });
    return { ...s, types, returns: new Map(named) };
  };
  return { ...request, before: request.before === null ? null : side(request.before), after: side(request.after) };
}

/** Every name that something in the code or its contracts has. */
function namesIn(value: unknown, found = new Set<string>(), seen = new Set<object>()): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return found;
  seen.add(value);
  const parts =
    value instanceof Map
      ? [...value.keys(), ...value.values()]
      : value instanceof Set
        ? [...value]
        : Object.entries(value).map(([key, part]: [string, unknown]) => {
            if ((key === 'name' || key === 'callee') && typeof part === 'string') found.add(part);
            return part;
          });
  for (const part of parts) namesIn(part, found, seen);
  return found;
}
