import type { CType } from '../parse/c/ast.js';
import type { LockKind, LockMode } from '../kernel/contract.js';
import { gather } from './crowd.js';
import { ANY, isConstant, joinFact, joinFacts, maskOf, NOTHING, sameFacts, without, type Fact, type Facts } from './fact.js';
import { listedLocks, listedReferences } from './listed.js';
import { copyOf, sameMap, SmallMap, someOf } from './small-map.js';
import type { SymSource, TermId, Terms } from './term.js';

/** One step of the path that led to a state, newest first. */
export interface Step {
  readonly line: number;
  readonly note: string;
  readonly block: number;
  readonly prev: Step | null;
  /** What the step does to a lock or a reference; a step without it does nothing to any. */
  readonly effect?: StepEffect;
  /** Only of a test: the value that it is about, and whether that is known to be no object from then on. */
  readonly tested?: { readonly value: TermId; readonly none: boolean };
}

/** `id` tells objects of one class apart, within one function and side only. */
export interface StepEffect {
  readonly op: 'acquire' | 'release' | 'downgrade' | 'get' | 'put' | 'consume';
  readonly id: number;
  /** Lock class with its mode, or reference kind, as in exit contracts. */
  readonly resource: string;
  readonly place: string;
}

/** A lock taken on this path. `lock` is the address of the lock object. */
export interface Held {
  readonly lock: TermId;
  readonly kind: LockKind;
  readonly mode: LockMode;
  /** How often (shared and nesting locks); Infinity for "some, one per turn of a loop". */
  readonly count: number;
  readonly line: number;
  /** As written where it was taken. */
  readonly place: string;
  /** Stored somewhere others can find it, or handed out: not a leak. */
  readonly escaped: boolean;
  /** Taken by a primitive that this function calls itself, not by a helper. */
  readonly direct: boolean;
  /** Taken by trying: nothing was assumed of the caller. */
  readonly tried: boolean;
  /** A lock of one bit, or a semaphore, whose object a callee has seen of which nothing is known: the end of I/O that it began may give it back. */
  readonly lent?: true;
}

/** References on `object` that this path took and has to give back or hand on. */
export interface Owned {
  readonly object: TermId;
  readonly kind: string;
  readonly count: number;
  readonly line: number;
  readonly place: string;
  /** Reachable from elsewhere: stored, found in shared memory, or given to a callee that takes over. */
  readonly escaped: boolean;
  /** Seen by a callee of which nothing is known. */
  readonly lent: boolean;
  /** Locks that were held when it was taken. */
  readonly under: readonly TermId[];
  /** `found`: the object came by the same call (a lookup, an allocation). `added`: this function took one more; `passed`: a helper did. */
  readonly claim: 'found' | 'added' | 'passed';
}

/** What the path's first operation on a lock says about the caller. */
export interface EntryLock {
  readonly assumed: 'held' | 'free';
  readonly kind: LockKind;
  readonly mode: LockMode | 'either';
  readonly line: number;
  readonly place: string;
  /** Asked of a primitive that this function calls itself. */
  readonly direct: boolean;
  /** Known free because trying to take it has just failed. */
  readonly failedTry: boolean;
}

/** The caller's locks that the path has given back, or is about to retake. */
export function givenUp(s: Pick<State, 'entry' | 'held'>): [TermId, EntryLock][] {
  return [...s.entry].filter(([lock, e]) => e.assumed === 'held' && !s.held.some((h) => h.lock === lock));
}

/**
 * Everything known at one point of one path, or of several paths that hold the same resources. Mutable while a
 * block is executed by its one owner; never changed once it has been handed on.
 */
