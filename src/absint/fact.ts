import type { TermId, Terms } from './term.js';

/** A set of signs. For pointers NEG is an error pointer, ZERO is NULL, POS a usable pointer. */
export const NEG = 1, ZERO = 2, POS = 4, ANY = 7, NONZERO = 5;

/** What is known of a value: its possible signs, a value it equals, values it differs from. */
export interface Fact {
  readonly mask: number;
  readonly eq: TermId | null;
  readonly ne: readonly TermId[];
}

export const NOTHING: Fact = { mask: ANY, eq: null, ne: [] };

export type Facts = ReadonlyMap<TermId, Fact>;

/** The possible signs of `id` under `facts`. */
export function maskOf(terms: Terms, facts: Facts, id: TermId): number {
  const t = terms.get(id);
  const own = facts.get(id)?.mask ?? ANY;
  switch (t.k) {
    case 'num': return t.value < 0 ? NEG : t.value === 0 ? ZERO : POS;
    case 'name': return /^E[A-Z0-9]+$/.test(t.name) ? POS : own;
    case 'addr': return POS;
    case 'bits': return t.set.length > 0 ? NONZERO : own;
    case 'op': {
      const a = t.args[0] as TermId;
      if (t.op === '!') { const m = maskOf(terms, facts, a); return (m & ZERO ? POS : 0) | (m & NONZERO ? ZERO : 0); }
      if (t.op === '-' && t.args.length === 1) { const m = maskOf(terms, facts, a); return own & ((m & NEG ? POS : 0) | (m & ZERO) | (m & POS ? NEG : 0)); }
      if (t.op === '==' || t.op === '<') { const truth = compare(terms, facts, t.op, a, t.args[1] as TermId); return truth === null ? own & (ZERO | POS) : truth ? POS : ZERO; }
      return own;
    }
    default: return own;
  }
}

/** True, false, or null when either is possible. */
export function truth(terms: Terms, facts: Facts, id: TermId): boolean | null {
  const m = maskOf(terms, facts, id);
  return m === ZERO ? false : (m & ZERO) === 0 ? true : null;
}

/** `facts` with `id` assumed true or false; null when that cannot be. */
export function assume(terms: Terms, facts: Facts, id: TermId, value: boolean): Facts | null {
  const t = terms.get(id);
  if (t.k === 'op' && t.op === '!') return assume(terms, facts, t.args[0] as TermId, !value);
  const known = truth(terms, facts, id);
  if (known !== null) return known === value ? facts : null;
  const next = new Map(facts);
  if (t.k === 'op' && t.op === '==') {
    const [a, b] = t.args as [TermId, TermId];
    next.set(id, { ...NOTHING, mask: value ? POS : ZERO });
    for (const [x, y] of [[a, b], [b, a]] as const) {
      const old = next.get(x) ?? NOTHING;
      if (!isConstant(terms, y)) { if (value) { const m = maskOf(terms, facts, x) & maskOf(terms, facts, y); if (m === 0) return null; next.set(x, { ...old, mask: m }); } continue; }
      if (value) next.set(x, { mask: old.mask & maskOf(terms, facts, y), eq: y, ne: [] });
      else next.set(x, { ...old, ne: [...new Set([...old.ne, y])].sort((p, q) => p - q) });
    }
    return next;
  }
  if (t.k === 'op' && t.op === '<') {
    const [a, b] = t.args as [TermId, TermId];
    next.set(id, { ...NOTHING, mask: value ? POS : ZERO });
    const x = terms.get(a), y = terms.get(b);
    // a < c: with c <= 0 a is negative, with c == 1 it is not positive; the negation mirrors that. c < b likewise.
    if (y.k === 'num') { const m = value ? (y.value <= 0 ? NEG : y.value === 1 ? NEG | ZERO : ANY) : (y.value > 0 ? POS : y.value === 0 ? ZERO | POS : ANY); if (!narrow(terms, next, a, m)) return null; }
    if (x.k === 'num') { const m = value ? (x.value >= 0 ? POS : x.value === -1 ? ZERO | POS : ANY) : (x.value < 0 ? NEG : x.value === 0 ? NEG | ZERO : ANY); if (!narrow(terms, next, b, m)) return null; }
    return next;
  }
  return narrow(terms, next, id, value ? NONZERO : ZERO) ? next : null;
}

