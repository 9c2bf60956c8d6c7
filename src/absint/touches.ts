import type { Contract, Outcome } from '../kernel/contract.js';

/** True when a contract says anything about locks or references. */
export function touches(contract: Contract): boolean {
  return contract.noreturn || contract.outcomes.some((o) => o.effects.some((e) => e.op !== 'sleep' && e.op !== 'reclaim'));
}

/** Whether some results of a call mean that a lock was taken and others that it was not. */
export function takesOrNot(contract: Contract): boolean {
  const takes = (o: Outcome): boolean => o.effects.some((e) => e.op === 'acquire');
  return contract.outcomes.some(takes) && !contract.outcomes.every(takes);
}
