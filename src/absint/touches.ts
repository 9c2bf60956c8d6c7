import type { Contract } from '../kernel/contract.js';

/** True when a contract says anything about locks or references. */
export function touches(contract: Contract): boolean {
  return contract.noreturn || contract.outcomes.some((o) => o.effects.some((e) => e.op !== 'sleep' && e.op !== 'reclaim'));
}