export interface State {
  env: SmallMap<string, TermId>;
  heap: SmallMap<TermId, TermId>;
  facts: Facts;
  held: readonly Held[];
  owned: readonly Owned[];
  entry: ReadonlyMap<TermId, EntryLock>;
  /** Caller's references given up: object and kind to how many. */
  dropped: ReadonlyMap<string, { readonly object: TermId; readonly kind: string; readonly count: number; readonly line: number; readonly place: string; /** The call said that it was the last one. */ readonly last: boolean }>;
  /** References (`kind line`, where they were taken) that some path to here has given back; `found kind place`: not taken here. */
  gave: ReadonlySet<string>;
  /** Objects whose only reference known here has been put. */
  gone: ReadonlyMap<TermId, { readonly line: number; readonly kind: string; readonly place: string; /** The reference was one that this path had taken. */ readonly own: boolean; /** And nothing else is known to keep the object. */ readonly sure: boolean; /** Locks under which it was taken: they keep the object as well. */ readonly under: readonly TermId[]; readonly counter: TermId }>;
  /** Objects of the caller that every path to here has handed to code which may have kept them. */
  passed: ReadonlySet<TermId>;
  /** Locks of the caller that this path has said to be held. */
  asserted: ReadonlyMap<TermId, Held>;
  /** This path has made a call that sleeps while it still held all that its caller may hold. */
  slept: boolean;
  /** Lines that are not shown come before this: where, or -1. Nothing from before them is known any more. */
  part: number;
  trace: Step | null;
}

export function emptyState(): State {
  return { env: new SmallMap(), heap: new SmallMap(), facts: new SmallMap(), held: [], owned: [], entry: new Map(), dropped: new Map(), gave: new Set(), gone: new Map(), asserted: new Map(), passed: new Set(), slept: false, part: -1, trace: null };
}

/** Spelt out, as in `emptyState` and `mergeStates`: what is read most of all has one shape, and a spread is copied by name. */
export function cloneState(s: State): State {
  return { env: s.env.fork(), heap: s.heap.fork(), facts: s.facts, held: s.held, owned: s.owned, entry: s.entry, dropped: s.dropped, gave: s.gave, gone: s.gone, asserted: s.asserted, passed: s.passed, slept: s.slept, part: s.part, trace: s.trace };
}

/** States with equal keys hold the same resources and are merged. */
export function resourceKey(s: State): string {
  let key = s.part < 0 ? '' : `P${s.part};`;
  for (const h of s.held) key += `L${h.lock}${h.kind}${h.mode}${h.count}${h.escaped ? 'e' : ''};`;
  for (const o of s.owned) key += `R${o.object}${o.kind}${o.count}${o.escaped ? 'e' : ''};`;
  if (s.entry.size > 0) for (const [lock, e] of s.entry) if (e.assumed === 'held') key += `E${lock}${e.mode};`;
  if (s.dropped.size > 0) for (const [k, d] of s.dropped) key += `D${k}:${d.count};`;
  return key;
}

/** What a merge asks: the declared type of a variable; and whom it tells of its join symbols. */
export interface JoinHooks {
  readonly typeOf: (name: string) => CType | null;
  readonly joins: (phi: TermId, x: TermId, y: TermId, a: State, b: State) => void;
}

const NO_HOOKS: JoinHooks = { typeOf: () => null, joins: () => undefined };

/**
 * Merges `b` into `a` at `block`; both have the same resources, but for what is vague. Variables that differ become a join symbol, of which `on.joins` is told.
 * Returns `a` itself when nothing is new.
 */
