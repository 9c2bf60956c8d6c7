import { CONTEXT_KINDS } from '../kernel/contract.js';
import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { touches } from '../absint/touches.js';
import { printExpr } from '../cfg/print.js';
import { type At, holdingAt, type Holding, holdingKey } from '../lockgraph/holding.js';
import { next, reachable } from '../cfg/reach.js';
import { alignSteps, type Step, stepsOf } from '../lockgraph/steps.js';
import { detailOf } from './recheck-detail.js';
import { asksMember, atomsOf, comparesValues, namesIn, partsOf, readsShared } from './recheck-atoms.js';
import { contractOf, effectsOf } from '../lockgraph/step-effects.js';

/**
 * Tests that `before` makes under a lock (or after a try to get a reference) that it takes itself, without which it
 * does not go on, and that `after` goes on without. A test that moved, was merged into another or into a helper is there.
 * `alone`: a single question about the locked object counts too, where nothing but it was taken away.
 */
export function recheckEvents(before: Analysed, after: Analysed, alone: boolean): Event[] {
  const { candidates, pairs, a, b } = goneTests(before, after, alone);
  if (candidates.length === 0) return [];
  const there = holdingAt(
    after,
    candidates.flatMap((c) => c.uses),
  );
  // A lock says more than a reference, and the one taken last says most.
  const ranked = [...candidates].sort((x, y) => rank(x) - rank(y));
  const events: Event[] = [];
  const told = new Set<readonly Step[]>();
  for (const c of ranked) {
    const found = c.uses.flatMap((use) => {
      const at = there.get(use);
      const h = at && stillHeld(at, c.taken);
      return h ? [{ use, h, trace: at.traces.get(holdingKey(h)) ?? null }] : [];
    })[0];
    if (!found || told.has(c.group)) continue;
    told.add(c.group);
    events.push({
      kind: 'not-rechecked',
      resource: found.h.resource,
      place: printExpr(found.use.to ?? found.use.expr),
      lockKind: found.h.kind,
      line: found.use.line,
      otherLine: c.taken.line,
      exitClass: '',
      trace: found.trace,
      certainty: 'sure',
      detail: JSON.stringify(detailOf(c, found.use, pairs, { before, after, a, b })),
      object: null,
    });
  }
  return events;
}

/** The tests of `before` that `after` may miss, whether or not what they are made under is held there still. */
export function goneTests(
  before: Analysed,
  after: Analysed,
  alone: boolean,
): { readonly candidates: readonly Candidate[]; readonly pairs: ReadonlyMap<Step, Step>; readonly a: readonly Step[]; readonly b: readonly Step[] } {
  const a = stepsOf(before.cfg);
  const b = stepsOf(after.cfg);
  const { pairs, crossed } = locksFirst(before, a, b, alignSteps(a, b));
  const gone = groupsOf(
    before,
    a.filter((s) => s.kind === 'branch' && !pairs.has(s)),
  );
  const matched = new Set(pairs.values());
  const calledBefore = new Set(a.flatMap((s) => (s.kind === 'call' ? [printExpr(s.expr).split('(')[0]] : [])));
  const held = gone.length === 0 ? new Map<Step, At>() : holdingAt(before, gone.flat());
  const assigned = assignedParts(b);
  const candidates = gone.flatMap((group) =>
    candidatesOf(before, after, group, held, a, b, pairs, { crossed, alone: alone && onlyTestGone(before, group, a, b, pairs) }, (s) =>
      isReplacement(s, group, matched, calledBefore, assigned),
    ),
  );
  return { candidates, pairs, a, b };
}

function rank(c: Candidate): number {
  return (c.taken.holding.what === 'lock' ? 0 : 1e6) - c.taken.line;
}

/** A test that is gone, and what it kept apart. */
export interface Candidate {
  readonly group: readonly Step[];
  /** Line in `after` where the lock or reference is taken. */
  readonly taken: { readonly line: number; readonly holding: Holding };
  /** The step of `before` that takes it. */
  readonly step: Step;
  /** Where the code before goes when the test comes out right. */
  readonly to: number;
  /** Steps of `after` that are reached without the test. */
  readonly uses: readonly Step[];
}

function stillHeld(at: At, taken: Candidate['taken']): Holding | undefined {
  return [...at.some.values()].find(
    (h) => h.what === taken.holding.what && h.kind === taken.holding.kind && (h.line === taken.line || h.resource === taken.holding.resource),
  );
}

