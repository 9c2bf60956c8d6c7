import type { Contract, ContractEffect } from '../kernel/contract.js';
import type { Sketch } from '../absint/outside.js';
import type { Step } from '../lockgraph/steps.js';

/** What is known of the function that a step calls. */
export function contractOf(side: Pick<Sketch, 'effects'>, s: Step): Contract | undefined {
  return s.instr ? side.effects.contracts.get(s.instr) : undefined;
}

/** What a step may do, in any case of the function that it calls. */
export function effectsOf(side: Pick<Sketch, 'effects'>, s: Step): readonly ContractEffect[] {
  return contractOf(side, s)?.outcomes.flatMap((o) => o.effects) ?? [];
}
