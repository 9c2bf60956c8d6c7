import { INFERRED } from './guard-events.js';
import type { Rule } from './rule.js';

/** What was done under a lock, or while a reference kept the object, is done without it. */
export const unguardedAccess: Rule = {
  meta: {
    id: 'unguarded-access',
    summary: 'Something that was done under a lock or a reference is done without it',
    severity: 'error',
    messages: {
      asserted: '{place} needs {resource}, which was held here and is not any more',
      taken: '{place} was done under {resource}, which is not taken any more; nothing took its place',
      pinned: '{place} was done while a {resource} reference kept the object, which is not taken any more',
      inferred: '{place} was {done} under {resource} and is not any more; {where} the lock is held: {others}',
    },
  },
  judge: (e) => {
    if (e.kind !== 'unguarded') return null;
    const inferred = e.detail.startsWith(INFERRED);
    return {
      code: inferred ? 'inferred' : e.detail,
      args: {
        place: e.place,
        resource: e.resource,
        ...(inferred
          ? {
              done: e.place.endsWith(')') ? 'called' : 'written',
              where: !/\.c:\d+\)/.test(e.detail) ? 'wherever else this file does it' : 'nearly wherever else the files of the folder do it',
              others: e.detail.slice(INFERRED.length),
            }
          : {}),
      },
    };
  },
};
