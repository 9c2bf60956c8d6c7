import { joinFact, without, type Fact } from './fact.js';
import { listedLocks, listedReferences } from './listed.js';
import { SmallMap, someOf } from './small-map.js';
import type { State } from './state.js';
import type { SymSource, TermId, Terms } from './term.js';

// What a state says of one value, said of another from now on.

/** Gives symbol `sym` a new life: everything that still speaks of its former value speaks of `old` from now on. */
export function renew(terms: Terms, s: State, sym: TermId): void {
  const term = terms.get(sym);
  if (term.k !== 'sym') return;
  const uses = (id: TermId): boolean => terms.symbols(id).includes(sym);
  if (someOf(s.asserted, uses)) s.asserted = new Map([...s.asserted].filter(([lock]) => !uses(lock)));
  let live = s.env.some((_, v) => uses(v)) || s.heap.some((loc, v) => !uses(loc) && uses(v));
  live ||=
    s.held.some((h) => uses(h.lock)) ||
    s.owned.some((o) => uses(o.object)) ||
    someOf(s.gone, uses) ||
    someOf(s.entry, (id, e) => e.assumed === 'held' && uses(id)) ||
    someOf(s.dropped, (_, d) => uses(d.object));
  if (!live) {
    // Nothing speaks of the former value any more: only what was known of it has to go.
    s.heap.keep((loc) => !uses(loc));
    s.facts = without(s.facts, uses);
    if (someOf(s.entry, uses)) s.entry = new Map([...s.entry].filter(([id]) => !uses(id)));
    return;
  }
  const old = terms.sym(`old:${term.origin}`, term.text, term.type, 'old' satisfies SymSource);
  const r = (id: TermId): TermId => terms.replace(id, sym, old);
  for (const [name, v] of s.env) if (uses(v)) s.env.set(name, r(v));
  const heap = new SmallMap<TermId, TermId>();
  s.heap.forEach((v, loc) => {
    if (!uses(loc)) heap.append(loc, r(v));
  });
  s.heap = heap;
  const facts = new SmallMap<TermId, Fact>();
  s.facts.forEach((f, id) => {
    if (!uses(id) && !terms.symbols(id).includes(old)) facts.append(id, f);
  });
  s.facts.forEach((f, id) => {
    if (uses(id)) {
      const to = r(id);
      const before = s.facts.get(to);
      facts.set(to, before ? joinFact(before, f) : f);
    }
  });
  s.facts = facts;
  s.held = listedLocks(
    collapse(
      s.held.map((h) => (uses(h.lock) ? { ...h, lock: r(h.lock) } : h)),
      (h) => `${h.lock} ${h.kind}`,
    ),
  );
  s.owned = listedReferences(
    collapse(
      s.owned.map((o) => (uses(o.object) ? { ...o, object: r(o.object) } : o)),
      (o) => `${o.object} ${o.kind}`,
    ),
  );
  s.gone = new Map([...s.gone].filter(([id]) => !uses(id)));
  s.entry = new Map([...s.entry].map(([id, e]) => [r(id), e] as const));
  if ([...s.dropped.values()].some((d) => uses(d.object)))
    s.dropped = new Map([...s.dropped.values()].map((d) => ({ ...d, object: r(d.object) })).map((d) => [`${d.object} ${d.kind}`, d] as const));
}

/** After `cond` turned out true: two values that were compared are one from now on, so that locks found through either agree. */
export function unify(terms: Terms, s: State, cond: TermId): void {
  const t = terms.get(cond);
  if (t.k !== 'op' || t.op !== '==') return;
  const [a, b] = t.args as [TermId, TermId];
  const x = terms.get(a);
  const y = terms.get(b);
  const free = (id: TermId, other: TermId): boolean => {
    const v = terms.get(id);
    return v.k === 'sym' && v.source !== 'param' && !terms.symbols(other).includes(id);
  };
  if (x.k === 'num' || y.k === 'num' || x.k === 'name' || y.k === 'name') return;
  if (free(a, b)) substitute(terms, s, a, b);
  else if (free(b, a)) substitute(terms, s, b, a);
}

function substitute(terms: Terms, s: State, from: TermId, to: TermId): void {
  const uses = (id: TermId): boolean => terms.symbols(id).includes(from);
  if ([...s.asserted.keys()].some(uses)) s.asserted = new Map([...s.asserted].filter(([lock]) => !uses(lock)));
  const r = (id: TermId): TermId => terms.replace(id, from, to);
  for (const [name, v] of s.env) if (uses(v)) s.env.set(name, r(v));
  const heap = new SmallMap<TermId, TermId>();
  for (const [loc, v] of s.heap) heap.set(r(loc), r(v));
  s.heap = heap;
  const facts = new SmallMap<TermId, Fact>();
  for (const [id, f] of s.facts) {
    const next = r(id);
    const old = facts.get(next);
    facts.set(next, old ? { ...f, mask: old.mask & f.mask || f.mask } : f);
  }
  s.facts = facts;
  s.held = listedLocks(s.held.map((h) => (uses(h.lock) ? { ...h, lock: r(h.lock) } : h)));
  s.owned = listedReferences(s.owned.map((o) => (uses(o.object) ? { ...o, object: r(o.object) } : o)));
  s.entry = new Map([...s.entry].map(([id, e]) => [r(id), e] as const));
  s.gone = new Map([...s.gone].map(([id, g]) => [r(id), g] as const));
  s.dropped = new Map([...s.dropped.values()].map((d) => ({ ...d, object: r(d.object) })).map((d) => [`${d.object} ${d.kind}`, d] as const));
}

/** Several entries for one former object become one of unknown number. */
function collapse<T extends { readonly count: number }>(entries: readonly T[], key: (entry: T) => string): readonly T[] {
  const by = new Map<string, T>();
  for (const e of entries) by.set(key(e), by.has(key(e)) ? { ...e, count: Infinity } : e);
  return [...by.values()];
}
