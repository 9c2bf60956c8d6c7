import type { LockKind, LockMode } from '../kernel/contract.js';
import { ANY } from './fact.js';
import { lockClass, type Machine } from './machine.js';
import type { Site } from './recorded.js';
import { givenUp, type Held, type State, type Step } from './state.js';
import { ofCaller, ofFormerTurn, type TermId } from './term.js';

/** A call on the way to an acquisition, or (the last one) the acquisition itself: in which function, and where. */
export interface Waypoint {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/** One lock taken, or waited for, while another is held; as recorded, before the analysis is complete. */
export interface RawPair {
  readonly held: Held;
  readonly taken: {
    readonly lock: TermId | null;
    readonly resource: string;
    readonly kind: LockKind;
    readonly mode: LockMode;
    readonly place: string;
    readonly line: number;
    readonly by: string;
  };
  readonly heldClass: string;
  readonly tryLock: boolean;
  /** The held lock is certainly the one that was taken, and still held. */
  readonly sure: boolean;
  readonly through: readonly Waypoint[];
  readonly trace: Step | null;
}

/** A lock waited for, whoever holds what; `facts`: what was known of the caller's values each time. */
export interface RawTaking {
  readonly resource: string;
  readonly lock: TermId | null;
  readonly kind: LockKind;
  readonly mode: LockMode;
  /** The caller's locks that are dropped by then, by class. */
  readonly without: ReadonlyMap<string, TermId | null>;
  readonly facts: ReadonlyMap<TermId, number>;
  readonly line: number;
  readonly through: readonly Waypoint[];
}

/** What one analysis sees of the order of locks. */
export interface OrderLog {
  readonly pairs: Map<string, RawPair>;
  readonly takings: Map<string, RawTaking>;
  /** Lock and line to how it is taken there: the nesting level that the code gives, and the function called. */
  readonly takers: Map<string, { readonly level: string; readonly by: string }>;
}

/** Kinds that somebody waits for. Sections and brackets exclude nobody, and what is per CPU is not contended. */
const ORDERED: ReadonlySet<LockKind> = new Set<LockKind>(['spin', 'raw_spin', 'rwlock', 'mutex', 'rwsem', 'percpu_rwsem', 'semaphore', 'bit', 'other']);
/** What an allocation waits for that enters reclaim, as the knowledge calls it: all that reclaim takes. */
export const RECLAIM = '__fs_reclaim';
/** The knowledge names the sections in which no allocation enters it by constants that begin so. */
const NO_RECLAIM = '__no_reclaim_in_';
/** More pairs or takings of one function than this are not recorded. */
const MAX = 200;
const MAX_CHAIN = 4;

/** `lock` is about to be taken in state `s`. */
export function ordered(m: Machine, s: State, lock: TermId, kind: LockKind, mode: LockMode, tryLock: boolean, site: Site): void {
  if (!ORDERED.has(kind)) return;
  const level = site.level === '' ? '' : `/${site.level}`;
  m.order.takers.set(`${lock} ${site.line}`, { level, by: site.call });
  const resource = `${lockClass(m, lock)}${level}`;
  pair(m, s, { lock, resource, kind, mode, place: site.place, line: site.line, by: site.call }, tryLock, [], s.trace);
  if (!tryLock) taking(m, s, { resource, lock, kind, mode, without: new Map(), line: site.line, through: [] });
}

/** An allocation that may enter reclaim is about to be made while `held` is held. */
export function reclaiming(m: Machine, s: State, held: readonly Held[], site: Site): void {
  if (staysOut(m, s)) return;
  const taken = { lock: null, resource: RECLAIM, kind: 'other', mode: 'exclusive' } as const;
  pair(m, { ...s, held }, { ...taken, place: site.place, line: site.line, by: site.call }, false, [], s.trace);
  taking(m, s, { ...taken, without: new Map(), line: site.line, through: [] });
}

function staysOut(m: Machine, s: State): boolean {
  return s.held.some((h) => h.kind === 'pair' && m.types.constants.has(`${NO_RECLAIM}${lockClass(m, h.lock).replace(/^__/, '')}`));
}

/** A callee waits for a lock somewhere inside. */
export function orderedInside(m: Machine, s: State, t: Omit<RawTaking, 'facts'>, place: string, by: string, call: Step): void {
  if (t.resource === RECLAIM && staysOut(m, s)) return;
  const gone = new Set([...t.without.values()]);
  const dropped = (h: Held): boolean => gone.has(h.lock) || t.without.has(lockClass(m, h.lock));
  pair(
    m,
    { ...s, held: s.held.filter((h) => !dropped(h)) },
    { lock: t.lock, resource: t.resource, kind: t.kind, mode: t.mode, place, line: t.line, by },
    false,
    t.through,
    call,
  );
  taking(m, s, { ...t, without: new Map([...t.without].filter(([c, id]) => !s.held.some((h) => h.lock === id || lockClass(m, h.lock) === c))) });
}

function pair(m: Machine, s: State, taken: RawPair['taken'], tryLock: boolean, through: readonly Waypoint[], trace: Step | null): void {
  for (const held of s.held) {
    if (!ORDERED.has(held.kind) || held.lock === taken.lock) continue;
    const heldClass = `${lockClass(m, held.lock)}${m.order.takers.get(`${held.lock} ${held.line}`)?.level ?? ''}`;
    if (heldClass === taken.resource || unclear(heldClass) || unclear(taken.resource)) continue;
    const key = `${heldClass}\0${taken.resource}`;
    const old = m.order.pairs.get(key);
    const sure = !held.escaped && !m.doubtful.has(nameOf(held)) && !ofFormerTurn(m.terms, held.lock);
    if (old ? !better(old, tryLock, sure) : m.order.pairs.size >= MAX) continue;
    m.order.pairs.set(key, { held, taken, heldClass, tryLock, sure, through, trace });
  }
}

/** A chain of members of which no type is known is no class of its own. */
function unclear(resource: string): boolean {
  return resource.split('->').length > MAX_CHAIN;
}

/** One that waits before one that tries, and a certain one before others. */
function better(old: RawPair, tryLock: boolean, sure: boolean): boolean {
  return old.tryLock === tryLock ? sure && !old.sure : old.tryLock;
}

function taking(m: Machine, s: State, t: Omit<RawTaking, 'facts'>): void {
  const dropped = givenUp(s).map(([lock]) => [lockClass(m, lock), lock] as const);
  const without = new Map<string, TermId | null>([...t.without, ...dropped]);
  const key = `${t.resource}\0${[...without.keys()].sort().join('\0')}`;
  const old = m.order.takings.get(key);
  const facts = new Map<TermId, number>();
  for (const [id, f] of s.facts) {
    if (f.mask === ANY || !ofCaller(m.terms, id)) continue;
    const before = old === undefined ? 0 : (old.facts.get(id) ?? ANY);
    if ((before | f.mask) !== ANY) facts.set(id, before | f.mask);
  }
  if (old === undefined && m.order.takings.size >= MAX) return;
  m.order.takings.set(key, old === undefined ? { ...t, without, facts } : { ...old, facts });
}

/** What `doubtful` calls a held lock. */
export function nameOf(h: Held): string {
  return `${h.lock} ${h.kind} ${h.line}`;
}

/** Not one of a former turn of a loop, nor one of several, nor one that a call may have given back by now. */
export function certainLock(m: Machine, h: Held): boolean {
  return (
    !m.doubtful.has(nameOf(h)) &&
    !m.terms.symbols(h.lock).some((x) => {
      const t = m.terms.get(x);
      return t.k === 'sym' && (t.source === 'old' || t.source === 'phi');
    })
  );
}
