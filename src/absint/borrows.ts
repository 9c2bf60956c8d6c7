import type { CFunction, Expr, Stmt } from '../parse/c/ast.js';
import type { Contract } from '../kernel/contract.js';
import { PREDICATE, tellsNumber } from './looks.js';
import type { Event } from './machine.js';
import { rootName } from './places.js';

/** Functions that hand a pointer on are followed this far. */
const MAX_HOPS = 5;

/** What is known of a function by its name. */
export interface Known {
  readonly body: (name: string) => CFunction | null;
  readonly stated: (name: string) => Contract | null;
}

/** What a function does with a pointer that it is given, as its text says: looks at the object, gives the pointer back, or may keep it. */
type Use = 'looks' | 'returns' | 'keeps';

/** The events of a function; those which hold unless a callee kept the object are certain where no callee does. */
export function withBorrowers(events: readonly Event[], known: Known): readonly Event[] {
  const borrows = (callee: string): boolean => {
    const [name = '', at] = callee.split('#');
    return at !== undefined && useOf(name, Number(at), known, 0) === 'looks';
  };
  const settled = events.filter((e) => e.doubt !== undefined && e.doubt !== 'name' && [...e.doubt].every(borrows));
  return settled.length === 0 ? events : events.map((e) => (settled.includes(e) ? { ...e, certainty: 'sure' } : e));
}

function useOf(name: string, at: number, known: Known, hops: number): Use {
  const stated = known.stated(name);
  if (stated !== null) return statedUse(stated, at);
  const fn = hops < MAX_HOPS ? known.body(name) : null;
  if (fn !== null) return bodyUse(fn, at, known, hops);
  return tellsNumber(name, null) || PREDICATE.test(name) ? 'looks' : 'keeps';
}

function statedUse(contract: Contract, at: number): Use {
  const param = contract.params[at]?.name;
  if (param === undefined) return 'keeps';
  const named = (e: Expr): boolean => rootName(e) === param;
  for (const o of contract.outcomes)
    for (const e of o.effects) {
      if ((e.op === 'get' || e.op === 'put' || e.op === 'consume' || e.op === 'escape' || e.op === 'free') && named(e.place)) return 'keeps';
      if (e.op === 'store' && named(e.value)) return 'keeps';
      if (e.op === 'call' || e.op === 'maybe') return 'keeps';
    }
  return (contract.returns?.pointers ?? 1) > 0 && contract.outcomes.some((o) => o.effects.length === 0) ? 'returns' : 'looks';
}

function bodyUse(fn: CFunction, at: number, known: Known, hops: number): Use {
  const param = fn.params[at]?.name;
  if (fn.body === null || param === undefined || fn.damaged) return 'keeps';
  const aliases = new Set([param]);
  const locals = new Set(fn.params.map((p) => p.name));
  let keeps = false;
  let returns = false;
  const all = (list: readonly Expr[]): boolean => list.map(carries).some(Boolean);
  /** Whether the value leads to the object; notes on the way where that is put. */
  const carries = (e: Expr): boolean => {
    switch (e.k) {
      case 'id':
        return aliases.has(e.name);
      case 'cast':
      case 'update':
        return carries(e.arg);
      case 'unary':
        return e.op === '&' && e.arg.k === 'id'
          ? (keeps ||= aliases.has(e.arg.name))
          : carries(e.op === '&' ? placeOf(e.arg) : e.arg) && e.op !== '*' && e.op !== '!';
      case 'member':
        carries(e.obj);
        return false;
      case 'index':
        all([e.obj, e.index]);
        return false;
      case 'binary': {
        const [left, right] = [carries(e.left), carries(e.right)];
        return e.op === ',' ? right : (e.op === '+' || e.op === '-' || e.op === '&' || e.op === '|') && (left || right);
      }
      case 'assign':
        return assigned(e.left, carries(e.right));
      case 'cond':
        return all([e.test].filter((t) => carries(t) && e.then === null).concat(e.then ?? [], e.else));
      case 'call':
        return called(e.fn, e.args.map(carries));
      case 'stmtexpr': {
        e.body.forEach(statement);
        const last = e.body.at(-1);
        return last?.k === 'expr' && carries(last.expr);
      }
      case 'init':
        keeps ||= all(e.items.map((i) => i.value));
        return false;
      default:
        return false;
    }
  };
  const assigned = (left: Expr, value: boolean): boolean => {
    if (left.k !== 'id') {
      carries(left);
      keeps ||= value;
    } else if (value && locals.has(left.name)) aliases.add(left.name);
    else keeps ||= value;
    return value;
  };
  const called = (callee: Expr, given: readonly boolean[]): boolean => {
    if (!given.some(Boolean)) return false;
    const uses = given.flatMap((g, i): Use[] =>
      !g ? [] : callee.k === 'id' && !locals.has(callee.name) ? [useOf(callee.name, i, known, hops + 1)] : ['keeps'],
    );
    keeps ||= uses.includes('keeps');
    return uses.includes('returns');
  };
  const statement = (s: Stmt): void => {
    switch (s.k) {
      case 'expr':
        carries(s.expr);
        return;
      case 'decl':
        for (const v of s.vars) {
          locals.add(v.name);
          if (v.init !== null && carries(v.init)) {
            if (v.static) keeps = true;
            else aliases.add(v.name);
          }
          if (v.attributes.length > 0) keeps = true;
        }
        return;
      case 'block':
        s.body.forEach(statement);
        return;
      case 'if':
        carries(s.test);
        statement(s.then);
        if (s.else) statement(s.else);
        return;
      case 'while':
      case 'do':
        carries(s.test);
        statement(s.body);
        return;
      case 'for':
        if (s.init) statement(s.init);
        if (s.test) carries(s.test);
        if (s.step) carries(s.step);
        statement(s.body);
        return;
      case 'switch':
        carries(s.value);
        statement(s.body);
        return;
      case 'return':
        returns ||= s.value !== null && carries(s.value);
        return;
      // The iterators of a list or a tree move through it.
      case 'macro':
        all(s.args);
        statement(s.body);
        return;
      case 'config':
        s.then.forEach(statement);
        s.else.forEach(statement);
        return;
      case 'unknown':
        keeps = true;
        return;
      default:
        return;
    }
  };
  for (let size = 0; size !== aliases.size && !keeps; ) {
    size = aliases.size;
    statement(fn.body);
  }
  return keeps ? 'keeps' : returns ? 'returns' : 'looks';
}

/** What an address points into: the object that a member is of. */
function placeOf(e: Expr): Expr {
  return e.k === 'member' ? (e.arrow ? e.obj : placeOf(e.obj)) : e.k === 'index' ? placeOf(e.obj) : e.k === 'unary' && e.op === '*' ? e.arg : e;
}
