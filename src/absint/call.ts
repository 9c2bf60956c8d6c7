import type { Instr } from '../cfg/cfg.js';
import type { Expr } from '../parse/c/ast.js';
import { printExpr, printPlace } from '../cfg/print.js';
import type { Contract, ContractEffect, Outcome, ReturnClass } from '../kernel/contract.js';
import { assertHeld, mayBlock, mayDiffer, mayRelease } from './atomic.js';
import { clobber, clobberScalars, contents, freshSym } from './clobber.js';
import { containerOf, evaluate, localScope, place as placeOf, type Scope } from './eval.js';
import { assume, maskOf, NEG, NONZERO, narrow, POS, truth, ZERO } from './fact.js';
import { begun, reportIgnored } from './ignored.js';
import { putCounted } from './last-put.js';
import { PREDICATE, tellsNumber } from './looks.js';
import { lockClass, rootVariable, strip, typeOf, type Machine } from './machine.js';
import { releasesNothing } from './nothing.js';
import { waitInside } from './order-inside.js';
import { carried, countedAfterPut, derive, escape, forgetNothings, free, get, lend, lendLocked, put, usePinned } from './ownership.js';
import { countedName, isPartOfResult, lockAddress, rootName, spelled } from './places.js';
import { converted } from './handles.js';
import { acquire, baseObject, downgrade, lookAgain, release, report, REREAD, rereadFieldsOf, touch, usedBehindPut, type Site } from './resources.js';
import { mayLeave } from './sections.js';
import { copyOf } from './small-map.js';
import { cloneState, type State } from './state.js';
import { unify } from './substitute.js';
import { doubtReferences, isConditional, keepsFlags, keptByChance, markUnclear, mayBeReleased, mayHaveLocked, mayHaveUnlocked, noteAsked } from './unclear.js';
import type { SummaryOutcome } from './summary.js';
import type { TermId } from './term.js';
import { writePlace } from './write.js';
import { takesOrNot } from './touches.js';

type Call = Extract<Instr, { op: 'call' }>;

/** Functions that ask how a lock is. */
const LOOKS_AT_LOCK = /_(is_)?(held|locked|contended)$/;
/** Word parts of functions that may take a lock of what they are given. */
const MAY_LOCK = /(^|_)[a-z]{0,4}(?<!un|b|c)lock(_|$)/;
/** Word parts of functions that may give back a lock of what they are given. */
const MAY_UNLOCK = /(^|_)[a-z]{0,4}unlock(_|$)/;
/** Word parts of functions that may take over what they are given. */
const TAKES_OVER = /(^|_)(put|free|release|drop|add|insert|queue|attach|install|enqueue|submit|register|set|store|link|move|putback|push|commit|destroy|finish|end|complete|kill|cleanup|migrate|splice|dup|rmap|install|publish|assign|init|fini|done|del|delete|remove)/;
/** Word parts of functions that may give an object with a reference. */
const GIVES = /(^|_)(get|find|lookup|grab|open|alloc|create|next|first|by)(_|$)/;

/** The parameter by which a lock function is told how deep it nests. */
const LEVEL = 'subclass';

/**
 * Executes a call on `s` (which it may change) and returns the states after it, one per outcome that can happen.
 * `harmless`: the body is known and does nothing to tracked resources.
 */
