import type { Expr } from '../parse/c/ast.js';
import { isSectionKind, type LockKind, type LockMode } from '../kernel/contract.js';
import { maskOf, narrow, NONZERO, POS, ZERO } from './fact.js';
import { lockClass, strip, typeOf, type Event, type Machine } from './machine.js';
import { listedLocks } from './listed.js';
import { ordered } from './order.js';
import { copyOf } from './small-map.js';
import { isSection } from './sections.js';
import { keptStill, type Held, type State, type StepEffect, type Step } from './state.js';
import { isCall, leadsThrough, ofCaller, ofFormerTurn, type TermId } from './term.js';

/** Where an effect happens: for messages, witnesses and the model. */
export interface Site {
  readonly line: number;
  readonly block: number;
  readonly place: string;
  readonly object: Expr | null;
  readonly call: string;
  /** The callee is a primitive of the knowledge. */
  readonly direct: boolean;
  /** The nesting level that the call states, "" for none. */
  readonly level: string;
  /** The callee does this in some of its cases only: which of them the call has may depend on more than is known. */
  readonly sometimes?: boolean;
}

/** How symbols are called that stand for fields whose object was locked since they were read. */
export const REREAD = 'reread:';

/** Kinds that nest freely: taking them again is no error. */
const NESTING: ReadonlySet<LockKind> = new Set<LockKind>(['rcu', 'srcu', 'preempt', 'bh', 'irq', 'local', 'pair', 'seq']);

/** Kinds whose state is on or off, whoever turned it. */
const UNCOUNTED: ReadonlySet<LockKind> = new Set<LockKind>(['irq', 'bh', 'preempt', 'local', 'seq']);
/** A lock held more often than this is held "some" times. */
const MANY = 3;

/** Interrupt states that are saved and put back, whatever they were. */
const RESTORES = /save/;

/** Takes a lock. Returns false when this cannot happen on this path (a trylock of a lock held here). */
export function acquire(m: Machine, s: State, lock: TermId, kind: LockKind, mode: LockMode, tryLock: boolean, site: Site): boolean {
  remember(m, lock, site);
  if (m.terms.get(lock).k === 'addr' && !exists(m, s, baseObject(m, lock))) return false;
  if (cameWith(m, baseObject(m, lock), site)) m.brought.add(lock);
  if (s.entry.get(lock)?.assumed === 'held') m.relocked.add(lock);
  let mine = s.held.find((h) => h.lock === lock && h.kind === kind);
  // Whoever takes again what others may have given back meanwhile waits for that.
  const again = mine !== undefined && !NESTING.has(kind) && (mine.lent || mine.escaped);
  if (again) { s.held = s.held.filter((h) => h !== mine); mine = undefined; }
  if (isSection(m, lock, kind)) {
    m.sections.set(lock, m.types.returns(site.call.slice(0, -2)));
    note(s, site, `${site.call} enters an RCU read section`);
    s.held = mine ? replaceHeld(s.held, mine, { ...mine, count: mine.count + 1 > MANY ? Infinity : mine.count + 1 }) : insert(s.held, { lock, kind, mode, count: 1, line: site.line, place: site.place, escaped: false, direct: site.direct, tried: false });
    return true;
  }
  if (mine && !NESTING.has(kind)) {
    if (tryLock) return mine.mode === 'shared' && mode === 'shared' ? (s.held = replaceHeld(s.held, mine, { ...mine, count: mine.count + 1 }), note(s, site, `takes ${site.place} again`), true) : false;
    // Taken again by the same call of a loop: a count, not a lock.
    if (kind === 'semaphore' && mine.line === site.line) m.unclear.set(lock, 'cases');
    if (mine.count !== Infinity && !(kind === 'rwlock' && mode === 'shared')) {
      report(m, s, { kind: 'double-acquire', resource: lockClass(m, lock), place: site.place, lockKind: kind, otherLine: mine.line, certainty: !ofFormerTurn(m.terms, lock) && !m.unclear.has(lock) && !isCallees(site, mine.line) && !site.sometimes ? 'sure' : 'contract', detail: mode }, site);
      if (mine.mode !== 'shared' || mode !== 'shared') return true; // one report; what follows is judged as if it were held once
    }
  }
  // Taken with interrupts already off, which an earlier lock of this path turned off and did not turn on again.
  const partner = mine && kind === 'irq' && !RESTORES.test(lockClass(m, lock)) ? partnerOf(s, mine) : null;
  if (mine && partner !== null && partner !== 'held') report(m, s, { kind: 'mode-mismatch', resource: partner, place: mine.place, lockKind: kind, otherLine: mine.line, certainty: 'sure', detail: 'interrupts' }, site);
  // A section that is entered behind lines that are not shown may lie inside another.
  const nested = s.part >= 0 && NESTING.has(kind);
  if (!mine && !nested && (!s.entry.has(lock) || s.entry.get(lock)?.failedTry) && !UNCOUNTED.has(kind)) assumeEntry(m, s, lock, 'free', kind, mode, site, kind === 'pair' || (!NESTING.has(kind) && !tryLock && mode === 'exclusive'));
  operation(m, 'takes', `${lockClass(m, lock)}${mode === 'shared' && !NESTING.has(kind) ? ' (shared)' : ''}`, site);
  const shown = `${lockClass(m, lock)}${mode === 'shared' && !NESTING.has(kind) ? ' (shared)' : ''}`;
  note(s, site, `${site.call} takes ${shown}`, { op: 'acquire', id: lock, resource: shown, place: site.place });
  if (!mine) ordered(m, s, lock, kind, mode, tryLock, site);
  s.held = mine ? replaceHeld(s.held, mine, { ...mine, count: mine.count + 1 > MANY ? Infinity : mine.count + 1 }) : insert(foldLike(m, s.held, lock, kind), { lock, kind, mode, count: 1, line: site.line, place: site.place, escaped: again && m.stored.has(baseObject(m, lock)), direct: site.direct, tried: tryLock });
  if (kind !== 'pair') rereadFieldsOf(m, s, lock, site);
  return true;
}

