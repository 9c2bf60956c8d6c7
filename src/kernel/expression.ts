import type { Expr } from '../parse/c/ast.js';

/** Stands for "the object of `type` whose member `member` is at `pointer`", with these three as arguments. */
export const CONTAINER = '__container';

/** In a contract's condition: the flags are set as far as is known here, and nobody passes on flags that they do not name. */
export const KNOWN = '__known';

/** `expr` with identifiers replaced; `undefined` keeps the name (a global), null makes the whole unknown. */
export function substitute(expr: Expr, of: (name: string) => Expr | null | undefined): Expr | null {
  switch (expr.k) {
    case 'id': {
      const e = of(expr.name);
      return e === undefined ? expr : e;
    }
    case 'member': {
      const obj = substitute(expr.obj, of);
      if (!obj) return null;
      return expr.arrow && obj.k === 'unary' && obj.op === '&' ? { ...expr, arrow: false, obj: obj.arg } : { ...expr, obj };
    }
    case 'index': {
      const obj = substitute(expr.obj, of);
      const index = substitute(expr.index, of);
      return obj && index ? { ...expr, obj, index } : null;
    }
    case 'unary': {
      const arg = substitute(expr.arg, of);
      if (!arg) return null;
      return expr.op === '*' && arg.k === 'unary' && arg.op === '&' ? arg.arg : { ...expr, arg };
    }
    case 'cast': {
      const arg = substitute(expr.arg, of);
      return arg ? { ...expr, arg } : null;
    }
    case 'call': {
      const members = expr.fn.k === 'id' && expr.fn.name === CONTAINER;
      const args = expr.args.map((a, i) => (members && i > 0 ? a : substitute(a, of)));
      return args.every((a) => a !== null) ? contained({ ...expr, args: args as Expr[] }) : null;
    }
    case 'binary': {
      const left = substitute(expr.left, of);
      const right = substitute(expr.right, of);
      return left && right ? { ...expr, left, right } : null;
    }
    default:
      return expr;
  }
}

/** The member that a container's last argument names: "refcount", "slots.lock". */
export function memberPath(expr: Expr | undefined): string | null {
  if (expr?.k === 'id') return expr.name;
  if (expr?.k !== 'member' || expr.arrow) return null;
  const base = memberPath(expr.obj);
  return base === null ? null : `${base}.${expr.field}`;
}

/** The container of `&object->member` is the object. */
function contained(call: Extract<Expr, { k: 'call' }>): Expr {
  const [pointer, , member] = call.args;
  if (call.fn.k !== 'id' || call.fn.name !== CONTAINER || pointer?.k !== 'unary' || pointer.op !== '&' || pointer.arg.k !== 'member') return call;
  if (pointer.arg.field !== memberPath(member)) return call;
  return pointer.arg.arrow ? pointer.arg.obj : { k: 'unary', op: '&', arg: pointer.arg.obj, line: call.line };
}
