import {
  changeWords, type ContractRow, contractRows, displayWidth, padStart, plural, printable, type Report, type ReportFinding, type ReportFunction, severityWords,
  shownFindings, type SourceLine, sourceLines, terseLine, verdictWords, wrap,
} from '../../report/index.js';
import { apart, clip, filled, type Line, plain, span } from '../line.js';

import { findingTone } from '../tone.js';
import { type Frame, NO_DETAIL, type Pane, type Row, type View } from '../types.js';

/** One function: its contract before and after, and its source with the finding's witness beside the lines. */
export function functionView(report: Report, frame: Pick<Frame, 'fn' | 'finding'>): View {
  const fn = report.functions[frame.fn];
  const finding = report.findings.find((f) => f.id === frame.finding) ?? null;
  if (fn === undefined) return { header: (width) => [clip(plain(' This function is not in the report.'), width)], panes: [{ title: '', rows: [], head: () => [], start: 0 }], detail: () => NO_DETAIL };
  return {
    header: (width) => header(report, fn, finding, width),
    panes: [sourcePane(report, fn, finding, frame.fn), contractPane(fn)],
    detail: () => NO_DETAIL,
  };
}

/** The findings shown for a function, in the order in which `f` visits them. */
export function findingsOf(report: Report, fn: ReportFunction, all: boolean): readonly ReportFinding[] {
  return shownFindings(report, all).filter((f) => f.patch === fn.patch && f.file === fn.file && f.function === fn.name);
}

function header(report: Report, fn: ReportFunction, finding: ReportFinding | null, width: number): readonly Line[] {
  const line = fn.post?.line ?? fn.pre?.line;
  const total = report.series.patches.length;
  const patch = fn.patch > 0 && total > 1 ? `patch ${fn.patch}/${total}` : '';
  const top = apart([span(' '), span(`${fn.name}()`, 'strong'), span(`  ${fn.file}${line === undefined ? '' : `:${line}`}`)], [span(patch, 'dim')], width - 1);
  const here = findingsOf(report, fn, true);
  const count = here.length === 0 ? 'no finding here' : finding === null ? `${plural(here.length, 'finding')} here, f goes to the first` : '';
  const second = apart([span(` ${changeWords(fn)}`)], [span(count, 'dim')], width - 1);
  if (finding === null) return [top, second];
  const text = wrap(`${finding.rule}, ${verdictWords(finding)}: ${printable(finding.message)}`, width - 2 - `${finding.id} ${severityWords(finding)} `.length);
  const lead = [span(` ${finding.id} `), span(`${severityWords(finding)} `, findingTone(finding))];
  const pad = ' '.repeat(lead.reduce((n, part) => n + part.text.length, 0));
  return [top, second, ...text.slice(0, 3).map((part, i) => clip(i === 0 ? [...lead, span(part)] : [span(pad + part)], width))];
}

function sourcePane(report: Report, fn: ReportFunction, finding: ReportFinding | null, index: number): Pane {
  const lines = sourceLines(fn);
  const pre = finding?.status === 'fixed';
  const at = (line: SourceLine, wanted: number): boolean => (pre ? line.before : line.after) === wanted;
  const rows = lines.map((line): Row => {
    const steps = (finding?.path ?? []).map((step, i) => ({ ...step, number: i + 1 })).filter((step) => at(line, step.line));
    const numbers = steps.map((step) => `step ${step.number}: ${step.note}`).join(', ');
    const word = line.mark === '+' ? 'added, ' : line.mark === '-' ? 'removed, ' : '';
    const number = line.after ?? line.before ?? 0;
    return {
      kind: 'other', label: `${word}line ${number}: ${line.text.trim()}${numbers === '' ? '' : `, ${numbers}`}`,
      lines: (width) => sourceRow(line, steps, finding, width),
      open: finding === null ? null : { view: 'trace', fn: index, finding: finding.id }, fold: null, within: null,
      place: { file: fn.file, line: number }, copy: finding !== null && at(line, finding.line) ? terseLine(report, finding) : `${fn.file}:${number}: ${line.text.trim()}`,
    };
  });
  const side = fn.post === null && fn.pre !== null ? 'Source, taken out by this patch' : 'Source, with what this patch took out (-) and put in (+)';
  if (rows.length === 0) return { title: 'Source', rows: [emptyRow('The text of this function is not at hand: only fragments of it were shown.', finding, index)], head: () => [], start: 0 };
  const hit = finding === null ? lines.findIndex((line) => line.mark !== ' ') : lines.findIndex((line) => at(line, finding.line));
  return { title: side, rows, head: () => [], start: Math.max(0, hit) };
}

