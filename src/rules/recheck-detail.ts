import type { Analysed } from '../absint/program.js';
import { printExpr } from '../cfg/print.js';
import { reachable } from '../cfg/reach.js';
import type { Step } from '../lockgraph/steps.js';
import type { Candidate } from './recheck-events.js';

/** What the rule makes its message of, and the model its scenario. Blocks and places are those of each side's control-flow graph. */
export interface RecheckDetail {
  readonly test: string;
  /** Blocks that end in the test, a part of it, or the same test made elsewhere, each with the block to which it leads when it comes out right. */
  readonly tests: { readonly before: readonly Place[]; readonly after: readonly Place[] };
  /** The step that relies on it. */
  readonly before: Place;
  readonly after: Place;
  /** Lines where the lock is taken, before and after. */
  readonly taken: readonly [number, number];
  /** All that it compares is read under the lock: nothing of before is relied on. */
  readonly fresh: boolean;
  /** The test is made after another way of taking the lock: `before` and the first of each pair speak of that way, on the same side. */
  readonly sibling: boolean;
}

/** A block, and a place in it or another block. */
type Place = readonly [number, number];

interface Sides {
  readonly before: Analysed;
  readonly after: Analysed;
  readonly a: readonly Step[];
  readonly b: readonly Step[];
}

export function detailOf(c: Candidate, use: Step, pairs: ReadonlyMap<Step, Step>, { before, after, a, b }: Sides): RecheckDetail {
  const [theirs] = [...pairs].find(([, t]) => t === use) ?? [];
  return {
    test: c.group.map((s) => printExpr(s.expr)).join(' … '),
    tests: { before: [...c.group.map((s): Place => [s.block, c.to]), ...alike(c, before, before, a)], after: alike(c, before, after, b) },
    before: theirs ? [theirs.block, theirs.at] : [-1, -1],
    after: [use.block, use.at],
    taken: [c.step.line, c.taken.line],
    fresh: isFresh(c, [...pairs.keys()]),
    sibling: false,
  };
}

/** `use` relies on the lock as `other` takes it; on the way that is tested the first thing that the test guards does. */
export function siblingDetail(c: Candidate, other: Step, use: Step, side: Analysed, steps: readonly Step[]): RecheckDetail {
  const tests = [...c.group.map((s): Place => [s.block, c.to]), ...alike(c, side, side, steps)];
  const cut = new Set(c.group.map((s) => `${s.block}>${c.to}`));
  const without = reachable(side.cfg, c.step.block, cut);
  const shared = reachable(side.cfg, other.block, cut, new Set([c.step.block]));
  const guarded = steps.find(
    (s) => s !== use && !without.has(s.block) && !shared.has(s.block) && s.block !== c.step.block && reachable(side.cfg, c.step.block).has(s.block),
  );
  return {
    test: c.group.map((s) => printExpr(s.expr)).join(' … '),
    tests: { before: tests, after: tests },
    before: guarded ? [guarded.block, guarded.at] : [-1, -1],
    after: [use.block, use.at],
    taken: [c.step.line, other.line],
    fresh: false,
    sibling: true,
  };
}

/** The same test elsewhere in a side, where the whole test is one comparison. */
function alike(c: Candidate, before: Analysed, side: Analysed, steps: readonly Step[]): Place[] {
  const [test, more] = c.group;
  const term = before.cfg.blocks[test?.block ?? -1]?.term;
  if (test === undefined || more !== undefined || term?.k !== 'branch') return [];
  return steps.flatMap((s): Place[] => {
    const other = side.cfg.blocks[s.block]?.term;
    return s === test || s.kind !== 'branch' || s.key !== test.key || other?.k !== 'branch' ? [] : [[s.block, term.then === c.to ? other.then : other.else]];
  });
}

function isFresh(c: Candidate, steps: readonly Step[]): boolean {
  const names = c.group.flatMap((s) => valuesIn(s.expr));
  const last = Math.max(...c.group.map((s) => s.line));
  return names.length > 0 && names.every((n) => steps.some((s) => s.to?.k === 'id' && s.to.name === n && s.line > c.step.line && s.line <= last));
}

/** Variables whose own value is compared, not what they point to. */
export function valuesIn(e: Step['expr']): string[] {
  switch (e.k) {
    case 'id':
      return /^[A-Z][A-Z0-9_]*$/.test(e.name) ? [] : [e.name];
    case 'unary':
      return e.op === '*' || e.op === '&' ? [] : valuesIn(e.arg);
    case 'cast':
      return valuesIn(e.arg);
    case 'binary':
      return [...valuesIn(e.left), ...valuesIn(e.right)];
    case 'call':
      return e.args.flatMap(valuesIn);
    default:
      return [];
  }
}