/** Interrupts left off: the class of the lock taken by the same call if that was given back, "held" if it was not. */
export function partnerOf(state: State, h: Held): string | 'held' | null {
  if (state.held.some((x) => x !== h && !UNCOUNTED.has(x.kind) && x.line === h.line)) return 'held';
  for (let s: Step | null = state.trace; s; s = s.prev) {
    const taken = / takes (\S+)/.exec(s.note);
    if (s.line === h.line && taken?.[1] && !taken[1].startsWith('__')) return taken[1];
  }
  return null;
}

/** Gives a lock back, from this path's own or, if it has none, from the caller's. False when there can be no such lock. */
export function release(m: Machine, s: State, lock: TermId, kind: LockKind, mode: LockMode | 'either', site: Site): boolean {
  remember(m, lock, site);
  if (!exists(m, s, baseObject(m, lock))) return false;
  const mine = s.held.find((h) => h.lock === lock && h.kind === kind) ?? alias(m, s, lock, kind);
  if (!mine && s.asserted.has(lock)) s.asserted = new Map([...s.asserted].filter(([id]) => id !== lock));
  operation(m, 'releases', lockClass(m, lock), site);
  // A callee that leaves a section leaves one that another callee may have entered.
  if (mine?.direct && !site.direct && isSectionKind(kind) && m.blind.size > 0 && !m.unclear.has(mine.lock)) m.unclear.set(mine.lock, 'callee');
  const twice = kind !== 'semaphore' && m.unclear.get(lock) === 'cases' && releasedLast(s, lock);
  note(s, site, `${site.call} releases ${lockClass(m, lock)}`, { op: 'release', id: mine?.lock ?? lock, resource: lockClass(m, lock), place: site.place });
  if (mine && isSection(m, lock, kind)) {
    s.held = mine.count > 1 ? replaceHeld(s.held, mine, { ...mine, count: mine.count - 1 }) : s.held.filter((h) => h !== mine);
    return true;
  }
  if (mine) {
    m.releasedHere.add(mine.lock);
    m.releasedAt.set(`${site.line} ${kind}`, { lock: mine.lock, taken: mine.line, facts: s.facts });
    m.releasedDirectly.set(mine.lock, mine.direct && site.direct);
    if (mode !== 'either' && mine.mode !== mode) report(m, s, { kind: 'mode-mismatch', resource: lockClass(m, mine.lock), place: site.place, lockKind: kind, otherLine: mine.line, certainty: site.sometimes ? 'contract' : 'sure', detail: `${mine.mode} ${mode}` }, site);
    s.held = mine.count > 1 ? replaceHeld(s.held, mine, { ...mine, count: mine.count - 1 }) : s.held.filter((h) => h !== mine);
    return true;
  }
  const other = s.held.find((h) => h.lock === lock);
  if (other) {
    report(m, s, { kind: 'kind-mismatch', resource: lockClass(m, lock), place: site.place, lockKind: kind, otherLine: other.line, certainty: 'sure', detail: `${other.kind} ${kind}` }, site);
    s.held = s.held.filter((h) => h !== other);
    return true;
  }
  const entry = s.entry.get(lock);
  if (entry === undefined) {
    assumeEntry(m, s, lock, 'held', kind, mode, site);
    return true;
  }
  if (UNCOUNTED.has(kind) || (NESTING.has(kind) && entry.assumed === 'held')) return true;
  if (kind === 'semaphore' && entry.line === site.line) m.unclear.set(lock, 'cases');
  report(m, s, { kind: entry.failedTry ? (m.untested.has(lock) ? 'result-ignored' : 'failed-try-released') : 'release-not-held', resource: lockClass(m, lock), place: site.place, lockKind: kind, otherLine: entry.line, certainty: !ofFormerTurn(m.terms, lock) && (!m.unclear.has(lock) || twice) && !isCallees(site, entry.line) && !site.sometimes && !(kind === 'pair' && m.untested.has(lock)) ? 'sure' : 'contract', detail: m.untested.has(lock) ? 'untested' : entry.assumed }, site);
  return true;
}

