import type { Expr } from '../parse/c/ast.js';
import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import type { Cfg } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import { next, reachable } from '../cfg/reach.js';
import { alignSteps, type Step, stepsOf } from '../lockgraph/steps.js';
import { namesIn } from './recheck-atoms.js';
import { contractOf, effectsOf } from '../lockgraph/step-effects.js';

/** English word parts of functions that close what another one opened. No kernel names. */
const GIVES_BACK = /(^|_)(put|unref|unget)(_|$)/;
const UNLOCKS = /(^|_)unlock(_|$)/;

/**
 * What `before` gave back on every way behind a test, whichever way it came out, and `after` gives back on one side of the
 * same test only: whose it was, and whether a body of the function that gives it back is known, does not matter.
 */
export function forgottenHalves(before: Analysed, after: Analysed): Event[] {
  const a = stepsOf(before.cfg);
  const closers = new Map(a.filter((s) => closes(before, s)).map((s) => [s.key, s]));
  if (closers.size === 0) return [];
  const b = stepsOf(after.cfg);
  const pairs = [...alignSteps(a, b)].filter(([x]) => x.kind === 'branch');
  return [...closers].flatMap(([key, closer]) => {
    const root = rootOf(argumentOf(closer));
    if (root === null || b.some((s) => s.kind === 'call' && namesIn(s.expr).includes(root) && !a.some((x) => x.key === s.key))) return [];
    const was = stopsAt(a, key);
    const is = stopsAt(b, key);
    const lost = pairs
      .flatMap(([x, y]) => {
        const old = sidesOf(before.cfg, x);
        const now = sidesOf(after.cfg, y);
        if (old === null || now === null || answers(x, root) || !old.every((id) => givesBack(before.cfg, id, was))) return [];
        const [kept, more] = now.filter((id) => givesBack(after.cfg, id, is));
        const open = now.find((id) => id !== kept);
        return kept === undefined ||
          more !== undefined ||
          open === undefined ||
          !alikeBefore(before, after, a, b, x, y, root) ||
          handsOn(after.cfg, b, open, is, root)
          ? []
          : [{ test: y, taken: open === now[0] }];
      })
      .at(-1);
    return lost === undefined ? [] : [eventOf(before, after, closer, lost.test, lost.taken)];
  });
}

/** A function that puts what it is given, or one of which nothing is known but such a name. */
function closes(side: Analysed, s: Step): boolean {
  if (s.kind !== 'call' || s.instr?.op !== 'call' || s.instr.callee === null || s.instr.to !== null || argumentOf(s) === null) return false;
  const contract = contractOf(side, s);
  if (contract) return contract.outcomes.every((o) => o.effects.some((e) => e.op === 'put' && e.place.k === 'id' && e.place.name === contract.params[0]?.name));
  return !side.effects.harmless.has(s.instr) && (GIVES_BACK.test(s.instr.callee) || UNLOCKS.test(s.instr.callee));
}

function argumentOf(s: Step): Expr | null {
  return s.expr.k === 'call' ? (s.expr.args[0] ?? null) : null;
}

function rootOf(e: Expr | null): string | null {
  if (e === null) return null;
  return e.k === 'id' ? e.name : e.k === 'member' ? rootOf(e.obj) : e.k === 'cast' || (e.k === 'unary' && e.op === '&') ? rootOf(e.arg) : null;
}

function stopsAt(steps: readonly Step[], key: string): ReadonlySet<number> {
  return new Set(steps.filter((s) => s.key === key).map((s) => s.block));
}

/** Where a test leads when it is true, and when it is not. */
function sidesOf(cfg: Cfg, test: Step): readonly [number, number] | null {
  const term = cfg.blocks[test.block]?.term;
  return term?.k === 'branch' && term.then !== term.else ? [term.then, term.else] : null;
}

/** No way from the start of a block comes to an end of the function without a block of `stops`. */
function givesBack(cfg: Cfg, from: number, stops: ReadonlySet<number>): boolean {
  if (stops.has(from)) return true;
  return ![from, ...reachable(cfg, from, undefined, stops)].some((id) => !stops.has(id) && cfg.blocks[id]?.term.k === 'return');
}

/** The test asks what a function said that was given the object: it may have taken it over. */
function answers(test: Step, root: string): boolean {
  return namesIn(test.expr).includes(root);
}

/** What is done with the object ahead of the test is the same on both sides, and its answer is no result of that. */
function alikeBefore(before: Analysed, after: Analysed, a: readonly Step[], b: readonly Step[], x: Step, y: Step, root: string): boolean {
  const ahead = (side: Analysed, steps: readonly Step[], test: Step): Step[] =>
    steps.filter(
      (s) =>
        (s.kind === 'call' || s.kind === 'assign') &&
        (s.block === test.block ? s.at < test.at : reachable(side.cfg, s.block).has(test.block)) &&
        [s.expr, ...(s.to === null ? [] : [s.to])].some((e) => namesIn(e).includes(root)),
    );
  const old = ahead(before, a, x);
  const now = ahead(after, b, y);
  const asked = new Set(namesIn(y.expr));
  const said = old.some(
    (s) =>
      s.kind === 'assign' &&
      s.to !== null &&
      s.expr.k === 'call' &&
      s.to.k === 'id' &&
      asked.has(s.to.name) &&
      s.expr.args.some((e) => rootOf(e) === root) &&
      s.block === x.block,
  );
  return (
    !said &&
    old
      .map((s) => s.key)
      .sort()
      .join() ===
      now
        .map((s) => s.key)
        .sort()
        .join()
  );
}

/** On the way out the object is returned, stored, or given to somebody. */
function handsOn(cfg: Cfg, steps: readonly Step[], from: number, stops: ReadonlySet<number>, root: string): boolean {
  const way = new Set([from, ...reachable(cfg, from, undefined, stops)].filter((id) => !stops.has(id)));
  return steps.some(
    (s) => way.has(s.block) && s.kind !== 'branch' && ((s.kind === 'assign' && s.to !== null && rootOf(s.to) === root) || namesIn(s.expr).includes(root)),
  );
}

function eventOf(before: Analysed, side: Analysed, closer: Step, test: Step, taken: boolean): Event {
  const name = closer.instr?.op === 'call' ? (closer.instr.callee ?? '') : '';
  const place = printExpr(argumentOf(closer) as Expr);
  const put = effectsOf(before, closer).find((e) => e.op === 'put');
  const kind =
    put?.op === 'put'
      ? put.kind
      : name
          .split('_')
          .filter((w) => !/^(put|unref|unget|unlock)$/.test(w))
          .join('_') || name;
  const lock = put === undefined && UNLOCKS.test(name) && !GIVES_BACK.test(name);
  const first = next(side.cfg, test.block)[taken ? 0 : 1];
  return {
    kind: lock ? 'held-at-exit' : 'owned-at-exit',
    resource: lock ? `what ${name}(${place}) gives back` : `${kind} reference`,
    place,
    lockKind: lock ? 'other' : kind,
    line: test.line,
    otherLine: closer.line,
    exitClass: `leaves where ${printExpr(test.expr)} is ${taken ? 'true' : 'false'}`,
    trace: first === undefined ? null : { line: test.line, block: test.block, note: `${printExpr(test.expr)} is ${taken ? 'true' : 'false'}`, prev: null },
    certainty: 'sure',
    detail: lock ? 'half' : 'found',
    object: null,
  };
}
