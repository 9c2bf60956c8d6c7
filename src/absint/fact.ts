import { copyOf, sameMap, SmallMap, someOf } from './small-map.js';
import type { TermId, Terms } from './term.js';

/** A set of signs. For pointers NEG is an error pointer, ZERO is NULL, POS a usable pointer. */
export const NEG = 1,
  ZERO = 2,
  POS = 4,
  ANY = 7,
  NONZERO = 5;

/** What is known of a value: its possible signs, the constants it may be (null: any), values it differs from. */
export interface Fact {
  readonly mask: number;
  /** Sorted; at most `MAX_VALUES`. */
  readonly is: readonly TermId[] | null;
  readonly ne: readonly TermId[];
}

export const NOTHING: Fact = { mask: ANY, is: null, ne: [] };

const MAX_VALUES = 6;

export type Facts = ReadonlyMap<TermId, Fact>;

/** The possible signs of `id` under `facts`. */
export function maskOf(terms: Terms, facts: Facts, id: TermId): number {
  const t = terms.get(id);
  const own = facts.get(id)?.mask ?? ANY;
  switch (t.k) {
    case 'num':
      return t.value < 0 ? NEG : t.value === 0 ? ZERO : POS;
    case 'name': {
      const value = terms.constant(t.name);
      return value !== null ? (value < 0 ? NEG : value === 0 ? ZERO : POS) : /^E[A-Z0-9]+$/.test(t.name) ? POS : own;
    }
    case 'addr':
      return POS;
    case 'bits':
      return t.set.length > 0 ? NONZERO : own;
    case 'op': {
      const a = t.args[0] as TermId;
      if (t.op === '!') {
        const m = maskOf(terms, facts, a);
        return (m & ZERO ? POS : 0) | (m & NONZERO ? ZERO : 0);
      }
      if (t.op === '-' && t.args.length === 1) {
        const m = maskOf(terms, facts, a);
        return own & ((m & NEG ? POS : 0) | (m & ZERO) | (m & POS ? NEG : 0));
      }
      if (t.op === '==' || t.op === '<') {
        const truth = compare(terms, facts, t.op, a, t.args[1] as TermId);
        return truth === null ? own & (ZERO | POS) : truth ? POS : ZERO;
      }
      if (t.op === '<<' && maskOf(terms, facts, a) === POS) return POS;
      if (t.op === '&' && own === ANY) return testBits(terms, facts, id, t.args);
      return isSameSign(t.op) ? own & maskOf(terms, facts, a) : own;
    }
    default:
      return own;
  }
}

