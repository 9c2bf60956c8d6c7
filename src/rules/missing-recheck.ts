import type { RecheckDetail } from './recheck-detail.js';
import type { Rule } from './rule.js';

/** What was read before a lock is relied on under it, without the test that the function made there before. */
export const missingRecheck: Rule = {
  meta: {
    id: 'missing-recheck',
    summary: 'A value read before a lock is relied on after it without being compared again',
    severity: 'error',
    messages: {
      goneFixed: '{test} is tested again after {resource} is taken, where what was found before may have changed',
      gone: '{test} is no longer tested after {resource} is taken at line {taken}: what was found before may have changed, and is relied on here',
      sibling:
        '{test} is tested after {resource} is taken at line {other}, but not after it is taken at line {taken}: what was found before may have changed there too, and is relied on here',
      kept: '{object} was found by {value}, which is read again at line {taken} when the code starts over; the two are handed on together, and nobody has compared the new {value} with the old',
      goneWithLock:
        '{test} was tested again after {resource} was taken; neither is there any more, and under the lock that {instead} takes now, what it found at line {taken} is relied on',
      documented: '{test} is tested only before {resource} is taken, where the answer may still change; {source} says that it is decided under that lock',
      unlike:
        '{test} is from before {resource} is taken at line {taken}, and is relied on here without another look; nearly all others in the tree that take it with the same in hand look again: {others}',
      siblingFixed: '{test} is tested after each way of taking {resource}',
    },
  },
  judge: (e) => {
    if (e.kind !== 'not-rechecked') return null;
    const { test, sibling, taken, documented, instead, kept, value, others } = JSON.parse(e.detail) as RecheckDetail & {
      readonly documented?: string;
      readonly instead?: string;
      readonly kept?: string;
      readonly value?: string;
      readonly others?: string;
    };
    if (kept !== undefined) return { code: 'kept', args: { object: kept, value: value ?? '', taken: e.otherLine } };
    if (others !== undefined) return { code: 'unlike', args: { test, resource: e.resource, taken: e.otherLine, others } };
    if (instead !== undefined) return { code: 'goneWithLock', args: { test, resource: e.resource, taken: e.otherLine, instead } };
    if (documented !== undefined) return { code: 'documented', args: { test, resource: e.resource, source: documented } };
    return { code: sibling ? 'sibling' : 'gone', args: { test, resource: e.resource, taken: e.otherLine, ...(sibling ? { other: taken[0] } : {}) } };
  },
};
