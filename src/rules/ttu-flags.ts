import type { Rule } from './rule.js';

/** Flags passed to an rmap walk against the lock actually held, and against what the walk accepts. */
export const ttuFlags: Rule = {
  meta: {
    id: 'ttu-flags',
    summary: 'Flags of an rmap walk disagree with the locks held or with what the walk accepts',
    severity: 'error',
    messages: {
      heldNotSet: '{resource} is held since line {taken} but {flag} is not passed: the walk takes the lock again',
      setNotHeld: '{flag} is passed but no rmap lock is held on this path: the walk runs unprotected',
      notAccepted: '{flags} is not accepted here: the callee warns and does nothing',
    },
  },
  judge: (e) => {
    if (e.kind === 'lock-without-flag') return { code: 'heldNotSet', args: { resource: e.resource, taken: e.otherLine, flag: e.detail } };
    if (e.kind === 'flag-without-lock') return { code: 'setNotHeld', args: { flag: e.detail } };
    return e.kind === 'flag-not-accepted' ? { code: 'notAccepted', args: { flags: e.detail } } : null;
  },
};
