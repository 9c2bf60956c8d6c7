import type { Rule } from './rule.js';

/** A lock taken here is still held on a way out that the caller cannot tell from one without it. */
export const lockLeak: Rule = {
  meta: {
    id: 'lock-leak',
    summary: 'A lock is still held when the function returns',
    severity: 'error',
    messages: {
      heldAtReturn: '{resource} taken at line {taken} is still held when the function {exit}',
      callersKept: "the caller's {resource} is not given back when the function {exit}, as it was before",
      keptHere: "the caller's {resource}, which other paths give back (line {taken}), is kept when the function {exit}",
      halfForgotten: '{resource} is not given back when the function {exit}, as it was before',
      rcuAtReturn: 'the RCU read section entered at line {taken} is still open when the function {exit}',
    },
  },
  judge: (e) => {
    if (e.kind !== 'held-at-exit' || e.lockKind === 'pair') return null;
    const code = CODES[e.detail] ?? (e.lockKind === 'rcu' || e.lockKind === 'srcu' ? 'rcuAtReturn' : 'heldAtReturn');
    return { code, args: { resource: e.resource, taken: e.otherLine, exit: e.exitClass } };
  },
};

/** What the event's detail is called in a message. */
const CODES: Readonly<Record<string, string>> = { callers: 'callersKept', kept: 'keptHere', half: 'halfForgotten' };
