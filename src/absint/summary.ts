import type { CFunction, Expr } from '../parse/c/ast.js';
import { printExpr } from '../cfg/print.js';
import { CONTAINER } from '../kernel/expression.js';
import type { Contract, ContractEffect, Outcome, ReturnClass } from '../kernel/contract.js';
import { structure } from '../kernel/structure.js';
import type { Gap } from '../parse/gap.js';
import type { CallSite } from './calls.js';
import type { Handed, Kept, TakenOut } from './carried.js';
import type { Exit } from './exits.js';
import { ANY, maskOf, NEG, POS, valuesOf, ZERO } from './fact.js';
import type { FlagUse } from './flags.js';
import { isHandleType, madeOf } from './handles.js';
import { lockClass, strip, typeOf, type Event, type Machine } from './machine.js';
import type { LockPair } from './order-summary.js';
import { baseObject, REREAD } from './resources.js';
import { givenUp, type State, type Step } from './state.js';
import { leadsThrough, ofCaller, type TermId, isCall } from './term.js';
import { lockedPerhaps } from './unclear.js';

/** An outcome that holds only when the caller's values satisfy `given` (signs as in `fact.ts`). */
export interface SummaryOutcome extends Outcome {
  readonly given: readonly { readonly expr: Expr; readonly mask: number }[];
  /** The returned value over the parameters, or null. */
  readonly value: Expr | null;
  /** What else is known of the returned value: tests of `__return` and their possible signs. */
  readonly returns: readonly { readonly expr: Expr; readonly mask: number }[];
  /** What is known of places that the function wrote: their possible signs once it is back. */
  readonly after: readonly { readonly expr: Expr; readonly mask: number }[];
}

/** What one function does, computed from its body: the contract its callers see, what went wrong in it, and how it ends. */
export interface Summary {
  readonly contract: Contract & { readonly outcomes: readonly SummaryOutcome[] };
  readonly events: readonly Event[];
  readonly exits: readonly ExitView[];
  /** What is held where lines begin that are not shown: one entry for each such place, in source order. */
  readonly unshown: readonly { readonly key: string; readonly views: readonly ExitView[] }[];
  readonly gaps: readonly Gap[];
  /** Locks taken, or waited for by a callee, while others were held. */
  readonly order: readonly LockPair[];
  /** What is held where an allocation may enter reclaim: the second of each pair is what reclaim takes. */
  readonly reclaims: readonly LockPair[];
  /** What the function does to tracked resources, once per line: "takes", "releases", "gets", "puts". */
  readonly ops: readonly { readonly op: 'takes' | 'releases' | 'gets' | 'puts'; readonly text: string; readonly line: number }[];
  /** Flag arguments of calls whose contract speaks of flags. */
  readonly flagUses: readonly FlagUse[];
  /** Calls of functions that are no primitives, with the locks held there. */
  readonly calls: readonly CallSite[];
  /** True when a callee's effect was unknown on a path between an acquire or get and an exit. */
  readonly bounded: boolean;
  /** What is held at some end through what was put into a field; and fields that were cleared for what they held. */
  readonly kept: readonly Kept[];
  readonly takenOut: readonly TakenOut[];
  readonly handed: readonly Handed[];
  /** Lines that say that something is never true, to the call that says it. */
  readonly claims: ReadonlyMap<number, string>;
  /** Kinds of references that only names speak of: told, and never judged. */
  readonly named: ReadonlySet<string>;
}

/** One way a function ends, in words that do not depend on local names. */
export interface ExitView {
  readonly exit: string;
  readonly line: number;
  readonly gains: readonly string[];
  readonly drops: readonly string[];
  readonly needs: readonly string[];
  /** The same, one by one, with where each came from. */
  readonly tokens: readonly ExitToken[];
  /** Returns a pointer that is neither NULL nor known to be an error. */
  readonly pointer: boolean;
  /** What tells it from other ways with the same result, as conditions on what the caller passed. */
  readonly when: readonly string[];
  /** The named constant that all of them return, or null. */
  readonly value: string | null;
  /** The ends of the function that come back so, counted in the order of the source. */
  readonly sites: readonly number[];
  readonly trace: Step | null;
}

