import type { CFunction, CType, Expr } from '../parse/c/ast.js';
import type { Contract } from '../kernel/contract.js';
import { CONTAINER } from '../kernel/expression.js';
import type { Callee } from '../effect/table.js';
import type { SummaryOutcome } from './summary.js';
import { calledByName, calleesOf, isVoid, writesOnlyLocals } from './walk.js';

/** Word parts of functions that tell something about what they are given. */
const TELLS = /(^|_)(get|read|show|dump|print|trace|log|count|size|len|name|id)(_|$)/;

/** Word parts of functions that only look. Their results are taken to be stable until a lock of the object is taken. */
export const PREDICATE =
  /^(is|has|can|should|need|want|may|test)_|_(is|has|test|can|enabled|need|needed|supported|present|none|same|equal|eq|empty|huge|anon|mapped|shared)(_|$)|^[A-Z][a-z]+[A-Z][A-Za-z]*$|enabled|supported/;

/** By its name and its result, a function of which nothing else is known asks its argument for a number, or shows it. */
export function tellsNumber(name: string, returns: CType | null): boolean {
  return (returns?.pointers ?? 0) === 0 && TELLS.test(name);
}

/** The contract of a function that only looks: the same answer for the same arguments, nothing done. */
export function looking(fn: CFunction, source: string): Contract {
  return {
    name: fn.name,
    params: fn.params,
    returns: fn.returns,
    outcomes: [{ when: { is: 'any' }, effects: [] }],
    pure: true,
    result: null,
    noreturn: false,
    flags: null,
    since: null,
    until: null,
    source,
  };
}

/** Whether a body writes nothing but its own variables and, as `callee` says, calls only functions of which the same is true. */
export function onlyLooksAt(fn: CFunction, callee: (name: string) => Callee): boolean {
  if (!fn.body || isVoid(fn.returns) || !writesOnlyLocals(fn.body, new Set())) return false;
  const called = new Set<string>();
  calleesOf(fn.body, called);
  return calledByName(called).every((name) => looks(callee(name)));
}

/** A contract that says nothing but what the result is. */
export function looks(callee: Callee): boolean {
  return callee !== null && callee !== 'harmless' && (callee.pure || callee.result !== null || isExpression(callee));
}

/** The one outcome of a body that is one expression. `path`: one that names nothing but members and the objects around them. */
export function isExpression(contract: Contract, path = false): boolean {
  const [only, more] = contract.outcomes;
  return (
    only !== undefined && !more && only.effects.length === 0 && 'value' in only && only.value !== null && (!path || isPath((only as SummaryOutcome).value))
  );
}

function isPath(e: Expr | null): boolean {
  if (e === null || e.k === 'id') return e !== null;
  if (e.k === 'call') return e.fn.k === 'id' && e.fn.name === CONTAINER && isPath(e.args[0] ?? null);
  return (e.k === 'member' && isPath(e.obj)) || (e.k === 'unary' && e.op === '&' && isPath(e.arg)) || (e.k === 'cast' && isPath(e.arg));
}
