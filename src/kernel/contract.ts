import type { CType, Expr } from '../parse/c/ast.js';

/** What a lock is; two kinds are never released by each other's functions. */
export type LockKind =
  | 'spin'
  | 'raw_spin'
  | 'rwlock'
  | 'mutex'
  | 'rwsem'
  | 'percpu_rwsem'
  | 'semaphore'
  | 'seq'
  | 'bit'
  | 'rcu'
  | 'srcu'
  | 'irq'
  | 'bh'
  | 'preempt'
  | 'local'
  | 'pair'
  | 'other';
export type LockMode = 'exclusive' | 'shared';

/** Kinds that are held for what they keep from happening to this task, not for an object. */
export const CONTEXT_KINDS: ReadonlySet<string> = new Set<LockKind>(['irq', 'bh', 'preempt', 'pair', 'rcu', 'srcu', 'local']);
/** Those that say what may interrupt this task. */
export const INTERRUPT_KINDS: ReadonlySet<string> = new Set<LockKind>(['irq', 'bh', 'preempt']);

/** A section of this task that excludes nobody from an object by itself. */
export function isSectionKind(kind: string): boolean {
  return kind === 'rcu' || kind === 'srcu' || INTERRUPT_KINDS.has(kind);
}

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
 * (the returned value). A lock is named as the kernel's own annotations name it: embedded (`mm->mmap_lock`) or by a
 * pointer to it (`sem`, `*ptlp`); the place's type tells which. For references it is the pointer to the counted object.
 * An effect on an object that is NULL is none.
 */
export type ContractEffect =
  /** `ensure`: the same protocol may hold the lock already, and then nothing happens (one more step of a walk). */
  | {
      readonly op: 'acquire';
      readonly place: Expr;
      readonly kind: LockKind;
      readonly mode: LockMode;
      readonly tryLock: boolean;
      readonly ensure?: true /** Whoever ends what was begun gives it back. */;
      readonly lent?: true;
    }
  /** `ensure`: the lock may be free already, and then nothing happens (the end of a walk). */
  | { readonly op: 'release'; readonly place: Expr; readonly kind: LockKind; readonly mode: LockMode | 'either'; readonly ensure?: true }
  | { readonly op: 'downgrade'; readonly place: Expr; readonly kind: LockKind }
  /** `relocked`: given back and taken again meanwhile. */
  | { readonly op: 'assert-held'; readonly place: Expr; readonly kind: LockKind; readonly mode: LockMode | 'either'; readonly relocked?: true }
  | { readonly op: 'assert-not-held'; readonly place: Expr; readonly kind: LockKind }
  /** `kind` names the counter ("folio", "mm_users", "mm_count", "anon_vma" …); `count` is null for an unknown number, or one that only the call tells: `amount`, over the parameters. `fresh`, of a computed contract: the object came with it. */
  | { readonly op: 'get' | 'put'; readonly place: Expr; readonly kind: string; readonly count: number | null; readonly amount?: Expr; readonly fresh?: true }
  /** The callee takes over the caller's reference (or owned memory): a list, a batch, a queue. */
  | { readonly op: 'consume'; readonly place: Expr; readonly kind: string }
  /** The callee keeps a pointer to the object: what is held on it may be given back by others. */
  | { readonly op: 'escape'; readonly place: Expr }
  /** Nobody may use the object afterwards. */
  | { readonly op: 'free'; readonly place: Expr }
  /** `place` (an lvalue: `*ptlp`, `pvmw->ptl`) receives `value`. `known`: nothing is written, it holds this value already. */
  | { readonly op: 'store'; readonly place: Expr; readonly value: Expr; readonly known?: true }
  /** `place` receives a value nobody knows. */
  | { readonly op: 'clobber'; readonly place: Expr }
  /** A callback: `target` is the parameter that names it, `args` are what it is given. The effect table puts its own effects here. */
  | { readonly op: 'call'; readonly target: string; readonly args: readonly Expr[] }
  /** All of these happen, or none: both are outcomes of their own in the contract. */
  | { readonly op: 'maybe'; readonly effects: readonly ContractEffect[] }
  /** Such a result does not occur: the outcome is left out of the contract. */
  | { readonly op: 'never' }
  /** An rmap or page-table walk under `place`. */
  | { readonly op: 'walk'; readonly place: Expr }
  /** `only`: in some states of its objects, or (`faults`) unless page faults are switched off. Absent: whatever happens. */
  | { readonly op: 'sleep'; readonly only?: 'sometimes' | 'faults' }
  /** `gfp`: the allocation flags, over the parameters; they decide whether it sleeps and reclaims. Absent: it does. */
  | { readonly op: 'reclaim'; readonly gfp?: Expr }
  /** When this put turns out to be the last, the lock is taken and dropped once. */
  | { readonly op: 'last-put-locks'; readonly place: Expr };

