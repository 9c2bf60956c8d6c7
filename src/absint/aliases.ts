import type { LockKind } from '../kernel/contract.js';
import { lockClass, type Machine, typeOf } from './machine.js';
import { baseObject, readFrom } from './objects.js';
import type { Held, State } from './state.js';
import type { TermId } from './term.js';

/** A held lock that the released one may be: known equal, or of the same class when either is not known precisely. */
export function alias(m: Machine, s: State, lock: TermId, kind: LockKind): Held | undefined {
  const same = s.held.filter((h) => h.kind === kind);
  for (const h of same) {
    const equal = m.terms.op('==', [baseObject(m, h.lock), baseObject(m, lock)]);
    const f = s.facts.get(equal);
    if (f && (f.mask & 2) === 0 && sameField(m, h.lock, lock)) return h;
    const read = readFrom(m, baseObject(m, lock));
    if (read !== null && read === readFrom(m, baseObject(m, h.lock)) && sameField(m, h.lock, lock)) return h;
  }
  // The owner that a member points to may be one that has a name of its own here.
  const vague = (id: TermId): boolean =>
    m.terms.symbols(id).some((x) => {
      const t = m.terms.get(x);
      return t.k === 'sym' && t.source !== 'param';
    }) ||
    isPointerLock(m, id) ||
    m.terms.get(baseObject(m, id)).k === 'load';
  // Brackets of one kind are closed in the reverse order, whatever name their object has by then.
  if (kind === 'pair' && !s.entry.has(lock)) {
    const like = same.filter((h) => sameField(m, h.lock, lock));
    if (like.length > 0) return like.sort((a, b) => a.line - b.line).at(-1);
  }
  const candidates = same.filter(
    (h) => (vague(h.lock) || vague(lock)) && mayBeOfOneClass(m, h.lock, lock) && !apart(m, s, baseObject(m, h.lock), baseObject(m, lock)),
  );
  if (candidates.length > 0) return candidates.at(-1);
  const loose = same.filter((h) => isPointerLock(m, h.lock) && isPointerLock(m, lock) && (typeOf(m, lock)?.base ?? null) === (typeOf(m, h.lock)?.base ?? null));
  return loose.length === 1 && !s.entry.has(lock) ? loose[0] : undefined;
}

/** Of one class, or of the same member where the type of one owner is declared out of sight. */
function mayBeOfOneClass(m: Machine, a: TermId, b: TermId): boolean {
  if (lockClass(m, a) === lockClass(m, b)) return true;
  const known = (id: TermId): boolean => typeOf(m, baseObject(m, id)) !== null;
  return sameField(m, a, b) && m.terms.get(a).k === 'addr' && !(known(a) && known(b));
}

/** Two objects that two variables or places hold at the same time, one of them from a call that was not given the other. */
function apart(m: Machine, s: State, a: TermId, b: TermId): boolean {
  const called = (id: TermId): boolean => {
    const t = m.terms.get(id);
    return t.k === 'sym' && t.source === 'call';
  };
  if (a === b || (!called(a) && !called(b))) return false;
  const values = new Set([...s.env.values(), ...s.heap.values()]);
  return values.has(a) && values.has(b) && !madeOf(m, a, b) && !madeOf(m, b, a);
}

/** `value` was computed from `part`, by however many calls. */
function madeOf(m: Machine, value: TermId, part: TermId, steps = 0): boolean {
  return steps < 8 && (m.derived.get(value) ?? []).some((p) => p === part || madeOf(m, p, part, steps + 1));
}

/** Both are the same member, through the same structs inside structs, of whatever object. */
export function sameField(m: Machine, a: TermId, b: TermId): boolean {
  const x = m.terms.get(a);
  const y = m.terms.get(b);
  if (x.k !== 'addr' || y.k !== 'addr') return x.k === y.k;
  const p = m.terms.get(x.loc);
  const q = m.terms.get(y.loc);
  if (p.k !== 'field' || q.k !== 'field' || p.name !== q.name) return false;
  return (!isInside(m, p.base) && !isInside(m, q.base)) || sameField(m, p.base, q.base);
}

/** The address of a struct inside another; that of an element of an array is as good as a pointer. */
function isInside(m: Machine, id: TermId): boolean {
  const t = m.terms.get(id);
  return t.k === 'addr' && m.terms.get(t.loc).k === 'field';
}

/** A lock that is only known through a pointer to it (a page-table lock in a variable). */
function isPointerLock(m: Machine, id: TermId): boolean {
  const t = m.terms.get(id);
  return t.k === 'sym' || t.k === 'load' || t.k === 'op';
}