export function mergeStates(terms: Terms, block: number, a: State, b: State, on: JoinHooks = NO_HOOKS): State {
  const phis: [TermId, Fact][] = [];
  const joined: (readonly [TermId, TermId, TermId])[] = [];
  let changed = false;
  let tested: readonly TermId[] | null = null;
  const join = (name: string, x: TermId, y: TermId): TermId => {
    const phi = terms.sym(`phi:${block}:${name}`, name.startsWith('@') ? '…' : name, name.startsWith('@') ? null : on.typeOf(name), 'phi');
    on.joins(phi, x, y, a, b);
    phis.push([phi, joinFact(factOf(terms, a.facts, x), factOf(terms, b.facts, y))], ...flagTests(terms, tested ??= flagsTested(terms, a, b), a, x, b, y, phi));
    return phi;
  };
  const env = sameMap(a.env, b.env) ? a.env : new SmallMap<string, TermId>();
  if (env !== a.env) a.env.forEach((x, name) => {
    const y = b.env.get(name);
    // Who reads it next has come by the path that set it.
    if (y === undefined || x === y) { env.append(name, x); return; }
    const phi = join(name, x, y);
    if (phi !== x) changed = true;
    env.append(name, phi);
    joined.push([phi, x, y]);
  });
  if (env !== a.env) b.env.forEach((y, name) => { if (!a.env.has(name)) { env.append(name, y); changed = true; } });
  const heap = joined.length === 0 && sameMap(a.heap, b.heap) ? a.heap : new SmallMap<TermId, TermId>();
  // What a member holds in both objects it holds in the one that stands for them.
  for (const [phi, x, y] of joined) for (const name of new Set([...membersOf(terms, a, x), ...membersOf(terms, b, y)])) {
    const p = terms.field(x, name), q = terms.field(y, name);
    const left = a.heap.get(p) ?? terms.load(p), right = b.heap.get(q) ?? terms.load(q);
    if (left !== right && !isNull(terms, x) && !isNull(terms, y)) continue;
    const there = terms.field(phi, name), value = isNull(terms, x) ? right : left;
    heap.set(there, value);
    changed ||= a.heap.get(there) !== value;
  }
  const own = heap.size > 0;
  const place = (loc: TermId, x: TermId, y: TermId): void => {
    if (own && heap.has(loc)) return;
    if (x === y) { heap.append(loc, x); return; }
    const phi = join(`@${loc}`, x, y);
    if (phi !== x) changed = true;
    heap.append(loc, phi);
  };
  // Places written in either state: those of `a`, then what `b` has besides.
  if (heap !== a.heap) {
    a.heap.forEach((x, loc) => place(loc, x, b.heap.get(loc) ?? terms.load(loc)));
    b.heap.forEach((y, loc) => { if (!a.heap.has(loc)) place(loc, terms.load(loc), y); });
  }
  const facts = copyOf(joinFacts(terms, a.facts, b.facts));
  for (const [phi, f] of phis) if (f.mask !== ANY || f.is !== null) facts.set(phi, f); else facts.delete(phi);
  const entry = inBoth(a.entry, b.entry), gone = inBoth(a.gone, b.gone), asserted = inBoth(a.asserted, b.asserted);
  const gave = a.gave === b.gave || [...b.gave].every((key) => a.gave.has(key)) ? a.gave : new Set([...a.gave, ...b.gave]);
  const { held, owned, dropped } = gather(terms, a, b);
  const slept = a.slept && b.slept;
  const passed = a.passed === b.passed || [...a.passed].every((id) => b.passed.has(id)) ? a.passed : new Set([...a.passed].filter((id) => b.passed.has(id)));
  changed ||= slept !== a.slept || passed !== a.passed || asserted.size !== a.asserted.size || gave !== a.gave || held !== a.held || owned !== a.owned || dropped !== a.dropped || entry.size !== a.entry.size || gone.size !== a.gone.size || !sameFacts(facts, a.facts);
  return changed ? { env, heap, facts, held, owned, entry, dropped, gave, gone, asserted, passed, slept, part: a.part, trace: a.trace } : a;
}

/** `a` without the keys that `b` does not have; `a` itself when it has all of them. */
function inBoth<V>(a: ReadonlyMap<TermId, V>, b: ReadonlyMap<TermId, V>): ReadonlyMap<TermId, V> {
  if (a === b) return a;
  for (const key of a.keys()) if (!b.has(key)) return new Map([...a].filter(([k]) => b.has(k)));
  return a;
}

