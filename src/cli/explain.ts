import { toPromela } from '../model/promela.js';
import { messageWithFunction, printable, type Report, story, traceTable, wrap } from '../report/index.js';
import { Failure } from './failure.js';
import { writeTo } from './model.js';
import { print } from './output.js';
import { findFinding } from './saved.js';

const WIDTH = 100;

/**
 * Tells a finding: what is wrong, and where it is confirmed the interleaving in words and as a table with what each
 * step changes, then what it rests on. `promela`: also writes the program for SPIN there, "-" for standard output alone.
 * 0: the finding is confirmed. 1: it is not, and the text says why.
 */
export async function explainCommand(report: Report, id: string, promela: string | null): Promise<number> {
  const finding = findFinding(report, id);
  const { verdict } = finding;
  if (promela !== null) {
    await writePromela(finding, promela);
    if (promela === '-') return 0;
  }
  const head = [`${finding.id}  ${finding.severity}  ${finding.rule}  ${finding.file}:${finding.line}`, ...folded(messageWithFunction(finding), '    '), ''];
  if (verdict.state !== 'confirmed') {
    const meaning =
      verdict.state === 'refuted'
        ? 'No interleaving of the model fails. That is no proof: the model is small, and says below what it leaves out.'
        : 'The model has nothing to say about this finding:';
    await printAll([
      ...head,
      ...folded(meaning, ''),
      ...folded(verdict.why, '    '),
      ...('assumptions' in verdict ? verdict.assumptions.flatMap((a) => folded(a, '  - ', '    ')) : []),
    ]);
    return 1;
  }
  await printAll([
    ...head,
    'What happens',
    ...story(verdict).flatMap((line, i) => folded(line, `${String(i + 1).padStart(3)}. `, '     ')),
    '',
    'Side by side, with what each step changes',
    ...traceTable(verdict, { width: WIDTH, bar: '|', changes: true }).map((line) => line.text),
    '',
    'Why it counts',
    ...folded(verdict.why, '    '),
    '',
    'What it rests on',
    ...verdict.assumptions.flatMap((a) => folded(a, '  - ', '    ')),
    '',
    `Follow it again: rmap-review replay REPORT.json ${finding.id} --step. Ask SPIN: rmap-review explain REPORT.json ${finding.id} --promela m.pml && spin -run m.pml`,
  ]);
  return 0;
}

/** The program of a confirmed finding for SPIN. */
export async function writePromela(finding: Report['findings'][number], to: string): Promise<void> {
  const { verdict } = finding;
  if (verdict.state !== 'confirmed') throw new Failure(2, `${finding.id} is ${verdict.state}: there is no program to write`);
  const text = toPromela(verdict.program);
  if (to === '-') await print(text);
  else writeTo(to, text);
}

function folded(text: string, first: string, rest = first): readonly string[] {
  return wrap(text, WIDTH - first.length).map((line, i) => (i === 0 ? first : rest) + line);
}

/** A report may come from anywhere; it must not steer the terminal. */
async function printAll(lines: readonly string[]): Promise<void> {
  await print(lines.map((line) => `${printable(line).trimEnd()}\n`).join(''));
}
