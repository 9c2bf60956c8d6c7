import {
  type BracketCell,
  type BracketRow,
  bracketRows,
  changeWords,
  type ContractRow,
  contractRows,
  padStart,
  type Report,
  type ReportFinding,
  type ReportFunction,
  shownFindings,
  terseLine,
  wrap,
} from '../../report/index.js';
import { clip, filled, type Line, plain, span } from '../line.js';
import { type Frame, NO_DETAIL, type Pane, type Row, type View } from '../types.js';
import { findingHeader, functionTitle, missing } from './parts.js';
import { findingCount, stillHeld, wayOf } from './source.js';

/** One function before and after beside each other: what is held on each way out, and what the caller is left with. */
export function functionView(report: Report, frame: Pick<Frame, 'fn' | 'finding'>): View {
  const fn = report.functions[frame.fn];
  const finding = report.findings.find((f) => f.id === frame.finding) ?? null;
  if (fn === undefined) return missing('This function is not in the report.');
  const here = findingsOf(report, fn, true);
  return {
    header: (width) => [
      functionTitle(report, fn, finding === null ? findingCount(here.length) : '', width),
      clip([span(` ${changeWords(fn)}`)], width),
      ...findingHeader(finding, width),
    ],
    panes: [waysPane(report, fn, finding, frame.fn), contractPane(fn)],
    detail: () => NO_DETAIL,
  };
}

/** The findings shown for a function, in the order in which `f` visits them. */
export function findingsOf(report: Report, fn: ReportFunction, all: boolean): readonly ReportFinding[] {
  return shownFindings(report, all).filter((f) => f.patch === fn.patch && f.file === fn.file && f.function === fn.name);
}

function waysPane(report: Report, fn: ReportFunction, finding: ReportFinding | null, index: number): Pane {
  const rows = bracketRows(fn);
  const open = { view: 'source', fn: index, finding: finding?.id ?? null } as const;
  const hit = finding === null ? undefined : findingRow(fn, rows, finding);
  const all = rows.map(
    (row, i): Row => ({
      kind: 'other',
      label: wayLabel(row, rows.slice(0, i)),
      lines: (width) => wayLines(row, width),
      open,
      fold: null,
      within: null,
      place: place(fn, row),
      copy: finding !== null && row === hit ? terseLine(report, finding) : wayLabel(row, rows.slice(0, i)),
    }),
  );
  const held =
    finding === null
      ? rows.findIndex((row) => row.kind === 'step' && row.changed)
      : rows.findIndex((row) => row.changed && (row.after ?? row.before)?.held === true);
  const head = (width: number): readonly Line[] => [
    clip([...filled([span('  before', 'dim')], half(width)), span(' │ ', 'dim'), span('  after', 'dim')], width),
  ];
  return {
    title: 'What is held on each way out',
    rows: all.length === 0 ? [textRow(emptyWords(fn), open)] : all,
    head: all.length === 0 ? () => [] : head,
    start: Math.max(0, hit === undefined ? held : rows.indexOf(hit)),
  };
}

function emptyWords(fn: ReportFunction): string {
  return fn.pre === null && fn.post === null
    ? 'The text of this function is not at hand: only fragments of it were shown.'
    : 'No lock or reference is known on any way through this function. Enter shows its source.';
}

/** The return that the finding is about. */
function findingRow(fn: ReportFunction, rows: readonly BracketRow[], finding: ReportFinding): BracketRow | undefined {
  const side = finding.status === 'fixed' ? 'before' : 'after';
  const ways = fn.timelines[side];
  const way = ways[wayOf(ways, finding, 0)];
  const kept =
    way?.spans
      .filter((s) => s.end === null)
      .map((s) => s.resource)
      .join(', ') ?? '';
  return rows.find((row) => row.kind === 'step' && row[side]?.held === true && row[side]?.line === way?.line && row[side]?.text.endsWith(kept));
}

