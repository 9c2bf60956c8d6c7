import type { LockKind } from '../kernel/contract.js';
import { type Machine, typeOf } from './machine.js';
import { baseObject, REREAD } from './objects.js';
import type { Site } from './recorded.js';
import type { State } from './state.js';
import { isCall, leadsThrough, type TermId } from './term.js';

/** Kinds that nest freely: taking them again is no error. */
export const NESTING: ReadonlySet<LockKind> = new Set<LockKind>(['rcu', 'srcu', 'preempt', 'bh', 'irq', 'local', 'pair', 'seq']);

/**
 * Taking a lock that lives in an object lets the object's other fields change: what they hold is read anew. What
 * predicates said of the object is kept: code that asks twice relies on the answer.
 */
export function rereadFieldsOf(m: Machine, s: State, lock: TermId, site: Pick<Site, 'block' | 'line'>): void {
  const t = m.terms.get(lock);
  const owner = t.k === 'addr' ? m.terms.get(t.loc) : null;
  if (owner?.k !== 'field' && !(owner?.k === 'var' && owner.global)) return;
  const base = baseObject(m, lock);
  // What was asked under another lock, or decided whether to take it, is asked again when that one is given back.
  if (owner.k === 'field' && !s.held.some((h) => h.lock !== lock && !NESTING.has(h.kind))) lookAgain(m, s, base);
  for (const id of s.facts.keys()) {
    for (const loc of loadsIn(m, id)) {
      const read = m.terms.get(loc);
      if (read.k !== 'field' && read.k !== 'var') continue;
      const mayChange = owner.k === 'field' ? read.k === 'field' && read.base === base : read.k === 'var' && read.global && isNumber(m, loc);
      // What is locked stays where it was found, and what tells which lock of a table it is stays as well.
      if (mayChange && !s.heap.has(loc) && !s.held.some((h) => isNamedBy(m, h.lock, m.terms.load(loc))))
        s.heap.set(loc, m.terms.sym(`${REREAD}${site.block}:${site.line}:${loc}`, read.name, typeOf(m, loc), 'unknown'));
    }
  }
}

/** The object of a lock is `value`, or the lock is the element of an array to whose index `value` leads. */
function isNamedBy(m: Machine, lock: TermId, value: TermId): boolean {
  const t = m.terms.get(lock);
  const loc = t.k === 'addr' ? m.terms.get(t.loc) : null;
  return baseObject(m, lock) === value || (loc?.k === 'elem' && leadsThrough(m.terms, loc.index, value, true));
}

/** What a global lock protects is found in globals beside it; a pointer among them hardly changes. */
function isNumber(m: Machine, loc: TermId): boolean {
  const type = typeOf(m, loc);
  return type !== null && type.pointers === 0 && !/^(struct|union) /.test(type.base);
}

/** What functions that merely look said of `object` may not hold any more, unless a variable remembers it. */
export function lookAgain(m: Machine, s: State, object: TermId): void {
  const stale = [...s.facts.keys()].filter((id) => {
    const t = m.terms.get(id);
    return t.k === 'op' && t.op.startsWith('pred:') && t.args.includes(object) && ![...s.env.values()].includes(id);
  });
  if (stale.length > 0) s.facts = new Map([...s.facts].filter(([id]) => !stale.includes(id)));
}

/** The places whose contents a test compares; arguments of predicates do not count. */
function loadsIn(m: Machine, id: TermId): TermId[] {
  const t = m.terms.get(id);
  return t.k === 'load' ? [t.loc] : t.k === 'op' && !isCall(t.op) ? t.args.flatMap((a) => loadsIn(m, a)) : [];
}
