import type { Rule } from './rule.js';

/** A pointer is returned without the lock or reference that comes with it on the other ways out. */
export const returnNotOwned: Rule = {
  meta: {
    id: 'return-not-owned',
    summary: 'A pointer is returned without the lock or reference that other exits give with it',
    severity: 'error',
    messages: {
      noReference: '{place} is returned without the {resource} that other exits give with it (taken at line {taken})',
      noLock: 'the pointer is returned without {resource}, which other exits return held (taken at line {taken})',
      noLongerReference: '{place} is returned without the {resource} that came with it before',
      noLongerLock: 'the pointer is returned without {resource}, which was returned held before',
    },
  },
  judge: (e) => {
    if (e.kind !== 'returns-unowned') return null;
    const lock = e.detail.startsWith('lock');
    const before = e.detail.endsWith('before');
    return {
      code: before ? (lock ? 'noLongerLock' : 'noLongerReference') : lock ? 'noLock' : 'noReference',
      args: { place: e.place, resource: e.resource, taken: e.otherLine },
    };
  },
};
