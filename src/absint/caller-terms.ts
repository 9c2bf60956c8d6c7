import { CONTAINER } from '../kernel/expression.js';
import type { Expr } from '../parse/c/ast.js';
import { valuesOf } from './fact.js';
import { madeOf } from './handles.js';
import { type Machine, strip, typeOf } from './machine.js';
import { REREAD } from './objects.js';
import type { State } from './state.js';
import { isCall, type TermId } from './term.js';

const NOTHING_STORED: ReadonlyMap<TermId, Expr> = new Map();

/** `id` as an expression over the parameters, globals and `__return`; null when it cannot be said. */
export function toExpr(m: Machine, id: TermId, returned: TermId | null, stored: ReadonlyMap<TermId, Expr> = NOTHING_STORED, depth = 0): Expr | null {
  const { terms } = m;
  const line = 0;
  if (depth > 8) return null;
  const t = terms.get(id);
  const sub = (x: TermId): Expr | null => toExpr(m, x, returned, stored, depth + 1);
  const kept = stored.get(id);
  if (kept) return kept;
  if (returned !== null && strip(terms, returned) === id && t.k !== 'num')
    return t.k === 'sym' && t.source === 'param' ? { k: 'id', name: t.text, line } : { k: 'id', name: '__return', line };
  // The caller gets a handle of the object.
  if (returned !== null && returned !== id && t.k !== 'num' && madeOf(m, returned) === id) {
    const type = typeOf(m, id);
    if (type?.pointers === 1) return { k: 'cast', type, arg: { k: 'id', name: '__return', line }, line };
  }
  switch (t.k) {
    case 'num':
      return { k: 'num', value: t.value, text: String(t.value), line };
    case 'name':
      return { k: 'id', name: t.name, line };
    case 'sym':
      return t.source === 'param' ? { k: 'id', name: t.text, line } : null;
    case 'load':
      return placeExpr(m, t.loc, sub);
    case 'addr': {
      const p = placeExpr(m, t.loc, sub);
      return p ? { k: 'unary', op: '&', arg: p, line } : null;
    }
    case 'op': {
      if (t.op.startsWith('once:')) return sub(t.args[0] as TermId);
      const args = t.args.map(sub);
      if (args.some((a) => a === null)) return null;
      const known = args as Expr[];
      if (t.op.startsWith('in:') && known[0])
        return {
          k: 'call',
          fn: { k: 'id', name: CONTAINER, line },
          args: [known[0], { k: 'id', name: m.casts.get(id)?.base ?? '', line }, { k: 'id', name: t.op.slice(3), line }],
          line,
        };
      if (t.op.startsWith('as:') && known[0]) return { k: 'cast', type: { base: t.op.slice(3), pointers: 1, array: false }, arg: known[0], line };
      if (t.op.startsWith('of:')) return { k: 'call', fn: { k: 'id', name: t.op, line }, args: known, line };
      if (isCall(t.op)) return { k: 'call', fn: { k: 'id', name: t.op.startsWith('pred:') ? t.op : t.op.slice(5), line }, args: known, line };
      const [a, b] = known;
      if (a && b) return { k: 'binary', op: t.op === 'ptr+' ? '+' : t.op, left: a, right: b, line };
      return a && (t.op === '!' || t.op === '-' || t.op === '~') ? { k: 'unary', op: t.op, arg: a, line } : null;
    }
    case 'bits': {
      const names = t.set.map((name): Expr => ({ k: 'id', name, line }));
      const base = t.base < 0 ? (names.shift() ?? null) : sub(t.base);
      return base && names.reduce((left: Expr, right): Expr => ({ k: 'binary', op: '|', left, right, line }), base);
    }
    default:
      return null;
  }
}

function placeExpr(m: Machine, loc: TermId, sub: (x: TermId) => Expr | null): Expr | null {
  const t = m.terms.get(loc);
  const line = 0;
  if (t.k === 'var') return t.global ? { k: 'id', name: t.name, line } : null;
  if (t.k === 'field') {
    const base = m.terms.get(t.base);
    if (base.k === 'addr') {
      const obj = placeExpr(m, base.loc, sub);
      return obj ? { k: 'member', obj, arrow: false, field: t.name, line } : null;
    }
    const obj = sub(t.base);
    return obj ? { k: 'member', obj, arrow: true, field: t.name, line } : null;
  }
  if (t.k === 'deref') {
    const arg = sub(t.base);
    return arg ? { k: 'unary', op: '*', arg, line } : null;
  }
  if (t.k === 'elem') {
    const obj = sub(t.base);
    const index = sub(t.index);
    return obj && index ? { k: 'index', obj, index, line } : null;
  }
  return null;
}

/** A lock's place: `&x->lock` for an embedded lock; a cast marks an expression whose value is the pointer. */
export function lockPlace(m: Machine, lock: TermId, returned: TermId | null, stored: ReadonlyMap<TermId, Expr> = NOTHING_STORED): Expr | null {
  const e = toExpr(m, lock, returned, stored);
  return e === null || (e.k === 'unary' && e.op === '&') || e.k === 'id'
    ? e
    : { k: 'cast', type: { base: 'void', pointers: 1, array: false }, arg: e, line: 0 };
}

/** The only constant that `id` can be. */
export function constantExpr(m: Machine, s: State, id: TermId): Expr | null {
  const values = valuesOf(m.terms, s.facts, id);
  return values?.length === 1 ? toExpr(m, values[0] as TermId, null) : null;
}

/** A constant as a contract says it: a number, "NAME" or "-NAME". */
export function constantOf(m: Machine, id: TermId): number | string | null {
  const t = m.terms.get(id);
  if (t.k === 'num') return t.value;
  if (t.k === 'name') return t.name;
  const inner = t.k === 'op' && t.op === '-' ? m.terms.get(t.args[0] as TermId) : null;
  return inner?.k === 'name' ? `-${inner.name}` : null;
}

/** Stores that a caller can see: through a pointer parameter or into a parameter's object. */
export function storePlace(m: Machine, loc: TermId, returned: TermId | null): Expr | null {
  const t = m.terms.get(loc);
  if (t.k !== 'deref' && t.k !== 'field') return null;
  const e = toExpr(m, m.terms.load(loc), returned);
  return e && (e.k === 'unary' || e.k === 'member') ? e : null;
}

/** Read anew behind a lock, and written by nobody here. */
export function isReread(m: Machine, value: TermId): boolean {
  const t = m.terms.get(value);
  return t.k === 'sym' && t.origin.startsWith(REREAD);
}