/** Both halves are one callee's: what is wrong with them it shows itself. */
function isCallees(site: Site, otherLine: number): boolean {
  return !site.direct && site.line === otherLine;
}

/** The last thing that this path did to the lock was to give it back. */
function releasedLast(s: State, lock: TermId): boolean {
  for (let step: Step | null = s.trace; step; step = step.prev) if (step.effect?.id === lock) return step.effect.op === 'release';
  return false;
}

export function downgrade(m: Machine, s: State, lock: TermId, kind: LockKind, site: Site): void {
  const mine = s.held.find((h) => h.lock === lock && h.kind === kind) ?? alias(m, s, lock, kind);
  note(s, site, `${site.call} downgrades ${lockClass(m, lock)}`, { op: 'downgrade', id: mine?.lock ?? lock, resource: `${lockClass(m, lock)} (shared)`, place: site.place });
  if (mine) { s.held = replaceHeld(s.held, mine, { ...mine, mode: 'shared' }); return; }
  if (s.entry.has(lock)) return;
  // The caller's own: it gets the lock back for reading.
  remember(m, lock, site);
  assumeEntry(m, s, lock, 'held', kind, 'exclusive', site);
  s.held = insert(s.held, { lock, kind, mode: 'shared', count: 1, line: site.line, place: site.place, escaped: false, direct: site.direct, tried: false });
}

/** The object is what the call of this site returned. */
function cameWith(m: Machine, object: TermId, site: Site): boolean {
  const t = m.terms.get(object);
  return t.k === 'sym' && t.source === 'call' && t.origin.startsWith(`call:${site.block}:${site.line}:`) && t.origin.endsWith(`:${site.call.slice(0, -2)}`);
}

/** Reads or writes memory of `object`. */
export function touch(m: Machine, s: State, object: TermId, line: number, block: number): void {
  exists(m, s, object);
  usedBehindPut(m, s, object, line, block);
}

