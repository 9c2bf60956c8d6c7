import { printExpr, printPlace } from '../cfg/print.js';
import type { Contract, ContractEffect, Outcome } from '../kernel/contract.js';
import type { Expr } from '../parse/c/ast.js';
import { assertHeld } from './atomic.js';
import type { Call } from './call-scope.js';
import { freshSym } from './clobber.js';
import { evaluate, place as placeOf, type Scope } from './eval.js';
import { putCounted } from './last-put.js';
import { lockClass, type Machine, rootVariable, typeOf } from './machine.js';
import { releasesNothing } from './nothing.js';
import { escape, free } from './handing-over.js';
import { get, put } from './ownership.js';
import { countedName, isPartOfResult, lockAddress, rootName, spelled } from './places.js';
import { acquire, downgrade, release, touch } from './resources.js';
import { baseObject } from './objects.js';
import { lookAgain, rereadFieldsOf } from './rereads.js';
import { report, type Site } from './recorded.js';
import type { State } from './state.js';
import type { TermId } from './term.js';
import { isConditional, keepsFlags, mayBeReleased } from './unclear.js';
import { writePlace } from './write.js';

/** Does one effect of a call's outcome to `s`. False: this cannot happen on this path. */
export function applyEffect(
  m: Machine,
  s: State,
  call: Call,
  contract: Contract,
  outcome: Outcome,
  effect: Exclude<ContractEffect, { op: 'sleep' | 'reclaim' }>,
  scope: Scope,
  block: number,
  name: string,
  told: boolean,
): boolean {
  if (effect.op === 'walk' || effect.op === 'call' || effect.op === 'never' || effect.op === 'maybe') return true;
  // A callee that changes whether interrupts are on may do so as the flags say that it was given.
  if ((effect.op === 'acquire' || effect.op === 'release') && (effect.kind === 'irq' || effect.kind === 'bh') && !contract.source.startsWith('knowledge'))
    m.unclear.set(lockAddress(m, s, scope, effect.place), 'callee');
  const site: Site = {
    line: call.line,
    block,
    call: `${name}()`,
    direct: contract.source.startsWith('knowledge'),
    level: levelOf(call, contract),
    sometimes: !told && isConditional(contract, effect),
    ...spelled(call, contract, effect.place),
  };
  switch (effect.op) {
    case 'acquire': {
      const lock = lockAddress(m, s, scope, effect.place);
      touchLock(m, s, lock, call.line, block);
      if (effect.ensure && s.held.some((h) => h.lock === lock)) return true;
      if (!acquire(m, s, lock, effect.kind, effect.mode, effect.tryLock, site)) return false;
      if (effect.kind === 'irq') keepsFlags(m, call);
      if (effect.lent) s.held = s.held.map((h) => (h.lock === lock ? { ...h, lent: true, escaped: true } : h));
      return true;
    }
    case 'release': {
      const lock = lockAddress(m, s, scope, effect.place);
      touchLock(m, s, lock, call.line, block);
      if (effect.ensure && !s.held.some((h) => h.lock === lock)) return true;
      const kind = site.direct || effect.kind !== 'other' ? effect.kind : (s.held.find((h) => h.lock === lock) ?? s.entry.get(lock))?.kind;
      // Which lock of that name or of that object it is cannot be said, or of what kind.
      if (kind === undefined) {
        mayBeReleased(m, s, lock);
        return true;
      }
      if (contract.noted) for (const h of s.held) if (h.kind === 'irq' || h.kind === 'bh') m.unclear.set(h.lock, 'callee');
      if (mismatchedInterrupts(m, s, call, outcome, effect, scope, site)) return true;
      releasesNothing(m, s, lock, kind, site);
      // A callee that gave the object's lock back let others change it, and may have changed it itself.
      if (!site.direct) lookAgain(m, s, baseObject(m, lock));
      return release(m, s, lock, kind, effect.mode, site);
    }
    case 'downgrade':
      downgrade(m, s, lockAddress(m, s, scope, effect.place), effect.kind, site);
      return true;
    case 'get': {
      const object = evaluate(m, s, scope, effect.place);
      // What the call was given, or a part of it, did not come with the call.
      const brought =
        !site.direct &&
        isPartOfResult(effect.place) &&
        !contract.params.some((p) => {
          const a = scope.value(p.name);
          return a !== null && baseObject(m, a) === baseObject(m, object);
        });
      get(m, s, object, effect.kind, countOf(m, s, scope, effect), site, !site.direct && !effect.fresh, brought);
      return true;
    }
    case 'put':
      putCounted(m, s, evaluate(m, s, scope, effect.place), effect.kind, countOf(m, s, scope, effect), site, contract, outcome);
      return true;
    case 'consume':
      put(m, s, evaluate(m, s, scope, effect.place), effect.kind, 1, true, site);
      return true;
    case 'escape':
      if (!puts(contract, rootName(effect.place))) escape(m, s, evaluate(m, s, scope, effect.place), false, borrower(contract, effect.place));
      return true;
    case 'free':
      free(m, s, evaluate(m, s, scope, effect.place));
      return true;
    case 'store': {
      const value = evaluate(m, s, scope, effect.value);
      if (effect.known) {
        s.heap.set(placeOf(m, s, { ...scope, touch: () => undefined }, effect.place), value);
        return true;
      }
      writePlace(m, s, placeOf(m, s, scope, effect.place), value, { line: call.line, by: `${name}()`, place: site.place });
      return true;
    }
    case 'clobber': {
      const loc = placeOf(m, s, scope, effect.place);
      const t = m.terms.get(loc);
      if (t.k === 'var' && !t.global) for (const inner of [...s.heap.keys()]) if (rootVariable(m, inner) === t.name) s.heap.delete(inner);
      writePlace(
        m,
        s,
        loc,
        freshSym(m, s, `clobber:${block}:${call.line}:${printExpr(effect.place)}`, printExpr(effect.place), 'call', block, typeOf(m, m.terms.load(loc))),
        { line: call.line, by: `${name}()`, place: site.place },
      );
      return true;
    }
    case 'assert-not-held': {
      const lock = lockAddress(m, s, scope, effect.place);
      const mine = s.held.find((h) => h.lock === lock && h.kind === effect.kind && h.mode === 'exclusive' && h.count !== Infinity && !h.lent && !h.escaped);
      if (mine)
        report(
          m,
          s,
          {
            kind: 'double-acquire',
            resource: lockClass(m, lock),
            place: site.place,
            lockKind: effect.kind,
            otherLine: mine.line,
            certainty: 'sure',
            detail: 'exclusive',
          },
          site,
        );
      return true;
    }
    case 'assert-held':
      if (site.direct) assertHeld(m, s, lockAddress(m, s, scope, effect.place), effect.kind, site);
      else if (effect.relocked) rereadFieldsOf(m, s, lockAddress(m, s, scope, effect.place), site);
      return true;
    case 'last-put-locks':
      return true;
  }
}

