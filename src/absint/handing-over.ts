import type { LockKind } from '../kernel/contract.js';
import { carried, leadsTo } from './derived.js';
import { type Machine, strip } from './machine.js';
import { baseObject, isPrivate } from './objects.js';
import type { Held, Owned, State } from './state.js';
import type { TermId } from './term.js';

/**
 * What `value` points to has become reachable from elsewhere: what is held on it is no longer this path's alone to
 * give back. `stored`: this path put it there itself; a callee that may keep a pointer does not take over a lock.
 */
export function escape(m: Machine, s: State, value: TermId, stored = true, to = ''): void {
  const objects = carried(m, value);
  mayKeep(m, objects, to);
  pass(m, s, objects);
  for (const object of objects)
    if (m.terms.symbols(object).length > 0) {
      m.escaped.add(object);
      if (stored) m.stored.add(object);
    }
  const among = (o: Owned): boolean => leadsTo(m, objects, o.object);
  if (s.owned.some((o) => (!o.escaped || (!stored && !o.lent)) && among(o)))
    s.owned = s.owned.map((o) => (among(o) ? { ...o, escaped: true, lent: o.lent || !stored } : o));
  if (stored) escapeHeld(m, s, value);
  else lendLocked(m, s, objects, true);
}

/** Locks that another task, or the end of I/O, may give back. */
const LENDABLE: ReadonlySet<LockKind> = new Set<LockKind>(['bit', 'semaphore']);

/** Pages and buffers that go to code of which nothing is known may be unlocked when their I/O ends; one that `takes` them over sees to it. */
export function lendLocked(m: Machine, s: State, objects: readonly TermId[], takes: boolean): void {
  const seen = (h: Held): boolean => LENDABLE.has(h.kind) && !(takes ? h.escaped : h.lent) && objects.includes(baseObject(m, h.lock));
  if (s.held.some(seen)) s.held = s.held.map((h) => (seen(h) ? { ...h, lent: true, escaped: h.escaped || takes } : h));
}

/** Locks of what `value` points to are handed on with it. */
export function escapeHeld(m: Machine, s: State, value: TermId): void {
  const object = baseObject(m, value);
  const lock = strip(m.terms, value);
  if (s.held.some((h) => h.lock === lock && !h.escaped)) s.held = s.held.map((h) => (h.lock === lock ? { ...h, escaped: true } : h));
  if (s.held.some((h) => baseObject(m, h.lock) === object && !h.escaped) && isPrivate(m, object))
    s.held = s.held.map((h) => (baseObject(m, h.lock) === object ? { ...h, escaped: true } : h));
}

/** The same of locks that are reached through the object, however far. */
export function escapeReached(m: Machine, s: State, object: TermId): void {
  const through = (id: TermId): boolean => {
    const t = m.terms.get(id);
    return (
      baseObject(m, id) === object ||
      (t.k === 'addr' || t.k === 'load' ? through(t.loc) : (t.k === 'field' || t.k === 'elem' || t.k === 'deref') && through(t.base))
    );
  };
  if (s.held.some((h) => !h.escaped && through(h.lock))) s.held = s.held.map((h) => (through(h.lock) ? { ...h, escaped: true } : h));
}

/** The memory of what `value` points to is given back, and its references with it. */
export function free(m: Machine, s: State, value: TermId): void {
  const objects = carried(m, value);
  if (s.owned.some((o) => objects.includes(baseObject(m, o.object)))) s.owned = s.owned.filter((o) => !objects.includes(baseObject(m, o.object)));
}

/** A callee of which nothing is known has seen `value`: it may have kept the object, though its name does not say so. */
export function lend(m: Machine, s: State, value: TermId, to = ''): void {
  const objects = carried(m, value);
  mayKeep(m, objects, to);
  for (const o of objects) m.lent.add(o);
  pass(m, s, objects);
  lendLocked(m, s, objects, false);
  const among = (o: Owned): boolean => leadsTo(m, objects, o.object);
  if (s.owned.some((o) => !o.lent && among(o))) s.owned = s.owned.map((o) => (among(o) ? { ...o, lent: true } : o));
}

/** Remembers who has seen which objects. */
export function mayKeep(m: Machine, objects: readonly TermId[], to: string): void {
  for (const id of objects) {
    const known = m.keepers.get(id);
    if (!known?.has(to)) m.keepers.set(id, new Set([...(known ?? []), to]));
  }
}

/** Remembers which of the caller's own objects went to code that may have kept them. */
function pass(m: Machine, s: State, objects: readonly TermId[]): void {
  const own = objects.filter((id) => {
    const t = m.terms.get(id);
    return t.k === 'sym' && t.source === 'param' && !s.passed.has(id);
  });
  if (own.length > 0) s.passed = new Set([...s.passed, ...own]);
}
