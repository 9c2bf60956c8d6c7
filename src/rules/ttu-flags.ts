import type { Rule } from './rule.js';

/** Flags passed to an rmap walk against the lock actually held, and against what the walk accepts. */
export const ttuFlags: Rule = {
  meta: {
    id: 'ttu-flags',
    summary: 'Flags of an rmap walk disagree with the locks held or with what the walk accepts',
    severity: 'error',
    messages: {
      callerHolds: '{caller}() holds {resource} where it calls this (line {taken}), but {flag} is not passed: the walk takes the lock again',
      dropped: '{flag} is not passed to {callee}() any more, but what it promised is as it was: a caller that holds {resource} waits for itself',
      weaker: '{resource} is held only for reading where {callee}() is told that it is held, and was held for writing',
      anew: '{callee}() takes {resource} anew; it was held from {first}() (line {taken}) to here, and is given back in between now',
      heldNotSet: '{resource} is held since line {taken} but {flag} is not passed: the walk takes the lock again',
      setNotHeld: '{flag} is passed but no rmap lock is held on this path: the walk runs unprotected',
      notAccepted: '{flags} is not accepted here: the callee warns and does nothing',
    },
  },
  judge: (e) => {
    const [flag = '', who = '', first = ''] = e.detail.split(' ');
    if (e.kind === 'lock-without-flag' && e.certainty === 'contract') return { code: 'dropped', args: { resource: e.resource, flag, callee: who } };
    if (e.kind === 'lock-without-flag' && who !== '') return { code: 'callerHolds', args: { resource: e.resource, taken: e.otherLine, flag, caller: who } };
    if (e.kind === 'flag-lock-weaker' && first !== '') return { code: 'anew', args: { resource: e.resource, callee: who, first, taken: e.otherLine } };
    if (e.kind === 'flag-lock-weaker') return { code: 'weaker', args: { resource: e.resource, callee: who } };
    if (e.kind === 'lock-without-flag') return { code: 'heldNotSet', args: { resource: e.resource, taken: e.otherLine, flag: e.detail } };
    if (e.kind === 'flag-without-lock') return { code: 'setNotHeld', args: { flag: e.detail } };
    return e.kind === 'flag-not-accepted' ? { code: 'notAccepted', args: { flags: e.detail } } : null;
  },
};
