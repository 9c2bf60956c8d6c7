import type { Attribute, CFunction, CType, Expr } from '../parse/c/ast.js';
import { CONTAINER } from './expression.js';
import type { Contract, ContractEffect, LockKind, LockMode } from './contract.js';
import { ALWAYS, type Condition, flagNames, outcomesOf, readCondition, type Stated } from './condition.js';
import { lockKindOf, type TypeEnvironment } from './types.js';

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

const CONTEXTS: Readonly<Record<string, { readonly place: string; readonly kind: LockKind }>> = {
  irq: { place: '__irq', kind: 'irq' }, irqsave: { place: '__irqsave', kind: 'irq' }, bh: { place: '__bh', kind: 'bh' },
  preempt: { place: '__preempt', kind: 'preempt' }, migrate: { place: '__migrate', kind: 'preempt' },
};
const KINDS: ReadonlySet<string> = new Set<LockKind>(['spin', 'raw_spin', 'rwlock', 'mutex', 'rwsem', 'percpu_rwsem', 'semaphore', 'seq', 'bit', 'rcu', 'srcu', 'irq', 'bh', 'preempt', 'local', 'pair', 'other']);
const UNCONDITIONAL = { when: ALWAYS, given: null } as const;
/** Storage and compiler words that say nothing about locks. */
const SILENT = /^(static|inline|extern|__always_inline|noinline|__must_check|__init|__exit|__sched|notrace|__weak|__malloc|asmlinkage|__kind|__trylock)$/;

/** Reads the attributes of one declaration. */
export function readStatement(fn: CFunction, env: TypeEnvironment, strictness: Strictness): Statement {
  const reader = new Map(Object.entries(VOCABULARY));
  const draft: Draft = {
    fn, env, strictness, stated: [], pure: false, result: null, counts: null, noreturn: false, errno: false, flags: null, since: null, until: null, guards: [], frees: [], iterator: null, order: null, claims: null, question: null, wrong: [],
    tryLock: fn.attributes.some((a) => a.name === '__trylock'),
    kind: kindOverride(fn), names: new Map([...fn.params.map((p) => [p.name, p.type] as const), ['__return', fn.returns]]),
  };
  for (const a of fn.attributes) {
    const known = reader.get(a.name);
    if (known) {
      const given = givenOf(a);
      const why = known(draft, given ? { ...a, args: a.args.slice(0, -1) } : a, given) ?? (given ? names(draft, given) : null);
      if (why !== null) draft.wrong.push({ line: a.line, why: `${a.text}: ${why}` });
    } else if (strictness === 'knowledge' && a.name === '__kind' && !KINDS.has(idOf(a.args[0]) ?? '')) draft.wrong.push({ line: a.line, why: `${a.text}: needs one of ${[...KINDS].join(', ')}` });
    else if (strictness === 'knowledge' && !SILENT.test(a.name)) draft.wrong.push({ line: a.line, why: `${a.text}: no such word` });
  }
  return draft;
}

/** The contract that a statement amounts to, or null with the reason in `wrong`. */
export function contractOfStatement(fn: CFunction, s: Statement, source: string): { readonly contract: Contract | null; readonly why: string | null } {
  const outcomes = outcomesOf(s.stated, fn.returns, s.errno);
  if (!outcomes) return { contract: null, why: 'results named by bits and results named otherwise do not mix' };
  return { why: null, contract: { name: fn.name, params: fn.params, returns: fn.returns, ...(fn.variadic ? { variadic: true } : {}), outcomes, pure: s.pure, result: s.result, ...(s.counts ? { counts: s.counts } : {}), noreturn: s.noreturn, flags: s.flags, ...(s.claims === null ? {} : { claims: s.claims }), since: s.since, until: s.until, source } };
}

interface Draft {
  readonly fn: CFunction; readonly env: TypeEnvironment; readonly strictness: Strictness;
  readonly stated: Stated[]; readonly wrong: { line: number; why: string }[]; readonly guards: { name: string; exit: string }[]; readonly frees: string[];
  readonly names: ReadonlyMap<string, CType>; readonly tryLock: boolean; readonly kind: LockKind | null;
  pure: boolean; result: Expr | null; counts: Expr | null; noreturn: boolean; errno: boolean | string; flags: Contract['flags']; since: string | null; until: string | null; iterator: Statement['iterator']; order: string | null; claims: string | null; question: string | null;
}
/** The body shows something, and is called by nobody. */
function documented(d: Draft, a: { readonly args: Args }): string | null {
  const [where] = a.args;
  if (where?.k !== 'str' || !d.fn.body) return 'needs a body, and where it is documented';
  d.order = where.text.replace(/^"|"$/g, '');
  return null;
}