function candidatesOf(
  before: Analysed,
  after: Analysed,
  group: readonly Step[],
  held: ReadonlyMap<Step, At>,
  a: readonly Step[],
  b: readonly Step[],
  pairs: ReadonlyMap<Step, Step>,
  how: { readonly crossed: ReadonlySet<Step>; readonly alone: boolean },
  replaces: (s: Step) => boolean,
): Candidate[] {
  if (!group.some((s) => readsShared(s.expr)) || group.some((s) => testsOperation(before, a, s))) return [];
  const inside = new Set(group.map((s) => s.block));
  const exits = [...new Set(group.flatMap((s) => next(before.cfg, s.block)))].filter((to) => !inside.has(to));
  const barriers = new Set(b.filter((s) => s.kind === 'branch' && replaces(s)).map((s) => s.block));
  const out: Candidate[] = [];
  const anchors = anchorsOf(before, group, a, pairs);
  for (const { holding, step } of takersOf(group, held, a, before)) {
    const there = pairs.get(step);
    if (
      !there ||
      !(
        comparesOld(before, group, a) ||
        (!group.some((s) => how.crossed.has(s)) && (asksAgain(group, a, pairs) || (how.alone && asksLocked(before, group, holding, step, a))))
      )
    )
      continue;
    const free = reachable(after.cfg, there.block, undefined, barriers);
    const all = reachable(before.cfg, step.block);
    const open = (s: Step): boolean => s === there || free.has(s.block) || (s.block === there.block && s.at > there.at);
    const starts = [there, ...anchors.filter(open)];
    for (const to of exits) {
      const others = exits.filter((x) => x !== to);
      if (!goesOn(before, after, to, anchors, a, b, pairs) || others.some((x) => worksOn(before, x, step, inside, a, holding, pairs))) continue;
      const cut = new Set(group.map((s) => `${s.block}>${to}`));
      // What is done only after the test came out right, on the ways from the lock or, where there is a way around it, from the test itself.
      const outside = [
        reachable(before.cfg, step.block, cut),
        ...(anchors.length > 0 ? [reachable(before.cfg, entryOf(before, group), cut, releasing(before, a, holding))] : []),
      ];
      const without = outside.sort((x, y) => x.size - y.size)[0] as ReadonlySet<number>;
      const guarded = a.filter((s) => all.has(s.block) && !without.has(s.block) && s.block !== step.block && !inside.has(s.block) && isUse(s, before));
      const uses = guarded
        .flatMap((s) => pairs.get(s) ?? [])
        .filter((s) => starts.some((p) => (p.block === s.block && s.at > p.at) || reachable(after.cfg, p.block, undefined, barriers).has(s.block)));
      if (uses.length > 0)
        out.push({
          group,
          step,
          to,
          taken: { line: there.line, holding },
          uses: [...uses.filter((u) => u.line >= there.line), ...uses.filter((u) => u.line < there.line)],
        });
    }
  }
  return out;
}

/** Pairs locks that moved past a test, rather than the test: under them it is not made any more. */
function locksFirst(
  before: Analysed,
  a: readonly Step[],
  b: readonly Step[],
  aligned: ReadonlyMap<Step, Step>,
): { pairs: ReadonlyMap<Step, Step>; crossed: ReadonlySet<Step> } {
  const matched = new Set(aligned.values());
  const pairs = new Map(aligned);
  const crossed = new Set<Step>();
  for (const s of a) {
    const acquires = !aligned.has(s) && effectsOf(before, s).some((e) => e.op === 'acquire');
    const there = acquires ? b.filter((x) => x.key === s.key && !matched.has(x)) : [];
    const [only] = there;
    if (only === undefined || there.length > 1) continue;
    for (const [x, y] of aligned) if (x.kind === 'branch' && x.line >= s.line && y.line <= only.line && pairs.delete(x)) crossed.add(x);
    pairs.set(s, only);
  }
  return { pairs, crossed };
}

/** Whether the test compares with what was read before. */
export function comparesOld(side: Analysed, group: readonly Step[], a: readonly Step[]): boolean {
  return group.some((s) =>
    comparesValues(s.expr, (name) =>
      a.some((c) => c.kind === 'call' && c.expr.k === 'call' && c.expr.fn.k === 'id' && c.expr.fn.name === name && sameTypes(side, c)),
    ),
  );
}

/** Whether the test asks what has been asked before. */
function asksAgain(group: readonly Step[], a: readonly Step[], pairs: ReadonlyMap<Step, Step>): boolean {
  const asked = new Set(group.flatMap((s) => atomsOf(s.expr)));
  const line = group[0]?.line ?? 0;
  return a.some((s) => s.kind === 'branch' && s.line < line && pairs.has(s) && atomsOf(s.expr).some((x) => asked.has(x)));
}

