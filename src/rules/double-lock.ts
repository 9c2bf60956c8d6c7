import type { BatchDetail } from './batch-events.js';
import type { Complaint, Rule } from './rule.js';

/** A blocking acquisition of a lock that this path already holds. */
export const doubleLock: Rule = {
  meta: {
    id: 'double-lock',
    summary: 'A lock is taken again while it is held',
    severity: 'error',
    messages: {
      again: '{resource} is taken again; it is held since line {taken}, so this blocks for ever',
      carried:
        '{resource} stays held {mode} when {by}() has put it into {place}; {batch}() ({source}) goes on to the next object before it is taken out again, and takes it for writing there (line {taken} of the knowledge): where both objects share it, this blocks for ever',
      againShared: '{resource} is read-locked again; it is held since line {taken}, and a writer queued in between blocks both',
    },
  },
  judge: (e) =>
    e.kind !== 'double-acquire'
      ? null
      : e.detail.startsWith('{')
        ? carried(e.resource, JSON.parse(e.detail) as BatchDetail)
        : { code: e.detail === 'shared' ? 'againShared' : 'again', args: { resource: e.resource, taken: e.otherLine } },
};

function carried(resource: string, d: BatchDetail): Complaint {
  return { code: 'carried', args: { resource, mode: d.mode, by: d.by, place: d.place, batch: d.batch, source: d.source, taken: d.line } };
}
