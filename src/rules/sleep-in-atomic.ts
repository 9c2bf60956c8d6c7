import type { Rule } from './rule.js';

/** A call that sleeps whatever happens is made while a spinlock, an RCU read section or another atomic context is held. */
export const sleepInAtomic: Rule = {
  meta: {
    id: 'sleep-in-atomic',
    summary: 'A call that sleeps is made where sleeping is forbidden',
    severity: 'error',
    messages: {
      underLock: '{callee}() may sleep, but {resource} is held since line {taken}',
      callersLock: '{callee}() may sleep, but {resource} is held by the caller, as line {taken} says',
      inReader: '{callee}() may sleep inside the RCU read section entered at line {taken}',
      contextOff: '{callee}() may sleep, but {context} since line {taken}',
    },
  },
  judge: (e) => {
    if (e.kind !== 'sleeps') return null;
    const [callee = '', asserted] = e.detail.split(' ');
    const args = { callee, resource: e.resource, taken: e.otherLine, context: CONTEXTS[e.lockKind] ?? '' };
    if (asserted) return { code: 'callersLock', args };
    return { code: e.lockKind === 'rcu' ? 'inReader' : args.context === '' ? 'underLock' : 'contextOff', args };
  },
};

const CONTEXTS: Readonly<Record<string, string>> = { irq: 'interrupts are off', bh: 'softirqs are off', preempt: 'preemption is off' };
