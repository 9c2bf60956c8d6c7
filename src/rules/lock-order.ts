import type { OrderDetail } from './order-events.js';
import type { Rule } from './rule.js';

/** Two locks are taken in the reverse of an order that is known. */
export const lockOrder: Rule = {
  meta: {
    id: 'lock-order',
    summary: 'Two locks are taken in the reverse of a known order',
    severity: 'error',
    messages: {
      swapped: '{taken} is taken while {held} is held since line {heldLine}; before, {held} was taken inside {taken}',
      documented: '{taken} is taken while {held} is held since line {heldLine}; {source} documents the other order',
      elsewhere: '{taken} is taken while {held} is held since line {heldLine}; {function}() takes {held} inside {taken} at line {line}',
    },
  },
  judge: (e) => {
    if (e.kind !== 'order-inverted') return null;
    const { why, opposite: _opposite, modes: _modes, own: _own, ...args } = JSON.parse(e.detail) as OrderDetail;
    return { code: args.source !== '' && why !== 'before' ? 'documented' : why === 'before' ? 'swapped' : 'elsewhere', args: { ...args } };
  },
};
