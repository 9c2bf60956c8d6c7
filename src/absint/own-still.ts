import type { LockKind } from '../kernel/contract.js';
import { isFailure } from './exit-cases.js';
import type { Exit } from './exit.js';
import { strip, type Machine } from './machine.js';
import type { Held } from './state.js';

/** Locks that somebody else may give back. */
const OTHERS: ReadonlySet<LockKind> = new Set<LockKind>(['bit', 'semaphore', 'pair']);
/** Locks of which only the taker can put back what interrupts were. */
const SPINS: ReadonlySet<LockKind> = new Set<LockKind>(['spin', 'raw_spin', 'rwlock']);

/**
 * A pointer to what the lock is in has been stored, and that gives the lock to nobody: the function fails, and gives the
 * lock back itself on other ways; or what interrupts were is known to nobody else.
 */
export function isOwnStill(m: Machine, e: Exit, h: Held, saysLock: boolean): boolean {
  if (!h.direct || OTHERS.has(h.kind) || saysLock || [...e.state.heap.values()].some((v) => strip(m.terms, v) === h.lock)) return false;
  const saved = SPINS.has(h.kind) && e.state.held.some((x) => x.kind === 'irq' && x.line === h.line && !x.escaped);
  return saved || (isFailure(m, e) && m.releasedHere.has(h.lock));
}
