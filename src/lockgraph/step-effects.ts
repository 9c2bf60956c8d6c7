import type { Contract, ContractEffect } from '../kernel/contract.js';
import type { Sketch } from '../absint/outside.js';
import type { Step } from './steps.js';

/** What is known of the function that a step calls. */
export function contractOf(side: Pick<Sketch, 'effects'>, s: Step): Contract | undefined {
  return s.instr ? side.effects.contracts.get(s.instr) : undefined;
}

/** What a step may do, in any case of the function that it calls. */
export function effectsOf(side: Pick<Sketch, 'effects'>, s: Step): readonly ContractEffect[] {
  return contractOf(side, s)?.outcomes.flatMap((o) => o.effects) ?? [];
}

/** A step that does something: writes memory, or calls what neither merely looks nor merely gives back. */
export function isUse(side: Pick<Sketch, 'effects'>, s: Step): boolean {
  if (s.kind === 'assign') return s.to !== null && s.to.k !== 'id';
  if (s.kind !== 'call') return false;
  const contract = contractOf(side, s);
  return (
    contract === undefined ||
    !(contract.pure || contract.result !== null || contract.outcomes.every((o) => o.effects.length > 0 && o.effects.every((e) => NO_USE.has(e.op))))
  );
}

const NO_USE: ReadonlySet<ContractEffect['op']> = new Set(['release', 'put', 'assert-held']);