/** One resource that the caller has more, or less, of after an exit. */
export interface ExitToken {
  readonly change: 'gain' | 'drop';
  readonly what: 'lock' | 'reference';
  /** Lock class with its mode, or reference kind. */
  readonly resource: string;
  readonly mode: string;
  readonly lockKind: string;
  readonly place: string;
  readonly line: number;
  readonly object: Expr | null;
  /** On the object whose pointer is returned. */
  readonly returned: boolean;
  /** Others can find the object: whose the reference is now is not known here. */
  readonly handedOn: boolean;
  /** A reference that was put although neither the function nor its caller is known to have had it. */
  readonly found: boolean;
}

const MAX_OUTCOMES = 12;
const MAX_GIVEN = 6;
const NOTHING_STORED: ReadonlyMap<TermId, Expr> = new Map();

/** The contract that the exits of a function amount to. */
export function contractOf(m: Machine, exits: readonly Exit[], source: string): Contract & { readonly outcomes: readonly SummaryOutcome[] } {
  const fn = m.fn;
  const signs = signsSeen(exits), drafts = exits.flatMap((e) => draft(m, e, exits, signs));
  const merged = new Map<string, { mask: number; outcome: Omit<SummaryOutcome, 'when'>; eq: number | string | null }>();
  for (const d of drafts) {
    const { effects, given, value, returns, after } = d.outcome;
    const key = structure([effects, given, value, returns, after, d.eq]);
    const old = merged.get(key);
    if (old) old.mask |= d.mask; else merged.set(key, { ...d });
  }
  let outcomes: SummaryOutcome[] = [...merged.values()].map((d) => ({ ...d.outcome, when: d.eq !== null ? { is: 'equals', value: d.eq, not: false } as const : returnClass(d.mask) }));
  outcomes = outcomes.map((o) => ({ ...o, returns: oneEach([...o.returns, ...notThose(o, outcomes)]) }));
  if (outcomes.length > MAX_OUTCOMES) {
    const coarse = new Map<string, SummaryOutcome>();
    for (const [i, d] of [...merged.values()].entries()) coarse.set(structure([d.outcome.effects, d.mask]), { ...(outcomes[i] as SummaryOutcome), effects: d.outcome.effects.map(vague), given: [], value: null, returns: [], after: [], when: returnClass(d.mask) });
    outcomes = [...coarse.values()].slice(0, MAX_OUTCOMES * 2);
  }
  return { name: fn.name, params: fn.params, returns: fn.returns, outcomes, pure: false, result: null, noreturn: exits.length === 0, flags: m.passed.size === 1 ? [...m.passed.values()][0] ?? null : null, since: null, until: null, source, ...unsaidOf(m, exits) };
}

/** A callee of which only the name is known may have taken the lock on this path. */
function takenByCallee(m: Machine, s: State, lock: TermId): boolean {
  for (const id of s.passed) { const t = m.terms.get(id); if (t.k === 'op' && lockedPerhaps(m, t.args[0] as TermId) === id && leadsThrough(m.terms, lock, t.args[0] as TermId)) return true; }
  return false;
}

/** Classes of the caller's locks that some exit has given back and that no argument leads to, or that a callee may have taken. */
function unsaidOf(m: Machine, exits: readonly Exit[]): Pick<Contract, 'unsaid'> {
  const classes = exits.flatMap((e) => givenUp(e.state).flatMap(([lock]) => (lockPlace(m, lock, e.value) === null || takenByCallee(m, e.state, lock) ? [lockClass(m, lock)] : [])));
  return classes.length === 0 ? {} : { unsaid: [...new Set(classes)].sort() };
}

function oneEach<T>(list: readonly T[]): readonly T[] {
  if (list.length < 2) return list;
  const seen = new Set<string>();
  return list.filter((x) => { const key = structure(x), fresh = !seen.has(key); seen.add(key); return fresh; });
}

