import { CONTEXT_KINDS } from '../kernel/contract.js';
import type { Expr } from '../parse/c/ast.js';
import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { touches } from '../absint/touches.js';
import { printExpr } from '../cfg/print.js';
import { type At, holdingAt, type Holding } from '../lockgraph/holding.js';
import { typeAt, accessOf, type GuardEvidence, type GuardedUse } from '../lockgraph/guarded.js';
import { alignSteps, type Step, stepsOf } from '../lockgraph/steps.js';
import { namesIn, readsShared } from './recheck-atoms.js';
import { contractOf, effectsOf } from '../lockgraph/step-effects.js';

/** Functions of the same file, analysed; null when they have no body there. */
export type Bodies = (name: string) => Analysed | null;

/**
 * What `before` does under a lock that it takes itself, or while it has a reference that it had to try for, and `after`
 * does without. Either a callee says that it needs the lock, or (`taken`) nothing else was changed: the lock was just
 * taken away from around it; or (`taken` too) all `others` that do the same hold it.
 */
export function guardEvents(
  before: Analysed,
  after: Analysed,
  bodies: { readonly before: Bodies; readonly after: Bodies },
  taken: boolean,
  others: GuardEvidence,
): Event[] {
  const a = stepsOf(before.cfg);
  const b = stepsOf(after.cfg);
  const pairs = alignSteps(a, b);
  const gone = a.filter((s) => !pairs.has(s));
  const takers = gone.filter((s) => takesGuard(before, s));
  // A reference that was taken under a lock which is gone as well was had only by that lock.
  const guards = takers.some((s) => effectsOf(before, s).some((e) => e.op === 'acquire'))
    ? [...takers, ...gone.filter((s) => effectsOf(before, s).some((e) => e.op === 'get'))]
    : takers;
  const matched = new Set(pairs.values());
  const come = b.filter((s) => !matched.has(s));
  const moved = new Map(movedSteps(gone, come));
  if (guards.length === 0 && moved.size === 0) return [];
  const both = [...(guards.length === 0 ? [] : pairs), ...moved].filter(([s]) => s.kind !== 'branch' || readsShared(s.expr));
  const heldBefore = holdingAt(
    before,
    both.map(([s]) => s),
  );
  const heldAfter = holdingAt(
    after,
    both.map(([, s]) => s),
  );
  const lost = both
    .flatMap(([s, there]) => lostAt(heldBefore.get(s), heldAfter.get(there)).map((h) => ({ s, there, h })))
    .filter(({ s, h }) => moved.has(s) || guards.some((g) => g.line === h.line));
  const events: Event[] = [];
  for (const { s, there, h } of lost) {
    if (h.what !== 'lock' || takesItself(there, h, after) || !needs(s, h, before, bodies.before)) continue;
    // An assertion that names another lock now speaks of another protocol; one that is gone was in the way of a call that was moved.
    const passed = moved.has(s) || guards.some((g) => g.line === h.line && moved.has(g));
    if (needs(there, h, after, bodies.after) || (passed && !needs(there, null, after, bodies.after))) events.push(eventOf(there, h, 'asserted'));
  }
  if (events.length > 0 || !taken) return oneEach(events);
  const uses = lost.filter(({ s, there, h }) => isUse(s, before) && !takesItself(there, h, after) && !guarded(heldAfter.get(there)));
  // Where a callee was changed too, who locks what may have been settled anew.
  if (lost.some(({ s }) => changed(s, bodies))) return [];
  if (onlyTakenAway(before, after, gone, come))
    return oneEach(
      uses.filter(({ h }) => gone.some((x) => givesBack(before, x, h))).map(({ there, h }) => eventOf(there, h, h.what === 'lock' ? 'taken' : 'pinned')),
    );
  return oneEach(
    uses.flatMap(({ there, h }) => {
      const same = h.what === 'lock' && isClass(h.resource) && isShared(there, after) ? guardedElsewhere(there, h, others, after) : null;
      return same === null
        ? []
        : [
            eventOf(
              there,
              h,
              `${INFERRED}${same.map((u) => (u.path === null ? `${u.function}() (line ${u.line})` : `${u.function}() (${u.path}:${u.line})`)).join(', ')}`,
            ),
          ];
    }),
  );
}

/** How the detail of an event begins that rests on what other functions do; they follow. */
export const INFERRED = 'inferred: ';
/** As many other places, in as many functions, all under the lock, are taken for the rule of the file. */
const MIN_USES = 3;
const MIN_FUNCTIONS = 2;
const MAX_TOLD = 3;
/** Of other files: so many, in so many functions, and nine of ten. */
const MIN_IN_FOLDER = 5;
const MIN_FUNCTIONS_IN_FOLDER = 3;
const NEARLY_ALL = 0.9;

