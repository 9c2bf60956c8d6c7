import { readFileSync, writeFileSync } from 'node:fs';
import { readModelHeaders } from '../host/models.js';
import { toPromela } from '../model/promela.js';
import { compileScenario, type Compiled, type Text } from '../model/script/compile.js';
import { expectationsOf } from '../model/script/expect.js';
import { runProgram, type Ran } from '../model/script/run.js';
import type { TraceStep, Verdict } from '../model/verdict.js';
import { createParser, type CParser } from '../parse/c/parser.js';
import { printable, traceTable } from '../report/index.js';
import { Failure } from './failure.js';
import { print } from './output.js';

export interface ModelOptions {
  readonly defined: readonly string[];
  readonly check: boolean;
  readonly step: boolean;
  readonly promela: string | null;
  readonly json: boolean;
}

/**
 * Runs a scenario that somebody wrote in C. 0: no interleaving fails, or with `--check` everything is as its author
 * expects. 1: one fails, or something is not as expected. 2: a mistake in the file. 3: a bound was hit.
 */
export async function modelCommand(path: string, options: ModelOptions): Promise<number> {
  const source: Text = { path, text: readText(path) };
  const headers = await readModelHeaders();
  const parser = await createParser();
  if (options.check) return check(source, headers, parser);
  const compiled = compile(source, headers, options.defined, parser);
  if (options.promela !== null) {
    const text = toPromela(compiled.program);
    if (options.promela === '-') {
      await print(text);
      return 0;
    }
    writeTo(options.promela, text);
  }
  const ran = runProgram(compiled.program);
  const { verdict } = ran;
  if (options.json) await print(`${JSON.stringify({ file: path, verdict, states: ran.states, program: compiled.program }, null, 1)}\n`);
  else
    await print(
      `${told(path, compiled, ran, options.step)
        .map((line) => printable(line))
        .join('\n')}\n`,
    );
  return verdict.state === 'refuted' ? 0 : verdict.state === 'confirmed' ? 1 : 3;
}

async function check(source: Text, headers: readonly Text[], parser: CParser): Promise<number> {
  const expected = expectationsOf(source.path, source.text);
  if ('why' in expected) throw new Failure(2, `${expected.file}:${expected.line}: ${expected.why}`);
  if (expected.length === 0) throw new Failure(2, `${source.path} expects nothing`, 'a line " * expect: refuted" says what its author expects');
  let wrong = 0;
  for (const e of expected) {
    const { verdict, states } = runProgram(compile(source, headers, e.defined, parser).program);
    const fits = verdict.state === e.state && (e.says.length === 0 || e.says.some((part) => verdict.why.includes(part)));
    if (!fits) wrong++;
    const steps = verdict.state === 'confirmed' ? ` in ${verdict.trace.steps.length} steps` : '';
    await print(
      `${fits ? 'ok   ' : 'WRONG'} ${source.path}:${e.line}: ${[...e.defined, ''].join(' ')}${verdict.state}${steps} (${states} states)${fits && verdict.state === 'refuted' ? '' : `: ${printable(verdict.why)}`}\n`,
    );
  }
  return wrong === 0 ? 0 : 1;
}

function compile(source: Text, headers: readonly Text[], defined: readonly string[], parser: CParser): Compiled {
  const compiled = compileScenario(source, headers, new Set(defined), (path, text) => parser.parseC(path, text));
  if ('why' in compiled) throw new Failure(2, `${compiled.file}:${compiled.line}: ${compiled.why}`);
  return compiled;
}

function told(path: string, compiled: Compiled, ran: Ran, step: boolean): readonly string[] {
  const { verdict } = ran;
  if (verdict.state === 'unmodelled') return [`${path}: unmodelled: ${verdict.why}`];
  if (verdict.state === 'refuted') return [`${path}: refuted: ${verdict.why}`, ...verdict.assumptions];
  const shown = { ...verdict, trace: { ...verdict.trace, steps: verdict.trace.steps.map((s) => meant(s, compiled)) } };
  return [
    `${path}: confirmed in ${verdict.trace.steps.length} steps: ${verdict.why}`,
    `trace ${verdict.trace.text}`,
    '',
    ...traceTable(tableOf(shown), { width: step ? 110 : 100, bar: '|', changes: step }).map((line) => line.text),
    '',
    ...verdict.assumptions,
  ];
}

/** What the model has and a report has are one type read from two sides. */
function tableOf(verdict: Extract<Verdict, { state: 'confirmed' }>): Parameters<typeof traceTable>[0] {
  return { ...verdict, trace: { ...verdict.trace, steps: [...verdict.trace.steps].map((s) => ({ ...s, changes: [...s.changes] })) } } as Parameters<
    typeof traceTable
  >[0];
}

/** Numbers that stand for addresses are shown as these. */
function meant(step: TraceStep, compiled: Compiled): TraceStep {
  const changes = step.changes.map((change) => {
    const m = /^(.*): (\d+) → (\d+)$/.exec(change);
    const names = compiled.meanings.get(m?.[1] ?? '');
    return m === null || names === undefined ? change : `${m[1]}: ${names[Number(m[2])] ?? m[2]} → ${names[Number(m[3])] ?? m[3]}`;
  });
  return { ...step, changes };
}

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new Failure(3, `cannot read ${path}: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

export function writeTo(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new Failure(2, `cannot write ${path}: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}
