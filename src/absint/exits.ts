import type { Expr } from '../parse/c/ast.js';
import { isPartial } from '../parse/c/unshown.js';
import { INTERRUPT_KINDS, isSectionKind } from '../kernel/contract.js';
import { ANY, maskOf, NEG, POS, valuesOf, ZERO, type Facts } from './fact.js';
import { lockClass, strip, typeOf, type Event, type Machine } from './machine.js';
import { contradictions } from './assumed.js';
import { apartFrom, changedMeanwhile, constantReturned, contradict, decidedByCall, eitherMode, exitMask, isFailure, knownAt, knownOnBoth, lostPartner, ofArguments, plain, putNothing, tellsApart, tookOver, triedHalf, unlocked, type Known } from './exit-cases.js';
import { isOwnStill } from './own-still.js';
import { carried, FOUND, isLocalPlace, isShared, notAnObject, oneOfMany } from './ownership.js';
import { baseObject, isPrivate, partnerOf, readFrom } from './resources.js';
import { exitName, type ExitToken, type ExitView } from './summary.js';
import { givenUp, type Held, type Owned, type State } from './state.js';
import { leadsThrough, ofCaller, ofFormerTurn, type TermId } from './term.js';
import { isVoid } from './walk.js';

/** One end of the function: what is held there and what it returns. */
export interface Exit {
  readonly state: State;
  readonly value: TermId | null;
  readonly line: number;
  readonly block: number;
}

/** English word parts of functions that hand a lock or a reference to their caller, or take one over. No kernel names. */
export const HANDS_OUT = /(^|_)([a-z]{0,4}(?<!un|b|c|(?:^|_)[mf])lock(ed)?|get|acquire|acquired|begin|start|enter|prepare|grab|pin|hold|try|isolate|take|find|down|freeze|stop|lookup|alloc|new|create|open|init|disable|suspend|next|first|walk|read|write|k?map|mount|online|offline)(_|$)/;

/** Types of results that are no pointer in disguise. */
const NUMBERS = /^(int|bool|_Bool|long|ssize_t|vm_fault_t|void|unsigned int)$|^enum /;

/** The pseudo place of interrupts that are switched off without saving what was there. */
const INTERRUPTS_OFF = '__irq';

/** The same of functions that are there to lock; mlock() and flock() lock pages into memory and files for processes. */
export const SAYS_LOCK = /(^|_)[a-z]{0,4}(?<!un|b|c|(?:^|_)[mf])lock(ed)?(_|$)/;


/** The function's name; one that returns no pointer and has something locked in the middle of its name counts it, and does not lock it. */
function spoken(m: Machine): string {
  return m.fn.returns.pointers > 0 ? m.fn.name : m.fn.name.replace(/(?<=^|_)[a-z]{0,4}locked(?=_)/g, '');
}

