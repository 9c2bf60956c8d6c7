import { isOfNothing } from '../absint/nothing.js';
import type { Rule } from './rule.js';

/** A reference is put that this path does not own any more. */
export const refUnderflow: Rule = {
  meta: {
    id: 'ref-underflow',
    summary: 'A reference is put that is not owned',
    severity: 'error',
    messages: {
      twice: 'the {resource} on {place} is put again; it was put at line {other}',
      nothing: 'the {resource} on {place} is put where line {other} has found that there is no object',
      null: 'the {resource} on {place} is put where it is still NULL',
      callers: "the caller's {resource} on {place} is put here",
      freed: '{place} was given to {put}(), which lets go of one reference, and is freed at once now: others may still have one', freedFixed: '{place} is put now, where it was freed whoever else had a reference', notTaken: 'the {resource} on {place} is no longer taken on this path',
    },
  },
  judge: (e) => (e.kind !== 'put-not-owned' ? null : isOfNothing(e) ? { code: e.otherLine === 0 ? 'null' : 'nothing', args: { resource: e.resource, place: e.place, other: e.otherLine } } : e.detail.startsWith('freed ') ? { code: 'freed', args: { place: e.place, put: e.detail.slice(6) } } : { code: e.detail === 'twice' ? 'twice' : e.detail === 'not-taken' ? 'notTaken' : 'callers', args: { resource: e.resource, place: e.place, other: e.otherLine } }),
};
