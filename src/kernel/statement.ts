import type { CFunction, Expr } from '../parse/c/ast.js';
import type { Contract } from './contract.js';
import { outcomesOf, type Stated } from './condition.js';

/** What the attributes of one declaration say, and what in them could not be understood. */
export interface Statement {
  readonly stated: readonly Stated[];
  readonly pure: boolean;
  readonly result: Expr | null;
  /** What the result counts the references of. */
  readonly counts: Expr | null;
  readonly noreturn: boolean;
  /** Returns 0 or a negative error: which one, where there is only one. */
  readonly errno: boolean | string;
  readonly flags: Contract['flags'];
  readonly since: string | null;
  readonly until: string | null;
  /** `__lock_order("mm/rmap.c")`: where the order is documented that the body takes its locks in; `__batch` likewise, of what it does to several objects; null for any other function. */
  readonly order: string | null;
  /** `__claims_not(condition)`: the parameter that the call says is never true. */
  readonly claims: string | null;
  /** `__decides("mm/oom_kill.c")`: where it is documented that only the lock that the body takes decides what it asks; null for any other function. */
  readonly question: string | null;
  /** Guard classes that enter here, with the function that leaves them. */
  readonly guards: readonly { readonly name: string; readonly exit: string }[];
  /** `__free(name)` classes that this function serves. */
  readonly frees: readonly string[];
  readonly iterator: Iterating | null;
  /** One sentence each, with the attribute's line. */
  readonly wrong: readonly { readonly line: number; readonly why: string }[];
}

/** A macro with a body. `assigns`: the positions of arguments that get a new element on each turn; `unless`: without a turn only where `asks` says so of argument `of`. */
export interface Iterating {
  readonly kind: 'loop' | 'once';
  readonly assigns: readonly number[];
  readonly unless: { readonly asks: string; readonly of: number } | null;
}

/** How strictly to read: the knowledge is ours and every word in it must be known; a kernel tree has words of its own. */
export type Strictness = 'knowledge' | 'tree';

/** The contract that a statement amounts to, or null with the reason in `wrong`. */
export function contractOfStatement(fn: CFunction, s: Statement, source: string): { readonly contract: Contract | null; readonly why: string | null } {
  const outcomes = outcomesOf(s.stated, fn.returns, s.errno);
  if (!outcomes) return { contract: null, why: 'results named by bits and results named otherwise do not mix' };
  return {
    why: null,
    contract: {
      name: fn.name,
      params: fn.params,
      returns: fn.returns,
      ...(fn.variadic ? { variadic: true } : {}),
      outcomes,
      pure: s.pure,
      result: s.result,
      ...(s.counts ? { counts: s.counts } : {}),
      noreturn: s.noreturn,
      flags: s.flags,
      ...(s.claims === null ? {} : { claims: s.claims }),
      since: s.since,
      until: s.until,
      source,
    },
  };
}