export function applyCall(m: Machine, s: State, call: Call, contract: Contract | null, harmless: boolean, block: number): State[] {
  const name = call.callee ?? (call.target ? printExpr(call.target) : '?');
  // The result of this call on an earlier turn of a loop becomes the old one before the arguments are looked at.
  const fresh = freshSym(m, s, `call:${block}:${call.line}:${call.to ?? ''}:${name}`, `${name}()`, 'call', block, typeOfResult(m, call, contract));
  const scope = localScope(m, s, (object, line) => touch(m, s, object, line, block));
  const args = call.args.map((a) => evaluate(m, s, scope, a));
  if (call.target) evaluate(m, s, scope, call.target);
  if (contract?.noreturn) return [];
  if (!contract?.outcomes.some((o) => o.effects.some((e) => e.op === 'put' || e.op === 'consume'))) usePinned(m, s, args);
  const handle = contract === null && call.to !== null && call.callee !== null ? converted(m, call.callee, args, typeOfResult(m, call, null)) : null;
  if (handle !== null && call.to !== null) { s.env.set(call.to, handle); return [s]; }
  if (!harmless && !contract?.source.startsWith('knowledge')) mayLeave(m, s, args);
  if (contract === null || (call.callee === null && !isFor(m, contract, args))) return unknownCall(m, s, call, name, args, harmless, block, fresh);
  const bindings = new Map<string, TermId>();
  contract.params.forEach((p, i) => { const a = args[i]; if (a !== undefined) bindings.set(p.name, a); });
  const result = resultOf(m, s, call, contract, bindings, args, block, fresh);
  if (contract.source.startsWith('knowledge')) for (const a of args) for (const v of contents(m, s, a)) escape(m, s, v, false);
  if (result === fresh && !contract.outcomes.some((o) => o.effects.some((e) => e.op === 'get'))) {
    derive(m, fresh, args);
    // A reference that the callee may have given to others as well is in no contract.
    if (!contract.source.startsWith('knowledge') && GIVES.test(name)) m.given.add(fresh);
  }
  if (result === fresh && takesOrNot(contract)) m.tries.add(fresh);
  // What a bare warning says cannot happen: the try before it came out the other way.
  if (call.to === null && contract.result !== null && contract.pure && truth(m.terms, s.facts, result) === true && m.terms.symbols(result).some((x) => m.tries.has(x))) return [];
  if (contract.source.startsWith('knowledge')) clobberScalars(m, s, args, block, call.line, contract);
  if (contract.unseen) for (const h of s.held) if (args.some((a) => baseObject(m, a) === baseObject(m, h.lock))) m.unclear.set(h.lock, 'callee');
  if (contract.partial) handOver(m, s, name, args, TAKES_OVER.test(name), false, (i) => puts(contract, contract.params[i]?.name ?? null));
  if (!call.cleanup) reportIgnored(m, s, call, contract, contractScope(m, bindings, result), block);
  if (contract.takes) waitInside(m, s, call, contract.takes, contractScope(m, bindings, result), contract.params, block);
  if (contract.counts && m.uses(call).has('tested')) countedAfterPut(m, s, evaluate(m, s, contractScope(m, bindings, result), contract.counts), { line: call.line, block, place: '', object: null, call: `${name}()`, direct: true, level: '' });
  noteAsked(m, call.line, args);
  const out: State[] = [], happened: Outcome[] = [], had = s.held;
  const outcomes = begun(contract.outcomes, m.uses(call)).filter((o) => !isNullGuard(m, s, o, contract, bindings, result));
  outcomes.forEach((outcome, i) => {
    const t = i === outcomes.length - 1 ? s : cloneState(s);
    if (applyOutcome(m, t, call, contract, outcome, bindings, result, block, name)) { out.push(t); happened.push(outcome); }
  });
  if (out.length > 1 && !contract.source.startsWith('knowledge')) { markUnclear(m, out, happened, call.to === null); doubtReferences(m, out, happened, call.line); keptByChance(had, out, happened); }
  return out;
}

/**
 * What a callee asked before it took a lock its other half asks before it gives the lock back: it stays as it was, although
 * the lock is in the same object.
 */
function keepAsAsked(m: Machine, s: State, before: State['heap'], asked: TermId): void {
  const t = m.terms.get(asked);
  if (t.k === 'op') for (const a of t.args) keepAsAsked(m, s, before, a);
  if (t.k !== 'load' || s.heap.get(t.loc) === before.get(t.loc)) return;
  const now = m.terms.get(s.heap.get(t.loc) ?? asked);
  if (now.k !== 'sym' || !now.origin.startsWith(REREAD)) return;
  const old = before.get(t.loc);
  if (old === undefined) s.heap.delete(t.loc); else s.heap.set(t.loc, old);
}

/** An operation of that name which takes objects of other types, or numbers for objects, is another one. */
function isFor(m: Machine, contract: Contract, args: readonly TermId[]): boolean {
  return contract.params.every((p, i) => {
    const given = args[i] === undefined ? null : typeOf(m, args[i] as TermId), tag = /^(struct|union) /;
    if (!given || p.type.pointers !== 1 || !tag.test(p.type.base)) return true;
    return given.pointers === 0 ? tag.test(given.base) : given.pointers !== 1 || !tag.test(given.base) || given.base === p.type.base || isFirstOf(m, given.base, p.type.base) || isFirstOf(m, p.type.base, given.base);
  });
}

