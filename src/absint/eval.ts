import type { CType, Expr } from '../parse/c/ast.js';
import { CONTAINER, KNOWN, memberPath } from '../kernel/expression.js';
import { truth } from './fact.js';
import { handleOf, isHandle, pointerOf } from './handles.js';
import { strip, typeOf, type Machine } from './machine.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

/** How identifiers and calls inside an expression are read: a function's own variables, or a contract's parameters. */
export interface Scope {
  /** The value bound to a name, or null when the name is not bound here. */
  readonly value: (name: string) => TermId | null;
  /** The place of a name, or null. */
  readonly place: (name: string) => TermId | null;
  /** Called with each object whose memory is read or written. */
  readonly touch: (object: TermId, line: number) => void;
}

/** The value of `expr` in `state`. */
export function evaluate(m: Machine, s: State, scope: Scope, expr: Expr): TermId {
  const { terms } = m;
  switch (expr.k) {
    case 'num':
      return terms.num(expr.value);
    case 'str':
      return terms.sym(`str:${expr.text}`, expr.text, null, 'unknown');
    case 'opaque':
      return terms.sym(`opaque:${expr.text}`, expr.text, null, 'unknown');
    case 'id': {
      const bound = scope.value(expr.name);
      return bound ?? identifier(m, s, expr.name);
    }
    case 'cast':
      return cast(m, evaluate(m, s, scope, expr.arg), expr.type);
    case 'member':
    case 'index':
      return read(m, s, place(m, s, scope, expr));
    case 'unary':
      if (expr.op === '*') return read(m, s, place(m, s, scope, expr));
      if (expr.op === '&') return addressOf(m, addressed(m, s, scope, expr.arg));
      return terms.op(expr.op, [evaluate(m, s, scope, expr.arg)]);
    case 'binary': {
      const left = evaluate(m, s, scope, expr.left);
      const right = evaluate(m, s, scope, expr.right);
      // An element of an array is as usable as the array: pointer arithmetic keeps the sign of the pointer.
      return expr.op === '+' && (typeOf(m, left)?.pointers ?? 0) > 0 ? terms.op('ptr+', [left, right]) : terms.op(expr.op, [left, right]);
    }
    case 'call':
      return (
        settled(m, s, scope, expr) ??
        containerOf(m, s, scope, expr) ??
        terms.op(
          expr.fn.k === 'id' && /^(pred|of):/.test(expr.fn.name) ? expr.fn.name : `call:${expr.fn.k === 'id' ? expr.fn.name : '?'}`,
          expr.args.map((a) => strip(terms, evaluate(m, s, scope, a))),
        )
      );
    // A struct of one value stands for what that value does.
    case 'init': {
      const [only, more] = expr.items;
      return only && !more && only.value.k !== 'init' ? handleOf(m, evaluate(m, s, scope, only.value)) : unknown(m, expr);
    }
    default:
      return unknown(m, expr);
  }
}

function unknown(m: Machine, expr: Expr): TermId {
  return m.terms.sym(`expr:${expr.k}:${expr.line}`, '…', null, 'unknown');
}

/** A value that is cast to a pointer to a struct is one, where nothing else says what it is. */
function cast(m: Machine, value: TermId, type: CType): TermId {
  if (type.pointers === 1 && /^(struct|union) /.test(type.base) && isHandle(m, value)) return pointerOf(m, value, type);
  if (type.pointers === 1 && /^(struct|union) /.test(type.base) && m.terms.get(value).k !== 'num' && !m.casts.has(value)) {
    m.casts.set(value, { ...type, array: false });
    m.typed.clear();
  }
  return value;
}

/** `__known(test)`: where it is open, and the function names no constant of the test, it has not come about. Null for any other call. */
function settled(m: Machine, s: State, scope: Scope, expr: Extract<Expr, { k: 'call' }>): TermId | null {
  const test = expr.args[0];
  if (expr.fn.k !== 'id' || expr.fn.name !== KNOWN || !test) return null;
  const value = evaluate(m, s, scope, test);
  return truth(m.terms, s.facts, value) !== null || constantsIn(test).some((name) => m.mentioned.has(name)) ? value : m.terms.num(0);
}

function constantsIn(e: Expr): string[] {
  return e.k === 'id'
    ? [e.name]
    : e.k === 'binary'
      ? [...constantsIn(e.left), ...constantsIn(e.right)]
      : e.k === 'unary' || e.k === 'cast'
        ? constantsIn(e.arg)
        : [];
}

/** `__container(pointer, type, member)`: the object that a member lies in. Null for any other call. */
export function containerOf(m: Machine, s: State, scope: Scope, expr: Extract<Expr, { k: 'call' }>): TermId | null {
  const [pointer, type, member] = expr.args;
  if (expr.fn.k !== 'id' || expr.fn.name !== CONTAINER || !pointer) return null;
  const path = memberPath(member);
  const at = strip(m.terms, evaluate(m, s, scope, pointer));
  if (path === null) return null;
  const tag = type?.k === 'opaque' ? /^(struct|union) \w+$/.exec(type.text.trim())?.[0] : type?.k === 'id' ? type.name : undefined;
  const value = m.terms.op(`in:${path}`, [at]);
  return tag ? cast(m, value, { base: tag, pointers: 1, array: false }) : value;
}