type Args = readonly (Expr | null)[];
/** Reads one attribute into the draft; the reason when it is wrong, else null. */
type Word = (d: Draft, a: Attribute & { readonly args: Args }, given: Expr | null) => string | null;

const VOCABULARY: Readonly<Record<string, Word>> = {
  __acquires: lockWord((d, place, kind) => acquire(d, place, kind, 'exclusive')),
  __acquires_shared: lockWord((d, place, kind) => acquire(d, place, kind, 'shared')),
  __releases: lockWord((d, place, kind) => ({ op: 'release', place, kind, mode: d.strictness === 'tree' ? 'either' : 'exclusive' })),
  __releases_shared: lockWord((_, place, kind) => ({ op: 'release', place, kind, mode: 'shared' })),
  __releases_generic: lockWord((_, place, kind) => ({ op: 'release', place, kind, mode: 'either' })),
  __must_hold: lockWord((d, place, kind) => ({ op: 'assert-held', place, kind, mode: d.strictness === 'tree' ? 'either' : 'exclusive' })),
  __must_hold_shared: lockWord((_, place, kind) => ({ op: 'assert-held', place, kind, mode: 'either' })),
  __must_not_hold: lockWord((_, place, kind) => ({ op: 'assert-not-held', place, kind })),
  __downgrades: lockWord((_, place, kind) => ({ op: 'downgrade', place, kind })),
  __last_put_locks: lockWord((_, place) => ({ op: 'last-put-locks', place })),
  __cond_acquires: onResult(lockWord((d, place, kind) => acquire(d, place, kind, 'exclusive'))),
  __cond_acquires_shared: onResult(lockWord((d, place, kind) => acquire(d, place, kind, 'shared'))),
  __cond_releases: onResult(lockWord((_, place, kind) => ({ op: 'release', place, kind, mode: 'exclusive' }))),
  __cond_releases_shared: onResult(lockWord((_, place, kind) => ({ op: 'release', place, kind, mode: 'shared' }))),
  __cond_downgrades: onResult(lockWord((_, place, kind) => ({ op: 'downgrade', place, kind }))),
  __cond_ensures: onResult(lockWord((d, place, kind) => ({ ...acquire(d, place, kind, 'exclusive'), ensure: true } as ContractEffect))),
  __cond_ensures_not: onResult(lockWord((_, place, kind) => ({ op: 'release', place, kind, mode: 'either', ensure: true }))),
  __returns_locked: (d, a) => {
    const when = a.args[0] && readCondition(a.args[0]);
    const mode = idOf(a.args[1]);
    if (!when || (mode !== 'shared' && mode !== 'exclusive') || a.args.length > 3) return 'needs a result, shared or exclusive, and the lock';
    return lockWord((draft, place, kind) => acquire(draft, place, kind, mode))(d, { ...a, args: [a.args[2] ?? RETURN] }, null, when);
  },
  __lock_order: documented, __batch: documented,
  __claims_not: (d, a) => {
    const name = idOf(a.args[0]);
    if (name === null || !d.fn.params.some((p) => p.name === name)) return 'needs a parameter';
    d.claims = name;
    return null;
  },
  __decides: (d, a) => {
    const [where] = a.args;
    if (where?.k !== 'str' || !d.fn.body) return 'needs a body, and where it is documented';
    d.question = where.text.replace(/^"|"$/g, '');
    return null;
  },
  __irq_off: contextWord(true), __irq_on: contextWord(false),
  __cond_irq_off: onResult(contextWord(true)), __cond_irq_on: onResult(contextWord(false)),
  __begins: bracketWord(true), __ends: bracketWord(false), __cond_begins: onResult(bracketWord(true)), __cond_ends: onResult(bracketWord(false)),
  __enters: sectionWord(true), __leaves: sectionWord(false), __cond_enters: onResult(sectionWord(true)),
  __gets: referenceWord('get'), __puts: referenceWord('put'), __cond_gets: onResult(referenceWord('get')), __cond_puts: onResult(referenceWord('put')),
  __consumes: referenceWord('consume'), __cond_consumes: onResult(referenceWord('consume')),
  __publishes: publishWord, __cond_publishes: onResult(publishWord),
  __returns_ref: (d, a) => returned(d, RETURN, a.args, defaultKind(d.fn.returns)),
  __returns_ref_of: (d, a) => { const [x, ...rest] = a.args; return x ? returned(d, x, rest, refKind(d, x)) : 'needs the object'; },
  __allocates: (d, a) => returned(d, RETURN, a.args, 'memory'),
  __frees: (d, a, given) => {
    const [x, kind] = a.args;
    if (!x || a.args.length > 2 || (kind !== undefined && !idOf(kind))) return 'needs the object and perhaps a kind';
    d.stated.push({ ...UNCONDITIONAL, given, effect: { op: 'put', place: x, kind: idOf(kind) ?? 'memory', count: 1 } }, { ...UNCONDITIONAL, given, effect: { op: 'free', place: x } });
    return names(d, x);
  },
  __may_sleep: (d, a) => {
    const only = idOf(a.args[0]);
    if (a.args.length > 1 || (a.args.length === 1 && only !== 'sometimes' && only !== 'faults')) return 'takes no argument, "sometimes" or "faults"';
    d.stated.push({ ...UNCONDITIONAL, effect: only === 'sometimes' || only === 'faults' ? { op: 'sleep', only } : { op: 'sleep' } });
    return null;
  },
  __may_reclaim: (d, a) => {
    const gfp = a.args[0];
    d.stated.push({ ...UNCONDITIONAL, effect: gfp ? { op: 'reclaim', gfp } : { op: 'reclaim' } });
    return a.args.length > 1 ? 'takes at most the allocation flags' : gfp ? names(d, gfp) : null;
  },
  __walks: (d, a, given) => { const x = a.args[0]; if (!x || a.args.length !== 1) return 'needs what is walked'; d.stated.push({ ...UNCONDITIONAL, given, effect: { op: 'walk', place: x } }); return names(d, x); },
  __stores: (d, a, given) => { const [place, value] = a.args; if (!place || !value || a.args.length !== 2) return 'needs a place and a value'; d.stated.push({ ...UNCONDITIONAL, given, effect: { op: 'store', place, value } }); return names(d, place) ?? names(d, value); },
  __drops_shared: (d, a) => {
    const [place, flag] = a.args;
    const kind = place ? lockKindOf(d.env, d.names, place) : null;
    if (!place || !flag || !kind || a.args.length !== 2) return 'needs the lock and the pointer to the flag that says whether it is still held';
    const cleared: Expr = { k: 'unary', op: '*', arg: flag, line: a.line };
    d.stated.push({ when: ALWAYS, given: flag, effect: { op: 'maybe', effects: [{ op: 'release', place, kind, mode: 'shared' }, { op: 'store', place: cleared, value: { k: 'num', value: 0, text: '0', line: a.line } }] } });
    return names(d, place) ?? names(d, flag);
  },
  __holds: (d, a, given) => { const [place, value] = a.args; if (!place || !value || a.args.length !== 2) return 'needs a place and a value'; d.stated.push({ ...UNCONDITIONAL, given, effect: { op: 'store', place, value, known: true } }); return names(d, place) ?? names(d, value); },
  __cond_never: onResult((d, a, given, when = ALWAYS) => { d.stated.push({ when, given, effect: { op: 'never' } }); return a.args.length === 0 ? null : 'needs a result, and perhaps a condition'; }),
  __calls: callWord, __cond_calls: onResult(callWord),
  __returns_container: (d, a) => {
    const [pointer, type, member] = a.args.map(idOf);
    if (!pointer || !type || !member || a.args.length !== 3) return 'needs the pointer, the type and the member';
    d.result = { k: 'call', fn: { k: 'id', name: CONTAINER, line: a.line }, args: a.args as readonly Expr[], line: a.line };
    return null;
  },
  __clobbers: clobberWord, __cond_clobbers: onResult(clobberWord),
  __counts: (d, a) => { const x = a.args[0]; if (!x || a.args.length !== 1) return 'needs the object that is counted'; d.counts = x; return names(d, x); },
  __pure: (d) => { d.pure = true; return null; },
  __errno: (d, a) => {
    const [error] = a.args, name = error?.k === 'unary' && error.op === '-' ? idOf(error.arg) : null;
    d.errno = name === null ? true : `-${name}`;
    return a.args.length === 0 || (a.args.length === 1 && name !== null) ? null : 'takes no argument, or the only error, as -EINTR';
  },
  __noreturn: (d) => { d.noreturn = true; return null; },
  __returns_arg: (d, a) => { const x = a.args[0]; if (!x || a.args.length !== 1) return 'needs the expression that is returned'; d.result = x; return names(d, x); },
  __since: (d, a) => version(a, (v) => { d.since = v; }),
  __until: (d, a) => version(a, (v) => { d.until = v; }),
  __guard: (d, a) => { const name = idOf(a.args[0]), exit = idOf(a.args[1]); if (!name || !exit || a.args.length !== 2) return 'needs the class and the function that leaves it'; d.guards.push({ name, exit }); return null; },
  __free_class: (d, a) => { const name = idOf(a.args[0]); if (!name) return 'needs the class'; d.frees.push(name); return null; },
  __iterates: (d, a) => {
    const assigns = a.args.map((x) => d.fn.params.findIndex((p) => p.name === idOf(x)));
    if (assigns.includes(-1)) return 'names no parameter';
    d.iterator = { kind: 'loop', assigns, unless: d.iterator?.unless ?? null };
    return null;
  },
  __unless: (d, a) => {
    const x = a.args[0], asks = x?.k === 'call' ? idOf(x.fn) : null, of = x?.k === 'call' ? d.fn.params.findIndex((p) => p.name === idOf(x.args[0])) : -1;
    if (asks === null || of < 0 || a.args.length !== 1 || d.iterator === null) return 'needs, behind what it iterates over, a question about a parameter';
    d.iterator = { ...d.iterator, unless: { asks, of } };
    return null;
  },
  __once: (d, a) => { d.iterator = { kind: 'once', assigns: [], unless: null }; return a.args.length === 0 ? null : 'takes no argument'; },
  __ttu_accepts: (d, a) => {
    const param = idOf(a.args[0]), accepts = a.args[1] ? flagNames(a.args[1]) : null;
    if (!param || !accepts || a.args.length !== 2 || !d.names.has(param)) return 'needs a parameter and the flags A|B that it may carry';
    d.flags = { param, accepts, lockedFlag: d.flags?.lockedFlag ?? null, lock: d.flags?.lock ?? null };
    return null;
  },
  __ttu_locked: (d, a) => {
    const param = idOf(a.args[0]), flag = a.args[1] ? flagNames(a.args[1])?.[0] : undefined, lock = a.args[2];
    if (!param || !flag || !lock || a.args.length !== 3 || !d.names.has(param)) return 'needs a parameter, the flag and the locks a->b | c->d';
    d.flags = { param, accepts: d.flags?.accepts ?? null, lockedFlag: flag, lock };
    return null;
  },
};
const RETURN: Expr = { k: 'id', name: '__return', line: 0 };

