import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { printExpr } from '../cfg/print.js';
import { alignSteps, type Step, stepsOf } from '../lockgraph/steps.js';
import { effectsOf } from '../lockgraph/step-effects.js';

/** English: who puts something lets go of one reference among several. */
const PUTS = /(^|_)put(_|$)/;

/** An object whose reference `before` gave back, and that `after` frees in the same place: others may still have one. */
export function freedNotPut(before: Analysed, after: Analysed): Event[] {
  const a = stepsOf(before.cfg);
  const b = stepsOf(after.cfg);
  const pairs = alignSteps(a, b);
  const matched = new Set(pairs.values());
  const frees = b.filter((s) => !matched.has(s) && s.kind === 'call' && effectsOf(after, s).some((e) => e.op === 'free'));
  // A change of more than this may have settled anew who counts.
  if (frees.length !== 1 || b.length !== matched.size + 1) return [];
  return frees
    .flatMap((free): Event[] => {
      const place = argument(free);
      const put = place === null ? undefined : a.find((s) => !pairs.has(s) && s.kind === 'call' && argument(s) === place && isPut(before, s));
      if (place === null || !put || b.some((s) => s.kind === 'call' && argument(s) === place && isPut(after, s)) || a.some((s) => s.key === free.key))
        return [];
      return [
        {
          kind: 'put-not-owned',
          resource: 'reference',
          place,
          lockKind: 'reference',
          line: free.line,
          otherLine: put.line,
          exitClass: '',
          trace: { line: free.line, block: free.block, note: `${printExpr(free.expr)} frees what ${printExpr(put.expr)} let go of`, prev: null },
          certainty: 'sure',
          detail: `freed ${put.expr.k === 'call' ? printExpr(put.expr.fn) : ''}`,
          object: null,
        },
      ];
    })
    .slice(0, 1);
}

/** A put of something that is counted, or, where no count is known, what calls itself one. */
function isPut(side: Analysed, s: Step): boolean {
  const effects = effectsOf(side, s);
  return (
    !effects.some((e) => e.op === 'free') && (effects.some((e) => e.op === 'put') || (s.expr.k === 'call' && s.expr.fn.k === 'id' && PUTS.test(s.expr.fn.name)))
  );
}

/** The only thing that a call is given. */
function argument(s: Step): string | null {
  if (s.expr.k !== 'call') return null;
  const [only, more] = s.expr.args;
  return only && !more ? printExpr(only) : null;
}