/** Number, mark, witness step, then the text; a line that is too long goes on below its own indentation. */
function sourceRow(line: SourceLine, steps: readonly { readonly number: number; readonly note: string }[], finding: ReportFinding | null, width: number): readonly Line[] {
  const tone = line.mark === '+' ? 'added' : line.mark === '-' ? 'removed' : 'plain';
  const number = line.mark === '-' ? line.before : line.after;
  const mark = steps.length > 1 ? '*' : String(steps[0]?.number ?? '');
  const text = printable(line.text);
  const blanks = /^ */.exec(text)?.[0] ?? '';
  const room = Math.max(20, width - GUTTER);
  const parts = displayWidth(text) <= room ? [text] : wrap(text.trim(), Math.max(20, room - blanks.length), '    ').map((part) => blanks + part);
  const code = parts.map((part, i): Line => (i === 0
    ? [span(padStart(String(number ?? ''), 5), 'dim'), span(line.mark, tone), span(`${padStart(mark, 2)} `, 'step'), span(part, tone)]
    : [span(`${' '.repeat(5)}${line.mark}   `, tone), span(part, tone)]));
  const notes = steps.flatMap((step) => wrap(printable(step.note), width - GUTTER - 4).map((part, i): Line => [
    span(' '.repeat(GUTTER) + (i === 0 ? `╰${padStart(String(step.number), 2)} ` : '    '), 'step'), span(part, step.number === finding?.path.length ? 'error' : 'step'),
  ]));
  return [...code, ...notes].map((part) => clip(part, width));
}

/** Columns before the source text. */
const GUTTER = 9;

function contractPane(fn: ReportFunction): Pane {
  const rows = contractRows(fn);
  const table = rows.map((row, i): Row => ({
    ...emptyRow(label(row, rows.slice(0, i)), null, -1), lines: (width) => contractRow(row, width),
  }));
  const details = fn.details.map((text): Row => ({ ...emptyRow(text, null, -1), lines: (width) => wrap(text, width - 4).map((part, i) => plain(`${i === 0 ? '  * ' : '    '}${part}`)) }));
  const all = [...table, ...details];
  const head = rows.length === 0 ? () => [] : (width: number) => [clip([...filled([span('  before', 'dim')], half(width)), span(' │ ', 'dim'), span('  after', 'dim')], width)];
  return { title: 'Contract', rows: all.length === 0 ? [emptyRow('Nothing is known about locks and references here.', null, -1)] : all, head, start: Math.max(0, rows.findIndex((row) => row.changed)) };
}

/** The row in words: which side, which exit, what. */
function label(row: ContractRow, above: readonly ContractRow[]): string {
  const exit = row.kind === 'exit' ? row : above.findLast((r) => r.kind === 'exit');
  const name = exit?.after ?? exit?.before ?? '';
  const what = row.after ?? row.before ?? '';
  const side = !row.changed ? 'before and after' : row.before === null ? 'only after' : 'only before';
  return row.kind === 'exit' ? `${name}, ${side}` : `${name}, ${what}, ${side}`;
}

function contractRow(row: ContractRow, width: number): readonly Line[] {
  const column = half(width);
  const cell = (text: string | null, sign: string): readonly string[] => {
    if (text === null) return [];
    const lead = `${row.changed ? sign : ' '} ${row.kind === 'entry' ? '  ' : ''}`;
    return wrap(text, column - lead.length).map((part, i) => (i === 0 ? lead : ' '.repeat(lead.length)) + part);
  };
  const left = cell(row.before, '-');
  const right = cell(row.after, '+');
  const tone = (side: 'added' | 'removed') => (row.changed ? side : row.kind === 'exit' ? 'strong' : 'plain');
  return Array.from({ length: Math.max(left.length, right.length, 1) }, (_, i) =>
    clip([...filled([span(left[i] ?? '', tone('removed'))], column), span(' │ ', 'dim'), span(right[i] ?? '', tone('added'))], width));
}

function half(width: number): number {
  return Math.floor((width - 3) / 2);
}

function emptyRow(text: string, finding: ReportFinding | null, fn: number): Row {
  return {
    kind: 'other', label: text, lines: (width) => wrap(text, width - 2).map((part) => plain(`  ${part}`)),
    open: finding === null ? null : { view: 'trace', fn, finding: finding.id }, fold: null, within: null, place: null, copy: text,
  };
}
