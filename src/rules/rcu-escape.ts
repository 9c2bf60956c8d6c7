import type { Rule } from './rule.js';

/** A pointer that was read inside a read section is followed after the section has ended. */
export const rcuEscape: Rule = {
  meta: {
    id: 'rcu-escape',
    summary: 'A pointer read inside a read section is used after the section has ended, without a reference',
    severity: 'error',
    messages: {
      used: '{place}, which was read inside the {resource} section, is used after the section has ended at line {other}: its object may have been freed',
      usedFixed: '{place} is used only inside the {resource} section in which it was read',
    },
  },
  judge: (e) => (e.kind !== 'stale-use' || e.lockKind !== 'rcu' ? null : { code: 'used', args: { place: e.place, resource: e.resource, other: e.otherLine } }),
};
