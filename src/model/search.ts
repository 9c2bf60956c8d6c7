import { compile, type Compiled, type RawResult } from './codegen.js';
import { symmetryOf, type Symmetry } from './symmetry.js';
import type { Program } from './verdict.js';

/** One step of a schedule: the actor, and the alternative it takes at its program point. */
export interface ScheduleStep {
  readonly actor: number;
  readonly point: number;
  readonly alt: number;
}

export type FailureKind = 'assert' | 'stuck' | 'cycle' | 'final';

export interface SearchResult {
  readonly states: number;
  /** Groups of actors of which each stands for the others, so that the figures are of states that differ in more than that. */
  readonly alike: readonly (readonly number[])[];
  readonly transitions: number;
  /** A shortest failing schedule, or null. For `assert` the last step is the one whose assertion fails. */
  readonly failure: { readonly kind: FailureKind; readonly steps: readonly ScheduleStep[] } | null;
  /** Why the search is incomplete, or null; without a failure this is no refutation. */
  readonly bound: string | null;
  /** Whether some explored step was this alternative. */
  readonly taken: (actor: number, point: number, alt: number) => boolean;
  /** Per actor: whether it ended in some run. */
  readonly ended: readonly boolean[];
  /** Bytes held by the state table at the end. */
  readonly bytes: number;
}

export const STATE_CAP = 2_000_000;
/** Bytes that the state table may grow to. */
const MEMORY_CAP = 1 << 30;
/** Where a state came from, and its share of the table; arrays are grown by half. */
const PER_STATE = 26;

/**
 * Runs every interleaving, breadth first, until one fails or none is left. The same program always gives the same
 * result. A text is the reason why the program is not valid. States that differ only in which of several alike actors
 * is which count as one; where something fails, everything is searched again without that, for the schedule.
 */
export function search(program: Program, cap: number = STATE_CAP): SearchResult | string {
  const symmetry = symmetryOf(program);
  const reduced = symmetry === null ? null : searchWhole(program, cap, symmetry);
  return reduced === null || typeof reduced === 'string' || reduced.failure !== null ? searchWhole(program, cap) : reduced;
}

/** The same without taking alike actors for each other. `symmetry`: with it, and then only whether something fails is to be relied on, not the schedule. */
export function searchWhole(program: Program, cap: number = STATE_CAP, symmetry: Symmetry | null = null): SearchResult | string {
  const narrow = compile(program, { narrow: true, symmetry });
  if (typeof narrow === 'string') return narrow;
  const room = Math.min(cap, Math.floor(MEMORY_CAP / (narrow.words * 4 + PER_STATE)));
  const first = narrow.run(room);
  // A counter that needs more than one bit shows as a step that was not taken.
  const again = first.over >= 0 ? compile(program, { narrow: false, symmetry }) : narrow;
  if (typeof again === 'string') return again;
  const compiled = again;
  const raw = again === narrow ? first : again.run(room);
  const index = new Map(compiled.transitions.map((t, i) => [key(t.actor, t.point, t.alt), i]));
  const alike = (actor: number): readonly number[] => symmetry?.classes.find((c) => c.includes(actor)) ?? [actor];
  const taken = (actor: number, point: number, alt: number): boolean => alike(actor).some((a) => raw.hit[index.get(key(a, point, alt)) ?? -1] === 1);
  const ended = program.actors.map(
    (a, i) => a.points.length === 0 || a.points.some((p, k) => p.alts.some((alt, z) => alt.to === a.points.length && taken(i, k, z))),
  );
  return {
    states: raw.states,
    alike: symmetry?.classes ?? [],
    transitions: raw.transitions,
    failure: failureOf(compiled, raw),
    bound: boundOf(program, compiled, raw, room, room < cap),
    taken,
    ended,
    bytes: raw.bytes,
  };
}

/** The short form of a schedule, as in "0/2/1.1". */
export function traceText(steps: readonly ScheduleStep[]): string {
  return steps.map((s) => (s.alt === 0 ? String(s.actor) : `${s.actor}.${s.alt}`)).join('/');
}

const key = (actor: number, point: number, alt: number): string => `${actor}:${point}:${alt}`;

function failureOf(compiled: Compiled, raw: RawResult): SearchResult['failure'] {
  if (raw.kind === '') return null;
  const steps: ScheduleStep[] = [];
  const push = (t: number): void => {
    const step = compiled.transitions[t];
    if (step !== undefined) steps.push(step);
  };
  if (raw.kind === 'assert') push(raw.transition);
  for (let q = raw.at; q > 0; q = raw.parent[q] ?? 0) push(raw.via[q] ?? 0);
  return { kind: raw.kind, steps: steps.reverse() };
}

function boundOf(program: Program, compiled: Compiled, raw: RawResult, cap: number, memory: boolean): string | null {
  if (raw.full) return `${cap.toLocaleString('en-US')} states${memory ? ', which is all the memory there is for them' : ''}`;
  const t = compiled.transitions[raw.over];
  if (t === undefined) return null;
  const point = program.actors[t.actor]?.points[t.point];
  return `a counter left its range at "${point?.text ?? ''}"`;
}
