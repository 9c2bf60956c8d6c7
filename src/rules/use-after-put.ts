import type { Rule } from './rule.js';

/** An object is used after the only reference that this path had on it was put. */
export const useAfterPut: Rule = {
  meta: {
    id: 'use-after-put',
    summary: 'An object is used after its reference was put',
    severity: 'error',
    messages: {
      used: '{place} is used after the {resource} on it was put at line {other}; that reference may have been the last',
      counted:
        'how many references {place} has is asked after the {resource} on it was put at line {other}: others may have come or gone since, and nobody keeps it',
    },
  },
  judge: (e) =>
    e.kind !== 'use-after-put' ? null : { code: e.detail === 'count' ? 'counted' : 'used', args: { resource: e.resource, place: e.place, other: e.otherLine } },
};
