import type { Rule } from './rule.js';

/** An object is used after the only reference that this path had on it was put. */
export const useAfterPut: Rule = {
  meta: {
    id: 'use-after-put',
    summary: 'An object is used after its reference was put',
    severity: 'error',
    messages: { used: '{place} is used after the {resource} on it was put at line {other}; that reference may have been the last' },
  },
  judge: (e) => (e.kind !== 'use-after-put' ? null : { code: 'used', args: { resource: e.resource, place: e.place, other: e.otherLine } }),
};
