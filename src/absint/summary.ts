import type { Contract, Outcome, ReturnClass } from '../kernel/contract.js';
import { structure } from '../kernel/structure.js';
import type { CFunction, Expr } from '../parse/c/ast.js';
import type { Gap } from '../parse/gap.js';
import { lockPlace } from './caller-terms.js';
import type { CallSite } from './calls.js';
import type { Handed, Kept, TakenOut } from './carried.js';
import type { Exit } from './exit.js';
import { ANY, NEG, POS, ZERO } from './fact.js';
import type { FlagUse } from './flags.js';
import { isHandleType } from './handles.js';
import { type Event, lockClass, type Machine } from './machine.js';
import type { LockPair } from './order-summary.js';
import { draft, notThose, signsSeen, takenByCallee, vague } from './outcome.js';
import { givenUp, type Step } from './state.js';

/** An outcome that holds only when the caller's values satisfy `given` (signs as in `fact.ts`). */
export interface SummaryOutcome extends Outcome {
  readonly given: readonly { readonly expr: Expr; readonly mask: number }[];
  /** The returned value over the parameters, or null. */
  readonly value: Expr | null;
  /** What else is known of the returned value: tests of `__return` and their possible signs. */
  readonly returns: readonly { readonly expr: Expr; readonly mask: number }[];
  /** What is known of places that the function wrote: their possible signs once it is back. */
  readonly after: readonly { readonly expr: Expr; readonly mask: number }[];
}

/** What one function does, computed from its body: the contract its callers see, what went wrong in it, and how it ends. */
export interface Summary {
  readonly contract: Contract & { readonly outcomes: readonly SummaryOutcome[] };
  readonly events: readonly Event[];
  readonly exits: readonly ExitView[];
  /** What is held where lines begin that are not shown: one entry for each such place, in source order. */
  readonly unshown: readonly { readonly key: string; readonly views: readonly ExitView[] }[];
  readonly gaps: readonly Gap[];
  /** Locks taken, or waited for by a callee, while others were held. */
  readonly order: readonly LockPair[];
  /** What is held where an allocation may enter reclaim: the second of each pair is what reclaim takes. */
  readonly reclaims: readonly LockPair[];
  /** What the function does to tracked resources, once per line: "takes", "releases", "gets", "puts". */
  readonly ops: readonly { readonly op: 'takes' | 'releases' | 'gets' | 'puts'; readonly text: string; readonly line: number }[];
  /** Flag arguments of calls whose contract speaks of flags. */
  readonly flagUses: readonly FlagUse[];
  /** Calls of functions that are no primitives, with the locks held there. */
  readonly calls: readonly CallSite[];
  /** True when a callee's effect was unknown on a path between an acquire or get and an exit. */
  readonly bounded: boolean;
  /** What is held at some end through what was put into a field; and fields that were cleared for what they held. */
  readonly kept: readonly Kept[];
  readonly takenOut: readonly TakenOut[];
  readonly handed: readonly Handed[];
  /** Lines that say that something is never true, to the call that says it. */
  readonly claims: ReadonlyMap<number, string>;
  /** Kinds of references that only names speak of: told, and never judged. */
  readonly named: ReadonlySet<string>;
}

/** One way a function ends, in words that do not depend on local names. */
export interface ExitView {
  readonly exit: string;
  readonly line: number;
  readonly gains: readonly string[];
  readonly drops: readonly string[];
  readonly needs: readonly string[];
  /** The same, one by one, with where each came from. */
  readonly tokens: readonly ExitToken[];
  /** Returns a pointer that is neither NULL nor known to be an error. */
  readonly pointer: boolean;
  /** What tells it from other ways with the same result, as conditions on what the caller passed. */
  readonly when: readonly string[];
  /** The named constant that all of them return, or null. */
  readonly value: string | null;
  /** The ends of the function that come back so, counted in the order of the source. */
  readonly sites: readonly number[];
  readonly trace: Step | null;
}

/** One resource that the caller has more, or less, of after an exit. */
export interface ExitToken {
  readonly change: 'gain' | 'drop';
  readonly what: 'lock' | 'reference';
  /** Lock class with its mode, or reference kind. */
  readonly resource: string;
  readonly mode: string;
  readonly lockKind: string;
  readonly place: string;
  readonly line: number;
  readonly object: Expr | null;
  /** On the object whose pointer is returned. */
  readonly returned: boolean;
  /** Others can find the object: whose the reference is now is not known here. */
  readonly handedOn: boolean;
  /** A reference that was put although neither the function nor its caller is known to have had it. */
  readonly found: boolean;
}

