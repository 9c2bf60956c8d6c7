import { rootName } from './places.js';
import type { Contract } from '../kernel/contract.js';
import { rootVariable, typeOf, type Machine } from './machine.js';
import { escape, lend } from './handing-over.js';
import type { State } from './state.js';
import { renew } from './substitute.js';
import type { TermId } from './term.js';

/** A symbol made at one place of the code; inside a loop its former value is kept apart as the old one. */
export function freshSym(
  m: Machine,
  s: State,
  origin: string,
  text: string,
  source: 'call' | 'element' | 'unknown',
  block: number,
  type: Machine['fn']['returns'] | null = null,
): TermId {
  const sym = m.terms.sym(origin, text, type, source);
  if (m.inLoop.has(block)) renew(m.terms, s, sym);
  return sym;
}

/** What the local variable at address `a` holds in its fields and elements. */
export function contents(m: Machine, s: State, a: TermId): TermId[] {
  const t = m.terms.get(a);
  const owner = t.k === 'addr' ? rootVariable(m, t.loc) : null;
  const own = owner === null ? undefined : s.env.get(owner);
  return owner === null
    ? []
    : [...(own === undefined ? [] : [own]), ...[...s.heap].filter(([loc]) => rootVariable(m, loc) === owner).map(([, value]) => value)];
}

/** A local struct is copied to `to`, where others find it: what its members refer to goes along. */
export function handOverMembers(m: Machine, s: State, name: string, to: TermId): void {
  const type = m.variables.get(name);
  if (!type || type.pointers > 0 || type.array || !/^(struct|union) /.test(type.base)) return;
  for (const o of s.owned) {
    if (!readThrough(m, s, o.object, name)) continue;
    escape(m, s, o.object);
    const t = m.terms.get(o.object);
    const member = t.k === 'load' ? m.terms.get(t.loc) : t;
    if (member.k === 'field') s.heap.set(m.terms.field(m.terms.addr(to), member.name), o.object);
  }
  for (const [loc, value] of [...s.heap]) if (rootVariable(m, loc) === name) escape(m, s, value);
}

/** What a callee may write through `&local` and pointers to pointers. */
export function clobberScalars(m: Machine, s: State, args: readonly TermId[], block: number, line: number, contract: Contract): void {
  const named = mentioned(contract);
  args.forEach((a, i) => {
    const t = m.terms.get(a);
    const param = contract.params[i]?.name;
    if (t.k !== 'addr' || (param !== undefined && named.has(param))) return;
    const loc = m.terms.get(t.loc);
    const type = loc.k === 'var' && !loc.global ? m.variables.get(loc.name) : null;
    if (type && (type.pointers > 0 || !type.base.startsWith('struct '))) clobber(m, s, a, block, line);
  });
}

export function clobber(m: Machine, s: State, a: TermId, block: number, line: number): void {
  const t = m.terms.get(a);
  if (t.k === 'addr') {
    const owner = rootVariable(m, t.loc);
    // The owner of a lock that is held is not put in another's place meanwhile (a cursor with the tree's lock).
    if (owner === null || s.held.some((h) => readThrough(m, s, h.lock, owner))) return;
    const sym = freshSym(m, s, `out:${block}:${line}:${owner}`, owner, 'call', block, m.variables.get(owner) ?? null);
    const own = s.env.get(owner);
    if (own !== undefined) lend(m, s, own);
    // Whoever changes what a member refers to puts the one and takes the other: the account of the member stays as it is.
    for (const [loc, value] of [...s.heap])
      if (rootVariable(m, loc) === owner) {
        lend(m, s, value);
        if (!s.owned.some((o) => o.object === value)) s.heap.delete(loc);
      }
    const mine = s.owned.filter((o) => readThrough(m, s, o.object, owner));
    s.env.set(owner, sym);
    for (const o of mine) {
      const t = m.terms.get(o.object);
      if (t.k === 'load') s.heap.set(t.loc, o.object);
    }
    return;
  }
  const type = typeOf(m, a);
  if (type && type.pointers >= 2) s.heap.set(m.terms.deref(a), freshSym(m, s, `out:${block}:${line}:*${a}`, '*', 'call', block));
}

/** Whether `id` was reached through the local variable `name`. */
export function readThrough(m: Machine, s: State, id: TermId, name: string): boolean {
  const marker = s.env.get(name);
  const t = m.terms.get(id);
  if (id === marker) return true;
  switch (t.k) {
    case 'var':
      return t.name === name && !t.global;
    case 'load':
    case 'addr':
      return readThrough(m, s, t.loc, name);
    case 'field':
    case 'elem':
    case 'deref':
      return readThrough(m, s, t.base, name);
    default:
      return false;
  }
}

function mentioned(contract: Contract): ReadonlySet<string> {
  const known = namesIn.get(contract);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const o of contract.outcomes)
    for (const e of o.effects)
      if ('place' in e && e.op !== 'clobber') {
        const root = rootName(e.place);
        if (root) names.add(root);
      }
  namesIn.set(contract, names);
  return names;
}

const namesIn = new WeakMap<Contract, ReadonlySet<string>>();
