import type { Contract, ContractEffect } from '../kernel/contract.js';
import type { Analysed } from '../absint/program.js';
import type { Step } from '../lockgraph/steps.js';

/** What is known of the function that a step calls. */
export function contractOf(side: Analysed, s: Step): Contract | undefined {
  return s.instr ? side.effects.contracts.get(s.instr) : undefined;
}

/** What a step may do, in any case of the function that it calls. */
export function effectsOf(side: Analysed, s: Step): readonly ContractEffect[] {
  return contractOf(side, s)?.outcomes.flatMap((o) => o.effects) ?? [];
}
