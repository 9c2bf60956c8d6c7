import { printExpr } from '../cfg/print.js';
import type { Exit } from './exit.js';
import { ANY, maskOf, NEG, POS, without, ZERO, type Fact, type Facts } from './fact.js';
import { lockClass, type Machine } from './machine.js';
import { notAnObject } from './derived.js';
import { baseObject, REREAD } from './objects.js';
import { partnerOf } from './resources.js';
import type { Held } from './state.js';
import { discriminating } from './outcome.js';
import type { ExitToken, ExitView } from './summary.js';
import { isCall, leadsThrough, ofCaller, type TermId } from './term.js';

/** What is known of a caller's own values on one way out, or on several that were put together: expressions to their possible signs. */
export type Known = ReadonlyMap<string, number>;

export function knownAt(m: Machine, e: Exit, most?: number): Known {
  return new Map(discriminating(m, e, null, most).map((g) => [printExpr(g.expr).replace(/\bpred:/g, ''), g.mask]));
}

/** What holds on both. */
export function knownOnBoth(a: Known, b: Known): Known {
  return new Map(
    [...a].flatMap(([text, mask]) => {
      const both = mask | (b.get(text) ?? ANY);
      return both === ANY ? [] : [[text, both]];
    }),
  );
}

/**
 * The conditions, in C, that hold here and cannot hold on one of `others`, the shortest first; else an answer of a
 * predicate that one of them does not need.
 */
export function apartFrom(mine: Known, others: readonly Known[]): readonly string[] {
  const told = (test: (other: number, mask: number, text: string) => boolean): string[] =>
    [...mine]
      .filter(([text, mask]) => others.some((o) => test(o.get(text) ?? ANY, mask, text)))
      .flatMap(([text, mask]) => condition(text, mask))
      .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const certain = told((other, mask) => (other & mask) === 0);
  return certain.length > 0 ? certain : told((other, mask, text) => (other | mask) !== mask && text.includes('(')).slice(0, 1);
}

/** `view`, and what it gives back in one mode and `other`, which is shown as the same, in another it gives back in either. */
export function eitherMode(view: ExitView, other: ExitView | undefined): ExitView {
  const alike = (a: ExitToken, b: ExitToken): boolean =>
    a.change === 'drop' && b.change === 'drop' && a.what === 'lock' && a.resource === b.resource && a.mode !== b.mode;
  return other === undefined ? view : { ...view, tokens: view.tokens.map((t) => (other.tokens.some((o) => alike(t, o)) ? { ...t, mode: 'either' } : t)) };
}

/** The constant that is returned, by its name. */
export function constantReturned(m: Machine, e: Exit): string | null {
  const t = e.value === null ? null : m.terms.get(e.value);
  return t?.k === 'name' ? t.name : null;
}

function condition(text: string, mask: number): string[] {
  const simple = /^[\w>.()-]+$/.test(text);
  if (mask === ZERO) return [simple ? `!${text}` : `!(${text})`];
  return (mask & ZERO) !== 0 ? [] : [mask === NEG ? `${text} < 0` : text];
}

/** What is known of the arguments themselves; what they lead to is hardly what a caller tells exits apart by. */
export function plain(m: Machine, facts: Facts): Facts {
  const leads = (id: TermId): boolean => {
    const t = m.terms.get(id);
    return t.k === 'load' || (t.k === 'op' && (t.op.startsWith('pred:') || isCall(t.op) || t.args.some(leads)));
  };
  return without(facts, leads);
}

/** What is known of the arguments and of what functions say of them, but not of memory that they lead to. */
export function ofArguments(m: Machine, facts: Facts): Facts {
  const reads = (id: TermId): boolean => {
    const t = m.terms.get(id);
    return t.k === 'load' || (t.k === 'op' && t.args.some(reads));
  };
  return without(facts, reads);
}

/** The path had a lock of the object and gave it back. */
export function unlocked(m: Machine, e: Exit, object: TermId): boolean {
  for (let s = e.state.trace; s; s = s.prev)
    if (s.effect?.op === 'release' && baseObject(m, s.effect.id as TermId) === baseObject(m, object)) return !e.state.held.some((h) => h.lock === s.effect?.id);
  return false;
}

/** Something else that the caller can see differs: what was stored for it. */
export function tellsApart(m: Machine, a: Exit, b: Exit): boolean {
  const places = new Set([...a.state.heap.keys(), ...b.state.heap.keys()]);
  return [...places].some((loc) => {
    const x = a.state.heap.get(loc);
    const y = b.state.heap.get(loc);
    return x !== y && (m.terms.get(x ?? (y as TermId)).k === 'num' || m.terms.get(y ?? (x as TermId)).k === 'num');
  });
}

/** True when the two sets of facts cannot hold for the same call: they disagree about the caller's values, or about what the call `of` gave. */
export function contradict(m: Machine, a: Facts, b: Facts, of: string | null = null): boolean {
  for (const [id, x] of a) {
    const y = b.get(id);
    if (!y || ((x.mask & y.mask) !== 0 && !disjoint(x, y))) continue;
    if (
      ofCaller(m.terms, id) ||
      (of !== null &&
        m.terms.symbols(id).some((x) => {
          const t = m.terms.get(x);
          return t.k === 'sym' && t.origin.includes(of);
        }))
    )
      return true;
  }
  return false;
}

