import { complaintOfNothing } from './of-nothing.js';
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
      freed: '{place} was given to {put}(), which lets go of one reference, and is freed at once now: others may still have one',
      freedFixed: '{place} is put now, where it was freed whoever else had a reference',
      notTaken: 'the {resource} on {place} is no longer taken on this path',
    },
  },
  judge: (e) => {
    if (e.kind !== 'put-not-owned') return null;
    if (e.detail.startsWith('freed ')) return { code: 'freed', args: { place: e.place, put: e.detail.slice(6) } };
    return complaintOfNothing(e) ?? { code: CODES[e.detail] ?? 'callers', args: { resource: e.resource, place: e.place, other: e.otherLine } };
  },
};

/** What the event's detail is called in a message. */
const CODES: Readonly<Record<string, string>> = { twice: 'twice', 'not-taken': 'notTaken' };
