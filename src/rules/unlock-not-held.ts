import type { Rule } from './rule.js';

/** A lock is released that this path does not hold: never taken, or given back before. */
export const unlockNotHeld: Rule = {
  meta: {
    id: 'unlock-not-held',
    summary: 'A lock is released that is not held',
    severity: 'error',
    messages: {
      twice: '{resource} is released again; it was given back since line {other}',
      neverTaken: '{resource} is released on a path that never took it; another path takes it at line {other}',
    },
  },
  judge: (e) => (e.kind !== 'release-not-held' ? null : { code: e.detail === 'free' && e.exitClass === '' && e.otherLine !== e.line ? 'neverTaken' : 'twice', args: { resource: e.resource, other: e.otherLine } }),
};
