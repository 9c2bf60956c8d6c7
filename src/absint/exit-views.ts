import { isSectionKind } from '../kernel/contract.js';
import type { Expr } from '../parse/c/ast.js';
import { apartFrom, constantReturned, eitherMode, exitMask, type Known, knownAt, knownOnBoth, putNothing } from './exit-cases.js';
import type { Exit } from './exit.js';
import { NEG, ZERO } from './fact.js';
import { knownNull, returned } from './leads-out.js';
import { lockClass, type Machine } from './machine.js';
import { FOUND } from './ownership.js';
import { givenUp } from './state.js';
import { exitName, type ExitToken, type ExitView } from './summary.js';
import type { TermId } from './term.js';

/** The exits in words, one per distinct combination, sorted. */
export function exitViews(m: Machine, all: readonly Exit[]): ExitView[] {
  const views = new Map<string, ExitView>();
  const known = new Map<string, Known>();
  const exits = putNothing(m, all);
  const ends = [...new Map(exits.map((e) => [e.block, e.line])).entries()].sort((a, b) => a[1] - b[1] || a[0] - b[0]).map(([block]) => block);
  for (const e of exits) {
    const gains = [
      ...e.state.held
        .filter((h) => e.state.entry.get(h.lock)?.assumed !== 'held')
        .map((h) => `${lockClass(m, h.lock)}${h.mode === 'shared' && !isSectionKind(h.kind) ? ' (shared)' : ''}`),
      ...e.state.owned
        .filter((o) => !knownNull(m, e.state.facts, o.object))
        .map((o) => `${o.kind} reference${o.count === Infinity ? 's' : o.count > 1 ? ` ×${o.count}` : ''}${o.escaped ? ' (handed on)' : ''}`),
    ].sort();
    const entry = [...e.state.entry].filter(([, x]) => x.assumed === 'held');
    const drops = [
      ...givenUp(e.state).map(([lock]) => lockClass(m, lock)),
      ...[...e.state.dropped.values()].map((d) => `${d.kind} reference${d.count > 1 ? ` ×${d.count}` : ''}`),
    ].sort();
    const needs = entry.map(([lock]) => lockClass(m, lock)).sort();
    const view: ExitView = {
      exit: nameOf(m, e),
      line: e.line,
      gains,
      drops,
      needs,
      tokens: tokensOf(m, e),
      pointer: m.fn.returns.pointers > 0 && e.value !== null && (exitMask(m, e) & ZERO) === 0 && exitMask(m, e) !== NEG,
      when: [],
      value: constantReturned(m, e),
      sites: [ends.indexOf(e.block)],
      trace: e.state.trace,
    };
    const key = JSON.stringify([
      view.exit,
      gains,
      drops,
      needs,
      ...view.tokens
        .filter((t) => t.found)
        .map((t) => t.resource)
        .sort(),
    ]);
    const old = views.get(key);
    const sites = [...new Set([...(old?.sites ?? []), ...view.sites])].sort((a, b) => a - b);
    views.set(key, {
      ...(!old || old.line > e.line ? eitherMode(view, old) : eitherMode(old, view)),
      value: !old || old.value === view.value ? view.value : null,
      sites,
    });
    const before = known.get(key);
    known.set(key, before === undefined ? knownAt(m, e) : knownOnBoth(before, knownAt(m, e)));
  }
  const alike = (key: string, v: ExitView): Known[] => [...views].flatMap(([k, x]) => (k !== key && x.exit === v.exit ? [known.get(k) ?? new Map()] : []));
  return [...views.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, v]) => ({ ...v, when: apartFrom(known.get(key) ?? new Map(), alike(key, v)) }));
}

function tokensOf(m: Machine, e: Exit): ExitToken[] {
  const s = e.state;
  const object = (id: TermId): Expr | null => m.named.get(id) ?? null;
  return [
    ...s.held
      .filter((h) => s.entry.get(h.lock)?.assumed !== 'held')
      .map(
        (h): ExitToken => ({
          change: 'gain',
          what: 'lock',
          resource: lockClass(m, h.lock),
          mode: h.mode,
          lockKind: h.kind,
          place: h.place,
          line: h.line,
          object: object(h.lock),
          returned: returned(m, e, h.lock),
          handedOn: h.escaped,
          found: false,
        }),
      ),
    ...s.owned
      .filter((o) => !knownNull(m, s.facts, o.object))
      .map(
        (o): ExitToken => ({
          change: 'gain',
          what: 'reference',
          resource: `${o.kind} reference`,
          mode: o.count === Infinity ? 'some' : String(o.count),
          lockKind: o.kind,
          place: o.place,
          line: o.line,
          object: object(o.object),
          returned: returned(m, e, o.object),
          handedOn: o.escaped,
          found: false,
        }),
      ),
    ...givenUp(s).map(
      ([lock, x]): ExitToken => ({
        change: 'drop',
        what: 'lock',
        resource: lockClass(m, lock),
        mode: x.mode,
        lockKind: x.kind,
        place: x.place,
        line: x.line,
        object: object(lock),
        returned: false,
        handedOn: false,
        found: false,
      }),
    ),
    ...[...s.dropped.values()].map(
      (d): ExitToken => ({
        change: 'drop',
        what: 'reference',
        resource: `${d.kind} reference`,
        mode: String(d.count),
        lockKind: d.kind,
        place: d.place,
        line: d.line,
        object: object(d.object),
        returned: false,
        handedOn: false,
        found: false,
      }),
    ),
    ...[...s.gave].flatMap((put): ExitToken[] => {
      const [what, kind, ...place] = put.split(' ');
      return what === FOUND && kind !== undefined
        ? [
            {
              change: 'drop',
              what: 'reference',
              resource: `${kind} reference`,
              mode: FOUND,
              lockKind: kind,
              place: place.join(' '),
              line: e.line,
              object: null,
              returned: false,
              handedOn: false,
              found: true,
            },
          ]
        : [];
    }),
  ];
}

/** The class of results that an exit belongs to, in words. */
export function nameOf(m: Machine, e: Exit): string {
  return exitName(m.fn, exitMask(m, e));
}
