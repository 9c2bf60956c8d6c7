import {
  baseWords,
  certaintyWords,
  changeWords,
  displayWidth,
  groupGaps,
  inPart,
  isScan,
  isSemantic,
  messageWithFunction,
  padEnd,
  partsOf,
  plural,
  printable,
  type Report,
  type ReportFinding,
  type ReportFunction,
  type ReportPatch,
  severityWords,
  shownFindings,
  sizeWords,
  someOf,
  statusWords,
  terseLine,
  verdictWords,
  wrap,
} from '../../report/index.js';
import { findingKey, functionKey, patchKey } from '../marks.js';
import { apart, clip, type Line, plain, span } from '../line.js';
import { findingTone } from '../tone.js';
import type { Detail, Pane, Row, State, View } from '../types.js';

/** The whole series in one foldable list: patches, their functions, their findings; then what was not analysed. */
export function overviewView(report: Report, state: Pick<State, 'folded' | 'all' | 'kept' | 'busy'>): View {
  const rows = overviewRows(report, state);
  const first = rows.findIndex((row) => row.kind === 'finding');
  const pane: Pane = { title: '', rows, head: () => [], start: Math.max(0, first) };
  return { header: (width) => header(report, state.busy, width), panes: [pane], detail: (cursor, width) => about(report, rows[cursor], width) };
}

/** The rows that are not folded away, in order. */
export function overviewRows(report: Report, state: Pick<State, 'folded' | 'all' | 'kept' | 'busy'>): readonly Row[] {
  const rows = isScan(report) ? scanRows(report, state) : seriesRows(report, state);
  const all = [...rows, ...gapRows(report, state)];
  if (all.length === 0) all.push(textRow('Nothing to show: no patch, no function, no finding.'));
  return all.filter((row) => row.within === null || !state.folded.has(row.within));
}

function header(report: Report, busy: State['busy'], width: number): readonly Line[] {
  const { series } = report;
  const scan = isScan(report);
  const size = scan ? plural(report.functions.length, 'function') : sizeWords(report);
  const gaps = report.gaps.length === 0 ? '' : `, ${plural(report.gaps.length, 'gap')}`;
  const bad = report.findings.some((f) => f.status === 'introduced' && f.severity !== 'note');
  const title = series.subject === '' ? (scan ? 'scan' : '(no subject)') : series.subject;
  return [
    apart([span(' '), span(title, 'strong')], [span(size, 'dim')], width - 1),
    clip([span(` base ${[baseWords(report), certaintyWords(series.patches)].filter((s) => s !== '').join(', ')}`, 'dim')], width),
    busy === null
      ? clip([span(' '), span(statusWords(report), bad ? 'error' : inPart(report) ? 'strong' : 'good'), span(gaps)], width)
      : clip([span(` ${busy.text} …`, 'strong'), span('  what is done can be read already', 'dim')], width),
  ];
}

/** More about the row under the cursor than fits on its line. */
function about(report: Report, row: Row | undefined, width: number): Detail {
  const height = 4;
  const finding = report.findings.find((f) => f.id === row?.open?.finding);
  const fn = report.functions[row?.open?.view === 'function' ? row.open.fn : -1];
  const patch = report.series.patches.find((p) => row?.fold === `patch ${p.index}`);
  const lines = (texts: readonly string[]): readonly Line[] =>
    texts.flatMap((text) => wrap(printable(text), width - 3, '  ')).map((text) => clip([span(`  ${text}`)], width));
  if (finding !== undefined) {
    return {
      title: `${finding.id}  ${finding.file}:${finding.line}`,
      height,
      lines: lines([messageWithFunction(finding), `${verdictWords(finding)}: ${finding.verdict.why}`]),
    };
  }
  if (fn !== undefined)
    return {
      title: `${fn.name}()  ${fn.file}`,
      height,
      lines: lines(fn.details.length > 0 ? fn.details : ['No acquisition, release or order edge came or went.']),
    };
  if (patch !== undefined)
    return { title: `Patch ${patch.index}`, height, lines: lines([patch.subject, patch.files.join(', '), `text ${patch.certainty}, fit ${patch.fit}`]) };
  return { title: '', height, lines: lines(row === undefined ? [] : [row.copy]) };
}

