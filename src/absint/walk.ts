import { OPERATION, operationOf } from '../effect/table.js';
import { isConversion, isHandleType } from './handles.js';
import type { CFunction, CType, Expr, Stmt } from '../parse/c/ast.js';

export function isVoid(type: CType): boolean {
  return type.base === 'void' && type.pointers === 0;
}

/** Collects the names called anywhere in a statement. */
export function calleesOf(s: Stmt, out: Set<string>): void {
  visit(
    s,
    (e) => {
      if (e.k !== 'call') return;
      if (e.fn.k === 'id') out.add(e.fn.name);
      const operation = operationOf(e.fn);
      if (operation !== null) out.add(operation);
    },
    (name) => out.add(name),
  );
}

/** `called` without the operations that plainly called functions might be: whoever is called by name is no operation, unless the name is a parameter's. */
export function calledByName(called: ReadonlySet<string>): string[] {
  return [...called].filter((name) => !name.startsWith(OPERATION) || !called.has(name.slice(OPERATION.length)));
}

/** False when something is assigned that is not a variable of the function, or a call goes through a pointer. */
export function writesOnlyLocals(s: Stmt, locals: Set<string>): boolean {
  let pure = true;
  visit(
    s,
    (e) => {
      if (e.k === 'assign' && !isLocal(e.left, locals)) pure = false;
      if (e.k === 'update' && !isLocal(e.arg, locals)) pure = false;
      if (e.k === 'call' && e.fn.k !== 'id') pure = false;
      if (e.k === 'unary' && e.op === '&' && e.arg.k === 'id' && locals.has(e.arg.name)) pure = false;
    },
    () => {
      pure = false;
    },
    (name) => locals.add(name),
  );
  return pure;
}

/** True when a pointer that the function was given is stored where it outlives the call. */
export function keepsArgument(fn: CFunction): boolean {
  if (!fn.body) return false;
  const given = new Set(fn.params.filter((p) => p.type.pointers > 0 || isHandleType(p.type)).map((p) => p.name));
  const locals = new Set(fn.params.map((p) => p.name));
  let keeps = false;
  const carries = (e: Expr): boolean => {
    switch (e.k) {
      case 'id':
        return given.has(e.name);
      case 'cast':
        return carries(e.arg);
      case 'unary':
        return e.op === '&' && e.arg.k === 'member' && carries(e.arg.obj);
      case 'binary':
        return carries(e.left) || carries(e.right);
      case 'cond':
        return (e.then !== null && carries(e.then)) || carries(e.else);
      case 'call':
        return e.fn.k === 'id' && isConversion(e.fn.name) && e.args.length === 1 && e.args.some(carries);
      default:
        return false;
    }
  };
  for (const s of fn.body.body) if (s.k === 'decl') for (const v of s.vars) if (v.init !== null && carries(v.init)) given.add(v.name);
  visit(
    fn.body,
    (e) => {
      if (e.k === 'assign' && !isLocal(e.left, locals) && carries(e.right)) keeps = true;
    },
    () => undefined,
    (name) => locals.add(name),
  );
  return keeps;
}

function isLocal(e: Expr, locals: ReadonlySet<string>): boolean {
  return e.k === 'id' && locals.has(e.name);
}

/** Calls `on` for every expression, `macro` for every macro with a body and cleanup attribute, `declares` for every variable. */
export function visit(s: Stmt, on: (e: Expr) => void, macro: (name: string) => void, declares: (name: string) => void = () => undefined): void {
  const sub = (x: Stmt): void => visit(x, on, macro, declares);
  const expr = (e: Expr): void => expressions(e, on, sub);
  switch (s.k) {
    case 'expr':
      return expr(s.expr);
    case 'decl':
      for (const v of s.vars) {
        declares(v.name);
        if (v.init) expr(v.init);
        for (const a of v.attributes) macro(a.name);
      }
      return;
    case 'block':
      s.body.forEach(sub);
      return;
    case 'if':
      expr(s.test);
      sub(s.then);
      if (s.else) sub(s.else);
      return;
    case 'while':
    case 'do':
      expr(s.test);
      sub(s.body);
      return;
    case 'for':
      if (s.init) sub(s.init);
      if (s.test) expr(s.test);
      if (s.step) expr(s.step);
      sub(s.body);
      return;
    case 'switch':
      expr(s.value);
      sub(s.body);
      return;
    case 'return':
      if (s.value) expr(s.value);
      return;
    case 'macro':
      macro(s.name);
      s.args.forEach(expr);
      sub(s.body);
      return;
    case 'config':
      s.then.forEach(sub);
      s.else.forEach(sub);
      return;
    case 'unknown':
      macro('?');
      return;
    default:
      return;
  }
}

function expressions(e: Expr, on: (e: Expr) => void, statement: (s: Stmt) => void): void {
  on(e);
  const sub = (x: Expr): void => expressions(x, on, statement);
  switch (e.k) {
    case 'call':
      if (e.fn.k !== 'id') sub(e.fn);
      e.args.forEach(sub);
      return;
    case 'member':
      sub(e.obj);
      return;
    case 'index':
      sub(e.obj);
      sub(e.index);
      return;
    case 'unary':
    case 'update':
    case 'cast':
      sub(e.arg);
      return;
    case 'binary':
    case 'assign':
      sub(e.left);
      sub(e.right);
      return;
    case 'cond':
      sub(e.test);
      if (e.then) sub(e.then);
      sub(e.else);
      return;
    case 'stmtexpr':
      e.body.forEach(statement);
      return;
    case 'init':
      for (const i of e.items) sub(i.value);
      return;
    default:
      return;
  }
}