/** Where other functions of the file do the same, if that is often enough and always under the lock; else those of its folder, of which nearly all have to hold it. */
function guardedElsewhere(s: Step, h: Holding, others: GuardEvidence, side: Analysed): readonly GuardedUse[] | null {
  const access = accessOf(s);
  const own = access === null ? [] : others(access, side.fn.name, false);
  const holds = (u: GuardedUse): boolean => u.locks.has(h.resource);
  const enough = (uses: readonly GuardedUse[], most: number, functions: number): boolean =>
    uses.length >= most && new Set(uses.map((u) => `${u.path} ${u.function}`)).size >= functions;
  const told = (uses: readonly GuardedUse[]): readonly GuardedUse[] =>
    [...new Map(uses.map((u) => [`${u.path} ${u.function}`, u])).values()].slice(0, MAX_TOLD);
  if (access === null || (enough(own, MIN_USES, MIN_FUNCTIONS) && own.every(holds))) return access === null ? null : told(own);
  if (own.some((u) => !holds(u)) || access.kind !== 'write') return null;
  const type = typeAt(side, s);
  const lock = lastName(h.resource);
  const wide = others(access, side.fn.name, true).filter((u) => type === null || u.of === null || u.of === type);
  const under = wide.filter(holds);
  return enough(under, MIN_IN_FOLDER, MIN_FUNCTIONS_IN_FOLDER) &&
    under.length >= (under.length + wide.filter((u) => !holds(u) && !u.excused(lock)).length) * NEARLY_ALL
    ? told(under)
    : null;
}

/** Locks are compared by class: that of an object with a type, or a global one. */
function isClass(resource: string): boolean {
  return !/^(object|local|argument \d+)\b/.test(resource);
}

/** What is used is not an object that this function has just made: it comes from the caller or from memory that others see. */
function isShared(s: Step, side: Analysed): boolean {
  const root = s.to ?? (s.expr.k === 'call' ? s.expr.args[0] : undefined);
  const [name] = root === undefined ? [] : namesIn(root);
  if (name === undefined) return false;
  if (side.cfg.fn.params.some((p) => p.name === name)) return true;
  const given = stepsOf(side.cfg).filter((x) => x.to?.k === 'id' && x.to.name === name);
  return given.length > 0 && given.every((x) => x.kind === 'assign' && readsShared(x.expr) && x.expr.k !== 'call');
}

/** Locks for an object, not contexts of this task. */
const CONTEXT: ReadonlySet<string> = new Set([...CONTEXT_KINDS, 'seq']);

/** Takes a lock, or a reference that may not be had. */
function takesGuard(side: Analysed, s: Step): boolean {
  const contract = contractOf(side, s);
  if (!contract) return false;
  if (contract.outcomes.some((o) => o.effects.some((e) => e.op === 'acquire' && !CONTEXT.has(e.kind)))) return true;
  const gets = contract.outcomes.filter((o) => o.effects.some((e) => e.op === 'get'));
  return gets.length > 0 && gets.length < contract.outcomes.length && s.instr?.op === 'call' && s.instr.args.length > 0;
}

function givesBack(side: Analysed, s: Step, h: Holding): boolean {
  return effectsOf(side, s).some((e) => (h.what === 'lock' ? e.op === 'release' && e.kind === h.kind : e.op === 'put' && e.kind === h.kind));
}

/** Steps that both sides have, in another order. */
function movedSteps(gone: readonly Step[], come: readonly Step[]): [Step, Step][] {
  const left = [...come];
  return gone.flatMap((s) => {
    const i = left.findIndex((x) => x.key === s.key);
    return i < 0 || (s.kind !== 'call' && s.to?.k !== 'member') ? [] : [[s, ...left.splice(i, 1)] as [Step, Step]];
  });
}

/** What every path holds at a step before, and none holds after. */
function lostAt(before: At | undefined, after: At | undefined): Holding[] {
  if (!before || !after) return [];
  const left = [...after.some.values()];
  return [...before.some.entries()]
    .filter(
      ([key, h]) =>
        before.all.has(key) &&
        !CONTEXT.has(h.kind) &&
        !h.asserted &&
        !left.some((x) => x.what === h.what && (x.resource === h.resource || lastName(x.resource) === lastName(h.resource))),
    )
    .map(([, h]) => h);
}

/** Another lock keeps others away. */
function guarded(at: At | undefined): boolean {
  return [...(at?.some.values() ?? [])].some((h) => h.what === 'lock' && !['pair', 'irq', 'bh', 'preempt'].includes(h.kind));
}