/** `object` is used, or given to a callee that takes NULL perhaps. */
export function usedBehindPut(m: Machine, s: State, object: TermId, line: number, block: number): void {
  const gone = s.gone.get(object);
  const kept = gone === undefined ? null : keptStill(s, gone.under);
  // What one call puts and uses it uses first.
  if (gone === undefined || kept === true || gone.line === line) return;
  report(m, s, { kind: 'use-after-put', resource: `${gone.kind} reference`, place: gone.place, lockKind: gone.kind, otherLine: gone.line, certainty: gone.sure && !m.unclear.has(gone.counter) ? 'sure' : 'contract', detail: kept === false ? 'only' : '' }, { line, block, place: gone.place, object: m.named.get(object) ?? null, call: '', direct: true, level: '' });
  s.gone = new Map([...s.gone].filter(([id]) => id !== object));
}

/** What has been followed is no NULL pointer: the rest of the path may rely on it. False when it was known to be one, or an error pointer. */
export function exists(m: Machine, s: State, object: TermId): boolean {
  const mask = maskOf(m.terms, s.facts, object);
  if ((mask & POS) === 0) return false;
  if ((mask & ZERO) === 0) return true;
  const facts = copyOf(s.facts);
  narrow(m.terms, facts, object, NONZERO);
  s.facts = facts;
  return true;
}

/** The object that an address points into. */
export function baseObject(m: Machine, id: TermId): TermId {
  let base = m.bases.get(id);
  if (base === undefined) m.bases.set(id, base = findBase(m, id));
  return base;
}

function findBase(m: Machine, id: TermId): TermId {
  const t = m.terms.get(id);
  if (t.k === 'addr') {
    const loc = m.terms.get(t.loc);
    if (loc.k === 'field' || loc.k === 'elem') return baseObject(m, loc.base);
  }
  if (t.k === 'op' && t.op.startsWith('as:')) return baseObject(m, t.args[0] as TermId);
  return strip(m.terms, id);
}

/** True when only this function knows the object: it came from a call or an iterator, not from the caller's arguments. */
export function isPrivate(m: Machine, id: TermId): boolean {
  const t = m.terms.get(strip(m.terms, id));
  return t.k === 'sym' && (t.source === 'call' || t.source === 'element' || t.source === 'phi' || t.source === 'old');
}

export function report(m: Machine, s: State, e: Omit<Event, 'line' | 'exitClass' | 'trace' | 'object'>, site: Site): void {
  // Many paths come to one complaint: the first of them stands for all.
  const key = `${e.kind} ${site.line} ${e.otherLine} ${e.resource} ${e.place} ${e.lockKind} ${e.certainty} ${e.detail}`;
  const like = m.said.get(key) ?? new Set();
  if (like.has(site.object)) return;
  m.said.set(key, like.add(site.object));
  m.events.push({ ...e, line: site.line, exitClass: '', trace: s.trace, object: site.object });
}

export function note(s: State, site: Site, text: string, effect?: StepEffect): void {
  s.trace = { line: site.line, note: text, block: site.block, prev: s.trace, ...(effect === undefined ? {} : { effect }) };
}

export function operation(m: Machine, op: 'takes' | 'releases' | 'gets' | 'puts', text: string, site: Site): void {
  const key = `${site.line} ${op} ${text}`;
  if (!m.ops.has(key)) m.ops.set(key, { op, text, line: site.line });
}

export function remember(m: Machine, id: TermId, site: Site): void {
  if (site.object && !m.named.has(id)) m.named.set(id, site.object);
}

function assumeEntry(m: Machine, s: State, lock: TermId, assumed: 'held' | 'free', kind: LockKind, mode: LockMode | 'either', site: Site, always = true): void {
  s.entry = new Map([...s.entry, [lock, { assumed, kind, mode, line: site.line, place: site.place, direct: site.direct, failedTry: false }]]);
  if (!always) return;
  // Of paths that assume the same, only what they know of the caller's values tells one from another.
  let key = `${assumed} ${lock} ${kind} ${site.direct} ${site.line} ${site.place}`;
  for (const [id, f] of s.facts) if (ofCaller(m.terms, id)) key += ` ${id}:${f.mask}=${f.is?.join() ?? ''}!${f.ne.join()}`;
  if (m.assumed.has(key)) return;
  m.assumed.add(key);
  m.assumptions.push({ lock, assumed, facts: s.facts, line: site.line, place: site.place, kind, trace: s.trace, object: site.object, direct: site.direct });
}

