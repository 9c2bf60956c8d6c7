import { printExpr } from '../cfg/print.js';
import type { Exit } from './exits.js';
import { ANY, NEG, ZERO } from './fact.js';
import type { Machine } from './machine.js';
import { discriminating } from './summary.js';

/** What is known of a caller's own values on one way out, or on several that were put together: expressions to their possible signs. */
export type Known = ReadonlyMap<string, number>;

export function knownAt(m: Machine, e: Exit, most?: number): Known {
  return new Map(discriminating(m, e, null, most).map((g) => [printExpr(g.expr).replace(/\bpred:/g, ''), g.mask]));
}

/** What holds on both. */
export function knownOnBoth(a: Known, b: Known): Known {
  return new Map([...a].flatMap(([text, mask]) => { const both = mask | (b.get(text) ?? ANY); return both === ANY ? [] : [[text, both]]; }));
}

/**
 * The conditions, in C, that hold here and cannot hold on one of `others`, the shortest first; else an answer of a
 * predicate that one of them does not need.
 */
export function apartFrom(mine: Known, others: readonly Known[]): readonly string[] {
  const told = (test: (other: number, mask: number, text: string) => boolean): string[] => [...mine].filter(([text, mask]) => others.some((o) => test(o.get(text) ?? ANY, mask, text))).flatMap(([text, mask]) => condition(text, mask)).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const certain = told((other, mask) => (other & mask) === 0);
  return certain.length > 0 ? certain : told((other, mask, text) => (other | mask) !== mask && text.includes('(')).slice(0, 1);
}

/** The constant that is returned, by its name. */
export function constantReturned(m: Machine, e: Exit): string | null {
  const t = e.value === null ? null : m.terms.get(e.value);
  return t?.k === 'name' ? t.name : null;
}

function condition(text: string, mask: number): string[] {
  const simple = /^[\w>.()-]+$/.test(text);
  if (mask === ZERO) return [simple ? `!${text}` : `!(${text})`];
  return (mask & ZERO) !== 0 ? [] : [mask === NEG ? `${text} < 0` : text];
}
