import { maskOf, NEG, ZERO, type Fact } from './fact.js';
import type { Exit } from './exit.js';
import { lockClass, strip, type Event, type Machine } from './machine.js';
import { baseObject } from './objects.js';
import type { TermId } from './term.js';

/** What an exit gives its caller together with the pointer that it returns. */
interface Given {
  readonly what: 'lock' | 'reference';
  readonly resource: string;
  readonly kind: string;
  readonly line: number;
  readonly place: string;
}

/**
 * Exits that return a pointer without the lock or reference that all other exits give with the very same pointer.
 * An exit that the caller can tell from the others, by its own arguments or by looking at the object, has a contract
 * of its own and is left alone; so is a pointer of which is not known what came with it, or that
 * was put where others find it.
 */
export function unownedReturns(m: Machine, exits: readonly Exit[]): Event[] {
  if (m.fn.returns.pointers === 0) return [];
  const usable = exits.filter((e) => {
    const mask = e.value === null ? ZERO : maskOf(m.terms, e.state.facts, e.value);
    return (mask & ZERO) === 0 && mask !== NEG;
  });
  const events: Event[] = [];
  for (const e of usable) {
    const object = strip(m.terms, e.value as TermId);
    // Two ways through one statement are a callee's business.
    const rivals = usable.filter((x) => x !== e && x.line !== e.line && strip(m.terms, x.value as TermId) === object);
    if (rivals.length === 0 || m.derived.has(object) || m.escaped.has(object) || m.terms.get(object).k === 'num' || tells(m, e, rivals, object)) continue;
    const mine = new Set(givenWith(m, e, object).map((g) => g.resource));
    const wanted = givenWith(m, rivals[0] as Exit, object).filter(
      (g) => !mine.has(g.resource) && rivals.every((x) => givenWith(m, x, object).some((y) => y.resource === g.resource)),
    );
    for (const g of wanted) {
      events.push({
        kind: 'returns-unowned',
        resource: g.resource,
        place: g.place,
        lockKind: g.kind,
        line: e.line,
        otherLine: g.line,
        exitClass: 'returns a pointer',
        trace: e.state.trace,
        certainty: 'sure',
        detail: g.what,
        object: m.named.get(object) ?? null,
      });
    }
  }
  return events;
}

function givenWith(m: Machine, e: Exit, object: TermId): Given[] {
  return [
    ...e.state.held
      .filter((h) => h.kind !== 'bit' && (baseObject(m, h.lock) === object || h.lock === object))
      .map((h): Given => ({ what: 'lock', resource: lockClass(m, h.lock), kind: h.kind, line: h.line, place: h.place })),
    ...e.state.owned
      .filter((o) => o.object === object)
      .map((o): Given => ({ what: 'reference', resource: `${o.kind} reference`, kind: o.kind, line: o.line, place: o.place })),
  ];
}

/** Whether the caller can tell `e` from the others: facts about its arguments or about the object itself tell them apart. */
function tells(m: Machine, e: Exit, rivals: readonly Exit[], object: TermId): boolean {
  const visible = (id: TermId): boolean =>
    m.terms.symbols(id).every((x) => {
      const t = m.terms.get(x);
      return x === object || (t.k === 'sym' && t.source === 'param');
    });
  return rivals.some((x) =>
    [...e.state.facts].some(([id, f]) => {
      const g = x.state.facts.get(id);
      return g !== undefined && disagree(f, g) && visible(id);
    }),
  );
}

function disagree(f: Fact, g: Fact): boolean {
  return (f.mask & g.mask) === 0 || (f.is !== null && g.is !== null && !f.is.some((v) => g.is?.includes(v)));
}
