import { onPlace } from '../cfg/print.js';
import type { LockKind } from '../kernel/contract.js';
import { maskOf, POS, ZERO, type Facts } from './fact.js';
import { rootVariable, strip, typeOf, type Machine } from './machine.js';
import { listedReferences } from './listed.js';
import { putsNothing } from './nothing.js';
import { baseObject, isPrivate, lookAgain, note, operation, remember, report, type Site } from './resources.js';
import { keptStill, type Held, type Owned, type State } from './state.js';
import { leadsThrough, type TermId } from './term.js';

/** Reference kinds that are not followed: plain memory has a rule of its own to come, and doubles the states. */
const UNTRACKED: ReadonlySet<string> = new Set(['memory']);
/** Contexts that no object is protected by. */
const CONTEXTS: ReadonlySet<LockKind> = new Set<LockKind>(['irq', 'bh', 'preempt']);
/** More references than this on one object count as "some". */
const MANY = 3;
const NONE: readonly TermId[] = [];
/** How `State.gave` names what was put although neither the function nor its caller is known to have had it. */
export const FOUND = 'found';
/** Values that point into an object through more steps than this are not followed to it. */
const MAX_STEPS = 16;

/** Takes `count` references on `object` (null: an unknown number). `explicit`: a callee took one more on something it knew; `handed`: it returned the object with it. */
export function get(m: Machine, s: State, object: TermId, kind: string, count: number | null, site: Site, explicit = false, handed = false): void {
  const target = strip(m.terms, object);
  if (UNTRACKED.has(kind) || notAnObject(m, s.facts, target)) return;
  remember(m, target, site);
  operation(m, 'gets', `${kind} reference`, site);
  note(s, site, `${site.call} takes ${/^[aeiou]/i.test(kind) ? 'an' : 'a'} ${kind} reference${onPlace(site.place)}`, { op: 'get', id: target, resource: `${kind} reference`, place: site.place });
  lookAgain(m, s, target);
  const owned = s.owned.find((o) => o.object === target && o.kind === kind);
  const n = count ?? Infinity;
  if (owned) s.owned = s.owned.map((o) => (o === owned ? { ...o, count: o.count + n > MANY || o.line === site.line ? Infinity : o.count + n } : o));
  else s.owned = listedReferences([...s.owned, { object: target, kind, count: n, line: site.line, place: site.place, escaped: count === null || (!handed && isShared(m, s, target)), lent: false, under: s.held.filter((h) => !CONTEXTS.has(h.kind)).map((h) => h.lock), claim: handed ? 'found' : explicit ? 'passed' : isFresh(m, target, site) ? 'found' : site.direct ? 'added' : 'passed' }]);
  const owner = counted(m, target), array = handed ? null : arrayOf(m, s, owner);
  // What was found in an array is put from there, perhaps by the turns of another loop.
  if (array !== null && m.terms.get(owner).k === 'load') m.placedIn.set(`${kind} ${site.line}`, array);
  if (s.gone.has(owner)) s.gone = new Map([...s.gone].filter(([id]) => id !== owner));
}

