import {
  actorName,
  cellsAfter,
  messageWithFunction,
  padEnd,
  plural,
  printable,
  type Report,
  type ReportFinding,
  severityWords,
  terseLine,
  traceTable,
  type TraceLine,
  verdictWords,
  wrap,
  wrapSome,
} from '../../report/index.js';
import { clip, type Line, plain, span, apart } from '../line.js';
import { findingTone } from '../tone.js';
import { type Detail, type Frame, NO_DETAIL, type Pane, type Row, type View } from '../types.js';

type Confirmed = Extract<ReportFinding['verdict'], { state: 'confirmed' }>;

/** A confirmed finding's interleaving, one row a step, and the model's cells after it. Else why there is none. */
export function traceView(report: Report, frame: Pick<Frame, 'fn' | 'finding'>): View {
  const finding = report.findings.find((f) => f.id === frame.finding);
  if (finding === undefined)
    return {
      header: () => [plain(' This finding is not in the report.')],
      panes: [{ title: '', rows: [], head: () => [], start: 0 }],
      detail: () => NO_DETAIL,
    };
  const { verdict } = finding;
  const header = (width: number): readonly Line[] => [
    apart(
      [span(` ${finding.id} `), span(severityWords(finding), findingTone(finding)), span(` ${finding.rule}`), span(`  ${finding.file}:${finding.line}`)],
      [span(verdictWords(finding), 'strong')],
      width - 1,
    ),
    ...wrapSome(messageWithFunction(finding), Math.max(8, width - 2), 2).map((text) => plain(` ${text}`)),
  ];
  if (verdict.state !== 'confirmed') return { header, panes: [reasonPane(finding)], detail: () => NO_DETAIL };
  return { header, panes: [tracePane(report, finding, verdict)], detail: (cursor, width) => cellPanel(verdict, cursor, width) };
}

function tracePane(report: Report, finding: ReportFinding, verdict: Confirmed): Pane {
  const tables = new Map<number, readonly TraceLine[]>();
  const table = (width: number): readonly TraceLine[] => {
    const known = tables.get(width) ?? traceTable(verdict, { width, bar: '│', changes: false });
    tables.set(width, known);
    return known;
  };
  const of =
    (step: number) =>
    (width: number): readonly Line[] =>
      table(width)
        .filter((line) => line.step === step)
        .map((line) => clip([span(line.text, step < 0 ? 'dim' : step === verdict.trace.steps.length ? 'error' : 'plain')], width));
  const steps = verdict.trace.steps.map(
    (step, i): Row => ({
      kind: 'other',
      label: `step ${i + 1} of ${verdict.trace.steps.length}, ${actorName(verdict, step.actor)}, line ${step.line}: ${step.text}${step.choice === null ? '' : `, ${step.choice}`}${step.changes.length === 0 ? '' : `, ${step.changes.join(', ')}`}`,
      lines: of(i),
      open: null,
      fold: null,
      within: null,
      place: { file: step.file, line: step.line },
      copy: `${step.file}:${step.line}: ${actorName(verdict, step.actor)}: ${step.text}`,
    }),
  );
  const end: Row = {
    kind: 'other',
    label: `then: ${verdict.trace.failure}`,
    lines: of(verdict.trace.steps.length),
    open: null,
    fold: null,
    within: null,
    place: { file: finding.file, line: finding.line },
    copy: terseLine(report, finding),
  };
  return { title: `Interleaving, ${plural(steps.length, 'step')}`, rows: [...steps, end], head: of(-1), start: 0 };
}

/** The cells after the step under the cursor; those it changed come first, with their old value. */
function cellPanel(verdict: Confirmed, cursor: number, width: number): Detail {
  const { steps } = verdict.trace;
  const step = steps[cursor];
  const after = cellsAfter(verdict, Math.min(cursor + 1, steps.length));
  const changed = new Map((step?.changes ?? []).map((change) => [change.replace(/: .*$/, ''), change]));
  const rest = [...after].filter(([name]) => !changed.has(name)).map(([name, value]) => `${name} = ${value}`);
  const lines: Line[] = [...changed.values()].map((change) => clip([span(' * ', 'step'), span(change, 'step')], width));
  if (step === undefined) wrap(printable(verdict.why), width - 3).forEach((text) => lines.push(plain(`   ${text}`)));
  else if (lines.length === 0) lines.push(plain('   nothing changed', 'dim'));
  for (const text of inColumns(rest, width - 3)) lines.push([span('   '), span(text, 'dim')]);
  const most = Math.max(2, ...steps.map((each) => each.changes.length));
  const height =
    most +
    inColumns(
      [...after].map(([name, value]) => `${name} = ${value}`),
      width - 3,
    ).length;
  return { title: step === undefined ? 'The end' : `After step ${cursor + 1}: ${actorName(verdict, step.actor)}`, lines, height };
}

function inColumns(cells: readonly string[], width: number): readonly string[] {
  const wide = Math.max(1, ...cells.map((cell) => cell.length)) + 3;
  const per = Math.max(1, Math.floor(width / wide));
  return Array.from({ length: Math.ceil(cells.length / per) }, (_, i) =>
    cells
      .slice(i * per, (i + 1) * per)
      .map((cell) => padEnd(cell, wide))
      .join('')
      .trimEnd(),
  );
}

/** Refuted or not modelled: the reason, what it rests on, and the witness path to judge by hand. */
function reasonPane(finding: ReportFinding): Pane {
  const { verdict } = finding;
  const assumed = verdict.state === 'refuted' && verdict.assumptions.length > 0 ? [`assuming ${verdict.assumptions.join(', ')}`] : [];
  const text = (line: string): Row => ({
    kind: 'other',
    label: line,
    lines: (width) => wrap(printable(line), width - 3).map((part) => plain(`   ${part}`)),
    open: null,
    fold: null,
    within: null,
    place: null,
    copy: line,
  });
  const path = finding.path.map(
    (step, i): Row => ({
      ...text(`${i + 1}. line ${step.line}: ${step.note}`),
      place: { file: finding.file, line: step.line },
      copy: `${finding.file}:${step.line}: ${step.note}`,
    }),
  );
  const rows = [text(`${verdictWords(finding)}: ${verdict.why}`), ...assumed.map(text), ...(path.length > 0 ? [text('path the engine found:')] : []), ...path];
  return { title: 'No interleaving', rows, head: () => [], start: 0 };
}
