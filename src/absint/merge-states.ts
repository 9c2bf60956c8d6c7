import type { CType } from '../parse/c/ast.js';
import { gather } from './crowd.js';
import { ANY, isConstant, joinFact, joinFacts, maskOf, NOTHING, sameFacts, type Fact, type Facts } from './fact.js';
import { copyOf, sameMap, SmallMap } from './small-map.js';
import type { State } from './state.js';
import type { TermId, Terms } from './term.js';

/** What a merge asks: the declared type of a variable; and whom it tells of its join symbols. */
export interface JoinHooks {
  readonly typeOf: (name: string) => CType | null;
  readonly joins: (phi: TermId, x: TermId, y: TermId, a: State, b: State) => void;
}

const NO_HOOKS: JoinHooks = { typeOf: () => null, joins: () => undefined };

/**
 * Merges `b` into `a` at `block`; both have the same resources, but for what is vague. Variables that differ become a join symbol, of which `on.joins` is told.
 * Returns `a` itself when nothing is new.
 */
export function mergeStates(terms: Terms, block: number, a: State, b: State, on: JoinHooks = NO_HOOKS): State {
  const phis: [TermId, Fact][] = [];
  const joined: (readonly [TermId, TermId, TermId])[] = [];
  let changed = false;
  let tested: readonly TermId[] | null = null;
  const join = (name: string, x: TermId, y: TermId): TermId => {
    const phi = terms.sym(`phi:${block}:${name}`, name.startsWith('@') ? '…' : name, name.startsWith('@') ? null : on.typeOf(name), 'phi');
    on.joins(phi, x, y, a, b);
    phis.push(
      [phi, joinFact(factOf(terms, a.facts, x), factOf(terms, b.facts, y))],
      ...flagTests(terms, (tested ??= flagsTested(terms, a, b)), a, x, b, y, phi),
    );
    return phi;
  };
  const env = sameMap(a.env, b.env) ? a.env : new SmallMap<string, TermId>();
  if (env !== a.env)
    a.env.forEach((x, name) => {
      const y = b.env.get(name);
      // Who reads it next has come by the path that set it.
      if (y === undefined || x === y) {
        env.append(name, x);
        return;
      }
      const phi = join(name, x, y);
      if (phi !== x) changed = true;
      env.append(name, phi);
      joined.push([phi, x, y]);
    });
  if (env !== a.env)
    b.env.forEach((y, name) => {
      if (!a.env.has(name)) {
        env.append(name, y);
        changed = true;
      }
    });
  const heap = joined.length === 0 && sameMap(a.heap, b.heap) ? a.heap : new SmallMap<TermId, TermId>();
  // What a member holds in both objects it holds in the one that stands for them.
  for (const [phi, x, y] of joined)
    for (const name of new Set([...membersOf(terms, a, x), ...membersOf(terms, b, y)])) {
      const p = terms.field(x, name);
      const q = terms.field(y, name);
      const left = a.heap.get(p) ?? terms.load(p);
      const right = b.heap.get(q) ?? terms.load(q);
      if (left !== right && !isNull(terms, x) && !isNull(terms, y)) continue;
      const there = terms.field(phi, name);
      const value = isNull(terms, x) ? right : left;
      heap.set(there, value);
      changed ||= a.heap.get(there) !== value;
    }
  const own = heap.size > 0;
  const place = (loc: TermId, x: TermId, y: TermId): void => {
    if (own && heap.has(loc)) return;
    if (x === y) {
      heap.append(loc, x);
      return;
    }
    const phi = join(`@${loc}`, x, y);
    if (phi !== x) changed = true;
    heap.append(loc, phi);
  };
  // Places written in either state: those of `a`, then what `b` has besides.
  if (heap !== a.heap) {
    a.heap.forEach((x, loc) => place(loc, x, b.heap.get(loc) ?? terms.load(loc)));
    b.heap.forEach((y, loc) => {
      if (!a.heap.has(loc)) place(loc, terms.load(loc), y);
    });
  }
  const facts = copyOf(joinFacts(terms, a.facts, b.facts));
  for (const [phi, f] of phis)
    if (f.mask !== ANY || f.is !== null) facts.set(phi, f);
    else facts.delete(phi);
  const entry = inBoth(a.entry, b.entry);
  const gone = inBoth(a.gone, b.gone);
  const asserted = inBoth(a.asserted, b.asserted);
  const gave = a.gave === b.gave || [...b.gave].every((key) => a.gave.has(key)) ? a.gave : new Set([...a.gave, ...b.gave]);
  const { held, owned, dropped } = gather(terms, a, b);
  const slept = a.slept && b.slept;
  const passed = a.passed === b.passed || [...a.passed].every((id) => b.passed.has(id)) ? a.passed : new Set([...a.passed].filter((id) => b.passed.has(id)));
  changed ||=
    slept !== a.slept ||
    passed !== a.passed ||
    asserted.size !== a.asserted.size ||
    gave !== a.gave ||
    held !== a.held ||
    owned !== a.owned ||
    dropped !== a.dropped ||
    entry.size !== a.entry.size ||
    gone.size !== a.gone.size ||
    !sameFacts(facts, a.facts);
  return changed ? { env, heap, facts, held, owned, entry, dropped, gave, gone, asserted, passed, slept, part: a.part, trace: a.trace } : a;
}

