import { isSectionKind } from '../kernel/contract.js';
import { contradict } from './exit-cases.js';
import type { Exit } from './exit.js';
import { lockClass, strip, type Event, type Machine } from './machine.js';
import { baseObject, isPrivate } from './objects.js';
import type { TermId } from './term.js';

type Assumption = Machine['assumptions'][number];

/** What the paths of a function assume of its caller's locks, where they cannot all be right. */
export function contradictions(m: Machine, exits: readonly Exit[]): Event[] {
  const events: Event[] = [];
  for (const held of m.assumptions) {
    if (held.assumed !== 'held' || m.unclear.has(held.lock) || isSectionKind(held.kind)) continue;
    const own = isPrivate(m, baseObject(m, held.lock));
    const came = own ? cameBy(m, held) : null;
    if (own && came === null) continue;
    const event = (otherLine: number, detail: string): Event => ({
      kind: 'release-not-held',
      resource: lockClass(m, held.lock),
      place: held.place,
      lockKind: held.kind,
      line: held.line,
      otherLine,
      exitClass: '',
      trace: held.trace,
      certainty: held.kind === 'pair' ? 'contract' : 'sure',
      detail,
      object: held.object,
    });
    const free = m.assumptions.find(
      (f) =>
        f.assumed === 'free' &&
        f.lock === held.lock &&
        f.kind === held.kind &&
        (own ? f.direct === held.direct : f.direct || held.direct) &&
        !contradict(m, f.facts, held.facts, came),
    );
    const sibling = free || own ? null : takenBySibling(m, held, exits);
    if (free) events.push(event(free.line, 'never'));
    else if (sibling !== null) events.push(event(sibling, 'unset'));
  }
  return events;
}

/** The call that gave the object, outside of loops: what it has locked of it is the same wherever the object goes from there. */
function cameBy(m: Machine, held: Assumption): string | null {
  const t = m.terms.get(strip(m.terms, baseObject(m, held.lock)));
  const [, block, line] = t.k === 'sym' ? t.origin.split(':') : [];
  return t.k !== 'sym' || t.source !== 'call' || m.inLoop.has(Number(block)) ? null : `:${block}:${line}:`;
}

/**
 * The line where other paths take what the very statement gives back to which this path brings a pointer that it has not
 * set: nobody's yet, or one of the caller's that the others replace by their own. Null: there are none, or the caller can tell.
 */
function takenBySibling(m: Machine, held: Assumption, exits: readonly Exit[]): number | null {
  const own = m.releasedAt.get(`${held.line} ${held.kind}`);
  const t = m.terms.get(held.lock);
  const unset = t.k === 'addr' && isUnset(m, baseObject(m, held.lock));
  if (own === undefined || (t.k !== 'load' && !unset) || !held.direct || own.lock === held.lock || contradict(m, own.facts, held.facts)) return null;
  if (t.k !== 'load') return own.taken;
  // What one call leaves there locked another may find there.
  return exits.some((x) => x.state.held.some((h) => h.lock === x.state.heap.get(t.loc))) ? null : own.taken;
}

/** What a variable of the function's own would hold that nothing on this path has set. */
function isUnset(m: Machine, id: TermId): boolean {
  const t = m.terms.get(id);
  const loc = t.k === 'load' ? m.terms.get(t.loc) : null;
  return loc?.k === 'var' && !loc.global && m.variables.get(loc.name)?.pointers === 1 && !m.fn.params.some((p) => p.name === loc.name);
}
