import { listedLocks, listedReferences } from './listed.js';
import type { Held, Owned, State } from './state.js';
import { formerTurns, ofCaller, ofFormerTurn, type TermId, type Terms } from './term.js';

/** More vague references than this in one state are not followed: a loop would find new names for them for ever. */
const MAX_VAGUE = 8;

/**
 * Where many states meet, those that differ only in what nothing certain can be said of are one: references that others
 * can find or that former turns of a loop took, locks of objects to which nothing leads any more, what was put of
 * objects that the caller has no name for. This is `resourceKey` without these.
 */
export function vagueKey(terms: Terms, s: State): string {
  let key = s.part < 0 ? '~' : `~P${s.part};`;
  for (const h of s.held) if (!isVagueLock(terms, s, h)) key += `L${h.lock}${h.kind}${h.mode}${h.count};`;
  for (const o of s.owned) if (!isVague(terms, o)) key += `R${o.object}${o.kind}${o.count};`;
  for (const [lock, e] of s.entry) if (e.assumed === 'held') key += `E${lock};`;
  for (const [k, d] of s.dropped) if (ofCaller(terms, d.object)) key += `D${k}:${d.count};`;
  return key;
}

/** `a` with what `b` has besides, as far as the two differ in what is vague; `a` itself when that adds nothing. Both have the same `vagueKey`. */
export function gather(terms: Terms, a: State, b: State): State {
  const held = a.held === b.held ? a.held : gatherLocks(a.held, b.held);
  const owned = a.owned === b.owned ? a.owned : gatherReferences(terms, a.owned, b.owned);
  const more = a.dropped === b.dropped ? [] : [...b.dropped].filter(([key, d]) => (a.dropped.get(key)?.count ?? 0) < d.count);
  const dropped = more.length === 0 ? a.dropped : new Map([...a.dropped, ...more].sort(([x], [y]) => (x < y ? -1 : 1)));
  return held === a.held && owned === a.owned && dropped === a.dropped ? a : { ...a, held, owned, dropped };
}

function gatherLocks(a: readonly Held[], b: readonly Held[]): readonly Held[] {
  const more = b.filter((y) => !a.some((x) => x.lock === y.lock && x.kind === y.kind));
  return more.length === 0 ? a : listedLocks([...a, ...more]);
}

/** What only one of two paths took is "some". */
function gatherReferences(terms: Terms, a: readonly Owned[], b: readonly Owned[]): readonly Owned[] {
  const like = (list: readonly Owned[], o: Owned): Owned | undefined => list.find((x) => x.object === o.object && x.kind === o.kind);
  const some = (o: Owned, other: Owned | undefined): Owned => {
    const count = other?.count === o.count ? o.count : Infinity;
    const escaped = o.escaped || (other?.escaped ?? false);
    const lent = o.lent || (other?.lent ?? false);
    return count === o.count && escaped === o.escaped && lent === o.lent ? o : { ...o, count, escaped, lent };
  };
  const mine = a.map((o) => some(o, like(b, o)));
  const room = MAX_VAGUE - mine.filter((o) => isVague(terms, o)).length;
  const more = b
    .filter((o) => like(a, o) === undefined)
    .slice(0, Math.max(0, room))
    .map((o) => some(o, undefined));
  if (more.length === 0 && mine.every((o, i) => o === a[i])) return a;
  return listedReferences([...mine, ...more]);
}

function isVague(terms: Terms, o: Owned): boolean {
  return o.escaped || o.count === Infinity || ofFormerTurn(terms, o.object);
}

function isVagueLock(terms: Terms, s: State, h: Held): boolean {
  if (h.escaped) return true;
  const former = formerTurns(terms, h.lock);
  const leads = (id: TermId): boolean => terms.symbols(id).some((x) => former.includes(x));
  return former.length > 0 && ![...s.env.values()].some(leads) && ![...s.heap.values()].some(leads);
}