/** A held lock that the released one may be: known equal, or of the same class when either is not known precisely. */
function alias(m: Machine, s: State, lock: TermId, kind: LockKind): Held | undefined {
  const same = s.held.filter((h) => h.kind === kind);
  for (const h of same) {
    const equal = m.terms.op('==', [baseObject(m, h.lock), baseObject(m, lock)]);
    const f = s.facts.get(equal);
    if (f && (f.mask & 2) === 0 && sameField(m, h.lock, lock)) return h;
    const read = readFrom(m, baseObject(m, lock));
    if (read !== null && read === readFrom(m, baseObject(m, h.lock)) && sameField(m, h.lock, lock)) return h;
  }
  // The owner that a member points to may be one that has a name of its own here.
  const vague = (id: TermId): boolean => m.terms.symbols(id).some((x) => { const t = m.terms.get(x); return t.k === 'sym' && t.source !== 'param'; }) || isPointerLock(m, id) || m.terms.get(baseObject(m, id)).k === 'load';
  // Brackets of one kind are closed in the reverse order, whatever name their object has by then.
  if (kind === 'pair' && !s.entry.has(lock)) { const like = same.filter((h) => sameField(m, h.lock, lock)); if (like.length > 0) return like.sort((a, b) => a.line - b.line).at(-1); }
  const candidates = same.filter((h) => (vague(h.lock) || vague(lock)) && mayBeOfOneClass(m, h.lock, lock) && !apart(m, s, baseObject(m, h.lock), baseObject(m, lock)));
  if (candidates.length > 0) return candidates.at(-1);
  const loose = same.filter((h) => isPointerLock(m, h.lock) && isPointerLock(m, lock) && (typeOf(m, lock)?.base ?? null) === (typeOf(m, h.lock)?.base ?? null));
  return loose.length === 1 && !s.entry.has(lock) ? loose[0] : undefined;
}

/** Of one class, or of the same member where the type of one owner is declared out of sight. */
function mayBeOfOneClass(m: Machine, a: TermId, b: TermId): boolean {
  if (lockClass(m, a) === lockClass(m, b)) return true;
  const known = (id: TermId): boolean => typeOf(m, baseObject(m, id)) !== null;
  return sameField(m, a, b) && m.terms.get(a).k === 'addr' && !(known(a) && known(b));
}

/** The place that a value was read from, at first or once a lock let it change. */
export function readFrom(m: Machine, id: TermId): TermId | null {
  const t = m.terms.get(id);
  return t.k === 'load' ? t.loc : t.k === 'sym' && t.origin.startsWith(REREAD) ? Number(t.origin.split(':').at(-1)) as TermId : null;
}

/** Two objects that two variables or places hold at the same time, one of them from a call that was not given the other. */
function apart(m: Machine, s: State, a: TermId, b: TermId): boolean {
  const called = (id: TermId): boolean => { const t = m.terms.get(id); return t.k === 'sym' && t.source === 'call'; };
  if (a === b || (!called(a) && !called(b))) return false;
  const values = new Set([...s.env.values(), ...s.heap.values()]);
  return values.has(a) && values.has(b) && !madeOf(m, a, b) && !madeOf(m, b, a);
}

/** `value` was computed from `part`, by however many calls. */
function madeOf(m: Machine, value: TermId, part: TermId, steps = 0): boolean {
  return steps < 8 && (m.derived.get(value) ?? []).some((p) => p === part || madeOf(m, p, part, steps + 1));
}

/** Both are the same member, through the same structs inside structs, of whatever object. */
function sameField(m: Machine, a: TermId, b: TermId): boolean {
  const x = m.terms.get(a), y = m.terms.get(b);
  if (x.k !== 'addr' || y.k !== 'addr') return x.k === y.k;
  const p = m.terms.get(x.loc), q = m.terms.get(y.loc);
  if (p.k !== 'field' || q.k !== 'field' || p.name !== q.name) return false;
  return (!isInside(m, p.base) && !isInside(m, q.base)) || sameField(m, p.base, q.base);
}

/** The address of a struct inside another; that of an element of an array is as good as a pointer. */
function isInside(m: Machine, id: TermId): boolean {
  const t = m.terms.get(id);
  return t.k === 'addr' && m.terms.get(t.loc).k === 'field';
}

