import type { Expr } from '../parse/c/ast.js';
import type { Instr } from '../cfg/cfg.js';
import { printPlace } from '../cfg/print.js';
import type { Contract } from '../kernel/contract.js';
import { substitute } from '../kernel/expression.js';
import { evaluate, place as placeOf, read, type Scope } from './eval.js';
import { strip, typeOf, type Machine } from './machine.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

type Call = Extract<Instr, { op: 'call' }>;

/** The address of the lock that a contract's place names: embedded (`mm->mmap_lock`), or by pointer (`sem`, `*ptlp`, `pvmw->ptl`). */
export function lockAddress(m: Machine, s: State, scope: Scope, expr: Expr): TermId {
  if (expr.k === 'cast') return strip(m.terms, evaluate(m, s, scope, expr.arg));
  if (expr.k === 'unary') return strip(m.terms, evaluate(m, s, scope, expr));
  if (expr.k === 'member' || expr.k === 'index') {
    const loc = placeOf(m, s, scope, expr);
    const type = typeOf(m, loc);
    return type && type.pointers > 0 ? strip(m.terms, read(m, s, loc)) : m.terms.addr(loc);
  }
  if (expr.k === 'id') {
    const bound = scope.value(expr.name);
    return bound === null ? m.terms.addr(m.terms.variable(expr.name, true)) : strip(m.terms, bound);
  }
  return strip(m.terms, evaluate(m, s, scope, expr));
}

/** The place as the function's own code writes it, for messages and for the model. */
export function spelled(call: Call, contract: Contract, expr: Expr): Spelling {
  let known = spellings.get(call);
  if (known === undefined) spellings.set(call, (known = new Map()));
  let spelling = known.get(expr);
  if (spelling === undefined) known.set(expr, (spelling = spell(call, contract, expr)));
  return spelling;
}

interface Spelling {
  readonly place: string;
  readonly object: Expr | null;
}

/** A call has one contract in one analysis, and an expression of a contract is of that one only. */
const spellings = new WeakMap<Call, Map<Expr, Spelling>>();

function spell(call: Call, contract: Contract, expr: Expr): Spelling {
  const object = substitute(expr, (name) => {
    if (name === '__return') return call.to === null ? null : { k: 'id', name: call.to, line: call.line };
    const i = contract.params.findIndex((p) => p.name === name);
    return i >= 0 ? (call.args[i] ?? null) : undefined;
  });
  return { place: object === null ? printPlace(expr) : printPlace(named(object, call)), object };
}

/** The result of the call by the name that the code gives it. */
function named(object: Expr, call: Call): Expr {
  const { to, into } = call;
  return into === undefined || to === null ? object : (substitute(object, (name) => (name === to ? into : undefined)) ?? object);
}

/** The name that a place starts from. */
export function rootName(e: Expr): string | null {
  switch (e.k) {
    case 'id':
      return e.name;
    case 'member':
    case 'index':
      return rootName(e.obj);
    case 'unary':
    case 'cast':
      return rootName(e.arg);
    default:
      return null;
  }
}

/** The variable whose object is counted: it is named itself, or a counter inside the object is. */
export function countedName(e: Expr): string | null {
  const owner = (x: Expr): Expr => (x.k === 'member' && !x.arrow ? owner(x.obj) : x);
  const inside = e.k === 'unary' && e.op === '&' ? owner(e.arg) : null;
  const object = inside?.k === 'member' ? inside.obj : e;
  return object.k === 'id' ? object.name : null;
}

/** The object that a callee returns, or a counter in it. */
export function isPartOfResult(e: Expr): boolean {
  if (e.k === 'cast') return isPartOfResult(e.arg);
  return e.k === 'unary' && e.op === '&' ? liesIn(e.arg) : e.k === 'id' && e.name === '__return';
}

function liesIn(e: Expr): boolean {
  return e.k === 'member' && (e.arrow ? e.obj.k === 'id' && e.obj.name === '__return' : liesIn(e.obj));
}