/** A struct of type `part` begins one of type `whole` and stands for it. */
function isFirstOf(m: Machine, part: string, whole: string): boolean {
  return m.types.structs.get(whole)?.fields.some((f) => f.type.base === part && f.attributes.some((a) => a.name === '__first')) ?? false;
}

/** What the callee returns, or, where that is no pointer to something, what the variable that receives it points to. */
function typeOfResult(m: Machine, call: Call, contract: Contract | null): Machine['fn']['returns'] | null {
  const stated = contract?.returns ?? (call.callee === null ? null : m.types.returns(call.callee));
  if (stated && stated.base !== 'void' && stated.base !== '__expr') return stated;
  return (call.to === null ? null : m.variables.get(call.to)) ?? stated;
}

/**
 * `if (!x) return;` at the head of a function that gives something back, or `if (x) unlock(x);` in it: a caller who does
 * not know `x` to be NULL means the rest of it.
 */
function isNullGuard(m: Machine, s: State, outcome: Outcome | SummaryOutcome, contract: Contract, bindings: Map<string, TermId>, result: TermId): boolean {
  if (!('given' in outcome) || outcome.given.length !== 1 || outcome.effects.some((e) => e.op !== 'release' && e.op !== 'put')) return false;
  const [test] = outcome.given;
  if (test?.expr.k !== 'id' || test.mask !== ZERO || contract.params.find((p) => p.name === (test.expr as { name: string }).name)?.type.pointers !== 1) return false;
  const has = (o: Outcome, e: ContractEffect): boolean => o.effects.some((x) => x.op === e.op && 'place' in x && 'place' in e && printExpr(x.place) === printExpr(e.place));
  const other = contract.outcomes.some((o) => 'given' in o && o !== outcome && outcome.effects.every((e) => has(o, e)) && o.effects.some((e) => (e.op === 'release' || e.op === 'put') && !has(outcome, e)));
  return other && maskOf(m.terms, s.facts, evaluate(m, s, contractScope(m, bindings, result), test.expr)) !== ZERO;
}

function applyOutcome(m: Machine, s: State, call: Call, contract: Contract, outcome: Outcome | SummaryOutcome, bindings: Map<string, TermId>, result: TermId, block: number, name: string): boolean {
  const entry = contractScope(m, bindings, result);
  // Where the path has asked the same already (of the other half, say), this is the case, not one of several.
  let told = false;
  if ('given' in outcome && outcome.given.length > 0) {
    told = outcome.when.is === 'any' && outcome.given.every((g) => (maskOf(m.terms, s.facts, evaluate(m, s, entry, g.expr)) & ~g.mask) === 0);
    const facts = copyOf(s.facts);
    for (const g of outcome.given) if (!narrow(m.terms, facts, evaluate(m, s, entry, g.expr), g.mask)) return false;
    s.facts = facts;
    for (const g of outcome.given) if (g.expr.k === 'binary' && g.expr.op === '==' && (g.mask & ZERO) === 0) unify(m.terms, s, evaluate(m, s, entry, g.expr));
  }
  const value = 'value' in outcome && outcome.value ? evaluate(m, s, entry, outcome.value) : result;
  const scope = contractScope(m, bindings, value, lvalues(m, s, call, contract), (object) => touch(m, s, object, call.line, block));
  if (!assumeReturn(m, s, value, outcome.when)) return false;
  if ('returns' in outcome && outcome.returns.length > 0) {
    const facts = copyOf(s.facts);
    for (const r of outcome.returns) if (!narrow(m.terms, facts, evaluate(m, s, scope, r.expr), r.mask)) return false;
    s.facts = facts;
  }
  const before = s.held, heap = s.heap.fork();
  for (const effect of outcome.effects) {
    if (effect.op === 'sleep' || effect.op === 'reclaim') mayBlock(m, s, call, contract, effect, scope, before, { line: call.line, block, place: name, object: null, call: `${name}()`, direct: true, level: '' });
    else if (!applyEffect(m, s, call, contract, outcome, effect, scope, block, name, told)) return false;
  }
  if ('after' in outcome && outcome.after.length > 0) {
    const facts = copyOf(s.facts);
    for (const a of outcome.after) if (!narrow(m.terms, facts, evaluate(m, s, scope, a.expr), a.mask)) return false;
    s.facts = facts;
  }
  if ('given' in outcome && (before !== s.held || outcome.effects.some((e) => e.op === 'assert-held' && e.relocked))) for (const g of outcome.given) keepAsAsked(m, s, heap, evaluate(m, { ...s, heap }, entry, g.expr));
  mayDiffer(m, s, contract, before, bindings);
  markFailedTries(m, s, call, contract, outcome, scope);
  forgetNothings(m, s);
  if (call.to !== null) s.env.set(call.to, value);
  return true;
}

