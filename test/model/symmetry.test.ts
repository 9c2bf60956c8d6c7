import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { search, searchWhole, type SearchResult } from '../../src/model/search.js';
import { symmetryOf } from '../../src/model/symmetry.js';
import type { Actor, Program } from '../../src/model/verdict.js';
import { PROTOCOLS } from './protocols.js';
import { compiled, shipped } from './written.js';

const sure = (r: SearchResult | string): SearchResult => {
  if (typeof r === 'string') throw new Error(r);
  return r;
};

/** What must not depend on whether alike actors stand for each other. */
function said(p: Program, r: SearchResult): unknown {
  return {
    failure: r.failure,
    bound: r.bound === null,
    ended: r.ended,
    taken: r.failure !== null ? null : p.actors.map((a, i) => a.points.map((x, k) => x.alts.map((_, z) => r.taken(i, k, z)))),
  };
}

function compare(p: Program): { readonly smaller: boolean; readonly fails: boolean } {
  const symmetry = symmetryOf(p);
  if (symmetry === null) throw new Error('no two actors are alike');
  const whole = sure(searchWhole(p));
  const reduced = sure(searchWhole(p, undefined, symmetry));
  expect(said(p, sure(search(p)))).toEqual(said(p, whole));
  // Not the schedule, but that there is one, of what kind, and how long, already shows in the smaller search.
  expect([reduced.failure?.kind, reduced.failure?.steps.length]).toEqual([whole.failure?.kind, whole.failure?.steps.length]);
  expect(reduced.states).toBeLessThanOrEqual(whole.states);
  return { smaller: reduced.states < whole.states, fails: whole.failure !== null };
}

