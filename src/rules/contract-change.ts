import type { CallerDetail } from './caller-events.js';
import type { Rule } from './rule.js';

/** What a function leaves to its callers has changed, and one that was not changed with it goes wrong. */
export const contractChange: Rule = {
  meta: {
    id: 'contract-change',
    summary: 'A function leaves something else to its callers, and one of them does not expect it',
    severity: 'error',
    messages: { callerBreaks: '{resource}: {what}; {caller}() ({at}) was not adjusted: {problem}{others}' },
  },
  judge: (e) => {
    if (e.kind !== 'caller-broken') return null;
    const { what, caller, path, problem, others } = JSON.parse(e.detail) as CallerDetail;
    return {
      code: 'callerBreaks',
      args: { resource: e.resource, what, caller, at: path, problem, others: others.length > 0 ? `; so do ${others.map((o) => `${o}()`).join(', ')}` : '' },
    };
  },
};
