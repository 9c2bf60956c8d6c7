import { onPlace } from '../cfg/print.js';
import type { LockKind } from '../kernel/contract.js';
import { arrayOf } from './arrays.js';
import { byValue, carried, isFresh, isLocalPlace, isShared, NONE, notAnObject } from './derived.js';
import { escapeHeld, mayKeep } from './handing-over.js';
import { listedReferences } from './listed.js';
import { type Machine, rootVariable, strip } from './machine.js';
import { putsNothing } from './nothing.js';
import { baseObject, isPrivate } from './objects.js';
import { note, operation, remember, report, type Site } from './recorded.js';
import { lookAgain } from './rereads.js';
import { type Held, keptStill, type Owned, type State } from './state.js';
import { leadsThrough, type TermId } from './term.js';

/** Reference kinds that are not followed: plain memory has a rule of its own to come, and doubles the states. */
const UNTRACKED: ReadonlySet<string> = new Set(['memory']);

/** Contexts that no object is protected by. */
const CONTEXTS: ReadonlySet<LockKind> = new Set<LockKind>(['irq', 'bh', 'preempt']);

/** More references than this on one object count as "some". */
const MANY = 3;

/** How `State.gave` names what was put although neither the function nor its caller is known to have had it. */
export const FOUND = 'found';

/** Takes `count` references on `object` (null: an unknown number). `explicit`: a callee took one more on something it knew; `handed`: it returned the object with it. */
export function get(m: Machine, s: State, object: TermId, kind: string, count: number | null, site: Site, explicit = false, handed = false): void {
  const target = strip(m.terms, object);
  if (UNTRACKED.has(kind) || notAnObject(m, s.facts, target)) return;
  remember(m, target, site);
  operation(m, 'gets', `${kind} reference`, site);
  note(s, site, `${site.call} takes ${/^[aeiou]/i.test(kind) ? 'an' : 'a'} ${kind} reference${onPlace(site.place)}`, {
    op: 'get',
    id: target,
    resource: `${kind} reference`,
    place: site.place,
  });
  lookAgain(m, s, target);
  const owned = s.owned.find((o) => o.object === target && o.kind === kind);
  const n = count ?? Infinity;
  if (owned) s.owned = s.owned.map((o) => (o === owned ? { ...o, count: o.count + n > MANY || o.line === site.line ? Infinity : o.count + n } : o));
  else
    s.owned = listedReferences([
      ...s.owned,
      {
        object: target,
        kind,
        count: n,
        line: site.line,
        place: site.place,
        escaped: count === null || (!handed && isShared(m, s, target)),
        lent: false,
        under: s.held.filter((h) => !CONTEXTS.has(h.kind)).map((h) => h.lock),
        claim: handed ? 'found' : explicit ? 'passed' : isFresh(m, target, site) ? 'found' : site.direct ? 'added' : 'passed',
      },
    ]);
  const owner = counted(m, target);
  const array = handed ? null : arrayOf(m, s, owner);
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
  note(
    s,
    site,
    consumed ? `${site.call} takes over the ${kind} reference${onPlace(site.place)}` : `${site.call} puts the ${kind} reference${onPlace(site.place)}`,
    { op: consumed ? 'consume' : 'put', id: target, resource: `${kind} reference`, place: site.place },
  );
  const owned = s.owned.find((o) => o.object === target && o.kind === kind) ?? s.owned.find((o) => isSameCount(m, o.object, target));
  const array = arrayOf(m, s, counted(m, target));
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
  const gone = s.gone.get(counted(m, target));
  const found = isPrivate(m, baseObject(m, target)) || isOwnField(m, target);
  // One more reference was put on what may have come with one: that is the one that goes now.
  const came = gone?.own && !gone.sure && m.given.has(counted(m, target));
  if (gone && gone.kind === kind && gone.counter === target && (gone.own || found) && !came) {
    report(
      m,
      s,
      {
        kind: 'put-not-owned',
        resource: `${kind} reference`,
        place: site.place,
        lockKind: kind,
        otherLine: gone.line,
        certainty: gone.own && !m.unclear.has(target) ? 'sure' : 'contract',
        detail: 'twice',
      },
      site,
    );
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
  s.dropped = new Map(
    [
      ...s.dropped,
      [
        key,
        {
          object: target,
          kind,
          count: Math.min((before?.count ?? 0) + 1, 2),
          line: before?.line ?? site.line,
          place: site.place,
          last: last || before?.last === true,
        },
      ] as const,
    ].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  if (before && before.count < 2)
    report(
      m,
      s,
      {
        kind: 'put-not-owned',
        resource: `${kind} reference`,
        place: site.place,
        lockKind: kind,
        otherLine: before.line,
        certainty: 'contract',
        detail: 'twice',
      },
      site,
    );
}

/** One names the object, the other the counter in it. */
function isSameCount(m: Machine, a: TermId, b: TermId): boolean {
  return a !== b && (counted(m, a) === b || counted(m, b) === a);
}

/** The reference went into an array whose elements are put one by one: how many of them that were is not known. */
export function oneOfMany(m: Machine, key: string): boolean {
  const array = m.placedIn.get(key);
  return array !== undefined && m.putFrom.has(array);
}

/** The object that a counter is in, which its last put frees. */
export function counted(m: Machine, counter: TermId): TermId {
  const t = m.terms.get(counter);
  const loc = t.k === 'addr' ? m.terms.get(t.loc) : null;
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
  report(
    m,
    s,
    {
      kind: 'use-after-put',
      resource: `${gone.kind} reference`,
      place: gone.place,
      lockKind: gone.kind,
      otherLine: gone.line,
      certainty: 'sure',
      detail: 'count',
    },
    { ...site, object: m.named.get(gone.counter) ?? null },
  );
}

/** The put of this line says that it was not the last, or that it was and the object is this path's alone: who says so may look at it. */
export function survives(s: State, line: number): void {
  if ([...s.gone.values()].some((g) => g.line === line)) s.gone = new Map([...s.gone].filter(([, g]) => g.line !== line));
}

/** Computed from what only this function has, not from what it read in memory. */
function isComputed(m: Machine, id: TermId): boolean {
  const reads = (x: TermId): boolean => {
    const t = m.terms.get(x);
    return t.k === 'load' || (t.k === 'op' && t.args.some(reads));
  };
  return m.terms.get(id).k === 'op' && !reads(id);
}

/** `s.gone` with the object of a reference that was put. */
function lost(m: Machine, s: State, counter: TermId, kind: string, own: boolean, sure: boolean, site: Site, under: readonly TermId[] = NONE): State['gone'] {
  return new Map([...s.gone, [counted(m, counter), { line: site.line, kind, place: site.place, own, sure, counter, under }]]);
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
  const nothing = (h: Held): boolean => {
    const base = baseObject(m, h.lock);
    return base !== h.lock && notAnObject(m, s.facts, base);
  };
  if (s.held.some(nothing)) s.held = s.held.filter((h) => !nothing(h));
  const uncounted = (o: Owned): boolean => notAnObject(m, s.facts, counted(m, o.object));
  if (s.owned.some(uncounted)) s.owned = s.owned.filter((o) => !uncounted(o));
}

/** What is locked by a call that follows the pointer exists: no path goes on with it known to be none. */
export function lockedNothing(m: Machine, s: State): boolean {
  return s.held.some((h) => {
    const base = baseObject(m, h.lock);
    return h.direct && base !== h.lock && notAnObject(m, s.facts, base);
  });
}