function place(fn: ReportFunction, row: BracketRow): { file: string; line: number } | null {
  const line = row.after?.line ?? row.before?.line ?? fn.post?.line ?? null;
  return line === null ? null : { file: fn.file, line };
}

function wayLabel(row: BracketRow, above: readonly BracketRow[]): string {
  const exit = row.kind === 'exit' ? row : above.findLast((r) => r.kind === 'exit');
  const name = exit?.after?.text ?? exit?.before?.text ?? '';
  const side = row.before === null ? 'only after' : row.after === null ? 'only before' : 'before and after';
  const cell = row.after ?? row.before;
  return row.kind === 'exit' ? `way that ${name}, ${side}` : `${name}, line ${cell?.line ?? 'entry'}: ${cell?.text ?? ''}, ${side}`;
}

function wayLines(row: BracketRow, width: number): readonly Line[] {
  const column = half(width);
  const cell = (c: BracketCell | null, sign: '+' | '-'): readonly Line[] => {
    if (c === null) return [];
    if (row.kind === 'exit') return [[span(row.changed ? `${sign} ` : '  ', 'dim'), span(c.text, 'strong'), span(`  ${c.line ?? ''}`, 'dim')]];
    const change = sign === '+' ? 'added' : 'removed';
    const gutter = c.gutter === '' ? '' : ` ${c.gutter}`;
    const text = wrap(c.text, Math.max(8, column - 7 - gutter.length), '  ');
    return text.map(
      (part, i): Line => [
        span(row.changed ? sign : ' ', change),
        span(padStart(i > 0 ? '' : String(c.line ?? 'in'), 5), 'dim'),
        span(`${i === 0 ? gutter : stillHeld(gutter)} `, 'lane'),
        span(part, row.changed ? change : c.held ? 'step' : 'plain'),
      ],
    );
  };
  const left = cell(row.before, '-');
  const right = cell(row.after, '+');
  return Array.from({ length: Math.max(left.length, right.length, 1) }, (_, i) =>
    clip([...filled(left[i] ?? [], column), span(' │ ', 'dim'), ...(right[i] ?? [])], width),
  );
}

function contractPane(fn: ReportFunction): Pane {
  const rows = contractRows(fn);
  const table = rows.map((row, i): Row => ({ ...textRow(label(row, rows.slice(0, i)), null), lines: (width) => contractRow(row, width) }));
  const details = fn.details.map(
    (text): Row => ({ ...textRow(text, null), lines: (width) => wrap(text, width - 4).map((part, i) => plain(`${i === 0 ? '  * ' : '    '}${part}`)) }),
  );
  const all = [...table, ...details];
  const head =
    rows.length === 0
      ? () => []
      : (width: number) => [clip([...filled([span('  before', 'dim')], half(width)), span(' │ ', 'dim'), span('  after', 'dim')], width)];
  return {
    title: 'Contract',
    rows: all.length === 0 ? [textRow('Nothing is known about locks and references here.', null)] : all,
    head,
    start: Math.max(
      0,
      rows.findIndex((row) => row.changed),
    ),
  };
}

/** The row in words: which side, which exit, what. */
function label(row: ContractRow, above: readonly ContractRow[]): string {
  const exit = row.kind === 'exit' ? row : above.findLast((r) => r.kind === 'exit');
  const name = exit?.after ?? exit?.before ?? '';
  const what = row.after ?? row.before ?? '';
  const side = row.before === null ? 'only after' : row.after === null ? 'only before' : 'before and after';
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
    clip([...filled([span(left[i] ?? '', tone('removed'))], column), span(' │ ', 'dim'), span(right[i] ?? '', tone('added'))], width),
  );
}

function half(width: number): number {
  return Math.floor((width - 3) / 2);
}

function textRow(text: string, open: Row['open']): Row {
  return {
    kind: 'other',
    label: text,
    lines: (width) => wrap(text, width - 2).map((part) => plain(`  ${part}`)),
    open,
    fold: null,
    within: null,
    place: null,
    copy: text,
  };
}
