import { printExpr } from '../cfg/print.js';
import type { ContractEffect } from '../kernel/contract.js';
import type { Expr } from '../parse/c/ast.js';
import { constantExpr, constantOf, isReread, lockPlace, storePlace, toExpr } from './caller-terms.js';
import type { Exit } from './exit.js';
import { ANY, maskOf, NEG, POS, valuesOf, ZERO } from './fact.js';
import { type Machine, strip, typeOf } from './machine.js';
import { baseObject } from './objects.js';
import type { State } from './state.js';
import type { SummaryOutcome } from './summary.js';
import { leadsThrough, ofCaller, type TermId } from './term.js';
import { lockedPerhaps } from './unclear.js';

const MAX_GIVEN = 6;

/** A callee of which only the name is known may have taken the lock on this path. */
export function takenByCallee(m: Machine, s: State, lock: TermId): boolean {
  for (const id of s.passed) {
    const t = m.terms.get(id);
    if (t.k === 'op' && lockedPerhaps(m, t.args[0] as TermId) === id && leadsThrough(m.terms, lock, t.args[0] as TermId)) return true;
  }
  return false;
}

/** A constant that says what was done to a lock is not what other results happen to be. */
export function notThose(o: SummaryOutcome, all: readonly SummaryOutcome[]): SummaryOutcome['returns'] {
  if (o.when.is === 'equals') return [];
  const mine = locksIn(o);
  return all.flatMap(({ when, ...x }) => {
    if (when.is !== 'equals' || when.not || locksIn({ ...x, when }) === mine) return [];
    const value = when.value;
    const line = 0;
    const right: Expr =
      typeof value === 'number'
        ? { k: 'num', value, text: String(value), line }
        : value.startsWith('-')
          ? { k: 'unary', op: '-', arg: { k: 'id', name: value.slice(1), line }, line }
          : { k: 'id', name: value, line };
    return [{ expr: { k: 'binary', op: '==', left: { k: 'id', name: '__return', line }, right, line } as const, mask: ZERO }];
  });
}

function locksIn(o: SummaryOutcome): string {
  return o.effects
    .map((e) => (e.op === 'acquire' || e.op === 'release' || e.op === 'downgrade' ? `${e.op} ${e.kind}` : ''))
    .filter((x) => x !== '')
    .sort()
    .join();
}

