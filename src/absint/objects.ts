import { maskOf, narrow, NONZERO, POS, ZERO } from './fact.js';
import { type Machine, strip } from './machine.js';
import type { Site } from './recorded.js';
import { copyOf } from './small-map.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

/** How symbols are called that stand for fields whose object was locked since they were read. */
export const REREAD = 'reread:';

/** The object is what the call of this site returned. */
export function cameWith(m: Machine, object: TermId, site: Site): boolean {
  const t = m.terms.get(object);
  return t.k === 'sym' && t.source === 'call' && t.origin.startsWith(`call:${site.block}:${site.line}:`) && t.origin.endsWith(`:${site.call.slice(0, -2)}`);
}

/** What has been followed is no NULL pointer: the rest of the path may rely on it. False when it was known to be one, or an error pointer. */
export function exists(m: Machine, s: State, object: TermId): boolean {
  const mask = maskOf(m.terms, s.facts, object);
  if ((mask & POS) === 0) return false;
  if ((mask & ZERO) === 0) return true;
  const facts = copyOf(s.facts);
  narrow(m.terms, facts, object, NONZERO);
  s.facts = facts;
  return true;
}

/** The object that an address points into. */
export function baseObject(m: Machine, id: TermId): TermId {
  let base = m.bases.get(id);
  if (base === undefined) m.bases.set(id, (base = findBase(m, id)));
  return base;
}

function findBase(m: Machine, id: TermId): TermId {
  const t = m.terms.get(id);
  if (t.k === 'addr') {
    const loc = m.terms.get(t.loc);
    if (loc.k === 'field' || loc.k === 'elem') return baseObject(m, loc.base);
  }
  if (t.k === 'op' && t.op.startsWith('as:')) return baseObject(m, t.args[0] as TermId);
  return strip(m.terms, id);
}

/** True when only this function knows the object: it came from a call or an iterator, not from the caller's arguments. */
export function isPrivate(m: Machine, id: TermId): boolean {
  const t = m.terms.get(strip(m.terms, id));
  return t.k === 'sym' && (t.source === 'call' || t.source === 'element' || t.source === 'phi' || t.source === 'old');
}

/** The place that a value was read from, at first or once a lock let it change. */
export function readFrom(m: Machine, id: TermId): TermId | null {
  const t = m.terms.get(id);
  return t.k === 'load' ? t.loc : t.k === 'sym' && t.origin.startsWith(REREAD) ? (Number(t.origin.split(':').at(-1)) as TermId) : null;
}