function acquire(d: Draft, place: Expr, kind: LockKind, mode: LockMode): Extract<ContractEffect, { op: 'acquire' }> {
  return { op: 'acquire', place, kind, mode, tryLock: d.tryLock };
}

type OnResult = (d: Draft, a: Parameters<Word>[1], given: Expr | null, when?: Condition) => string | null;

function lockWord(effect: (d: Draft, place: Expr, kind: LockKind) => ContractEffect): OnResult {
  return (d, a, given, when = d.strictness === 'tree' && a.name.startsWith('__cond_') ? TREE_SUCCESS : ALWAYS) => {
    const place = a.args[0];
    if (!place || a.args.length !== 1) return 'needs one lock';
    // A tree's annotation may name a lock whose type is declared out of sight: that it is one is certain.
    const kind = lockKindOf(d.env, d.names, place) ?? d.kind ?? (d.strictness === 'tree' ? 'other' : null);
    if (!kind) return 'the type of the lock is not known, and no __kind() says what it is';
    d.stated.push({ when, given, effect: effect(d, place, kind) });
    return names(d, place);
  };
}

/** The 6.1 generation's one-argument `__cond_acquires(x)`: taken when the result is true. */
const TREE_SUCCESS: Condition = { is: 'signs', mask: 5, range: 0 };