/** A constant that says what was done to a lock is not what other results happen to be. */
function notThose(o: SummaryOutcome, all: readonly SummaryOutcome[]): SummaryOutcome['returns'] {
  if (o.when.is === 'equals') return [];
  const mine = locksIn(o);
  return all.flatMap(({ when, ...x }) => {
    if (when.is !== 'equals' || when.not || locksIn({ ...x, when }) === mine) return [];
    const value = when.value, line = 0;
    const right: Expr = typeof value === 'number' ? { k: 'num', value, text: String(value), line } : value.startsWith('-') ? { k: 'unary', op: '-', arg: { k: 'id', name: value.slice(1), line }, line } : { k: 'id', name: value, line };
    return [{ expr: { k: 'binary', op: '==', left: { k: 'id', name: '__return', line }, right, line } as const, mask: ZERO }];
  });
}

function locksIn(o: SummaryOutcome): string {
  return o.effects.map((e) => (e.op === 'acquire' || e.op === 'release' || e.op === 'downgrade' ? `${e.op} ${e.kind}` : '')).filter((x) => x !== '').sort().join();
}

/** `id` as an expression over the parameters, globals and `__return`; null when it cannot be said. */
export function toExpr(m: Machine, id: TermId, returned: TermId | null, stored: ReadonlyMap<TermId, Expr> = NOTHING_STORED, depth = 0): Expr | null {
  const { terms } = m;
  const line = 0;
  if (depth > 8) return null;
  const t = terms.get(id);
  const sub = (x: TermId): Expr | null => toExpr(m, x, returned, stored, depth + 1);
  const kept = stored.get(id);
  if (kept) return kept;
  if (returned !== null && strip(terms, returned) === id && t.k !== 'num') return t.k === 'sym' && t.source === 'param' ? { k: 'id', name: t.text, line } : { k: 'id', name: '__return', line };
  // The caller gets a handle of the object.
  if (returned !== null && returned !== id && t.k !== 'num' && madeOf(m, returned) === id) { const type = typeOf(m, id); if (type?.pointers === 1) return { k: 'cast', type, arg: { k: 'id', name: '__return', line }, line }; }
  switch (t.k) {
    case 'num': return { k: 'num', value: t.value, text: String(t.value), line };
    case 'name': return { k: 'id', name: t.name, line };
    case 'sym': return t.source === 'param' ? { k: 'id', name: t.text, line } : null;
    case 'load': return placeExpr(m, t.loc, sub);
    case 'addr': { const p = placeExpr(m, t.loc, sub); return p ? { k: 'unary', op: '&', arg: p, line } : null; }
    case 'op': {
      if (t.op.startsWith('once:')) return sub(t.args[0] as TermId);
      const args = t.args.map(sub);
      if (args.some((a) => a === null)) return null;
      const known = args as Expr[];
      if (t.op.startsWith('in:') && known[0]) return { k: 'call', fn: { k: 'id', name: CONTAINER, line }, args: [known[0], { k: 'id', name: m.casts.get(id)?.base ?? '', line }, { k: 'id', name: t.op.slice(3), line }], line };
      if (t.op.startsWith('as:') && known[0]) return { k: 'cast', type: { base: t.op.slice(3), pointers: 1, array: false }, arg: known[0], line };
      if (t.op.startsWith('of:')) return { k: 'call', fn: { k: 'id', name: t.op, line }, args: known, line };
      if (isCall(t.op)) return { k: 'call', fn: { k: 'id', name: t.op.startsWith('pred:') ? t.op : t.op.slice(5), line }, args: known, line };
      const [a, b] = known;
      if (a && b) return { k: 'binary', op: t.op === 'ptr+' ? '+' : t.op, left: a, right: b, line };
      return a && (t.op === '!' || t.op === '-' || t.op === '~') ? { k: 'unary', op: t.op, arg: a, line } : null;
    }
    case 'bits': {
      const names = t.set.map((name): Expr => ({ k: 'id', name, line }));
      const base = t.base < 0 ? names.shift() ?? null : sub(t.base);
      return base && names.reduce((left: Expr, right): Expr => ({ k: 'binary', op: '|', left, right, line }), base);
    }
    default: return null;
  }
}

export function returnClass(mask: number): ReturnClass {
  switch (mask) {
    case NEG: return { is: 'negative' };
    case ZERO: return { is: 'zero' };
    case POS: return { is: 'positive' };
    case NEG | ZERO: return { is: 'nonpositive' };
    case NEG | POS: return { is: 'nonzero' };
    case ZERO | POS: return { is: 'nonnegative' };
    default: return { is: 'any' };
  }
}

