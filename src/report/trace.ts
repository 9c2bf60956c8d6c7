import type { ReportFinding } from './report.js';
import { fit, wrap } from './layout.js';
import { printable } from './printable.js';

type Confirmed = Extract<ReportFinding['verdict'], { state: 'confirmed' }>;

export interface TraceOptions {
  readonly width: number;
  /** Between the columns: "|" for mail and plain text, "│" on a terminal. */
  readonly bar: string;
  /** Also the cells that each step changed. */
  readonly changes: boolean;
  /** False: no line numbers, for readers with another tree. */
  readonly lines?: boolean;
}

/** One line of the table. `step` is the 0-based step it belongs to, -1 for the head, `steps.length` for the failure. */
export interface TraceLine {
  readonly step: number;
  readonly first: boolean;
  readonly text: string;
}

/**
 * An interleaving as a table: one column of fixed width for each CPU that takes part, time going down. Where the
 * columns would be too narrow to read, the steps become a list that names the CPU.
 */
export function traceTable(verdict: Confirmed, options: TraceOptions): readonly TraceLine[] {
  const { trace } = verdict;
  const cpus = takingPart(verdict);
  const bar = ` ${options.bar} `;
  const column = Math.floor((options.width - NUMBER - bar.length * (cpus.length - 1)) / Math.max(1, cpus.length));
  const columns = column >= NARROWEST || cpus.length < 2;
  const out: TraceLine[] = [];
  const emit = (step: number, number: string, rows: readonly (readonly string[])[]): void => {
    const height = Math.max(1, ...rows.map((r) => r.length));
    for (let i = 0; i < height; i += 1) {
      const cells = rows.map((r) => fit(r[i] ?? '', column)).join(bar);
      out.push({ step, first: i === 0, text: (fit(i === 0 ? number : '', NUMBER) + cells).trimEnd() });
    }
  };
  if (columns) {
    emit(
      -1,
      '',
      cpus.map((cpu) => actorTitle(verdict, cpu).flatMap((line) => wrap(line, column, '  '))),
    );
    out.push({ step: -1, first: false, text: rule(options.width, cpus.length, column, options.bar) });
  }
  trace.steps.forEach((step, i) => {
    const label = `${String(i + 1).padStart(3)}  `;
    const lines = stepLines(step, columns ? column : options.width - NUMBER - 6, options.changes, options.lines !== false);
    if (columns)
      emit(
        i,
        label,
        cpus.map((cpu) => (cpu === step.actor ? lines : [])),
      );
    else lines.forEach((text, at) => out.push({ step: i, first: at === 0, text: (at === 0 ? `${label}CPU${step.actor}  ` : ' '.repeat(NUMBER + 6)) + text }));
  });
  wrap(`=> ${printable(trace.failure)}`, options.width - NUMBER, '   ').forEach((text, i) => {
    out.push({ step: trace.steps.length, first: i === 0, text: ' '.repeat(NUMBER) + text });
  });
  return out;
}

/** The model's cells after `count` steps, in the program's order. */
export function cellsAfter(verdict: Confirmed, count: number): ReadonlyMap<string, string> {
  const cells = new Map(verdict.program.cells.map((cell) => [cell.name, String(cell.init)]));
  for (const step of verdict.trace.steps.slice(0, count)) {
    for (const change of step.changes) {
      const match = /^(.*): \S+ (?:→|->) (\S+)$/.exec(change);
      if (match?.[1] !== undefined && match[2] !== undefined) cells.set(match[1], match[2]);
    }
  }
  return cells;
}

/** "CPU0 f()": the model's actors are CPUs to a kernel developer. */
export function actorName(verdict: Confirmed, actor: number): string {
  const name = verdict.program.actors[actor]?.name;
  return name === undefined ? `CPU${actor}` : `CPU${actor} ${printable(name)}`;
}

const NUMBER = 5;
const NARROWEST = 22;

/** The CPUs of an interleaving: those that step, and those that the failure names (a waiter may never get to a step). */
export function takingPart(verdict: Confirmed): readonly number[] {
  const stepping = new Set(verdict.trace.steps.map((step) => step.actor));
  const all = verdict.program.actors.map((_, i) => i);
  const named = (i: number): boolean => verdict.trace.failure.includes(verdict.program.actors[i]?.name ?? '\0') || verdict.trace.failure.includes(`CPU${i} `);
  return stepping.size === 0 ? all : all.filter((i) => stepping.has(i) || named(i));
}

function actorTitle(verdict: Confirmed, actor: number): readonly string[] {
  const file = verdict.program.actors[actor]?.file;
  return file === undefined ? [actorName(verdict, actor)] : [actorName(verdict, actor), printable(file)];
}

/** The source line's number leads; what was chosen and what changed hangs below the text. */
function stepLines(step: Confirmed['trace']['steps'][number], width: number, changes: boolean, numbers: boolean): readonly string[] {
  const line = numbers && step.line > 0 ? `${step.line} ` : '';
  const hang = (text: string): readonly string[] => wrap(printable(text), width - line.length).map((part) => ' '.repeat(line.length) + part);
  return [
    ...hang(step.text).map((part, i) => (i === 0 ? line + part.slice(line.length) : part)),
    ...(step.choice === null ? [] : hang(`(${numbers ? step.choice : step.choice.replace(/\bline \d+: /g, '')})`)),
    ...(changes ? step.changes.flatMap((change) => hang(`[${change}]`)) : []),
  ];
}

function rule(width: number, count: number, column: number, bar: string): string {
  const dash = bar === '│' ? '─' : '-';
  const cross = bar === '│' ? '┼' : '+';
  const parts = Array.from({ length: count }, () => dash.repeat(column));
  return (' '.repeat(NUMBER) + parts.join(dash + cross + dash)).slice(0, width);
}
