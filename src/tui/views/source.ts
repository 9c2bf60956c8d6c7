import {
  changeWords,
  laneOf,
  padEnd,
  padStart,
  plural,
  printable,
  type Report,
  type ReportFinding,
  type ReportFunction,
  SIGNS,
  type SourceLine,
  sourceLines,
  sourcePieces,
  terseLine,
  wrap,
} from '../../report/index.js';
import { clip, type Line, lineWidth, plain, type Span, span, type Tone } from '../line.js';
import { type Frame, NO_DETAIL, type Pane, type Row, type View } from '../types.js';
import { findingHeader, functionTitle, missing } from './parts.js';

type Timeline = ReportFunction['timelines']['before'][number];

/** A function's text: what the patch changed, word by word; a finding's witness under its lines; one way out as brackets. */
export function sourceView(report: Report, frame: Pick<Frame, 'fn' | 'finding' | 'way'>): View {
  const fn = report.functions[frame.fn];
  const finding = report.findings.find((f) => f.id === frame.finding) ?? null;
  if (fn === undefined) return missing('This function is not in the report.');
  const side = finding?.status === 'fixed' || fn.post === null ? 'before' : 'after';
  const ways = fn.timelines[side];
  const way = ways[wayOf(ways, finding, frame.way)] ?? null;
  const words = way === null ? '' : `way ${ways.indexOf(way) + 1}/${ways.length}: ${printable(way.exit)} (line ${way.line})`;
  return {
    header: (width) => [
      functionTitle(report, fn, changeWords(fn), width),
      ...findingHeader(finding, width),
      ...(way === null ? [] : [clip([span(` ${words}`, 'dim'), ...held(way)], width)]),
    ],
    panes: [sourcePane(report, fn, finding, frame.fn, side, way)],
    detail: () => NO_DETAIL,
  };
}

/** The way that is shown at first is the one the finding is about: it keeps what the finding names and ends where it says. */
export function wayOf(ways: readonly Timeline[], finding: ReportFinding | null, turned: number): number {
  if (ways.length === 0) return -1;
  const last = finding?.path.at(-1)?.line;
  const score = (way: Timeline): number => {
    const kept = way.spans.filter((s) => s.end === null);
    const named = kept.some((s) => finding !== null && s.resource.replace(/ \([a-z]+\)$/, '') === finding.resource);
    return (named ? 40 : kept.length > 0 ? 5 : 0) + (way.line === finding?.line || way.line === last ? 20 : 0) - Math.min(4, kept.length);
  };
  const scores = ways.map(score);
  const first = scores.indexOf(Math.max(...scores));
  return (((first + turned) % ways.length) + ways.length) % ways.length;
}

function held(way: Timeline): readonly Span[] {
  const kept = way.spans.filter((s) => s.end === null);
  return kept.length === 0 ? [] : [span(`  still holds ${kept.map((s) => s.resource).join(', ')}`, 'step')];
}

function sourcePane(report: Report, fn: ReportFunction, finding: ReportFinding | null, index: number, side: 'before' | 'after', way: Timeline | null): Pane {
  const lines = sourceLines(fn);
  const open = finding === null ? null : ({ view: 'trace', fn: index, finding: finding.id } as const);
  if (lines.length === 0) {
    const text = 'The text of this function is not at hand: only fragments of it were shown.';
    return {
      title: 'Source',
      rows: [
        {
          kind: 'other',
          label: text,
          lines: (width) => wrap(text, width - 2).map((part) => plain(`  ${part}`)),
          open,
          fold: null,
          within: null,
          place: null,
          copy: text,
        },
      ],
      head: () => [],
      start: 0,
    };
  }
  const at = (line: SourceLine, wanted: number): boolean => (side === 'before' ? line.before : line.after) === wanted;
  const gutter = way === null ? () => '' : brackets(way, side);
  const rows = lines.map((line): Row => {
    const steps = (finding?.path ?? []).map((step, i) => ({ ...step, number: i + 1 })).filter((step) => at(line, step.line));
    const numbers = steps.map((step) => `step ${step.number}: ${step.note}`).join(', ');
    const word = line.mark === '+' ? 'added, ' : line.mark === '-' ? 'removed, ' : '';
    const number = line.after ?? line.before ?? 0;
    return {
      kind: 'other',
      label: `${word}line ${number}: ${line.text.trim()}${numbers === '' ? '' : `, ${numbers}`}`,
      lines: (width) => sourceRow(line, steps, gutter(line), finding, width),
      open,
      fold: null,
      within: null,
      place: { file: fn.file, line: number },
      copy: finding !== null && at(line, finding.line) ? terseLine(report, finding) : `${fn.file}:${number}: ${line.text.trim()}`,
    };
  });
  const title = fn.post === null && fn.pre !== null ? 'Source, taken out by this patch' : 'Source, with what this patch took out (-) and put in (+)';
  const hit = finding === null ? lines.findIndex((line) => line.mark !== ' ') : lines.findIndex((line) => at(line, finding.line));
  return { title, rows, head: () => [], start: Math.max(0, hit) };
}

