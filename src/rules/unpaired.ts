import { lastPart } from '../absint/machine.js';
import type { Rule } from './rule.js';

/** A bracket (a mapping, a notifier range, a saved allocation scope) is left open, or closed without having been opened. */
export const unpaired: Rule = {
  meta: {
    id: 'unpaired',
    summary: 'Something that was begun is not ended on every way out, or ended without having been begun',
    severity: 'error',
    messages: {
      leftOpen: '{bracket} begun at line {taken} is not ended when the function {exit}',
      callersOpen: "the caller's {bracket} is not ended when the function {exit}, as it was before",
      endedTwice: '{bracket}, begun at line {taken}, is ended again',
      neverBegun: '{bracket} is ended on a path that never began it; another path begins it at line {taken}',
      notBegun: '{bracket} is no longer begun when the function {exit}',
      callersEnded: "the caller's {bracket} is ended when the function {exit}, as it was not before",
    },
  },
  judge: (e) => {
    if (e.lockKind !== 'pair') return null;
    const args = { bracket: lastPart(e.resource).replace(/^__/, ''), taken: e.otherLine, exit: e.exitClass };
    if (e.kind === 'held-at-exit') return { code: e.detail === 'callers' ? 'callersOpen' : 'leftOpen', args };
    if (e.kind !== 'release-not-held') return null;
    return { code: e.detail === 'callers' ? 'callersEnded' : e.detail === 'not-taken' ? 'notBegun' : e.detail === 'never' ? 'neverBegun' : 'endedTwice', args };
  },
};
