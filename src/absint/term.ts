import type { CType } from '../parse/c/ast.js';

/** Index into a `Terms` table. Equal terms have equal ids, so identity within one analysis is `===`. */
export type TermId = number;

/**
 * Symbolic values and places of one function. Values: `num`, `name` (a named constant), `sym` (unknown, named by
 * where it came from), `load` (what a place held on entry), `addr`, `op`, `bits` (named flags, on top of an unknown
 * rest unless `base` is -1). Places: `var`, `field`, `elem`, `deref`.
 */
export type Term =
  | { readonly k: 'num'; readonly value: number }
  | { readonly k: 'name'; readonly name: string }
  | { readonly k: 'sym'; readonly origin: string; readonly text: string; readonly type: CType | null; readonly source: SymSource }
  | { readonly k: 'load'; readonly loc: TermId }
  | { readonly k: 'addr'; readonly loc: TermId }
  | { readonly k: 'op'; readonly op: string; readonly args: readonly TermId[] }
  | { readonly k: 'bits'; readonly base: TermId; readonly set: readonly string[] }
  | { readonly k: 'var'; readonly name: string; readonly global: boolean }
  | { readonly k: 'field'; readonly base: TermId; readonly name: string }
  | { readonly k: 'elem'; readonly base: TermId; readonly index: TermId }
  | { readonly k: 'deref'; readonly base: TermId };

/** Where an unknown value came from: the caller, a call's result, an iterator, a join of paths, an earlier turn of a loop. */
export type SymSource = 'param' | 'call' | 'element' | 'phi' | 'old' | 'unknown';

/** The terms of one function; what makes one gives the simplest that means the same. */
export interface Terms {
  get(id: TermId): Term;
  /** Ids of the symbols inside `id`, itself included. */
  symbols(id: TermId): readonly TermId[];
  num(value: number): TermId;
  name(name: string): TermId;
  sym(origin: string, text: string, type: CType | null, source: SymSource): TermId;
  variable(name: string, global: boolean): TermId;
  field(base: TermId, name: string): TermId;
  elem(base: TermId, index: TermId): TermId;
  deref(pointer: TermId): TermId;
  addr(loc: TermId): TermId;
  load(loc: TermId): TermId;
  op(op: string, args: readonly TermId[]): TermId;
  /** The terms `value & x` and `x & value` that have been made so far, whatever x. */
  masked(value: TermId): readonly TermId[];
  /** The value of a named constant, where it is known. */
  constant(name: string): number | null;
  /** `id` with every occurrence of symbol `from` replaced by `to`. */
  replace(id: TermId, from: TermId, to: TermId): TermId;
}

/** Operators that stand for a call: pure functions (`call:`) and functions that are taken to only look (`pred:`). */
export function isCall(op: string): boolean {
  return op.startsWith('call:') || op.startsWith('pred:');
}

/** The symbols in `id` that stand for what former turns of a loop had. */
export function formerTurns(terms: Terms, id: TermId): readonly TermId[] {
  return terms.symbols(id).filter((x) => {
    const t = terms.get(x);
    return t.k === 'sym' && t.source === 'old';
  });
}

/** Made of values of a former turn of a loop: one of several, where two ways joined it is still one. */
export function ofFormerTurn(terms: Terms, id: TermId): boolean {
  return formerTurns(terms, id).length > 0;
}

/** Made of nothing but what the caller passes, so that the caller knows it too. */
export function ofCaller(terms: Terms, id: TermId): boolean {
  return terms.symbols(id).every((x) => {
    const t = terms.get(x);
    return t.k === 'sym' && t.source === 'param';
  });
}

/** `value` is `part`, or was read from it through however many pointers; `computed`: or was made of such a value. */
export function leadsThrough(terms: Terms, value: TermId, part: TermId, computed = false): boolean {
  const t = terms.get(value);
  const again = (id: TermId): boolean => leadsThrough(terms, id, part, computed);
  if (value === part) return true;
  switch (t.k) {
    case 'load':
    case 'addr':
      return again(t.loc);
    case 'field':
    case 'elem':
    case 'deref':
      return again(t.base);
    case 'op':
      return computed && t.args.some(again);
    default:
      return false;
  }
}