/** Whether a callee in this file says, itself or through another, that the lock is held; null: any lock. */
function needs(s: Step, h: Holding | null, side: Analysed, bodies: Bodies, depth = 0): boolean {
  if (asserts(side, s, h)) return true;
  const name = calleeOf(s);
  const body = name !== null && depth < 3 ? bodies(name) : null;
  return body !== null && stepsOf(body.cfg).some((x) => x.kind === 'call' && (depth < 2 ? needs(x, h, body, bodies, depth + 1) : asserts(body, x, h)));
}

function asserts(side: Analysed, s: Step, h: Holding | null): boolean {
  return effectsOf(side, s).some(
    (e) =>
      e.op === 'assert-held' &&
      (h === null || ((e.kind === 'other' || e.kind === h.kind) && lastName(assertedPlace(side, s, e.place)) === lastName(h.resource))),
  );
}

/** The lock as the caller spells it, where the assertion is handed the lock itself. */
function assertedPlace(side: Analysed, s: Step, place: Expr): string {
  const contract = contractOf(side, s);
  const at = place.k === 'id' ? (contract?.params.findIndex((p) => p.name === place.name) ?? -1) : -1;
  const given = at >= 0 && s.expr.k === 'call' ? s.expr.args[at] : undefined;
  return printExpr(given ?? place);
}

/** The lock itself, without the way to it. */
export function lastName(text: string): string {
  return (
    text
      .replace(/[()&*\s]/g, '')
      .split(/->|\./)
      .at(-1) ?? text
  );
}

function calleeOf(s: Step): string | null {
  return s.kind === 'call' && s.expr.k === 'call' && s.expr.fn.k === 'id' ? s.expr.fn.name : null;
}

/** A callee in this file, or one of its own, is not what it was. */
function changed(s: Step, bodies: { readonly before: Bodies; readonly after: Bodies }, depth = 0): boolean {
  const name = calleeOf(s);
  const x = name === null ? null : bodies.before(name);
  const y = name === null ? null : bodies.after(name);
  if (x === null || y === null) return x !== y;
  const steps = stepsOf(x.cfg);
  return (
    steps.map((z) => z.key).join('\n') !==
      stepsOf(y.cfg)
        .map((z) => z.key)
        .join('\n') ||
    (depth < 2 && steps.some((z) => z.kind === 'call' && changed(z, bodies, depth + 1)))
  );
}

/** The callee takes the lock now. */
function takesItself(there: Step, h: Holding, side: Analysed): boolean {
  return effectsOf(side, there).some(
    (e) => (e.op === 'acquire' || e.op === 'assert-not-held') && e.kind === h.kind && lastName(printExpr(e.place)) === lastName(h.resource),
  );
}

/** Nothing but locks, references, tests and what was prepared for them is gone, and nothing has come in its place. */
function onlyTakenAway(before: Analysed, after: Analysed, gone: readonly Step[], come: readonly Step[]): boolean {
  const neutral = (side: Analysed, s: Step): boolean => {
    if (s.kind === 'branch') return true;
    if (s.kind === 'assign')
      return (
        s.to?.k === 'id' ||
        gone.some((x) => x.kind === 'call' && x.line === s.line && printExpr(x.expr) === printExpr(s.expr) && effectsOf(before, x).length > 0)
      );
    if (s.kind === 'return') return false;
    const contract = contractOf(side, s);
    return contract !== undefined && (contract.pure || contract.result !== null);
  };
  return (
    gone.every((s) => neutral(before, s) || s.kind === 'return' || effectsOf(before, s).some((e) => e.op !== 'sleep' && e.op !== 'reclaim')) &&
    // A return that is gone from one place and has come at another only moved.
    come.every((s) => neutral(after, s) || (s.kind === 'return' && gone.some((x) => x.key === s.key)))
  );
}

/** Something that others may do at the same time: a call that is not a mere look, or memory behind a pointer. */
function isUse(s: Step, side: Analysed): boolean {
  if (s.kind === 'assign') return (s.to !== null && s.to.k !== 'id') || readsShared(s.expr);
  if (s.kind !== 'call') return readsShared(s.expr);
  const contract = contractOf(side, s);
  if (contract?.pure || contract?.result) return false;
  const ops = effectsOf(side, s).map((e) => e.op);
  return !(contract && touches(contract) && ops.every((op) => op === 'release' || op === 'put' || op === 'acquire' || op === 'get' || op === 'sleep'));
}

function eventOf(there: Step, h: Holding, detail: string): Event {
  return {
    kind: 'unguarded',
    resource: h.resource,
    place: printExpr(there.to ?? there.expr),
    lockKind: h.kind,
    line: there.line,
    otherLine: 0,
    exitClass: '',
    trace: null,
    certainty: 'sure',
    detail,
    object: null,
  };
}

/** The first access speaks for those after it. */
function oneEach(events: readonly Event[]): Event[] {
  const seen = new Set<string>();
  return [...events].sort((x, y) => x.line - y.line).filter((e) => !seen.has(e.resource) && seen.add(e.resource));
}
