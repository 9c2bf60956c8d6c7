import type { ReclaimDetail } from './reclaim-events.js';
import type { Rule } from './rule.js';

/** An allocation that may enter reclaim is made under a lock that reclaim takes. */
export const allocInReclaimPath: Rule = {
  meta: {
    id: 'alloc-in-reclaim-path',
    summary: 'An allocation may enter reclaim under a lock that reclaim takes',
    severity: 'error',
    messages: {
      direct: '{callee}() may enter reclaim, which takes {held}; it is held since line {heldLine}',
      through: '{callee}() may enter reclaim (through {through}), which takes {held}; it is held since line {heldLine}',
    },
  },
  judge: (e) => {
    if (e.kind !== 'reclaim-inside') return null;
    const args = JSON.parse(e.detail) as ReclaimDetail;
    return { code: args.through === '' ? 'direct' : 'through', args: { ...args } };
  },
};