function onResult(word: OnResult): Word {
  return (d, a, given) => {
    const [ret, ...rest] = a.args;
    if (d.strictness === 'tree' && a.args.length === 1) return word(d, a, given);
    const when = ret ? readCondition(ret) : null;
    return when ? word(d, { ...a, args: rest }, given, when) : 'the first argument names no result';
  };
}

function contextWord(off: boolean): OnResult {
  return (d, a, given, when = ALWAYS) => {
    const c = Object.hasOwn(CONTEXTS, idOf(a.args[0]) ?? '') ? CONTEXTS[idOf(a.args[0]) as string] : undefined;
    if (!c || a.args.length !== 1) return 'needs irq, irqsave, bh, preempt or migrate';
    const place: Expr = { k: 'id', name: c.place, line: a.line };
    d.stated.push({ when, given, effect: off ? { op: 'acquire', place, kind: c.kind, mode: 'exclusive', tryLock: false } : { op: 'release', place, kind: c.kind, mode: 'exclusive' } });
    return null;
  };
}

/** A bracket is a lock of kind "pair" that nests: field `__kind` of the object, or the global `__kind`. */
function bracketWord(begins: boolean): OnResult {
  return (d, a, given, when = ALWAYS) => {
    const kind = idOf(a.args[0]), x = a.args[1];
    if (!kind || a.args.length > 2) return 'needs a kind and perhaps an object';
    const place: Expr = x ? { k: 'member', obj: x, arrow: true, field: `__${kind}`, line: a.line } : { k: 'id', name: `__${kind}`, line: a.line };
    d.stated.push({ when, given, effect: begins ? { op: 'acquire', place, kind: 'pair', mode: 'exclusive', tryLock: false } : { op: 'release', place, kind: 'pair', mode: 'exclusive' } });
    return x ? names(d, x) : null;
  };
}

