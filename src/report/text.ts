import { bracketText } from './bracket-text.js';
import type { Report, ReportFinding, ReportFunction } from './report.js';
import { contractRows } from './contract.js';
import { edgeWords, lockGraphOf, orderTree } from './lock-graph.js';
import { alignColumns, displayWidth, ends, fit, padStart, plural, truncate, truncateMiddle, wrap } from './layout.js';
import { printable } from './printable.js';
import { isTurn } from './told-path.js';
import { traceTable } from './trace.js';
import {
  baseWords,
  certaintyWords,
  changeWords,
  gapMember,
  groupGaps,
  hiddenFindings,
  isScan,
  isSemantic,
  messageWithFunction,
  moveWords,
  partsOf,
  severityWords,
  shownFindings,
  sizeWords,
  someOf,
  summaryLine,
  verdictWords,
} from './words.js';

export interface TextOptions {
  readonly width: number;
  /** Also what the series found there already. */
  readonly all: boolean;
  /** Also whole paths, contracts, interleavings, and every gap by itself. */
  readonly verbose: boolean;
  /** Bold and colour for words that also say so themselves. */
  readonly color: boolean;
}

/** For people: the findings first, then what changed, then what was not looked at. Ends with the summary line. */
export function renderText(report: Report, options: TextOptions): string {
  const sections = [
    header(report, options),
    ...shownFindings(report, options.all).map((finding) => findingLines(report, finding, options)),
    functionLines(report, options),
    sinceLines(report, options),
    ...(options.verbose ? [orderLines(report, options)] : []),
    gapLines(report, options),
    footer(report, options),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.map((line) => line.trimEnd()).join('\n')).join('\n\n')}\n`;
}

function header(report: Report, options: TextOptions): readonly string[] {
  const { series } = report;
  const scan = isScan(report);
  const title = printable(series.subject) || (scan ? 'scan' : '(no subject)');
  const size = scan ? '' : `  (${sizeWords(report)})`;
  const facts = [baseWords(report), certaintyWords(series.patches)].filter((words) => words !== '').join('; ');
  return [
    ...wrap(title + size, options.width, '  ').map((line) => bold(line, options)),
    ...wrap(`base: ${facts}`, options.width, '  '),
    ...(report.scanned ? wrap(scannedWords(report.scanned), options.width, '  ') : []),
  ];
}

function scannedWords({ functions, withGap }: NonNullable<Report['scanned']>): string {
  return `${plural(functions, 'function', 'functions')} analysed, ${withGap === 0 ? 'all of them completely' : `${withGap} of them not completely`}`;
}

function findingLines(report: Report, finding: ReportFinding, options: TextOptions): readonly string[] {
  const { width } = options;
  const severity = severityWords(finding);
  const label = `${printable(finding.id)}  ${severity}  `;
  const total = partsOf(report);
  const patch = total > 1 && finding.patch > 0 ? `patch ${finding.patch}/${total}` : '';
  const hidden = finding.status === 'preexisting' && !isScan(report) ? 'preexisting, ' : '';
  const verdict = finding.status === 'fixed' ? '' : verdictWords(finding);
  const head = ends(`${label}${printable(finding.rule)}`, hidden + verdict, width);
  const place = ends(`    ${printable(finding.file)}:${finding.line}`, patch, width);
  const indent = '    ';
  return [
    head.replace(severity, paint(severity, finding, options)),
    place,
    ...wrap(messageWithFunction(finding), width - indent.length, '  ').map((line) => indent + line),
    ...(finding.mendedBy === undefined
      ? []
      : wrap(
          `patch ${finding.mendedBy} mends what patch ${finding.patch} breaks: a bisection that stops between them meets it`,
          width - indent.length,
          '  ',
        ).map((line) => indent + line)),
    ...pathLines(finding, options),
    ...verdictLines(finding, options),
  ];
}

/** The witness; in short form the steps that its resource is named in, and its end. */
function pathLines(finding: ReportFinding, options: TextOptions): readonly string[] {
  const { path } = finding;
  const kept = options.verbose || path.length <= SHORT_PATH ? path.map((_, i) => i) : mainSteps(finding);
  const digits = Math.max(4, ...path.map((step) => String(step.line).length));
  const indent = ' '.repeat(6 + digits + 2);
  return kept.flatMap((at, k) => {
    const step = path[at];
    const left = at - (kept[k - 1] ?? -1) - 1;
    if (step === undefined) return [];
    const skipped = left === 0 ? [] : [`${' '.repeat(6)}${padStart('...', digits)}  ${plural(left, 'step')}`];
    const notes = wrap(printable(step.note), options.width - indent.length);
    return [...skipped, ...notes.map((note, i) => (i === 0 ? `      ${padStart(String(step.line), digits)}  ${note}` : indent + note))];
  });
}

/** Places in the path: the last two steps, the latest ones that name what the finding is about, and what else happens from the start on. */
function mainSteps(finding: ReportFinding): readonly number[] {
  const { path, resource, place } = finding;
  const last = path.length - 1;
  const named = path.flatMap((step, i) => ((resource !== '' && step.note.includes(resource)) || (place !== '' && step.note.includes(place)) ? [i] : []));
  const events = path.flatMap((step, i) => (isTurn(step.note) ? [] : [i]));
  const kept = new Set([...new Set([last, last - 1, ...named.reverse(), ...events])].slice(0, SHORT_PATH - 1));
  // A line that says that one step is left out may as well be that step.
  return path.flatMap((_, i) => (kept.has(i) || (kept.has(i + 1) && (i === 0 || kept.has(i - 1))) ? [i] : []));
}

function verdictLines(finding: ReportFinding, options: TextOptions): readonly string[] {
  const { verdict } = finding;
  if (finding.status === 'fixed' && !options.verbose) return [];
  const words = wrap(`${verdictWords(finding)}: ${printable(verdict.why)}`, options.width - 4, '  ').map((line) => `    ${line}`);
  if (!options.verbose || verdict.state === 'unmodelled') return words;
  const assumed =
    verdict.assumptions.length === 0
      ? []
      : wrap(`assuming ${verdict.assumptions.map(printable).join(', ')}`, options.width - 4, '  ').map((line) => `    ${line}`);
  if (verdict.state === 'refuted') return [...words, ...assumed];
  const table = traceTable(verdict, { width: options.width - 4, bar: '|', changes: true }).map((line) => `    ${line.text}`);
  return [...words, ...assumed, ...wrap(`replay ${printable(verdict.trace.text)}`, options.width - 4, '  ').map((line) => `    ${line}`), '', ...table];
}

/** Functions whose contract, order or flags changed; the quiet rest is counted. */
function functionLines(report: Report, options: TextOptions): readonly string[] {
  if (isScan(report)) return report.functions.length === 0 ? [] : [`${plural(report.functions.length, 'function')} analysed.`];
  if (report.functions.length === 0) return ['No C function was read or touched.', ...fileLines(report, options)];
  const loud = report.functions.filter(isSemantic);
  const listed = options.verbose ? report.functions : loud.slice(0, SHORT_LIST);
  const quiet = report.functions.length - loud.length;
  const title =
    loud.length === 0
      ? `Nothing changed for callers of the ${quiet === 1 ? 'function' : `${quiet} functions`} touched`
      : `${plural(loud.length, 'function')} changed for ${loud.length === 1 ? 'its' : 'their'} callers`;
  const rest = quiet === 0 || loud.length === 0 ? '' : `; ${quiet} more touched without that`;
  const more = options.verbose ? 0 : loud.length - listed.length;
  return [
    ...wrap(`${title}${rest}`, options.width, '  ').map((line) => bold(line, options)),
    ...moveWords(report).flatMap((line) => wrap(line, options.width, '  ')),
    ...functionTable(report, listed, options),
    ...(more > 0 ? [`    ... and ${more} more (--verbose lists them)`] : []),
  ];
}

/** What the patches name, where nothing else can be said about them. */
function fileLines(report: Report, options: TextOptions): readonly string[] {
  const total = partsOf(report);
  return report.series.patches.flatMap((patch) =>
    wrap(
      `${total > 1 ? `${patch.index}/${total}: ` : ''}${patch.files.map(printable).join(', ') || 'no file'} (text ${patch.certainty})`,
      options.width - 2,
      '  ',
    ).map((line) => `  ${line}`),
  );
}

/** One line for each function; by file where paths and names are too long to stand beside each other. */
function functionTable(report: Report, functions: readonly ReportFunction[], options: TextOptions): readonly string[] {
  const total = partsOf(report);
  const cells = functions.map((fn) => ({
    name: `${printable(fn.name)}()`,
    change: changeWords(fn),
    file: printable(fn.file),
    patch: total > 1 ? `${fn.patch}/${total}` : '',
  }));
  const flat = alignColumns(cells.map((cell) => [`  ${cell.name}`, cell.change, cell.file, cell.patch]));
  const wide = flat.some((line) => displayWidth(line) > options.width);
  const lines = wide ? alignColumns(cells.map((cell) => [`    ${cell.name}`, cell.change, cell.patch])) : flat;
  return functions.flatMap((fn, i) => {
    const heading = wide && fn.file !== functions[i - 1]?.file ? [`  ${truncateMiddle(printable(fn.file), options.width - 2)}`] : [];
    const line = truncate(lines[i] ?? '', options.width);
    return [...heading, line, ...(options.verbose ? [...contractLines(fn, options), ''] : [])];
  });
}

function contractLines(fn: ReportFunction, options: TextOptions): readonly string[] {
  const rows = contractRows(fn);
  const column = Math.floor((options.width - 6 - 3) / 2);
  const cell = (text: string | null, entry: boolean, changed: boolean, mark: string): readonly string[] => {
    if (text === null) return [''];
    const lead = entry ? `${changed ? mark : ' '}   ` : `${changed ? mark : ' '} `;
    return wrap(text, column - lead.length).map((line, i) => (i === 0 ? lead : ' '.repeat(lead.length)) + line);
  };
  const details = fn.details.flatMap((line) => wrap(`* ${printable(line)}`, options.width - 6, '  ').map((part) => `      ${part}`));
  const ways = bracketText(fn, options.width - 6).map((line) => `      ${line}`);
  const picture = ways.length === 0 ? [] : ['', ...ways];
  if (rows.length === 0) return [...details, ...picture];
  if (fn.pre === null && fn.before.length === 0)
    return [...rows.map((row) => `      ${row.kind === 'entry' ? '    ' : '+ '}${row.after ?? ''}`), ...details, ...picture];
  const table = rows.flatMap((row) => {
    const left = cell(row.before, row.kind === 'entry', row.changed, '-');
    const right = cell(row.after, row.kind === 'entry', row.changed, '+');
    return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => `      ${fit(left[i] ?? '', column)} | ${right[i] ?? ''}`);
  });
  return [`      ${fit('  before', column)} |   after`, ...table, ...details, ...picture];
}

/** Which lock is taken under which, outermost first. */
function orderLines(report: Report, options: TextOptions): readonly string[] {
  const graph = lockGraphOf(report);
  if (graph.edges.length === 0) return [];
  const sign = { new: '+', gone: '-', kept: ' ' };
  return [
    bold('Lock order: what is held, and below it what is taken under it', options),
    ...orderTree(graph).flatMap(({ held, edges }) => [
      ...wrap(printable(held), options.width - 2, '  ').map((line) => `  ${line}`),
      ...edges.flatMap((edge) => {
        const head = `${printable(edge.taken)}  (${edgeWords(graph, edge)})`;
        const line = `    ${sign[edge.status]} ${ends(head, printable(edge.place), options.width - 6)}`;
        const both = displayWidth(head) + displayWidth(printable(edge.place)) + 8 <= options.width;
        return both
          ? [line]
          : [head, printable(edge.place)].flatMap((part, i) =>
              wrap(part, options.width - 8, '  ').map((text, k) => `${i + k === 0 ? `    ${sign[edge.status]} ` : i === 0 ? '      ' : '        '}${text}`),
            );
      }),
    ]),
  ];
}

/** What became of the version that `--since` names. */
function sinceLines(report: Report, options: TextOptions): readonly string[] {
  const { since } = report;
  if (since === undefined) return [];
  const ids = (list: readonly string[]): string => (list.length === 0 ? '' : ` (${list.map(printable).join(', ')})`);
  const title = `Since v${since.version}: ${plural(since.gone.length, 'finding')} gone, ${since.still.length} still there${ids(since.still)}, ${since.fresh.length} new${ids(since.fresh)}`;
  return [
    ...wrap(title, options.width, '  ').map((line) => bold(line, options)),
    ...since.gone.flatMap((g) =>
      wrap(`gone: ${printable(g.rule)} in ${printable(g.function)}(): ${printable(g.message)}`, options.width - 2, '  ').map((line) => `  ${line}`),
    ),
    ...since.contracts.flatMap((c) =>
      wrap(
        `contract of ${printable(c.name)}() (${printable(c.file)}) is another one: ${exitWords(c.before)}; now ${exitWords(c.after)}`,
        options.width - 2,
        '  ',
      ).map((line) => `  ${line}`),
    ),
  ];
}

function exitWords(exits: ReportFunction['after']): string {
  const words = exits.flatMap((e) => {
    const held = [...e.gains.map((x) => `gains ${x}`), ...e.drops.map((x) => `drops ${x}`)];
    return held.length === 0 ? [] : [`${e.exit} ${held.join(', ')}`];
  });
  return words.length === 0 ? 'nothing held or dropped' : printable(words.join('; '));
}

function gapLines(report: Report, options: TextOptions): readonly string[] {
  const groups = groupGaps(report.gaps);
  if (groups.length === 0) return [];
  // Where nothing was analysed, the gaps are the report.
  const every = options.verbose || report.functions.length === 0;
  const digits = Math.max(...groups.map((group) => String(group.gaps.length).length));
  const stage = Math.max(...groups.map((group) => group.stage.length));
  const indent = ' '.repeat(2 + digits + 3 + stage + 2);
  const listed = every ? groups : groups.slice(0, SHORT_GAPS);
  const lines = listed.flatMap((group) => {
    const head = `  ${padStart(String(group.gaps.length), digits)} x ${fit(group.stage, stage)}  `;
    const room = options.width - indent.length;
    const short = group.which.length === 0 ? group.why : `${group.why} (${someOf(group.which, 2 * room - displayWidth(group.why) - 8)})`;
    const text = wrap(every ? group.why : short, room);
    const members = every
      ? group.gaps
          .map((gap) => gapMember(group, gap))
          .filter((member) => member !== '')
          .flatMap((member) => wrap(`- ${member}`, room, '  '))
      : [];
    return [...text, ...members].map((line, i) => (i === 0 ? head : indent) + line);
  });
  const more = groups.slice(listed.length).reduce((sum, group) => sum + group.gaps.length, 0);
  return [
    bold(`Not analysed: ${plural(report.gaps.length, 'gap')}`, options),
    ...lines,
    ...(more > 0 ? [`  ... and ${more} more (--verbose lists them)`] : []),
  ];
}

function footer(report: Report, options: TextOptions): readonly string[] {
  const hidden = hiddenFindings(report, options.all);
  return [
    ...(hidden > 0 ? [`${plural(hidden, 'preexisting finding')} not shown (--all shows ${hidden === 1 ? 'it' : 'them'}).`] : []),
    bold(summaryLine(report), options),
  ];
}

const SHORT_PATH = 6;
const SHORT_LIST = 10;
const SHORT_GAPS = 4;

function bold(text: string, options: TextOptions): string {
  return options.color ? `\u001b[1m${text}\u001b[0m` : text;
}

function paint(text: string, finding: ReportFinding, options: TextOptions): string {
  if (!options.color) return text;
  const code = finding.status === 'fixed' ? 32 : { error: 31, warning: 33, note: 36 }[finding.severity];
  return `\u001b[1;${code}m${text}\u001b[0m`;
}
