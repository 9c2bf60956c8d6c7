import { exitMask } from './exit-cases.js';
import type { Exit } from './exit.js';
import { type Facts, NEG } from './fact.js';
import { type Machine, strip, typeOf } from './machine.js';
import { HANDS_OUT, spoken } from './name-words.js';
import { carried, isLocalPlace, notAnObject } from './derived.js';
import { baseObject, readFrom } from './objects.js';
import type { Held } from './state.js';
import { leadsThrough, type TermId } from './term.js';

/** Types of results that are no pointer in disguise. */
const NUMBERS = /^(int|bool|_Bool|long|ssize_t|vm_fault_t|void|unsigned int)$|^enum /;

/** The result of a call in this line. */
export function cameAt(m: Machine, id: TermId, line: number): boolean {
  const t = m.terms.get(id);
  return t.k === 'sym' && t.source === 'call' && t.origin.split(':')[2] === String(line);
}

/** What the function returns leads back to `id`; a number says nothing of where it came from. */
export function returned(m: Machine, e: Exit, id: TermId): boolean {
  if (e.value === null) return false;
  const base = baseObject(m, e.value);
  const object = baseObject(m, id);
  const { returns } = m.fn;
  if (base === object || strip(m.terms, e.value) === id) return true;
  if (returns.pointers === 0 && NUMBERS.test(returns.base)) return false;
  if (originsOf(m, e, e.value).includes(object)) return true;
  // A getter may hand out a part of what it holds.
  if (HANDS_OUT.test(spoken(m)) && leadsThrough(m.terms, readFrom(m, e.value) ?? e.value, object)) return true;
  // A struct returned by value takes along what its fields hold.
  const t = m.terms.get(e.value);
  return (
    returns.pointers === 0 &&
    (t.k === 'load' || t.k === 'sym') &&
    [...e.state.heap].some(([loc, value]) => isLocalPlace(m, loc) && baseObject(m, value) === object)
  );
}

/** The lock is reached through the pointer that is returned: the caller finds it. */
export function ledTo(m: Machine, e: Exit, lock: TermId): boolean {
  const value = e.value === null ? null : strip(m.terms, e.value);
  return value !== null && m.fn.returns.pointers > 0 && m.terms.symbols(value).length > 0 && leadsThrough(m.terms, lock, value);
}

/** What the value of an exit leads back to; asked of every lock and reference, once all paths have been followed. */
function originsOf(m: Machine, e: Exit, value: TermId): readonly TermId[] {
  let known = origins.get(e);
  if (known === undefined) origins.set(e, (known = carried(m, value)));
  return known;
}

const origins = new WeakMap<Exit, readonly TermId[]>();

/** What the helper that took the lock gave is left where the caller finds it: the lock goes along. */
export function resultStored(m: Machine, e: Exit, h: Held): boolean {
  return (
    !h.direct &&
    (exitMask(m, e) & NEG) === 0 &&
    [...e.state.heap].some(([loc, value]) => cameAt(m, value, h.line) && typeOf(m, value)?.pointers === 1 && !isLocalPlace(m, loc))
  );
}

/** What was found through the lock's owner is left where the caller finds it: the owner goes along. */
export function ownerStored(m: Machine, e: Exit, lock: TermId): boolean {
  const owner = baseObject(m, lock);
  return [...e.state.heap].some(
    ([loc, value]) =>
      !isLocalPlace(m, loc) &&
      value !== owner &&
      typeOf(m, value)?.pointers !== 0 &&
      readFrom(m, value) !== null &&
      leadsThrough(m.terms, readFrom(m, value) ?? value, owner) &&
      !leadsThrough(m.terms, loc, owner),
  );
}

/** The place where a pointer to the lock itself is left for the caller (`*ptlp = ptl`). */
export function storedOut(m: Machine, e: Exit, lock: TermId): TermId | null {
  for (const [loc, value] of e.state.heap) {
    const t = m.terms.get(loc);
    if (strip(m.terms, value) === lock && !(t.k === 'var' && !t.global)) return loc;
  }
  return null;
}

export function knownNull(m: Machine, facts: Facts, id: TermId): boolean {
  return notAnObject(m, facts, id);
}