function seriesRows(report: Report, state: Pick<State, 'folded' | 'all' | 'kept' | 'busy'>): Row[] {
  const allFunctions = byPatch(
    report.functions.map((fn, index) => ({ fn, index })),
    ({ fn }) => fn.patch,
  );
  const allFindings = byPatch(shownFindings(report, state.all), (f) => f.patch);
  return report.series.patches.flatMap((patch) => {
    const key = `patch ${patch.index}`;
    const functions = allFunctions.get(patch.index) ?? [];
    const findings = allFindings.get(patch.index) ?? [];
    const width = nameWidth(functions.map(({ fn }) => fn));
    const grouped = functions.flatMap(({ fn, index }) => [
      functionRow(fn, index, width, key, state.kept),
      ...findings.filter((f) => f.file === fn.file && f.function === fn.name).map((f) => findingRow(report, f, index, key, state.kept)),
    ]);
    const alone = findings.filter((f) => !functions.some(({ fn }) => f.file === fn.file && f.function === fn.name));
    const quiet = functions.length === 0 && alone.length === 0 && (state.busy === null || patch.index <= state.busy.done) ? [quietRow(patch, key)] : [];
    return [
      patchRow(report, patch, functions.length, findings.length, state.folded.has(key), state),
      ...grouped,
      ...alone.map((f) => findingRow(report, f, functionIndex(report, f), key, state.kept)),
      ...quiet,
    ];
  });
}

