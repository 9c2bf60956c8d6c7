import type { Expr } from '../parse/c/ast.js';
import { isPartial } from '../parse/c/unshown.js';
import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { countedName } from '../absint/places.js';
import { printExpr } from '../cfg/print.js';
import { type At, holdingAt } from '../lockgraph/holding.js';
import { type Step, stepsOf } from '../lockgraph/steps.js';
import { comesTo, follows } from './pointer-uses.js';
import { contractOf } from '../lockgraph/step-effects.js';

/**
 * What `before` did with a variable's object ahead of putting a reference on it, and `after` does behind the put: whose
 * reference that was does not matter, since the order says that it was needed.
 */
export function putOrderEvents(before: Analysed, after: Analysed): Event[] {
  const late = usesBehindPuts(after);
  if (late.length === 0) return [];
  const old = usesBehindPuts(before);
  const wasEarly = usesAheadOfPuts(before);
  const isEarly = usesAheadOfPuts(after);
  const moved = late.filter((u) => wasEarly.has(keyOf(u)) && !isEarly.has(keyOf(u)) && !old.some((o) => keyOf(o) === keyOf(u)));
  if (moved.length === 0) return [];
  const gets = getsOf(after);
  const held = holdingAt(after, [...moved.map((u) => u.use), ...gets.map((g) => g.get)]);
  const [first] = moved.filter(
    (u) =>
      !keptByLock(u, gets, held, isPartial(after.fn)) &&
      ![...(held.get(u.use)?.some.values() ?? [])].some((h) => h.what === 'reference' && (h.kind === u.kind || h.place === u.name)),
  );
  return first
    ? [
        {
          kind: 'use-after-put',
          resource: `${first.kind} reference`,
          place: first.name,
          lockKind: first.kind,
          line: first.use.line,
          otherLine: first.put.line,
          exitClass: '',
          trace: wayOf(first),
          certainty: 'sure',
          detail: 'moved',
          object: null,
        },
      ]
    : [];
}

/**
 * The same in a function as it stands: an object is unlocked right behind a put of it, no other reference on it is put later,
 * and elsewhere the function does these two the other way round, and nowhere else like this.
 */
export function oddPutOrder(side: Analysed): Event[] {
  if (!mayPutTwice(side)) return [];
  const steps = stepsOf(side.cfg);
  const puts = putsOf(side, steps);
  const beside = (put: Step, ahead: boolean): Step | undefined =>
    steps.filter((s) => s.block === put.block && (ahead ? s.at < put.at : s.at > put.at)).sort((a, b) => (ahead ? b.at - a.at : a.at - b.at))[0];
  const late = puts.flatMap((p) => {
    const use = beside(p.put, false);
    return use !== undefined && unlocks(side, use, p.name) ? [{ ...p, use }] : [];
  });
  return late
    .filter((u) => {
      const like = puts.filter((p) => p.name === u.name && p.put.key === u.put.key);
      const gives = assignments(steps, u.name);
      return (
        like.some((p) => beside(p.put, true)?.key === u.use.key) &&
        late.every((o) => o === u || o.put.key !== u.put.key) &&
        !puts.some((p) => p.name === u.name && comesTo(side, u.use.block, u.use.at, p.put, gives))
      );
    })
    .map(
      (u): Event => ({
        kind: 'use-after-put',
        resource: `${u.kind} reference`,
        place: u.name,
        lockKind: u.kind,
        line: u.use.line,
        otherLine: u.put.line,
        exitClass: '',
        trace: wayOf(u),
        certainty: 'sure',
        detail: 'moved',
        object: null,
      }),
    );
}

/** The function's text has more than one call that puts. */
function mayPutTwice(side: Analysed): boolean {
  let puts = 0;
  for (const c of side.effects.contracts.values()) if (c.outcomes.some((o) => o.effects.some((e) => e.op === 'put')) && ++puts > 1) return true;
  return false;
}

/** A call that gives back a lock in the object that `name` points to. */
function unlocks(side: Analysed, s: Step, name: string): boolean {
  return (
    s.expr.k === 'call' &&
    s.expr.args.some((a) => handed(a, name)) &&
    contractOf(side, s)?.outcomes.every((o) => o.effects.some((e) => e.op === 'release')) === true
  );
}

interface Use {
  readonly name: string;
  readonly kind: string;
  readonly put: Step;
  readonly use: Step;
}