/** Brackets by line of the file: what a loop holds across its end is left out, because it has no place there. */
function brackets(way: Timeline, side: 'before' | 'after'): (line: SourceLine) => string {
  const lanes = laneOf(way);
  const width = Math.max(0, ...lanes.map((lane) => lane + 1));
  const drawn = way.spans.map((s, i) => ({ ...s, lane: lanes[i] ?? 0, first: s.from ?? 0, last: s.to ?? way.line })).filter((s) => s.last >= s.first);
  return (line) => {
    const number = side === 'before' ? line.before : line.after;
    const around = number ?? (side === 'before' ? line.after : line.before) ?? 0;
    return Array.from({ length: width }, (_, lane) => {
      const signs = drawn
        .filter((s) => s.lane === lane && s.first <= around && around <= s.last)
        .map((s) => {
          const sign = SIGNS[s.what];
          if (number === null) return s.first < around && around < s.last ? sign.hold : ' ';
          if (s.from === number) return sign.open;
          return s.to === number ? sign.close : s.end === null && number === way.line ? sign.kept : sign.hold;
        });
      return signs[0] ?? ' ';
    }).join('');
  };
}

/** Number, mark, witness step, brackets, then the text; a line that is too long goes on below its own indentation. */
function sourceRow(
  line: SourceLine,
  steps: readonly { readonly number: number; readonly note: string }[],
  gutter: string,
  finding: ReportFinding | null,
  width: number,
): readonly Line[] {
  const tone = line.mark === '+' ? 'added' : line.mark === '-' ? 'removed' : 'plain';
  const number = line.mark === '-' ? line.before : line.after;
  const mark = steps.length > 1 ? '*' : String(steps[0]?.number ?? '');
  const lead: Line = [
    span(padStart(String(number ?? ''), 5), 'dim'),
    span(line.mark, tone),
    span(`${padStart(mark, 2)} `, 'step'),
    span(gutter === '' ? '' : `${gutter} `, 'lane'),
  ];
  const indent = lineWidth(lead);
  const code: Line = sourcePieces(line).map((piece) => ({
    text: piece.text,
    tone: piece.changed ? (line.mark === '-' ? 'removed-word' : 'added-word') : line.mark === ' ' ? (SYNTAX[piece.kind] ?? 'plain') : tone,
  }));
  const room = Math.max(20, width - indent);
  const parts = broken(code, room);
  const cont: Line = [span(`${' '.repeat(5)}${line.mark}   `, tone), span(gutter === '' ? '' : `${stillHeld(gutter)} `, 'lane')];
  const notes = steps.flatMap((step) =>
    wrap(printable(step.note), width - indent - 4).map(
      (part, i): Line => [
        span(padEnd(`${' '.repeat(9)}${stillHeld(gutter)}`, indent), 'lane'),
        span(i === 0 ? `╰${padStart(String(step.number), 2)} ` : '    ', 'step'),
        span(part, step.number === finding?.path.length ? 'error' : 'step'),
      ],
    ),
  );
  return [...parts.map((part, i): Line => [...(i === 0 ? lead : cont), ...part]), ...notes].map((part) => clip(part, width));
}

/** The brackets below a line: what it opens goes on, what it closes is gone. */
export function stillHeld(gutter: string): string {
  return gutter
    .replace(/┏/g, '┃')
    .replace(/┌/g, '│')
    .replace(/[┗└┻┴]/g, ' ');
}

/** Cut where it no longer fits; the rest begins under the line's own indentation and four columns. */
function broken(code: Line, room: number): readonly Line[] {
  if (lineWidth(code) <= room) return [code];
  const blanks = /^ */.exec(code.map((part) => part.text).join(''))?.[0].length ?? 0;
  const out: Span[][] = [[]];
  let used = 0;
  for (const part of code) {
    for (const word of part.text.match(/ *[^ ]+| +$/g) ?? []) {
      const last = out[out.length - 1] ?? [];
      if (used + word.length > room && used > blanks) {
        out.push([
          { text: ' '.repeat(Math.min(blanks + 4, room - 10)), tone: 'plain' },
          { text: word.trimStart(), tone: part.tone },
        ]);
        used = Math.min(blanks + 4, room - 10) + word.trimStart().length;
      } else {
        last.push({ text: word, tone: part.tone });
        used += word.length;
      }
    }
  }
  return out;
}

const SYNTAX: Readonly<Record<string, Tone>> = { k: 'keyword', t: 'type', f: 'function', s: 'string', n: 'number', c: 'number', m: 'comment', l: 'keyword' };

/** "3 findings here" for the head of a function. */
export function findingCount(count: number): string {
  return count === 0 ? 'no finding here' : `${plural(count, 'finding')} here`;
}
