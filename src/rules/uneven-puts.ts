import type { Expr } from '../parse/c/ast.js';
import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { printExpr } from '../cfg/print.js';
import { next } from '../cfg/reach.js';
import { type Step, stepsOf } from '../lockgraph/steps.js';
import { countedBy } from './put-order-events.js';
import { namesIn } from './recheck-atoms.js';
import { contractOf } from '../lockgraph/step-effects.js';

/**
 * An object that a call gave, of which nobody knows whether it came with a reference: `before` put it on every way on
 * which there was one, so it did, and `after` still puts it on some way, and on another forgets it behind a new test of it.
 */
export function unevenPuts(before: Analysed, after: Analysed): Event[] {
  const was = waysOf(before);
  const is = waysOf(after);
  return [...is].flatMap(([name, { kind, forgotten, given }]) => {
    const old = was.get(name);
    if (forgotten === null || old === undefined || old.kind !== kind || old.forgotten !== null) return [];
    return [
      {
        kind: 'owned-at-exit' as const,
        resource: `${kind} reference`,
        place: name,
        lockKind: kind,
        line: forgotten.line,
        otherLine: given.line,
        exitClass: `goes on where ${printExpr(forgotten.expr)} comes out the other way`,
        trace: null,
        certainty: 'sure' as const,
        detail: 'found',
        object: null,
      },
    ];
  });
}

interface Ways {
  readonly kind: string;
  readonly given: Step /** The last test of the object on a way that loses it. */;
  readonly forgotten: Step | null;
}

/** Variables that a call gives an object, and of which some way puts a reference that the function has not taken itself. */
function waysOf(side: Analysed): Map<string, Ways> {
  const steps = stepsOf(side.cfg);
  const out = new Map<string, Ways>();
  const taken = new Set(countedBy(side, steps, 'get').map((g) => g.name));
  for (const { name, kind } of countedBy(side, steps, 'put')) {
    const given = steps.filter((s) => s.kind === 'assign' && s.to?.k === 'id' && s.to.name === name && s.expr.k === 'call');
    const [only, more] = given;
    if (taken.has(name) || out.has(name) || !only || more || side.cfg.fn.params.some((p) => p.name === name) || comesCounted(side, steps, only)) continue;
    out.set(name, { kind, given: only, forgotten: forgets(side, steps, name, only) });
  }
  return out;
}

/** What the call gives is known, and not by its name only: the engine follows it. */
function comesCounted(side: Analysed, steps: readonly Step[], given: Step): boolean {
  return steps.some(
    (s) =>
      s.kind === 'call' &&
      s.line === given.line &&
      printExpr(s.expr) === printExpr(given.expr) &&
      (contractOf(side, s)?.outcomes.some((o) => o.effects.some((e) => e.op === 'get' && side.effects.named?.has(e.kind) !== true)) ?? false),
  );
}

/** The last test of the object on a way from where it was given to where it is lost without a put. */
function forgets(side: Analysed, steps: readonly Step[], name: string, given: Step): Step | null {
  const puts = new Set(
    countedBy(side, steps, 'put')
      .filter((p) => p.name === name)
      .map((p) => p.step),
  );
  const seen = new Set<number>();
  const work: { id: number; after: number; test: Step | null }[] = [{ id: given.block, after: given.at, test: null }];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    const { id, after } = at;
    const block = side.cfg.blocks[id];
    const here = steps.filter((s) => s.block === id && s.at > after).sort((x, y) => x.at - y.at);
    if (here.some((s) => puts.has(s) || handsOn(side, s, name))) continue;
    const test = here.find((s) => s.kind === 'branch' && namesIn(s.expr).includes(name)) ?? null;
    const told = test !== null && isNull(test.expr, name) === null ? test : at.test;
    const lost = block?.term.k === 'return' || block?.instrs.some((i, k) => k > after && i.op === 'havoc') === true;
    if (lost) {
      if (told) return told;
      continue;
    }
    const absent = test && block?.term.k === 'branch' ? isNull(test.expr, name) : null;
    for (const to of next(side.cfg, id)) {
      if (absent !== null && block?.term.k === 'branch' && to === (absent ? block.term.then : block.term.else)) continue;
      if (to === given.block) {
        if (told) return told;
        continue;
      }
      if (!seen.has(to)) {
        seen.add(to);
        work.push({ id: to, after: -1, test: told });
      }
    }
  }
  return null;
}

/** Whether a true answer means that there is no object (true), that there is one (false), or neither (null). */
export function isNull(e: Expr, name: string): boolean | null {
  const own = (x: Expr): boolean => (x.k === 'id' && x.name === name) || (x.k === 'cast' && own(x.arg));
  if (own(e)) return false;
  if (e.k === 'unary' && e.op === '!') {
    const inner = isNull(e.arg, name);
    return inner === null ? null : !inner;
  }
  if (
    e.k === 'binary' &&
    (e.op === '==' || e.op === '!=') &&
    [e.left, e.right].some(own) &&
    [e.left, e.right].some((x) => (x.k === 'num' && x.value === 0) || (x.k === 'id' && x.name === 'NULL'))
  )
    return e.op === '==';
  return null;
}

/** The object is returned, stored, or given to a function that may keep it; one that is only asked about it may not. */
function handsOn(side: Analysed, s: Step, name: string): boolean {
  if (s.kind === 'branch' || !namesIn(s.expr).includes(name)) return false;
  if (s.kind === 'return') return true;
  const given = (e: Expr): boolean => (e.k === 'id' && e.name === name) || (e.k === 'cast' && given(e.arg));
  if (s.kind === 'assign') return given(s.expr);
  if (s.expr.k !== 'call' || !s.expr.args.some(given)) return false;
  const contract = contractOf(side, s);
  if (contract) return contract.outcomes.some((o) => o.effects.some((e) => e.op === 'put' || e.op === 'get' || e.op === 'consume' || e.op === 'escape'));
  return !(s.instr && side.effects.harmless.has(s.instr));
}
