import type { Contract, ReturnClass } from '../kernel/contract.js';
import { type Call, contractScope } from './call-scope.js';
import { containerOf, evaluate, localScope } from './eval.js';
import { assume, narrow, NEG, NONZERO, POS, ZERO } from './fact.js';
import { PREDICATE } from './looks.js';
import { type Machine, strip, typeOf } from './machine.js';
import { baseObject } from './objects.js';
import { touch } from './resources.js';
import { copyOf } from './small-map.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

/** What the callee returns, or, where that is no pointer to something, what the variable that receives it points to. */
export function typeOfResult(m: Machine, call: Call, contract: Contract | null): Machine['fn']['returns'] | null {
  const stated = contract?.returns ?? (call.callee === null ? null : m.types.returns(call.callee));
  if (stated && stated.base !== 'void' && stated.base !== '__expr') return stated;
  return (call.to === null ? null : m.variables.get(call.to)) ?? stated;
}

/** What a call gives: what its contract says, or a symbol of its own (`fresh`). */
export function resultOf(
  m: Machine,
  s: State,
  call: Call,
  contract: Contract,
  bindings: Map<string, TermId>,
  args: readonly TermId[],
  block: number,
  fresh: TermId,
): TermId {
  if (contract.result?.k === 'call') {
    // The type and the member are names, not values: they are taken as the call spells them.
    const spelt = contract.result.args.map((x) => (x.k === 'id' ? (call.args[contract.params.findIndex((p) => p.name === x.name)] ?? x) : x));
    const value = containerOf(
      m,
      s,
      localScope(m, s, (object, line) => touch(m, s, object, line, block)),
      { ...contract.result, args: spelt },
    );
    if (value !== null) return value;
  }
  if (contract.result) {
    const value = evaluate(m, s, contractScope(m, bindings, m.terms.num(0)), contract.result);
    // A single read that is not called pure may see another value than the read before it.
    const { result } = contract;
    const own = result.k === 'id' && contract.params.some((p) => p.name === result.name && p.type.base !== '__expr');
    return !contract.pure && !own && m.terms.get(value).k === 'load' ? m.terms.op(`once:${block}:${call.line}:${call.to ?? ''}`, [value]) : value;
  }
  // A function that only looks uses what it is given; one that only hands a value on does not.
  if (contract.pure) for (const a of args) if ((typeOf(m, a)?.pointers ?? 0) > 0) touch(m, s, baseObject(m, a), call.line, block);
  if (contract.pure)
    return m.terms.op(
      `call:${contract.name}`,
      args.map((a) => strip(m.terms, a)),
    );
  if (call.callee !== null && PREDICATE.test(call.callee) && contract.outcomes.every((o) => o.effects.length === 0))
    return m.terms.op(
      `pred:${contract.name}`,
      args.map((a) => strip(m.terms, a)),
    );
  return fresh;
}

/** Takes it that the result is of this class. False: it cannot be. */
export function assumeReturn(m: Machine, s: State, result: TermId, when: ReturnClass): boolean {
  const masks: Record<string, number> = { zero: ZERO, nonzero: NONZERO, negative: NEG, positive: POS, nonnegative: ZERO | POS, nonpositive: ZERO | NEG };
  if (when.is === 'any') return true;
  if (when.is === 'equals') {
    const value = typeof when.value === 'number' ? m.terms.num(when.value) : constantTerm(m, when.value);
    const facts = assume(m.terms, s.facts, m.terms.op('==', [result, value]), !when.not);
    if (facts) s.facts = facts;
    return facts !== null;
  }
  if (when.is === 'bits') {
    const facts = assume(
      m.terms,
      s.facts,
      m.terms.op('&', [result, when.names.map((n) => m.terms.name(n)).reduce((a, b) => m.terms.op('|', [a, b]))]),
      when.set,
    );
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