/**
 * For results in `when`, the effects in order. Outcomes of a contract cover every result that the function can have
 * (so a function that never returns NULL has no outcome for it) and do not overlap.
 */
export interface Outcome {
  readonly when: ReturnClass;
  readonly effects: readonly ContractEffect[];
}

/** An outcome that also depends on the arguments: each `expr`, over the parameters, has a sign in `mask` (1 negative, 2 zero, 4 positive). */
export interface GivenOutcome extends Outcome {
  readonly given: readonly { readonly expr: Expr; readonly mask: number }[];
  readonly value: null;
}

/** A lock that a function waits for: what its callers hold then comes before it, except those of `without`, which it has dropped by then. */
export interface Taking {
  /** Lock class, and whether it means the same in every function. */
  readonly resource: string;
  readonly named: boolean;
  /** The lock over the parameters; null where it cannot be said. */
  readonly place: Expr | null;
  readonly kind: LockKind;
  readonly mode: LockMode;
  readonly without: readonly { readonly resource: string; readonly place: Expr | null }[];
  /** Only for such arguments. */
  readonly given: readonly { readonly expr: Expr; readonly mask: number }[];
  /** The calls on the way there, this function's own first; the last is the acquisition. */
  readonly through: readonly { readonly name: string; readonly file: string; readonly line: number }[];
}

/**
 * What a function does to locks and references, as its callers see it: stated in `knowledge/*.h`,
 * or computed from a body (then `source` is the place of that body).
 */
export interface Contract {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: CType }[];
  readonly returns: CType;
  /** Calls may have more arguments than `params`. */
  readonly variadic?: true;
  readonly outcomes: readonly Outcome[];
  /** Same arguments, same result, until the object is changed: tests of it may be correlated. */
  readonly pure: boolean;
  /** The result is this expression over the parameters (casts, `page_folio`), or null. */
  readonly result: Expr | null;
  /** The result is the number of references on this object. */
  readonly counts?: Expr;
  readonly noreturn: boolean;
  /** Computed from a body that hands its arguments to functions of which nothing is known: they may have kept them. */
  readonly partial?: true;
  /** A bound was hit in the body: nothing of this is certain but that it gives back locks of these classes. */
  readonly unsure?: readonly string[];
  /** Computed: gives back locks of these classes, too, which no argument leads to: which of them those are cannot be said. */
  readonly unsaid?: readonly string[];
  /** What the function's own annotations say, which are silent about interrupts. */
  readonly noted?: true;
  /** Functions that the call was given run inside it, and their effects stand here. */
  readonly ran?: true;
  /** Calls a function of which nothing is known with what it is given: locks of those objects may be given back there. */
  readonly unseen?: true;
  /**
   * `__ttu_accepts(p, A|B)`: flag names that parameter `param` may carry; others make the callee warn and do nothing.
   * `lockedFlag` promises that the caller holds `lock`, one of `a->b | c->d` by class; "true" is any value but 0.
   */
  readonly flags: { readonly param: string; readonly accepts: readonly string[] | null; readonly lockedFlag: string | null; readonly lock: Expr | null } | null;
  /** The parameter that the call says is never true; it checks nothing in production. */
  readonly claims?: string;
  /** Of a computed contract: the locks that it waits for somewhere inside, whatever it holds when it comes back. */
  readonly takes?: readonly Taking[];
  /** Kernel versions [since, until) for which the entry holds; null is open. */
  readonly since: string | null;
  readonly until: string | null;
  /** "knowledge/rwsem.h:12" or "mm/rmap.c:480". */
  readonly source: string;
}

/** A contract of which nothing is known but what it does. */
export function plainContract(of: Pick<Contract, 'name' | 'params' | 'returns' | 'outcomes' | 'source'>): Contract {
  return { ...of, pure: false, result: null, noreturn: false, flags: null, since: null, until: null };
}
