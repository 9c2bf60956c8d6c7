import type { StructType } from '../parse/c/ast.js';
import type { DocumentedPair } from '../absint/documented.js';
import { RECLAIM } from '../absint/order.js';
import type { LockPair, PairLock } from '../absint/order-summary.js';

/** A function that takes two locks in some order. */
export interface OrderWitness {
  readonly function: string;
  readonly file: string;
  readonly pair: LockPair;
}

/** What is known of two locks beside the function that is judged. */
export interface OrderKnown {
  /** Where one lock before the other, or the other way round, is documented; null where neither is, or both are. */
  readonly documented: { readonly source: string; readonly reversed: boolean } | null;
  /** Functions that take them in this order, and the other way round. */
  readonly same: readonly OrderWitness[];
  readonly reversed: readonly OrderWitness[];
}

/** Asks for `held` before `taken`, beside the function `except`. */
export type OrderEvidence = (held: PairLock, taken: PairLock, except: string) => OrderKnown;

/** Nothing but the function's own two sides. */
export const NO_EVIDENCE: OrderEvidence = () => ({ documented: null, same: [], reversed: [] });

/**
 * `others`: functions that may take both locks. Where a class is one object under two names (a page and its folio), it
 * counts as one.
 */
export function orderEvidence(
  documented: () => readonly DocumentedPair[],
  others: (held: PairLock, taken: PairLock) => readonly OrderWitness[],
  structs: ReadonlyMap<string, StructType>,
): OrderEvidence {
  const whole = wholes(structs);
  let table: ReadonlyMap<string, string> | null = null;
  return (held, taken, except) => {
    table ??= new Map([...documented()].reverse().map((p) => [`${classOf(p.held, whole)}\0${classOf(p.taken, whole)}`, p.source]));
    const a = classOf(held.resource, whole);
    const b = classOf(taken.resource, whole);
    const forth = table.get(`${a}\0${b}`);
    const back = table.get(`${b}\0${a}`);
    const beside = held.named && taken.named && taken.resource !== RECLAIM ? others(held, taken).filter((w) => w.function !== except && orders(w.pair)) : [];
    const like = (x: string, y: string): OrderWitness[] =>
      beside.filter((w) => classOf(w.pair.held.resource, whole) === x && classOf(w.pair.taken.resource, whole) === y);
    return {
      documented: (forth === undefined) === (back === undefined) ? null : { source: forth ?? back ?? '', reversed: back !== undefined },
      same: like(a, b),
      reversed: like(b, a),
    };
  };
}

/** Whether a pair orders its locks: it waits for the second, and both are certainly these. */
export function orders(p: LockPair): boolean {
  return !p.tryLock && p.sure && p.held.named && p.taken.named;
}

/** `page->x` is `folio->x` where a folio begins with its page. */
function classOf(resource: string, whole: ReadonlyMap<string, string>): string {
  const [object, ...rest] = resource.split('->');
  return rest.length === 0 ? resource : [whole.get(object ?? '') ?? object, ...rest].join('->');
}

function wholes(structs: ReadonlyMap<string, StructType>): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  const several = new Set<string>();
  for (const s of structs.values())
    for (const f of s.fields)
      if (f.attributes.some((a) => a.name === '__first')) {
        const part = tag(f.type.base);
        if (out.has(part)) several.add(part);
        out.set(part, tag(s.name));
      }
  for (const part of several) out.delete(part);
  return out;
}

function tag(name: string): string {
  return name.replace(/^(struct|union) /, '');
}