function applyEffect(m: Machine, s: State, call: Call, contract: Contract, outcome: Outcome, effect: Exclude<ContractEffect, { op: 'sleep' | 'reclaim' }>, scope: Scope, block: number, name: string, told: boolean): boolean {
  if (effect.op === 'walk' || effect.op === 'call' || effect.op === 'never' || effect.op === 'maybe') return true;
  // A callee that changes whether interrupts are on may do so as the flags say that it was given.
  if ((effect.op === 'acquire' || effect.op === 'release') && (effect.kind === 'irq' || effect.kind === 'bh') && !contract.source.startsWith('knowledge')) m.unclear.set(lockAddress(m, s, scope, effect.place), 'callee');
  const site: Site = { line: call.line, block, call: `${name}()`, direct: contract.source.startsWith('knowledge'), level: levelOf(call, contract), sometimes: !told && isConditional(contract, effect), ...spelled(call, contract, effect.place) };
  switch (effect.op) {
    case 'acquire': {
      const lock = lockAddress(m, s, scope, effect.place);
      touchLock(m, s, lock, call.line, block);
      if (effect.ensure && s.held.some((h) => h.lock === lock)) return true;
      if (!acquire(m, s, lock, effect.kind, effect.mode, effect.tryLock, site)) return false;
      if (effect.kind === 'irq') keepsFlags(m, call);
      if (effect.lent) s.held = s.held.map((h) => (h.lock === lock ? { ...h, lent: true, escaped: true } : h));
      return true;
    }
    case 'release': {
      const lock = lockAddress(m, s, scope, effect.place);
      touchLock(m, s, lock, call.line, block);
      if (effect.ensure && !s.held.some((h) => h.lock === lock)) return true;
      const kind = site.direct || effect.kind !== 'other' ? effect.kind : (s.held.find((h) => h.lock === lock) ?? s.entry.get(lock))?.kind;
      // Which lock of that name or of that object it is cannot be said, or of what kind.
      if (kind === undefined) { mayBeReleased(m, s, lock); return true; }
      if (contract.noted) for (const h of s.held) if (h.kind === 'irq' || h.kind === 'bh') m.unclear.set(h.lock, 'callee');
      if (mismatchedInterrupts(m, s, call, outcome, effect, scope, site)) return true;
      releasesNothing(m, s, lock, kind, site);
      // A callee that gave the object's lock back let others change it, and may have changed it itself.
      if (!site.direct) lookAgain(m, s, baseObject(m, lock));
      return release(m, s, lock, kind, effect.mode, site);
    }
    case 'downgrade': downgrade(m, s, lockAddress(m, s, scope, effect.place), effect.kind, site); return true;
    case 'get': {
      const object = evaluate(m, s, scope, effect.place);
      // What the call was given, or a part of it, did not come with the call.
      const brought = !site.direct && isPartOfResult(effect.place) && !contract.params.some((p) => { const a = scope.value(p.name); return a !== null && baseObject(m, a) === baseObject(m, object); });
      get(m, s, object, effect.kind, countOf(m, s, scope, effect), site, !site.direct && !effect.fresh, brought);
      return true;
    }
    case 'put': putCounted(m, s, evaluate(m, s, scope, effect.place), effect.kind, countOf(m, s, scope, effect), site, contract, outcome); return true;
    case 'consume': put(m, s, evaluate(m, s, scope, effect.place), effect.kind, 1, true, site); return true;
    case 'escape': if (!puts(contract, rootName(effect.place))) escape(m, s, evaluate(m, s, scope, effect.place), false, borrower(contract, effect.place)); return true;
    case 'free': free(m, s, evaluate(m, s, scope, effect.place)); return true;
    case 'store': {
      const value = evaluate(m, s, scope, effect.value);
      if (effect.known) { s.heap.set(placeOf(m, s, { ...scope, touch: () => undefined }, effect.place), value); return true; }
      writePlace(m, s, placeOf(m, s, scope, effect.place), value, { line: call.line, by: `${name}()`, place: site.place });
      return true;
    }
    case 'clobber': {
      const loc = placeOf(m, s, scope, effect.place), t = m.terms.get(loc);
      if (t.k === 'var' && !t.global) for (const inner of [...s.heap.keys()]) if (rootVariable(m, inner) === t.name) s.heap.delete(inner);
      writePlace(m, s, loc, freshSym(m, s, `clobber:${block}:${call.line}:${printExpr(effect.place)}`, printExpr(effect.place), 'call', block, typeOf(m, m.terms.load(loc))), { line: call.line, by: `${name}()`, place: site.place });
      return true;
    }
    case 'assert-not-held': {
      const lock = lockAddress(m, s, scope, effect.place);
      const mine = s.held.find((h) => h.lock === lock && h.kind === effect.kind && h.mode === 'exclusive' && h.count !== Infinity && !h.lent && !h.escaped);
      if (mine) report(m, s, { kind: 'double-acquire', resource: lockClass(m, lock), place: site.place, lockKind: effect.kind, otherLine: mine.line, certainty: 'sure', detail: 'exclusive' }, site);
      return true;
    }
    case 'assert-held': if (site.direct) assertHeld(m, s, lockAddress(m, s, scope, effect.place), effect.kind, site); else if (effect.relocked) rereadFieldsOf(m, s, lockAddress(m, s, scope, effect.place), site); return true;
    case 'last-put-locks': return true;
  }
}