/** In the words of a kernel developer: how the function comes back. */
export function exitName(fn: CFunction, mask: number): string {
  const isVoid = fn.returns.base === 'void' && fn.returns.pointers === 0;
  if (isVoid || mask === ANY) return 'returns';
  const pointer = fn.returns.pointers > 0;
  const bool = fn.returns.base === 'bool' || fn.returns.base === '_Bool';
  if (pointer) return mask === ZERO ? 'returns NULL' : mask === NEG ? 'returns an error pointer' : mask === POS ? 'returns a pointer' : mask === (NEG | POS) ? 'returns non-NULL' : 'returns';
  if (isHandleType(fn.returns)) return mask === ZERO ? 'returns NULL' : (mask & ZERO) === 0 ? 'returns a handle' : 'returns';
  if (bool) return mask === ZERO ? 'returns false' : (mask & ZERO) === 0 ? 'returns true' : 'returns';
  return mask === NEG ? 'returns an error' : mask === ZERO ? 'returns 0' : mask === POS ? 'returns > 0' : mask === (NEG | ZERO) ? 'returns <= 0' : mask === (NEG | POS) ? 'returns non-zero' : 'returns >= 0';
}

function placeExpr(m: Machine, loc: TermId, sub: (x: TermId) => Expr | null): Expr | null {
  const t = m.terms.get(loc);
  const line = 0;
  if (t.k === 'var') return t.global ? { k: 'id', name: t.name, line } : null;
  if (t.k === 'field') {
    const base = m.terms.get(t.base);
    if (base.k === 'addr') { const obj = placeExpr(m, base.loc, sub); return obj ? { k: 'member', obj, arrow: false, field: t.name, line } : null; }
    const obj = sub(t.base);
    return obj ? { k: 'member', obj, arrow: true, field: t.name, line } : null;
  }
  if (t.k === 'deref') { const arg = sub(t.base); return arg ? { k: 'unary', op: '*', arg, line } : null; }
  if (t.k === 'elem') { const obj = sub(t.base), index = sub(t.index); return obj && index ? { k: 'index', obj, index, line } : null; }
  return null;
}

/** A lock's place: `&x->lock` for an embedded lock; a cast marks an expression whose value is the pointer. */
function lockPlace(m: Machine, lock: TermId, returned: TermId | null, stored: ReadonlyMap<TermId, Expr> = NOTHING_STORED): Expr | null {
  const e = toExpr(m, lock, returned, stored);
  return e === null || (e.k === 'unary' && e.op === '&') || e.k === 'id' ? e : { k: 'cast', type: { base: 'void', pointers: 1, array: false }, arg: e, line: 0 };
}