/** `a` without the keys that `b` does not have; `a` itself when it has all of them. */
function inBoth<V>(a: ReadonlyMap<TermId, V>, b: ReadonlyMap<TermId, V>): ReadonlyMap<TermId, V> {
  if (a === b) return a;
  for (const key of a.keys()) if (!b.has(key)) return new Map([...a].filter(([k]) => b.has(k)));
  return a;
}

/** The flags that either state has tested in some word. */
function flagsTested(terms: Terms, a: State, b: State): readonly TermId[] {
  const out = new Set<TermId>();
  for (const facts of [a.facts, b.facts])
    facts.forEach((_, id) => {
      const t = terms.get(id);
      if (t.k === 'op' && t.op === '&') for (const flags of t.args) if (isConstant(terms, flags)) out.add(flags);
    });
  return [...out];
}

/** Flags that were tested in a word before it was joined with another are tested in what it has become. */
function flagTests(terms: Terms, tested: readonly TermId[], a: State, x: TermId, b: State, y: TermId, phi: TermId): [TermId, Fact][] {
  const out: [TermId, Fact][] = [];
  // Of a word that no flag was tested in, and whose value is not known, nothing can be said.
  const open = (facts: Facts, word: TermId): boolean => {
    const t = terms.get(word);
    return (t.k === 'sym' || t.k === 'load') && terms.masked(word).length === 0 && !facts.has(word);
  };
  if (tested.length === 0 || open(a.facts, x) || open(b.facts, y)) return out;
  for (const flags of tested) {
    const left = maskOf(terms, a.facts, terms.op('&', [x, flags]));
    const mask = left | (left === ANY ? ANY : maskOf(terms, b.facts, terms.op('&', [y, flags])));
    if (mask !== ANY) out.push([terms.op('&', [phi, flags]), { ...NOTHING, mask }]);
  }
  return out;
}

function membersOf(terms: Terms, s: State, object: TermId): string[] {
  const out: string[] = [];
  s.heap.forEach((_, loc) => {
    const t = terms.get(loc);
    if (t.k === 'field' && t.base === object) out.push(t.name);
  });
  return out;
}

function isNull(terms: Terms, id: TermId): boolean {
  const t = terms.get(id);
  return t.k === 'num' && t.value === 0;
}

function factOf(terms: Terms, facts: Facts, id: TermId): Fact {
  const known = facts.get(id) ?? NOTHING;
  const constant = isConstant(terms, id);
  return { mask: maskOf(terms, facts, id), is: constant ? [id] : known.is, ne: known.ne };
}
