import type { Expr } from '../parse/c/ast.js';
import type { Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import type { Contract, Outcome, ReturnClass } from '../kernel/contract.js';
import { exprKey } from '../kernel/condition.js';
import { mayRelease } from './atomic.js';
import { lastPart, lockClass, typeOf, type Machine } from './machine.js';
import { mayKeep } from './handing-over.js';
import { baseObject } from './objects.js';
import { givenUp, type Held, type Owned, type State } from './state.js';
import type { SummaryOutcome } from './summary.js';
import { leadsThrough, type TermId } from './term.js';

/**
 * Remembers the locks and references that the cases of one call leave differently although neither the result nor the arguments tell
 * the cases apart: what follows is no certain complaint about them. `states` are those after `outcomes`. `dropped`: nobody
 * looks at the result.
 */
export function markUnclear(m: Machine, states: readonly State[], outcomes: readonly Outcome[], dropped: boolean): void {
  const held = states.map((s) => new Set<TermId>([...s.held.map((h) => h.lock), ...givenUp(s).map(([lock]) => -1 - lock)]));
  for (let i = 0; i < states.length; i++)
    for (let j = i + 1; j < states.length; j++) {
      const apart = toldApart(outcomes[i] as Outcome, outcomes[j] as Outcome);
      if (!apart || dropped) for (const object of counted((states[i] as State).owned, (states[j] as State).owned)) m.unclear.set(object, 'cases');
      const a = held[i] as Set<TermId>;
      const b = held[j] as Set<TermId>;
      const differing = [...a].filter((x) => !b.has(x)).concat([...b].filter((x) => !a.has(x)));
      if (differing.length === 0 || apart) continue;
      for (const x of differing) {
        const lock = x < 0 ? -1 - x : x;
        if (!m.unclear.has(lock)) m.unclear.set(lock, 'cases');
      }
    }
}

/**
 * A lock that the call gave back in one case and kept in another, where only what is in memory tells the cases apart and
 * nothing was known of that before: whoever wrote the call knew which it is. Where it was kept it is no leak.
 */
export function keptByChance(had: readonly Held[], states: readonly State[], outcomes: readonly Outcome[]): void {
  states.forEach((s, i) => {
    const chance = (h: Held): boolean =>
      !h.escaped &&
      had.includes(h) &&
      states.some((t, j) => j !== i && !t.held.some((x) => x.lock === h.lock) && byMemory(outcomes[i] as Outcome, outcomes[j] as Outcome));
    if (s.held.some(chance)) s.held = s.held.map((h) => (chance(h) ? { ...h, escaped: true } : h));
  });
}

/** The two cases have nothing to tell them apart but contents of memory. */
function byMemory(a: Outcome, b: Outcome): boolean {
  if (!('given' in a) || !('given' in b)) return false;
  const there = new Map((b as SummaryOutcome).given.map((t) => [exprKey(t.expr), t.mask]));
  const apart = (a as SummaryOutcome).given.filter((t) => ((there.get(exprKey(t.expr)) ?? 7) & t.mask) === 0);
  // What was tested may be what is written.
  const asked = new Set(apart.map((t) => exprKey(t.expr)));
  const rest = (o: Outcome): Outcome => ({ ...o, given: [], effects: o.effects.filter((e) => e.op !== 'store' || !asked.has(exprKey(e.place))) }) as Outcome;
  return apart.length > 0 && apart.every((t) => readsMemory(t.expr)) && !casesDiffer(rest(a), rest(b));
}

function readsMemory(e: Expr): boolean {
  switch (e.k) {
    case 'member':
    case 'index':
      return true;
    case 'unary':
      return e.op === '*' || readsMemory(e.arg);
    case 'cast':
      return readsMemory(e.arg);
    case 'binary':
      return readsMemory(e.left) || readsMemory(e.right);
    case 'call':
      return e.args.some(readsMemory);
    default:
      return false;
  }
}

/** The same for references that the call took in one case and not in another: whether there is one to put is not known. */
export function doubtReferences(m: Machine, states: readonly State[], outcomes: readonly Outcome[], line: number): void {
  states.forEach((s, i) => {
    const doubtful = (o: Owned): boolean =>
      o.line === line &&
      !o.lent &&
      states.some(
        (t, j) => j !== i && !t.owned.some((x) => x.object === o.object && x.kind === o.kind) && !toldApart(outcomes[i] as Outcome, outcomes[j] as Outcome),
      );
    const some = s.owned.filter(doubtful);
    if (some.length === 0) return;
    mayKeep(
      m,
      some.map((o) => baseObject(m, o.object)),
      '',
    );
    s.owned = s.owned.map((o) => (some.includes(o) ? { ...o, lent: true } : o));
  });
}

/** The objects that the two own differently many references on. */
function counted(a: State['owned'], b: State['owned']): TermId[] {
  const other = (list: State['owned'], o: State['owned'][number]): boolean =>
    !list.some((x) => x.object === o.object && x.kind === o.kind && x.count === o.count);
  return [...a.filter((o) => other(b, o)), ...b.filter((o) => other(a, o))].map((o) => o.object);
}

/** By outcome, those of the same call that it was compared with: a call is executed once for each state that comes to it. */
const compared = new WeakMap<Outcome, WeakMap<Outcome, boolean>>();

function toldApart(a: Outcome, b: Outcome): boolean {
  let known = compared.get(a);
  if (known === undefined) compared.set(a, (known = new WeakMap()));
  let apart = known.get(b);
  if (apart === undefined) known.set(b, (apart = casesDiffer(a, b)));
  return apart;
}

function casesDiffer(a: Outcome, b: Outcome): boolean {
  if (disjoint(a.when, b.when)) return true;
  const tests = (o: Outcome): readonly { readonly expr: SummaryOutcome['returns'][number]['expr']; readonly mask: number }[] => [
    ...('returns' in o ? (o as SummaryOutcome).returns : []),
    ...('given' in o ? (o as SummaryOutcome).given : []),
    ...('after' in o ? (o as SummaryOutcome).after : []),
  ];
  const there = new Map(tests(b).map((t) => [exprKey(t.expr), t.mask]));
  if (tests(a).some((t) => ((there.get(exprKey(t.expr)) ?? 7) & t.mask) === 0)) return true;
  const stores = (o: Outcome): Map<string, string> =>
    new Map(o.effects.flatMap((e) => (e.op === 'store' && !e.known && constant(e.value) ? [[exprKey(e.place), exprKey(e.value)] as const] : [])));
  // A flag stored for the caller tells, too.
  const left = stores(a);
  const right = stores(b);
  return [...left].some(([place, value]) => right.get(place) !== value) || [...right].some(([place, value]) => left.get(place) !== value);
}

function constant(e: Expr): boolean {
  return e.k === 'num' || (e.k === 'id' && /^[A-Z][A-Z0-9_]*$/.test(e.name)) || (e.k === 'unary' && constant(e.arg));
}

function disjoint(a: ReturnClass, b: ReturnClass): boolean {
  if (a.is === 'bits' || b.is === 'bits') return a.is === 'bits' && b.is === 'bits' && a.set !== b.set;
  if (a.is === 'equals' && b.is === 'equals') return a.not !== b.not || a.value !== b.value;
  return (signs(a) & signs(b)) === 0;
}

function signs(c: ReturnClass): number {
  switch (c.is) {
    case 'zero':
      return 2;
    case 'nonzero':
      return 5;
    case 'negative':
      return 1;
    case 'positive':
      return 4;
    case 'nonnegative':
      return 6;
    case 'nonpositive':
      return 3;
    case 'equals':
      return c.not ? 7 : typeof c.value === 'number' ? (c.value < 0 ? 1 : c.value === 0 ? 2 : 4) : c.value.startsWith('-') ? 1 : 5;
    default:
      return 7;
  }
}

/** A computed contract has the effect in some of its cases and not in others. */
export function isConditional(contract: Contract, effect: { readonly op: string; readonly place: Expr }): boolean {
  if (contract.outcomes.length < 2 || contract.source.startsWith('knowledge')) return false;
  let known = conditional.get(contract);
  if (known === undefined) conditional.set(contract, (known = new Map()));
  let now = known.get(effect);
  if (now === undefined) {
    const key = `${effect.op} ${printExpr(effect.place)}`;
    known.set(effect, (now = !contract.outcomes.every((o) => o.effects.some((e) => 'place' in e && `${e.op} ${printExpr(e.place)}` === key))));
  }
  return now;
}

/** By contract, the effects asked for so far: a call is executed once for each state that comes to it. */
const conditional = new WeakMap<Contract, Map<object, boolean>>();

/** A lock of that name or of that object is given back, as an annotation says that gives no more. */
export function mayBeReleased(m: Machine, s: State, lock: TermId): void {
  const meant = [lock, ...s.held.map((h) => h.lock)].filter(
    (id) => lastPart(lockClass(m, id)) === lastPart(lockClass(m, lock)) || leadsThrough(m.terms, lock, baseObject(m, id)),
  );
  for (const id of meant) m.unclear.set(id, 'callee');
  mayRelease(m, s, meant, true);
}

/** A callee whose name says `lock` was given `object`: locks of it that were spoken of before are doubtful, others may have been taken there. */
export function mayHaveLocked(m: Machine, s: State, object: TermId): void {
  const known = [...s.entry.keys()].filter((lock) => leadsThrough(m.terms, lock, object));
  for (const lock of known) m.unclear.set(lock, 'callee');
  if (known.length === 0) s.passed = new Set([...s.passed, lockedPerhaps(m, object)]);
}

/** A callee of which only the name is known, and that says `unlock`, was given `object`: a lock of it is gone. */
export function mayHaveUnlocked(m: Machine, s: State, object: TermId): void {
  const meant = s.held.filter((h) => leadsThrough(m.terms, h.lock, object));
  for (const { lock } of meant) m.unclear.set(lock, 'callee');
  if (meant.length > 0)
    mayRelease(
      m,
      s,
      meant.map((h) => h.lock),
      true,
    );
  if (meant.length === 1) s.held = s.held.filter((h) => !meant.includes(h));
}

/** One of these locks, of which it cannot be said, is given back if it is of the class. */
export function markClass(m: Machine, held: readonly Held[], cls: string): void {
  for (const h of held) if (lastPart(lockClass(m, h.lock)) === lastPart(cls) && !m.unclear.has(h.lock)) m.unclear.set(h.lock, 'cases');
}

/** A callee that is given `args` may come upon the object of the lock: that did not come by a call, or was shown to others, or is among `args`. */
export function canBeFound(m: Machine, s: State, h: Held, args: readonly Expr[]): boolean {
  const object = baseObject(m, h.lock);
  const t = m.terms.get(object);
  return (
    t.k !== 'sym' ||
    !/^(old:)*call:/.test(t.origin) ||
    m.lent.has(object) ||
    m.escaped.has(object) ||
    args.some((a) => a.k === 'id' && s.env.get(a.name) === object)
  );
}

/** The last argument of a call that takes a lock and saves the state of interrupts is where it saves it. */
export function keepsFlags(m: Machine, call: Extract<Instr, { op: 'call' }>): void {
  const last = call.args.at(-1);
  const type = last?.k === 'id' ? m.variables.get(last.name) : undefined;
  if (last?.k === 'id' && type?.base === 'unsigned long' && type.pointers === 0) m.flags.add(last.name);
}

/** A callee that is given the saved state of interrupts may put it back. */
export function mayRestore(m: Machine, s: State, args: readonly Expr[]): void {
  if (m.flags.size > 0 && args.some((a) => a.k === 'id' && m.flags.has(a.name)))
    for (const h of s.held) if (h.kind === 'irq' && !m.unclear.has(h.lock)) m.unclear.set(h.lock, 'callee');
}

/** Stands among what a path has passed on for: a callee of which nothing is known but that its name says `lock` was given `object`. */
export function lockedPerhaps(m: Machine, object: TermId): TermId {
  return m.terms.op('locked?', [object]);
}

/** Remembers the numbers that a call was given. */
export function noteAsked(m: Machine, line: number, args: readonly TermId[]): void {
  const numbers = args.filter((a) => m.terms.symbols(a).length > 0 && m.terms.get(a).k !== 'addr' && (typeOf(m, a)?.pointers ?? 0) === 0);
  if (numbers.length > 0) m.asked.set(line, [...new Set([...(m.asked.get(line) ?? []), ...numbers])]);
}