/** The flags that either state has tested in some word. */
function flagsTested(terms: Terms, a: State, b: State): readonly TermId[] {
  const out = new Set<TermId>();
  for (const facts of [a.facts, b.facts]) facts.forEach((_, id) => {
    const t = terms.get(id);
    if (t.k === 'op' && t.op === '&') for (const flags of t.args) if (isConstant(terms, flags)) out.add(flags);
  });
  return [...out];
}

/** Flags that were tested in a word before it was joined with another are tested in what it has become. */
function flagTests(terms: Terms, tested: readonly TermId[], a: State, x: TermId, b: State, y: TermId, phi: TermId): [TermId, Fact][] {
  const out: [TermId, Fact][] = [];
  // Of a word that no flag was tested in, and whose value is not known, nothing can be said.
  const open = (facts: Facts, word: TermId): boolean => { const t = terms.get(word); return (t.k === 'sym' || t.k === 'load') && terms.masked(word).length === 0 && !facts.has(word); };
  if (tested.length === 0 || open(a.facts, x) || open(b.facts, y)) return out;
  for (const flags of tested) {
    const left = maskOf(terms, a.facts, terms.op('&', [x, flags]));
    const mask = left | (left === ANY ? ANY : maskOf(terms, b.facts, terms.op('&', [y, flags])));
    if (mask !== ANY) out.push([terms.op('&', [phi, flags]), { ...NOTHING, mask }]);
  }
  return out;
}

/** Gives symbol `sym` a new life: everything that still speaks of its former value speaks of `old` from now on. */
export function renew(terms: Terms, s: State, sym: TermId): void {
  const term = terms.get(sym);
  if (term.k !== 'sym') return;
  const uses = (id: TermId): boolean => terms.symbols(id).includes(sym);
  if (someOf(s.asserted, uses)) s.asserted = new Map([...s.asserted].filter(([lock]) => !uses(lock)));
  let live = s.env.some((_, v) => uses(v)) || s.heap.some((loc, v) => !uses(loc) && uses(v));
  live ||= s.held.some((h) => uses(h.lock)) || s.owned.some((o) => uses(o.object)) || someOf(s.gone, uses) || someOf(s.entry, (id, e) => e.assumed === 'held' && uses(id)) || someOf(s.dropped, (_, d) => uses(d.object));
  if (!live) {
    // Nothing speaks of the former value any more: only what was known of it has to go.
    s.heap.keep((loc) => !uses(loc));
    s.facts = without(s.facts, uses);
    if (someOf(s.entry, uses)) s.entry = new Map([...s.entry].filter(([id]) => !uses(id)));
    return;
  }
  const old = terms.sym(`old:${term.origin}`, term.text, term.type, 'old' satisfies SymSource);
  const r = (id: TermId): TermId => terms.replace(id, sym, old);
  for (const [name, v] of s.env) if (uses(v)) s.env.set(name, r(v));
  const heap = new SmallMap<TermId, TermId>();
  s.heap.forEach((v, loc) => { if (!uses(loc)) heap.append(loc, r(v)); });
  s.heap = heap;
  const facts = new SmallMap<TermId, Fact>();
  s.facts.forEach((f, id) => { if (!uses(id) && !terms.symbols(id).includes(old)) facts.append(id, f); });
  s.facts.forEach((f, id) => { if (uses(id)) { const to = r(id), before = s.facts.get(to); facts.set(to, before ? joinFact(before, f) : f); } });
  s.facts = facts;
  s.held = listedLocks(collapse(s.held.map((h) => (uses(h.lock) ? { ...h, lock: r(h.lock) } : h)), (h) => `${h.lock} ${h.kind}`));
  s.owned = listedReferences(collapse(s.owned.map((o) => (uses(o.object) ? { ...o, object: r(o.object) } : o)), (o) => `${o.object} ${o.kind}`));
  s.gone = new Map([...s.gone].filter(([id]) => !uses(id)));
  s.entry = new Map([...s.entry].map(([id, e]) => [r(id), e] as const));
  if ([...s.dropped.values()].some((d) => uses(d.object))) s.dropped = new Map([...s.dropped.values()].map((d) => ({ ...d, object: r(d.object) })).map((d) => [`${d.object} ${d.kind}`, d] as const));
}

