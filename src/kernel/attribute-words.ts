import type { Expr } from '../parse/c/ast.js';
import type { ContractEffect, LockKind } from './contract.js';
import { ALWAYS, type Condition, readCondition } from './condition.js';
import { type Args, type Draft, idOf, names, type OnResult, refKind, type Word } from './statement-draft.js';
import { lockKindOf } from './types.js';

// What attribute words of one sort have in common; which words there are is in vocabulary.ts.

const CONTEXTS: Readonly<Record<string, { readonly place: string; readonly kind: LockKind }>> = {
  irq: { place: '__irq', kind: 'irq' },
  irqsave: { place: '__irqsave', kind: 'irq' },
  bh: { place: '__bh', kind: 'bh' },
  preempt: { place: '__preempt', kind: 'preempt' },
  migrate: { place: '__migrate', kind: 'preempt' },
};

/** The 6.1 generation's one-argument `__cond_acquires(x)`: taken when the result is true. */
const TREE_SUCCESS: Condition = { is: 'signs', mask: 5, range: 0 };

/** A word with one argument, the lock. */
export function lockWord(effect: (d: Draft, place: Expr, kind: LockKind) => ContractEffect): OnResult {
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

/** A word whose first argument is the result that it holds for. */
export function onResult(word: OnResult): Word {
  return (d, a, given) => {
    const [ret, ...rest] = a.args;
    if (d.strictness === 'tree' && a.args.length === 1) return word(d, a, given);
    const when = ret ? readCondition(ret) : null;
    return when ? word(d, { ...a, args: rest }, given, when) : 'the first argument names no result';
  };
}

/** Interrupts, bottom halves, preemption or migration, off or on again. */
export function contextWord(off: boolean): OnResult {
  return (d, a, given, when = ALWAYS) => {
    const c = Object.hasOwn(CONTEXTS, idOf(a.args[0]) ?? '') ? CONTEXTS[idOf(a.args[0]) as string] : undefined;
    if (!c || a.args.length !== 1) return 'needs irq, irqsave, bh, preempt or migrate';
    const place: Expr = { k: 'id', name: c.place, line: a.line };
    d.stated.push({
      when,
      given,
      effect: off ? { op: 'acquire', place, kind: c.kind, mode: 'exclusive', tryLock: false } : { op: 'release', place, kind: c.kind, mode: 'exclusive' },
    });
    return null;
  };
}

/** A bracket is a lock of kind "pair" that nests: field `__kind` of the object, or the global `__kind`. */
export function bracketWord(begins: boolean): OnResult {
  return (d, a, given, when = ALWAYS) => {
    const kind = idOf(a.args[0]);
    const x = a.args[1];
    if (!kind || a.args.length > 2) return 'needs a kind and perhaps an object';
    const place: Expr = x ? { k: 'member', obj: x, arrow: true, field: `__${kind}`, line: a.line } : { k: 'id', name: `__${kind}`, line: a.line };
    d.stated.push({
      when,
      given,
      effect: begins ? { op: 'acquire', place, kind: 'pair', mode: 'exclusive', tryLock: false } : { op: 'release', place, kind: 'pair', mode: 'exclusive' },
    });
    return x ? names(d, x) : null;
  };
}

/** A section that the result's pointer comes with: the global `__name`, of kind "rcu". It may have been left elsewhere. */
export function sectionWord(enters: boolean): OnResult {
  return (d, a, given, when = ALWAYS) => {
    const name = idOf(a.args[0]);
    if (!name || a.args.length > 1) return 'needs the name of the section';
    const place: Expr = { k: 'id', name: `__${name}`, line: a.line };
    d.stated.push({
      when,
      given,
      effect: enters
        ? { op: 'acquire', place, kind: 'rcu', mode: 'shared', tryLock: false }
        : { op: 'release', place, kind: 'rcu', mode: 'either', ensure: true },
    });
    return null;
  };
}

/** `__gets(x[, kind][, n])`: the kind is by default the struct that `x` points to, the number 1. */
export function referenceWord(op: 'get' | 'put' | 'consume'): OnResult {
  return (d, a, given, when = ALWAYS) => {
    const [x, ...rest] = a.args;
    if (!x) return 'needs the object';
    // A pointer parameter's name ("folio") is no number, so it is the kind of that name.
    const named = idOf(rest[0]);
    const type = named === null ? null : d.names.get(named);
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
export function publishWord(d: Draft, a: Parameters<Word>[1], given: Expr | null, when: Condition = ALWAYS): string | null {
  const [x] = a.args;
  if (!x || a.args.length !== 1) return 'needs one object';
  d.stated.push({ when, given, effect: { op: 'escape', place: x } });
  return names(d, x);
}

/** A reference that comes with the result: `[kind][, result]`, by default on any pointer but NULL. */
export function returned(d: Draft, object: Expr, args: Args, fallback: string | null): string | null {
  const rest = [...args];
  const first = rest[0];
  let when = readCondition({ k: 'id', name: 'nonnull', line: 0 });
  let kind = fallback;
  if (first && readCondition(first) === null && idOf(first)) {
    kind = idOf(first);
    rest.shift();
  }
  if (rest.length > 0) when = rest[0] ? readCondition(rest.shift() as Expr) : null;
  if (rest.length > 0 || !when) return 'needs at most a kind and a result';
  if (!kind) return 'what is returned is no pointer to a struct, so the kind of reference must be named';
  d.stated.push({ when, given: null, effect: { op: 'get', place: object, kind, count: 1 } });
  return names(d, object);
}

/** `__calls(target, args…)`: the function that parameter `target` names runs, with these arguments. */
export function callWord(d: Draft, a: Parameters<Word>[1], given: Expr | null, when: Condition = ALWAYS): string | null {
  const [target, ...args] = a.args;
  const name = idOf(target);
  if (!name || !d.names.has(name) || args.some((x) => x === null)) return 'needs the parameter that names the function, and its arguments';
  d.stated.push({ when, given, effect: { op: 'call', target: name, args: args as Expr[] } });
  return (args as Expr[]).map((x) => names(d, x)).find((why) => why !== null) ?? null;
}

/** `__clobbers(place)`: what it holds is not known any more. */
export function clobberWord(d: Draft, a: Parameters<Word>[1], given: Expr | null, when: Condition = ALWAYS): string | null {
  const x = a.args[0];
  if (!x || a.args.length !== 1) return 'needs one place';
  d.stated.push({ when, given, effect: { op: 'clobber', place: x } });
  return names(d, x);
}