const MAX_OUTCOMES = 12;

/** The contract that the exits of a function amount to. */
export function contractOf(m: Machine, exits: readonly Exit[], source: string): Contract & { readonly outcomes: readonly SummaryOutcome[] } {
  const fn = m.fn;
  const signs = signsSeen(exits);
  const drafts = exits.flatMap((e) => draft(m, e, exits, signs));
  const merged = new Map<string, { mask: number; outcome: Omit<SummaryOutcome, 'when'>; eq: number | string | null }>();
  for (const d of drafts) {
    const { effects, given, value, returns, after } = d.outcome;
    const key = structure([effects, given, value, returns, after, d.eq]);
    const old = merged.get(key);
    if (old) old.mask |= d.mask;
    else merged.set(key, { ...d });
  }
  let outcomes: SummaryOutcome[] = [...merged.values()].map((d) => ({
    ...d.outcome,
    when: d.eq !== null ? ({ is: 'equals', value: d.eq, not: false } as const) : returnClass(d.mask),
  }));
  outcomes = outcomes.map((o) => ({ ...o, returns: oneEach([...o.returns, ...notThose(o, outcomes)]) }));
  if (outcomes.length > MAX_OUTCOMES) {
    const coarse = new Map<string, SummaryOutcome>();
    for (const [i, d] of [...merged.values()].entries())
      coarse.set(structure([d.outcome.effects, d.mask]), {
        ...(outcomes[i] as SummaryOutcome),
        effects: d.outcome.effects.map(vague),
        given: [],
        value: null,
        returns: [],
        after: [],
        when: returnClass(d.mask),
      });
    outcomes = [...coarse.values()].slice(0, MAX_OUTCOMES * 2);
  }
  return {
    name: fn.name,
    params: fn.params,
    returns: fn.returns,
    outcomes,
    pure: false,
    result: null,
    noreturn: exits.length === 0,
    flags: m.passed.size === 1 ? ([...m.passed.values()][0] ?? null) : null,
    since: null,
    until: null,
    source,
    ...unsaidOf(m, exits),
  };
}

/** Classes of the caller's locks that some exit has given back and that no argument leads to, or that a callee may have taken. */
function unsaidOf(m: Machine, exits: readonly Exit[]): Pick<Contract, 'unsaid'> {
  const classes = exits.flatMap((e) =>
    givenUp(e.state).flatMap(([lock]) => (lockPlace(m, lock, e.value) === null || takenByCallee(m, e.state, lock) ? [lockClass(m, lock)] : [])),
  );
  return classes.length === 0 ? {} : { unsaid: [...new Set(classes)].sort() };
}

function oneEach<T>(list: readonly T[]): readonly T[] {
  if (list.length < 2) return list;
  const seen = new Set<string>();
  return list.filter((x) => {
    const key = structure(x);
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  });
}

/** The class of results that a mask of signs stands for. */
export function returnClass(mask: number): ReturnClass {
  switch (mask) {
    case NEG:
      return { is: 'negative' };
    case ZERO:
      return { is: 'zero' };
    case POS:
      return { is: 'positive' };
    case NEG | ZERO:
      return { is: 'nonpositive' };
    case NEG | POS:
      return { is: 'nonzero' };
    case ZERO | POS:
      return { is: 'nonnegative' };
    default:
      return { is: 'any' };
  }
}

/** In the words of a kernel developer: how the function comes back. */
export function exitName(fn: CFunction, mask: number): string {
  const isVoid = fn.returns.base === 'void' && fn.returns.pointers === 0;
  if (isVoid || mask === ANY) return 'returns';
  const pointer = fn.returns.pointers > 0;
  const bool = fn.returns.base === 'bool' || fn.returns.base === '_Bool';
  if (pointer)
    return mask === ZERO
      ? 'returns NULL'
      : mask === NEG
        ? 'returns an error pointer'
        : mask === POS
          ? 'returns a pointer'
          : mask === (NEG | POS)
            ? 'returns non-NULL'
            : 'returns';
  if (isHandleType(fn.returns)) return mask === ZERO ? 'returns NULL' : (mask & ZERO) === 0 ? 'returns a handle' : 'returns';
  if (bool) return mask === ZERO ? 'returns false' : (mask & ZERO) === 0 ? 'returns true' : 'returns';
  return mask === NEG
    ? 'returns an error'
    : mask === ZERO
      ? 'returns 0'
      : mask === POS
        ? 'returns > 0'
        : mask === (NEG | ZERO)
          ? 'returns <= 0'
          : mask === (NEG | POS)
            ? 'returns non-zero'
            : 'returns >= 0';
}
