import { printExpr } from '../cfg/print.js';
import type { Contract, ContractEffect, Outcome } from '../kernel/contract.js';
import { mayBlock, mayDiffer } from './atomic.js';
import { applyEffect, markFailedTries, puts } from './call-effect.js';
import { assumeReturn, resultOf, typeOfResult } from './call-result.js';
import { type Call, contractScope, lvalues } from './call-scope.js';
import { clobberScalars, contents, freshSym } from './clobber.js';
import { evaluate, localScope } from './eval.js';
import { maskOf, narrow, truth, ZERO } from './fact.js';
import { converted } from './handles.js';
import { begun, reportIgnored } from './ignored.js';
import { type Machine, typeOf } from './machine.js';
import { GIVES, TAKES_OVER } from './name-words.js';
import { waitInside } from './order-inside.js';
import { countedAfterPut, forgetNothings, usePinned } from './ownership.js';
import { derive } from './derived.js';
import { escape } from './handing-over.js';
import { baseObject, REREAD } from './objects.js';
import { touch } from './resources.js';
import { mayLeave } from './sections.js';
import { copyOf } from './small-map.js';
import { cloneState, type State } from './state.js';
import { unify } from './substitute.js';
import type { SummaryOutcome } from './summary.js';
import type { TermId } from './term.js';
import { takesOrNot } from './touches.js';
import { doubtReferences, keptByChance, markUnclear, noteAsked } from './unclear.js';
import { handOver, unknownCall } from './unknown-call.js';

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
  if (handle !== null && call.to !== null) {
    s.env.set(call.to, handle);
    return [s];
  }
  if (!harmless && !contract?.source.startsWith('knowledge')) mayLeave(m, s, args);
  if (contract === null || (call.callee === null && !isFor(m, contract, args))) return unknownCall(m, s, call, name, args, harmless, block, fresh);
  const bindings = new Map<string, TermId>();
  contract.params.forEach((p, i) => {
    const a = args[i];
    if (a !== undefined) bindings.set(p.name, a);
  });
  const result = resultOf(m, s, call, contract, bindings, args, block, fresh);
  if (contract.source.startsWith('knowledge')) for (const a of args) for (const v of contents(m, s, a)) escape(m, s, v, false);
  if (result === fresh && !contract.outcomes.some((o) => o.effects.some((e) => e.op === 'get'))) {
    derive(m, fresh, args);
    // A reference that the callee may have given to others as well is in no contract.
    if (!contract.source.startsWith('knowledge') && GIVES.test(name)) m.given.add(fresh);
  }
  if (result === fresh && takesOrNot(contract)) m.tries.add(fresh);
  // What a bare warning says cannot happen: the try before it came out the other way.
  if (
    call.to === null &&
    contract.result !== null &&
    contract.pure &&
    truth(m.terms, s.facts, result) === true &&
    m.terms.symbols(result).some((x) => m.tries.has(x))
  )
    return [];
  if (contract.source.startsWith('knowledge')) clobberScalars(m, s, args, block, call.line, contract);
  if (contract.unseen) for (const h of s.held) if (args.some((a) => baseObject(m, a) === baseObject(m, h.lock))) m.unclear.set(h.lock, 'callee');
  if (contract.partial) handOver(m, s, name, args, TAKES_OVER.test(name), false, (i) => puts(contract, contract.params[i]?.name ?? null));
  if (!call.cleanup) reportIgnored(m, s, call, contract, contractScope(m, bindings, result), block);
  if (contract.takes) waitInside(m, s, call, contract.takes, contractScope(m, bindings, result), contract.params, block);
  if (contract.counts && m.uses(call).has('tested'))
    countedAfterPut(m, s, evaluate(m, s, contractScope(m, bindings, result), contract.counts), {
      line: call.line,
      block,
      place: '',
      object: null,
      call: `${name}()`,
      direct: true,
      level: '',
    });
  noteAsked(m, call.line, args);
  const out: State[] = [];
  const happened: Outcome[] = [];
  const had = s.held;
  const outcomes = begun(contract.outcomes, m.uses(call)).filter((o) => !isNullGuard(m, s, o, contract, bindings, result));
  outcomes.forEach((outcome, i) => {
    const t = i === outcomes.length - 1 ? s : cloneState(s);
    if (applyOutcome(m, t, call, contract, outcome, bindings, result, block, name)) {
      out.push(t);
      happened.push(outcome);
    }
  });
  if (out.length > 1 && !contract.source.startsWith('knowledge')) {
    markUnclear(m, out, happened, call.to === null);
    doubtReferences(m, out, happened, call.line);
    keptByChance(had, out, happened);
  }
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
  if (old === undefined) s.heap.delete(t.loc);
  else s.heap.set(t.loc, old);
}

