import type { Machine } from './machine.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

/** The array that a value was read from. */
export function arrayOf(m: Machine, s: State, value: TermId): TermId | null {
  const t = m.terms.get(value);
  const places = t.k === 'load' ? [t.loc] : [...s.heap].flatMap(([loc, x]) => (x === value ? [loc] : []));
  for (const loc of places) {
    const array = arrayAround(m, loc);
    if (array !== null) return array;
  }
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
