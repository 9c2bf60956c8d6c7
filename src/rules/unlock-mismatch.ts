import type { Rule } from './rule.js';

/** A lock is released by the wrong function for the way it was taken. */
export const unlockMismatch: Rule = {
  meta: {
    id: 'unlock-mismatch',
    summary: 'A lock is released in another way than it was taken',
    severity: 'error',
    messages: {
      mode: '{resource} was taken {taken} at line {line} and is released as if taken {released}',
      kind: '{resource} was taken as {taken} at line {line} and is released as {released}',
      interrupts: '{resource} is released without giving back the interrupt state that taking it at line {line} changed, or the reverse',
    },
  },
  judge: (e) => {
    if (e.kind !== 'mode-mismatch' && e.kind !== 'kind-mismatch') return null;
    if (e.detail === 'interrupts') return { code: 'interrupts', args: { resource: e.resource, line: e.otherLine } };
    const [taken = '', released = ''] = e.detail.split(' ');
    return { code: e.kind === 'mode-mismatch' ? 'mode' : 'kind', args: { resource: e.resource, line: e.otherLine, taken, released } };
  },
};