/** A section that the result's pointer comes with: the global `__name`, of kind "rcu". It may have been left elsewhere. */
function sectionWord(enters: boolean): OnResult {
  return (d, a, given, when = ALWAYS) => {
    const name = idOf(a.args[0]);
    if (!name || a.args.length > 1) return 'needs the name of the section';
    const place: Expr = { k: 'id', name: `__${name}`, line: a.line };
    d.stated.push({ when, given, effect: enters ? { op: 'acquire', place, kind: 'rcu', mode: 'shared', tryLock: false } : { op: 'release', place, kind: 'rcu', mode: 'either', ensure: true } });
    return null;
  };
}

/** `__gets(x[, kind][, n])`: the kind is by default the struct that `x` points to, the number 1. */
function referenceWord(op: 'get' | 'put' | 'consume'): OnResult {
  return (d, a, given, when = ALWAYS) => {
    const [x, ...rest] = a.args;
    if (!x) return 'needs the object';
    // A pointer parameter's name ("folio") is no number, so it is the kind of that name.
    const named = idOf(rest[0]), type = named === null ? null : d.names.get(named);
    const kind = rest.length === 2 || (named !== null && (!type || type.pointers > 0)) ? idOf(rest.shift()) : refKind(d, x);
    const n = rest.shift();
    if (rest.length > 0) return 'has too many arguments';
    if (!kind) return 'the object is no pointer to a struct, so the kind of reference must be named';
    if (op === 'consume') d.stated.push({ when, given, effect: { op, place: x, kind } });
    else if (n === undefined || n?.k === 'num') d.stated.push({ when, given, effect: { op, place: x, kind, count: n?.k === 'num' ? n.value : 1 } });
    else if (n) d.stated.push({ when, given, effect: { op, place: x, kind, count: null, amount: n } });
    return names(d, x) ?? (n ? names(d, n) : null);
  };
}

/** `__publishes(x)`: others find the object from then on, and a reference on it may be theirs. */
function publishWord(d: Draft, a: Parameters<Word>[1], given: Expr | null, when: Condition = ALWAYS): string | null {
  const [x] = a.args;
  if (!x || a.args.length !== 1) return 'needs one object';
  d.stated.push({ when, given, effect: { op: 'escape', place: x } });
  return names(d, x);
}