const COPIES = 3;
const test = fc.constantFrom(
  '1',
  'a == 0',
  'a == 1',
  'own.@ == 0',
  'own.@ > 1',
  'k.owner == 0',
  'k.owner == #',
  'k.owner != #',
  '!(k.queue >> @ & 1)',
  '(k.queue >> @ & 1) && a < 2',
  'k.queue == 0',
  'own.0 + own.1 + own.2 < 3',
);
const change = fc.constantFrom(
  'a = a == 0 ? 1 : 0',
  'a = 2',
  'own.@ = 1',
  'own.@ = own.@ + 1',
  'own.@ = a',
  'k.owner = #',
  'k.owner = 0',
  'k.owner = k.owner == # ? 0 : k.owner',
  'k.queue = k.queue | $',
  'k.queue = k.queue & ~$',
);
const template = fc.integer({ min: 2, max: 4 }).chain((n) =>
  fc.array(
    fc.record({
      waits: fc.constantFrom(null, null, 'w'),
      alts: fc.array(
        fc.record({
          guard: test,
          asserts: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: test }),
          sets: fc.array(change, { maxLength: 2 }),
          to: fc.integer({ min: 0, max: n }),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    { minLength: n, maxLength: n },
  ),
);

/** `@` is the actor's index, `#` its number in an owner's cell, `$` its bit. */
const forActor = (text: string, i: number): string =>
  text
    .replaceAll('@', String(i))
    .replaceAll('#', String(i + 1))
    .replaceAll('$', String(1 << i));
const copy = (points: ReturnType<typeof template.generate>['value'], i: number, name: string): Actor => ({
  name,
  file: 'x.c',
  points: points.map((p, k) => ({
    line: k + 1,
    text: 'step',
    waits: p.waits,
    alts: p.alts.map((alt) => ({
      guard: forActor(alt.guard, i),
      asserts: alt.asserts === null ? [] : [{ expr: forActor(alt.asserts, i), message: 'assertion' }],
      sets: alt.sets.map((s) => {
        const [cell = '', ...expr] = forActor(s, i).split(' = ');
        return { cell, expr: expr.join(' = ') };
      }),
      to: alt.to,
      choice: null,
    })),
  })),
});

/** Three actors of one text, and one of another. */
const alike: fc.Arbitrary<Program> = fc
  .tuple(template, template, fc.constantFrom('own.@ > 0', 'k.owner == #', 'k.queue >> @ & 1'), fc.constantFrom('1', 'a < 2', 'k.owner == 0'))
  .map(([many, one, blocker, final]) => ({
    schema: 'rmap-review/program/1',
    name: 'alike',
    final: [{ expr: final, message: 'final' }],
    cells: [
      { name: 'a', bits: 2, init: 0, owner: null },
      { name: 'k.owner', bits: 3, init: 0, owner: null },
      { name: 'k.queue', bits: 4, init: 0, owner: null },
      ...[0, 1, 2, 3].map((i) => ({ name: `own.${i}`, bits: 2, init: 0, owner: null })),
    ],
    waits: [{ name: 'w', blockers: [0, 1, 2, 3].map((i) => forActor(blocker, i)) }],
    actors: [...Array.from({ length: COPIES }, (_, i) => copy(many, i, `f${i}`)), copy(one, COPIES, 'g')],
  }));

describe('alike actors stand for each other', () => {
  it('without a difference to what is found, on random programs', () => {
    const seen = { smaller: 0, fails: 0, passes: 0 };
    fc.assert(
      fc.property(
        alike.filter((p) => symmetryOf(p) !== null),
        (p) => {
          const { smaller, fails } = compare(p);
          if (smaller) seen.smaller++;
          if (fails) seen.fails++;
          else seen.passes++;
        },
      ),
      { numRuns: 300, seed: 11 },
    );
    expect(Math.min(seen.smaller, seen.fails, seen.passes)).toBeGreaterThan(20);
  });

  it('nor on the primitives', () => {
    const some = PROTOCOLS.filter((p) => symmetryOf(p.program) !== null);
    for (const p of some) compare(p.program);
    expect(some.length).toBeGreaterThan(5);
  });

  it('nor on the scenarios that ship with the program, before and after each mistake', () => {
    let count = 0;
    for (const s of shipped)
      for (const e of s.expected) {
        const c = compiled(s.path, s.text, e.defined);
        if ('why' in c || symmetryOf(c.program) === null) continue;
        compare(c.program);
        count++;
      }
    expect(count).toBeGreaterThan(5);
  });
});

describe('actors are not alike', () => {
  const base = (second: string, init = 0): Program => ({
    schema: 'rmap-review/program/1',
    name: 'two',
    waits: [],
    final: [],
    cells: [
      { name: 'own.0', bits: 2, init: 0, owner: null },
      { name: 'own.1', bits: 2, init, owner: null },
      { name: 'k.owner', bits: 2, init: 0, owner: null },
    ],
    actors: ['1', second].map((expr, i) => ({
      name: `f${i}`,
      file: 'x.c',
      points: [{ line: 1, text: 'x', waits: null, alts: [{ guard: '1', asserts: [], sets: [{ cell: 'k.owner', expr }], to: 1, choice: null }] }],
    })),
  });
  it('where they are they are found', () => {
    expect(symmetryOf(base('2'))?.classes).toEqual([[0, 1]]);
  });
  it('that say another thing of themselves', () => {
    expect(symmetryOf(base('1'))).toBeNull();
  });
  it('that begin in another way', () => {
    expect(symmetryOf(base('2', 1))).toBeNull();
  });
  it('of which a third speaks by name', () => {
    const p = base('2');
    const third = (guard: string): Program => ({
      ...p,
      cells: [...p.cells, { name: 'own.2', bits: 2, init: 0, owner: null }],
      actors: [
        ...p.actors,
        {
          name: 'g',
          file: 'x.c',
          points: [
            { line: 1, text: 'x', waits: null, alts: [{ guard, asserts: [], sets: [], to: 1, choice: null }] },
            { line: 2, text: 'y', waits: null, alts: [{ guard: '1', asserts: [], sets: [], to: 2, choice: null }] },
          ],
        },
      ],
    });
    expect(symmetryOf(third('k.owner == 1'))).toBeNull();
    expect(symmetryOf(third('k.owner > 1'))).toBeNull();
    expect(symmetryOf(third('own.0 == 0 && own.1 == 0'))?.classes).toEqual([[0, 1]]);
  });
});
