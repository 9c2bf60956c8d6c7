import { noteStore, type At } from './carried.js';
import { typeOf, type Machine } from './machine.js';
import { arrayAround, placeIn } from './arrays.js';
import { carried, isLocalPlace } from './derived.js';
import { escape, escapeHeld, escapeReached } from './handing-over.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

/** Writes `value` to `loc`; storing an object outside this function's variables hands it on. */
export function writePlace(m: Machine, s: State, loc: TermId, value: TermId, at: At): void {
  const t = m.terms.get(loc);
  if (t.k === 'var' && !t.global) {
    s.env.set(t.name, value);
    return;
  }
  if (counts(m, s, loc, value)) {
    s.heap.set(loc, value);
    return;
  }
  const locked = noteStore(m, s, loc, value, at);
  s.heap.set(loc, value);
  const array = arrayAround(m, loc);
  if (array !== null) placeIn(m, s, value, array);
  if (isLocalPlace(m, loc)) {
    escapeHeld(m, s, value);
    return;
  }
  escape(m, s, value);
  if (locked) for (const part of carried(m, value)) escapeReached(m, s, part);
  // What the caller gets through its own pointer it gets with the lock of what it was made from.
  const out = t.k === 'deref' ? m.terms.get(t.base) : null;
  if (out?.k === 'sym' && out.source === 'param' && (typeOf(m, m.terms.load(loc))?.pointers ?? 0) > 0)
    for (const part of m.derived.get(value) ?? []) escapeHeld(m, s, part);
}

/** `sum += n`: what is added up there does not lead back to what was counted. */
function counts(m: Machine, s: State, loc: TermId, value: TermId): boolean {
  const t = m.terms.get(value);
  return t.k === 'op' && (t.op === '+' || t.op === '-') && t.args.includes(s.heap.get(loc) ?? m.terms.load(loc)) && (typeOf(m, loc)?.pointers ?? 0) === 0;
}