/** The nesting level that a call states, as it is written there. */
function levelOf(call: Call, contract: Contract): string {
  const level = call.args[contract.params.findIndex((p) => p.name === LEVEL)];
  return level === undefined || (level.k === 'num' && level.value === 0) ? '' : printExpr(level);
}

/** How many references: stated, or the number that the call passes. */
function countOf(m: Machine, s: State, scope: Scope, effect: Extract<ContractEffect, { op: 'get' | 'put' }>): number | null {
  if (effect.count !== null || !effect.amount) return effect.count;
  const t = m.terms.get(evaluate(m, s, scope, effect.amount));
  return t.k === 'num' ? t.value : null;
}

const NO_PLACES: ReadonlyMap<string, TermId> = new Map(), NO_USES = (): void => undefined;

/** Parameters of type `__expr` stand for the argument itself, so that the callee (a macro) can assign it. */
function lvalues(m: Machine, s: State, call: Call, contract: Contract): ReadonlyMap<string, TermId> {
  if (!contract.params.some((p) => p.type.base === '__expr')) return NO_PLACES;
  const out = new Map<string, TermId>();
  contract.params.forEach((p, i) => { const a = call.args[i]; if (a && p.type.base === '__expr' && (a.k === 'id' || a.k === 'member' || a.k === 'index' || (a.k === 'unary' && a.op === '*'))) out.set(p.name, placeOf(m, s, localScope(m, s, () => undefined), a)); });
  return out;
}

function contractScope(m: Machine, bindings: Map<string, TermId>, result: TermId, places: ReadonlyMap<string, TermId> = NO_PLACES, uses: Scope['touch'] = NO_USES): Scope {
  return {
    value: (name) => (name === '__return' ? result : bindings.get(name) ?? null),
    place: (name) => { const own = places.get(name); if (own !== undefined) return own; const bound = name === '__return' ? result : bindings.get(name); return bound === undefined ? m.terms.variable(name, true) : m.terms.deref(bound); },
    touch: uses,
  };
}

function resultOf(m: Machine, s: State, call: Call, contract: Contract, bindings: Map<string, TermId>, args: readonly TermId[], block: number, fresh: TermId): TermId {
  if (contract.result?.k === 'call') {
    // The type and the member are names, not values: they are taken as the call spells them.
    const spelt = contract.result.args.map((x) => (x.k === 'id' ? call.args[contract.params.findIndex((p) => p.name === x.name)] ?? x : x));
    const value = containerOf(m, s, localScope(m, s, (object, line) => touch(m, s, object, line, block)), { ...contract.result, args: spelt });
    if (value !== null) return value;
  }
  if (contract.result) {
    const value = evaluate(m, s, contractScope(m, bindings, m.terms.num(0)), contract.result);
    // A single read that is not called pure may see another value than the read before it.
    const { result } = contract, own = result.k === 'id' && contract.params.some((p) => p.name === result.name && p.type.base !== '__expr');
    return !contract.pure && !own && m.terms.get(value).k === 'load' ? m.terms.op(`once:${block}:${call.line}:${call.to ?? ''}`, [value]) : value;
  }
  // A function that only looks uses what it is given; one that only hands a value on does not.
  if (contract.pure) for (const a of args) if ((typeOf(m, a)?.pointers ?? 0) > 0) touch(m, s, baseObject(m, a), call.line, block);
  if (contract.pure) return m.terms.op(`call:${contract.name}`, args.map((a) => strip(m.terms, a)));
  if (call.callee !== null && PREDICATE.test(call.callee) && contract.outcomes.every((o) => o.effects.length === 0)) return m.terms.op(`pred:${contract.name}`, args.map((a) => strip(m.terms, a)));
  return fresh;
}

