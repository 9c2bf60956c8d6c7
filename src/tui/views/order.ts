import {
  edgeWords,
  lockGraphOf,
  type GraphEdge,
  orderTree,
  padEnd,
  displayWidth,
  plural,
  printable,
  type Report,
  type ReportFunction,
} from '../../report/index.js';
import { clip, type Line, plain, span, type Tone } from '../line.js';
import { NO_DETAIL, type Row, type View } from '../types.js';

/** The order in which the touched functions take locks: each lock that is held, and below it what is taken under it. */
export function orderView(report: Report): View {
  const graph = lockGraphOf(report);
  const count = (status: GraphEdge['status']): number => graph.edges.filter((edge) => edge.status === status).length;
  const size =
    graph.edges.length === 0 ? '' : `${plural(graph.nodes.length, 'lock')}, ${plural(graph.edges.length, 'edge')}: ${count('new')} new, ${count('gone')} gone`;
  const wide = Math.max(0, ...graph.edges.map((edge) => displayWidth(edge.taken)));
  const rows = orderTree(graph).flatMap(({ held, edges }) => [
    textRow(held, (width) => [clip([span(` ${held}`, 'strong')], width)]),
    ...edges.map(
      (edge, i): Row => ({
        ...textRow(`${edge.taken} is taken while ${held} is held, ${edgeWords(graph, edge)}, ${edge.place}`, (width) =>
          edgeLines(edge, edgeWords(graph, edge), i === edges.length - 1, wide, width),
        ),
        kind: 'function',
        open: target(report, edge),
        place: { file: edge.file, line: edge.line },
        copy: `${edge.file}:${edge.line}: ${edge.function}(): ${edge.taken} is taken while ${held} is held (${edge.status})`,
      }),
    ),
  ]);
  const first = graph.edges.length === 0 ? 0 : rows.findIndex((row) => row.copy.endsWith('(new)') || row.copy.endsWith('(gone)'));
  return {
    header: (width) => [
      clip([span(' '), span('Lock order', 'strong'), span(`  ${size}`)], width),
      clip(plain(' What is held, and under it what is taken: before the first patch against after the last.', 'dim'), width),
    ],
    panes: [
      {
        title: '',
        rows:
          rows.length > 0
            ? rows
            : [
                textRow('No function of the series takes a lock while it holds another.', (width) => [
                  clip(plain('    No function of the series takes a lock while it holds another.'), width),
                ]),
              ],
        head: () => [],
        start: Math.max(0, first),
      },
    ],
    detail: () => NO_DETAIL,
  };
}

/** One line where it fits, else the place on a line of its own. */
function edgeLines(edge: GraphEdge, words: string, last: boolean, wide: number, width: number): readonly Line[] {
  const tone: Tone = edge.status === 'new' ? 'added' : edge.status === 'gone' ? 'removed' : 'plain';
  const sign = edge.status === 'new' ? '+' : edge.status === 'gone' ? '-' : ' ';
  const lead = [span(` ${sign} `, tone), span(`${last ? '└' : '├'}─▶ `, 'lane')];
  const taken = printable(edge.taken);
  const name = padEnd(taken, Math.min(wide, Math.floor(width / 2)));
  const text = `${name}  ${words}`;
  if (displayWidth(text) + displayWidth(edge.place) + 9 <= width) return [[...lead, span(text, tone), span(`  ${edge.place}`, 'dim')]];
  return [clip([...lead, span(`${taken}  ${words}`, tone)], width), clip([span(`   ${last ? ' ' : '│'}     `, 'lane'), span(edge.place, 'dim')], width)];
}

/** The function that takes it, as the last patch leaves it; of an order that is gone, as it was. */
function target(report: Report, edge: GraphEdge): Row['open'] {
  const is = (fn: ReportFunction): boolean => fn.file === edge.file && fn.name === edge.function;
  const fn = edge.status === 'gone' ? report.functions.findIndex(is) : report.functions.findLastIndex(is);
  return fn < 0 ? null : { view: 'function', fn, finding: null };
}

function textRow(text: string, lines: Row['lines']): Row {
  return { kind: 'other', label: text, lines, open: null, fold: null, within: null, place: null, copy: text };
}
