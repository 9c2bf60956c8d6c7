import type { Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import type { Contract } from '../kernel/contract.js';
import { evaluate, localScope } from './eval.js';
import { maskOf, POS } from './fact.js';
import { lockClass, type Machine } from './machine.js';
import { note, report } from './resources.js';
import type { State } from './state.js';
import type { Summary } from './summary.js';
import type { TermId } from './term.js';

/**
 * Judges the flags of a call whose contract speaks of them: named flags that the callee does not accept, and the
 * flag that promises a lock against the locks really held here.
 */
export function checkFlags(m: Machine, s: State, call: Extract<Instr, { op: 'call' }>, contract: Contract, block: number, uses: Map<string, Summary['flagUses'][number]>): void {
  const flags = contract.flags;
  const index = contract.params.findIndex((p) => p.name === flags?.param);
  const arg = call.args[index];
  if (!flags || !arg) return;
  const scope = localScope(m, s, () => undefined);
  const value = evaluate(m, s, scope, arg);
  const t = m.terms.get(value);
  const known = t.k === 'bits' ? t.set : t.k === 'name' ? [t.name] : [];
  const exact = (t.k === 'bits' && t.base < 0) || t.k === 'name' || t.k === 'num';
  const cases = s.facts.get(value)?.is?.map((v) => { const c = m.terms.get(v); return c.k === 'name' ? c.name : c.k === 'num' ? String(c.value) : c.k === 'bits' ? c.set.join('|') : '…'; }).sort();
  const text = exact ? known.join('|') || '0' : cases?.join(' or ') ?? [...known, '…'].join('|');
  uses.set(`${call.line} ${call.callee} ${text}`, { callee: call.callee ?? '?', flags: text, line: call.line });
  const site = { line: call.line, block, place: printExpr(arg), object: null, call: `${call.callee}()`, direct: true };
  const wrong = flags.accepts ? known.filter((f) => !flags.accepts?.includes(f)) : [];
  if (wrong.length > 0) report(m, s, { kind: 'flag-not-accepted', resource: `flags of ${contract.name}()`, place: wrong.join('|'), lockKind: 'other', otherLine: 0, certainty: 'sure', detail: wrong.join('|') }, site);
  if (!flags.lockedFlag) return;
  // A parameter that is a plain bool promises by being true.
  const promised = flags.lockedFlag === 'true' ? maskOf(m.terms, s.facts, value) === POS || (t.k === 'num' && t.value !== 0) : known.includes(flags.lockedFlag);
  const held = s.held.filter((h) => walkLock(m, contract, h.lock));
  if (promised) note(s, site, `${call.callee}() is told that the walk's lock is held`);
  if (!promised && exact && held.length > 0) report(m, s, { kind: 'lock-without-flag', resource: lockClass(m, held[0]?.lock as TermId), place: held[0]?.place ?? '', lockKind: held[0]?.kind ?? 'other', otherLine: held[0]?.line ?? 0, certainty: 'sure', detail: flags.lockedFlag }, site);
  if (promised && held.length === 0 && ![...s.entry].some(([lock, e]) => e.assumed === 'held' && walkLock(m, contract, lock))) report(m, s, { kind: 'flag-without-lock', resource: 'rmap lock', place: printExpr(arg), lockKind: 'rwsem', otherLine: 0, certainty: 'contract', detail: flags.lockedFlag }, site);
}

/** Whether `lock` is of a class that the callee's walk takes, by the contract's own statement (`a->b | c->d`). */
export function walkLock(m: Machine, contract: Contract, lock: TermId): boolean {
  const stated = contract.flags?.lock;
  if (!stated) return false;
  const classes: string[] = [];
  const walk = (e: typeof stated): void => {
    if (e.k === 'binary') { walk(e.left); walk(e.right); return; }
    if (e.k === 'member') classes.push(e.field);
  };
  walk(stated);
  return classes.some((c) => lockClass(m, lock).endsWith(`->${c}`));
}
