import { actorName, printable, type Report, traceTable } from '../report/index.js';
import { replay } from '../model/interpret.js';
import { print } from './output.js';
import { findFinding } from './saved.js';

/**
 * Follows a confirmed finding's trace in its program with the second interpreter; needs neither patch nor tree.
 * 0: the recorded failure is reached. 1: it is not, or the finding was never confirmed.
 */
export async function replayCommand(report: Report, id: string, step: boolean): Promise<number> {
  const { verdict, ...finding } = findFinding(report, id);
  const title = `${finding.id}  ${finding.rule}  ${finding.file}:${finding.line}  ${finding.function}()`;
  if (verdict.state !== 'confirmed') {
    await printAll([title, `${verdict.state}: ${verdict.why}`, 'There is no interleaving to replay.']);
    return 1;
  }
  const result = replay(verdict.program, verdict.trace.text);
  const steps = result.steps.map((taken, i) => {
    const changes = taken.changes.length === 0 ? '' : `   [${taken.changes.join(', ')}]`;
    return `${String(i + 1).padStart(3)}  ${actorName(verdict, taken.actor)}  ${taken.line} ${taken.text}${taken.choice === null ? '' : `  (${taken.choice})`}${changes}`;
  });
  const followed = { ...verdict, trace: { ...verdict.trace, steps: result.steps, failure: '' } };
  const table = traceTable(followed, { width: 78, bar: '|', changes: false }).filter((line) => line.step < result.steps.length);
  const body = step ? steps : table.map((line) => line.text);
  const same = result.ok && result.failure === verdict.trace.failure;
  const end = same
    ? `reached after ${result.steps.length} steps: ${result.failure}`
    : result.ok
      ? `another failure was reached: ${result.failure}; recorded was: ${verdict.trace.failure}`
      : `not reached: ${result.error ?? 'the trace ends without a failure'}`;
  await printAll([title, `trace ${verdict.trace.text}`, '', ...body, '', end]);
  return same ? 0 : 1;
}

/** A report may come from anywhere; it must not steer the terminal here either. */
async function printAll(lines: readonly string[]): Promise<void> {
  await print(lines.map((line) => `${printable(line)}\n`).join(''));
}