/** Whether the first thing done under a lock is to ask the object that the lock is in for its state. */
function asksLocked(side: Analysed, group: readonly Step[], holding: Holding, taken: Step, a: readonly Step[]): boolean {
  const object = /^\W*(\w+)(?:->|\.)/.exec(holding.place)?.[1];
  if (holding.what !== 'lock' || object === undefined || !group.every((s) => asksMember(s.expr, object))) return false;
  return firstSteps(side, taken.block, taken.at, a, (s) => group.includes(s) || (s.kind === 'call' && isUse(s, side))).some((s) => group.includes(s));
}

/** Nothing but the test, and the way out that it led to, is gone, and nothing has come. */
function onlyTestGone(side: Analysed, group: readonly Step[], a: readonly Step[], b: readonly Step[], pairs: ReadonlyMap<Step, Step>): boolean {
  if (b.length !== pairs.size) return false;
  return a.every(
    (s) => pairs.has(s) || group.includes(s) || s.kind === 'return' || (s.kind === 'assign' && s.to?.k === 'id') || (s.kind === 'call' && !isUse(s, side)),
  );
}

/** A function of two values of one type that only looks: it compares them. */
function sameTypes(side: Analysed, call: Step): boolean {
  const contract = contractOf(side, call);
  const [x, y, more] = contract?.params ?? [];
  return contract?.pure === true && x !== undefined && y !== undefined && !more && x.type.base === y.type.base && x.type.pointers === y.type.pointers;
}

/** Whether what comes first on this side of the test comes right after what is before it now. */
function goesOn(
  before: Analysed,
  after: Analysed,
  to: number,
  anchors: readonly Step[],
  a: readonly Step[],
  b: readonly Step[],
  pairs: ReadonlyMap<Step, Step>,
): boolean {
  const matched = new Set(pairs.values());
  const first = new Set(firstSteps(before, to, -1, a, (s) => pairs.has(s)).map((s) => pairs.get(s)));
  return anchors.some((p) => firstSteps(after, p.block, p.at, b, (s) => matched.has(s)).some((s) => first.has(s)));
}

/** On each way from a place the first step that counts. */
function firstSteps(side: Analysed, block: number, at: number, steps: readonly Step[], counts: (s: Step) => boolean): Step[] {
  const found: Step[] = [];
  const seen = new Set<number>();
  const walk = (id: number, after: number): void => {
    const here = steps.filter((s) => s.block === id && s.at > after && counts(s)).sort((x, y) => x.at - y.at)[0];
    if (here) {
      found.push(here);
      return;
    }
    for (const n of next(side.cfg, id))
      if (!seen.has(n)) {
        seen.add(n);
        walk(n, -1);
      }
  };
  walk(block, at);
  return found;
}

/** Whether the function does something that is left on this side of the test, before it gives back what it holds. */
function worksOn(
  side: Analysed,
  from: number,
  taken: Step,
  inside: ReadonlySet<number>,
  steps: readonly Step[],
  holding: Holding,
  pairs: ReadonlyMap<Step, Step>,
): boolean {
  const gives = releasing(side, steps, holding);
  const stop = new Set([...gives, ...inside, taken.block]);
  const blocks = new Set([from, ...(stop.has(from) ? [] : reachable(side.cfg, from, undefined, stop))]);
  return steps.some(
    (s) => blocks.has(s.block) && !gives.has(s.block) && !inside.has(s.block) && s.block !== taken.block && s.kind === 'call' && pairs.has(s) && isUse(s, side),
  );
}

/** Blocks that give such a lock or reference back: what comes after them is another story. */
function releasing(side: Analysed, steps: readonly Step[], holding: Holding): ReadonlySet<number> {
  const gives = (s: Step): boolean =>
    contractOf(side, s)?.outcomes.some((o) =>
      o.effects.some((e) => (e.op === 'release' || e.op === 'put') && (e.op === 'release') === (holding.what === 'lock') && e.kind === holding.kind),
    ) ?? false;
  return new Set(steps.filter(gives).map((s) => s.block));
}

function entryOf(side: Analysed, group: readonly Step[]): number {
  const blocks = new Set(group.map((s) => s.block));
  return (group.find((s) => !group.some((x) => x !== s && blocks.has(x.block) && next(side.cfg, x.block).includes(s.block))) ?? (group[0] as Step)).block;
}

/** The steps right before the test that both sides have, as steps of `after`. */
function anchorsOf(before: Analysed, group: readonly Step[], a: readonly Step[], pairs: ReadonlyMap<Step, Step>): Step[] {
  const entry = entryOf(before, group);
  const first = group.find((s) => s.block === entry) as Step;
  const last = (block: number, below: number): Step | undefined =>
    a.filter((s) => s.block === block && s.at < below && pairs.has(s)).sort((x, y) => y.at - x.at)[0];
  const own = last(entry, first.at);
  if (own) return [pairs.get(own) as Step];
  const found: Step[] = [];
  const seen = new Set([entry]);
  for (let blocks = [entry]; blocks.length > 0 && seen.size < 40; ) {
    const before1 = blocks.flatMap((id) => before.cfg.order.filter((p) => !seen.has(p) && next(before.cfg, p).includes(id)));
    blocks = [];
    for (const p of before1) {
      seen.add(p);
      const s = last(p, Infinity);
      if (s) found.push(pairs.get(s) as Step);
      else blocks.push(p);
    }
  }
  return found;
}