/** After `cond` turned out true: two values that were compared are one from now on, so that locks found through either agree. */
export function unify(terms: Terms, s: State, cond: TermId): void {
  const t = terms.get(cond);
  if (t.k !== 'op' || t.op !== '==') return;
  const [a, b] = t.args as [TermId, TermId];
  const x = terms.get(a), y = terms.get(b);
  const free = (id: TermId, other: TermId): boolean => { const v = terms.get(id); return v.k === 'sym' && v.source !== 'param' && !terms.symbols(other).includes(id); };
  if (x.k === 'num' || y.k === 'num' || x.k === 'name' || y.k === 'name') return;
  if (free(a, b)) substitute(terms, s, a, b);
  else if (free(b, a)) substitute(terms, s, b, a);
}

function substitute(terms: Terms, s: State, from: TermId, to: TermId): void {
  const uses = (id: TermId): boolean => terms.symbols(id).includes(from);
  if ([...s.asserted.keys()].some(uses)) s.asserted = new Map([...s.asserted].filter(([lock]) => !uses(lock)));
  const r = (id: TermId): TermId => terms.replace(id, from, to);
  for (const [name, v] of s.env) if (uses(v)) s.env.set(name, r(v));
  const heap = new SmallMap<TermId, TermId>();
  for (const [loc, v] of s.heap) heap.set(r(loc), r(v));
  s.heap = heap;
  const facts = new SmallMap<TermId, Fact>();
  for (const [id, f] of s.facts) {
    const next = r(id), old = facts.get(next);
    facts.set(next, old ? { ...f, mask: old.mask & f.mask || f.mask } : f);
  }
  s.facts = facts;
  s.held = listedLocks(s.held.map((h) => (uses(h.lock) ? { ...h, lock: r(h.lock) } : h)));
  s.owned = listedReferences(s.owned.map((o) => (uses(o.object) ? { ...o, object: r(o.object) } : o)));
  s.entry = new Map([...s.entry].map(([id, e]) => [r(id), e] as const));
  s.gone = new Map([...s.gone].map(([id, g]) => [r(id), g] as const));
  s.dropped = new Map([...s.dropped.values()].map((d) => ({ ...d, object: r(d.object) })).map((d) => [`${d.object} ${d.kind}`, d] as const));
}

function membersOf(terms: Terms, s: State, object: TermId): string[] {
  const out: string[] = [];
  s.heap.forEach((_, loc) => { const t = terms.get(loc); if (t.k === 'field' && t.base === object) out.push(t.name); });
  return out;
}

function isNull(terms: Terms, id: TermId): boolean {
  const t = terms.get(id);
  return t.k === 'num' && t.value === 0;
}

function factOf(terms: Terms, facts: Facts, id: TermId): Fact {
  const known = facts.get(id) ?? NOTHING;
  const constant = isConstant(terms, id);
  return { mask: maskOf(terms, facts, id), is: constant ? [id] : known.is, ne: known.ne };
}

/** Several entries for one former object become one of unknown number. */
function collapse<T extends { readonly count: number }>(entries: readonly T[], key: (entry: T) => string): readonly T[] {
  const by = new Map<string, T>();
  for (const e of entries) by.set(key(e), by.has(key(e)) ? { ...e, count: Infinity } : e);
  return [...by.values()];
}

/** Whether one of the locks is held still; null where there are none. */
export function keptStill(s: State, under: readonly TermId[]): boolean | null {
  return under.length === 0 ? null : under.some((lock) => s.held.some((h) => h.lock === lock));
}