/** The parameter by which a lock function is told how deep it nests. */
const LEVEL = 'subclass';

/** The nesting level that a call states, as it is written there. */
function levelOf(call: Call, contract: Contract): string {
  const level = call.args[contract.params.findIndex((p) => p.name === LEVEL)];
  return level === undefined || (level.k === 'num' && level.value === 0) ? '' : printExpr(level);
}

/** How many references: stated, or the number that the call passes. */
function countOf(m: Machine, s: State, scope: Scope, effect: Extract<ContractEffect, { op: 'get' | 'put' }>): number | null {
  if (effect.count !== null || !effect.amount) return effect.count;
  const t = m.terms.get(evaluate(m, s, scope, effect.amount));
  return t.k === 'num' ? t.value : null;
}

/** Whatever happens it puts a reference on what the parameter points to: what the last put does with the object is no business of those who still have one. */
export function puts(contract: Contract, param: string | null): boolean {
  return param !== null && contract.outcomes.every((o) => o.effects.length === 0 || o.effects.some((e) => e.op === 'put' && countedName(e.place) === param));
}

/** Who may have kept an argument: a computed contract says so of what it passes on, too. */
function borrower(contract: Contract, place: Expr): string {
  return place.k === 'id' && !contract.source.startsWith('knowledge') ? `${contract.name}#${contract.params.findIndex((p) => p.name === place.name)}` : '';
}