/** What is done with the object is not something that the engine follows, so its paths do not show it. */
function wayOf({ name, kind, put, use }: Use): Event['trace'] {
  const given = { line: put.line, block: put.block, note: `${printExpr(put.expr)} puts the ${kind} reference on ${name}`, prev: null };
  return { line: use.line, block: use.block, note: `${printExpr(use.expr)} looks at it`, prev: given };
}

function keyOf(u: Use): string {
  return `${u.name} ${u.put.key} ${u.use.key}`;
}

/** Each put of a reference on what a variable points to, with each look into the object that the same value comes to. */
function usesBehindPuts(side: Analysed): Use[] {
  const steps = stepsOf(side.cfg);
  return putsOf(side, steps).flatMap(({ name, kind, put }) => {
    const gives = assignments(steps, name);
    return steps
      .filter((use) => use !== put && looksInside(side, use, name) && comesTo(side, put.block, put.at, use, gives))
      .map((use) => ({ name, kind, put, use }));
  });
}

function usesAheadOfPuts(side: Analysed): ReadonlySet<string> {
  const steps = stepsOf(side.cfg);
  return new Set(
    putsOf(side, steps).flatMap(({ name, kind, put }) => {
      const gives = assignments(steps, name);
      return steps
        .filter((use) => use !== put && looksInside(side, use, name) && comesTo(side, use.block, use.at, put, gives))
        .map((use) => keyOf({ name, kind, put, use }));
    }),
  );
}

/** A lock under which the reference was taken is held still, and keeps the object as well. */
function keptByLock(u: Use, gets: readonly { readonly name: string; readonly get: Step }[], held: ReadonlyMap<Step, At>, partial: boolean): boolean {
  const here = held.get(u.use);
  // What was taken ahead of lines that are not shown is not known.
  if (partial && gets.some((g) => g.name === u.name)) return true;
  const mine = gets.flatMap((g) => (g.name === u.name ? [held.get(g.get)?.all] : []));
  return (
    here !== undefined &&
    mine.length > 0 &&
    [...here.all].some((key) => {
      const h = here.some.get(key);
      return h?.what === 'lock' && h.place !== u.name && mine.every((all) => all?.has(key) === true);
    })
  );
}

function getsOf(side: Analysed): { readonly name: string; readonly get: Step }[] {
  return countedBy(side, stepsOf(side.cfg), 'get').map(({ name, step }) => ({ name, get: step }));
}

function putsOf(side: Analysed, steps: readonly Step[]): { readonly name: string; readonly kind: string; readonly put: Step }[] {
  return countedBy(side, steps, 'put').map(({ name, kind, step }) => ({ name, kind, put: step }));
}

/** Calls that take, or put, a reference on what a variable points to. */
export function countedBy(side: Analysed, steps: readonly Step[], op: 'get' | 'put'): { readonly name: string; readonly kind: string; readonly step: Step }[] {
  return steps.flatMap((step) => {
    const contract = contractOf(side, step);
    const args = step.expr.k === 'call' ? step.expr.args : [];
    return (contract?.outcomes ?? [])
      .flatMap((o) =>
        o.effects.flatMap((e) => {
          const param = e.op === op ? countedName(e.place) : null;
          return param !== null && 'kind' in e ? [{ kind: e.kind, param }] : [];
        }),
      )
      .slice(0, 1)
      .flatMap(({ kind, param }) => {
        const given = args[contract?.params.findIndex((p) => p.name === param) ?? -1];
        return given?.k === 'id' ? [{ name: given.name, kind, step }] : [];
      });
  });
}

function assignments(steps: readonly Step[], name: string): readonly Step[] {
  return steps.filter((s) => s.kind === 'assign' && s.to?.k === 'id' && s.to.name === name);
}

/** Memory of the object is read or written, or it is given to a function that does not count it and may look at more than the pointer. */
function looksInside(side: Analysed, s: Step, name: string): boolean {
  if (follows(s.expr, name) || (s.to !== null && follows(s.to, name))) return true;
  if (s.kind !== 'call' || s.expr.k !== 'call' || !s.expr.args.some((a) => handed(a, name))) return false;
  const contract = contractOf(side, s);
  return (
    contract === undefined ||
    (contract.result === null && !contract.outcomes.some((o) => o.effects.some((e) => e.op === 'put' || e.op === 'get' || e.op === 'consume')))
  );
}

/** The variable itself, however it is cast. */
function handed(e: Expr, name: string): boolean {
  return (e.k === 'id' && e.name === name) || (e.k === 'cast' && handed(e.arg, name));
}
