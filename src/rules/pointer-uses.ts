import type { Expr } from '../parse/c/ast.js';
import type { Analysed } from '../absint/program.js';
import { next, reachable } from '../cfg/reach.js';
import type { Step } from '../lockgraph/steps.js';

/** Where memory that a variable of `names` points to is read or written. */
export function followedAt(steps: readonly Step[], names: ReadonlySet<string>): { readonly step: Step; readonly name: string }[] {
  return steps.flatMap((step) =>
    [...names].filter((name) => follows(step.expr, name) || (step.to !== null && follows(step.to, name))).map((name) => ({ step, name })),
  );
}

/** Assignments to the variables of `names`. */
export function givesOf(steps: readonly Step[], names: ReadonlySet<string>): Step[] {
  return steps.filter((s) => s.kind === 'assign' && s.to?.k === 'id' && names.has(s.to.name));
}

/** Those of `gives` whose value `name` may have at `use`. */
export function reachingGives(side: Pick<Analysed, 'cfg'>, gives: readonly Step[], name: string, use: Step): Step[] {
  const own = gives.filter((g) => g.to?.k === 'id' && g.to.name === name);
  return own.filter((g) => comesTo(side, g.block, g.at, use, own));
}

/** Whether the value given there is the one that is used here, on some way. */
export function comesTo(side: Pick<Analysed, 'cfg'>, block: number, at: number, use: Step, gives: readonly Step[]): boolean {
  const others = new Set(gives.filter((g) => g.block !== block).map((g) => g.block));
  if (use.block === block && use.at > at) return !gives.some((g) => g.block === block && g.at > at && g.at < use.at);
  if (gives.some((g) => g.block === block && g.at > at)) return false;
  if (gives.some((g) => g.block === use.block && g.at < use.at)) return false;
  return next(side.cfg, block).length > 0 && reachable(side.cfg, block, undefined, others).has(use.block);
}

/** Whether memory of the object that `name` points to is read or written. */
export function follows(e: Expr, name: string): boolean {
  switch (e.k) {
    case 'member':
      return (e.arrow && e.obj.k === 'id' && e.obj.name === name) || follows(e.obj, name);
    case 'unary':
      return (e.op === '*' && e.arg.k === 'id' && e.arg.name === name) || follows(e.arg, name);
    case 'index':
      return follows(e.obj, name) || follows(e.index, name);
    case 'cast':
      return follows(e.arg, name);
    case 'binary':
      return follows(e.left, name) || follows(e.right, name);
    case 'call':
      return e.args.some((x) => follows(x, name));
    default:
      return false;
  }
}
