import type { Expr } from '../parse/c/ast.js';
import type { Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import type { Contract, LockMode } from '../kernel/contract.js';
import { evaluate, localScope } from './eval.js';
import { knownAt, knownOnBoth, type Known } from './exit-cases.js';
import { isConstant, truth, type Facts } from './fact.js';
import { lockClass, strip, typeOf, type Event, type Machine } from './machine.js';
import { note, report } from './recorded.js';
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
  /** What is known there of what the caller gave, and of what was asked of it. */
  readonly known: Known;
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
  if (wrong.length > 0)
    report(
      m,
      s,
      {
        kind: 'flag-not-accepted',
        resource: `flags of ${contract.name}()`,
        place: wrong.join('|'),
        lockKind: 'other',
        otherLine: 0,
        certainty: 'sure',
        detail: wrong.join('|'),
      },
      site,
    );
  passedOn(m, value, flags);
  const locks = classesOf(flags.lock);
  const held = s.held.filter((h) => isWalkLock(lockClass(m, h.lock), locks));
  const promised = flags.lockedFlag === null ? null : isPromised(m, s.facts, value, flags.lockedFlag);
  const flag = flags.lockedFlag === 'true' ? `${flags.param}=true` : flags.lockedFlag;
  const mode = held.some((h) => h.mode === 'exclusive') ? 'exclusive' : held.length > 0 ? 'shared' : null;
  const use: FlagUse = {
    callee: call.callee ?? '?',
    flags: text,
    line: call.line,
    flag,
    promised,
    locks,
    held: mode,
    around: null,
    place: printExpr(arg),
    known: knownAt(m, { state: s, value: null, line: call.line, block }, MAX_KNOWN),
    trace: s.trace,
  };
  const key = `${call.line} ${call.callee} ${text} ${promised} ${mode}`;
  const other = uses.get(key);
  uses.set(key, other ? { ...use, known: knownOnBoth(other.known, use.known) } : use);
  if (flag === null) return;
  if (promised === true) note(s, site, `${call.callee}() is told that the walk's lock is held`);
  if (promised === false && held.length > 0)
    report(
      m,
      s,
      {
        kind: 'lock-without-flag',
        resource: lockClass(m, held[0]?.lock as TermId),
        place: held[0]?.place ?? '',
        lockKind: held[0]?.kind ?? 'other',
        otherLine: held[0]?.line ?? 0,
        certainty: 'sure',
        detail: flag,
      },
      site,
    );
  if (promised === true && held.length === 0 && ![...s.entry].some(([lock, e]) => e.assumed === 'held' && isWalkLock(lockClass(m, lock), locks)))
    report(
      m,
      s,
      { kind: 'flag-without-lock', resource: 'rmap lock', place: printExpr(arg), lockKind: 'rwsem', otherLine: 0, certainty: 'contract', detail: flag },
      site,
    );
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
  return { known: t.k === 'bits' ? t.set : t.k === 'name' ? [t.name] : [], text: inWords(m, s.facts, value).join(' or ') };
}

/** What flags may hold, sorted: "A|B", "ttu|A" of an argument, "…" for what is not known. */
function inWords(m: Machine, facts: Facts, value: TermId): readonly string[] {
  const t = m.terms.get(value);
  if (t.k === 'num') return [String(t.value)];
  if (t.k === 'name') return [t.name];
  if (t.k === 'bits' && t.base < 0) return [t.set.join('|')];
  if (t.k === 'op' && isConstant(m.terms, value)) return t.args.flatMap((id) => inWords(m, facts, id)).map((word) => `${t.op}${word}`);
  const own = facts.get(value)?.is;
  if (own) return own.flatMap((id) => inWords(m, facts, id)).sort();
  if (t.k === 'bits')
    return sortedOnce(
      inWords(m, facts, t.base)
        .map((w) => [...(w === '0' ? [] : w.split('|')), ...t.set])
        .map((names) => [...new Set(names)].join('|')),
    );
  return m.worded.get(value) ?? [t.k === 'sym' && t.source === 'param' ? t.text : '…'];
}

/** Remembers in words what `value` may hold, which comes of `parts`; nothing where that is no flags. */
export function wordFlags(m: Machine, value: TermId, parts: readonly { readonly value: TermId; readonly facts: Facts }[]): void {
  const isFlags = (id: TermId): boolean => {
    const t = m.terms.get(id);
    return t.k === 'bits' || t.k === 'name' || m.worded.has(id) || (t.k === 'num' && typeOf(m, value)?.base.startsWith('enum ') === true);
  };
  if (!parts.some((p) => isFlags(p.value) || p.facts.get(p.value)?.is?.some(isFlags))) return;
  const words = sortedOnce([...(m.worded.get(value) ?? []), ...parts.flatMap((p) => (p.value === value ? [] : inWords(m, p.facts, p.value)))]);
  if (words.length <= MAX_WORDS) m.worded.set(value, words);
}

const MAX_KNOWN = 24;
/** More cases than this tell a reader nothing. */
const MAX_WORDS = 6;

function sortedOnce(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

/** Whether the flag is set in `value`; null: not known. "true" is a parameter that promises by not being 0. */
export function isPromised(m: Machine, facts: Facts, value: TermId, flag: string): boolean | null {
  return flag === 'true' ? truth(m.terms, facts, value) : truth(m.terms, facts, m.terms.op('&', [value, m.terms.name(flag)]));
}

/** The function's own parameter is what the callee gets: who calls the function speaks to the callee. */
function passedOn(m: Machine, value: TermId, flags: NonNullable<Contract['flags']>): void {
  const stripped = strip(m.terms, value);
  const t = m.terms.get(stripped);
  const whole = t.k === 'bits' && t.base >= 0 ? m.terms.get(t.base) : t;
  if (whole.k !== 'sym' || whole.source !== 'param' || !m.fn.params.some((p) => p.name === whole.text)) return;
  const added = t.k === 'bits' ? t.set : [];
  const promises = flags.lockedFlag !== null && !added.includes(flags.lockedFlag);
  const next = { param: whole.text, accepts: flags.accepts, lockedFlag: promises ? flags.lockedFlag : null, lock: promises ? flags.lock : null };
  const old = m.passed.get(whole.text);
  m.passed.set(
    whole.text,
    old
      ? {
          ...old,
          accepts: old.accepts && next.accepts ? old.accepts.filter((f) => next.accepts?.includes(f)) : (old.accepts ?? next.accepts),
          ...(old.lockedFlag === next.lockedFlag ? {} : { lockedFlag: null, lock: null }),
        }
      : next,
  );
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
