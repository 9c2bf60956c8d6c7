import { isSectionKind } from '../kernel/contract.js';
import { contradict } from './exit-cases.js';
import type { Exit } from './exits.js';
import { lockClass, type Event, type Machine } from './machine.js';
import { baseObject, isPrivate } from './resources.js';

type Assumption = Machine['assumptions'][number];

/** What the paths of a function assume of its caller's locks, where they cannot all be right. */
export function contradictions(m: Machine, exits: readonly Exit[]): Event[] {
  const events: Event[] = [];
  for (const held of m.assumptions) {
    if (held.assumed !== 'held' || m.unclear.has(held.lock) || isPrivate(m, baseObject(m, held.lock)) || isSectionKind(held.kind)) continue;
    const event = (otherLine: number, detail: string): Event => ({ kind: 'release-not-held', resource: lockClass(m, held.lock), place: held.place, lockKind: held.kind, line: held.line, otherLine, exitClass: '', trace: held.trace, certainty: held.kind === 'pair' ? 'contract' : 'sure', detail, object: held.object });
    const free = m.assumptions.find((f) => f.assumed === 'free' && f.lock === held.lock && f.kind === held.kind && (f.direct || held.direct) && !contradict(m, f.facts, held.facts));
    const own = free ? null : takenBySibling(m, held, exits);
    if (free) events.push(event(free.line, 'never'));
    else if (own !== null) events.push(event(own, 'unset'));
  }
  return events;
}

/**
 * The line where other paths take what the very statement gives back to which this path brings a pointer that it has not
 * set: nobody's yet, or one of the caller's that the others replace by their own. Null: there are none, or the caller can tell.
 */
function takenBySibling(m: Machine, held: Assumption, exits: readonly Exit[]): number | null {
  const own = m.releasedAt.get(`${held.line} ${held.kind}`);
  const t = m.terms.get(held.lock);
  if (own === undefined || t.k !== 'load' || !held.direct || own.lock === held.lock || contradict(m, own.facts, held.facts)) return null;
  // What one call leaves there locked another may find there.
  return exits.some((x) => x.state.held.some((h) => h.lock === x.state.heap.get(t.loc))) ? null : own.taken;
}
