import type { CType } from '../parse/c/ast.js';
import type { LockKind } from '../kernel/contract.js';
import { typeOf, type Machine } from './machine.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

/**
 * A section that comes with a pointer (`__enters` of the knowledge) and ends where that pointer is given up, in
 * whatever function: it says who must not sleep meanwhile, and its balance is nobody's concern.
 */
export function isSection(m: Machine, lock: TermId, kind: LockKind): boolean {
  if (kind !== 'rcu') return false;
  const t = m.terms.get(lock);
  const loc = t.k === 'addr' ? m.terms.get(t.loc) : t;
  return loc.k === 'var' && loc.name.startsWith('__');
}

/** A callee that may give up what the section came with: behind the call it is not certainly open any more. */
export function mayLeave(m: Machine, s: State, args: readonly TermId[]): void {
  const left = s.held.filter((h) => isSection(m, h.lock, h.kind) && args.some((a) => carries(m, typeOf(m, a), m.sections.get(h.lock) ?? null)));
  if (left.length > 0) s.held = s.held.filter((h) => !left.includes(h));
}

/** What is held, without sections: what a function leaves to its caller does not speak of them. */
export function withoutSections(m: Machine, s: State): State {
  const left = s.held.filter((h) => !isSection(m, h.lock, h.kind));
  return left.length === s.held.length ? s : { ...s, held: left };
}

/** A pointer of the section's type, or to a struct that has one. */
function carries(m: Machine, type: CType | null, pointer: CType | null): boolean {
  if (type === null || pointer === null || type.pointers === 0) return false;
  if (type.base === pointer.base) return true;
  return (m.types.structs.get(type.base)?.fields ?? []).some((f) => f.type.base === pointer.base && f.type.pointers === pointer.pointers);
}
