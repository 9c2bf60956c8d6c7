import type { Rule } from './rule.js';

/** A reference taken here is neither put nor handed on before the function returns. */
export const refLeak: Rule = {
  meta: {
    id: 'ref-leak',
    summary: 'A reference is not put on a way out',
    severity: 'error',
    messages: {
      callersKept: "the caller's {resource} on {place} is not put when the function {exit}, as it was before",
      foundKept: 'the {resource} on {place} is not put when the function {exit}, as it was before',
      notPut: 'the {resource} on {place}, taken at line {taken}, is not put when the function {exit}',
    },
  },
  judge: (e) =>
    e.kind !== 'owned-at-exit'
      ? null
      : {
          code: e.detail === 'callers' ? 'callersKept' : e.detail === 'found' ? 'foundKept' : 'notPut',
          args: { resource: e.resource, place: e.place, taken: e.otherLine, exit: e.exitClass },
        },
};
