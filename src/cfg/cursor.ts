import type { CFunction, Expr } from '../parse/c/ast.js';

/**
 * Which arguments of a macro that looks like a loop, and of which nothing is known, get a new element on each turn: the
 * first, unless that is a variable which has its value from elsewhere and others of the arguments are none of these.
 */
export function cursorsOf(fn: CFunction, args: readonly Expr[]): readonly number[] {
  const [first] = args;
  if (first?.k !== 'id') return [];
  const given = valued(fn);
  const others = args.flatMap((a, i) => (i > 0 && a.k === 'id' && given.get(a.name) === false ? [i] : []));
  return given.get(first.name) === true && others.length > 0 ? others : [0];
}

/** The function's own variables, and whether anything but such a macro gives them a value. */
function valued(fn: CFunction): ReadonlyMap<string, boolean> {
  let known = variables.get(fn);
  if (known !== undefined) return known;
  variables.set(fn, (known = new Map(fn.params.map((p) => [p.name, true]))));
  const out = known as Map<string, boolean>;
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const n of node) visit(n);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const n = node as { k?: string; vars?: readonly { name: string; init: Expr | null }[]; left?: Expr; op?: string; arg?: Expr };
    if (n.k === 'decl') for (const v of n.vars ?? []) out.set(v.name, v.init !== null || out.get(v.name) === true);
    if (n.k === 'assign' && n.left?.k === 'id') out.set(n.left.name, true);
    if (n.k === 'unary' && n.op === '&' && n.arg?.k === 'id') out.set(n.arg.name, true);
    for (const value of Object.values(n)) if (typeof value === 'object') visit(value);
  };
  visit(fn.body);
  return known;
}

const variables = new WeakMap<CFunction, ReadonlyMap<string, boolean>>();
