import type { CFunction, StructType } from '../parse/c/ast.js';
import { printExpr } from '../cfg/print.js';
import { plainContract, type Contract } from '../kernel/contract.js';
import type { Callee } from '../effect/table.js';
import type { Primitives } from './program.js';

/**
 * What the kernel's own annotations say of a function whose body could not be followed, or not to its end: its contract,
 * or, where a lock's place or type is out of sight, that locks of that name may have been given back. Null: they say nothing.
 */
export function annotated(fn: CFunction, primitives: Pick<Primitives, 'annotations'>, structs: ReadonlyMap<string, StructType>): Callee {
  const said = primitives.annotations({ ...fn, body: null }, structs);
  if (said) return { ...said, partial: true, noted: true };
  const locks = fn.attributes.filter((a) => /^__(acquires|releases)/.test(a.name)).flatMap(({ args: [lock] }) => (lock ? [printExpr(lock).replace(/^&/, '').replaceAll('.', '->')] : []));
  return locks.length === 0 ? null : { ...plainContract({ name: fn.name, params: fn.params, returns: fn.returns, outcomes: [], source: `${fn.name}:${fn.line}` }), unsure: [...new Set(locks)].sort() };
}

/**
 * `computed`, of a body that calls functions of which nothing is known, unless some way through it keeps a lock that the
 * annotations say is given back: then one of those functions does it.
 */
export function orAnnotated(computed: Callee, noted: Callee): Callee {
  if (computed === null || computed === 'harmless' || noted === null || noted === 'harmless' || noted.unsure) return computed;
  const releases = (c: Contract): number[] => c.outcomes.map((o) => o.effects.filter((e) => e.op === 'release').length);
  return Math.min(...releases(computed)) < Math.min(...releases(noted)) ? noted : computed;
}
