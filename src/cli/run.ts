import type { Report } from '../report/index.js';
import { Failure } from './failure.js';
import type { Request } from './program.js';

/** One short word for the stage that begins, and how far it is where that is known. */
export type OnProgress = (stage: string, done: number, total: number) => void;

/** Files, git and terminal for one run of the pipeline; the analysis itself is `src/review.ts`. */
export async function runRequest(request: Extract<Request, { command: 'review' | 'scan' }>, _version: string): Promise<Report> {
  throw new Failure(2, `${request.command} is not connected yet`);
}
