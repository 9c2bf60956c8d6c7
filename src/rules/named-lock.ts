import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { printExpr } from '../cfg/print.js';
import { reachable } from '../cfg/reach.js';
import { type Step, stepsOf } from '../lockgraph/steps.js';
import { lastName } from './guard-events.js';
import { effectsOf } from '../lockgraph/step-effects.js';

/**
 * A member of the caller's object names the lock that the function took, and still does when it comes back without the
 * lock, though `callers`, which the same change touches, clear that member whenever they give the lock back: for them it
 * says whether the lock is held.
 */
export function namedLockEvents(after: Analysed, callers: readonly Analysed[]): Event[] {
  if (callers.length === 0) return [];
  const steps = stepsOf(after.cfg);
  const params = new Set(after.fn.params.filter((p) => p.type.pointers > 0).map((p) => p.name));
  return steps
    .flatMap((given): Event[] => {
      const place = memberReleased(after, given, params);
      if (place === null) return [];
      const writes = steps.filter((s) => s.kind === 'assign' && s.to !== null && printExpr(s.to) === place);
      const named = writes.find(
        (s) => !isNull(s) && s.line < given.line && steps.some((t) => t.line >= s.line && t.line < given.line && memberOf(after, t, 'acquire') === place),
      );
      const cleared = callers.find((c) => clears(c, lastName(place)));
      if (!named || !cleared || !leaves(after, given, writes)) return [];
      return [
        {
          kind: 'release-not-held',
          resource: place,
          place,
          lockKind: 'spin',
          line: given.line,
          otherLine: named.line,
          exitClass: '',
          trace: { line: given.line, block: given.block, note: `${printExpr(given.expr)} releases ${place}, which names the lock still`, prev: null },
          certainty: 'sure',
          detail: `named ${cleared.fn.name}`,
          object: null,
        },
      ];
    })
    .slice(0, 1);
}

/** The member of a parameter's object by which a step gives a lock back. */
function memberReleased(side: Analysed, s: Step, params: ReadonlySet<string>): string | null {
  const place = memberOf(side, s, 'release');
  return place !== null && params.has(/^\w+/.exec(place)?.[0] ?? '') ? place : null;
}

function memberOf(side: Analysed, s: Step, op: 'acquire' | 'release'): string | null {
  if (s.kind !== 'call' || s.expr.k !== 'call' || !effectsOf(side, s).some((e) => e.op === op)) return null;
  const given = s.expr.args.find((a) => a.k === 'member' && a.arrow && a.obj.k === 'id');
  return given ? printExpr(given) : null;
}

/** Wherever the function gives back a lock by a member of that name, the member is set to NULL next. */
function clears(side: Analysed, member: string): boolean {
  const steps = stepsOf(side.cfg);
  const given = steps.filter(
    (s) =>
      lastName(memberOf(side, s, 'release') ?? '') === member ||
      (s.kind === 'call' &&
        s.expr.k === 'call' &&
        effectsOf(side, s).some((e) => e.op === 'release') &&
        s.expr.args.some((a) => a.k === 'member' && a.field === member)),
  );
  return (
    given.length > 0 &&
    given.every((g) =>
      steps.some((s) => s.kind === 'assign' && s.block === g.block && s.at > g.at && s.to?.k === 'member' && s.to.field === member && isNull(s)),
    )
  );
}

/** Some way from there comes back without another word on the member. */
function leaves(side: Analysed, given: Step, writes: readonly Step[]): boolean {
  if (writes.some((w) => w.block === given.block && w.at > given.at)) return false;
  const blocks = reachable(side.cfg, given.block, undefined, new Set(writes.filter((w) => w.block !== given.block).map((w) => w.block)));
  return [...blocks].some((id) => side.cfg.blocks[id]?.term.k === 'return' && !writes.some((w) => w.block === id));
}

function isNull(s: Step): boolean {
  return (
    (s.expr.k === 'num' && s.expr.value === 0) ||
    (s.expr.k === 'id' && s.expr.name === 'NULL') ||
    (s.expr.k === 'cast' && s.expr.arg.k === 'num' && s.expr.arg.value === 0)
  );
}