/** A reference that comes with the result: `[kind][, result]`, by default on any pointer but NULL. */
function returned(d: Draft, object: Expr, args: Args, fallback: string | null): string | null {
  const rest = [...args];
  const first = rest[0];
  let when = readCondition({ k: 'id', name: 'nonnull', line: 0 });
  let kind = fallback;
  if (first && readCondition(first) === null && idOf(first)) { kind = idOf(first); rest.shift(); }
  if (rest.length > 0) when = rest[0] ? readCondition(rest.shift() as Expr) : null;
  if (rest.length > 0 || !when) return 'needs at most a kind and a result';
  if (!kind) return 'what is returned is no pointer to a struct, so the kind of reference must be named';
  d.stated.push({ when, given: null, effect: { op: 'get', place: object, kind, count: 1 } });
  return names(d, object);
}

/** `__calls(target, args…)`: the function that parameter `target` names runs, with these arguments. */
function callWord(d: Draft, a: Parameters<Word>[1], given: Expr | null, when: Condition = ALWAYS): string | null {
  const [target, ...args] = a.args;
  const name = idOf(target);
  if (!name || !d.names.has(name) || args.some((x) => x === null)) return 'needs the parameter that names the function, and its arguments';
  d.stated.push({ when, given, effect: { op: 'call', target: name, args: args as Expr[] } });
  return (args as Expr[]).map((x) => names(d, x)).find((why) => why !== null) ?? null;
}

function clobberWord(d: Draft, a: Parameters<Word>[1], given: Expr | null, when: Condition = ALWAYS): string | null {
  const x = a.args[0];
  if (!x || a.args.length !== 1) return 'needs one place';
  d.stated.push({ when, given, effect: { op: 'clobber', place: x } });
  return names(d, x);
}

function version(a: Attribute, set: (v: string) => void): string | null {
  const x = a.args[0];
  const text = x?.k === 'num' ? x.text : /\(\s*([\d.]+)\s*\)/.exec(a.text)?.[1];
  if (!text || !/^\d+(\.\d+){1,2}$/.test(text)) return 'needs a kernel version such as 6.4';
  set(text);
  return null;
}

function kindOverride(fn: CFunction): LockKind | null {
  const named = idOf(fn.attributes.find((a) => a.name === '__kind')?.args[0]);
  return named && KINDS.has(named) ? (named as LockKind) : null;
}

export function isLockKind(name: string): name is LockKind {
  return KINDS.has(name);
}

/** The reason when `expr` mentions a name that is neither a parameter, nor a declared global, nor a constant. */
function names(d: Draft, expr: Expr): string | null {
  switch (expr.k) {
    case 'id': return d.names.has(expr.name) || d.env.globals.has(expr.name) || /^[A-Z][A-Z0-9_]*$/.test(expr.name) ? null : `"${expr.name}" is neither a parameter nor a declared global`;
    case 'member': return names(d, expr.obj);
    case 'index': return names(d, expr.obj) ?? names(d, expr.index);
    case 'unary': case 'cast': return names(d, expr.arg);
    case 'binary': return names(d, expr.left) ?? names(d, expr.right);
    case 'call': return expr.args.map((x) => names(d, x)).find((why) => why !== null) ?? null;
    default: return null;
  }
}

function refKind(d: Draft, x: Expr): string | null {
  if (x.k === 'id') return defaultKind(d.names.get(x.name) ?? null);
  if (x.k !== 'member') return null;
  return defaultKind(memberType(d, x));
}

function memberType(d: Draft, x: Extract<Expr, { k: 'member' }>): CType | null {
  const owner = x.obj.k === 'id' ? d.names.get(x.obj.name) ?? null : x.obj.k === 'member' ? memberType(d, x.obj) : null;
  return owner ? d.env.structs.get(owner.base)?.fields.find((f) => f.name === x.field)?.type ?? null : null;
}

function defaultKind(type: CType | null): string | null {
  return type && type.pointers === 1 && type.base.startsWith('struct ') ? type.base.slice('struct '.length) : null;
}

function idOf(e: Expr | null | undefined): string | null {
  return e?.k === 'id' ? e.name : null;
}

function givenOf(a: Attribute): Expr | null {
  const last = a.args.at(-1);
  return last?.k === 'call' && last.fn.k === 'id' && last.fn.name === 'given' ? last.args[0] ?? null : null;
}