/** Judges the ends of a function against each other: what is left over on one and not on its siblings. */
export function judgeExits(m: Machine, exits: readonly Exit[]): Event[] {
  const events: Event[] = [];
  const parts = new Map<number, readonly Exit[]>();
  for (const e of exits) parts.set(e.state.part, [...(parts.get(e.state.part) ?? []), e]);
  // Ends that are reached from different shown parts have nothing in common to be compared by.
  if (parts.size > 1) return [...parts.values()].flatMap((same) => judgeExits(m, same));
  const partial = isPartial(m.fn);
  for (const e of exits) {
    for (const h of e.state.held) {
      if (((h.escaped || ownerStored(m, e, h.lock)) && !isOwnStill(m, e, h, SAYS_LOCK.test(spoken(m)))) || e.state.entry.get(h.lock)?.assumed === 'held' || (h.kind !== 'srcu' && returned(m, e, h.lock)) || ledTo(m, e, h.lock)) continue;
      const judged = resultStored(m, e, h) ? 'contract' : judgeHeld(m, e, h, exits), certainty = judged === 'named' ? 'contract' : judged;
      const partner = INTERRUPT_KINDS.has(h.kind) ? partnerOf(e.state, h) : null;
      if (INTERRUPT_KINDS.has(h.kind) && partner === 'held') continue;
      events.push({ kind: partner ? 'mode-mismatch' : 'held-at-exit', resource: partner ?? lockClass(m, h.lock), place: h.place, lockKind: h.kind, line: e.line, otherLine: h.line, exitClass: nameOf(m, e), trace: e.state.trace, certainty, detail: partner ? 'interrupts' : h.mode, object: m.named.get(h.lock) ?? null, ...(judged === 'named' && !partner ? { doubt: 'name' } : {}) });
    }
    for (const o of e.state.owned) {
      if (returned(m, e, o.object) || knownNull(m, e.state.facts, o.object)) continue;
      const certainty = judgeOwned(m, e, o, exits);
      if (certainty === null) continue;
      const lent = certainty === 'contract' && (o.lent || o.escaped) && o.claim === 'found' && judgeOwned(m, e, { ...o, lent: false, escaped: false }, exits) === 'sure' ? m.keepers.get(baseObject(m, o.object)) : undefined;
      events.push({ kind: 'owned-at-exit', resource: `${o.kind} reference`, place: o.place, lockKind: o.kind, line: e.line, otherLine: o.line, exitClass: nameOf(m, e), trace: e.state.trace, certainty, detail: '', object: m.named.get(o.object) ?? null, ...(lent === undefined ? {} : { doubt: lent }) });
    }
  }
  return [...events, ...(partial ? [] : contradictions(m, exits)), ...dropsOnSomeExits(m, exits), ...(partial ? [] : keepsOnSomeExits(m, exits)), ...keptOnSomeExits(m, exits)];
}

/** The exits in words, one per distinct combination, sorted. */
export function exitViews(m: Machine, all: readonly Exit[]): ExitView[] {
  const views = new Map<string, ExitView>(), known = new Map<string, Known>();
  const exits = putNothing(m, all), ends = [...new Map(exits.map((e) => [e.block, e.line])).entries()].sort((a, b) => a[1] - b[1] || a[0] - b[0]).map(([block]) => block);
  for (const e of exits) {
    const gains = [
      ...e.state.held.filter((h) => e.state.entry.get(h.lock)?.assumed !== 'held').map((h) => `${lockClass(m, h.lock)}${h.mode === 'shared' && !isSectionKind(h.kind) ? ' (shared)' : ''}`),
      ...e.state.owned.filter((o) => !knownNull(m, e.state.facts, o.object)).map((o) => `${o.kind} reference${o.count === Infinity ? 's' : o.count > 1 ? ` ×${o.count}` : ''}${o.escaped ? ' (handed on)' : ''}`),
    ].sort();
    const entry = [...e.state.entry].filter(([, x]) => x.assumed === 'held');
    const drops = [
      ...givenUp(e.state).map(([lock]) => lockClass(m, lock)),
      ...[...e.state.dropped.values()].map((d) => `${d.kind} reference${d.count > 1 ? ` ×${d.count}` : ''}`),
    ].sort();
    const needs = entry.map(([lock]) => lockClass(m, lock)).sort();
    const view: ExitView = { exit: nameOf(m, e), line: e.line, gains, drops, needs, tokens: tokensOf(m, e), pointer: m.fn.returns.pointers > 0 && e.value !== null && (exitMask(m, e) & ZERO) === 0 && exitMask(m, e) !== NEG, when: [], value: constantReturned(m, e), sites: [ends.indexOf(e.block)], trace: e.state.trace };
    const key = JSON.stringify([view.exit, gains, drops, needs, ...view.tokens.filter((t) => t.found).map((t) => t.resource).sort()]);
    const old = views.get(key);
    const sites = [...new Set([...(old?.sites ?? []), ...view.sites])].sort((a, b) => a - b);
    views.set(key, { ...(!old || old.line > e.line ? eitherMode(view, old) : eitherMode(old, view)), value: !old || old.value === view.value ? view.value : null, sites });
    const before = known.get(key);
    known.set(key, before === undefined ? knownAt(m, e) : knownOnBoth(before, knownAt(m, e)));
  }
  const alike = (key: string, v: ExitView): Known[] => [...views].flatMap(([k, x]) => (k !== key && x.exit === v.exit ? [known.get(k) ?? new Map()] : []));
  return [...views.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, v]) => ({ ...v, when: apartFrom(known.get(key) ?? new Map(), alike(key, v)) }));
}

