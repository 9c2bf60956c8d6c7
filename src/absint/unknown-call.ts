import { mayRelease } from './atomic.js';
import { typeOfResult } from './call-result.js';
import type { Call } from './call-scope.js';
import { clobber, contents } from './clobber.js';
import { narrow, NEG, POS, ZERO } from './fact.js';
import { PREDICATE, tellsNumber } from './looks.js';
import { type Machine, strip } from './machine.js';
import { GIVES, LOOKS_AT_LOCK, MAY_LOCK, MAY_UNLOCK, TAKES_OVER } from './name-words.js';
import { carried, derive } from './derived.js';
import { escape, lend, lendLocked } from './handing-over.js';
import { baseObject } from './objects.js';
import { touch, usedBehindPut } from './resources.js';
import { copyOf } from './small-map.js';
import { cloneState, type State } from './state.js';
import type { TermId } from './term.js';
import { mayHaveLocked, mayHaveUnlocked } from './unclear.js';

/** A call of which no contract is known: whatever it was given may have been changed, kept, or given back; a look (`harmless`) does none of it. */
export function unknownCall(m: Machine, s: State, call: Call, name: string, args: readonly TermId[], harmless: boolean, block: number, fresh: TermId): State[] {
  // `to_x(p)` finds the object around p by its address and looks at neither; a number may be 0, and so may the pointer itself.
  if (!/^to_[a-z]/.test(name))
    for (const a of args) {
      const object = baseObject(m, a);
      if (object === strip(m.terms, a)) usedBehindPut(m, s, object, call.line, block);
      else touch(m, s, object, call.line, block);
    }
  if (!harmless) {
    m.blind.add(call.line);
    mayRelease(
      m,
      s,
      args.map((a) => baseObject(m, a)),
      true,
    );
  }
  // A lock that is given away by its address may be taken there, or given back.
  const last = /\w+$/.exec(name)?.[0] ?? name;
  if (!harmless && !LOOKS_AT_LOCK.test(last))
    for (const a of args) {
      if (s.entry.has(a)) m.unclear.set(a, 'callee');
      if (MAY_LOCK.test(last)) mayHaveLocked(m, s, baseObject(m, a));
      if (MAY_UNLOCK.test(last)) mayHaveUnlocked(m, s, baseObject(m, a));
    }
  const takes = !harmless && TAKES_OVER.test(last);
  // A callee that fails has taken nothing over.
  const failed = takes && call.to !== null && args.some((a) => s.owned.some((o) => o.object === baseObject(m, a) && !o.escaped)) ? cloneState(s) : null;
  const asks = harmless || PREDICATE.test(last);
  handOver(m, s, name, args, takes, asks || tellsNumber(last, call.to === null ? null : typeOfResult(m, call, null)));
  // A number may be all that comes back of a read, and yet the page is unlocked when the read ends.
  if (!asks) for (const a of args) lendLocked(m, s, carried(m, a), false);
  const states: State[] = [s];
  if (failed) {
    const facts = copyOf(failed.facts);
    const rest = copyOf(s.facts);
    if (narrow(m.terms, facts, fresh, NEG) && narrow(m.terms, rest, fresh, ZERO | POS)) {
      failed.facts = facts;
      s.facts = rest;
      states.push(failed);
    }
  }
  for (const t of states) {
    for (const a of args) clobber(m, t, a, block, call.line);
    if (call.to === null) continue;
    const stable = call.callee !== null && PREDICATE.test(call.callee);
    if (!stable) {
      derive(m, fresh, args);
      if (!harmless && GIVES.test(last)) m.given.add(fresh);
    }
    // What `x_to_y(x)` gives stands for x.
    t.env.set(
      call.to,
      stable
        ? m.terms.op(
            `${/[a-z]_to_[a-z]/.test(call.callee ?? '') ? 'call' : 'pred'}:${call.callee}`,
            args.map((a) => strip(m.terms, a)),
          )
        : fresh,
    );
  }
  return states;
}

/** What becomes of the arguments of a callee that is not known as a whole. */
export function handOver(
  m: Machine,
  s: State,
  name: string,
  args: readonly TermId[],
  takes: boolean,
  looks: boolean,
  but: (i: number) => boolean = () => false,
): void {
  args.forEach((a, i) => {
    if (but(i)) return;
    for (const v of [a, ...contents(m, s, a)]) {
      const to = v === a ? `${name}#${i}` : '';
      if (takes) escape(m, s, v, false, to);
      else if (!looks) lend(m, s, v, to);
    }
  });
}
