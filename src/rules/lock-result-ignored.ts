import type { Rule } from './rule.js';

/** What a call says about the lock it takes is dropped: whether it has it, or whose lock it is. */
export const lockResultIgnored: Rule = {
  meta: {
    id: 'lock-result-ignored',
    summary: 'The result of a call that may fail to lock, or that names the locked object, is dropped',
    severity: 'error',
    messages: {
      dropped: 'the result of taking {resource} is dropped: when it fails, what follows runs without the lock',
      untested: '{resource} is released although taking it at line {taken} may have failed: its result is only returned',
      lost: 'what is returned together with {resource} is not kept: nobody can tell whose lock is held',
    },
  },
  judge: (e) => (e.kind !== 'result-ignored' ? null : { code: e.detail, args: { resource: e.resource, taken: e.otherLine } }),
};
