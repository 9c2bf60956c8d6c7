import type { Rule } from './rule.js';

/** The result of a trylock is inverted or ignored: the lock is released where it was not obtained, or worked under without it. */
export const trylockMisused: Rule = {
  meta: {
    id: 'trylock-misused',
    summary: 'The result of a trylock is ignored or taken the wrong way round',
    severity: 'error',
    messages: {
      ignored: 'the result of taking {resource} is ignored: whether it is held afterwards is not known',
      releasedOnFailure: '{resource} is released where taking it at line {other} failed',
      misread: '{place} is worked on where taking a {resource} at line {other} failed, and where it was taken the reference is lost',
    },
  },
  judge: (e) => {
    if (e.kind === 'try-ignored') return { code: 'ignored', args: { resource: e.resource } };
    if (e.detail === 'misread') return { code: 'misread', args: { resource: e.resource, place: e.place, other: e.otherLine } };
    return e.kind === 'failed-try-released' ? { code: 'releasedOnFailure', args: { resource: e.resource, other: e.otherLine } } : null;
  },
};