function tokensOf(m: Machine, e: Exit): ExitToken[] {
  const s = e.state, object = (id: TermId): Expr | null => m.named.get(id) ?? null;
  return [
    ...s.held.filter((h) => s.entry.get(h.lock)?.assumed !== 'held').map((h): ExitToken => ({ change: 'gain', what: 'lock', resource: lockClass(m, h.lock), mode: h.mode, lockKind: h.kind, place: h.place, line: h.line, object: object(h.lock), returned: returned(m, e, h.lock), handedOn: h.escaped, found: false })),
    ...s.owned.filter((o) => !knownNull(m, s.facts, o.object)).map((o): ExitToken => ({ change: 'gain', what: 'reference', resource: `${o.kind} reference`, mode: o.count === Infinity ? 'some' : String(o.count), lockKind: o.kind, place: o.place, line: o.line, object: object(o.object), returned: returned(m, e, o.object), handedOn: o.escaped, found: false })),
    ...givenUp(s).map(([lock, x]): ExitToken => ({ change: 'drop', what: 'lock', resource: lockClass(m, lock), mode: x.mode, lockKind: x.kind, place: x.place, line: x.line, object: object(lock), returned: false, handedOn: false, found: false })),
    ...[...s.dropped.values()].map((d): ExitToken => ({ change: 'drop', what: 'reference', resource: `${d.kind} reference`, mode: String(d.count), lockKind: d.kind, place: d.place, line: d.line, object: object(d.object), returned: false, handedOn: false, found: false })),
    ...[...s.gave].flatMap((put): ExitToken[] => { const [what, kind, ...place] = put.split(' '); return what === FOUND && kind !== undefined ? [{ change: 'drop', what: 'reference', resource: `${kind} reference`, mode: FOUND, lockKind: kind, place: place.join(' '), line: e.line, object: null, returned: false, handedOn: false, found: true }] : []; }),
  ];
}

function nameOf(m: Machine, e: Exit): string { return exitName(m.fn, exitMask(m, e)); }
/** `named`: only the name of the function says that it hands the lock out. */
function judgeHeld(m: Machine, e: Exit, h: Held, exits: readonly Exit[]): 'sure' | 'contract' | 'named' {
  const base = baseObject(m, h.lock);
  if (triedHalf(m, e, h, exits) || enteredToFind(m, h, exits)) return 'sure';
  // A semaphore of what another task was given is given back there.
  if (m.unclear.has(h.lock) || changedMeanwhile(m, e.state.facts, h.line) || (h.lent && h.kind === 'semaphore') || isLocking(m, e, h, exits)) return 'contract';
  // What comes back is no pointer, and the reference on the object has been put: nobody can find it to give its lock back.
  if (h.direct && m.fn.returns.pointers > 0 && (exitMask(m, e) & POS) === 0 && putOn(m, e, base)) return 'sure';
  // Interrupts that are switched off for good were off before, or are meant to stay so.
  if (INTERRUPT_KINDS.has(h.kind) && lostPartner(e, h, exits)) return 'sure';
  // A function that ends the caller's section on one way and leaves one of its own on another does as it is asked.
  if (isSectionKind(h.kind) && exits.some((x) => givenUp(x.state).some(([lock]) => lock === h.lock))) return 'contract';
  if (h.kind === 'irq' && h.place === INTERRUPTS_OFF && !m.releasedHere.has(h.lock)) return 'contract';
  const released = m.releasedHere.has(h.lock) || [...m.releasedHere].some((lock) => lockClass(m, lock) === lockClass(m, h.lock));
  // Put into a field with what it belongs to, and never given back here: another half of the work does.
  if (!released && [...m.kept.values()].some((k) => k.resources.some((r) => r.lock !== null && r.resource === lockClass(m, h.lock)))) return 'contract';
  // A bracket is often closed by another function than the one that opened it, or for each element of a list in a loop of its own.
  if (h.kind === 'pair' && keptHere(m, base, h)) return 'sure';
  if (h.kind === 'pair' && (!released || m.escaped.has(base) || m.terms.symbols(h.lock).some((x) => { const t = m.terms.get(x); return t.k === 'sym' && (t.source === 'element' || t.source === 'old'); }))) return 'contract';
  if (isPrivate(m, base) && !isShared(m, e.state, base) && !isSectionKind(h.kind)) return saysSo(m, e) || ((isVoid(m.fn.returns) || gathered(m, h, exits)) && SAYS_LOCK.test(spoken(m))) ? 'contract' : released || (h.direct && e.state.gone.has(base)) || (h.direct && h.kind !== 'bit' && !HANDS_OUT.test(spoken(m))) ? 'sure' : 'contract';
  if (h.kind === 'srcu' && h.direct && !tokenLeaves(m, e, h)) return 'sure';
  const stored = storedOut(m, e, h.lock);
  const holds = (x: Exit): boolean => x.state.held.some((y) => y.kind === h.kind && (y.lock === h.lock || stored !== null)) || returned(m, x, h.lock)
    // Where nothing was stored, the place may still name a lock that the caller brought.
    || (stored !== null && !x.state.heap.has(stored));
  const against = (named: boolean): 'sure' | 'contract' => judgeAgainst(m, e, exits.filter((x) => !holds(x)), exits.filter(holds), released, h.direct && h.kind !== 'bit', stored !== null, h.kind === 'pair', named);
  const judged = against(true);
  return judged === 'contract' && HANDS_OUT.test(spoken(m)) && !SAYS_LOCK.test(spoken(m)) && against(false) === 'sure' ? 'named' : judged;
}

