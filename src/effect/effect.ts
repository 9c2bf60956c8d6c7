import type { Contract } from '../kernel/contract.js';
import type { Instr } from '../cfg/cfg.js';

/**
 * What each call of a function does: its instruction to the contract that was selected for it.
 * A call without an entry has no effect on tracked objects and is listed in `unknown`.
 */
export interface EffectTable {
  readonly contracts: ReadonlyMap<Instr, Contract>;
  /** Calls of functions whose body is known and does nothing to tracked objects. */
  readonly harmless: ReadonlySet<Instr>;
  /** Calls of functions whose body was too much to follow, to the classes of locks that it gives back. */
  readonly unsure: ReadonlyMap<Instr, readonly string[]>;
  /** Names of callees without a contract, sorted. */
  readonly unknown: readonly string[];
  /** Kinds of references that are known by the names of functions alone. */
  readonly named?: ReadonlySet<string>;
}
