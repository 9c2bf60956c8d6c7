import type { CType, Expr } from '../parse/c/ast.js';

/** What a lock is; two kinds are never released by each other's functions. */
export type LockKind = 'spin' | 'raw_spin' | 'rwlock' | 'mutex' | 'rwsem' | 'percpu_rwsem' | 'semaphore' | 'seq' | 'bit' | 'rcu' | 'srcu' | 'irq' | 'bh' | 'preempt' | 'local' | 'pair' | 'other';
export type LockMode = 'exclusive' | 'shared';

/**
 * The values of a call's result for which an outcome holds. For pointers `zero` is NULL, `negative` an
 * error pointer, `positive` a usable one. `bits`: all the named flags are set (or, negated, none is).
 */
export type ReturnClass =
  | { readonly is: 'any' | 'zero' | 'nonzero' | 'negative' | 'positive' | 'nonnegative' | 'nonpositive' }
  | { readonly is: 'equals'; readonly value: number | string; readonly not: boolean }
  | { readonly is: 'bits'; readonly names: readonly string[]; readonly set: boolean };

/**
 * One thing a call does. `place` is a C expression over the callee's parameter names, globals and `__return`
 * (the returned value): for locks the lock object itself (`mm->mmap_lock`, not its address), for references the
 * pointer to the counted object.
 */
export type ContractEffect =
  | { readonly op: 'acquire'; readonly place: Expr; readonly kind: LockKind; readonly mode: LockMode; readonly tryLock: boolean }
  | { readonly op: 'release'; readonly place: Expr; readonly kind: LockKind; readonly mode: LockMode | 'either' }
  | { readonly op: 'downgrade'; readonly place: Expr; readonly kind: LockKind }
  | { readonly op: 'assert-held'; readonly place: Expr; readonly kind: LockKind; readonly mode: LockMode | 'either' }
  | { readonly op: 'assert-not-held'; readonly place: Expr; readonly kind: LockKind }
  /** `kind` names the counter ("folio", "mm_users", "mm_count", "anon_vma" …); `count` is null for an unknown number. */
  | { readonly op: 'get' | 'put'; readonly place: Expr; readonly kind: string; readonly count: number | null }
  /** The callee takes over the caller's reference (or owned memory): a list, a batch, a queue. */
  | { readonly op: 'consume'; readonly place: Expr; readonly kind: string }
  /** Nobody may use the object afterwards. */
  | { readonly op: 'free'; readonly place: Expr }
  /** `place` (an lvalue: `*ptlp`, `pvmw->ptl`) receives `value`. */
  | { readonly op: 'store'; readonly place: Expr; readonly value: Expr }
  /** `place` receives a value nobody knows. */
  | { readonly op: 'clobber'; readonly place: Expr }
  /** An rmap or page-table walk under `place`. */
  | { readonly op: 'walk'; readonly place: Expr }
  | { readonly op: 'sleep' }
  | { readonly op: 'reclaim' }
  /** When this put turns out to be the last, the lock is taken and dropped once. */
  | { readonly op: 'last-put-locks'; readonly place: Expr };

/** For results in `when`, the effects in order. Outcomes of a contract cover every result and do not overlap. */
export interface Outcome {
  readonly when: ReturnClass;
  readonly effects: readonly ContractEffect[];
}

/**
 * What a function does to locks and references, as its callers see it: stated in `knowledge/*.h`,
 * or computed from a body (then `source` is the place of that body).
 */
export interface Contract {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: CType }[];
  readonly returns: CType;
  readonly outcomes: readonly Outcome[];
  /** Same arguments, same result, until the object is changed: tests of it may be correlated. */
  readonly pure: boolean;
  /** The result is this expression over the parameters (casts, `page_folio`), or null. */
  readonly result: Expr | null;
  readonly noreturn: boolean;
  /** `__ttu_accepts(A|B)`: flag names a parameter may carry; others make the callee warn and do nothing. Null: no statement. */
  readonly flags: { readonly param: string; readonly accepts: readonly string[] | null; readonly lockedFlag: string | null; readonly lock: Expr | null } | null;
  /** Kernel versions [since, until) for which the entry holds; null is open. */
  readonly since: string | null;
  readonly until: string | null;
  /** "knowledge/rwsem.h:12" or "mm/rmap.c:480". */
  readonly source: string;
}
