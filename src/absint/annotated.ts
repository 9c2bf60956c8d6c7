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
  const locks = fn.attributes
    .filter((a) => /^__(acquires|releases)/.test(a.name))
    .flatMap(({ args: [lock] }) => (lock ? [printExpr(lock).replace(/^&/, '').replaceAll('.', '->')] : []));
  return locks.length === 0
    ? null
    : {
        ...plainContract({ name: fn.name, params: fn.params, returns: fn.returns, outcomes: [], source: `${fn.name}:${fn.line}` }),
        unsure: [...new Set(locks)].sort(),
      };
}

/**
 * `computed`, of a body that calls functions of which nothing is known. Where no way through it gives back as many locks
 * as the annotations say, or it takes what they do not speak of, one of those functions gives them back; where only some
 * ways do, others of them may.
 */
export function orAnnotated(computed: Callee, noted: Callee): Callee {
  if (computed === null || computed === 'harmless' || noted === null || noted === 'harmless' || noted.unsure) return computed;
  const counts = releases(computed);
  const said = Math.min(...releases(noted));
  if (Math.min(...counts) >= said) return computed;
  if (Math.max(...counts) < said || (acquires(computed) && !acquires(noted))) return noted;
  const given = noted.outcomes.flatMap((o) => o.effects.flatMap((e) => (e.op === 'release' ? [/\w+$/.exec(printExpr(e.place))?.[0] ?? ''] : [])));
  return { ...computed, unsaid: [...new Set([...(computed.unsaid ?? []), ...given])].sort() };
}

function releases(c: Contract): number[] {
  return c.outcomes.map((o) => o.effects.filter((e) => e.op === 'release').length);
}

function acquires(c: Contract): boolean {
  return c.outcomes.some((o) => o.effects.some((e) => e.op === 'acquire'));
}
