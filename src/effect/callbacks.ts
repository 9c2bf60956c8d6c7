import type { Expr } from '../parse/c/ast.js';
import { substitute } from '../kernel/expression.js';
import type { Contract, ContractEffect, Outcome } from '../kernel/contract.js';

/** An outcome with what it asks of the arguments, if anything: stated ones have it, computed ones too. */
interface Conditional extends Outcome {
  readonly given?: readonly { readonly expr: Expr; readonly mask: number }[];
}

/**
 * `contract` with its callbacks' effects in the place of `call` effects, where the argument names a function that
 * `calleeOf` knows; null when there is none. An outcome of the callback is a case of the outcome that calls it.
 */
export function withCallbacks(contract: Contract, args: readonly Expr[], calleeOf: (name: string, args: number) => Contract | null): Contract | null {
  if (!contract.outcomes.some((o) => o.effects.some((e) => e.op === 'call'))) return null;
  const unknown = contract.outcomes.some((o) =>
    o.effects.some(
      (e) => e.op === 'call' && targetOf(contract, e.target, args) !== null && calleeOf(targetOf(contract, e.target, args) ?? '', e.args.length) === null,
    ),
  );
  return {
    ...contract,
    outcomes: contract.outcomes.flatMap((o) => expand(contract, o, args, calleeOf)),
    ran: true,
    ...(unknown ? { unseen: true as const } : {}),
  };
}

function expand(contract: Contract, outcome: Conditional, args: readonly Expr[], calleeOf: (name: string, args: number) => Contract | null): Conditional[] {
  const at = outcome.effects.findIndex((e) => e.op === 'call');
  const call = outcome.effects[at];
  if (call?.op !== 'call') return [outcome];
  const target = targetOf(contract, call.target, args);
  const callee = target === null ? null : calleeOf(target, call.args.length);
  const before = outcome.effects.slice(0, at);
  const after = outcome.effects.slice(at + 1);
  if (callee === null) return expand(contract, { ...outcome, effects: [...before, ...after] }, args, calleeOf);
  const rename = (e: Expr): Expr | null =>
    substitute(e, (name) => {
      const i = callee.params.findIndex((p) => p.name === name);
      return i >= 0 ? (call.args[i] ?? null) : name === '__return' ? null : undefined;
    });
  return callee.outcomes.flatMap((o: Conditional) => {
    const given = (o.given ?? []).map((g) => ({ ...g, expr: rename(g.expr) }));
    if (given.some((g) => g.expr === null)) return [];
    const effects = o.effects.map((e) => renamed(e, rename)).filter((e) => e !== null);
    const joined: Conditional = {
      ...outcome,
      effects: [...before, ...effects, ...after],
      given: [...(outcome.given ?? []), ...(given as { expr: Expr; mask: number }[])],
    };
    return expand(
      contract,
      { ...joined, ...(joined.given?.length === 0 && outcome.given === undefined ? {} : { value: null }) } as Conditional,
      args,
      calleeOf,
    );
  });
}

function targetOf(contract: Contract, param: string, args: readonly Expr[]): string | null {
  return functionName(args[contract.params.findIndex((p) => p.name === param)]);
}

function renamed(e: ContractEffect, rename: (e: Expr) => Expr | null): ContractEffect | null {
  if (!('place' in e)) return e.op === 'call' ? null : e;
  const place = rename(e.place);
  if (place === null) return null;
  if (e.op !== 'store') return { ...e, place };
  const value = rename(e.value);
  return value === null ? { op: 'clobber', place } : { ...e, place, value };
}

function functionName(e: Expr | undefined): string | null {
  return e?.k === 'id' ? e.name : e?.k === 'unary' && e.op === '&' ? functionName(e.arg) : e?.k === 'cast' ? functionName(e.arg) : null;
}
