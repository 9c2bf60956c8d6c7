import type { Summary } from '../absint/summary.js';
import type { Step } from '../absint/state.js';

/** Where one lock or reference is held on one way through a function. Lines are of that side's file. */
export interface HeldSpan {
  readonly what: 'lock' | 'reference';
  /** Lock class with its mode, or reference kind. */
  readonly resource: string;
  /** As written where it is taken or given back. */
  readonly place: string;
  /** Line that takes it; null: the caller holds it already. */
  readonly from: number | null;
  /** Line that gives it back; null: still held when the function returns. */
  readonly to: number | null;
  /** Places of those two in the sequence of steps on this way, from 0: a loop's line may come before or after. Null as above. */
  readonly start: number | null;
  readonly end: number | null;
}

/** One way out of a function and what is held on it, in the order in which it was taken. */
export interface Timeline {
  /** As in the exit's contract. */
  readonly exit: string;
  /** The line of the return. */
  readonly line: number;
  readonly spans: readonly HeldSpan[];
}

/** One lock taken while another is held. */
export interface OrderEdge {
  readonly held: string;
  readonly taken: string;
  readonly line: number;
  /** By a trylock: it cannot wait, so it closes no cycle. */
  readonly tryLock: boolean;
}

/** One timeline for each exit of the summary, in its order: an example way there. */
export function timelines(summary: Summary): readonly Timeline[] {
  return summary.exits.map((exit) => ({ exit: exit.exit, line: exit.line, spans: spansOf(exit.trace) }));
}

/** Each pair of lock classes once, at its first line, sorted by the names. */
export function orderEdges(summary: Summary): readonly OrderEdge[] {
  const edges = new Map<string, OrderEdge>();
  for (const pair of summary.order) {
    const held = pair.held.resource;
    const taken = pair.taken.resource;
    const { line } = pair.taken;
    const { tryLock } = pair;
    const key = `${held}\0${taken}`;
    const old = edges.get(key);
    edges.set(key, old === undefined ? { held, taken, line, tryLock } : { ...old, line: Math.min(old.line, line), tryLock: old.tryLock && tryLock });
  }
  return [...edges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
}

type Draft = { -readonly [K in keyof HeldSpan]: HeldSpan[K] } & { readonly id: number };

function spansOf(last: Step | null): readonly HeldSpan[] {
  const steps: Step[] = [];
  for (let step = last; step !== null; step = step.prev) if (step.effect !== undefined) steps.push(step);
  const spans: Draft[] = [];
  for (const [at, { line, effect }] of steps.reverse().entries()) {
    if (effect === undefined) continue;
    const { op, id, resource, place } = effect;
    const what = op === 'acquire' || op === 'release' || op === 'downgrade' ? 'lock' : 'reference';
    if (op === 'acquire' || op === 'get') {
      spans.push({ what, resource, place, from: line, to: null, start: at, end: null, id });
      continue;
    }
    // After a loop the engine knows an object by another number; its class still tells which one is meant.
    const open = spans.filter((span) => span.what === what && span.to === null);
    const span = open.findLast((s) => s.id === id && bare(s.resource) === bare(resource)) ?? open.findLast((s) => bare(s.resource) === bare(resource));
    if (span !== undefined) {
      span.to = line;
      span.end = at;
    } else spans.unshift({ what, resource: bare(resource), place, from: null, to: line, start: null, end: at, id });
    if (op === 'downgrade') spans.push({ what, resource, place, from: line, to: null, start: at, end: null, id });
  }
  return spans.map(({ what, resource, place, from, to, start, end }) => ({ what, resource, place, from, to, start, end }));
}

function bare(resource: string): string {
  return resource.replace(/ \(shared\)$/, '');
}