/** The path has put a reference on the object. */
function putOn(m: Machine, e: Exit, object: TermId): boolean {
  for (let step = e.state.trace; step; step = step.prev) if (step.effect?.op === 'put' && baseObject(m, step.effect.id) === object) return true;
  return false;
}

/** A function that is there to lock: whenever it comes back like this it holds one lock or another of the kind. */
function isLocking(m: Machine, e: Exit, h: Held, exits: readonly Exit[]): boolean {
  return SAYS_LOCK.test(spoken(m)) && exits.every((x) => (exitMask(m, x) & exitMask(m, e)) === 0 || x.state.held.some((y) => y.kind === h.kind));
}

/** The object came with the bracket, and nobody else has seen it. */
function keptHere(m: Machine, base: TermId, h: Held): boolean {
  return h.direct && m.brought.has(h.lock) && !m.escaped.has(base) && !m.lent.has(base);
}

/** A section around a search, whose result goes out with a lock or a reference of its own: nobody needs the section any longer. */
function enteredToFind(m: Machine, h: Held, exits: readonly Exit[]): boolean {
  const kept = (x: Exit): boolean => x.state.held.some((y) => !isSectionKind(y.kind) && returned(m, x, y.lock)) || x.state.owned.some((o) => returned(m, x, o.object));
  return h.kind === 'rcu' && h.direct && h.count === 1 && m.fn.returns.pointers > 0 && exits.every((x) => x.state.held.some((y) => y.lock === h.lock && y.line === h.line)) && exits.some(kept);
}

/** Whoever leaves the section needs the number that entering it gave: it is returned, or stored for the caller. */
function tokenLeaves(m: Machine, e: Exit, h: Held): boolean {
  return (e.value !== null && cameAt(m, e.value, h.line)) || m.fn.params.some((p) => p.type.pointers > 0 && p.type.base === 'int') || [...e.state.heap.values()].some((v) => cameAt(m, v, h.line));
}

/** The result of a call in this line. */
function cameAt(m: Machine, id: TermId, line: number): boolean {
  const t = m.terms.get(id);
  return t.k === 'sym' && t.source === 'call' && t.origin.split(':')[2] === String(line);
}

/** One of several, taken by the turns of a loop. */
function gathered(m: Machine, h: Held, exits: readonly Exit[]): boolean {
  const earlier = (y: Held): boolean => y.count === Infinity || ofFormerTurn(m.terms, y.lock);
  return exits.some((x) => x.state.held.some((y) => y.line === h.line && y.kind === h.kind && earlier(y)));
}