/** A lock that is only known through a pointer to it (a page-table lock in a variable). */
function isPointerLock(m: Machine, id: TermId): boolean {
  const t = m.terms.get(id);
  return t.k === 'sym' || t.k === 'load' || t.k === 'op';
}

/**
 * Taking a lock that lives in an object lets the object's other fields change: what they hold is read anew. What
 * predicates said of the object is kept: code that asks twice relies on the answer.
 */
export function rereadFieldsOf(m: Machine, s: State, lock: TermId, site: Pick<Site, 'block' | 'line'>): void {
  const t = m.terms.get(lock), owner = t.k === 'addr' ? m.terms.get(t.loc) : null;
  if (owner?.k !== 'field' && !(owner?.k === 'var' && owner.global)) return;
  const base = baseObject(m, lock);
  // What was asked under another lock, or decided whether to take it, is asked again when that one is given back.
  if (owner.k === 'field' && !s.held.some((h) => h.lock !== lock && !NESTING.has(h.kind))) lookAgain(m, s, base);
  for (const id of s.facts.keys()) {
    for (const loc of loadsIn(m, id)) {
      const read = m.terms.get(loc);
      if (read.k !== 'field' && read.k !== 'var') continue;
      const mayChange = owner.k === 'field' ? read.k === 'field' && read.base === base : read.k === 'var' && read.global && isNumber(m, loc);
      // What is locked stays where it was found, and what tells which lock of a table it is stays as well.
      if (mayChange && !s.heap.has(loc) && !s.held.some((h) => isNamedBy(m, h.lock, m.terms.load(loc)))) s.heap.set(loc, m.terms.sym(`${REREAD}${site.block}:${site.line}:${loc}`, read.name, typeOf(m, loc), 'unknown'));
    }
  }
}

/** The object of a lock is `value`, or the lock is the element of an array to whose index `value` leads. */
function isNamedBy(m: Machine, lock: TermId, value: TermId): boolean {
  const t = m.terms.get(lock), loc = t.k === 'addr' ? m.terms.get(t.loc) : null;
  return baseObject(m, lock) === value || (loc?.k === 'elem' && leadsThrough(m.terms, loc.index, value, true));
}

/** What a global lock protects is found in globals beside it; a pointer among them hardly changes. */
function isNumber(m: Machine, loc: TermId): boolean {
  const type = typeOf(m, loc);
  return type !== null && type.pointers === 0 && !/^(struct|union) /.test(type.base);
}

/** What functions that merely look said of `object` may not hold any more, unless a variable remembers it. */
export function lookAgain(m: Machine, s: State, object: TermId): void {
  const stale = [...s.facts.keys()].filter((id) => { const t = m.terms.get(id); return t.k === 'op' && t.op.startsWith('pred:') && t.args.includes(object) && ![...s.env.values()].includes(id); });
  if (stale.length > 0) s.facts = new Map([...s.facts].filter(([id]) => !stale.includes(id)));
}

/** The places whose contents a test compares; arguments of predicates do not count. */
function loadsIn(m: Machine, id: TermId): TermId[] {
  const t = m.terms.get(id);
  return t.k === 'load' ? [t.loc] : t.k === 'op' && !isCall(t.op) ? t.args.flatMap((a) => loadsIn(m, a)) : [];
}

/** Of several locks of one class that a loop has gathered, the older ones count as one. */
function foldLike(m: Machine, held: readonly Held[], lock: TermId, kind: LockKind): readonly Held[] {
  const like = held.filter((h) => h.kind === kind && sameField(m, h.lock, lock));
  if (like.length < 2) return held;
  const [first, second] = [...like].sort((a, b) => a.line - b.line) as [Held, Held];
  return held.flatMap((h) => (h === first ? { ...h, count: Infinity } : h === second ? [] : h));
}

function replaceHeld(held: readonly Held[], old: Held, next: Held): readonly Held[] {
  return held.map((h) => (h === old ? next : h));
}

function insert(held: readonly Held[], next: Held): readonly Held[] {
  return listedLocks([...held, next]);
}
