import type { Attribute, Expr } from '../parse/c/ast.js';
import { bracketWord, callWord, clobberWord, contextWord, lockWord, onResult, publishWord, referenceWord, returned, sectionWord } from './attribute-words.js';
import { CONTAINER } from './expression.js';
import type { ContractEffect, LockKind, LockMode } from './contract.js';
import { ALWAYS, flagNames, readCondition } from './condition.js';
import { type Args, defaultKind, type Draft, idOf, names, refKind, type Word } from './statement-draft.js';
import { lockKindOf } from './types.js';

const UNCONDITIONAL = { when: ALWAYS, given: null } as const;

const RETURN: Expr = { k: 'id', name: '__return', line: 0 };

/** Every word that an attribute may be, and what it adds to the draft. */
export const VOCABULARY: Readonly<Record<string, Word>> = {
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
  __cond_ensures: onResult(lockWord((d, place, kind) => ({ ...acquire(d, place, kind, 'exclusive'), ensure: true }) as ContractEffect)),
  __cond_ensures_not: onResult(lockWord((_, place, kind) => ({ op: 'release', place, kind, mode: 'either', ensure: true }))),
  __returns_locked: (d, a) => {
    const when = a.args[0] && readCondition(a.args[0]);
    const mode = idOf(a.args[1]);
    if (!when || (mode !== 'shared' && mode !== 'exclusive') || a.args.length > 3) return 'needs a result, shared or exclusive, and the lock';
    return lockWord((draft, place, kind) => acquire(draft, place, kind, mode))(d, { ...a, args: [a.args[2] ?? RETURN] }, null, when);
  },
  __lock_order: documented,
  __batch: documented,
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
  __irq_off: contextWord(true),
  __irq_on: contextWord(false),
  __cond_irq_off: onResult(contextWord(true)),
  __cond_irq_on: onResult(contextWord(false)),
  __begins: bracketWord(true),
  __ends: bracketWord(false),
  __cond_begins: onResult(bracketWord(true)),
  __cond_ends: onResult(bracketWord(false)),
  __enters: sectionWord(true),
  __leaves: sectionWord(false),
  __cond_enters: onResult(sectionWord(true)),
  __gets: referenceWord('get'),
  __puts: referenceWord('put'),
  __cond_gets: onResult(referenceWord('get')),
  __cond_puts: onResult(referenceWord('put')),
  __consumes: referenceWord('consume'),
  __cond_consumes: onResult(referenceWord('consume')),
  __publishes: publishWord,
  __cond_publishes: onResult(publishWord),
  __returns_ref: (d, a) => returned(d, RETURN, a.args, defaultKind(d.fn.returns)),
  __returns_ref_of: (d, a) => {
    const [x, ...rest] = a.args;
    return x ? returned(d, x, rest, refKind(d, x)) : 'needs the object';
  },
  __allocates: (d, a) => returned(d, RETURN, a.args, 'memory'),
  __frees: (d, a, given) => {
    const [x, kind] = a.args;
    if (!x || a.args.length > 2 || (kind !== undefined && !idOf(kind))) return 'needs the object and perhaps a kind';
    d.stated.push(
      { ...UNCONDITIONAL, given, effect: { op: 'put', place: x, kind: idOf(kind) ?? 'memory', count: 1 } },
      { ...UNCONDITIONAL, given, effect: { op: 'free', place: x } },
    );
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
  __walks: (d, a, given) => {
    const x = a.args[0];
    if (!x || a.args.length !== 1) return 'needs what is walked';
    d.stated.push({ ...UNCONDITIONAL, given, effect: { op: 'walk', place: x } });
    return names(d, x);
  },
  __stores: (d, a, given) => {
    const [place, value] = a.args;
    if (!place || !value || a.args.length !== 2) return 'needs a place and a value';
    d.stated.push({ ...UNCONDITIONAL, given, effect: { op: 'store', place, value } });
    return names(d, place) ?? names(d, value);
  },
  __drops_shared: (d, a) => {
    const [place, flag] = a.args;
    const kind = place ? lockKindOf(d.env, d.names, place) : null;
    if (!place || !flag || !kind || a.args.length !== 2) return 'needs the lock and the pointer to the flag that says whether it is still held';
    const cleared: Expr = { k: 'unary', op: '*', arg: flag, line: a.line };
    d.stated.push({
      when: ALWAYS,
      given: flag,
      effect: {
        op: 'maybe',
        effects: [
          { op: 'release', place, kind, mode: 'shared' },
          { op: 'store', place: cleared, value: { k: 'num', value: 0, text: '0', line: a.line } },
        ],
      },
    });
    return names(d, place) ?? names(d, flag);
  },
  __holds: (d, a, given) => {
    const [place, value] = a.args;
    if (!place || !value || a.args.length !== 2) return 'needs a place and a value';
    d.stated.push({ ...UNCONDITIONAL, given, effect: { op: 'store', place, value, known: true } });
    return names(d, place) ?? names(d, value);
  },
  __cond_never: onResult((d, a, given, when = ALWAYS) => {
    d.stated.push({ when, given, effect: { op: 'never' } });
    return a.args.length === 0 ? null : 'needs a result, and perhaps a condition';
  }),
  __calls: callWord,
  __cond_calls: onResult(callWord),
  __returns_container: (d, a) => {
    const [pointer, type, member] = a.args.map(idOf);
    if (!pointer || !type || !member || a.args.length !== 3) return 'needs the pointer, the type and the member';
    d.result = { k: 'call', fn: { k: 'id', name: CONTAINER, line: a.line }, args: a.args as readonly Expr[], line: a.line };
    return null;
  },
  __clobbers: clobberWord,
  __cond_clobbers: onResult(clobberWord),
  __counts: (d, a) => {
    const x = a.args[0];
    if (!x || a.args.length !== 1) return 'needs the object that is counted';
    d.counts = x;
    return names(d, x);
  },
  __pure: (d) => {
    d.pure = true;
    return null;
  },
  __errno: (d, a) => {
    const [error] = a.args;
    const name = error?.k === 'unary' && error.op === '-' ? idOf(error.arg) : null;
    d.errno = name === null ? true : `-${name}`;
    return a.args.length === 0 || (a.args.length === 1 && name !== null) ? null : 'takes no argument, or the only error, as -EINTR';
  },
  __noreturn: (d) => {
    d.noreturn = true;
    return null;
  },
  __returns_arg: (d, a) => {
    const x = a.args[0];
    if (!x || a.args.length !== 1) return 'needs the expression that is returned';
    d.result = x;
    return names(d, x);
  },
  __since: (d, a) =>
    version(a, (v) => {
      d.since = v;
    }),
  __until: (d, a) =>
    version(a, (v) => {
      d.until = v;
    }),
  __guard: (d, a) => {
    const name = idOf(a.args[0]);
    const exit = idOf(a.args[1]);
    if (!name || !exit || a.args.length !== 2) return 'needs the class and the function that leaves it';
    d.guards.push({ name, exit });
    return null;
  },
  __free_class: (d, a) => {
    const name = idOf(a.args[0]);
    if (!name) return 'needs the class';
    d.frees.push(name);
    return null;
  },
  __iterates: (d, a) => {
    const assigns = a.args.map((x) => d.fn.params.findIndex((p) => p.name === idOf(x)));
    if (assigns.includes(-1)) return 'names no parameter';
    d.iterator = { kind: 'loop', assigns, unless: d.iterator?.unless ?? null };
    return null;
  },
  __unless: (d, a) => {
    const x = a.args[0];
    const asks = x?.k === 'call' ? idOf(x.fn) : null;
    const of = x?.k === 'call' ? d.fn.params.findIndex((p) => p.name === idOf(x.args[0])) : -1;
    if (asks === null || of < 0 || a.args.length !== 1 || d.iterator === null) return 'needs, behind what it iterates over, a question about a parameter';
    d.iterator = { ...d.iterator, unless: { asks, of } };
    return null;
  },
  __once: (d, a) => {
    d.iterator = { kind: 'once', assigns: [], unless: null };
    return a.args.length === 0 ? null : 'takes no argument';
  },
  __ttu_accepts: (d, a) => {
    const param = idOf(a.args[0]);
    const accepts = a.args[1] ? flagNames(a.args[1]) : null;
    if (!param || !accepts || a.args.length !== 2 || !d.names.has(param)) return 'needs a parameter and the flags A|B that it may carry';
    d.flags = { param, accepts, lockedFlag: d.flags?.lockedFlag ?? null, lock: d.flags?.lock ?? null };
    return null;
  },
  __ttu_locked: (d, a) => {
    const param = idOf(a.args[0]);
    const flag = a.args[1] ? flagNames(a.args[1])?.[0] : undefined;
    const lock = a.args[2];
    if (!param || !flag || !lock || a.args.length !== 3 || !d.names.has(param)) return 'needs a parameter, the flag and the locks a->b | c->d';
    d.flags = { param, accepts: d.flags?.accepts ?? null, lockedFlag: flag, lock };
    return null;
  },
};

/** The body shows something, and is called by nobody. */
function documented(d: Draft, a: { readonly args: Args }): string | null {
  const [where] = a.args;
  if (where?.k !== 'str' || !d.fn.body) return 'needs a body, and where it is documented';
  d.order = where.text.replace(/^"|"$/g, '');
  return null;
}

function acquire(d: Draft, place: Expr, kind: LockKind, mode: LockMode): Extract<ContractEffect, { op: 'acquire' }> {
  return { op: 'acquire', place, kind, mode, tryLock: d.tryLock };
}

function version(a: Attribute, set: (v: string) => void): string | null {
  const x = a.args[0];
  const text = x?.k === 'num' ? x.text : /\(\s*([\d.]+)\s*\)/.exec(a.text)?.[1];
  if (!text || !/^\d+(\.\d+){1,2}$/.test(text)) return 'needs a kernel version such as 6.4';
  set(text);
  return null;
}