/** Restricts the signs of `id` in place; false when none is left. */
export function narrow(terms: Terms, facts: Map<TermId, Fact>, id: TermId, mask: number): boolean {
  const left = maskOf(terms, facts, id) & mask;
  if (left === 0) return false;
  const t = terms.get(id);
  if (t.k === 'num') return true;
  if (t.k === 'op' && t.op === '!') return narrow(terms, facts, t.args[0] as TermId, (mask & ZERO ? NONZERO : 0) | (mask & NONZERO ? ZERO : 0));
  if (t.k === 'op' && t.op === '-' && t.args.length === 1) narrow(terms, facts, t.args[0] as TermId, (mask & NEG ? POS : 0) | (mask & ZERO) | (mask & POS ? NEG : 0));
  const old = facts.get(id) ?? NOTHING;
  facts.set(id, { ...old, mask: left });
  return true;
}

/** What both hold. */
export function joinFacts(a: Facts, b: Facts): Facts {
  if (a === b) return a;
  const out = new Map<TermId, Fact>();
  for (const [id, x] of a) {
    const y = b.get(id);
    if (!y) continue;
    const f = joinFact(x, y);
    if (f.mask !== ANY || f.eq !== null || f.ne.length > 0) out.set(id, f);
  }
  return out;
}

export function joinFact(x: Fact, y: Fact): Fact {
  return { mask: x.mask | y.mask, eq: x.eq === y.eq ? x.eq : null, ne: x.ne.filter((n) => y.ne.includes(n) || (y.eq !== null && y.eq !== n)) };
}

export function sameFacts(a: Facts, b: Facts): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [id, x] of a) {
    const y = b.get(id);
    if (!y || x.mask !== y.mask || x.eq !== y.eq || x.ne.length !== y.ne.length || x.ne.some((n, i) => n !== y.ne[i])) return false;
  }
  return true;
}

export function isConstant(terms: Terms, id: TermId): boolean {
  const t = terms.get(id);
  return t.k === 'num' || t.k === 'name' || (t.k === 'op' && t.op === '-' && t.args.length === 1 && terms.get(t.args[0] as TermId).k === 'name');
}

function compare(terms: Terms, facts: Facts, op: '==' | '<', a: TermId, b: TermId): boolean | null {
  const x = maskOf(terms, facts, a), y = maskOf(terms, facts, b);
  if (op === '==') {
    if ((x & y) === 0) return false;
    const fa = facts.get(a), fb = facts.get(b);
    const va = fa?.eq ?? (isConstant(terms, a) ? a : null), vb = fb?.eq ?? (isConstant(terms, b) ? b : null);
    if (va !== null && vb !== null) { if (va === vb) return true; const p = terms.get(va), q = terms.get(vb); return p.k === q.k || p.k === 'op' || q.k === 'op' ? false : null; }
    if ((vb !== null && fa?.ne.includes(vb)) || (va !== null && fb?.ne.includes(va))) return false;
    if (x === ZERO && y === ZERO) return true;
    return null;
  }
  if (x === NEG && (y & NEG) === 0) return true;
  if (x === ZERO && y === POS) return true;
  if ((x & NEG) === 0 && (y & POS) === 0) return false;
  if (x === POS && (y & POS) === 0) return false;
  if (x === ZERO && (y & POS) === 0) return false;
  const p = terms.get(facts.get(a)?.eq ?? a), q = terms.get(facts.get(b)?.eq ?? b);
  if (p.k === 'num' && q.k === 'num') return p.value < q.value;
  return null;
}