function draft(m: Machine, exit: Exit, all: readonly Exit[], signs: ReadonlyMap<TermId, number>): { mask: number; eq: number | string | null; outcome: Omit<SummaryOutcome, 'when'> }[] {
  const s = exit.state;
  const effects: ContractEffect[] = all.every((e) => e.state.slept) ? [{ op: 'sleep' }] : [];
  for (const [lock, e] of s.entry) {
    if (e.assumed !== 'held') continue;
    const place = lockPlace(m, lock, exit.value);
    if (!place) continue;
    const back = s.held.find((h) => h.lock === lock);
    if (back && back.mode === 'shared' && e.mode === 'exclusive') effects.push({ op: 'downgrade', place, kind: e.kind });
    else if (back && e.mode === 'shared' && back.mode === 'exclusive') effects.push({ op: 'release', place, kind: e.kind, mode: e.mode }, { op: 'acquire', place, kind: back.kind, mode: back.mode, tryLock: back.tried });
    else if (back) effects.push({ op: 'assert-held', place, kind: e.kind, mode: 'either', ...(m.relocked.has(lock) ? { relocked: true } as const : {}) });
    // What is given back is what such a callee took, not the caller's.
    else if (!takenByCallee(m, s, lock)) effects.push({ op: 'release', place, kind: e.kind, mode: e.mode });
  }
  for (const [lock, e] of s.entry) {
    // What the function takes and gives back itself, its caller must not hold.
    if (e.assumed !== 'free' || e.kind === 'pair' || s.held.some((h) => h.lock === lock) || !m.assumptions.some((x) => x.lock === lock && x.assumed === 'free')) continue;
    const place = lockPlace(m, lock, exit.value);
    if (place) effects.push({ op: 'assert-not-held', place, kind: e.kind });
  }
  for (const d of s.dropped.values()) {
    const place = toExpr(m, d.object, exit.value);
    if (place) effects.push({ op: 'put', place, kind: d.kind, count: d.count });
  }
  // What the caller finds through its own pointers: values stored there have a name that it can use.
  const stored = new Map<TermId, Expr>(), after: { readonly expr: Expr; readonly mask: number }[] = [];
  for (const [loc, value] of s.heap) {
    const place = storePlace(m, loc, exit.value);
    if (!place || m.terms.load(loc) === value || isReread(m, value) || [...s.dropped.values()].some((d) => d.object === baseObject(m, m.terms.addr(loc)))) continue;
    const v = toExpr(m, value, exit.value) ?? constantExpr(m, s, value);
    effects.push(v ? { op: 'store', place, value: v } : { op: 'clobber', place });
    if (!v && !stored.has(value)) stored.set(value, place);
    const mask = maskOf(m.terms, s.facts, value);
    if (!v && mask !== ANY && after.length < MAX_GIVEN) after.push({ expr: place, mask });
  }
  for (const h of s.held) {
    if (s.entry.get(h.lock)?.assumed === 'held') continue;
    const place = lockPlace(m, h.lock, exit.value, stored);
    if (place) effects.push({ op: 'acquire', place, kind: h.kind, mode: h.mode, tryLock: h.tried, ...(h.lent ? { lent: true } as const : {}) });
  }
  for (const o of s.owned) {
    // A callee that takes a reference of its own on what it keeps leaves the caller's accounts as they were.
    // What went to a callee that may have taken it over is nobody's for certain.
    if (o.escaped && ((!stored.has(o.object) && m.escaped.has(o.object)) || o.lent)) continue;
    const place = stored.get(o.object) ?? toExpr(m, o.object, exit.value, stored);
    if (place && place.k !== 'num') effects.push({ op: 'get', place, kind: o.kind, count: o.count === Infinity ? null : o.count, ...(o.claim === 'found' ? { fresh: true } : {}) });
  }
  for (const object of m.escaped) {
    const place = s.owned.some((o) => o.escaped && o.object === object) || !isPointer(m, object) ? null : toExpr(m, object, exit.value);
    if (place && place.k !== 'num') effects.push({ op: 'escape', place });
  }
  const mask = exit.value === null ? ANY : maskOf(m.terms, s.facts, exit.value);
  const given = discriminating(m, exit, all.length > 1 ? signs : null), returns = returnFacts(m, exit);
  const values = exit.value === null ? null : valuesOf(m.terms, s.facts, exit.value);
  const constants = values?.map((v) => constantOf(m, v)) ?? [null];
  return constants.map((eq) => ({ mask: eq === 0 ? ZERO : mask, eq: eq === 0 ? null : eq, outcome: { effects, given, returns, after, value: exit.value === null || eq !== null ? null : toExpr(m, strip(m.terms, exit.value), null) } }));
}

/** What may be counted: a parameter, or what is found in memory, unless its type says that it is no pointer. */
function isPointer(m: Machine, id: TermId): boolean {
  const t = m.terms.get(id), type = typeOf(m, id);
  return (t.k === 'sym' || t.k === 'load') && (type === null || type.pointers > 0);
}

/** Without the cases that they belong to, references are taken perhaps. */
function vague(effect: ContractEffect): ContractEffect {
  return effect.op === 'get' ? { op: 'get', place: effect.place, kind: effect.kind, count: null } : effect;
}

/** The only constant that `id` can be. */
function constantExpr(m: Machine, s: State, id: TermId): Expr | null {
  const values = valuesOf(m.terms, s.facts, id);
  return values?.length === 1 ? toExpr(m, values[0] as TermId, null) : null;
}

