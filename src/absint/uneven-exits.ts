import { isSectionKind } from '../kernel/contract.js';
import { contradict, exitMask, ofArguments, plain, tellsApart, unlocked } from './exit-cases.js';
import { nameOf } from './exit-views.js';
import type { Exit } from './exit.js';
import { NEG } from './fact.js';
import { type Event, lockClass, type Machine } from './machine.js';
import { baseObject, isPrivate } from './objects.js';
import { ofCaller, type TermId } from './term.js';

/** The caller's reference is given up on some exits of a result and not on others. */
export function dropsOnSomeExits(m: Machine, exits: readonly Exit[]): Event[] {
  const events: Event[] = [];
  for (const e of exits)
    for (const [key, d] of e.state.dropped) {
      if (isPrivate(m, d.object)) continue;
      const rivals = exits.filter((x) => !x.state.dropped.has(key) && (exitMask(m, x) & exitMask(m, e)) !== 0 && !contradict(m, e.state.facts, x.state.facts));
      const consistent = rivals.length === 0;
      events.push({
        kind: 'put-not-owned',
        resource: `${d.kind} reference`,
        place: d.place,
        lockKind: d.kind,
        line: d.line,
        otherLine: 0,
        exitClass: nameOf(m, e),
        trace: e.state.trace,
        certainty: 'contract',
        detail: consistent ? 'drops' : 'some',
        object: m.named.get(d.object) ?? null,
      });
    }
  return events;
}

/**
 * The caller's reference is given up on one exit and kept on another that returns the very same, although both had
 * the object locked, and nobody else was given it.
 */
export function keepsOnSomeExits(m: Machine, exits: readonly Exit[]): Event[] {
  const events = new Map<string, Event>();
  for (const x of exits)
    for (const [key, d] of x.state.dropped) {
      if (isPrivate(m, d.object) || x.value === null || m.terms.get(x.value).k !== 'num') continue;
      for (const e of exits) {
        if (
          e.value !== x.value ||
          e.block === x.block ||
          e.state.dropped.has(key) ||
          e.state.passed.has(baseObject(m, d.object)) ||
          e.state.owned.some((o) => o.object === d.object)
        )
          continue;
        if (!unlocked(m, e, d.object) || !unlocked(m, x, d.object) || contradict(m, plain(m, e.state.facts), x.state.facts) || tellsApart(m, e, x)) continue;
        const at = `${e.line} ${key}`;
        if (!events.has(at))
          events.set(at, {
            kind: 'owned-at-exit',
            resource: `${d.kind} reference`,
            place: d.place,
            lockKind: d.kind,
            line: e.line,
            otherLine: d.line,
            exitClass: nameOf(m, e),
            trace: e.state.trace,
            certainty: 'sure',
            detail: 'kept',
            object: m.named.get(d.object) ?? null,
          });
      }
    }
  return [...events.values()];
}

/** The caller's lock is released on one exit of a result and left held on another that the caller cannot tell from it. */
export function keptOnSomeExits(m: Machine, exits: readonly Exit[]): Event[] {
  const events = new Map<string, Event>();
  for (const e of exits)
    for (const [lock, entry] of e.state.entry) {
      // A lock taken instead of the caller's may be what the caller gives back.
      if (
        e.state.held.some((h) => !isSectionKind(h.kind)) ||
        entry.assumed !== 'held' ||
        !entry.direct ||
        e.value === null ||
        e.state.held.some((h) => h.lock === lock) ||
        isPrivate(m, baseObject(m, lock))
      )
        continue;
      for (const x of exits) {
        const t = m.terms.get(lock);
        const asOne = alone(m, x, exits, lock);
        if (
          x === e ||
          (!asOne && (entry.kind !== 'spin' || m.terms.get(e.value).k !== 'num' || x.value !== e.value)) ||
          (t.k === 'load' && x.state.heap.has(t.loc)) ||
          contradict(m, asOne ? ofArguments(m, e.state.facts) : e.state.facts, x.state.facts) ||
          tellsApart(m, e, x)
        )
          continue;
        const there = x.state.entry.get(lock);
        if (there ? there.assumed !== 'held' || !x.state.held.some((h) => h.lock === lock) : false) continue;
        const key = `${x.line} ${lock}`;
        if (!events.has(key))
          events.set(key, {
            kind: 'held-at-exit',
            resource: lockClass(m, lock),
            place: entry.place,
            lockKind: entry.kind,
            line: x.line,
            otherLine: entry.line,
            exitClass: nameOf(m, x),
            trace: x.state.trace,
            certainty: 'sure',
            detail: 'kept',
            object: m.named.get(lock) ?? null,
          });
      }
    }
  return [...events.values()];
}

/** The caller cannot tell `x` from two other ways and more out of the function, which give its lock back: by the constant that they return, or by the error, where all ways out give it back. */
function alone(m: Machine, x: Exit, exits: readonly Exit[], lock: TermId): boolean {
  const fails = exitMask(m, x) === NEG;
  const alike = exits.filter((o) => o.line !== x.line && (fails ? (exitMask(m, o) & NEG) !== 0 : o.value === x.value));
  const gives = (o: Exit): boolean => o.state.entry.get(lock)?.assumed === 'held' && !o.state.held.some((h) => h.lock === lock);
  return (
    ofCaller(m.terms, lock) &&
    (fails || (x.value !== null && m.terms.get(x.value).k === 'num')) &&
    new Set(alike.map((o) => o.line)).size > 1 &&
    (fails ? exits.filter((o) => o.line !== x.line) : alike).every(gives)
  );
}
