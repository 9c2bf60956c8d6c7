import type { LockKind, LockMode } from '../kernel/contract.js';
import type { Facts } from './fact.js';
import { SmallMap } from './small-map.js';
import type { TermId } from './term.js';

/** One step of the path that led to a state, newest first. */
export interface Step {
  readonly line: number;
  readonly note: string;
  readonly block: number;
  readonly prev: Step | null;
  /** What the step does to a lock or a reference; a step without it does nothing to any. */
  readonly effect?: StepEffect;
  /** Only of a test: the value that it is about, and whether that is known to be no object from then on. */
  readonly tested?: { readonly value: TermId; readonly none: boolean };
}

/** `id` tells objects of one class apart, within one function and side only. */
export interface StepEffect {
  readonly op: 'acquire' | 'release' | 'downgrade' | 'get' | 'put' | 'consume';
  readonly id: number;
  /** Lock class with its mode, or reference kind, as in exit contracts. */
  readonly resource: string;
  readonly place: string;
}

/** A lock taken on this path. `lock` is the address of the lock object. */
export interface Held {
  readonly lock: TermId;
  readonly kind: LockKind;
  readonly mode: LockMode;
  /** How often (shared and nesting locks); Infinity for "some, one per turn of a loop". */
  readonly count: number;
  readonly line: number;
  /** As written where it was taken. */
  readonly place: string;
  /** Stored somewhere others can find it, or handed out: not a leak. */
  readonly escaped: boolean;
  /** Taken by a primitive that this function calls itself, not by a helper. */
  readonly direct: boolean;
  /** Taken by trying: nothing was assumed of the caller. */
  readonly tried: boolean;
  /** A lock of one bit, or a semaphore, whose object a callee has seen of which nothing is known: the end of I/O that it began may give it back. */
  readonly lent?: true;
}

/** References on `object` that this path took and has to give back or hand on. */
export interface Owned {
  readonly object: TermId;
  readonly kind: string;
  readonly count: number;
  readonly line: number;
  readonly place: string;
  /** Reachable from elsewhere: stored, found in shared memory, or given to a callee that takes over. */
  readonly escaped: boolean;
  /** Seen by a callee of which nothing is known. */
  readonly lent: boolean;
  /** Locks that were held when it was taken. */
  readonly under: readonly TermId[];
  /** `found`: the object came by the same call (a lookup, an allocation). `added`: this function took one more; `passed`: a helper did. */
  readonly claim: 'found' | 'added' | 'passed';
}

/** What the path's first operation on a lock says about the caller. */
export interface EntryLock {
  readonly assumed: 'held' | 'free';
  readonly kind: LockKind;
  readonly mode: LockMode | 'either';
  readonly line: number;
  readonly place: string;
  /** Asked of a primitive that this function calls itself. */
  readonly direct: boolean;
  /** Known free because trying to take it has just failed. */
  readonly failedTry: boolean;
}

/** The caller's locks that the path has given back, or is about to retake. */
export function givenUp(s: Pick<State, 'entry' | 'held'>): [TermId, EntryLock][] {
  return [...s.entry].filter(([lock, e]) => e.assumed === 'held' && !s.held.some((h) => h.lock === lock));
}

/**
 * Everything known at one point of one path, or of several paths that hold the same resources. Mutable while a
 * block is executed by its one owner; never changed once it has been handed on.
 */
export interface State {
  env: SmallMap<string, TermId>;
  heap: SmallMap<TermId, TermId>;
  facts: Facts;
  held: readonly Held[];
  owned: readonly Owned[];
  entry: ReadonlyMap<TermId, EntryLock>;
  /** Caller's references given up: object and kind to how many. */
  dropped: ReadonlyMap<
    string,
    {
      readonly object: TermId;
      readonly kind: string;
      readonly count: number;
      readonly line: number;
      readonly place: string /** The call said that it was the last one. */;
      readonly last: boolean;
    }
  >;
  /** References (`kind line`, where they were taken) that some path to here has given back; `found kind place`: not taken here. */
  gave: ReadonlySet<string>;
  /** Objects whose only reference known here has been put. */
  gone: ReadonlyMap<
    TermId,
    {
      readonly line: number;
      readonly kind: string;
      readonly place: string /** The reference was one that this path had taken. */;
      readonly own: boolean /** And nothing else is known to keep the object. */;
      readonly sure: boolean /** Locks under which it was taken: they keep the object as well. */;
      readonly under: readonly TermId[];
      readonly counter: TermId;
    }
  >;
  /** Objects of the caller that every path to here has handed to code which may have kept them. */
  passed: ReadonlySet<TermId>;
  /** Locks of the caller that this path has said to be held. */
  asserted: ReadonlyMap<TermId, Held>;
  /** This path has made a call that sleeps while it still held all that its caller may hold. */
  slept: boolean;
  /** Lines that are not shown come before this: where, or -1. Nothing from before them is known any more. */
  part: number;
  trace: Step | null;
}

/** Where a function begins: nothing is known and nothing held. */
export function emptyState(): State {
  return {
    env: new SmallMap(),
    heap: new SmallMap(),
    facts: new SmallMap(),
    held: [],
    owned: [],
    entry: new Map(),
    dropped: new Map(),
    gave: new Set(),
    gone: new Map(),
    asserted: new Map(),
    passed: new Set(),
    slept: false,
    part: -1,
    trace: null,
  };
}

/** Spelt out, as in `emptyState` and `mergeStates`: what is read most of all has one shape, and a spread is copied by name. */
export function cloneState(s: State): State {
  return {
    env: s.env.fork(),
    heap: s.heap.fork(),
    facts: s.facts,
    held: s.held,
    owned: s.owned,
    entry: s.entry,
    dropped: s.dropped,
    gave: s.gave,
    gone: s.gone,
    asserted: s.asserted,
    passed: s.passed,
    slept: s.slept,
    part: s.part,
    trace: s.trace,
  };
}

/** States with equal keys hold the same resources and are merged. */
export function resourceKey(s: State): string {
  let key = s.part < 0 ? '' : `P${s.part};`;
  for (const h of s.held) key += `L${h.lock}${h.kind}${h.mode}${h.count}${h.escaped ? 'e' : ''};`;
  for (const o of s.owned) key += `R${o.object}${o.kind}${o.count}${o.escaped ? 'e' : ''};`;
  if (s.entry.size > 0) for (const [lock, e] of s.entry) if (e.assumed === 'held') key += `E${lock}${e.mode};`;
  if (s.dropped.size > 0) for (const [k, d] of s.dropped) key += `D${k}:${d.count};`;
  return key;
}

/** Whether one of the locks is held still; null where there are none. */
export function keptStill(s: State, under: readonly TermId[]): boolean | null {
  return under.length === 0 ? null : under.some((lock) => s.held.some((h) => h.lock === lock));
}