/** A constant as a contract says it: a number, "NAME" or "-NAME". */
function constantOf(m: Machine, id: TermId): number | string | null {
  const t = m.terms.get(id);
  if (t.k === 'num') return t.value;
  if (t.k === 'name') return t.name;
  const inner = t.k === 'op' && t.op === '-' ? m.terms.get(t.args[0] as TermId) : null;
  return inner?.k === 'name' ? `-${inner.name}` : null;
}

/** Stores that a caller can see: through a pointer parameter or into a parameter's object. */
function storePlace(m: Machine, loc: TermId, returned: TermId | null): Expr | null {
  const t = m.terms.get(loc);
  if (t.k !== 'deref' && t.k !== 'field') return null;
  const e = toExpr(m, m.terms.load(loc), returned);
  return e && (e.k === 'unary' || e.k === 'member') ? e : null;
}

/** Read anew behind a lock, and written by nobody here. */
function isReread(m: Machine, value: TermId): boolean {
  const t = m.terms.get(value);
  return t.k === 'sym' && t.origin.startsWith(REREAD);
}

/** All sets of signs. */
const SETS = [0, 1, 2, 3, 4, 5, 6, 7];

/** For each value that some exit knows something of: which sets of signs the exits give it, as bits. */
function signsSeen(exits: readonly Exit[]): ReadonlyMap<TermId, number> {
  const seen = new Map<TermId, number>();
  for (const e of exits) for (const [id, f] of e.state.facts) seen.set(id, (seen.get(id) ?? 0) | (1 << f.mask));
  return seen;
}

/** Facts about the caller's values that hold on this exit and are contradicted on another. */
export function discriminating(m: Machine, exit: Exit, signs: ReadonlyMap<TermId, number> | null, most = MAX_GIVEN): SummaryOutcome['given'] {
  const out: { expr: Expr; mask: number }[] = [];
  for (const [id, f] of exit.state.facts) {
    if (f.mask === ANY || out.length >= most || id === exit.value) continue;
    if (!ofCaller(m.terms, id)) continue;
    if (signs !== null && !SETS.some((mask) => ((signs.get(id) ?? 0) & (1 << mask)) !== 0 && (mask & f.mask) === 0)) continue;
    const expr = toExpr(m, id, null);
    if (expr) out.push({ expr, mask: f.mask });
  }
  return readOnce(out);
}

/** What was read twice, and was another value the second time, says nothing of what the caller has. */
export function readOnce<T extends { readonly expr: Expr; readonly mask: number }>(given: readonly T[]): T[] {
  const masks = new Map<string, number>();
  for (const g of given) masks.set(printExpr(g.expr), g.mask & (masks.get(printExpr(g.expr)) ?? ANY));
  return given.filter((g) => masks.get(printExpr(g.expr)) !== 0);
}

/** Tests of the returned value that this exit has passed, such as its bits. */
function returnFacts(m: Machine, exit: Exit): SummaryOutcome['returns'] {
  const out: { expr: Expr; mask: number }[] = [];
  if (exit.value === null || exit.value === undefined) return out;
  const returned = m.terms.get(exit.value);
  if (returned.k === 'bits') {
    const names = returned.set.map((name): Expr => ({ k: 'id', name, line: 0 }));
    for (const right of names) out.push({ expr: { k: 'binary', op: '&', left: { k: 'id', name: '__return', line: 0 }, right, line: 0 }, mask: NEG | POS });
  }
  const base = returned.k === 'bits' ? returned.base : exit.value;
  if (base < 0 || m.terms.symbols(base).length !== 1 || m.terms.get(base).k !== 'sym') return out;
  for (const [id, f] of exit.state.facts) {
    if (out.length >= MAX_GIVEN) break;
    const t = m.terms.get(id);
    if (t.k !== 'op' || t.op !== '&' || !t.args.includes(base) || f.mask === ANY) continue;
    if (returned.k === 'bits' && f.mask === ZERO && namesIn(m, id).some((n) => returned.set.includes(n))) continue;
    const expr = toExpr(m, id, base);
    if (expr) out.push({ expr, mask: f.mask });
  }
  return out;
}

function namesIn(m: Machine, id: TermId): string[] {
  const t = m.terms.get(id);
  return t.k === 'name' ? [t.name] : t.k === 'bits' ? [...t.set] : t.k === 'op' ? t.args.flatMap((a) => namesIn(m, a)) : [];
}
