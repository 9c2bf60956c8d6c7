import type { CFunction, Expr } from '../parse/c/ast.js';
import type { CfgHints } from '../cfg/build.js';

/** `known` with the macros of a file whose body is the head of a `for`: they give a new element to what they assign there. */
export function withLoops(known: CfgHints, macros: Iterable<CFunction>): CfgHints {
  const own = [...macros].flatMap((fn) => {
    const [only, more] = fn.body?.body ?? [];
    if (only?.k !== 'for' || more !== undefined || known.iterators.has(fn.name)) return [];
    const assigned = new Set([
      ...(only.init?.k === 'expr' ? targets(only.init.expr) : []),
      ...(only.test ? targets(only.test) : []),
      ...(only.step ? targets(only.step) : []),
    ]);
    const assigns = fn.params.flatMap((p, i) => (assigned.has(p.name) ? [i] : []));
    return assigns.length === 0 ? [] : [[fn.name, { kind: 'loop' as const, assigns, unless: null }] as const];
  });
  return own.length === 0 ? known : { ...known, iterators: new Map([...known.iterators, ...own]) };
}

/** The names that an expression assigns. */
function targets(e: Expr): string[] {
  switch (e.k) {
    case 'assign':
      return [...(e.left.k === 'id' ? [e.left.name] : []), ...targets(e.right)];
    case 'update':
      return e.arg.k === 'id' ? [e.arg.name] : [];
    case 'binary':
      return [...targets(e.left), ...targets(e.right)];
    case 'unary':
    case 'cast':
      return targets(e.arg);
    case 'call':
      return e.args.flatMap(targets);
    case 'cond':
      return [e.test, ...(e.then ? [e.then] : []), e.else].flatMap(targets);
    default:
      return [];
  }
}