/** On the failing side of a trylock the lock is not ours: a release that follows is wrong. */
export function markFailedTries(m: Machine, s: State, call: Call, contract: Contract, outcome: Outcome, scope: Scope): void {
  if (outcome.effects.some((e) => e.op === 'acquire')) return;
  for (const o of contract.outcomes)
    for (const e of o.effects) {
      if (e.op !== 'acquire' || !(e.tryLock || contract.outcomes.length > 1) || rootName(e.place) === '__return' || e.place.k === 'unary') continue;
      const lock = lockAddress(m, s, scope, e.place);
      if (s.entry.has(lock) || s.held.some((h) => h.lock === lock)) continue;
      s.entry = new Map([
        ...s.entry,
        [
          lock,
          { assumed: 'free', kind: e.kind, mode: e.mode, line: call.line, place: call.args[0] ? printPlace(call.args[0]) : '', direct: true, failedTry: true },
        ],
      ]);
    }
}

/** `spin_unlock_irq` on a lock taken without turning interrupts off, and the like: wrong at the release itself. */
function mismatchedInterrupts(
  m: Machine,
  s: State,
  call: Call,
  outcome: Outcome,
  effect: Extract<ContractEffect, { op: 'release' }>,
  scope: Scope,
  site: Site,
): boolean {
  if (effect.kind !== 'irq' && effect.kind !== 'bh') return false;
  const flavour = lockAddress(m, s, scope, effect.place);
  if (s.held.some((h) => h.lock === flavour) || s.entry.has(flavour)) return false;
  // The state of interrupts that the caller saved is the caller's.
  if (call.args.some((a) => a.k === 'id' && m.fn.params.some((p) => p.name === a.name && p.type.pointers === 0))) return false;
  // Interrupts may have been off for a lock of the caller that this path has given back without turning them on.
  if ([...s.entry].some(([id, e]) => e.assumed === 'held' && (e.kind === 'spin' || e.kind === 'raw_spin') && !s.held.some((h) => h.lock === id))) return false;
  const partner = outcome.effects.find((e) => e.op === 'release' && e.kind !== 'irq' && e.kind !== 'bh' && e.kind !== 'preempt');
  if (partner?.op !== 'release') return false;
  const lock = lockAddress(m, s, scope, partner.place);
  if (!m.releasedHere.has(lock) && !s.held.some((h) => h.lock === lock)) return false;
  const held = s.held.find((h) => h.lock === lock);
  const others = s.held.filter((h) => h.kind === 'irq' || h.kind === 'bh');
  if (!held && s.entry.get(lock)?.assumed === 'held') return false;
  // The flags of another function may have been saved elsewhere.
  if (!m.unclear.has(flavour) && (held ? site.direct && held.direct : m.releasedDirectly.get(lock)))
    report(
      m,
      s,
      {
        kind: 'mode-mismatch',
        resource: site.place,
        place: site.place,
        lockKind: partner.kind,
        otherLine: held?.line ?? 0,
        certainty: 'sure',
        detail: 'interrupts',
      },
      site,
    );
  s.held = s.held.filter((h) => !others.includes(h));
  return true;
}

function touchLock(m: Machine, s: State, lock: TermId, line: number, block: number): void {
  touch(m, s, baseObject(m, lock), line, block);
}