function disjoint(x: Fact, y: Fact): boolean {
  const left = (x.is ?? []).filter((v) => !y.ne.includes(v) && (y.is?.includes(v) ?? true));
  const right = (y.is ?? []).filter((v) => !x.ne.includes(v) && (x.is?.includes(v) ?? true));
  return (x.is !== null && left.length === 0) || (y.is !== null && right.length === 0);
}

/** The signs that the result can have. */
export function exitMask(m: Machine, e: Exit): number {
  return e.value === null ? ANY : maskOf(m.terms, e.state.facts, e.value);
}

/** The function says that it failed: a negative number, NULL or an error pointer, false. */
export function isFailure(m: Machine, e: Exit): boolean {
  const mask = exitMask(m, e);
  const { returns } = m.fn;
  return returns.pointers > 0 ? (mask & POS) === 0 : returns.base === 'bool' ? mask === ZERO : mask === NEG;
}

/** The lock that was taken with interrupts off is given back without them, and nothing else is left, whichever way the function ends. */
export function lostPartner(e: Exit, h: Held, exits: readonly Exit[]): boolean {
  const partner = partnerOf(e.state, h);
  return h.direct && partner !== null && partner !== 'held' && exits.every((x) => x.state.held.every((y) => y.lock === h.lock));
}

/** Of several locks that one line tries to take, one could not be had, the function says that it failed, and nobody ever gives back those that it got. */
export function triedHalf(m: Machine, e: Exit, h: Held, exits: readonly Exit[]): boolean {
  const cls = lockClass(m, h.lock);
  const failed = (x: Exit): boolean => [...x.state.entry.values()].some((t) => t.failedTry && t.line === h.line);
  return (
    h.tried &&
    h.direct &&
    (exitMask(m, e) & POS) === 0 &&
    failed(e) &&
    ![...m.ops.values()].some((o) => o.op === 'releases' && o.text === cls) &&
    exits.some((x) => !failed(x) && exitMask(m, x) === POS && x.state.held.some((y) => y.line === h.line))
  );
}

/** A function that may have kept the object, or what leads to it, succeeded on `e`, and on `x` failed or was not called: it takes over what it is given where it succeeds. */
export function tookOver(m: Machine, e: Exit, x: Exit, object: TermId): boolean {
  const takers = new Set(
    [...m.keepers].flatMap(([id, keepers]) =>
      id === baseObject(m, object) || leadsThrough(m.terms, object, id) ? [...keepers].map((to) => to.split('#')[0]) : [],
    ),
  );
  const succeeded = (trace: Exit['state']['trace']): Set<TermId> => {
    const out = new Set<TermId>();
    for (let step = trace; step; step = step.prev) if (step.tested?.none === true && isAnswer(m, step.tested.value, takers)) out.add(step.tested.value);
    return out;
  };
  const there = takers.size === 0 ? null : succeeded(x.state.trace);
  return there !== null && [...succeeded(e.state.trace)].some((value) => !there.has(value));
}

/** A number that a call of one of these functions gave. */
function isAnswer(m: Machine, value: TermId, takers: ReadonlySet<string | undefined>): boolean {
  const t = m.terms.get(value);
  return t.k === 'sym' && t.source === 'call' && (t.type?.pointers ?? 0) === 0 && takers.has(t.origin.split(':').at(-1));
}

/** What some ways out put of the caller's others have put, too, if it is no object there: `if (x) put(x);` does no less than `put(x);`. */
export function putNothing(m: Machine, exits: readonly Exit[]): readonly Exit[] {
  const dropped = new Map(exits.flatMap((e) => [...e.state.dropped]));
  if (dropped.size === 0) return exits;
  return exits.map((e) => {
    const none = [...dropped].filter(([key, d]) => !e.state.dropped.has(key) && notAnObject(m, e.state.facts, d.object));
    return none.length === 0 ? e : { ...e, state: { ...e.state, dropped: new Map([...e.state.dropped, ...none]) } };
  });
}

/**
 * What was taken in `line` depended on a place that the path has found one way, and the other way once it had taken a lock
 * of its object: only others can have changed that meanwhile, under what is held.
 */
export function changedMeanwhile(m: Machine, facts: Facts, line: number): boolean {
  return [...facts].some(([id, f]) =>
    m.terms.symbols(id).some((x) => {
      const t = m.terms.get(x);
      if (t.k !== 'sym' || !t.origin.startsWith(REREAD)) return false;
      const [, again, loc] = t.origin.slice(REREAD.length).split(':').map(Number);
      if (again === undefined || loc === undefined || again <= line) return false;
      const before = facts.get(m.terms.replace(id, x, m.terms.load(loc as TermId)));
      return before !== undefined && ((before.mask & f.mask) === 0 || disjoint(before, f));
    }),
  );
}

/**
 * What was taken by a call in `line` is put on another way to the same end of the function, where a number that this call
 * was given is found to be another: whether it could be taken at all hangs on that number.
 */
export function decidedByCall(m: Machine, e: Exit, line: number, gave: readonly Exit[]): boolean {
  return (m.asked.get(line) ?? []).some((v) => {
    const mine = maskOf(m.terms, e.state.facts, v);
    return mine !== ANY && gave.some((x) => x.line === e.line && x.block === e.block && (maskOf(m.terms, x.state.facts, v) & mine) === 0);
  });
}
