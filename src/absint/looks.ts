import type { CFunction } from '../parse/c/ast.js';
import type { Contract } from '../kernel/contract.js';
import type { Callee } from '../effect/table.js';
import { calleesOf, isVoid, writesOnlyLocals } from './walk.js';

/** The contract of a function that only looks: the same answer for the same arguments, nothing done. */
export function looking(fn: CFunction, source: string): Contract {
  return { name: fn.name, params: fn.params, returns: fn.returns, outcomes: [{ when: { is: 'any' }, effects: [] }], pure: true, result: null, noreturn: false, flags: null, since: null, until: null, source };
}

/** Whether a body writes nothing but its own variables and, as `callee` says, calls only functions of which the same is true. */
export function onlyLooksAt(fn: CFunction, callee: (name: string) => Callee): boolean {
  if (!fn.body || isVoid(fn.returns) || !writesOnlyLocals(fn.body, new Set())) return false;
  const called = new Set<string>();
  calleesOf(fn.body, called);
  return [...called].every((name) => looks(callee(name)));
}

/** A contract that says nothing but what the result is. */
export function looks(callee: Callee): boolean {
  return callee !== null && callee !== 'harmless' && (callee.pure || callee.result !== null || isExpression(callee));
}

/** The one outcome of a body that is one expression. */
export function isExpression(contract: Contract): boolean {
  const [only, more] = contract.outcomes;
  return only !== undefined && !more && only.effects.length === 0 && 'value' in only && only.value !== null;
}
