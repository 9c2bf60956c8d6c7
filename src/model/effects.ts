import type { Expr } from '../parse/c/ast.js';
import type { Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import { freshSym } from '../absint/clobber.js';
import { lockAddress, rootName } from '../absint/places.js';
import { evaluate, localScope, place as placeOf, type Scope } from '../absint/eval.js';
import { assume, maskOf, NEG, NONZERO, narrow, POS, ZERO } from '../absint/fact.js';
import { strip, typeOf, type Machine } from '../absint/machine.js';
import { baseObject } from '../absint/objects.js';
import { unify } from '../absint/substitute.js';
import type { SummaryOutcome } from '../absint/summary.js';
import { isCall, type Term, type TermId } from '../absint/term.js';
import type { Contract, ContractEffect, Outcome, ReturnClass } from '../kernel/contract.js';
import { cloneLocal, type Local, type Op, type Slice } from './local.js';
import { walkOps } from './walk.js';
import { acquireLock, downgradeLock, getReference, putReference, releaseLock, SECTIONS } from './holding.js';

type Call = Extract<Instr, { op: 'call' }>;

/** One way a call can go: what it does to tracked objects, and the state after it. */
export interface Way {
  readonly ops: readonly Op[];
  readonly local: Local;
  /** In words, null when the call can only go this way. */
  readonly choice: string | null;
}

/** Word parts of functions that only look: asked twice of the same thing, they answer alike. */
const LOOKS =
  /^(is|has|can|should|need|want|may|test)_|_(is|has|test|can|need|needed|supported|present|none|same|equal|empty|huge|anon|mapped|shared)(_|$)|^[A-Z][a-z]+[A-Z][A-Za-z]*$|enabled|supported/;
const MASKS = { zero: ZERO, nonzero: NONZERO, negative: NEG, positive: POS, nonnegative: ZERO | POS, nonpositive: ZERO | NEG } as const;

/** Every way in which `call` can go from `l`, in the order of the contract's outcomes. Uses up `l`. */
export function waysOf(m: Machine, l: Local, call: Call, contract: Contract | null, slice: Slice, block: number): Way[] {
  if (contract?.noreturn) return [];
  if (contract === null || contract.outcomes.length === 0) {
    plainCall(m, l, call, contract, block);
    return [{ ops: [], local: l, choice: null }];
  }
  const ways: Way[] = [];
  for (const [i, outcome] of contract.outcomes.entries()) {
    const local = i === contract.outcomes.length - 1 ? l : cloneLocal(l);
    const ops = applyOutcome(m, local, call, contract, outcome, slice, block);
    if (ops !== null) ways.push({ ops, local, choice: sayResult(call, contract, outcome.when) });
  }
  return ways.length === 1 ? ways.map((w) => ({ ...w, choice: null })) : ways;
}

/** A new value made at one place of the code; what was held on the value made there on an earlier turn moves on with it. */
export function fresh(
  m: Machine,
  l: Local,
  origin: string,
  text: string,
  source: 'call' | 'element' | 'unknown',
  block: number,
  type: Parameters<typeof freshSym>[6] = null,
): TermId {
  const before = [...l.s.held.map((h) => h.lock), ...l.s.owned.map((o) => o.object)];
  const sym = freshSym(m, l.s, origin, text, source, block, type);
  const old = m.terms.sym(`old:${origin}`, text, type, 'old');
  const moved = [...new Set(before)].filter((id) => m.terms.symbols(id).includes(sym));
  if (m.inLoop.has(block) && moved.length > 0) l.moves = [...l.moves, ...moved.map((from) => ({ from, to: m.terms.replace(from, sym, old) }))];
  return sym;
}

const MAX_ARITHMETIC = 1;
const MAX_CHAIN = 3;

/** In a loop a value that feeds on itself (`n -= x`, `p = p->next`) would grow from turn to turn: from some size on it is a new one. */
export function widened(m: Machine, l: Local, value: TermId, block: number, line: number, text: string): TermId {
  if (!m.inLoop.has(block) || (nesting(m, value, isArithmetic) <= MAX_ARITHMETIC && nesting(m, value, isLoad) <= MAX_CHAIN)) return value;
  return fresh(m, l, `wide:${block}:${line}:${text}`, text, 'unknown', block, typeOf(m, value));
}

const isLoad = (t: Term): boolean => t.k === 'load';
const isArithmetic = (t: Term): boolean => (t.k === 'bits' && t.base >= 0) || (t.k === 'op' && !isCall(t.op) && t.op !== '!' && !t.op.startsWith('once:'));

/** How deep terms of one sort are nested in a value. */
function nesting(m: Machine, id: TermId, counts: (t: Term) => boolean): number {
  const t = m.terms.get(id);
  const parts =
    t.k === 'op'
      ? t.args
      : t.k === 'load' || t.k === 'addr'
        ? [t.loc]
        : t.k === 'field' || t.k === 'deref' || (t.k === 'bits' && t.base >= 0)
          ? [t.base]
          : t.k === 'elem'
            ? [t.base, t.index]
            : [];
  return (counts(t) ? 1 : 0) + Math.max(0, ...parts.map((p) => nesting(m, p, counts)));
}

/** Stores `value`; what was known of the place's former value is forgotten. */
export function write(m: Machine, l: Local, loc: TermId, value: TermId): void {
  const t = m.terms.get(loc);
  if (t.k === 'var' && !t.global) {
    l.s.env.set(t.name, value);
    return;
  }
  l.s.heap.set(loc, value);
  const stale = m.terms.load(loc);
  if (l.s.facts.has(stale)) l.s.facts = new Map([...l.s.facts].filter(([id]) => id !== stale));
}

export const scopeOf = (m: Machine, l: Local, touch: (object: TermId) => void = () => undefined): Scope => localScope(m, l.s, touch);

function applyOutcome(m: Machine, l: Local, call: Call, contract: Contract, outcome: Outcome | SummaryOutcome, slice: Slice, block: number): Op[] | null {
  const { s } = l;
  const made = madeBy(m, l, call, contract, block);
  const args = call.args.map((a) => evaluate(m, s, scopeOf(m, l), a));
  const bindings = new Map<string, TermId>();
  contract.params.forEach((p, i) => {
    const a = args[i];
    if (a !== undefined) bindings.set(p.name, a);
  });
  clobberLocals(m, l, call, args, contract, block);
  const result = resultOf(m, l, call, contract, bindings, args, made, block);
  const entry = calleeScope(m, bindings, result);
  if ('given' in outcome) {
    if (!narrowAll(m, l, entry, outcome.given)) return null;
    for (const g of outcome.given) if (g.expr.k === 'binary' && g.expr.op === '==' && (g.mask & ZERO) === 0) unify(m.terms, s, evaluate(m, s, entry, g.expr));
  }
  const value = 'value' in outcome && outcome.value ? evaluate(m, s, entry, outcome.value) : result;
  const scope = calleeScope(m, bindings, value, lvalues(m, l, call, contract));
  if (!assumeReturn(m, l, value, outcome.when)) return null;
  if ('returns' in outcome && !narrowAll(m, l, scope, outcome.returns)) return null;
  const ops: Op[] = [];
  for (const effect of outcome.effects) {
    const op = applyEffect(m, l, call, effect, scope, slice, block);
    if (op === null) return null;
    ops.push(...op);
  }
  ops.push(...walkOps(m, l, call, contract, args, slice));
  if (!outcome.effects.some((e) => e.op === 'acquire')) notTaken(m, l, call, contract, scope, slice);
  if (call.to !== null) s.env.set(call.to, value);
  return ops;
}

function narrowAll(m: Machine, l: Local, scope: Scope, wanted: readonly { readonly expr: Expr; readonly mask: number }[]): boolean {
  const facts = new Map(l.s.facts);
  for (const w of wanted) if (!narrow(m.terms, facts, evaluate(m, l.s, scope, w.expr), w.mask)) return false;
  l.s.facts = facts;
  return true;
}

/** Null: this cannot happen here. */
function applyEffect(m: Machine, l: Local, call: Call, effect: ContractEffect, scope: Scope, slice: Slice, block: number): Op[] | null {
  const { s } = l;
  const spelled = 'place' in effect ? spell(call, effect.place) : '';
  switch (effect.op) {
    case 'acquire': {
      const id = lockAddress(m, s, scope, effect.place);
      if (effect.ensure && s.held.some((h) => h.lock === id)) return [];
      if (isNull(m, l, id) || (effect.ensure === true && s.held.some((h) => h.lock === id))) return [];
      return slice.lock(m, id, effect.kind)
        ? acquireLock(m, l, slice, { id, kind: effect.kind, mode: effect.mode, tryLock: effect.tryLock, line: call.line, place: spelled })
        : [];
    }
    case 'release': {
      const id = lockAddress(m, s, scope, effect.place);
      if (effect.ensure && !s.held.some((h) => h.lock === id)) return [];
      if (isNull(m, l, id) || (effect.ensure === true && !s.held.some((h) => h.lock === id))) return [];
      return slice.lock(m, id, effect.kind) ? releaseLock(m, l, slice, { id, kind: effect.kind, mode: effect.mode, line: call.line, place: spelled }) : [];
    }
    case 'downgrade': {
      const id = lockAddress(m, s, scope, effect.place);
      return slice.lock(m, id, effect.kind) ? downgradeLock(m, l, id, effect.kind) : [];
    }
    case 'get':
    case 'put':
    case 'consume': {
      const id = strip(m.terms, evaluate(m, s, scope, effect.place));
      if (isNull(m, l, id) || !slice.reference(m, id, effect.kind)) return [];
      const count = effect.op === 'consume' ? 1 : (effect.count ?? amountOf(m, l, scope, effect.amount));
      if (effect.op === 'get')
        return getReference(m, l, {
          id,
          kind: effect.kind,
          count,
          line: call.line,
          place: spelled,
          found: slice.keepsItself || rootName(effect.place) === '__return' || effect.place.k === 'unary',
        });
      return putReference(m, l, slice, { id, kind: effect.kind, count, line: call.line, place: spelled, keep: effect.op === 'consume' });
    }
    case 'escape': {
      const id = baseObject(m, evaluate(m, s, scope, effect.place));
      if (s.owned.some((o) => o.object === id && !o.escaped)) s.owned = s.owned.map((o) => (o.object === id ? { ...o, escaped: true } : o));
      return [];
    }
    case 'store': {
      const value = evaluate(m, s, scope, effect.value);
      write(
        m,
        l,
        placeOf(m, s, effect.known ? { ...scope, touch: () => undefined } : scope, effect.place),
        widened(m, l, value, block, call.line, printExpr(effect.place)),
      );
      return [];
    }
    case 'clobber': {
      const text = printExpr(effect.place);
      write(m, l, placeOf(m, s, scope, effect.place), fresh(m, l, `clobber:${block}:${call.line}:${text}`, text, 'call', block));
      return [];
    }
    case 'assert-held': {
      const id = lockAddress(m, s, scope, effect.place);
      return slice.strict && slice.lock(m, id, effect.kind) ? [{ k: 'assert-held', id }] : [];
    }
    case 'assert-not-held': {
      // The callee takes the lock itself: with the lock in hand it never comes back.
      const id = lockAddress(m, s, scope, effect.place);
      const mine = s.held.find((h) => h.lock === id && h.kind === effect.kind && h.mode === 'exclusive');
      return mine === undefined || SECTIONS.has(effect.kind) || !slice.lock(m, id, effect.kind)
        ? []
        : [{ k: 'acquire', id, kind: effect.kind, mode: 'exclusive', tryLock: false, again: true, sharedBefore: false }];
    }
    case 'walk': {
      const id = strip(m.terms, evaluate(m, s, scope, effect.place));
      return slice.strict ? [{ k: 'use', id }] : [];
    }
    default:
      return [];
  }
}

function isNull(m: Machine, l: Local, id: TermId): boolean {
  return maskOf(m.terms, l.s.facts, id) === ZERO;
}

/** A number of references that only this call tells: a small constant, else one. */
function amountOf(m: Machine, l: Local, scope: Scope, amount: Expr | undefined): number {
  const t = amount === undefined ? null : m.terms.get(evaluate(m, l.s, scope, amount));
  return t?.k === 'num' && t.value > 0 && t.value < 4 ? t.value : 1;
}

/** On the failing side of a trylock the lock is not ours. */
function notTaken(m: Machine, l: Local, call: Call, contract: Contract, scope: Scope, slice: Slice): void {
  for (const o of contract.outcomes)
    for (const e of o.effects) {
      if (e.op !== 'acquire' || rootName(e.place) === '__return' || e.place.k === 'unary') continue;
      const id = lockAddress(m, l.s, scope, e.place);
      if (!slice.lock(m, id, e.kind) || l.s.entry.has(id) || l.s.held.some((h) => h.lock === id)) continue;
      l.s.entry = new Map([
        ...l.s.entry,
        [id, { assumed: 'free', kind: e.kind, mode: e.mode, line: call.line, place: spell(call, e.place), direct: true, failedTry: true }],
      ]);
    }
}

/** A call without outcomes: nothing tracked happens; what it can write it may write. */
function plainCall(m: Machine, l: Local, call: Call, contract: Contract | null, block: number): void {
  const made = madeBy(m, l, call, contract, block);
  const args = call.args.map((a) => evaluate(m, l.s, scopeOf(m, l), a));
  const bindings = new Map<string, TermId>();
  contract?.params.forEach((p, i) => {
    const a = args[i];
    if (a !== undefined) bindings.set(p.name, a);
  });
  clobberLocals(m, l, call, args, contract, block);
  if (call.to !== null) l.s.env.set(call.to, resultOf(m, l, call, contract, bindings, args, made, block));
}

/** The value this call makes. It comes before the arguments: what an earlier turn made here is the old one from now on. */
function madeBy(m: Machine, l: Local, call: Call, contract: Contract | null, block: number): TermId {
  const name = call.callee ?? '?';
  const type = contract?.returns ?? (call.callee === null ? null : m.types.returns(call.callee));
  return fresh(m, l, `call:${block}:${call.line}:${call.to ?? ''}:${name}`, `${name}()`, 'call', block, type);
}

function resultOf(
  m: Machine,
  l: Local,
  call: Call,
  contract: Contract | null,
  bindings: Map<string, TermId>,
  args: readonly TermId[],
  made: TermId,
  block: number,
): TermId {
  if (contract?.result) {
    const value = evaluate(m, l.s, calleeScope(m, bindings, m.terms.num(0)), contract.result);
    // What may change at any time is read anew on every turn of a loop.
    return !contract.pure && m.inLoop.has(block) && m.terms.get(value).k === 'load' ? made : value;
  }
  const effectless = contract === null || contract.outcomes.every((o) => o.effects.length === 0);
  const bare = (): TermId[] => args.map((a) => strip(m.terms, a));
  if (contract?.pure === true) return m.terms.op(`call:${contract.name}`, bare());
  if (call.callee !== null && effectless && LOOKS.test(call.callee)) return m.terms.op(`pred:${call.callee}`, bare());
  return made;
}

/** What a callee may write through `&local`, unless its contract speaks of that parameter. */
function clobberLocals(m: Machine, l: Local, call: Call, args: readonly TermId[], contract: Contract | null, block: number): void {
  const spoken = new Set<string>();
  for (const o of contract?.outcomes ?? []) for (const e of o.effects) if ('place' in e) spoken.add(rootName(e.place) ?? '');
  const stated = contract?.source.startsWith('knowledge') ?? false;
  args.forEach((a, i) => {
    const param = contract?.params[i]?.name;
    if (param !== undefined && spoken.has(param)) return;
    const owner = localOwner(m, a);
    if (owner === null) return;
    const type = m.variables.get(owner) ?? null;
    if (stated && type !== null && type.pointers === 0 && type.base.startsWith('struct ')) return;
    for (const loc of [...l.s.heap.keys()]) if (localOwner(m, m.terms.addr(loc)) === owner) l.s.heap.delete(loc);
    l.s.env.set(owner, fresh(m, l, `out:${block}:${call.line}:${owner}`, owner, 'call', block, type));
  });
}

/** The local variable that an address points into, or null. */
function localOwner(m: Machine, address: TermId): string | null {
  const t = m.terms.get(address);
  if (t.k !== 'addr') return null;
  const loc = m.terms.get(t.loc);
  if (loc.k === 'var') return loc.global ? null : loc.name;
  return loc.k === 'field' || loc.k === 'elem' ? localOwner(m, loc.base) : null;
}

function assumeReturn(m: Machine, l: Local, result: TermId, when: ReturnClass): boolean {
  const { terms } = m;
  if (when.is === 'any') return true;
  if (when.is === 'equals' || when.is === 'bits') {
    const name = (text: string): TermId => (text.startsWith('-') ? terms.op('-', [terms.name(text.slice(1))]) : terms.name(text));
    const test =
      when.is === 'equals'
        ? terms.op('==', [result, typeof when.value === 'number' ? terms.num(when.value) : name(when.value)])
        : terms.op('&', [result, when.names.map(name).reduce((a, b) => terms.op('|', [a, b]))]);
    const facts = assume(terms, l.s.facts, test, when.is === 'equals' ? !when.not : when.set);
    if (facts !== null) l.s.facts = facts;
    return facts !== null;
  }
  const facts = new Map(l.s.facts);
  if (!narrow(terms, facts, result, MASKS[when.is])) return false;
  l.s.facts = facts;
  return true;
}

/** Parameters of type `__expr` stand for the argument itself, so that the callee (a macro) can assign it. */
function lvalues(m: Machine, l: Local, call: Call, contract: Contract): ReadonlyMap<string, TermId> {
  const out = new Map<string, TermId>();
  contract.params.forEach((p, i) => {
    const a = call.args[i];
    if (a !== undefined && p.type.base === '__expr' && (a.k === 'id' || a.k === 'member' || a.k === 'index' || (a.k === 'unary' && a.op === '*')))
      out.set(p.name, placeOf(m, l.s, scopeOf(m, l), a));
  });
  return out;
}

const NO_PLACES: ReadonlyMap<string, TermId> = new Map();

function calleeScope(m: Machine, bindings: ReadonlyMap<string, TermId>, result: TermId, places: ReadonlyMap<string, TermId> = NO_PLACES): Scope {
  const bound = (name: string): TermId | undefined => (name === '__return' ? result : bindings.get(name));
  return {
    value: (name) => bound(name) ?? null,
    place: (name) => {
      const b = bound(name);
      return places.get(name) ?? (b === undefined ? m.terms.variable(name, true) : m.terms.deref(b));
    },
    touch: () => undefined,
  };
}

/** The contract's place in the words of this call: its parameters replaced by the arguments. */
function spell(call: Call, place: Expr): string {
  const first = call.args[0];
  return first === undefined ? printExpr(place) : printExpr(first.k === 'unary' && first.op === '&' ? first.arg : first);
}

function sayResult(call: Call, contract: Contract, when: ReturnClass): string | null {
  const name = `${call.callee ?? 'the call'}()`;
  const pointer = contract.returns.pointers > 0;
  switch (when.is) {
    case 'any':
      return null;
    case 'zero':
      return pointer ? `${name} returns NULL` : contract.returns.base === 'bool' ? `${name} fails` : `${name} returns 0`;
    case 'nonzero':
      return pointer ? `${name} returns a pointer` : contract.returns.base === 'bool' ? `${name} succeeds` : `${name} returns non-zero`;
    case 'negative':
      return pointer ? `${name} returns an error pointer` : `${name} returns an error`;
    case 'positive':
      return pointer ? `${name} returns a pointer` : `${name} returns a positive value`;
    case 'nonnegative':
      return pointer ? `${name} returns no error` : `${name} returns no error`;
    case 'nonpositive':
      return `${name} returns 0 or an error`;
    case 'equals':
      return `${name} ${when.not ? 'does not return' : 'returns'} ${when.value}`;
    case 'bits':
      return `${name} returns ${when.set ? 'with' : 'without'} ${when.names.join('|')}`;
  }
}
