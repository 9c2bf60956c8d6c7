import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { printExpr } from '../cfg/print.js';
import { reachable } from '../cfg/reach.js';
import { holdingAt, holdingKey } from '../lockgraph/holding.js';
import { type Step, stepsOf } from '../lockgraph/steps.js';
import { countedBy } from './put-order-events.js';
import { namesIn } from './recheck-atoms.js';
import { contractOf } from '../lockgraph/step-effects.js';

/**
 * A call that takes a reference with some of its results, and whose result `after` tests in another way than `before`:
 * what was done with the reference in hand is done where there is none now, and where there is one it is left over.
 */
export function misreadResults(before: Analysed, after: Analysed): Event[] {
  if (before.summary.bounded || after.summary.bounded || !after.summary.events.some((e) => e.kind === 'owned-at-exit')) return [];
  const was = stepsOf(before.cfg);
  const is = stepsOf(after.cfg);
  const takers = countedBy(before, was, 'get');
  return (takers.length > 0 ? countedBy(after, is, 'get') : []).flatMap(({ name, kind, step }) => {
    const old = takers.find((t) => t.step.key === step.key && sameContract(before, t.step, after, step));
    const test = testOf(is, step);
    const tested = old && testOf(was, old.step);
    if (!old || !tested || !test || !after.summary.events.some((e) => e.kind === 'owned-at-exit' && e.lockKind === kind)) return [];
    for (const use of is.filter((s) => s.kind === 'call' && s.line > step.line && namesIn(s.expr).includes(name))) {
      const twin = was.find((s) => s.key === use.key && s.line > old.step.line);
      if (!twin || !isTurned(armOf(before, tested, twin), armOf(after, test, use), tested.key === test.key)) continue;
      if (!hasInHand(before, twin, old.step, kind) || hasInHand(after, use, step, kind)) continue;
      return [
        {
          kind: 'failed-try-released',
          resource: `${kind} reference`,
          place: name,
          lockKind: kind,
          line: use.line,
          otherLine: step.line,
          exitClass: '',
          trace: { line: use.line, block: use.block, note: `${printExpr(use.expr)} is reached where ${printExpr(step.expr)} took no reference`, prev: null },
          certainty: 'sure',
          detail: 'misread',
          object: null,
        },
      ];
    }
    return [];
  });
}

function sameContract(before: Analysed, a: Step, after: Analysed, b: Step): boolean {
  const outcomes = contractOf(before, a)?.outcomes ?? [];
  return outcomes.some((o) => o.effects.every((e) => e.op !== 'get')) && JSON.stringify(outcomes) === JSON.stringify(contractOf(after, b)?.outcomes);
}

function testOf(steps: readonly Step[], call: Step): Step | undefined {
  return steps.find((s) => s.kind === 'branch' && s.line === call.line && printExpr(s.expr).includes(printExpr(call.expr)));
}

/** The answer to the test that alone leads to the use; null: both do, or none. */
function armOf(side: Analysed, test: Step, use: Step): boolean | null {
  const term = side.cfg.blocks[test.block]?.term;
  if (term?.k !== 'branch') return null;
  const [yes, no] = [term.then, term.else].map((to) => to === use.block || reachable(side.cfg, to, undefined, new Set([test.block])).has(use.block));
  return yes === no ? null : yes === true;
}

function isTurned(was: boolean | null, is: boolean | null, sameTest: boolean): boolean {
  return was !== null && is !== null && sameTest === (was !== is);
}

/** Every path has the reference that the call took. */
function hasInHand(side: Analysed, use: Step, taker: Step, kind: string): boolean {
  return (
    holdingAt(side, [use])
      .get(use)
      ?.all.has(holdingKey({ what: 'reference', resource: kind, kind, line: taker.line, place: '', asserted: false })) === true
  );
}