/** The outcomes that one end of a function gives to its contract: what is returned there, and what became of the caller's locks and references. */
export function draft(
  m: Machine,
  exit: Exit,
  all: readonly Exit[],
  signs: ReadonlyMap<TermId, number>,
): { mask: number; eq: number | string | null; outcome: Omit<SummaryOutcome, 'when'> }[] {
  const s = exit.state;
  const effects: ContractEffect[] = all.every((e) => e.state.slept) ? [{ op: 'sleep' }] : [];
  for (const [lock, e] of s.entry) {
    if (e.assumed !== 'held') continue;
    const place = lockPlace(m, lock, exit.value);
    if (!place) continue;
    const back = s.held.find((h) => h.lock === lock);
    if (back && back.mode === 'shared' && e.mode === 'exclusive') effects.push({ op: 'downgrade', place, kind: e.kind });
    else if (back && e.mode === 'shared' && back.mode === 'exclusive')
      effects.push({ op: 'release', place, kind: e.kind, mode: e.mode }, { op: 'acquire', place, kind: back.kind, mode: back.mode, tryLock: back.tried });
    else if (back) effects.push({ op: 'assert-held', place, kind: e.kind, mode: 'either', ...(m.relocked.has(lock) ? ({ relocked: true } as const) : {}) });
    // What is given back is what such a callee took, not the caller's.
    else if (!takenByCallee(m, s, lock)) effects.push({ op: 'release', place, kind: e.kind, mode: e.mode });
  }
  for (const [lock, e] of s.entry) {
    // What the function takes and gives back itself, its caller must not hold.
    if (e.assumed !== 'free' || e.kind === 'pair' || s.held.some((h) => h.lock === lock) || !m.assumptions.some((x) => x.lock === lock && x.assumed === 'free'))
      continue;
    const place = lockPlace(m, lock, exit.value);
    if (place) effects.push({ op: 'assert-not-held', place, kind: e.kind });
  }
  for (const d of s.dropped.values()) {
    const place = toExpr(m, d.object, exit.value);
    if (place) effects.push({ op: 'put', place, kind: d.kind, count: d.count });
  }
  // What the caller finds through its own pointers: values stored there have a name that it can use.
  const stored = new Map<TermId, Expr>();
  const after: { readonly expr: Expr; readonly mask: number }[] = [];
  for (const [loc, value] of s.heap) {
    const place = storePlace(m, loc, exit.value);
    if (!place || m.terms.load(loc) === value || isReread(m, value) || [...s.dropped.values()].some((d) => d.object === baseObject(m, m.terms.addr(loc))))
      continue;
    const v = toExpr(m, value, exit.value) ?? constantExpr(m, s, value);
    effects.push(v ? { op: 'store', place, value: v } : { op: 'clobber', place });
    if (!v && !stored.has(value)) stored.set(value, place);
    const mask = maskOf(m.terms, s.facts, value);
    if (!v && mask !== ANY && after.length < MAX_GIVEN) after.push({ expr: place, mask });
  }
  for (const h of s.held) {
    if (s.entry.get(h.lock)?.assumed === 'held') continue;
    const place = lockPlace(m, h.lock, exit.value, stored);
    if (place) effects.push({ op: 'acquire', place, kind: h.kind, mode: h.mode, tryLock: h.tried, ...(h.lent ? ({ lent: true } as const) : {}) });
  }
  for (const o of s.owned) {
    // A callee that takes a reference of its own on what it keeps leaves the caller's accounts as they were.
    // What went to a callee that may have taken it over is nobody's for certain.
    if (o.escaped && ((!stored.has(o.object) && m.escaped.has(o.object)) || o.lent)) continue;
    const place = stored.get(o.object) ?? toExpr(m, o.object, exit.value, stored);
    if (place && place.k !== 'num')
      effects.push({ op: 'get', place, kind: o.kind, count: o.count === Infinity ? null : o.count, ...(o.claim === 'found' ? { fresh: true } : {}) });
  }
  for (const object of m.escaped) {
    const place = s.owned.some((o) => o.escaped && o.object === object) || !isPointer(m, object) ? null : toExpr(m, object, exit.value);
    if (place && place.k !== 'num') effects.push({ op: 'escape', place });
  }
  const mask = exit.value === null ? ANY : maskOf(m.terms, s.facts, exit.value);
  const given = discriminating(m, exit, all.length > 1 ? signs : null);
  const returns = returnFacts(m, exit);
  const values = exit.value === null ? null : valuesOf(m.terms, s.facts, exit.value);
  const constants = values?.map((v) => constantOf(m, v)) ?? [null];
  return constants.map((eq) => ({
    mask: eq === 0 ? ZERO : mask,
    eq: eq === 0 ? null : eq,
    outcome: { effects, given, returns, after, value: exit.value === null || eq !== null ? null : toExpr(m, strip(m.terms, exit.value), null) },
  }));
}

/** What may be counted: a parameter, or what is found in memory, unless its type says that it is no pointer. */
function isPointer(m: Machine, id: TermId): boolean {
  const t = m.terms.get(id);
  const type = typeOf(m, id);
  return (t.k === 'sym' || t.k === 'load') && (type === null || type.pointers > 0);
}

/** Without the cases that they belong to, references are taken perhaps. */
export function vague(effect: ContractEffect): ContractEffect {
  return effect.op === 'get' ? { op: 'get', place: effect.place, kind: effect.kind, count: null } : effect;
}

/** All sets of signs. */
const SETS = [0, 1, 2, 3, 4, 5, 6, 7];

/** For each value that some exit knows something of: which sets of signs the exits give it, as bits. */
export function signsSeen(exits: readonly Exit[]): ReadonlyMap<TermId, number> {
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
