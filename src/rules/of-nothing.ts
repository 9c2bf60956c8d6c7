import type { Event } from '../absint/machine.js';
import { isOfNothing } from '../absint/nothing.js';
import type { Complaint } from './rule.js';

/** What is said of giving back what is no object; null: the event is of another sort. */
export function complaintOfNothing(e: Event): Complaint | null {
  return isOfNothing(e) ? { code: e.otherLine === 0 ? 'null' : 'nothing', args: { resource: e.resource, place: e.place, other: e.otherLine } } : null;
}
