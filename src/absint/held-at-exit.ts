import { INTERRUPT_KINDS, isSectionKind } from '../kernel/contract.js';
import { isPartial } from '../parse/c/unshown.js';
import { changedMeanwhile, contradict, exitMask, isFailure, lostPartner, triedHalf } from './exit-cases.js';
import { otherResult } from './exit-results.js';
import type { Exit } from './exit.js';
import { ANY, NEG, POS, ZERO } from './fact.js';
import { cameAt, returned, storedOut } from './leads-out.js';
import { lockClass, type Machine } from './machine.js';
import { HANDS_OUT, SAYS_LOCK, spoken } from './name-words.js';
import { isShared } from './derived.js';
import { baseObject, isPrivate } from './objects.js';
import { givenUp, type Held } from './state.js';
import { ofCaller, ofFormerTurn, type TermId } from './term.js';
import { isVoid } from './walk.js';

/** `named`: only the name of the function says that it hands the lock out. */
export function judgeHeld(m: Machine, e: Exit, h: Held, exits: readonly Exit[]): 'sure' | 'contract' | 'named' {
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
  if (
    h.kind === 'pair' &&
    (!released ||
      m.escaped.has(base) ||
      m.terms.symbols(h.lock).some((x) => {
        const t = m.terms.get(x);
        return t.k === 'sym' && (t.source === 'element' || t.source === 'old');
      }))
  )
    return 'contract';
  if (isPrivate(m, base) && !isShared(m, e.state, base) && !isSectionKind(h.kind))
    return saysSo(m, e) || ((isVoid(m.fn.returns) || gathered(m, h, exits)) && SAYS_LOCK.test(spoken(m)))
      ? 'contract'
      : released || (h.direct && e.state.gone.has(base)) || (h.direct && h.kind !== 'bit' && !HANDS_OUT.test(spoken(m)))
        ? 'sure'
        : 'contract';
  if (h.kind === 'srcu' && h.direct && !tokenLeaves(m, e, h)) return 'sure';
  const stored = storedOut(m, e, h.lock);
  const holds = (x: Exit): boolean =>
    x.state.held.some((y) => y.kind === h.kind && (y.lock === h.lock || stored !== null)) ||
    returned(m, x, h.lock) ||
    // Where nothing was stored, the place may still name a lock that the caller brought.
    (stored !== null && !x.state.heap.has(stored));
  const against = (named: boolean): 'sure' | 'contract' =>
    judgeAgainst(
      m,
      e,
      exits.filter((x) => !holds(x)),
      exits.filter(holds),
      released,
      h.direct && h.kind !== 'bit',
      stored !== null,
      h.kind === 'pair',
      named,
    );
  const judged = against(true);
  return judged === 'contract' && HANDS_OUT.test(spoken(m)) && !SAYS_LOCK.test(spoken(m)) && against(false) === 'sure' ? 'named' : judged;
}

/** The pseudo place of interrupts that are switched off without saving what was there. */
const INTERRUPTS_OFF = '__irq';

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
  const kept = (x: Exit): boolean =>
    x.state.held.some((y) => !isSectionKind(y.kind) && returned(m, x, y.lock)) || x.state.owned.some((o) => returned(m, x, o.object));
  return (
    h.kind === 'rcu' &&
    h.direct &&
    h.count === 1 &&
    m.fn.returns.pointers > 0 &&
    exits.every((x) => x.state.held.some((y) => y.lock === h.lock && y.line === h.line)) &&
    exits.some(kept)
  );
}

/** Whoever leaves the section needs the number that entering it gave: it is returned, or stored for the caller. */
function tokenLeaves(m: Machine, e: Exit, h: Held): boolean {
  return (
    (e.value !== null && cameAt(m, e.value, h.line)) ||
    m.fn.params.some((p) => p.type.pointers > 0 && p.type.base === 'int') ||
    [...e.state.heap.values()].some((v) => cameAt(m, v, h.line))
  );
}

/** One of several, taken by the turns of a loop. */
function gathered(m: Machine, h: Held, exits: readonly Exit[]): boolean {
  const earlier = (y: Held): boolean => y.count === Infinity || ofFormerTurn(m.terms, y.lock);
  return exits.some((x) => x.state.held.some((y) => y.line === h.line && y.kind === h.kind && earlier(y)));
}

/** A resource that the caller could give back is left on `e`: is that the function's contract, or a path that forgot? */
function judgeAgainst(
  m: Machine,
  e: Exit,
  without: readonly Exit[],
  withIt: readonly Exit[],
  givenBack: boolean,
  direct: boolean,
  stored: boolean,
  bracket: boolean,
  named: boolean,
): 'sure' | 'contract' {
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
    const t = m.terms.get(id);
    const there = x.state.facts.get(id);
    return (
      there !== undefined &&
      (f.mask & there.mask) === 0 &&
      t.k === 'op' &&
      t.op === '&' &&
      ofCaller(m.terms, id) &&
      t.args.some((a) => m.terms.get(a).k === 'sym')
    );
  });
}

/** A flag set in the result says to the caller what is held (`ret |= …_LOCKED`). */
function saysSo(m: Machine, e: Exit): boolean {
  if (e.value === null) return false;
  const flag = (id: TermId): boolean => m.terms.get(id).k === 'bits' || m.terms.get(id).k === 'name';
  return flag(e.value) || (e.state.facts.get(e.value)?.is?.every(flag) ?? false);
}