function byPatch<T>(items: readonly T[], patchOf: (item: T) => number): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(patchOf(item));
    if (group === undefined) groups.set(patchOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function scanRows(report: Report, state: Pick<State, 'folded' | 'all' | 'kept' | 'busy'>): Row[] {
  const files = [...new Set([...report.functions.map((fn) => fn.file), ...report.findings.map((f) => f.file)])];
  const shown = shownFindings(report, true);
  return files.flatMap((file) => {
    const key = `file ${file}`;
    const functions = report.functions.map((fn, index) => ({ fn, index })).filter(({ fn }) => fn.file === file);
    const findings = shown.filter((f) => f.file === file);
    const width = nameWidth(functions.map(({ fn }) => fn));
    return [
      headingRow(key, file, `${plural(functions.length, 'function')}, ${plural(findings.length, 'finding')}`, state.folded.has(key)),
      ...functions.flatMap(({ fn, index }) => [
        functionRow(fn, index, width, key, state.kept),
        ...findings.filter((f) => f.function === fn.name).map((f) => findingRow(report, f, index, key, state.kept)),
      ]),
    ];
  });
}

function patchRow(report: Report, patch: ReportPatch, functions: number, findings: number, folded: boolean, { kept, busy }: Pick<State, 'kept' | 'busy'>): Row {
  const total = partsOf(report);
  const number = total > 1 ? `${patch.index}/${total}` : 'patch';
  const inside = [functions > 0 ? plural(functions, 'function') : '', findings > 0 ? plural(findings, 'finding') : ''].filter((s) => s !== '').join(', ');
  const trust = busy === null || patch.index <= busy.done ? `${patch.certainty}, ${patch.fit}` : patch.index === busy.done + 1 ? 'being analysed' : 'waiting';
  const key = `patch ${patch.index}`;
  const read = kept.reviewed.has(patchKey(patch)) ? 'reviewed' : '';
  return {
    kind: 'patch',
    label: `${read === '' ? '' : 'reviewed, '}patch ${number}: ${patch.subject}, text ${patch.certainty}, fit ${patch.fit}${inside === '' ? '' : `, ${inside}`}${folded ? ', folded' : ''}`,
    lines: (width) => [
      apart(
        [span(`${folded ? '▸' : '▾'} `, 'dim'), span(`${number}  `, 'dim'), span(patch.subject, 'strong')],
        [span(read === '' ? '' : `✓ ${read}  `, 'good'), span(folded && inside !== '' ? inside : trust, 'dim')],
        width,
      ),
    ],
    open: null,
    fold: key,
    within: null,
    place: null,
    copy: patch.messageId === null ? patch.subject : `${patch.subject} <${patch.messageId}>`,
  };
}

function functionRow(fn: ReportFunction, index: number, name: number, within: string, kept: State['kept']): Row {
  const tone = isSemantic(fn) ? 'plain' : 'dim';
  const change = changeWords(fn);
  const read = kept.reviewed.has(functionKey(fn));
  return {
    kind: 'function',
    label: `${read ? 'reviewed, ' : ''}function ${fn.name}, ${change}, ${fn.file}`,
    lines: (width) => [
      apart(
        [span(read ? '  ✓ ' : '    ', 'good'), span(`${padEnd(`${fn.name}()`, Math.min(name, Math.floor(width / 2)))}  `, tone), span(change, tone)],
        [span(fn.file, 'dim')],
        width,
      ),
    ],
    open: { view: 'function', fn: index, finding: null },
    fold: null,
    within,
    place: { file: fn.file, line: fn.post?.line ?? fn.pre?.line ?? 1 },
    copy: `${fn.file}:${fn.post?.line ?? fn.pre?.line ?? 0}: ${fn.name}(): ${change}`,
  };
}

function findingRow(report: Report, finding: ReportFinding, fn: number, within: string, kept: State['kept']): Row {
  const severity = severityWords(finding);
  const state = finding.status === 'fixed' ? '' : ` ${verdictWords(finding)},`;
  const old = finding.status === 'preexisting' && !isScan(report) ? ' preexisting,' : '';
  const note = kept.notes.get(finding.fingerprint);
  const noted = note === undefined ? '' : ` [${note.verdict}${note.word === '' ? '' : `: ${note.word}`}]`;
  const read = kept.reviewed.has(findingKey(finding));
  return {
    kind: 'finding',
    label: `${read ? 'reviewed, ' : ''}${noted === '' ? '' : `noted${noted}, `}finding ${finding.id}, ${severity}, ${finding.rule},${old}${state} ${messageWithFunction(finding)}`,
    lines: (width) => [
      clip(
        [
          span(read ? '    ✓ ' : '      ', 'good'),
          span(`${finding.id} `),
          span(severity, findingTone(finding)),
          span(noted, 'step'),
          span(` ${finding.rule}`),
          span(`${old}${state}`.replace(/,$/, ''), 'dim'),
          span(`: ${finding.message}`),
        ],
        width,
      ),
    ],
    open: fn < 0 ? { view: 'trace', fn, finding: finding.id } : { view: 'function', fn, finding: finding.id },
    fold: null,
    within,
    place: { file: finding.file, line: finding.line },
    copy: terseLine(report, finding),
  };
}

function quietRow(patch: ReportPatch, within: string): Row {
  const words = patch.certainty === 'refused' ? 'could not be read' : 'no C function touched';
  const label = `${words}: ${patch.files.join(', ')}`;
  return { ...textRow(label), within, lines: (width) => [clip([span(`    ${words}: ${someOf(patch.files, width - 8 - displayWidth(words))}`, 'dim')], width)] };
}

function gapRows(report: Report, state: Pick<State, 'folded'>): Row[] {
  const groups = groupGaps(report.gaps);
  if (groups.length === 0) return [];
  return [
    headingRow('gaps', 'Not analysed', plural(report.gaps.length, 'gap'), state.folded.has('gaps')),
    ...groups.map(
      (group): Row => ({
        ...textRow(`${plural(group.gaps.length, 'gap')} in ${group.stage}: ${group.why}${group.which.length === 0 ? '' : `: ${group.which.join(', ')}`}`),
        within: 'gaps',
        lines: (width) => [
          clip(
            [
              span(`    ${padEnd(`${group.gaps.length} x ${group.stage}`, 14)}  `, 'dim'),
              span(group.why),
              span(group.which.length === 0 ? '' : `  (${someOf(group.which, 30)})`, 'dim'),
            ],
            width,
          ),
        ],
        open: { view: 'gaps', fn: -1, finding: null },
        copy: `${group.why}${group.which.length === 0 ? '' : `: ${group.which.join(', ')}`}`,
      }),
    ),
  ];
}

function headingRow(key: string, title: string, size: string, folded: boolean): Row {
  return {
    kind: 'patch',
    label: `${title}, ${size}${folded ? ', folded' : ''}`,
    open: null,
    fold: key,
    within: null,
    place: null,
    copy: title,
    lines: (width) => [apart([span(`${folded ? '▸' : '▾'} `, 'dim'), span(title, 'strong')], [span(size, 'dim')], width)],
  };
}

function textRow(text: string): Row {
  return { kind: 'other', label: text, lines: (width) => [clip(plain(`    ${text}`), width)], open: null, fold: null, within: null, place: null, copy: text };
}

function nameWidth(functions: readonly ReportFunction[]): number {
  return Math.min(34, Math.max(0, ...functions.map((fn) => displayWidth(fn.name) + 2)));
}

function functionIndex(report: Report, finding: ReportFinding): number {
  return report.functions.findLastIndex((fn) => fn.file === finding.file && fn.name === finding.function);
}
