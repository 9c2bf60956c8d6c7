import type { Rule } from './rule.js';

/** A blocking acquisition of a lock that this path already holds. */
export const doubleLock: Rule = {
  meta: {
    id: 'double-lock',
    summary: 'A lock is taken again while it is held',
    severity: 'error',
    messages: {
      again: '{resource} is taken again; it is held since line {taken}, so this blocks for ever',
      againShared: '{resource} is read-locked again; it is held since line {taken}, and a writer queued in between blocks both',
    },
  },
  judge: (e) => (e.kind !== 'double-acquire' ? null : { code: e.detail === 'shared' ? 'againShared' : 'again', args: { resource: e.resource, taken: e.otherLine } }),
};
