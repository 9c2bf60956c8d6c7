import type { Expr } from '../parse/c/ast.js';

/**
 * What a condition asks about, without the names of variables: constants if it names any (a flag, a state), else the
 * functions that it calls (with "()"), without what they are given, and the members that it reads itself.
 */
export function atomsOf(e: Expr): readonly string[] {
  const constants = partsOf(e).filter((x) => /^[A-Z][A-Z0-9_]*$/.test(x));
  if (constants.length > 0) return constants;
  const found = new Set<string>();
  collect(e, found, false);
  return [...found];
}

/** Every constant, member and function (with "()") that a condition names. */
export function partsOf(e: Expr): readonly string[] {
  const found = new Set<string>();
  collect(e, found, true);
  return [...found];
}

/** Whether two values are compared, neither of them a constant; `compares` knows functions that do that. */
export function comparesValues(e: Expr, compares: (callee: string) => boolean): boolean {
  switch (e.k) {
    case 'binary':
      return (
        ((e.op === '==' || e.op === '!=') && !isConstant(e.left) && !isConstant(e.right)) ||
        comparesValues(e.left, compares) ||
        comparesValues(e.right, compares)
      );
    case 'unary':
    case 'cast':
      return comparesValues(e.arg, compares);
    case 'call':
      return e.fn.k === 'id' && e.args.length === 2 && compares(e.fn.name);
    default:
      return false;
  }
}

/** Whether a member of `object` is read, or looked at by a function that is given its address. */
export function asksMember(e: Expr, object: string): boolean {
  switch (e.k) {
    case 'member':
      return namesIn(e).includes(object);
    case 'unary':
      return e.op !== '&' && asksMember(e.arg, object);
    case 'cast':
      return asksMember(e.arg, object);
    case 'binary':
      return asksMember(e.left, object) || asksMember(e.right, object);
    case 'call':
      return e.args.some((x) => asksMember(x.k === 'unary' && x.op === '&' ? x.arg : x, object));
    default:
      return false;
  }
}

/** Names of the variables in an expression. */
export function namesIn(e: Expr): readonly string[] {
  switch (e.k) {
    case 'id':
      return [e.name];
    case 'member':
      return namesIn(e.obj);
    case 'index':
      return [...namesIn(e.obj), ...namesIn(e.index)];
    case 'unary':
    case 'cast':
      return namesIn(e.arg);
    case 'binary':
      return [...namesIn(e.left), ...namesIn(e.right)];
    case 'call':
      return e.args.flatMap(namesIn);
    default:
      return [];
  }
}

function isConstant(e: Expr): boolean {
  return (
    e.k === 'num' ||
    e.k === 'str' ||
    e.k === 'opaque' ||
    (e.k === 'id' && /^[A-Z][A-Z0-9_]*$/.test(e.name)) ||
    ((e.k === 'unary' || e.k === 'cast') && isConstant(e.arg))
  );
}

/** Whether the answer may change while nothing in this function changes it: it depends on memory behind a pointer. */
export function readsShared(e: Expr): boolean {
  switch (e.k) {
    case 'member':
      return e.arrow || readsShared(e.obj);
    case 'index':
      return true;
    case 'unary':
      return e.op === '*' || (e.op !== '&' && readsShared(e.arg));
    case 'cast':
      return readsShared(e.arg);
    case 'binary':
      return readsShared(e.left) || readsShared(e.right);
    case 'call':
      return e.args.length > 0;
    default:
      return false;
  }
}

function collect(e: Expr, found: Set<string>, deep: boolean): void {
  switch (e.k) {
    case 'id':
      if (/^[A-Z][A-Z0-9_]*$/.test(e.name) && e.name !== 'NULL') found.add(e.name);
      return;
    case 'member':
      found.add(e.field);
      if (deep) collect(e.obj, found, deep);
      return;
    case 'index':
      collect(e.obj, found, deep);
      collect(e.index, found, deep);
      return;
    case 'unary':
    case 'cast':
      collect(e.arg, found, deep);
      return;
    case 'binary':
      collect(e.left, found, deep);
      collect(e.right, found, deep);
      return;
    case 'call': {
      const macro = e.fn.k === 'id' && /^[A-Z_]+$/.test(e.fn.name);
      if (e.fn.k === 'id' && !macro) found.add(`${e.fn.name}()`);
      if (deep || macro) for (const a of e.args) collect(a, found, deep);
      return;
    }
    default:
      return;
  }
}
