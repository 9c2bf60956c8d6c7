import type { Instr } from '../cfg/cfg.js';
import { isPromised, walkLock } from '../absint/flags.js';
import type { Machine } from '../absint/machine.js';
import type { TermId } from '../absint/term.js';
import type { Contract } from '../kernel/contract.js';
import { acquireLock, releaseLock } from './holding.js';
import type { Local, Op, Slice } from './local.js';

/** What the lock of a walk is called where the function has no name for it. */
export const WALK_LOCK = 'the rmap lock';

/**
 * What a walk does to its lock: with the promise that the caller holds it, it relies on that; without, it takes the
 * lock itself, for reading. Where the flags are not known here, nothing.
 */
export function walkOps(m: Machine, l: Local, call: Extract<Instr, { op: 'call' }>, contract: Contract, args: readonly TermId[], slice: Slice): Op[] {
  const { flags } = contract;
  const value = args[contract.params.findIndex((p) => p.name === flags?.param)];
  if (!slice.walks || !flags?.lockedFlag || value === undefined) return [];
  const promise = isPromised(m, l.s.facts, value, flags.lockedFlag);
  if (promise === null) return [];
  const held = l.s.held.find((h) => walkLock(m, contract, h.lock));
  const id = held?.lock ?? m.terms.sym('walk:lock', WALK_LOCK, null, 'unknown');
  const kind = held?.kind ?? 'rwsem';
  const walk: Op = { k: 'walk', id, kind };
  if (promise) return [walk];
  const at = { id, kind, mode: 'shared' as const, line: call.line, place: WALK_LOCK };
  const taken = acquireLock(m, l, slice, { ...at, tryLock: false });
  return taken === null ? [] : [...taken, walk, ...releaseLock(m, l, slice, at)];
}