/**
 * A reference that came with its object has to be put, unless it was handed on. One more reference on something known
 * may be the callers': a sibling with the same result that put it says otherwise. What others can find may be theirs,
 * so that only a sibling which failed too speaks against it.
 */
function judgeOwned(m: Machine, e: Exit, o: Owned, exits: readonly Exit[]): 'sure' | 'contract' | null {
  const key = `${o.kind} ${o.line}`, base = baseObject(m, o.object);
  if (m.unclear.has(o.object) || oneOfMany(m, key) || changedMeanwhile(m, e.state.facts, o.line) || decidedByCall(m, e, o.line, exits.filter((x) => x.state.gave.has(key)))) return 'contract';
  // One on a global may stand for what the function has set up.
  if (m.terms.symbols(base).length === 0 && !isFailure(m, e)) return 'contract';
  const holds = (x: Exit): boolean => x.state.owned.some((y) => y.object === o.object && y.kind === o.kind);
  const gave = exits.filter((x) => !holds(x) && x.state.gave.has(key) && (exitMask(m, x) & exitMask(m, e)) !== 0 && !otherResult(m, e, x) && !contradict(m, e.state.facts, x.state.facts));
  const found = m.terms.get(base), earlier = o.count === Infinity || (found.k === 'sym' && found.source === 'old');
  if (m.pinned.has(key) && !earlier && !o.lent && !m.escaped.has(base) && o.claim === 'added') return 'sure';
  if (o.escaped) return !earlier && gave.some((x) => !tookOver(m, e, x, o.object) && ((isFailure(m, e) && isFailure(m, x)) || failsLike(m, e, x)) && storedAlike(m, e.state, x.state, o.object)) ? 'sure' : 'contract';
  // A getter that says with a positive number that it got something.
  if (HANDS_OUT.test(spoken(m)) && m.fn.returns.pointers === 0 && exitMask(m, e) === POS && exits.every((x) => exitMask(m, x) !== POS || holds(x))) return 'contract';
  if (gave.length > 0) return 'sure';
  // Stored where the function succeeds, forgotten where it fails.
  if (!earlier && o.claim === 'found' && isFailure(m, e) && m.stored.has(base)) return 'sure';
  if (earlier || o.lent || o.claim === 'passed') return 'contract';
  return o.claim === 'found' || !reachable(m, base) ? 'sure' : 'contract';
}

/** Pointers of the caller or of globals lead to the object, so that one more reference on it may be meant to stay. */
function reachable(m: Machine, object: TermId, steps = 0): boolean {
  const t = m.terms.get(object), type = typeOf(m, object) ?? m.declared.get(object) ?? null;
  if (steps > 0 && type !== null && type.pointers === 0) return false;
  // A global's own name (THIS_MODULE) leads to it from everywhere.
  if (steps > 8 || t.k === 'load' || t.k === 'addr' || (steps === 0 && m.terms.symbols(object).length === 0)) return true;
  if (t.k === 'sym' && (t.source === 'param' || t.source === 'element')) return true;
  const parts = t.k === 'op' ? t.args : m.derived.get(object) ?? [];
  return parts.some((p) => m.terms.symbols(p).length > 0 && reachable(m, baseObject(m, p), steps + 1));
}

/** `x` goes where a test by bits came out true, and the constant that `e` returns would have gone there. */
function failsLike(m: Machine, e: Exit, x: Exit): boolean {
  if (e.value === null || valuesOf(m.terms, e.state.facts, e.value) === null) return false;
  const value = e.value;
  return bitTests(m, x).some(({ flags, mask }) => (mask & ZERO) === 0 && (maskOf(m.terms, e.state.facts, m.terms.op('&', [value, flags])) & ZERO) === 0);
}

/** The tests by bits that the value returned on `x` has passed. */
function bitTests(m: Machine, x: Exit): { readonly flags: TermId; readonly mask: number }[] {
  const { value } = x;
  if (value === null) return [];
  return [...x.state.facts].flatMap(([id, f]) => {
    const t = m.terms.get(id);
    const flags = t.k === 'op' && t.op === '&' && t.args.includes(value) ? t.args.find((a) => a !== value) : undefined;
    return flags === undefined ? [] : [{ flags, mask: f.mask }];
  });
}

