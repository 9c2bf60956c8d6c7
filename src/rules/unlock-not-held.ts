import { complaintOfNothing } from './of-nothing.js';
import type { Rule } from './rule.js';

/** A lock is released that this path does not hold: never taken, or given back before. */
export const unlockNotHeld: Rule = {
  meta: {
    id: 'unlock-not-held',
    summary: 'A lock is released that is not held',
    severity: 'error',
    messages: {
      twice: '{resource}, taken at line {other}, is released again',
      nothing: '{place} is unlocked where line {other} has found no object to unlock',
      null: '{place} is unlocked where it is still NULL',
      unset: '{place} is unlocked on a path that has not set it; another path takes the lock at line {other}',
      callers: "the caller's {resource} is given back when the function {exit}, as it was not before",
      notTaken: '{resource} is no longer taken when the function {exit}',
      named:
        '{resource} still names the lock that is released here when the function returns; {caller}() clears it whenever it releases the lock, so who finds it set releases it again',
      neverTaken: '{resource} is released on a path that never took it; another path takes it at line {other}',
    },
  },
  judge: (e) => {
    if (e.kind !== 'release-not-held' || e.lockKind === 'pair') return null;
    if (e.detail.startsWith('named ')) return { code: 'named', args: { resource: e.resource, caller: e.detail.slice(6) } };
    if (e.detail === 'unset') return { code: 'unset', args: { resource: e.resource, place: e.place, other: e.otherLine } };
    return complaintOfNothing(e) ?? { code: CODES[e.detail] ?? 'twice', args: { resource: e.resource, other: e.otherLine, exit: e.exitClass } };
  },
};

/** What the event's detail is called in a message. */
const CODES: Readonly<Record<string, string>> = { callers: 'callers', 'not-taken': 'notTaken', never: 'neverTaken' };
