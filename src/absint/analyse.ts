import type { Expr } from '../parse/c/ast.js';
import { UNSHOWN } from '../parse/c/unshown.js';
import type { Gap } from '../parse/gap.js';
import type { BasicBlock, Cfg, Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import type { Contract } from '../kernel/contract.js';
import type { EffectTable } from '../effect/effect.js';
import { acceptedFlags } from './accepted.js';
import { applyCall } from './call.js';
import { freshSym, handOverMembers } from './clobber.js';
import { noteCall } from './calls.js';
import { stillKept } from './carried.js';
import { vagueKey } from './crowd.js';
import { evaluate, localScope, place as placeOf } from './eval.js';
import { exitViews, judgeExits, type Exit } from './exits.js';
import { assume, consistent, maskOf, NEG, POS, truth, without, ZERO } from './fact.js';
import { checkFlags, isPromised, keptPromises, wordFlags, type FlagUse } from './flags.js';
import { flagVariables, guardsOf } from './guards.js';
import { liveness } from './liveness.js';
import { unownedReturns } from './handed.js';
import { canBeFound, markClass, mayRestore } from './unclear.js';
import { afterUnshown, unshownViews } from './unshown.js';
import { usedTypes } from './used-types.js';
import { createMachine, declare, lockClass, type Event, type Machine, type TypeTable } from './machine.js';
import { constantsNamed } from './mentioned.js';
import { callFoundNone, testedValue } from './nothing.js';
import { RECLAIM } from './order.js';
import { lockPairs, takingsOf } from './order-summary.js';
import { derive, forgetNothings, isLocalPlace, lockedNothing } from './ownership.js';
import { touch } from './resources.js';
import { forgetTest, retestsOf } from './retests.js';
import { withoutSections } from './sections.js';
import { resultUses } from './results.js';
import { copyOf, someOf } from './small-map.js';
import { solve, type Bounds } from './solve.js';
import { mergeStates } from './merge-states.js';
import { cloneState, emptyState, resourceKey, type State } from './state.js';
import { renew, unify } from './substitute.js';
import { contractOf, type Summary } from './summary.js';
import { swapKey, swappedVariables } from './swapped.js';
import { type TermId, isCall } from './term.js';
import { writePlace } from './write.js';

/** How many steps along one list are told apart. */
const MAX_CHAIN = 3;
/** More answers of calls than this are not kept apart. */
const MAX_ASKED = 6;
/** Functions with too many paths when these are kept apart; they are followed without. */
const crowded = new WeakSet<Cfg>();

export const BOUNDS: Bounds = { apart: 8, disjuncts: 64, steps: 12_000 };

const NO_KINDS: ReadonlySet<string> = new Set();

/** Is shown each state that comes to instruction `at` of `block` (or, past the last one, to its end), as often as it is executed. */
export type Watcher = (block: number, at: number, s: State, m: Machine) => void;

/** Analyses one function: its summary, the events on its paths, and how it ends. Pure and deterministic. */
export function analyse(cfg: Cfg, effects: EffectTable, types: TypeTable, file: string, bounds: Bounds = BOUNDS, see: Watcher | null = null): Summary {
  const fn = cfg.fn;
  const inLoop = new Set<number>();
  for (const members of cfg.loops.values()) for (const id of members) inLoop.add(id);
  const m = createMachine(fn, types, inLoop, resultUses(cfg), constantsNamed(cfg));
  const flagUses: Map<string, FlagUse> = new Map();
  const exits = new Map<string, Exit>();
  const live = liveness(cfg);
  const results = returnedVariables(cfg), guards = guardsOf(cfg, effects), passed = flagVariables(effects), swapped = swappedVariables(cfg), retests = retestsOf(cfg, effects), asked = new Set<TermId>();
  const loopTests = loopExitTests(cfg), plain = crowded.has(cfg);

  const used = usedTypes(cfg, effects, types);
  for (const [name, type] of used) declare(m, name, type);
  const initial = emptyState();
  for (const p of fn.params) initial.env.set(p.name, m.terms.sym(`param:${p.name}`, p.name, p.type, 'param'));
  // Variables whose declaration is not shown have been given a value by lines that are not shown either.
  for (const [name, type] of used) if (!name.startsWith('%')) initial.env.set(name, m.terms.sym(`unshown:start:${name}`, name, type, 'param'));

  const transfer = (id: number, from: State, own: boolean): { to: number; state: State }[] => {
    const block = cfg.blocks[id] as BasicBlock;
    let states: State[] = [own ? from : cloneState(from)];
    for (const [at, instr] of block.instrs.entries()) {
      const next: State[] = [];
      if (see) for (const s of states) see(id, at, s, m);
      for (const s of states) next.push(...execute(m, s, instr, id, effects, flagUses));
      // One block may have many calls with many cases each: what would be one where the block ends is one already.
      states = next.length > bounds.disjuncts && see === null ? together(next, id + cfg.blocks.length * (at + 1)) : next;
    }
    if (see) for (const s of states) see(id, block.instrs.length, s, m);
    return states.flatMap((s) => terminate(m, s, block, exits, !plain && guards.blocks.has(id) ? asked : null, retests.has(id)));
  };
  const apart = (s: State): string => resultKey(m, s, results) + guardKey(m, s, guards.exprs, asked) + flagKey(m, s, passed) + swapKey(m, s, swapped);
  const join = (block: number, old: State, next: State): State => mergeStates(m.terms, block, old, next, { typeOf: (name) => m.variables.get(name) ?? null, joins: (phi, x, y, a, b) => { derive(m, phi, [x, y]); wordFlags(m, phi, [{ value: x, facts: a.facts }, { value: y, facts: b.facts }]); } });
  const together = (states: readonly State[], block: number): State[] => {
    const kept = new Map<string, State>();
    for (const s of states) { const key = resourceKey(s) + apart(s), old = kept.get(key); kept.set(key, old === undefined ? s : join(block, old, s)); }
    return [...kept.values()];
  };
  const hit = solve<State>(cfg, {
    transfer,
    key: (s) => resourceKey(s) + apart(s),
    vagueKey: (s) => vagueKey(m.terms, s) + apart(s),
    merge: join,
    cross: (from, to, s) => {
      s.env.keep((name) => live.has(to, name));
      if (cfg.backEdges.has(`${from}>${to}`)) crossBackEdge(m, s, to, loopTests.get(to) ?? new Set(), cfg.loops.get(to) ?? new Set());
      return s;
    },
    hopeless: () => see === null && asked.size > 0,
  }, initial, bounds);
  if (hit.length > 0 && asked.size > 0) {
    crowded.add(cfg);
    if (see === null) return analyse(cfg, effects, types, file, bounds);
  }
  const ends = [...exits.values()];
  const gaps: Gap[] = hit.map((why) => ({ stage: 'absint', file, function: fn.name, why }));
  const pairs = lockPairs(m);
  const named = effects.named ?? NO_KINDS;
  let contract: Summary['contract'] | null = null;
  return {
    // Most functions of a file are called by none that is analysed.
    get contract() { return contract ??= { ...acceptedFlags(contractOf(m, ends, `${file}:${fn.line}`), cfg, effects), takes: takingsOf(m, file) }; },
    events: [...keptPromises(m, namedTries(m), flagUses.values()), ...judgeExits(m, ends), ...unownedReturns(m, ends)].filter((e) => !named.has(e.lockKind)),
    named,
    kept: stillKept(m, [...ends.map((e) => e.state), ...[...m.unshown.values()].flat().map((e) => e.state)]),
    takenOut: [...m.takenOut.values()],
    handed: [...m.handed.values()],
    claims: m.claims,
    exits: exitViews(m, ends),
    unshown: unshownViews(m),
    gaps,
    order: pairs.filter((p) => p.taken.resource !== RECLAIM),
    reclaims: pairs.filter((p) => p.taken.resource === RECLAIM),
    ops: [...m.ops.values()].sort((a, b) => a.line - b.line || (a.text < b.text ? -1 : 1)),
    flagUses: [...flagUses.values()].sort((a, b) => a.line - b.line || (a.flags < b.flags ? -1 : 1)),
    calls: [...m.calls.values()].sort((a, b) => a.line - b.line || (a.callee < b.callee ? -1 : 1)),
    bounded: hit.length > 0,
  };
}

/**
 * A lock released where trying to take it failed: when the lock is released on the other side too, one label is
 * wrong; when it is not, the result was taken the wrong way round.
 */
function namedTries(m: Machine): Event[] {
  const released = new Set([...m.releasedHere].map((lock) => lockClass(m, lock)));
  return m.events.map((e) => (e.kind === 'failed-try-released' && released.has(e.resource) ? { ...e, kind: 'release-not-held', detail: 'twice' } : e));
}

/**
 * The sign of what will be returned, where it is known: a path that failed is not merged with one that did not,
 * so that a clean-up that depends on the result is followed on the right side.
 */
export function resultKey(m: Machine, s: State, results: readonly string[]): string {
  let key = '';
  for (const name of results) {
    const value = s.env.get(name);
    if (value === undefined) continue;
    const t = m.terms.get(value), mask = maskOf(m.terms, s.facts, value);
    key += t.k === 'sym' && t.source === 'param' ? `|${t.text}` : mask === NEG || mask === ZERO || mask === POS ? `|${mask}` : '|';
  }
  return key;
}

/** How the tests that recur came out on this path, where that is known. `asked`: what calls have said that recurring tests asked about. */
function guardKey(m: Machine, s: State, guards: readonly Expr[], asked: ReadonlySet<TermId>): string {
  if (guards.length === 0 && asked.size === 0) return '';
  const scope = localScope(m, s, () => undefined);
  const answer = (id: TermId): string => { const value = truth(m.terms, s.facts, id); return value === null ? '?' : value ? 't' : 'f'; };
  return [...guards.map((g) => answer(evaluate(m, s, scope, g))), ...[...asked].flatMap((id) => { const said = answer(id); return said === '?' ? [] : [`${id}${said}`]; })].join('');
}

/** A test of what a call has just returned, which another call will not return again. */
function isNew(m: Machine, cond: TermId): boolean {
  const t = m.terms.get(cond);
  return t.k === 'op' && !isCall(t.op) ? t.args.some((a) => isNew(m, a)) : t.k === 'sym' && t.source === 'call' && t.origin.startsWith('call:');
}

/** Whether the flags that are passed on promise a lock: the lock is held on such a path, or is not. */
function flagKey(m: Machine, s: State, passed: ReturnType<typeof flagVariables>): string {
  return passed.map(({ name, flag }) => { const value = s.env.get(name), told = value === undefined ? null : isPromised(m, s.facts, value, flag); return told === null ? '?' : told ? 't' : 'f'; }).join('');
}

export function returnedVariables(cfg: Cfg): string[] {
  const names = new Set<string>();
  for (const id of cfg.order) {
    const term = cfg.blocks[id]?.term;
    if (term?.k === 'return' && term.value?.k === 'id' && !term.value.name.startsWith('%')) names.add(term.value.name);
  }
  return [...names].sort();
}

function execute(m: Machine, s: State, instr: Instr, block: number, effects: EffectTable, flagUses: Map<string, FlagUse>): State[] {
  const scope = localScope(m, s, (object, line) => touch(m, s, object, line, block));
  switch (instr.op) {
    case 'declare': {
      declare(m, instr.name, instr.type);
      s.env.delete(instr.name);
      return [s];
    }
    case 'assign': {
      const value = (isStep(instr) || isFarAlong(m, s, instr)) && m.inLoop.has(block) ? freshSym(m, s, `step:${block}:${instr.line}:${printExpr(instr.to)}`, printExpr(instr.to), 'unknown', block, instr.to.k === 'id' ? m.variables.get(instr.to.name) ?? null : null) : instr.from.k === 'init' ? freshSym(m, s, `init:${block}:${instr.line}`, '{ … }', 'unknown', block) : evaluate(m, s, scope, instr.from);
      if (instr.to.k === 'id' && (instr.to.name.startsWith('%') || m.variables.has(instr.to.name))) {
        s.env.set(instr.to.name, value);
        const type = m.variables.get(instr.to.name);
        if (type && !m.declared.has(value)) m.declared.set(value, type);
      }
      else {
        const to = placeOf(m, s, scope, instr.to);
        if (instr.from.k === 'id' && !isLocalPlace(m, to)) handOverMembers(m, s, instr.from.name, to);
        writePlace(m, s, to, value, { line: instr.line, by: '', place: printExpr(instr.to) });
      }
      return [s];
    }
    case 'use': evaluate(m, s, scope, instr.value); return [s];
    case 'havoc': {
      if (instr.why.startsWith(UNSHOWN)) return [afterUnshown(m, s, block, instr)];
      for (const p of instr.places) {
        const element = instr.why === 'element';
        const type = p.k === 'id' ? m.variables.get(p.name) ?? null : null;
        const sym = freshSym(m, s, `havoc:${block}:${instr.line}:${printExpr(p)}`, printExpr(p), element ? 'element' : 'unknown', block, type);
        if (element && type && type.pointers > 0) s.facts = copyOf(s.facts).set(sym, { mask: POS, is: null, ne: [] });
        writePlace(m, s, placeOf(m, s, scope, p), sym, { line: instr.line, by: '', place: printExpr(p) });
      }
      return [s];
    }
    case 'call': {
      const contract: Contract | null = effects.contracts.get(instr) ?? null;
      if (contract?.claims !== undefined && instr.callee !== null) m.claims.set(instr.line, instr.callee);
      if (contract?.flags) checkFlags(m, s, instr, contract, block, flagUses);
      if (instr.callee !== null && !contract?.source.startsWith('knowledge')) { noteCall(m, s, instr.callee, instr.line); mayRestore(m, s, instr.args); }
      for (const cls of effects.unsure.get(instr) ?? []) markClass(m, s.held, cls);
      if (contract?.unsaid) for (const cls of contract.unsaid) markClass(m, s.held.filter((h) => canBeFound(m, s, h, instr.args)), cls);
      return applyCall(m, s, instr, contract, effects.harmless.has(instr), block);
    }
  }
}

/** `i++` and the like: in a loop the new value is a symbol of its own, so that counting does not make endless states. */
export function isStep(instr: Extract<Instr, { op: 'assign' }>): boolean {
  return instr.from.k === 'binary' && (instr.from.op === '+' || instr.from.op === '-') && instr.from.right.k === 'num' && printExpr(instr.from.left) === printExpr(instr.to);
}

/** `p = p->next` after some turns: the list may be as long as it likes. */
function isFarAlong(m: Machine, s: State, instr: Extract<Instr, { op: 'assign' }>): boolean {
  const { to, from } = instr;
  if (from.k !== 'member' || !from.arrow || to.k !== 'id') return false;
  let id = s.env.get(to.name), steps = 0;
  for (; id !== undefined && steps < MAX_CHAIN; steps++) {
    const t = m.terms.get(id), loc = t.k === 'load' ? m.terms.get(t.loc) : null;
    id = loc?.k === 'field' && loc.name === from.field ? loc.base : undefined;
  }
  return steps === MAX_CHAIN && id !== undefined;
}

function terminate(m: Machine, s: State, block: BasicBlock, exits: Map<string, Exit>, asked: Set<TermId> | null, again: boolean): { to: number; state: State }[] {
  const scope = localScope(m, s, (object, line) => touch(m, s, object, line, block.id));
  const term = block.term;
  switch (term.k) {
    case 'jump': return [{ to: term.to, state: s }];
    case 'unreachable': return [];
    case 'choice': {
      if (term.unless !== undefined && truth(m.terms, s.facts, evaluate(m, s, scope, term.unless)) === false) return [{ to: term.to[0] as number, state: s }];
      if (term.key === null) return term.to.map((to, i) => ({ to, state: i === term.to.length - 1 ? s : cloneState(s) }));
      const negated = term.key.startsWith('!');
      const id = m.terms.name(`#if ${negated ? term.key.slice(1) : term.key}`);
      return term.to.flatMap((to, i) => taken(m, cloneState(s), id, (i === 0) !== negated, to, term.line, block.id));
    }
    case 'branch': {
      const cond = evaluate(m, s, scope, term.cond);
      if (again && truth(m.terms, s.facts, cond) !== null) forgetTest(m, s, cond);
      if (asked && asked.size < MAX_ASKED && !isNew(m, cond)) asked.add(cond);
      const other = cloneState(s);
      return [...taken(m, s, cond, true, term.then, term.line, block.id), ...taken(m, other, cond, false, term.else, term.line, block.id)];
    }
    case 'switch': {
      const value = evaluate(m, s, scope, term.value);
      const out: { to: number; state: State }[] = [];
      const rest = cloneState(s);
      let possible = true;
      let fallback: number | null = null;
      for (const c of term.cases) {
        if (c.low === null) { fallback = c.to; continue; }
        if (!possible) continue;
        const low = evaluate(m, s, scope, c.low);
        const test = c.high === null ? m.terms.op('==', [value, low]) : m.terms.op('call:case', [value, low, evaluate(m, s, scope, c.high)]);
        out.push(...taken(m, cloneState(rest), test, true, c.to, term.line, block.id));
        const facts = assume(m.terms, rest.facts, test, false);
        if (facts) rest.facts = facts; else possible = false;
      }
      if (possible && fallback !== null) out.push({ to: fallback, state: rest });
      return out;
    }
    case 'return': {
      const value = term.value === null ? null : evaluate(m, s, scope, term.value);
      s.trace = { line: term.line, note: 'returns', block: block.id, prev: s.trace };
      exits.set(`${block.id} ${resourceKey(s)} ${value ?? ''} ${value === null ? '' : JSON.stringify(s.facts.get(value) ?? null)}`, { state: withoutSections(m, s), value, line: term.line, block: block.id });
      return [];
    }
  }
}

function taken(m: Machine, s: State, cond: TermId, value: boolean, to: number, line: number, block: number): { to: number; state: State }[] {
  const facts = assume(m.terms, s.facts, cond, value);
  if (facts === null || (facts !== s.facts && !consistent(m.terms, facts))) return [];
  if (facts !== s.facts || callFoundNone(m, facts, cond)) s.trace = { line, note: value ? 'condition true' : 'condition false', block, prev: s.trace, tested: testedValue(m, facts, cond) };
  s.facts = facts;
  if (lockedNothing(m, s)) return [];
  forgetNothings(m, s);
  if (value) unify(m.terms, s, cond);
  else { const t = m.terms.get(cond); if (t.k === 'op' && t.op === '!') unify(m.terms, s, t.args[0] as TermId); }
  return [{ to, state: s }];
}

/**
 * A loop turns: what its exit tests saw may have changed since, and the join symbols of its head get a new life
 * where the variable has moved on.
 */
function crossBackEdge(m: Machine, s: State, head: number, tested: ReadonlySet<string>, members: ReadonlySet<number>): void {
  for (const sym of joinedInside(m, s, head, members)) renew(m.terms, s, sym);
  forgetReads(m, s, members);
  for (const [name, value] of [...s.env]) {
    const phi = m.terms.sym(`phi:${head}:${name}`, name, m.variables.get(name) ?? null, 'phi');
    if (value !== phi && usesAnywhere(m, s, phi)) renew(m.terms, s, phi);
  }
  if (tested.size === 0 || s.facts.size === 0) return;
  s.facts = without(s.facts, (id) => !s.held.some((h) => h.lock === id) && isMemory(m, id, tested));
}

/** A single read inside the loop sees another object on the next turn: what became of the former one is past. */
function forgetReads(m: Machine, s: State, members: ReadonlySet<number>): void {
  if (s.gone.size === 0 && s.dropped.size === 0) return;
  const again = (id: TermId): boolean => { const t = m.terms.get(id); return t.k === 'op' ? (t.op.startsWith('once:') && members.has(Number(t.op.split(':')[1]))) || t.args.some(again) : t.k === 'load' || t.k === 'addr' ? again(t.loc) : t.k === 'field' || t.k === 'elem' || t.k === 'deref' ? again(t.base) : false; };
  if ([...s.gone.keys()].some(again)) s.gone = new Map([...s.gone].filter(([id]) => !again(id)));
  // The caller cannot have known it: whose reference was put there is the turn's own business.
  if ([...s.dropped.values()].some((d) => again(d.object))) s.dropped = new Map([...s.dropped].filter(([, d]) => !again(d.object)));
}

/** Join symbols of the loop's inner blocks that locks or references of this state speak of: the next turn makes them anew. */
function joinedInside(m: Machine, s: State, head: number, members: ReadonlySet<number>): Set<TermId> {
  const found = new Set<TermId>();
  for (const id of [...s.held.map((h) => h.lock), ...s.owned.map((o) => o.object), ...s.entry.keys(), ...s.gone.keys()]) for (const sym of m.terms.symbols(id)) {
    const t = m.terms.get(sym);
    const block = t.k === 'sym' && t.source === 'phi' ? Number(t.origin.split(':')[1]) : head;
    if (block !== head && members.has(block)) found.add(sym);
  }
  return found;
}

function usesAnywhere(m: Machine, s: State, sym: TermId): boolean {
  const has = (id: TermId): boolean => m.terms.symbols(id).includes(sym);
  return s.env.some((_, v) => has(v)) || s.held.some((h) => has(h.lock)) || s.owned.some((o) => has(o.object)) || someOf(s.gone, has) || someOf(s.facts, has) || s.heap.some((loc, v) => has(loc) || has(v));
}

/** A fact about memory or a predicate that one of the loop's exit tests names. */
function isMemory(m: Machine, id: TermId, tested: ReadonlySet<string>): boolean {
  const t = m.terms.get(id);
  if (t.k === 'load') { const loc = m.terms.get(t.loc); return loc.k === 'field' || loc.k === 'var' ? tested.has(loc.name) : true; }
  if (t.k !== 'op') return false;
  if (isCall(t.op) && tested.has(t.op.slice(5))) return true;
  return t.args.some((a) => isMemory(m, a, tested));
}

/** For each loop head, the fields, globals and predicates named in the tests that leave the loop. */
function loopExitTests(cfg: Cfg): Map<number, Set<string>> {
  const out = new Map<number, Set<string>>();
  for (const [head, members] of cfg.loops) {
    const names = new Set<string>();
    for (const id of members) {
      const block = cfg.blocks[id] as BasicBlock;
      if (block.term.k !== 'branch' || (members.has(block.term.then) && members.has(block.term.else))) continue;
      const defs = new Map<string, Instr>();
      for (const i of block.instrs) { if (i.op === 'call' && i.to) defs.set(i.to, i); if (i.op === 'assign' && i.to.k === 'id') defs.set(i.to.name, i); }
      collect(block.term.cond, names, defs);
    }
    out.set(head, names);
  }
  return out;
}

function collect(e: Expr, names: Set<string>, defs: ReadonlyMap<string, Instr>): void {
  switch (e.k) {
    case 'id': {
      names.add(e.name);
      const def = defs.get(e.name);
      if (def?.op === 'call') { if (def.callee) names.add(def.callee); }
      else if (def?.op === 'assign' && def.from.k !== 'id') collect(def.from, names, new Map());
      return;
    }
    case 'member': names.add(e.field); return;
    case 'index': collect(e.obj, names, defs); return;
    case 'unary': case 'cast': collect(e.arg, names, defs); return;
    case 'binary': collect(e.left, names, defs); collect(e.right, names, defs); return;
    default: return;
  }
}
