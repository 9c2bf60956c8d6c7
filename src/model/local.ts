import type { Machine } from '../absint/machine.js';
import { cloneState, type State } from '../absint/state.js';
import type { TermId } from '../absint/term.js';
import type { LockKind, LockMode } from '../kernel/contract.js';
import type { Future } from './future.js';

/** What one step of an actor does to one tracked object. `id` is the lock's address or the pointer to the object. */
export type Op =
  | { readonly k: 'acquire'; readonly id: TermId; readonly kind: LockKind; readonly mode: LockMode; readonly tryLock: boolean; /** `again`: this path holds it already. */ readonly again: boolean }
  | { readonly k: 'release'; readonly id: TermId; readonly kind: LockKind; readonly mode: LockMode | 'either'; readonly status: ReleaseStatus }
  | { readonly k: 'downgrade'; readonly id: TermId; readonly kind: LockKind }
  | { readonly k: 'get'; readonly id: TermId; readonly count: number }
  /** `entry`: the reference is the caller's. */
  | { readonly k: 'put' | 'keep'; readonly id: TermId; readonly count: number; readonly status: 'mine' | 'entry' | 'not-owned' }
  | { readonly k: 'use'; readonly id: TermId }
  /** A variable moves on: what was held on its former value is held on `to` from now on. */
  | { readonly k: 'move'; readonly from: TermId; readonly to: TermId }
  /** Wait for every other actor's section to end. Only rivals do that. */
  | { readonly k: 'settle'; readonly id: TermId };

/** `entry`: the caller took it. `wrong-kind`: another lock function's lock. */
export type ReleaseStatus = 'mine' | 'entry' | 'not-held' | 'wrong-mode' | 'wrong-kind';

/** What the code of one side is taken to find when it is called, by resource name. */
export interface Entry {
  readonly lock: (name: string) => 'free' | 'held' | 'either';
  /** References that the caller hands over. */
  readonly owned: (name: string) => number;
}

/** Which objects an exploration follows. Everything else has no effect. */
export interface Slice {
  readonly lock: (m: Machine, address: TermId, kind: LockKind) => boolean;
  readonly reference: (m: Machine, object: TermId, kind: string) => boolean;
  /** The line where memory is used after its last put, 0 for none. */
  readonly useLine: number;
  readonly entry: Entry;
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

export function cloneLocal(l: Local): Local {
  return { s: cloneState(l.s), choices: new Map(l.choices), route: l.route, moves: l.moves };
}

/** Drops what can no longer be looked at when `block` is entered. */
export function prune(m: Machine, future: Future, l: Local, block: number): void {
  const { s } = l;
  for (const name of s.env.keys()) if (!future.variable(block, name)) s.env.delete(name);
  for (const key of l.choices.keys()) if (!future.choice(block, key)) l.choices.delete(key);
  const reach = new Set<TermId>();
  const mark = (id: TermId): void => { for (const x of m.terms.symbols(id)) reach.add(x); };
  for (const v of s.env.values()) mark(v);
  for (const h of s.held) mark(h.lock);
  for (const o of s.owned) mark(o.object);
  for (const loc of [...s.heap.keys()]) if (!matters(m, future, block, loc, null)) s.heap.delete(loc);
  for (const [loc, v] of s.heap) { mark(loc); mark(v); }
  const known = (id: TermId): boolean => m.terms.symbols(id).every((x) => { const t = m.terms.get(x); return reach.has(x) || (t.k === 'sym' && t.source === 'param'); });
  if ([...s.entry.keys()].some((id) => !known(id))) s.entry = new Map([...s.entry].filter(([id]) => known(id)));
  if ([...s.gone.keys()].some((id) => !known(id))) s.gone = new Map([...s.gone].filter(([id]) => known(id)));
  // A value that a variable still holds can be looked at, however it was computed.
  const held = new Set<TermId>([...s.env.values(), ...s.heap.values()]);
  const facts = [...s.facts].filter(([id]) => matters(m, future, block, id, reach, held));
  if (facts.length !== s.facts.size) s.facts = new Map(facts);
}

const NONE: ReadonlySet<TermId> = new Set();

/** Whether `id` can be computed again from `block` on. `reach` null: symbols always count. */
function matters(m: Machine, future: Future, block: number, id: TermId, reach: ReadonlySet<TermId> | null, held: ReadonlySet<TermId> = NONE): boolean {
  if (held.has(id)) return true;
  const t = m.terms.get(id);
  const sub = (x: TermId): boolean => matters(m, future, block, x, reach, held);
  switch (t.k) {
    case 'num': case 'name': return true;
    case 'sym': return reach === null || reach.has(id);
    case 'load': case 'addr': return sub(t.loc);
    case 'var': return future.variable(block, t.name);
    case 'field': return future.field(block, t.name) && sub(t.base);
    case 'elem': return sub(t.base) && sub(t.index);
    case 'deref': return sub(t.base);
    case 'bits': return t.base < 0 || sub(t.base);
    case 'op': return (t.op.startsWith('once:') || future.operator(block, t.op.replace(/^pred:/, 'call:'))) && t.args.every(sub);
  }
}

/** Equal exactly for states that the code cannot tell apart. */
export function localKey(l: Local): string {
  const { s } = l;
  const env = [...s.env].map(([n, v]) => `${n}=${v}`).sort().join();
  const heap = [...s.heap].map(([n, v]) => `${n}=${v}`).sort().join();
  const facts = [...s.facts].map(([id, f]) => `${id}:${f.mask}:${f.is?.join('.') ?? ''}:${f.ne.join('.')}`).sort().join();
  const choices = [...l.choices].map(([k, v]) => `${k}=${v}`).sort().join();
  return `${env}|${heap}|${facts}|${choices}|${l.route}|${resourceText(s)}`;
}

function resourceText(s: State): string {
  let key = '';
  for (const h of s.held) key += `L${h.lock}.${h.kind}.${h.mode}.${h.count};`;
  for (const o of s.owned) key += `R${o.object}.${o.count};`;
  for (const [id, e] of [...s.entry].sort(([a], [b]) => a - b)) key += `E${id}.${e.assumed};`;
  for (const [k, d] of [...s.dropped].sort(([a], [b]) => (a < b ? -1 : 1))) key += `D${k}:${d.count};`;
  for (const id of [...s.gone.keys()].sort((a, b) => a - b)) key += `G${id};`;
  return key;
}