/** What `e` leaves in memory that its caller sees is left there by `x` too: it is no way of handing out. */
function storedAlike(m: Machine, e: State, x: State, object: TermId): boolean {
  return [...e.heap].every(([loc, value]) => value !== object || isLocalPlace(m, loc) || x.heap.get(loc) === value);
}

/** A resource that the caller could give back is left on `e`: is that the function's contract, or a path that forgot? */
function judgeAgainst(m: Machine, e: Exit, without: readonly Exit[], withIt: readonly Exit[], givenBack: boolean, direct: boolean, stored: boolean, bracket: boolean, named: boolean): 'sure' | 'contract' {
  const attributes = m.fn.attributes.some((a) => a.name.startsWith('__acquires') || a.name.startsWith('__cond_acquires'));
  const handsOut = attributes || stored || (named && HANDS_OUT.test(spoken(m)));
  // Never given back here: wrong if the function takes it itself and nothing in its name says that it hands it out.
  if (!givenBack) return handsOut || !direct || isPartial(m.fn) || (without.length > 0 && without.every((x) => askedFor(m, e, x))) ? 'contract' : 'sure';
  if (without.length === 0) return handsOut || isPartial(m.fn) ? 'contract' : 'sure';
  if (saysSo(m, e)) return 'contract';
  const mine = exitMask(m, e);
  const rivals = without.filter((x) => (exitMask(m, x) & mine) !== 0 && !otherResult(m, e, x) && !contradict(m, e.state.facts, x.state.facts));
  if (rivals.length === 0) {
    // What was switched on stays on where the function succeeds.
    if (bracket && !withIt.every((x) => isFailure(m, x))) return 'contract';
    // No sibling of the same result lacks it. A failure that keeps what success gives back is no contract.
    const failure = m.fn.returns.pointers > 0 || m.fn.returns.base === 'bool' ? ZERO : NEG;
    const onlyFailures = withIt.every((x) => (exitMask(m, x) & ~failure) === 0) && mine !== ANY;
    if (onlyFailures && givenBack && !without.some((x) => contradict(m, e.state.facts, x.state.facts))) return 'sure';
    // A pointer comes protected where it is found, and bare where there is none.
    const found = m.fn.returns.pointers > 0 && mine === POS;
    return direct && !handsOut && !found ? 'sure' : 'contract';
  }
  return 'sure';
}

/** A flag that the caller passed tells the two exits apart: it asked for what it gets. */
function askedFor(m: Machine, e: Exit, x: Exit): boolean {
  return [...e.state.facts].some(([id, f]) => {
    const t = m.terms.get(id), there = x.state.facts.get(id);
    return there !== undefined && (f.mask & there.mask) === 0 && t.k === 'op' && t.op === '&' && ofCaller(m.terms, id) && t.args.some((a) => m.terms.get(a).k === 'sym');
  });
}

/** A flag set in the result says to the caller what is held (`ret |= …_LOCKED`). */
function saysSo(m: Machine, e: Exit): boolean {
  if (e.value === null) return false;
  const flag = (id: TermId): boolean => m.terms.get(id).k === 'bits' || m.terms.get(id).k === 'name';
  return flag(e.value) || (e.state.facts.get(e.value)?.is?.every(flag) ?? false);
}

/** Two exits that return different constants, unless both are errors: errors are one kind of result. */
function otherResult(m: Machine, a: Exit, b: Exit): boolean {
  if (a.value === null || b.value === null || (exitMask(m, a) === NEG && exitMask(m, b) === NEG)) return false;
  if (failsTestOf(m, a, b) || failsTestOf(m, b, a)) return true;
  // What is no NULL is a pointer, unless it was made of an error.
  if (m.fn.returns.pointers > 0 && (exitMask(m, a) & exitMask(m, b)) === NEG && (exitMask(m, a) === NEG) !== (exitMask(m, b) === NEG)) return true;
  const x = valuesOf(m.terms, a.state.facts, a.value), y = valuesOf(m.terms, b.state.facts, b.value);
  return x !== null && y !== null && !x.some((v) => y.includes(v));
}

