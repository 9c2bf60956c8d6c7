import fc from 'fast-check';
import type { Actor, Point, Program } from '../../src/model/verdict.js';

const CELLS = [
  { name: 'a', bits: 1 },
  { name: 'b.x', bits: 2 },
  { name: 'c', bits: 2 },
] as const;
const value = fc.oneof(fc.integer({ min: 0, max: 3 }).map(String), fc.constantFrom(...CELLS.map((c) => c.name)));
const simple = fc.oneof(
  value,
  fc
    .tuple(value, fc.constantFrom('+', '-', '*', '<<', '&', '|', '^', '==', '!=', '<', '<=', '>', '>=', '&&', '||'), value)
    .map(([a, op, b]) => `${a} ${op} ${b}`),
);
export const expression = fc.oneof(
  simple,
  fc.tuple(fc.constantFrom('!', '~', '-'), simple).map(([op, a]) => `${op}(${a})`),
  fc.tuple(simple, simple, simple).map(([a, b, c]) => `(${a}) ? ${b} : ${c}`),
  fc.tuple(simple, fc.constantFrom('&&', '||', '>>', '-', '=='), simple).map(([a, op, b]) => `(${a}) ${op} (${b})`),
);

const alt = (points: number) =>
  fc.record({
    guard: fc.oneof(fc.constant('1'), expression),
    asserts: fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.record({ expr: expression, message: fc.constant('assertion') }).map((x) => [x]) },
    ),
    sets: fc.array(fc.record({ cell: fc.constantFrom(...CELLS.map((c) => c.name)), expr: expression }), { maxLength: 2 }),
    to: fc.integer({ min: 0, max: points }),
    choice: fc.constant(null),
  });
const point = (points: number): fc.Arbitrary<Point> =>
  fc.record({
    line: fc.integer({ min: 1, max: 99 }),
    text: fc.constant('step'),
    waits: fc.constantFrom(null, null, 'w'),
    alts: fc.array(alt(points), { minLength: 1, maxLength: 2 }),
  });
const actor = (name: string): fc.Arbitrary<Actor> =>
  fc
    .integer({ min: 1, max: 4 })
    .chain((n) => fc.record({ name: fc.constant(name), file: fc.constant('x.c'), points: fc.array(point(n), { minLength: n, maxLength: n }) }));

/** Small programs with everything in them: guards, assertions, waits, loops, cells that may leave their range. */
export const randomProgram: fc.Arbitrary<Program> = fc
  .tuple(actor('f'), actor('g'), fc.tuple(expression, expression), fc.array(expression, { maxLength: 1 }))
  .map(([f, g, blockers, final]) => ({
    schema: 'rmap-review/program/1',
    name: 'random',
    cells: CELLS.map((c) => ({ ...c, init: 0, owner: null })),
    waits: [{ name: 'w', blockers }],
    actors: [f, g],
    final: final.map((expr) => ({ expr, message: 'final' })),
  }));
