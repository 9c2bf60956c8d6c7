import { CONTEXT_KINDS } from '../kernel/contract.js';
import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { printExpr } from '../cfg/print.js';
import { holdingAt } from '../lockgraph/holding.js';
import { reachable } from '../cfg/reach.js';
import { alignSteps, type Step, stepsOf } from '../lockgraph/steps.js';
import { atomsOf, readsShared } from './recheck-atoms.js';
import { contractOf, effectsOf } from '../lockgraph/step-effects.js';

/**
 * `before` asked something, took a lock and asked again; `after` asks it the first time only, does without that lock
 * and takes another one instead, under which it goes on with the first answer.
 */
export function lostDoubleChecks(before: Analysed, after: Analysed): Event[] {
  const a = stepsOf(before.cfg);
  const tests = a.filter((s) => s.kind === 'branch' && readsShared(s.expr));
  const twice = tests.filter((s) => tests.some((first) => first.line < s.line && alike(first, s)));
  if (twice.length === 0) return [];
  const b = stepsOf(after.cfg);
  const pairs = alignSteps(a, b);
  const matched = new Set(pairs.values());
  const gone = twice.filter((s) => !pairs.has(s));
  const instead = b.filter((s) => s.kind === 'call' && !matched.has(s) && acquires(after, s));
  if (gone.length === 0 || instead.length === 0) return [];
  const held = holdingAt(before, gone);
  for (const again of gone) {
    const [first, more] = tests.filter((s) => pairs.has(s) && s.line < again.line && alike(s, again));
    const kept = first && pairs.get(first);
    if (!first || !kept || more || b.some((s) => s !== kept && s.kind === 'branch' && alike(s, again))) continue;
    const lock = [...(held.get(again)?.some.values() ?? [])].find(
      (h) =>
        h.what === 'lock' &&
        !CONTEXT_KINDS.has(h.kind) &&
        !h.asserted &&
        h.line > first.line &&
        a.some((s) => s.line === h.line && acquires(before, s) && !pairs.has(s)),
    );
    const other = lock && instead.find((s) => s.line > kept.line && reachable(after.cfg, kept.block).has(s.block));
    if (!lock || !other) continue;
    const there = holdingAt(after, b);
    const use = b.find(
      (s) =>
        s.line > other.line &&
        (s.kind === 'call' || s.kind === 'assign') &&
        works(after, s) &&
        [...(there.get(s)?.some.values() ?? [])].some((h) => h.what === 'lock' && h.line === other.line),
    );
    // A lock of that name is still there, from somewhere.
    if (!use || [...(there.get(use)?.some.values() ?? [])].some((h) => h.resource === lock.resource)) continue;
    return [
      {
        kind: 'not-rechecked',
        resource: lock.resource,
        place: printExpr(use.to ?? use.expr),
        lockKind: lock.kind,
        line: use.line,
        otherLine: kept.line,
        exitClass: 'gone with its lock',
        trace: there.get(use)?.trace ?? null,
        certainty: 'sure',
        detail: JSON.stringify({ instead: printExpr(other.expr), test: printExpr(kept.expr), taken: [first.line, kept.line], sibling: false }),
        object: null,
      },
    ];
  }
  return [];
}

function alike(x: Step, y: Step): boolean {
  const p = atomsOf(x.expr);
  const q = atomsOf(y.expr);
  return q.length > 0 && p.length === q.length && q.every((atom) => p.includes(atom));
}

function acquires(side: Analysed, s: Step): boolean {
  return effectsOf(side, s).some((e) => e.op === 'acquire' && !CONTEXT_KINDS.has(e.kind));
}

function works(side: Analysed, s: Step): boolean {
  if (s.kind === 'assign') return s.to !== null && s.to.k !== 'id';
  const contract = contractOf(side, s);
  return (
    !contract || !(contract.pure || contract.result !== null || contract.outcomes.some((o) => o.effects.some((e) => e.op === 'acquire' || e.op === 'release')))
  );
}
