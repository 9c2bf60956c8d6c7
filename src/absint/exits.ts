import { INTERRUPT_KINDS } from '../kernel/contract.js';
import { isPartial } from '../parse/c/unshown.js';
import { contradictions } from './assumed.js';
import { nameOf } from './exit-views.js';
import type { Exit } from './exit.js';
import { judgeHeld } from './held-at-exit.js';
import { knownNull, ledTo, ownerStored, resultStored, returned } from './leads-out.js';
import { type Event, lockClass, type Machine } from './machine.js';
import { SAYS_LOCK, spoken } from './name-words.js';
import { isOwnStill } from './own-still.js';
import { judgeOwned } from './owned-at-exit.js';
import { baseObject } from './objects.js';
import { partnerOf } from './resources.js';
import { dropsOnSomeExits, keepsOnSomeExits, keptOnSomeExits } from './uneven-exits.js';

/** Judges the ends of a function against each other: what is left over on one and not on its siblings. */
export function judgeExits(m: Machine, exits: readonly Exit[]): Event[] {
  const events: Event[] = [];
  const parts = new Map<number, readonly Exit[]>();
  for (const e of exits) parts.set(e.state.part, [...(parts.get(e.state.part) ?? []), e]);
  // Ends that are reached from different shown parts have nothing in common to be compared by.
  if (parts.size > 1) return [...parts.values()].flatMap((same) => judgeExits(m, same));
  const partial = isPartial(m.fn);
  for (const e of exits) {
    for (const h of e.state.held) {
      if (
        ((h.escaped || ownerStored(m, e, h.lock)) && !isOwnStill(m, e, h, SAYS_LOCK.test(spoken(m)))) ||
        e.state.entry.get(h.lock)?.assumed === 'held' ||
        (h.kind !== 'srcu' && returned(m, e, h.lock)) ||
        ledTo(m, e, h.lock)
      )
        continue;
      const judged = resultStored(m, e, h) ? 'contract' : judgeHeld(m, e, h, exits);
      const certainty = judged === 'named' ? 'contract' : judged;
      const partner = INTERRUPT_KINDS.has(h.kind) ? partnerOf(e.state, h) : null;
      if (INTERRUPT_KINDS.has(h.kind) && partner === 'held') continue;
      events.push({
        kind: partner ? 'mode-mismatch' : 'held-at-exit',
        resource: partner ?? lockClass(m, h.lock),
        place: h.place,
        lockKind: h.kind,
        line: e.line,
        otherLine: h.line,
        exitClass: nameOf(m, e),
        trace: e.state.trace,
        certainty,
        detail: partner ? 'interrupts' : h.mode,
        object: m.named.get(h.lock) ?? null,
        ...(judged === 'named' && !partner ? { doubt: 'name' } : {}),
      });
    }
    for (const o of e.state.owned) {
      if (returned(m, e, o.object) || knownNull(m, e.state.facts, o.object)) continue;
      const certainty = judgeOwned(m, e, o, exits);
      if (certainty === null) continue;
      const lent =
        certainty === 'contract' && (o.lent || o.escaped) && o.claim === 'found' && judgeOwned(m, e, { ...o, lent: false, escaped: false }, exits) === 'sure'
          ? m.keepers.get(baseObject(m, o.object))
          : undefined;
      events.push({
        kind: 'owned-at-exit',
        resource: `${o.kind} reference`,
        place: o.place,
        lockKind: o.kind,
        line: e.line,
        otherLine: o.line,
        exitClass: nameOf(m, e),
        trace: e.state.trace,
        certainty,
        detail: '',
        object: m.named.get(o.object) ?? null,
        ...(lent === undefined ? {} : { doubt: lent }),
      });
    }
  }
  return [
    ...events,
    ...(partial ? [] : contradictions(m, exits)),
    ...dropsOnSomeExits(m, exits),
    ...(partial ? [] : keepsOnSomeExits(m, exits)),
    ...keptOnSomeExits(m, exits),
  ];
}