/** A test by bits that the value of `a` has passed comes out the other way for the value of `b`. */
function failsTestOf(m: Machine, a: Exit, b: Exit): boolean {
  if (b.value === null) return false;
  const values = valuesOf(m.terms, b.state.facts, b.value) ?? [b.value];
  return bitTests(m, a).some(({ flags, mask }) => values.every((v) => (mask & maskOf(m.terms, b.state.facts, m.terms.op('&', [v, flags]))) === 0));
}

/** The caller's reference is given up on some exits of a result and not on others. */
function dropsOnSomeExits(m: Machine, exits: readonly Exit[]): Event[] {
  const events: Event[] = [];
  for (const e of exits) for (const [key, d] of e.state.dropped) {
    if (isPrivate(m, d.object)) continue;
    const rivals = exits.filter((x) => !x.state.dropped.has(key) && (exitMask(m, x) & exitMask(m, e)) !== 0 && !contradict(m, e.state.facts, x.state.facts));
    const consistent = rivals.length === 0;
    events.push({ kind: 'put-not-owned', resource: `${d.kind} reference`, place: d.place, lockKind: d.kind, line: d.line, otherLine: 0, exitClass: nameOf(m, e), trace: e.state.trace, certainty: 'contract', detail: consistent ? 'drops' : 'some', object: m.named.get(d.object) ?? null });
  }
  return events;
}

/**
 * The caller's reference is given up on one exit and kept on another that returns the very same, although both had
 * the object locked, and nobody else was given it.
 */
function keepsOnSomeExits(m: Machine, exits: readonly Exit[]): Event[] {
  const events = new Map<string, Event>();
  for (const x of exits) for (const [key, d] of x.state.dropped) {
    if (isPrivate(m, d.object) || x.value === null || m.terms.get(x.value).k !== 'num') continue;
    for (const e of exits) {
      if (e.value !== x.value || e.block === x.block || e.state.dropped.has(key) || e.state.passed.has(baseObject(m, d.object)) || e.state.owned.some((o) => o.object === d.object)) continue;
      if (!unlocked(m, e, d.object) || !unlocked(m, x, d.object) || contradict(m, plain(m, e.state.facts), x.state.facts) || tellsApart(m, e, x)) continue;
      const at = `${e.line} ${key}`;
      if (!events.has(at)) events.set(at, { kind: 'owned-at-exit', resource: `${d.kind} reference`, place: d.place, lockKind: d.kind, line: e.line, otherLine: d.line, exitClass: nameOf(m, e), trace: e.state.trace, certainty: 'sure', detail: 'kept', object: m.named.get(d.object) ?? null });
    }
  }
  return [...events.values()];
}

/** The caller's lock is released on one exit of a result and left held on another that the caller cannot tell from it. */
function keptOnSomeExits(m: Machine, exits: readonly Exit[]): Event[] {
  const events = new Map<string, Event>();
  for (const e of exits) for (const [lock, entry] of e.state.entry) {
    // A lock taken instead of the caller's may be what the caller gives back.
    if (e.state.held.some((h) => !isSectionKind(h.kind)) || entry.assumed !== 'held' || !entry.direct || e.value === null || e.state.held.some((h) => h.lock === lock) || isPrivate(m, baseObject(m, lock))) continue;
    for (const x of exits) {
      const t = m.terms.get(lock), asOne = alone(m, x, exits, lock);
      if (x === e || (!asOne && (entry.kind !== 'spin' || m.terms.get(e.value).k !== 'num' || x.value !== e.value)) || (t.k === 'load' && x.state.heap.has(t.loc)) || contradict(m, asOne ? ofArguments(m, e.state.facts) : e.state.facts, x.state.facts) || tellsApart(m, e, x)) continue;
      const there = x.state.entry.get(lock);
      if (there ? there.assumed !== 'held' || !x.state.held.some((h) => h.lock === lock) : false) continue;
      const key = `${x.line} ${lock}`;
      if (!events.has(key)) events.set(key, { kind: 'held-at-exit', resource: lockClass(m, lock), place: entry.place, lockKind: entry.kind, line: x.line, otherLine: entry.line, exitClass: nameOf(m, x), trace: x.state.trace, certainty: 'sure', detail: 'kept', object: m.named.get(lock) ?? null });
    }
  }
  return [...events.values()];
}

