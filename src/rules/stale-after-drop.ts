import type { Rule } from './rule.js';

/** A pointer is followed after the lock that kept its object was given back. */
export const staleAfterDrop: Rule = {
  meta: {
    id: 'stale-after-drop',
    summary: 'An object is used after the lock that kept it was given back',
    severity: 'error',
    messages: { used: '{place} is used after {resource} was given back at line {other}: only that lock kept it from being freed' },
  },
  judge: (e) => (e.kind !== 'stale-use' || e.lockKind === 'rcu' ? null : { code: 'used', args: { place: e.place, resource: e.resource, other: e.otherLine } }),
};