function assumeReturn(m: Machine, s: State, result: TermId, when: ReturnClass): boolean {
  const masks: Record<string, number> = { zero: ZERO, nonzero: NONZERO, negative: NEG, positive: POS, nonnegative: ZERO | POS, nonpositive: ZERO | NEG };
  if (when.is === 'any') return true;
  if (when.is === 'equals') {
    const value = typeof when.value === 'number' ? m.terms.num(when.value) : constantTerm(m, when.value);
    const facts = assume(m.terms, s.facts, m.terms.op('==', [result, value]), !when.not);
    if (facts) s.facts = facts;
    return facts !== null;
  }
  if (when.is === 'bits') {
    const facts = assume(m.terms, s.facts, m.terms.op('&', [result, when.names.map((n) => m.terms.name(n)).reduce((a, b) => m.terms.op('|', [a, b]))]), when.set);
    if (facts) s.facts = facts;
    return facts !== null;
  }
  const facts = copyOf(s.facts);
  if (!narrow(m.terms, facts, result, masks[when.is] as number)) return false;
  s.facts = facts;
  return true;
}

function constantTerm(m: Machine, text: string): TermId {
  return text.startsWith('-') ? m.terms.op('-', [m.terms.name(text.slice(1))]) : m.terms.name(text);
}

function unknownCall(m: Machine, s: State, call: Call, name: string, args: readonly TermId[], harmless: boolean, block: number, fresh: TermId): State[] {
  // `to_x(p)` finds the object around p by its address and looks at neither; a number may be 0, and so may the pointer itself.
  if (!/^to_[a-z]/.test(name)) for (const a of args) { const object = baseObject(m, a); if (object === strip(m.terms, a)) usedBehindPut(m, s, object, call.line, block); else touch(m, s, object, call.line, block); }
  if (!harmless) { m.blind.add(call.line); mayRelease(m, s, args.map((a) => baseObject(m, a)), true); }
  // A lock that is given away by its address may be taken there, or given back.
  const last = /\w+$/.exec(name)?.[0] ?? name;
  if (!harmless && !LOOKS_AT_LOCK.test(last)) for (const a of args) {
    if (s.entry.has(a)) m.unclear.set(a, 'callee');
    if (MAY_LOCK.test(last)) mayHaveLocked(m, s, baseObject(m, a));
    if (MAY_UNLOCK.test(last)) mayHaveUnlocked(m, s, baseObject(m, a));
  }
  const takes = !harmless && TAKES_OVER.test(last);
  // A callee that fails has taken nothing over.
  const failed = takes && call.to !== null && args.some((a) => s.owned.some((o) => o.object === baseObject(m, a) && !o.escaped)) ? cloneState(s) : null;
  const asks = harmless || PREDICATE.test(last);
  handOver(m, s, name, args, takes, asks || tellsNumber(last, call.to === null ? null : typeOfResult(m, call, null)));
  // A number may be all that comes back of a read, and yet the page is unlocked when the read ends.
  if (!asks) for (const a of args) lendLocked(m, s, carried(m, a), false);
  const states: State[] = [s];
  if (failed) {
    const facts = copyOf(failed.facts), rest = copyOf(s.facts);
    if (narrow(m.terms, facts, fresh, NEG) && narrow(m.terms, rest, fresh, ZERO | POS)) { failed.facts = facts; s.facts = rest; states.push(failed); }
  }
  for (const t of states) {
    for (const a of args) clobber(m, t, a, block, call.line);
    if (call.to === null) continue;
    const stable = call.callee !== null && PREDICATE.test(call.callee);
    if (!stable) { derive(m, fresh, args); if (!harmless && GIVES.test(last)) m.given.add(fresh); }
    // What `x_to_y(x)` gives stands for x.
    t.env.set(call.to, stable ? m.terms.op(`${/[a-z]_to_[a-z]/.test(call.callee ?? '') ? 'call' : 'pred'}:${call.callee}`, args.map((a) => strip(m.terms, a))) : fresh);
  }
  return states;
}