/** A test of what an operation came to, rather than of what is there: a trylock, a split, an allocation. */
function testsOperation(side: Analysed, a: readonly Step[], test: Step): boolean {
  const text = printExpr(test.expr);
  return a.some((s) => {
    const c = s.line <= test.line ? contractOf(side, s) : undefined;
    return c !== undefined && touches(c) && text.includes(printExpr(s.expr));
  });
}

/** Where the locks and references come from that are held at the test, as steps that take them. */
function takersOf(group: readonly Step[], held: ReadonlyMap<Step, At>, a: readonly Step[], side: Analysed): { holding: Holding; step: Step }[] {
  const found = new Map<string, Holding>();
  for (const s of group) for (const [k, h] of held.get(s)?.some ?? []) if (!CONTEXT_KINDS.has(h.kind)) found.set(k, h);
  return [...found.values()].flatMap((holding) =>
    a.filter((s) => s.line === holding.line && s.kind === 'call' && takes(s, side, holding)).map((step) => ({ holding, step })),
  );
}

function takes(s: Step, side: Analysed, holding: Holding): boolean {
  const contract = contractOf(side, s);
  if (!contract) return false;
  if (holding.what === 'lock') return contract.outcomes.some((o) => o.effects.some((e) => e.op === 'acquire' || (holding.asserted && e.op === 'assert-held')));
  // A reference that may not be had any more: the object may be another one by now.
  const gets = contract.outcomes.filter((o) => o.effects.some((e) => e.op === 'get'));
  return gets.length > 0 && gets.length < contract.outcomes.length && s.instr?.op === 'call' && s.instr.args.length > 0;
}

/** Something that relies on what was tested: not a release on the way out, and not a further test. */
function isUse(s: Step, side: Analysed): boolean {
  if (s.kind === 'branch') return false;
  if (s.kind === 'return') return s.expr.k !== 'num' && !(s.expr.k === 'id' && /^[A-Z]/.test(s.expr.name)) && !(s.expr.k === 'unary');
  if (s.kind === 'assign') return true;
  if (s.instr && side.effects.harmless.has(s.instr)) return true;
  const contract = contractOf(side, s);
  if (!contract) return true;
  if (contract.pure || contract.result !== null) return false;
  const ops = contract.outcomes.flatMap((o) => o.effects.map((e) => e.op));
  return !(touches(contract) && ops.every((op) => op === 'release' || op === 'put' || op === 'assert-held' || op === 'sleep'));
}

/** A test of `after` that may stand for the one that is gone: it asks the same, or is new and asks what was not asked before. */
function isReplacement(
  s: Step,
  group: readonly Step[],
  matched: ReadonlySet<Step>,
  calledBefore: ReadonlySet<string | undefined>,
  assigned: ReadonlyMap<string, readonly string[]>,
): boolean {
  const asked = new Set(group.flatMap((g) => atomsOf(g.expr)));
  if (atomsOf(s.expr).some((x) => asked.has(x))) return true;
  if (matched.has(s)) return false;
  const read = new Set(group.flatMap((g) => partsOf(g.expr)));
  return [...partsOf(s.expr), ...namesIn(s.expr).flatMap((n) => assigned.get(n) ?? [])].some(
    (x) => read.has(x) || (x.endsWith('()') && !calledBefore.has(x.slice(0, -2))),
  );
}

/** Variables to what is in the values that they are given. */
function assignedParts(steps: readonly Step[]): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const s of steps) if (s.to?.k === 'id') out.set(s.to.name, [...(out.get(s.to.name) ?? []), ...partsOf(s.expr)]);
  return out;
}

/** The tests of one condition that are gone together, in source order. */
function groupsOf(side: Analysed, gone: readonly Step[]): Step[][] {
  const groups: Step[][] = [];
  for (const s of gone) {
    const mine = groups.find((g) => g.some((x) => next(side.cfg, x.block).includes(s.block)));
    if (mine && isOnlyTest(side, s)) mine.push(s);
    else groups.push([s]);
  }
  return groups;
}

function isOnlyTest(side: Analysed, s: Step): boolean {
  return side.cfg.blocks[s.block]?.instrs.every((i) => i.op === 'call' && i.to !== null) ?? false;
}
