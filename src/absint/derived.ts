import { type Facts, maskOf, POS, ZERO } from './fact.js';
import { type Machine, typeOf } from './machine.js';
import { baseObject } from './objects.js';
import type { Site } from './recorded.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

/** Shared, so that asking costs nothing where there is nothing. */
export const NONE: readonly TermId[] = [];

/** Values that point into an object through more steps than this are not followed to it. */
const MAX_STEPS = 16;

/** `value` was computed from `parts`, or is one of them. */
export function derive(m: Machine, value: TermId, parts: readonly TermId[]): void {
  let known = m.derived.get(value) ?? NONE;
  for (const part of parts) {
    const p = baseObject(m, part);
    if (p !== value && m.terms.symbols(p).length > 0 && !known.includes(p)) {
      m.derived.set(value, (known = [...known, p]));
      m.carried.clear();
    }
  }
}

/** Whether one of `objects` is the counted object, or a number that it was found by (its pfn for a page). */
export function leadsTo(m: Machine, objects: readonly TermId[], counted: TermId): boolean {
  const base = baseObject(m, counted);
  if (objects.includes(base)) return true;
  const found = m.terms.get(base);
  const parts = (found.k === 'op' ? found.args : (m.derived.get(base) ?? [])).filter((id) => m.terms.symbols(id).length > 0);
  // On another turn of a loop the number has another name.
  return found.k === 'op'
    ? parts.length === 1 && objects.includes(parts[0] as TermId)
    : parts.every((p) => typeOf(m, p)?.pointers === 0) && parts.some((p) => objects.includes(p));
}

/** The objects that a value leads back to: what it points into, and what it was computed from. */
export function carried(m: Machine, value: TermId): readonly TermId[] {
  let known = m.carried.get(value);
  if (known === undefined) m.carried.set(value, (known = leadsBack(m, value)));
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
  if (t.k === 'load') {
    const now = s.heap.get(t.loc);
    return !isLocalPlace(m, t.loc) && (now === undefined || now === object);
  }
  if (t.k === 'addr') {
    const base = baseObject(m, object);
    return base !== object && isShared(m, s, base);
  }
  for (const [loc, value] of s.heap) if (value === object && !isLocalPlace(m, loc)) return true;
  return false;
}

/** The struct that a call returned by value, when `loc` is a field of it. */
export function byValue(m: Machine, loc: TermId): TermId | null {
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
export function isFresh(m: Machine, target: TermId, site: Site): boolean {
  const base = baseObject(m, target);
  const found = m.terms.get(base);
  const struct = found.k === 'load' ? byValue(m, found.loc) : null;
  const t = m.terms.get(struct ?? base);
  if (t.k === 'sym' && t.origin.startsWith('call:') && !t.origin.endsWith(`:${site.call.slice(0, -2)}`)) return false;
  return t.k === 'sym' && t.source === 'call' && t.origin.slice(t.origin.indexOf(':') + 1).startsWith(`${site.block}:${site.line}:`);
}
