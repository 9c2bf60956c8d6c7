import { changedMeanwhile, contradict, decidedByCall, exitMask, isFailure, tookOver } from './exit-cases.js';
import { bitTests, otherResult } from './exit-results.js';
import type { Exit } from './exit.js';
import { maskOf, POS, valuesOf, ZERO } from './fact.js';
import { type Machine, typeOf } from './machine.js';
import { HANDS_OUT, spoken } from './name-words.js';
import { isLocalPlace } from './derived.js';
import { oneOfMany } from './ownership.js';
import { baseObject } from './objects.js';
import type { Owned, State } from './state.js';
import type { TermId } from './term.js';

/**
 * A reference that came with its object has to be put, unless it was handed on. One more reference on something known
 * may be the callers': a sibling with the same result that put it says otherwise. What others can find may be theirs,
 * so that only a sibling which failed too speaks against it.
 */
export function judgeOwned(m: Machine, e: Exit, o: Owned, exits: readonly Exit[]): 'sure' | 'contract' | null {
  const key = `${o.kind} ${o.line}`;
  const base = baseObject(m, o.object);
  if (
    m.unclear.has(o.object) ||
    oneOfMany(m, key) ||
    changedMeanwhile(m, e.state.facts, o.line) ||
    decidedByCall(
      m,
      e,
      o.line,
      exits.filter((x) => x.state.gave.has(key)),
    )
  )
    return 'contract';
  // One on a global may stand for what the function has set up.
  if (m.terms.symbols(base).length === 0 && !isFailure(m, e)) return 'contract';
  const holds = (x: Exit): boolean => x.state.owned.some((y) => y.object === o.object && y.kind === o.kind);
  const gave = exits.filter(
    (x) =>
      !holds(x) && x.state.gave.has(key) && (exitMask(m, x) & exitMask(m, e)) !== 0 && !otherResult(m, e, x) && !contradict(m, e.state.facts, x.state.facts),
  );
  const found = m.terms.get(base);
  const earlier = o.count === Infinity || (found.k === 'sym' && found.source === 'old');
  if (m.pinned.has(key) && !earlier && !o.lent && !m.escaped.has(base) && o.claim === 'added') return 'sure';
  if (o.escaped)
    return !earlier &&
      gave.some(
        (x) => !tookOver(m, e, x, o.object) && ((isFailure(m, e) && isFailure(m, x)) || failsLike(m, e, x)) && storedAlike(m, e.state, x.state, o.object),
      )
      ? 'sure'
      : 'contract';
  // A getter that says with a positive number that it got something.
  if (HANDS_OUT.test(spoken(m)) && m.fn.returns.pointers === 0 && exitMask(m, e) === POS && exits.every((x) => exitMask(m, x) !== POS || holds(x)))
    return 'contract';
  if (gave.length > 0) return 'sure';
  // Stored where the function succeeds, forgotten where it fails.
  if (!earlier && o.claim === 'found' && isFailure(m, e) && m.stored.has(base)) return 'sure';
  if (earlier || o.lent || o.claim === 'passed') return 'contract';
  return o.claim === 'found' || !reachable(m, base) ? 'sure' : 'contract';
}

/** Pointers of the caller or of globals lead to the object, so that one more reference on it may be meant to stay. */
function reachable(m: Machine, object: TermId, steps = 0): boolean {
  const t = m.terms.get(object);
  const type = typeOf(m, object) ?? m.declared.get(object) ?? null;
  if (steps > 0 && type !== null && type.pointers === 0) return false;
  // A global's own name (THIS_MODULE) leads to it from everywhere.
  if (steps > 8 || t.k === 'load' || t.k === 'addr' || (steps === 0 && m.terms.symbols(object).length === 0)) return true;
  if (t.k === 'sym' && (t.source === 'param' || t.source === 'element')) return true;
  const parts = t.k === 'op' ? t.args : (m.derived.get(object) ?? []);
  return parts.some((p) => m.terms.symbols(p).length > 0 && reachable(m, baseObject(m, p), steps + 1));
}

/** `x` goes where a test by bits came out true, and the constant that `e` returns would have gone there. */
function failsLike(m: Machine, e: Exit, x: Exit): boolean {
  if (e.value === null || valuesOf(m.terms, e.state.facts, e.value) === null) return false;
  const value = e.value;
  return bitTests(m, x).some(({ flags, mask }) => (mask & ZERO) === 0 && (maskOf(m.terms, e.state.facts, m.terms.op('&', [value, flags])) & ZERO) === 0);
}

/** What `e` leaves in memory that its caller sees is left there by `x` too: it is no way of handing out. */
function storedAlike(m: Machine, e: State, x: State, object: TermId): boolean {
  return [...e.heap].every(([loc, value]) => value !== object || isLocalPlace(m, loc) || x.heap.get(loc) === value);
}
