import { truncate } from '../layout.js';
import { printable } from '../printable.js';
import type { ReportFunction } from '../report.js';
import { entities, esc } from './escape.js';

type Timeline = ReportFunction['timelines']['before'][number];
type Span = Timeline['spans'][number];

/**
 * What is held where on one way through a function: a bar for each lock (solid) and reference (outlined) from the line
 * that takes it to the line that gives it back; only lines where something happens are on the axis. A bar that reaches
 * the right edge is still held on return, one that starts at the left edge is the caller's; both say so in words.
 */
export function timelineSvg(timeline: Timeline, side: 'before' | 'after'): string {
  const steps = new Map(
    timeline.spans
      .flatMap((span) => [
        [span.start, span.from],
        [span.end, span.to],
      ])
      .filter((pair): pair is [number, number] => pair[0] !== null && pair[1] !== null),
  );
  const order = [...steps.keys()].sort((a, b) => a - b);
  const x = (step: number): number => LEFT + GAP + (order.indexOf(step) * (RIGHT - LEFT - GAP - END)) / Math.max(1, order.length - 1);
  const rows = timeline.spans.map((span, i) => bar(span, TOP + i * ROW, x));
  const height = TOP + Math.max(1, timeline.spans.length) * ROW + 4;
  const ticks = order.map(
    (step, i) =>
      `<line class="tick" x1="${n(x(step))}" x2="${n(x(step))}" y1="${TOP - 6}" y2="${height - 4}"/>${steps.get(step) === steps.get(order[i - 1] ?? -1) ? '' : `<text class="num" x="${n(x(step))}" y="${TOP - 10}" text-anchor="middle">${steps.get(step)}</text>`}`,
  );
  const title = `${side}, ${printable(timeline.exit)} at line ${timeline.line}: ${inWords(timeline)}`;
  return (
    `<svg class="tl" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${entities(title)}"><title>${entities(title)}</title>` +
    `<line class="edge" x1="${RIGHT}" x2="${RIGHT}" y1="${TOP - 6}" y2="${height - 4}"/><text class="num" x="${RIGHT}" y="${TOP - 10}" text-anchor="end">return ${timeline.line}</text>` +
    `${ticks.join('')}${rows.join('')}</svg>`
  );
}

/** The same in a sentence, for whoever cannot see the picture. */
export function inWords(timeline: Timeline): string {
  if (timeline.spans.length === 0) return 'nothing is held';
  return timeline.spans
    .map(
      (span) =>
        `${printable(span.resource)} ${span.from === null ? "is the caller's" : `taken at line ${span.from}`}, ${span.to === null ? 'still held on return' : `given back at line ${span.to}`}`,
    )
    .join('; ');
}

const WIDTH = 460;
const LEFT = 8;
const RIGHT = WIDTH - 8;
const GAP = 26;
/** Room for the word at the right edge. */
const END = 96;
const TOP = 24;
const ROW = 34;

function bar(span: Span, y: number, x: (line: number) => number): string {
  const from = span.start === null ? LEFT : x(span.start);
  const to = span.end === null ? RIGHT : x(span.end);
  const width = Math.max(6, to - from);
  const notes = span.to === null ? 'held on return' : '';
  const whose = span.from === null ? " (caller's)" : '';
  const label = truncate(`${printable(span.resource)}${whose}${span.place === '' || span.place === '…' ? '' : `  ${printable(span.place)}`}`, 46);
  const kind = span.what === 'lock' ? 'lock' : 'ref';
  const arrow = span.to === null ? `<path class="${kind} open" d="M${n(to - 7)} ${y + 17}l7 5l-7 5z"/>` : '';
  return (
    `<text class="lbl" x="${LEFT}" y="${y + 12}">${entities(label)}</text>${notes === '' ? '' : `<text class="held" x="${RIGHT}" y="${y + 12}" text-anchor="end">${esc(notes)}</text>`}` +
    `<rect class="${kind}" x="${n(from)}" y="${y + 17}" width="${n(width)}" height="10" rx="3"/>${arrow}`
  );
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
