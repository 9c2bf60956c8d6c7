import type { RecheckDetail } from './recheck-detail.js';
import type { Rule } from './rule.js';

/** What was read before a lock is relied on under it, without the test that the function made there before. */
export const missingRecheck: Rule = {
  meta: {
    id: 'missing-recheck',
    summary: 'A value read before a lock is relied on after it without being compared again',
    severity: 'error',
    messages: { goneFixed: '{test} is tested again after {resource} is taken, where what was found before may have changed', gone: '{test} is no longer tested after {resource} is taken at line {taken}: what was found before may have changed, and is relied on here', sibling: '{test} is tested after {resource} is taken at line {other}, but not after it is taken at line {taken}: what was found before may have changed there too, and is relied on here', siblingFixed: '{test} is tested after each way of taking {resource}' },
  },
  judge: (e) => {
    if (e.kind !== 'not-rechecked') return null;
    const { test, sibling, taken } = JSON.parse(e.detail) as RecheckDetail;
    return { code: sibling ? 'sibling' : 'gone', args: { test, resource: e.resource, taken: e.otherLine, ...(sibling ? { other: taken[0] } : {}) } };
  },
};