/** Whatever happens it puts a reference on what the parameter points to: what the last put does with the object is no business of those who still have one. */
function puts(contract: Contract, param: string | null): boolean {
  return param !== null && contract.outcomes.every((o) => o.effects.length === 0 || o.effects.some((e) => e.op === 'put' && countedName(e.place) === param));
}

/** Who may have kept an argument: a computed contract says so of what it passes on, too. */
function borrower(contract: Contract, place: Expr): string {
  return place.k === 'id' && !contract.source.startsWith('knowledge') ? `${contract.name}#${contract.params.findIndex((p) => p.name === place.name)}` : '';
}

/** What becomes of the arguments of a callee that is not known as a whole. */
function handOver(m: Machine, s: State, name: string, args: readonly TermId[], takes: boolean, looks: boolean, but: (i: number) => boolean = () => false): void {
  args.forEach((a, i) => { if (but(i)) return; for (const v of [a, ...contents(m, s, a)]) { const to = v === a ? `${name}#${i}` : ''; if (takes) escape(m, s, v, false, to); else if (!looks) lend(m, s, v, to); } });
}

/** On the failing side of a trylock the lock is not ours: a release that follows is wrong. */
function markFailedTries(m: Machine, s: State, call: Call, contract: Contract, outcome: Outcome, scope: Scope): void {
  if (outcome.effects.some((e) => e.op === 'acquire')) return;
  for (const o of contract.outcomes) for (const e of o.effects) {
    if (e.op !== 'acquire' || !(e.tryLock || contract.outcomes.length > 1) || rootName(e.place) === '__return' || e.place.k === 'unary') continue;
    const lock = lockAddress(m, s, scope, e.place);
    if (s.entry.has(lock) || s.held.some((h) => h.lock === lock)) continue;
    s.entry = new Map([...s.entry, [lock, { assumed: 'free', kind: e.kind, mode: e.mode, line: call.line, place: call.args[0] ? printPlace(call.args[0]) : '', direct: true, failedTry: true }]]);
  }
}

/** `spin_unlock_irq` on a lock taken without turning interrupts off, and the like: wrong at the release itself. */
function mismatchedInterrupts(m: Machine, s: State, call: Call, outcome: Outcome, effect: Extract<ContractEffect, { op: 'release' }>, scope: Scope, site: Site): boolean {
  if (effect.kind !== 'irq' && effect.kind !== 'bh') return false;
  const flavour = lockAddress(m, s, scope, effect.place);
  if (s.held.some((h) => h.lock === flavour) || s.entry.has(flavour)) return false;
  // The state of interrupts that the caller saved is the caller's.
  if (call.args.some((a) => a.k === 'id' && m.fn.params.some((p) => p.name === a.name && p.type.pointers === 0))) return false;
  // Interrupts may have been off for a lock of the caller that this path has given back without turning them on.
  if ([...s.entry].some(([id, e]) => e.assumed === 'held' && (e.kind === 'spin' || e.kind === 'raw_spin') && !s.held.some((h) => h.lock === id))) return false;
  const partner = outcome.effects.find((e) => e.op === 'release' && e.kind !== 'irq' && e.kind !== 'bh' && e.kind !== 'preempt');
  if (partner?.op !== 'release') return false;
  const lock = lockAddress(m, s, scope, partner.place);
  if (!m.releasedHere.has(lock) && !s.held.some((h) => h.lock === lock)) return false;
  const held = s.held.find((h) => h.lock === lock);
  const others = s.held.filter((h) => h.kind === 'irq' || h.kind === 'bh');
  if (!held && s.entry.get(lock)?.assumed === 'held') return false;
  // The flags of another function may have been saved elsewhere.
  if (!m.unclear.has(flavour) && (held ? site.direct && held.direct : m.releasedDirectly.get(lock))) report(m, s, { kind: 'mode-mismatch', resource: site.place, place: site.place, lockKind: partner.kind, otherLine: held?.line ?? 0, certainty: 'sure', detail: 'interrupts' }, site);
  s.held = s.held.filter((h) => !others.includes(h));
  return true;
}

function touchLock(m: Machine, s: State, lock: TermId, line: number, block: number): void {
  touch(m, s, baseObject(m, lock), line, block);
}