/** The caller cannot tell `x` from two other ways and more out of the function, which give its lock back: by the constant that they return, or by the error, where all ways out give it back. */
function alone(m: Machine, x: Exit, exits: readonly Exit[], lock: TermId): boolean {
  const fails = exitMask(m, x) === NEG, alike = exits.filter((o) => o.line !== x.line && (fails ? (exitMask(m, o) & NEG) !== 0 : o.value === x.value));
  const gives = (o: Exit): boolean => o.state.entry.get(lock)?.assumed === 'held' && !o.state.held.some((h) => h.lock === lock);
  return ofCaller(m.terms, lock) && (fails || (x.value !== null && m.terms.get(x.value).k === 'num')) && new Set(alike.map((o) => o.line)).size > 1 && (fails ? exits.filter((o) => o.line !== x.line) : alike).every(gives);
}

/** What the function returns leads back to `id`; a number says nothing of where it came from. */
function returned(m: Machine, e: Exit, id: TermId): boolean {
  if (e.value === null) return false;
  const base = baseObject(m, e.value), object = baseObject(m, id), { returns } = m.fn;
  if (base === object || strip(m.terms, e.value) === id) return true;
  if (returns.pointers === 0 && NUMBERS.test(returns.base)) return false;
  if (originsOf(m, e, e.value).includes(object)) return true;
  // A getter may hand out a part of what it holds.
  if (HANDS_OUT.test(spoken(m)) && leadsThrough(m.terms, readFrom(m, e.value) ?? e.value, object)) return true;
  // A struct returned by value takes along what its fields hold.
  const t = m.terms.get(e.value);
  return returns.pointers === 0 && (t.k === 'load' || t.k === 'sym') && [...e.state.heap].some(([loc, value]) => isLocalPlace(m, loc) && baseObject(m, value) === object);
}

/** The lock is reached through the pointer that is returned: the caller finds it. */
function ledTo(m: Machine, e: Exit, lock: TermId): boolean {
  const value = e.value === null ? null : strip(m.terms, e.value);
  return value !== null && m.fn.returns.pointers > 0 && m.terms.symbols(value).length > 0 && leadsThrough(m.terms, lock, value);
}

/** What the value of an exit leads back to; asked of every lock and reference, once all paths have been followed. */
function originsOf(m: Machine, e: Exit, value: TermId): readonly TermId[] {
  let known = origins.get(e);
  if (known === undefined) origins.set(e, known = carried(m, value));
  return known;
}

const origins = new WeakMap<Exit, readonly TermId[]>();

/** What the helper that took the lock gave is left where the caller finds it: the lock goes along. */
function resultStored(m: Machine, e: Exit, h: Held): boolean {
  return !h.direct && (exitMask(m, e) & NEG) === 0 && [...e.state.heap].some(([loc, value]) => cameAt(m, value, h.line) && typeOf(m, value)?.pointers === 1 && !isLocalPlace(m, loc));
}

/** What was found through the lock's owner is left where the caller finds it: the owner goes along. */
function ownerStored(m: Machine, e: Exit, lock: TermId): boolean {
  const owner = baseObject(m, lock);
  return [...e.state.heap].some(([loc, value]) => !isLocalPlace(m, loc) && value !== owner && typeOf(m, value)?.pointers !== 0 && readFrom(m, value) !== null && leadsThrough(m.terms, readFrom(m, value) ?? value, owner) && !leadsThrough(m.terms, loc, owner));
}

/** The place where a pointer to the lock itself is left for the caller (`*ptlp = ptl`). */
function storedOut(m: Machine, e: Exit, lock: TermId): TermId | null {
  for (const [loc, value] of e.state.heap) {
    const t = m.terms.get(loc);
    if (strip(m.terms, value) === lock && !(t.k === 'var' && !t.global)) return loc;
  }
  return null;
}

function knownNull(m: Machine, facts: Facts, id: TermId): boolean {
  return notAnObject(m, facts, id);
}
