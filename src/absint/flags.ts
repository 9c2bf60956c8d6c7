import type { Expr } from '../parse/c/ast.js';
import type { Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import type { Contract, LockMode } from '../kernel/contract.js';
import { evaluate, localScope } from './eval.js';
import { truth, type Facts } from './fact.js';
import { lockClass, strip, type Event, type Machine } from './machine.js';
import { note, report } from './resources.js';
import type { State, Step } from './state.js';
import type { TermId } from './term.js';

/** One call whose contract speaks of flags, on one path or on several that agree. */
export interface FlagUse {
  readonly callee: string;
  /** "A|B", "A or B", "A|…" where a part is not known. */
  readonly flags: string;
  readonly line: number;
  /** The flag that promises the callee's lock, as a caller says it; null: the callee has none. */
  readonly flag: string | null;
  /** Whether it is passed; null: not known. */
  readonly promised: boolean | null;
  /** Last parts of the classes of the lock that it speaks of. */
  readonly locks: readonly string[];
  /** How this function itself holds one of them there; null: it does not. */
  readonly held: LockMode | null;
  /** Whether those who call the function in its own file hold one of them there; null: not known. */
  readonly around: 'held' | 'free' | null;
  readonly place: string;
  readonly trace: Step | null;
}

/**
 * Judges the flags of a call whose contract speaks of them: named flags that the callee does not accept, and the
 * flag that promises a lock against the locks really held here.
 */
export function checkFlags(m: Machine, s: State, call: Extract<Instr, { op: 'call' }>, contract: Contract, block: number, uses: Map<string, FlagUse>): void {
  const flags = contract.flags;
  const index = contract.params.findIndex((p) => p.name === flags?.param);
  const arg = call.args[index];
  if (!flags || !arg) return;
  const scope = localScope(m, s, () => undefined);
  const value = evaluate(m, s, scope, arg);
  const { known, text } = spelled(m, s, value);
  const site = { line: call.line, block, place: printExpr(arg), object: null, call: `${call.callee}()`, direct: true, level: '' };
  const wrong = flags.accepts ? known.filter((f) => !flags.accepts?.includes(f)) : [];
  if (wrong.length > 0) report(m, s, { kind: 'flag-not-accepted', resource: `flags of ${contract.name}()`, place: wrong.join('|'), lockKind: 'other', otherLine: 0, certainty: 'sure', detail: wrong.join('|') }, site);
  passedOn(m, value, flags);
  const locks = classesOf(flags.lock);
  const held = s.held.filter((h) => isWalkLock(lockClass(m, h.lock), locks));
  const promised = flags.lockedFlag === null ? null : isPromised(m, s.facts, value, flags.lockedFlag);
  const flag = flags.lockedFlag === 'true' ? `${flags.param}=true` : flags.lockedFlag;
  const mode = held.some((h) => h.mode === 'exclusive') ? 'exclusive' : held.length > 0 ? 'shared' : null;
  const use: FlagUse = { callee: call.callee ?? '?', flags: text, line: call.line, flag, promised, locks, held: mode, around: null, place: printExpr(arg), trace: s.trace };
  uses.set(`${call.line} ${call.callee} ${text} ${promised} ${mode}`, use);
  if (flag === null) return;
  if (promised === true) note(s, site, `${call.callee}() is told that the walk's lock is held`);
  if (promised === false && held.length > 0) report(m, s, { kind: 'lock-without-flag', resource: lockClass(m, held[0]?.lock as TermId), place: held[0]?.place ?? '', lockKind: held[0]?.kind ?? 'other', otherLine: held[0]?.line ?? 0, certainty: 'sure', detail: flag }, site);
  if (promised === true && held.length === 0 && ![...s.entry].some(([lock, e]) => e.assumed === 'held' && isWalkLock(lockClass(m, lock), locks))) report(m, s, { kind: 'flag-without-lock', resource: 'rmap lock', place: printExpr(arg), lockKind: 'rwsem', otherLine: 0, certainty: 'contract', detail: flag }, site);
}

/** A promise that was kept by whoever called: the function itself gives the lock back later on. */
export function keptPromises(m: Machine, events: readonly Event[], uses: Iterable<FlagUse>): Event[] {
  const back = m.assumptions.filter((a) => a.assumed === 'held').map((a) => a.lock);
  if (back.length === 0) return [...events];
  const kept = new Set([...uses].filter((u) => back.some((lock) => isWalkLock(lockClass(m, lock), u.locks))).map((u) => u.line));
  return events.filter((e) => e.kind !== 'flag-without-lock' || !kept.has(e.line));
}

/** The names that are certainly set, and the value as a reader would say it. */
function spelled(m: Machine, s: State, value: TermId): { known: readonly string[]; text: string } {
  const t = m.terms.get(value);
  const names = (id: TermId): string => { const c = m.terms.get(id); return c.k === 'name' ? c.name : c.k === 'num' ? String(c.value) : c.k === 'bits' ? [...c.set, ...(c.base < 0 ? [] : ['…'])].join('|') : '…'; };
  const known = t.k === 'bits' ? t.set : t.k === 'name' ? [t.name] : [];
  if (t.k === 'num' || t.k === 'name' || (t.k === 'bits' && t.base < 0)) return { known, text: names(value) };
  const cases = s.facts.get(value)?.is?.map(names).sort();
  const base = t.k === 'bits' ? m.terms.get(t.base) : t;
  const own = base.k === 'sym' && base.source === 'param' ? base.text : '…';
  return { known, text: cases?.join(' or ') ?? [own, ...known].join('|') };
}

/** Whether the flag is set in `value`; null: not known. "true" is a parameter that promises by not being 0. */
export function isPromised(m: Machine, facts: Facts, value: TermId, flag: string): boolean | null {
  return flag === 'true' ? truth(m.terms, facts, value) : truth(m.terms, facts, m.terms.op('&', [value, m.terms.name(flag)]));
}

/** The function's own parameter is what the callee gets: who calls the function speaks to the callee. */
function passedOn(m: Machine, value: TermId, flags: NonNullable<Contract['flags']>): void {
  const stripped = strip(m.terms, value), t = m.terms.get(stripped), whole = t.k === 'bits' && t.base >= 0 ? m.terms.get(t.base) : t;
  if (whole.k !== 'sym' || whole.source !== 'param') return;
  const added = t.k === 'bits' ? t.set : [];
  const promises = flags.lockedFlag !== null && !added.includes(flags.lockedFlag);
  const next = { param: whole.text, accepts: flags.accepts, lockedFlag: promises ? flags.lockedFlag : null, lock: promises ? flags.lock : null };
  const old = m.passed.get(whole.text);
  m.passed.set(whole.text, old ? { ...old, accepts: old.accepts && next.accepts ? old.accepts.filter((f) => next.accepts?.includes(f)) : old.accepts ?? next.accepts, ...(old.lockedFlag === next.lockedFlag ? {} : { lockedFlag: null, lock: null }) } : next);
}

/** Last parts of the classes that a contract names (`a->b | c->d`). */
function classesOf(stated: Expr | null): string[] {
  if (stated === null) return [];
  return stated.k === 'binary' ? [...classesOf(stated.left), ...classesOf(stated.right)] : stated.k === 'member' ? [stated.field] : [];
}

/** Whether `lock` is of a class that the callee's walk takes, by the contract's own statement. */
export function walkLock(m: Machine, contract: Contract, lock: TermId): boolean {
  return isWalkLock(lockClass(m, lock), classesOf(contract.flags?.lock ?? null));
}

/** Whether a lock of class `resource` is one of those whose last parts are `locks`. */
export function isWalkLock(resource: string, locks: readonly string[]): boolean {
  return locks.some((c) => resource.endsWith(`->${c}`));
}