/** The place that `expr` names. */
export function place(m: Machine, s: State, scope: Scope, expr: Expr): TermId {
  const { terms } = m;
  switch (expr.k) {
    case 'id': {
      // The result of a call that is used as a place is the place it was read from.
      const result = expr.name.startsWith('%') ? scope.value(expr.name) : null;
      if (result !== null) {
        const t = terms.get(result);
        return t.k === 'load' ? t.loc : terms.deref(result);
      }
      return scope.place(expr.name) ?? terms.variable(expr.name, !m.variables.has(expr.name));
    }
    case 'cast':
      return place(m, s, scope, expr.arg);
    case 'member': {
      if (!expr.arrow) return terms.field(terms.addr(place(m, s, scope, expr.obj)), expr.field);
      const base = strip(terms, evaluate(m, s, scope, expr.obj));
      scope.touch(base, expr.line);
      return terms.field(base, expr.field);
    }
    case 'index': {
      const index = evaluate(m, s, scope, expr.index);
      const base = strip(terms, arrayValue(m, s, scope, expr.obj));
      return terms.elem(base, index);
    }
    case 'unary':
      if (expr.op === '*') {
        const base = strip(terms, evaluate(m, s, scope, expr.arg));
        scope.touch(base, expr.line);
        return terms.deref(base);
      }
      return terms.deref(evaluate(m, s, scope, expr));
    default:
      return terms.deref(evaluate(m, s, scope, expr));
  }
}

/** The place whose address is taken: the memory on the way there is used, the place itself is not. */
function addressed(m: Machine, s: State, scope: Scope, expr: Expr): TermId {
  if (expr.k === 'cast') return addressed(m, s, scope, expr.arg);
  if (expr.k !== 'member') return place(m, s, scope, expr);
  return expr.arrow
    ? m.terms.field(strip(m.terms, evaluate(m, s, scope, expr.obj)), expr.field)
    : m.terms.field(m.terms.addr(addressed(m, s, scope, expr.obj)), expr.field);
}

/** What `loc` holds now. */
export function read(m: Machine, s: State, loc: TermId): TermId {
  const { terms } = m;
  const stored = s.heap.get(loc);
  if (stored !== undefined) return stored;
  const t = terms.get(loc);
  if (t.k === 'var' && !t.global) return s.env.get(t.name) ?? terms.load(loc);
  if (t.k === 'field') {
    // A local struct that a callee may have written reads as a new one.
    const base = terms.get(t.base);
    if (base.k === 'addr') {
      const owner = terms.get(base.loc);
      const marker = owner.k === 'var' && !owner.global ? s.env.get(owner.name) : undefined;
      if (marker !== undefined) return terms.load(terms.field(marker, t.name));
    }
  }
  return terms.load(loc);
}

/** `&loc`; a struct's first member, where the knowledge says that it is the object itself, has the object's address. */
export function addressOf(m: Machine, loc: TermId): TermId {
  const t = m.terms.get(loc);
  if (t.k === 'field') {
    const type = typeOf(m, t.base);
    const fields = type ? (m.types.structs.get(type.base)?.fields ?? []) : [];
    if (fields.some((f) => f.name === t.name && f.attributes.some((a) => a.name === '__first'))) return t.base;
  }
  return m.terms.addr(loc);
}

/** The scope of the function's own code. */
export function localScope(m: Machine, s: State, touch: (object: TermId, line: number) => void): Scope {
  return {
    value: (name) => (m.variables.has(name) || name.startsWith('%') ? (s.env.get(name) ?? localValue(m, name)) : null),
    place: (name) => m.terms.variable(name, !m.variables.has(name)),
    touch,
  };
}

function localValue(m: Machine, name: string): TermId {
  const loc = m.terms.variable(name, false);
  return m.variables.get(name)?.array ? m.terms.addr(loc) : m.terms.load(loc);
}

function identifier(m: Machine, s: State, name: string): TermId {
  const { terms } = m;
  if (name === 'NULL' || name === 'false' || (name.endsWith('_NULL') && typeof m.types.constants.get(name) !== 'number')) return terms.num(0);
  if (name === 'true') return terms.num(1);
  const constant = m.types.constants.get(name);
  if (constant !== undefined) return constant === null ? terms.name(name) : constant === 0 ? terms.num(0) : terms.name(name);
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return terms.name(name);
  return read(m, s, terms.variable(name, true));
}

function arrayValue(m: Machine, s: State, scope: Scope, obj: Expr): TermId {
  if (obj.k === 'id' && m.variables.get(obj.name)?.array) return m.terms.addr(place(m, s, scope, obj));
  if (obj.k === 'member') {
    const loc = place(m, s, scope, obj);
    const type = typeOf(m, loc);
    return type?.array ? m.terms.addr(loc) : read(m, s, loc);
  }
  return evaluate(m, s, scope, obj);
}
