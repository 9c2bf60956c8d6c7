import { evaluate, localScope } from '../absint/eval.js';
import { ANY, isConstant } from '../absint/fact.js';
import type { Machine } from '../absint/machine.js';
import { cloneState, type State } from '../absint/state.js';
import type { TermId } from '../absint/term.js';
import type { LockKind, LockMode } from '../kernel/contract.js';
import type { Future } from './future.js';
import type { Relevance } from './relevance.js';

/** What one step of an actor does to one tracked object. `id` is the lock's address or the pointer to the object. */
export type Op =
  | {
      readonly k: 'acquire';
      readonly id: TermId;
      readonly kind: LockKind;
      readonly mode: LockMode;
      readonly tryLock: boolean /** This path, or its caller, holds it already. */;
      readonly again: boolean;
      readonly sharedBefore: boolean;
    }
  | { readonly k: 'release'; readonly id: TermId; readonly kind: LockKind; readonly mode: LockMode | 'either'; readonly status: ReleaseStatus }
  | { readonly k: 'downgrade'; readonly id: TermId; readonly kind: LockKind }
  /** `found`: the object is alive at this call, and from then on by this reference alone: it came out of it, say. */
  | { readonly k: 'get'; readonly id: TermId; readonly count: number; readonly found: boolean }
  /** `entry`: the reference is the caller's. */
  | { readonly k: 'put' | 'keep'; readonly id: TermId; readonly count: number; readonly status: 'mine' | 'entry' | 'not-owned' }
  | { readonly k: 'use'; readonly id: TermId }
  /** A variable moves on: what was held on its former value is held on `to` from now on. */
  | { readonly k: 'move'; readonly from: TermId; readonly to: TermId }
  /** Something is walked that the lock protects: nobody else may hold it for writing. */
  | { readonly k: 'walk'; readonly id: TermId; readonly kind: LockKind }
  /** A test under a lock: whether the value is still what was read before. */
  | { readonly k: 'test'; readonly id: TermId; readonly still: boolean }
  /** What was read of the value before is relied on. */
  | { readonly k: 'rely'; readonly id: TermId }
  /** Nobody may be in the middle of changing the value. */
  | { readonly k: 'alone'; readonly id: TermId }
  /** The lock must still be held here. */
  | { readonly k: 'assert-held'; readonly id: TermId };

/** `entry`: the caller took it. `wrong-kind`: another lock function's lock. */
export type ReleaseStatus = 'mine' | 'entry' | 'not-held' | 'wrong-mode' | 'wrong-kind';

/** What the code of one side is taken to find when it is called, by resource name. */
export interface Entry {
  readonly lock: (name: string) => 'free' | 'held' | 'either';
  /** The mode in which a caller's lock is held, null when it is not known to be. */
  readonly mode: (name: string) => LockMode | 'either' | null;
  /** References that the caller hands over. */
  readonly owned: (name: string) => number;
}

/** Which objects an exploration follows. Everything else has no effect. */
export interface Slice {
  /** Kinds of locks and references that are followed at all. */
  readonly kind: (kind: string) => boolean;
  readonly lock: (m: Machine, address: TermId, kind: LockKind) => boolean;
  readonly reference: (m: Machine, object: TermId, kind: string) => boolean;
  /** Whether `assert-held` and `walk` in contracts are steps; they are in rivals, which state what a victim relies on. */
  readonly strict: boolean;
  /** Whether walks whose flags speak of their lock are steps. */
  readonly walks: boolean;
  /** The line where memory is used after its last put, 0 for none. */
  readonly useLine: number;
  /** Whether a reference that is taken is what keeps its object: nobody else is known to keep it for the function. */
  readonly keepsItself: boolean;
  /** Whether a release under another name is one of the held lock only where the two are certainly the same. */
  readonly exactNames: boolean;
  /** Where something happens that is no step on a lock or reference, null where nothing does. */
  readonly sites: Sites | null;
  readonly entry: Entry;
}

/** Places of one side of a function: of a value which others may change, and of calls that sleep. */
export interface Sites {
  /** Blocks that end in a test of the value, or a part of one, to the block where it leads when the value is still the same. */
  readonly tests: ReadonlyMap<number, number>;
  /** "block at" of the steps that rely on it. */
  readonly rely: ReadonlySet<string>;
  /** "block at" of the steps during which nobody may be changing it. */
  readonly alone: ReadonlySet<string>;
  /** "block at" of calls that give the processor away. */
  readonly sleeps: ReadonlySet<string>;
}

/** The actor's own state between two instructions. Owned by one path; cloned before it forks. */
export interface Local {
  readonly s: State;
  readonly choices: Map<string, number>;
  /** How many blocks of the wanted route have been passed, in order. */
  route: number;
  /** Renamings since the last step, oldest first. */
  moves: readonly { readonly from: TermId; readonly to: TermId }[];
}

/** True for a step from which no run goes on: a lock taken again that its holder waits for. */
export function blocksForEver(op: Op): boolean {
  return op.k === 'acquire' && op.again && !op.tryLock && !(op.mode === 'shared' && op.sharedBefore);
}

export function cloneLocal(l: Local): Local {
  return { s: cloneState(l.s), choices: new Map(l.choices), route: l.route, moves: l.moves };
}

