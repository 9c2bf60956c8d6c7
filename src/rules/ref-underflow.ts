import type { Rule } from './rule.js';

/** A reference is put that this path does not own any more. */
export const refUnderflow: Rule = {
  meta: {
    id: 'ref-underflow',
    summary: 'A reference is put that is not owned',
    severity: 'error',
    messages: {
      twice: 'the {resource} on {place} is put again; it was put at line {other}',
      callers: "the caller's {resource} on {place} is put here",
      notTaken: 'the {resource} on {place} is no longer taken on this path',
    },
  },
  judge: (e) => (e.kind !== 'put-not-owned' ? null : { code: e.detail === 'twice' ? 'twice' : e.detail === 'not-taken' ? 'notTaken' : 'callers', args: { resource: e.resource, place: e.place, other: e.otherLine } }),
};
