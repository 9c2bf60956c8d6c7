import { diffArrays } from 'diff';
import { printable } from './printable.js';
import type { ReportFunction } from './report.js';

type Timeline = ReportFunction['timelines']['before'][number];
type Span = Timeline['spans'][number];

/** One step of a way through a function, with the brackets of everything held around it. */
export interface BracketCell {
  /** Source line; null for what the caller holds on entry. */
  readonly line: number | null;
  /** One column for each lane: heavy for locks, light for references. */
  readonly gutter: string;
  readonly text: string;
  /** Something is still held where the function returns. */
  readonly held: boolean;
}

/** One line of the before/after picture. `null`: nothing on this side. */
export interface BracketRow {
  readonly kind: 'exit' | 'step';
  readonly before: BracketCell | null;
  readonly after: BracketCell | null;
  readonly changed: boolean;
}

/**
 * The ways out of a function, before and after beside each other: for each exit what is taken and given back, in the
 * order of the path. Equal steps stand in one row.
 */
export function bracketRows(fn: ReportFunction): readonly BracketRow[] {
  const { before, after } = fn.timelines;
  return pairs(before, after).flatMap(([pre, post]) => {
    const left = pre === null ? [] : cells(pre);
    const right = post === null ? [] : cells(post);
    const head = (timeline: Timeline | null): BracketCell | null =>
      timeline === null ? null : { line: timeline.line, gutter: '', text: printable(timeline.exit), held: false };
    const rows: BracketRow[] = [{ kind: 'exit', before: head(pre), after: head(post), changed: pre === null || post === null }];
    let l = 0;
    let r = 0;
    for (const part of diffArrays(
      left.map((c) => c.key),
      right.map((c) => c.key),
    )) {
      for (let i = 0; i < part.value.length; i += 1) {
        const a = part.added ? null : (left[l++] ?? null);
        const b = part.removed ? null : (right[r++] ?? null);
        rows.push({ kind: 'step', before: a, after: b, changed: a === null || b === null });
      }
    }
    return rows;
  });
}

/** The lanes of one way, for drawing beside the source: per span its column, and its signs. */
export function laneOf(timeline: Timeline): readonly number[] {
  const lanes: (Span | null)[] = [];
  return timeline.spans.map((span) => {
    const start = span.start ?? -1;
    const free = lanes.findIndex((other) => other !== null && other.end !== null && other.end < start);
    const at = free < 0 ? lanes.length : free;
    lanes[at] = span;
    return at;
  });
}

export const SIGNS = { lock: { open: '┏', hold: '┃', close: '┗', kept: '┻' }, reference: { open: '┌', hold: '│', close: '└', kept: '┴' } } as const;

interface Keyed extends BracketCell {
  readonly key: string;
}

function cells(timeline: Timeline): readonly Keyed[] {
  const { spans } = timeline;
  const lanes = laneOf(timeline);
  const width = Math.max(0, ...lanes.map((lane) => lane + 1));
  const steps = [...new Set(spans.flatMap((span) => [span.start, span.end]))].filter((step): step is number => step !== null).sort((a, b) => a - b);
  const gutter = (step: number, sign: (span: Span) => string | null): string =>
    Array.from({ length: width }, (_, lane) => {
      const here = spans.filter((_span, i) => lanes[i] === lane);
      for (const span of here) {
        const own = sign(span);
        if (own !== null) return own;
      }
      const held = here.find((span) => (span.start ?? -1) < step && (span.end ?? Infinity) > step);
      return held === undefined ? ' ' : SIGNS[held.what].hold;
    }).join('');
  const out: Keyed[] = [];
  const callers = spans.filter((span) => span.start === null);
  const add = (line: number | null, columns: string, verb: string, span: Span): void => {
    const place = span.place === '' || span.place === '…' || span.place === span.resource ? '' : ` ${span.place}`;
    out.push({
      line,
      gutter: columns,
      text: printable(`${verb} ${span.resource}${place}`),
      held: false,
      key: `${verb} ${span.what} ${span.resource} ${place}`,
    });
  };
  for (const span of callers)
    add(
      null,
      gutter(-1, (x) => (x === span ? SIGNS[x.what].open : callers.includes(x) && callers.indexOf(x) < callers.indexOf(span) ? SIGNS[x.what].hold : null)),
      "caller's",
      span,
    );
  for (const step of steps) {
    for (const span of spans.filter((x) => x.end === step))
      add(
        span.to,
        gutter(step, (x) => (x === span ? SIGNS[x.what].close : null)),
        span.what === 'lock' ? 'unlock' : 'put',
        span,
      );
    for (const span of spans.filter((x) => x.start === step))
      add(
        span.from,
        gutter(step, (x) => (x === span ? SIGNS[x.what].open : null)),
        span.what === 'lock' ? 'lock' : 'get',
        span,
      );
  }
  const kept = spans.filter((span) => span.end === null);
  const last = gutter(Infinity, (x) => (x.end === null ? SIGNS[x.what].kept : null));
  const text = kept.length === 0 ? 'return, nothing held' : `return, still held: ${kept.map((span) => span.resource).join(', ')}`;
  return [...out, { line: timeline.line, gutter: last, text: printable(text), held: kept.length > 0, key: text }];
}

/** Ways with the same exit belong together, those that hold the same first; what is left stands alone. */
function pairs(before: readonly Timeline[], after: readonly Timeline[]): readonly (readonly [Timeline | null, Timeline | null])[] {
  const left = [...before];
  const kept = (t: Timeline): string =>
    t.spans
      .filter((span) => span.end === null)
      .map((span) => span.resource)
      .sort()
      .join(';');
  const take = (fits: (t: Timeline) => boolean): Timeline | null => {
    const at = left.findIndex(fits);
    return at < 0 ? null : (left.splice(at, 1)[0] ?? null);
  };
  const partner = new Map<Timeline, Timeline | null>();
  for (const post of after)
    partner.set(
      post,
      take((pre) => pre.exit === post.exit && kept(pre) === kept(post) && pre.spans.length > 0 === post.spans.length > 0),
    );
  for (const post of after)
    if (partner.get(post) === null)
      partner.set(
        post,
        take((pre) => pre.exit === post.exit),
      );
  return [...after.map((post) => [partner.get(post) ?? null, post] as const), ...left.map((pre) => [pre, null] as const)];
}
