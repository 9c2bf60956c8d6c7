import { allocInReclaimPath } from './alloc-in-reclaim-path.js';
import { contractChange } from './contract-change.js';
import { doubleLock } from './double-lock.js';
import { lockLeak } from './lock-leak.js';
import { lockOrder } from './lock-order.js';
import { lockResultIgnored } from './lock-result-ignored.js';
import { missingRecheck } from './missing-recheck.js';
import { rcuEscape } from './rcu-escape.js';
import { refLeak } from './ref-leak.js';
import { refUnderflow } from './ref-underflow.js';
import { returnNotOwned } from './return-not-owned.js';
import type { Rule } from './rule.js';
import { sleepInAtomic } from './sleep-in-atomic.js';
import { staleAfterDrop } from './stale-after-drop.js';
import { trylockMisused } from './trylock-misused.js';
import { ttuFlags } from './ttu-flags.js';
import { unguardedAccess } from './unguarded-access.js';
import { unlockMismatch } from './unlock-mismatch.js';
import { unlockNotHeld } from './unlock-not-held.js';
import { unpaired } from './unpaired.js';
import { useAfterPut } from './use-after-put.js';

/** Every rule, in the order in which reports list them. Adding a rule is a file and a line here. */
export const RULES: readonly Rule[] = [
  lockLeak,
  unlockNotHeld,
  doubleLock,
  unlockMismatch,
  trylockMisused,
  lockResultIgnored,
  returnNotOwned,
  refLeak,
  refUnderflow,
  useAfterPut,
  unpaired,
  lockOrder,
  sleepInAtomic,
  allocInReclaimPath,
  missingRecheck,
  staleAfterDrop,
  rcuEscape,
  unguardedAccess,
  ttuFlags,
  contractChange,
];
