import type { Instr } from '../cfg/cfg.js';
import type { Contract, ContractEffect, LockKind } from '../kernel/contract.js';
import { evaluate, type Scope } from './eval.js';
import { lockClass, typeOf, type Machine } from './machine.js';
import { certainLock, nameOf, reclaiming } from './order.js';
import { baseObject } from './objects.js';
import { note, report, type Site } from './recorded.js';
import type { Held, State } from './state.js';
import type { TermId } from './term.js';

type Call = Extract<Instr, { op: 'call' }>;
type Blocking = Extract<ContractEffect, { op: 'sleep' | 'reclaim' }>;

/** Whoever holds one of these must not sleep. A bit lock forbids it only by the preemption that it switches off. */
const ATOMIC: ReadonlySet<LockKind> = new Set<LockKind>(['spin', 'raw_spin', 'rwlock', 'irq', 'bh', 'preempt', 'rcu']);
/** Contexts that come with a lock: the lock is what a reader wants to hear of. */
const CONTEXT: ReadonlySet<LockKind> = new Set<LockKind>(['irq', 'bh', 'preempt']);
/** Allocation flags that let the allocator sleep share a bit with this constant of the knowledge. */
const SLEEPING_FLAGS = '__gfp_sleeps';
/** Those that let it enter reclaim have all bits of this one. */
const RECLAIMING_FLAGS = '__gfp_reclaims';
/** Pseudo places of the knowledge: staying on one processor forbids nothing, and where page faults are off nobody waits for one. */
const MIGRATION = '__migrate';
const NO_FAULTS = '__pagefault_disabled';

/** A call that blocks whatever happens: wrong under a lock of `before`, those held when it was made, that is still held. */
export function mayBlock(m: Machine, s: State, call: Call, contract: Contract, effect: Blocking, scope: Scope, before: readonly Held[], site: Site): void {
  if (effect.op === 'reclaim' && (effect.gfp === undefined || have(m, evaluate(m, s, scope, effect.gfp), RECLAIMING_FLAGS)))
    reclaiming(
      m,
      s,
      before.filter((h) => s.held.includes(h)),
      site,
    );
  if (!certainly(m, s, contract, effect, scope)) return;
  // What the caller holds may have been dropped for the purpose: then nothing is said to the caller.
  if (![...s.entry.values()].some((e) => e.assumed === 'held')) s.slept = true;
  const faults = effect.op === 'sleep' && effect.only === 'faults';
  const wrong = [...before.filter((h) => s.held.includes(h)), ...s.asserted.values()].filter((h) => forbids(m, h, faults));
  if (wrong.length === 0 || (faults && s.held.some((h) => lockClass(m, h.lock) === NO_FAULTS))) return;
  const lock = wrong.find((h) => !CONTEXT.has(h.kind)) ?? (wrong[0] as Held);
  note(s, site, `${site.call} may sleep`);
  report(
    m,
    s,
    {
      kind: 'sleeps',
      resource: lockClass(m, lock.lock),
      place: lock.place,
      lockKind: lock.kind,
      otherLine: lock.line,
      certainty: 'sure',
      detail: `${call.callee ?? contract.name}${s.asserted.has(lock.lock) ? ' asserted' : ''}`,
    },
    { ...site, object: m.named.get(lock.lock) ?? null },
  );
}

/** The code says that its caller holds the lock; of an assertion that does not name the kind of lock, the lock's type does. */
export function assertHeld(m: Machine, s: State, lock: TermId, stated: LockKind, site: Site): void {
  const t = m.terms.get(lock);
  const type = stated !== 'other' ? null : t.k === 'addr' ? typeOf(m, t.loc) : typeOf(m, lock);
  const kind = stated !== 'other' ? stated : type ? m.types.lockTypes.get(type.base) : undefined;
  if (!kind || !ATOMIC.has(kind) || s.held.some((h) => h.lock === lock)) return;
  s.asserted = new Map([
    ...s.asserted,
    [lock, { lock, kind, mode: 'exclusive', count: 1, line: site.line, place: site.place, escaped: false, direct: true, tried: false }],
  ]);
}

/**
 * A call that nobody can look into may have given back what it was passed the owner of, and any context; so may the
 * put of the owner, by its release function. What is still held afterwards is not certain.
 */
export function mayRelease(m: Machine, s: State, objects: readonly TermId[], contexts: boolean): void {
  for (const h of [...s.held, ...s.asserted.values()])
    if ((contexts && CONTEXT.has(h.kind)) || objects.includes(baseObject(m, h.lock)) || objects.includes(h.lock)) m.doubtful.add(nameOf(h));
}

/** A body with several outcomes was summed up: which of them this call has is not certain, nor is what it took or gave back. */
export function mayDiffer(m: Machine, s: State, contract: Contract, before: readonly Held[], bindings: ReadonlyMap<string, TermId>): void {
  if (contract.source.startsWith('knowledge') || contract.outcomes.length < 2) return;
  for (const h of s.held) if (!before.includes(h)) m.doubtful.add(nameOf(h));
  if (contract.outcomes.some((o) => o.effects.some((e) => e.op === 'release')))
    mayRelease(
      m,
      s,
      [...bindings.values()].map((a) => baseObject(m, a)),
      false,
    );
}

/** Not in some states only, and for an allocation: with flags that are known to let it. */
function certainly(m: Machine, s: State, contract: Contract, effect: Blocking, scope: Scope): boolean {
  if (effect.op === 'sleep') return effect.only !== 'sometimes' && contract.outcomes.every((o) => o.effects.some((e) => e.op === 'sleep'));
  return effect.gfp === undefined || have(m, evaluate(m, s, scope, effect.gfp), SLEEPING_FLAGS);
}

/** Whether the flags certainly have every bit of a constant of the knowledge. */
function have(m: Machine, flags: TermId, wanted: string): boolean {
  const t = m.terms.get(flags);
  const names = t.k === 'name' ? [t.name] : t.k === 'bits' ? t.set : [];
  const bits = m.types.constants.get(wanted) ?? 0;
  return bits !== 0 && (names.reduce((all, n) => all | (m.types.constants.get(n) ?? 0), 0) & bits) === bits;
}

/** `faults`: preemption may be off for a mapping that has switched page faults off too. */
function forbids(m: Machine, h: Held, faults: boolean): boolean {
  if (!ATOMIC.has(h.kind) || h.escaped) return false;
  if (!certainLock(m, h)) return false;
  if ((CONTEXT.has(h.kind) || h.kind === 'rcu') && !h.direct) return false;
  return h.kind !== 'preempt' || (!faults && lockClass(m, h.lock) !== MIGRATION);
}