/** Drops what can no longer be looked at when `block` is entered, and what the path does not remember. */
export function prune(m: Machine, future: Future, relevance: Relevance, l: Local, block: number): void {
  const { s } = l;
  const remembered = relevance.variables;
  for (const name of s.env.keys()) if (!future.variable(block, name) || remembered?.has(name) === false) s.env.delete(name);
  for (const name of relevance.constantsOnly) {
    const value = s.env.get(name);
    if (value !== undefined && !isConstant(m.terms, value) && !signKnown(s, value)) s.env.delete(name);
  }
  for (const key of l.choices.keys()) if (!future.choice(block, key)) l.choices.delete(key);
  const reach = new Set<TermId>();
  const mark = (id: TermId): void => {
    for (const x of m.terms.symbols(id)) reach.add(x);
  };
  for (const v of s.env.values()) mark(v);
  for (const h of s.held) mark(h.lock);
  for (const o of s.owned) mark(o.object);
  for (const loc of [...s.heap.keys()]) if (!matters(m, future, block, loc, null) || !isRemembered(m, relevance, loc)) s.heap.delete(loc);
  for (const [loc, v] of s.heap) {
    mark(loc);
    mark(v);
  }
  const known = (id: TermId): boolean =>
    m.terms.symbols(id).every((x) => {
      const t = m.terms.get(x);
      return reach.has(x) || (t.k === 'sym' && t.source === 'param');
    });
  if ([...s.entry.keys()].some((id) => !known(id))) s.entry = new Map([...s.entry].filter(([id]) => known(id)));
  if ([...s.gone.keys()].some((id) => !known(id))) s.gone = new Map([...s.gone].filter(([id]) => known(id)));
  // A value that a variable still holds can be looked at, however it was computed.
  const held = new Set<TermId>([...s.env.values(), ...s.heap.values()]);
  const terms = remembered === null ? null : rememberedTerms(m, relevance, l);
  const facts = [...s.facts].filter(([id]) => terms?.has(id) !== false && matters(m, future, block, id, reach, held));
  if (facts.length !== s.facts.size) s.facts = new Map(facts);
}

const signKnown = (s: State, value: TermId): boolean => (s.facts.get(value)?.mask ?? ANY) !== ANY;

/** The values of the remembered variables and of the remembered tests, with what those compare. */
function rememberedTerms(m: Machine, relevance: Relevance, l: Local): Set<TermId> {
  const out = new Set<TermId>([...l.s.env.values(), ...l.s.heap.values(), ...l.s.held.map((h) => h.lock), ...l.s.owned.map((o) => o.object)]);
  const scope = localScope(m, l.s, () => undefined);
  const add = (id: TermId): void => {
    out.add(id);
    const t = m.terms.get(id);
    if (t.k === 'op') t.args.forEach(add);
  };
  for (const g of relevance.guards) add(evaluate(m, l.s, scope, g));
  return out;
}

/** Fields of remembered variables, and of other objects where a remembered expression names the field. */
function isRemembered(m: Machine, relevance: Relevance, loc: TermId): boolean {
  if (relevance.variables === null) return true;
  const t = m.terms.get(loc);
  if (t.k === 'var') return relevance.variables.has(t.name);
  if (t.k === 'field') {
    const base = m.terms.get(t.base);
    return relevance.fields.has(t.name) || (base.k === 'addr' && isRemembered(m, relevance, base.loc));
  }
  return t.k === 'elem' || t.k === 'deref' ? m.terms.symbols(loc).length > 0 : false;
}

const NONE: ReadonlySet<TermId> = new Set();

/** Whether `id` can be computed again from `block` on. `reach` null: symbols always count. */
function matters(m: Machine, future: Future, block: number, id: TermId, reach: ReadonlySet<TermId> | null, held: ReadonlySet<TermId> = NONE): boolean {
  if (held.has(id)) return true;
  const t = m.terms.get(id);
  const sub = (x: TermId): boolean => matters(m, future, block, x, reach, held);
  switch (t.k) {
    case 'num':
    case 'name':
      return true;
    case 'sym':
      return reach === null || reach.has(id);
    case 'load':
    case 'addr':
      return sub(t.loc);
    case 'var':
      return future.variable(block, t.name);
    case 'field':
      return future.field(block, t.name) && sub(t.base);
    case 'elem':
      return sub(t.base) && sub(t.index);
    case 'deref':
      return sub(t.base);
    case 'bits':
      return t.base < 0 || sub(t.base);
    case 'op':
      return (t.op.startsWith('once:') || future.operator(block, t.op.replace(/^pred:/, 'call:'))) && t.args.every(sub);
  }
}

/** Equal exactly for states that the code cannot tell apart. */
export function localKey(l: Local): string {
  const { s } = l;
  const env = [...s.env]
    .map(([n, v]) => `${n}=${v}`)
    .sort()
    .join();
  const heap = [...s.heap]
    .map(([n, v]) => `${n}=${v}`)
    .sort()
    .join();
  const facts = [...s.facts]
    .map(([id, f]) => `${id}:${f.mask}:${f.is?.join('.') ?? ''}:${f.ne.join('.')}`)
    .sort()
    .join();
  const choices = [...l.choices]
    .map(([k, v]) => `${k}=${v}`)
    .sort()
    .join();
  return `${env}|${heap}|${facts}|${choices}|${l.route}|${resourceText(s)}`;
}

function resourceText(s: State): string {
  let key = '';
  for (const h of s.held) key += `L${h.lock}.${h.kind}.${h.mode}.${h.count};`;
  for (const o of s.owned) key += `R${o.object}.${o.count}${o.escaped ? 'e' : ''};`;
  for (const [id, e] of [...s.entry].sort(([a], [b]) => a - b)) key += `E${id}.${e.assumed};`;
  for (const [k, d] of [...s.dropped].sort(([a], [b]) => (a < b ? -1 : 1))) key += `D${k}:${d.count};`;
  for (const id of [...s.gone.keys()].sort((a, b) => a - b)) key += `G${id};`;
  return key;
}