/** What the operator makes of NULL is NULL, and of an object an object: an element, a container, a handle and what it stands for. */
function isSameSign(op: string): boolean {
  return op === 'ptr+' || op.startsWith('in:') || op.startsWith('of:') || op.startsWith('as:');
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
  if (known !== null && known !== value) return null;
  // What follows from one flag is written down for the whole test: at a join another path may know it by another flag.
  if (known !== null) return t.k === 'op' && t.op === '&' && !facts.has(id) ? copyOf(facts).set(id, { ...NOTHING, mask: known ? NONZERO : ZERO }) : facts;
  const next = copyOf(facts);
  if (t.k === 'op' && t.op === '==') {
    const [a, b] = t.args as [TermId, TermId];
    next.set(id, { ...NOTHING, mask: value ? POS : ZERO });
    for (const [x, y] of [
      [a, b],
      [b, a],
    ] as const) {
      const old = next.get(x) ?? NOTHING;
      if (!isConstant(terms, y)) {
        if (value) {
          const m = maskOf(terms, facts, x) & maskOf(terms, facts, y);
          if (m === 0) return null;
          next.set(x, { ...old, mask: m });
        }
        continue;
      }
      if (value) next.set(x, { mask: old.mask & maskOf(terms, facts, y), is: [y], ne: [] });
      else if (old.is) {
        const left = old.is.filter((v) => v !== y);
        if (left.length === 0) return null;
        next.set(x, { ...old, is: left, mask: old.mask & signs(terms, left) });
      } else next.set(x, { ...old, ne: [...new Set([...old.ne, y])].sort((p, q) => p - q) });
    }
    return next;
  }
  if (t.k === 'op' && t.op === '<') {
    const [a, b] = t.args as [TermId, TermId];
    next.set(id, { ...NOTHING, mask: value ? POS : ZERO });
    const x = terms.get(a);
    const y = terms.get(b);
    // a < c: with c <= 0 a is negative, with c == 1 it is not positive; the negation mirrors that. c < b likewise.
    if (y.k === 'num') {
      const m = value ? (y.value <= 0 ? NEG : y.value === 1 ? NEG | ZERO : ANY) : y.value > 0 ? POS : y.value === 0 ? ZERO | POS : ANY;
      if (!narrow(terms, next, a, m)) return null;
    }
    if (x.k === 'num') {
      const m = value ? (x.value >= 0 ? POS : x.value === -1 ? ZERO | POS : ANY) : x.value < 0 ? NEG : x.value === 0 ? NEG | ZERO : ANY;
      if (!narrow(terms, next, b, m)) return null;
    }
    // What is more than something positive is positive, and so on: of a named constant often only the sign is known.
    const ma = maskOf(terms, facts, a);
    const mb = maskOf(terms, facts, b);
    const left = value ? ((mb & POS) === 0 ? NEG : ANY) : mb === POS ? POS : (mb & NEG) === 0 ? ZERO | POS : ANY;
    const right = value ? ((ma & NEG) === 0 ? POS : ANY) : ma === NEG ? NEG : (ma & POS) === 0 ? NEG | ZERO : ANY;
    return narrow(terms, next, a, left) && narrow(terms, next, b, right) ? next : null;
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
  if (t.k === 'op' && t.op === '-' && t.args.length === 1)
    narrow(terms, facts, t.args[0] as TermId, (mask & NEG ? POS : 0) | (mask & ZERO) | (mask & POS ? NEG : 0));
  if (t.k === 'op' && isSameSign(t.op)) return narrow(terms, facts, t.args[0] as TermId, mask);
  const old = facts.get(id) ?? NOTHING;
  facts.set(id, { ...old, mask: left });
  // A bit is set: so the value is not 0.
  if (t.k === 'op' && t.op === '&' && (left & ZERO) === 0)
    for (const a of t.args) if (!isConstant(terms, a) && (maskOf(terms, facts, a) & NONZERO) !== 0) narrow(terms, facts, a, NONZERO);
  return true;
}

/** False when a comparison that was decided earlier cannot hold any more. */
export function consistent(terms: Terms, facts: Facts): boolean {
  return !someOf(facts, (id, f) => {
    const t = terms.get(id);
    if (t.k !== 'op' || t.op !== '==' || f.mask === ANY) return false;
    const x = maskOf(terms, facts, t.args[0] as TermId);
    const y = maskOf(terms, facts, t.args[1] as TermId);
    return f.mask === ZERO ? x === ZERO && y === ZERO : (x & y) === 0;
  });
}

/** What both hold, a test that one has made and the other can answer among it. */
export function joinFacts(terms: Terms, a: Facts, b: Facts): Facts {
  if (sameMap(a, b)) return a;
  const out = new SmallMap<TermId, Fact>();
  const answered = (facts: Facts, id: TermId): Fact | null => {
    const t = terms.get(id);
    return t.k === 'op' && t.op === '&' ? { ...NOTHING, mask: maskOf(terms, facts, id) } : null;
  };
  a.forEach((x, id) => {
    const y = b.get(id) ?? answered(b, id);
    const f = y && joinFact(x, y);
    if (f && (f.mask !== ANY || f.is !== null || f.ne.length > 0)) out.append(id, f);
  });
  b.forEach((y, id) => {
    const x = a.has(id) ? null : answered(a, id);
    if (x && x.mask !== ANY && (x.mask | y.mask) !== ANY) out.append(id, { ...NOTHING, mask: x.mask | y.mask });
  });
  return out;
}

export function joinFact(x: Fact, y: Fact): Fact {
  if (x === y || (x.mask === y.mask && x.is === null && y.is === null && x.ne.length === 0 && y.ne.length === 0)) return x;
  const is = x.is && y.is ? [...new Set([...x.is, ...y.is])].sort((a, b) => a - b) : null;
  return {
    mask: x.mask | y.mask,
    is: is && is.length <= MAX_VALUES ? is : null,
    ne: x.ne.filter((n) => y.ne.includes(n) || (y.is !== null && !y.is.includes(n))),
  };
}

/** `facts` without those about what `unwanted` names; `facts` itself when there are none. */
export function without(facts: Facts, unwanted: (id: TermId) => boolean): Facts {
  if (!someOf(facts, unwanted)) return facts;
  const left = new SmallMap<TermId, Fact>();
  facts.forEach((f, id) => {
    if (!unwanted(id)) left.append(id, f);
  });
  return left;
}

export function sameFacts(a: Facts, b: Facts): boolean {
  if (sameMap(a, b)) return true;
  if (a.size !== b.size) return false;
  return !someOf(a, (id, x) => {
    const y = b.get(id);
    return x !== y && (!y || x.mask !== y.mask || !sameList(x.is, y.is) || !sameList(x.ne, y.ne));
  });
}

/** The constants that `id` may be, or null. */
export function valuesOf(terms: Terms, facts: Facts, id: TermId): readonly TermId[] | null {
  return isConstant(terms, id) ? [id] : (facts.get(id)?.is ?? null);
}

export function isConstant(terms: Terms, id: TermId): boolean {
  const t = terms.get(id);
  return (
    t.k === 'num' ||
    t.k === 'name' ||
    (t.k === 'bits' && t.base < 0) ||
    (t.k === 'op' && t.op === '-' && t.args.length === 1 && terms.get(t.args[0] as TermId).k === 'name')
  );
}

function compare(terms: Terms, facts: Facts, op: '==' | '<', a: TermId, b: TermId): boolean | null {
  const x = maskOf(terms, facts, a);
  const y = maskOf(terms, facts, b);
  if (op === '==') {
    if ((x & y) === 0) return false;
    const va = valuesOf(terms, facts, a);
    const vb = valuesOf(terms, facts, b);
    if (va && vb) {
      if (va.length === 1 && vb.length === 1 && va[0] === vb[0]) return true;
      if (!va.some((v) => vb.some((w) => v === w || mayEqual(terms, v, w)))) return false;
    }
    if ((vb?.length === 1 && facts.get(a)?.ne.includes(vb[0] as TermId)) || (va?.length === 1 && facts.get(b)?.ne.includes(va[0] as TermId))) return false;
    if (x === ZERO && y === ZERO) return true;
    return null;
  }
  if (x === NEG && (y & NEG) === 0) return true;
  if (x === ZERO && y === POS) return true;
  if ((x & NEG) === 0 && (y & POS) === 0) return false;
  if (x === POS && (y & POS) === 0) return false;
  if (x === ZERO && (y & POS) === 0) return false;
  const va = valuesOf(terms, facts, a);
  const vb = valuesOf(terms, facts, b);
  const p = terms.get(va?.length === 1 ? (va[0] as TermId) : a);
  const q = terms.get(vb?.length === 1 ? (vb[0] as TermId) : b);
  if (p.k === 'num' && q.k === 'num') return p.value < q.value;
  return null;
}

/** A number may have a name, and flags may make either; two numbers, or two names, are what they are. */
function mayEqual(terms: Terms, a: TermId, b: TermId): boolean {
  const x = terms.get(a);
  const y = terms.get(b);
  if (x.k === 'bits' || y.k === 'bits') return true;
  const p = numberOf(terms, a);
  const q = numberOf(terms, b);
  if (p !== null && q !== null && (x.k === 'num' || y.k === 'num')) return p === q;
  return (x.k === 'num') !== (y.k === 'num') && (x.k === 'name' || y.k === 'name');
}

function signs(terms: Terms, values: readonly TermId[]): number {
  return values.reduce((m, v) => m | maskOf(terms, NO_FACTS, v), 0);
}

const NO_FACTS: Facts = new SmallMap();

function sameList(a: readonly TermId[] | null, b: readonly TermId[] | null): boolean {
  return a === b || (a !== null && b !== null && a.length === b.length && a.every((x, i) => x === b[i]));
}

/** The number that a constant, or a set of flags with known values, stands for. */
function numberOf(terms: Terms, id: TermId): number | null {
  const t = terms.get(id);
  if (t.k === 'num') return t.value;
  if (t.k === 'name') return terms.constant(t.name);
  return t.k === 'bits' && t.base < 0
    ? t.set.reduce<number | null>((sum, name) => {
        const bit = terms.constant(name);
        return sum === null || bit === null ? null : sum | bit;
      }, 0)
    : null;
}

/**
 * A test of bits decided by what is known: of each constant that the value may be, or of earlier tests of the same
 * value (a set that was seen clear has no bit set in any part of it).
 */
function testBits(terms: Terms, facts: Facts, id: TermId, args: readonly TermId[]): number {
  const a = args[0] as TermId;
  const b = args[1] as TermId;
  const p = numberOf(terms, a);
  const q = p === null ? null : numberOf(terms, b);
  if (p !== null && q !== null) return (p & q) === 0 ? ZERO : NONZERO;
  return bitsOf(terms, facts, id, a, b) ?? bitsOf(terms, facts, id, b, a) ?? ANY;
}

/** The same for one operand as the value and the other as the bits; null: nothing is known of either. */
function bitsOf(terms: Terms, facts: Facts, id: TermId, x: TermId, mask: TermId): number | null {
  const constant = isConstant(terms, x);
  if (!constant && maskOf(terms, facts, x) === ZERO) return ZERO;
  const values = constant ? null : facts.get(x)?.is;
  if (values) return values.reduce((m, v) => m | maskOf(terms, facts, terms.op('&', [v, mask])), 0);
  const wanted = flagNames(terms, mask);
  if (!wanted) return null;
  for (const other of terms.masked(x)) {
    const f = other === id ? undefined : facts.get(other);
    const t = terms.get(other);
    if (f === undefined || f.mask === ANY || t.k !== 'op') continue;
    const seen = flagNames(terms, t.args[0] === x ? (t.args[1] as TermId) : (t.args[0] as TermId));
    if (!seen) continue;
    if (f.mask === ZERO && wanted.every((n) => seen.includes(n))) return ZERO;
    if ((f.mask & ZERO) === 0 && seen.every((n) => wanted.includes(n))) return NONZERO;
  }
  return null;
}

function flagNames(terms: Terms, id: TermId): readonly string[] | null {
  const t = terms.get(id);
  return t.k === 'name' ? [t.name] : t.k === 'bits' && t.base < 0 ? t.set : null;
}
