import { CONTEXT_KINDS } from '../kernel/contract.js';
import { lastPart, type Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import type { Step as TraceStep } from '../absint/state.js';
import { printExpr } from '../cfg/print.js';
import { type At, holdingAt, type Holding, holdingKey } from '../lockgraph/holding.js';
import { reachable } from '../cfg/reach.js';
import type { Step } from '../lockgraph/steps.js';
import { atomsOf, namesIn } from './recheck-atoms.js';
import { siblingDetail, valuesIn } from './recheck-detail.js';
import { type Candidate, comparesOld, goneTests } from './recheck-events.js';
import { contractOf } from '../lockgraph/step-effects.js';

/**
 * Tests that the change adds after one way of taking a lock and not after another way of the same function, where both
 * ways go on alike: to the same step under the lock, or out of the function with the lock held and the same result.
 * What the slow way has to look at again may have changed on the fast one too. A lock that only the other way still
 * holds is a reason not to look.
 */
export function siblingEvents(before: Analysed, after: Analysed): Event[] {
  const { candidates, pairs, a: steps } = goneTests(after, before, false);
  const added = candidates.filter((c) => c.taken.holding.what === 'lock' && comparesOld(after, c.group, steps));
  if (added.length === 0) return [];
  const there = holdingAt(after, steps);
  const told = new Set<readonly Step[]>();
  return added.flatMap((c) => {
    if (told.has(c.group)) return [];
    const others = otherWays(after, c, steps, there);
    const untested = others.length === 0 ? null : withoutTests(after, c, steps);
    const found = untested === null ? undefined : others.flatMap((other) => useOf(after, c, other, steps, pairs, untested) ?? [])[0];
    if (!found) return [];
    told.add(c.group);
    const { other, use, holding, trace } = found;
    return [
      {
        kind: 'not-rechecked' as const,
        resource: holding.resource,
        place: printExpr(use.to ?? use.expr),
        lockKind: holding.kind,
        line: use.line,
        otherLine: other.line,
        exitClass: 'taken another way',
        trace,
        certainty: 'sure' as const,
        detail: JSON.stringify(siblingDetail(c, other, use, after, steps)),
        object: null,
      },
    ];
  });
}

/** Other steps that take the lock of a test, before which nothing more is held than before the one that the test belongs to. */
function otherWays(side: Analysed, c: Candidate, steps: readonly Step[], there: ReadonlyMap<Step, At>): Step[] {
  const own = there.get(c.step);
  const { kind } = c.taken.holding;
  const allowed = new Set([...(own?.some.values() ?? [])].map((h) => h.resource));
  return steps.filter((s) => {
    const at = there.get(s);
    const contract = contractOf(side, s);
    if (s.kind !== 'call' || s.line === c.step.line || !at || !own || !contract) return false;
    const takes = contract.outcomes.some(
      (o) => o.effects.some((e) => e.op === 'acquire' && e.kind === kind) && !o.effects.some((e) => e.op === 'release' && e.kind === kind),
    );
    const more =
      [...at.some.values()].some((h) => h.what === 'lock' && !CONTEXT_KINDS.has(h.kind) && !allowed.has(h.resource)) ||
      [...own.dropped].some((x) => !at.dropped.has(x));
    return takes && !more && !servesBoth(side, c, s) && meansTheSame(side, c, s, steps);
  });
}

/** Whether both ways come to the one test. */
function servesBoth(side: Analysed, c: Candidate, other: Step): boolean {
  const ahead = reachable(side.cfg, other.block, undefined, new Set([c.step.block]));
  return c.group.some((g) => g.block !== c.step.block && ahead.has(g.block));
}

/** Each variable of the test has been given its value before `taken`, and no other value than the test's own way may find in it. */
function meansTheSame(side: Analysed, c: Candidate, taken: Step, steps: readonly Step[]): boolean {
  const values = new Set(c.group.flatMap((s) => valuesIn(s.expr)));
  const reaches = (def: Step, to: Step, all: readonly Step[]): boolean =>
    (def.block === to.block && def.at < to.at) ||
    reachable(side.cfg, def.block, undefined, new Set(all.filter((d) => d.block !== def.block).map((d) => d.block))).has(to.block);
  return (
    values.size > 0 &&
    [...new Set(c.group.flatMap((s) => namesIn(s.expr)))].every((name) => {
      const all = steps.filter((s) => s.to?.k === 'id' && s.to.name === name);
      if (all.length === 0) return !values.has(name) || side.cfg.fn.params.some((p) => p.name === name);
      const here = all.filter((d) => reaches(d, taken, all));
      return here.length > 0 && here.every((d) => reaches(d, c.step, all));
    })
  );
}

interface Untested {
  readonly barriers: ReadonlySet<number>;
  readonly there: ReadonlyMap<Step, At>;
}

/** What is held at each step on the ways that come there without making the test, or one like it. */
function withoutTests(side: Analysed, c: Candidate, steps: readonly Step[]): Untested {
  const asked = new Set(c.group.flatMap((s) => atomsOf(s.expr)));
  const barriers = new Set(steps.filter((s) => s.kind === 'branch' && atomsOf(s.expr).some((x) => asked.has(x))).map((s) => s.block));
  const blocks = side.cfg.blocks.map((b) => (barriers.has(b.id) && 'line' in b.term ? { ...b, term: { k: 'unreachable' as const, line: b.term.line } } : b));
  return { barriers, there: holdingAt({ ...side, cfg: { ...side.cfg, blocks } }, steps) };
}

/** The step that relies on the other way without the test: one that the test guards, or the end where the lock is handed out. */
function useOf(
  side: Analysed,
  c: Candidate,
  other: Step,
  steps: readonly Step[],
  pairs: ReadonlyMap<Step, Step>,
  { barriers, there }: Untested,
): { readonly other: Step; readonly use: Step; readonly holding: Holding; readonly trace: TraceStep | null } | null {
  const { holding: own } = c.taken;
  const onItsWay = reachable(side.cfg, c.to, undefined, new Set([other.block]));
  const guarded = new Set(c.uses);
  const shared = (s: Step): boolean => {
    const p = pairs.get(s);
    return p !== undefined && guarded.has(p) && (s.block === c.to || onItsWay.has(s.block)) && s.block !== other.block;
  };
  const open = (s: Step): Holding | undefined =>
    barriers.has(s.block)
      ? undefined
      : [...(there.get(s)?.some.values() ?? [])].find(
          (h) => h.what === 'lock' && h.line === other.line && h.kind === own.kind && lastPart(h.resource) === lastPart(own.resource),
        );
  // Both ways out have the same result, and what it hands out is the lock.
  const handsOut = side.summary.exits.filter((x) =>
    x.tokens.some(
      (t) => t.change === 'gain' && t.what === 'lock' && t.lockKind === own.kind && lastPart(t.resource.replace(/ \(shared\)$/, '')) === lastPart(own.resource),
    ),
  );
  const alike = handsOut.some((x) => new Set(handsOut.filter((y) => y.exit === x.exit).flatMap((y) => y.sites)).size > 1);
  const use = steps.find((s) => shared(s) && open(s) !== undefined) ?? (alike ? steps.find((s) => s.kind === 'return' && open(s) !== undefined) : undefined);
  const holding = use === undefined ? undefined : open(use);
  return use === undefined || holding === undefined ? null : { other, use, holding, trace: there.get(use)?.traces.get(holdingKey(holding)) ?? null };
}