/** An operation of that name which takes objects of other types, or numbers for objects, is another one. */
function isFor(m: Machine, contract: Contract, args: readonly TermId[]): boolean {
  return contract.params.every((p, i) => {
    const given = args[i] === undefined ? null : typeOf(m, args[i] as TermId);
    const tag = /^(struct|union) /;
    if (!given || p.type.pointers !== 1 || !tag.test(p.type.base)) return true;
    return given.pointers === 0
      ? tag.test(given.base)
      : given.pointers !== 1 ||
          !tag.test(given.base) ||
          given.base === p.type.base ||
          isFirstOf(m, given.base, p.type.base) ||
          isFirstOf(m, p.type.base, given.base);
  });
}

/** A struct of type `part` begins one of type `whole` and stands for it. */
function isFirstOf(m: Machine, part: string, whole: string): boolean {
  return m.types.structs.get(whole)?.fields.some((f) => f.type.base === part && f.attributes.some((a) => a.name === '__first')) ?? false;
}

/**
 * `if (!x) return;` at the head of a function that gives something back, or `if (x) unlock(x);` in it: a caller who does
 * not know `x` to be NULL means the rest of it.
 */
function isNullGuard(m: Machine, s: State, outcome: Outcome | SummaryOutcome, contract: Contract, bindings: Map<string, TermId>, result: TermId): boolean {
  if (!('given' in outcome) || outcome.given.length !== 1 || outcome.effects.some((e) => e.op !== 'release' && e.op !== 'put')) return false;
  const [test] = outcome.given;
  if (test?.expr.k !== 'id' || test.mask !== ZERO || contract.params.find((p) => p.name === (test.expr as { name: string }).name)?.type.pointers !== 1)
    return false;
  const has = (o: Outcome, e: ContractEffect): boolean =>
    o.effects.some((x) => x.op === e.op && 'place' in x && 'place' in e && printExpr(x.place) === printExpr(e.place));
  const other = contract.outcomes.some(
    (o) =>
      'given' in o &&
      o !== outcome &&
      outcome.effects.every((e) => has(o, e)) &&
      o.effects.some((e) => (e.op === 'release' || e.op === 'put') && !has(outcome, e)),
  );
  return other && maskOf(m.terms, s.facts, evaluate(m, s, contractScope(m, bindings, result), test.expr)) !== ZERO;
}

function applyOutcome(
  m: Machine,
  s: State,
  call: Call,
  contract: Contract,
  outcome: Outcome | SummaryOutcome,
  bindings: Map<string, TermId>,
  result: TermId,
  block: number,
  name: string,
): boolean {
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
  const before = s.held;
  const heap = s.heap.fork();
  for (const effect of outcome.effects) {
    if (effect.op === 'sleep' || effect.op === 'reclaim')
      mayBlock(m, s, call, contract, effect, scope, before, { line: call.line, block, place: name, object: null, call: `${name}()`, direct: true, level: '' });
    else if (!applyEffect(m, s, call, contract, outcome, effect, scope, block, name, told)) return false;
  }
  if ('after' in outcome && outcome.after.length > 0) {
    const facts = copyOf(s.facts);
    for (const a of outcome.after) if (!narrow(m.terms, facts, evaluate(m, s, scope, a.expr), a.mask)) return false;
    s.facts = facts;
  }
  if ('given' in outcome && (before !== s.held || outcome.effects.some((e) => e.op === 'assert-held' && e.relocked)))
    for (const g of outcome.given) keepAsAsked(m, s, heap, evaluate(m, { ...s, heap }, entry, g.expr));
  mayDiffer(m, s, contract, before, bindings);
  markFailedTries(m, s, call, contract, outcome, scope);
  forgetNothings(m, s);
  if (call.to !== null) s.env.set(call.to, value);
  return true;
}