/** Gives references back, this path's own first, then the caller's. `consumed`: handed over rather than put; `last`: the call says that nobody else has one. */
export function put(m: Machine, s: State, object: TermId, kind: string, count: number | null, consumed: boolean, site: Site, last = false): void {
  const target = strip(m.terms, object);
  if (!consumed && !UNTRACKED.has(kind)) putsNothing(m, s, target, kind, site);
  if (m.terms.get(target).k === 'num' || UNTRACKED.has(kind)) return;
  remember(m, target, site);
  operation(m, 'puts', `${kind} reference`, site);
  note(s, site, consumed ? `${site.call} takes over the ${kind} reference${onPlace(site.place)}` : `${site.call} puts the ${kind} reference${onPlace(site.place)}`, { op: consumed ? 'consume' : 'put', id: target, resource: `${kind} reference`, place: site.place });
  const owned = s.owned.find((o) => o.object === target && o.kind === kind) ?? s.owned.find((o) => isSameCount(m, o.object, target)), array = arrayOf(m, s, counted(m, target));
  if (array !== null) m.putFrom.add(array);
  const n = count ?? Infinity;
  // Whoever takes over the object takes over what is locked of it.
  if (consumed) escapeHeld(m, s, target);
  if (owned) {
    m.putHere.add(`${target} ${kind}`);
    s.gave = new Set([...s.gave, `${kind} ${owned.line}`]);
    const left = owned.count === Infinity ? Infinity : owned.count - n;
    // An unknown number of references were others' as well: whether this path's own was among them cannot be said.
    if (n === Infinity) mayKeep(m, [baseObject(m, target)], '');
    if (n === Infinity && owned.count !== Infinity) s.owned = s.owned.map((o) => (o === owned ? { ...o, lent: true } : o));
    else if (left > 0 && n !== Infinity) s.owned = s.owned.map((o) => (o === owned ? { ...o, count: left } : o));
    else {
      s.owned = s.owned.filter((o) => o !== owned);
      if (!consumed && (isPrivate(m, counted(m, target)) || isComputed(m, target)) && !owned.escaped && !s.owned.some((o) => o.object === target)) {
        // What a reference was added to without a lock was kept by another one, which may still be there.
        const under = owned.claim === 'added' ? keepers(m, owned) : NONE;
        s.gone = lost(m, s, target, kind, true, owned.claim !== 'added' || under.length > 0, site, under);
      }
    }
    return;
  }
  if (n === Infinity) return;
  // What was made of an object that this path owns may be that object: nothing certain can be said of it any more.
  const parts = carried(m, target).slice(1);
  if (s.owned.some((o) => o.kind === kind && parts.includes(baseObject(m, o.object)))) {
    mayKeep(m, parts, '');
    s.owned = s.owned.map((o) => (o.kind === kind && parts.includes(baseObject(m, o.object)) ? { ...o, escaped: true, lent: true } : o));
    return;
  }
  const gone = s.gone.get(counted(m, target)), found = isPrivate(m, baseObject(m, target)) || isOwnField(m, target);
  // One more reference was put on what may have come with one: that is the one that goes now.
  const came = gone?.own && !gone.sure && m.given.has(counted(m, target));
  if (gone && gone.kind === kind && gone.counter === target && (gone.own || found) && !came) {
    report(m, s, { kind: 'put-not-owned', resource: `${kind} reference`, place: site.place, lockKind: kind, otherLine: gone.line, certainty: gone.own && !m.unclear.has(target) ? 'sure' : 'contract', detail: 'twice' }, site);
    return;
  }
  if (!consumed) s.gone = lost(m, s, target, kind, false, false, site);
  // Whose reference this was (a list's, a table's) is not known here.
  if (found) {
    if (!notAnObject(m, s.facts, target)) s.gave = new Set([...s.gave, `${FOUND} ${kind} ${site.place}`]);
    return;
  }
  // What an object had goes with it when its last reference does.
  if ([...s.dropped.values()].some((d) => d.last && d.object !== target && leadsThrough(m.terms, target, counted(m, d.object)))) return;
  const key = `${target} ${kind}`;
  const before = s.dropped.get(key);
  if (!before && [...s.dropped.values()].filter((d) => d.kind === kind).length >= MANY - 1) return;
  s.dropped = new Map([...s.dropped, [key, { object: target, kind, count: Math.min((before?.count ?? 0) + 1, 2), line: before?.line ?? site.line, place: site.place, last: last || before?.last === true }] as const].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (before && before.count < 2) report(m, s, { kind: 'put-not-owned', resource: `${kind} reference`, place: site.place, lockKind: kind, otherLine: before.line, certainty: 'contract', detail: 'twice' }, site);
}

/** One names the object, the other the counter in it. */
function isSameCount(m: Machine, a: TermId, b: TermId): boolean {
  return a !== b && (counted(m, a) === b || counted(m, b) === a);
}

/** The array that a value was read from. */
function arrayOf(m: Machine, s: State, value: TermId): TermId | null {
  const t = m.terms.get(value), places = t.k === 'load' ? [t.loc] : [...s.heap].flatMap(([loc, x]) => (x === value ? [loc] : []));
  for (const loc of places) { const array = arrayAround(m, loc); if (array !== null) return array; }
  return null;
}

/** The array that a place is an element of, or a member of one. */
export function arrayAround(m: Machine, loc: TermId): TermId | null {
  const t = m.terms.get(loc);
  if (t.k === 'elem') return t.base;
  const owner = t.k === 'field' ? m.terms.get(t.base) : null;
  return owner?.k === 'addr' ? arrayAround(m, owner.loc) : null;
}

/** What is owned is stored in an element of `array`. */
export function placeIn(m: Machine, s: State, object: TermId, array: TermId): void {
  for (const o of s.owned) if (o.object === object) m.placedIn.set(`${o.kind} ${o.line}`, array);
}

/** The reference went into an array whose elements are put one by one: how many of them that were is not known. */
export function oneOfMany(m: Machine, key: string): boolean {
  const array = m.placedIn.get(key);
  return array !== undefined && m.putFrom.has(array);
}

/** The object that a counter is in, which its last put frees. */
export function counted(m: Machine, counter: TermId): TermId {
  const t = m.terms.get(counter), loc = t.k === 'addr' ? m.terms.get(t.loc) : null;
  return loc?.k === 'field' ? counted(m, strip(m.terms, loc.base)) : counter;
}

/** Found in a struct of the function's own: a caller gave nothing there. */
function isOwnField(m: Machine, target: TermId): boolean {
  const t = m.terms.get(baseObject(m, target));
  return t.k === 'load' && (byValue(m, t.loc) !== null || isLocalPlace(m, t.loc)) && !m.fn.params.some((p) => p.name === rootVariable(m, t.loc));
}

/** Whether the put was the last is asked of the object's counter behind it, where others may have counted in between. */
export function countedAfterPut(m: Machine, s: State, object: TermId, site: Site): void {
  const gone = s.gone.get(counted(m, strip(m.terms, object)));
  if (gone === undefined || gone.line === site.line || s.owned.some((o) => counted(m, o.object) === counted(m, strip(m.terms, object)))) return;
  report(m, s, { kind: 'use-after-put', resource: `${gone.kind} reference`, place: gone.place, lockKind: gone.kind, otherLine: gone.line, certainty: 'sure', detail: 'count' }, { ...site, object: m.named.get(gone.counter) ?? null });
}

/** The put of this line says that it was not the last, or that it was and the object is this path's alone: who says so may look at it. */
export function survives(s: State, line: number): void {
  if ([...s.gone.values()].some((g) => g.line === line)) s.gone = new Map([...s.gone].filter(([, g]) => g.line !== line));
}

/** Computed from what only this function has, not from what it read in memory. */
function isComputed(m: Machine, id: TermId): boolean {
  const reads = (x: TermId): boolean => { const t = m.terms.get(x); return t.k === 'load' || (t.k === 'op' && t.args.some(reads)); };
  return m.terms.get(id).k === 'op' && !reads(id);
}

/** `s.gone` with the object of a reference that was put. */
function lost(m: Machine, s: State, counter: TermId, kind: string, own: boolean, sure: boolean, site: Site, under: readonly TermId[] = NONE): State['gone'] {
  return new Map([...s.gone, [counted(m, counter), { line: site.line, kind, place: site.place, own, sure, counter, under }]]);
}

/**
 * What `value` points to has become reachable from elsewhere: what is held on it is no longer this path's alone to
 * give back. `stored`: this path put it there itself; a callee that may keep a pointer does not take over a lock.
 */
export function escape(m: Machine, s: State, value: TermId, stored = true, to = ''): void {
  const objects = carried(m, value);
  mayKeep(m, objects, to);
  pass(m, s, objects);
  for (const object of objects) if (m.terms.symbols(object).length > 0) { m.escaped.add(object); if (stored) m.stored.add(object); }
  const among = (o: Owned): boolean => leadsTo(m, objects, o.object);
  if (s.owned.some((o) => (!o.escaped || (!stored && !o.lent)) && among(o))) s.owned = s.owned.map((o) => (among(o) ? { ...o, escaped: true, lent: o.lent || !stored } : o));
  if (stored) escapeHeld(m, s, value); else lendLocked(m, s, objects, true);
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
  const object = baseObject(m, value), lock = strip(m.terms, value);
  if (s.held.some((h) => h.lock === lock && !h.escaped)) s.held = s.held.map((h) => (h.lock === lock ? { ...h, escaped: true } : h));
  if (s.held.some((h) => baseObject(m, h.lock) === object && !h.escaped) && isPrivate(m, object)) s.held = s.held.map((h) => (baseObject(m, h.lock) === object ? { ...h, escaped: true } : h));
}

/** The same of locks that are reached through the object, however far. */
export function escapeReached(m: Machine, s: State, object: TermId): void {
  const through = (id: TermId): boolean => { const t = m.terms.get(id); return baseObject(m, id) === object || (t.k === 'addr' || t.k === 'load' ? through(t.loc) : (t.k === 'field' || t.k === 'elem' || t.k === 'deref') && through(t.base)); };
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
  for (const id of objects) { const known = m.keepers.get(id); if (!known?.has(to)) m.keepers.set(id, new Set([...known ?? [], to])); }
}

/** Remembers which of the caller's own objects went to code that may have kept them. */
function pass(m: Machine, s: State, objects: readonly TermId[]): void {
  const own = objects.filter((id) => { const t = m.terms.get(id); return t.k === 'sym' && t.source === 'param' && !s.passed.has(id); });
  if (own.length > 0) s.passed = new Set([...s.passed, ...own]);
}

/**
 * A reference taken under a lock on what others can find, and the object used once that lock is gone: the reference
 * is there for this use, and this function is who has to put it.
 */
export function usePinned(m: Machine, s: State, args: readonly TermId[]): void {
  for (const o of s.owned) {
    const under = keepers(m, o);
    if (o.claim !== 'added' || keptStill(s, under) !== false) continue;
    if (args.some((a) => strip(m.terms, a) === o.object)) m.pinned.add(`${o.kind} ${o.line}`);
  }
}

/** The locks under which a reference was taken. A lock inside the object does not keep it. */
function keepers(m: Machine, o: Owned): readonly TermId[] {
  return o.under.filter((lock) => baseObject(m, lock) !== o.object);
}

/** References and locks of what has turned out to be no object (NULL, an error, a tagged integer) were never taken. */
export function forgetNothings(m: Machine, s: State): void {
  const nothing = (h: Held): boolean => { const base = baseObject(m, h.lock); return base !== h.lock && notAnObject(m, s.facts, base); };
  if (s.held.some(nothing)) s.held = s.held.filter((h) => !nothing(h));
  const uncounted = (o: Owned): boolean => notAnObject(m, s.facts, counted(m, o.object));
  if (s.owned.some(uncounted)) s.owned = s.owned.filter((o) => !uncounted(o));
}

/** What is locked by a call that follows the pointer exists: no path goes on with it known to be none. */
export function lockedNothing(m: Machine, s: State): boolean {
  return s.held.some((h) => { const base = baseObject(m, h.lock); return h.direct && base !== h.lock && notAnObject(m, s.facts, base); });
}

/** `value` was computed from `parts`, or is one of them. */
export function derive(m: Machine, value: TermId, parts: readonly TermId[]): void {
  let known = m.derived.get(value) ?? NONE;
  for (const part of parts) {
    const p = baseObject(m, part);
    if (p !== value && m.terms.symbols(p).length > 0 && !known.includes(p)) {
      m.derived.set(value, known = [...known, p]);
      m.carried.clear();
    }
  }
}

/** Whether one of `objects` is the counted object, or a number that it was found by (its pfn for a page). */
function leadsTo(m: Machine, objects: readonly TermId[], counted: TermId): boolean {
  const base = baseObject(m, counted);
  if (objects.includes(base)) return true;
  const found = m.terms.get(base), parts = (found.k === 'op' ? found.args : m.derived.get(base) ?? []).filter((id) => m.terms.symbols(id).length > 0);
  // On another turn of a loop the number has another name.
  return found.k === 'op' ? parts.length === 1 && objects.includes(parts[0] as TermId) : parts.every((p) => typeOf(m, p)?.pointers === 0) && parts.some((p) => objects.includes(p));
}

/** The objects that a value leads back to: what it points into, and what it was computed from. */
export function carried(m: Machine, value: TermId): readonly TermId[] {
  let known = m.carried.get(value);
  if (known === undefined) m.carried.set(value, known = leadsBack(m, value));
  return known;
}

function leadsBack(m: Machine, value: TermId): readonly TermId[] {
  const out: TermId[] = [];
  const walk = (id: TermId, steps: number): void => {
    const object = baseObject(m, id);
    if (out.includes(object) || steps > MAX_STEPS) return;
    out.push(object);
    const t = m.terms.get(object);
    for (const part of m.derived.get(object) ?? []) walk(part, steps + 1);
    if (t.k === 'op' && !t.op.startsWith('pred:') && t.op !== '!' && t.op !== '==' && t.op !== '<') for (const a of t.args) walk(a, steps + 1);
    if (t.k === 'bits' && t.base >= 0) walk(t.base, steps + 1);
  };
  walk(value, 0);
  return out;
}

/** Known to be no pointer to an object: NULL, an error pointer, or an odd number (objects are aligned). */
export function notAnObject(m: Machine, facts: Facts, id: TermId): boolean {
  if ((maskOf(m.terms, facts, id) & POS) === 0) return true;
  const odd = facts.get(m.terms.op('&', [id, m.terms.num(1)]));
  return odd !== undefined && (odd.mask & ZERO) === 0;
}

/** Reachable from memory that others see: the reference may belong to the place that the object was found or put in. */
export function isShared(m: Machine, s: State, object: TermId): boolean {
  const t = m.terms.get(object);
  if (t.k === 'load' && byValue(m, t.loc) !== null) return false;
  if (t.k === 'load') { const now = s.heap.get(t.loc); return !isLocalPlace(m, t.loc) && (now === undefined || now === object); }
  if (t.k === 'addr') { const base = baseObject(m, object); return base !== object && isShared(m, s, base); }
  for (const [loc, value] of s.heap) if (value === object && !isLocalPlace(m, loc)) return true;
  return false;
}

/** The struct that a call returned by value, when `loc` is a field of it. */
function byValue(m: Machine, loc: TermId): TermId | null {
  const t = m.terms.get(loc);
  if (t.k !== 'field') return null;
  const base = m.terms.get(t.base);
  return base.k === 'sym' && base.source === 'call' && base.type !== null && base.type.pointers === 0 ? t.base : null;
}

/** Part of one of the function's own variables. */
export function isLocalPlace(m: Machine, loc: TermId): boolean {
  const t = m.terms.get(loc);
  if (t.k === 'var') return !t.global;
  if (t.k !== 'field' && t.k !== 'elem') return false;
  const base = m.terms.get(t.base);
  return base.k === 'addr' && isLocalPlace(m, base.loc);
}

/** The reference came with the object: nobody here knew it before the call that gave both. */
function isFresh(m: Machine, target: TermId, site: Site): boolean {
  const base = baseObject(m, target), found = m.terms.get(base);
  const struct = found.k === 'load' ? byValue(m, found.loc) : null;
  const t = m.terms.get(struct ?? base);
  if (t.k === 'sym' && t.origin.startsWith('call:') && !t.origin.endsWith(`:${site.call.slice(0, -2)}`)) return false;
  return t.k === 'sym' && t.source === 'call' && t.origin.slice(t.origin.indexOf(':') + 1).startsWith(`${site.block}:${site.line}:`);
}
