import { analyse, BOUNDS } from '../absint/analyse.js';
import { lockClass, type Machine } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { givenUp, type State, type Step as TraceStep } from '../absint/state.js';
import type { Step } from './steps.js';

/** A lock or reference that some path holds at a step. */
export interface Holding {
  readonly what: 'lock' | 'reference';
  /** Lock class, or reference kind. */
  readonly resource: string;
  readonly kind: string;
  /** Where it was taken, or said to be held. */
  readonly line: number;
  readonly place: string;
  /** Said by an assertion: the caller holds it. */
  readonly asserted: boolean;
}

/** What the paths hold that come to one step. */
export interface At {
  /** By `resource` and `line`: what some path holds. */
  readonly some: ReadonlyMap<string, Holding>;
  /** Those that every path holds, as some `#if` has it. */
  readonly all: ReadonlySet<string>;
  /** One path for each. */
  readonly traces: ReadonlyMap<string, TraceStep | null>;
  /** Classes of the caller's locks that every path has given back. */
  readonly dropped: ReadonlySet<string>;
  /** A path that comes here. */
  readonly trace: TraceStep | null;
}

/** Runs the function again and tells what is held before each of `steps`. Steps that no path comes to are left out. */
export function holdingAt(side: Analysed, steps: readonly Step[]): ReadonlyMap<Step, At> {
  if (steps.length === 0) return new Map();
  const wanted = new Map(steps.map((s) => [`${s.block} ${s.at}`, s]));
  const out = new Map<
    Step,
    { some: Map<string, Holding>; all: Map<string, Set<string>>; traces: Map<string, TraceStep | null>; dropped: Set<string> | null; trace: TraceStep | null }
  >();
  analyse(side.cfg, side.effects, side.types, side.file, BOUNDS, (block, at, state, m) => {
    const step = wanted.get(`${block} ${at}`);
    if (!step) return;
    const entry = out.get(step) ?? { some: new Map(), all: new Map(), traces: new Map(), dropped: null, trace: state.trace };
    out.set(step, entry);
    const here = held(state, (lock) => lockClass(m, lock));
    for (const h of here) {
      const k = holdingKey(h);
      if (!entry.some.has(k)) {
        entry.some.set(k, h);
        entry.traces.set(k, state.trace);
      }
    }
    const given = givenUp(state).map(([lock]) => lockClass(m, lock));
    entry.dropped = new Set(entry.dropped === null ? given : given.filter((x) => entry.dropped?.has(x)));
    const keys = new Set(here.map(holdingKey));
    const configured = configuration(state, m);
    const others = entry.all.get(configured);
    entry.all.set(configured, others === undefined ? keys : new Set([...others].filter((k) => keys.has(k))));
  });
  return new Map(
    [...out].map(([step, e]) => [
      step,
      { some: e.some, all: new Set([...e.all.values()].flatMap((keys) => [...keys])), traces: e.traces, dropped: e.dropped ?? new Set(), trace: e.trace },
    ]),
  );
}

/** Which `#if` branches a path went through. */
function configuration(s: State, m: Machine): string {
  return [...s.facts]
    .flatMap(([id, f]) => {
      const t = m.terms.get(id);
      return t.k === 'name' && t.name.startsWith('#if ') ? [`${t.name} ${f.mask}`] : [];
    })
    .sort()
    .join();
}

export function holdingKey(h: Holding): string {
  return `${h.what} ${h.resource} ${h.line}`;
}

function held(s: State, nameOf: (lock: number) => string): Holding[] {
  return [
    ...s.held.map((h): Holding => ({ what: 'lock', resource: nameOf(h.lock), kind: h.kind, line: h.line, place: h.place, asserted: false })),
    ...[...s.asserted.values()].map((h): Holding => ({ what: 'lock', resource: nameOf(h.lock), kind: h.kind, line: h.line, place: h.place, asserted: true })),
    ...s.owned.map((o): Holding => ({ what: 'reference', resource: o.kind, kind: o.kind, line: o.line, place: o.place, asserted: false })),
  ];
}
