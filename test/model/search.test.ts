import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { replay } from '../../src/model/interpret.js';
import { parseExpression } from '../../src/model/expression.js';
import { search, traceText } from '../../src/model/search.js';
import type { Program } from '../../src/model/verdict.js';
import { expression, randomProgram } from './random-program.js';

const run = (p: Program) => {
  const r = search(p);
  if (typeof r === 'string') throw new Error(r);
  return r;
};

/** The slow truth: every schedule up to a length, followed by the plain interpreter alone. */
function shortestFailure(p: Program, most: number): number | null {
  let layer = [''];
  const seen = new Set<string>();
  for (let length = 0; length <= most; length++) {
    const next: string[] = [];
    for (const trace of layer) {
      const r = replay(p, trace);
      if (r.error !== null) continue;
      if (r.ok) return length;
      const state = stateAfter(p, trace);
      if (seen.has(state)) continue;
      seen.add(state);
      p.actors.forEach((_, i) => {
        for (let k = 0; k < 2; k++) next.push(`${trace}${trace === '' ? '' : '/'}${i}${k === 0 ? '' : `.${k}`}`);
      });
    }
    layer = next;
  }
  return null;
}

/** Cells from the changes of the steps, and program points from the alternatives taken. */
function stateAfter(p: Program, trace: string): string {
  const cells = new Map<string, string>();
  for (const s of replay(p, trace).steps)
    for (const c of s.changes) {
      const m = /^(\S+): \d+ → (\d+)$/.exec(c);
      if (m?.[1] !== undefined && m[2] !== undefined) cells.set(m[1], m[2] === '0' ? '' : m[2]);
    }
  const pcs = p.actors.map(() => 0);
  for (const t of trace === '' ? [] : trace.split('/')) {
    const [i = 0, k = 0] = t.split('.').map(Number);
    pcs[i] = p.actors[i]?.points[pcs[i] ?? 0]?.alts[k]?.to ?? 0;
  }
  return JSON.stringify([pcs, [...cells].filter(([, v]) => v !== '').sort()]);
}

describe('search against the plain interpreter', () => {
  it('finds a shortest failure exactly where the interpreter finds one', () => {
    let failing = 0;
    fc.assert(
      fc.property(randomProgram, (p) => {
        const found = run(p).failure;
        const slow = shortestFailure(p, 12);
        if (found !== null) {
          failing++;
          expect(replay(p, traceText(found.steps))).toMatchObject({ ok: true, error: null });
          if (found.steps.length <= 12) expect(slow).toBe(found.steps.length);
        } else expect(slow).toBeNull();
      }),
      { numRuns: 400, seed: 7 },
    );
    expect(failing).toBeGreaterThan(50);
  });

  it('gives the same result each time', () => {
    fc.assert(
      fc.property(randomProgram, (p) => {
        const [a, b] = [run(p), run(p)];
        expect({ ...a, taken: null }).toEqual({ ...b, taken: null });
      }),
      { numRuns: 30, seed: 8 },
    );
  });

  it('computes expressions alike', () => {
    fc.assert(
      fc.property(
        expression,
        fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
        fc.integer({ min: -20, max: 20 }),
        (text, [a, b, c], guess) => {
          const p: Program = {
            schema: 'rmap-review/program/1',
            name: 'e',
            waits: [],
            final: [],
            cells: [
              { name: 'a', bits: 1, init: a, owner: null },
              { name: 'b.x', bits: 2, init: b, owner: null },
              { name: 'c', bits: 2, init: c, owner: null },
            ],
            actors: [
              {
                name: 'f',
                file: 'x.c',
                points: [
                  {
                    line: 1,
                    text: 't',
                    waits: null,
                    alts: [
                      {
                        guard: '1',
                        asserts: [
                          { expr: `(${text}) != ${guess < 0 ? `-${-guess}` : guess}`, message: 'equal' },
                          { expr: `!(${text})`, message: 'true' },
                        ],
                        sets: [],
                        to: 1,
                        choice: null,
                      },
                    ],
                  },
                ],
              },
            ],
          };
          const failure = run(p).failure;
          const again = replay(p, '0');
          expect(failure === null).toBe(again.failure === null);
        },
      ),
      { numRuns: 500, seed: 9 },
    );
  });
});

describe('bounds', () => {
  const counting = (bits: number): Program => ({
    schema: 'rmap-review/program/1',
    name: 'count',
    waits: [],
    final: [],
    cells: [{ name: 'n', bits, init: 0, owner: null }],
    actors: [
      {
        name: 'f',
        file: 'x.c',
        points: [{ line: 1, text: 'n++', waits: null, alts: [{ guard: '1', asserts: [], sets: [{ cell: 'n', expr: 'n + 1' }], to: 0, choice: null }] }],
      },
    ],
  });
  it('a counter that leaves its range makes the search incomplete, not wrong', () => {
    expect(run(counting(3))).toMatchObject({ states: 8, failure: null, bound: 'a counter left its range at "n++"' });
    expect(replay(counting(1), '0/0').error).toContain('range');
  });
  it('the state cap is told', () => {
    const r = search(counting(16), 1000);
    expect(r).toMatchObject({ failure: null, states: 1000, bound: '1,000 states' });
  });
  it('grows past its first tables', () => {
    expect(run(counting(16)).states).toBe(65536);
  });
});

describe('text from outside', () => {
  const base = (guard: string, cell = 'n'): Program => ({
    schema: 'rmap-review/program/1',
    name: 'x',
    waits: [],
    final: [],
    cells: [{ name: cell, bits: 1, init: 0, owner: null }],
    actors: [{ name: 'f', file: 'x.c', points: [{ line: 1, text: 't', waits: null, alts: [{ guard, asserts: [], sets: [], to: 1, choice: null }] }] }],
  });
  const hostile = [
    'process.exit(3)',
    '1;globalThis.x=1',
    'n=1',
    'n++',
    '`1`',
    '"1"',
    '(function(){})()',
    'n[0]',
    'constructor',
    '__proto__',
    '1/0',
    'n ? 1',
    '(',
    ')',
    '1)',
    '',
    '1 1',
    'n!',
    '\\u006e',
    '0x10',
    '1e3',
    '99999999999',
    '('.repeat(100),
  ];
  it.each(hostile)('%s is no guard', (guard) => {
    expect(typeof search(base(guard))).toBe('string');
    expect(replay(base(guard), '0')).toMatchObject({ ok: false, failure: null });
    expect(replay(base(guard), '0').error).not.toBeNull();
  });
  it.each(['n;1', 'a b', '0', '', 'n.', 'n..x', '%pc0'])('%s is no cell', (cell) => {
    expect(typeof search(base('1', cell))).toBe('string');
    expect(replay(base('1', cell), '0').error).not.toBeNull();
  });
  it('names of object properties are ordinary cell names', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) expect(run(base(`!${name}`, name)).ended).toEqual([true]);
  });
  it('programs and traces of any shape are answered, not thrown at', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (p, t) => {
        expect(replay(p as Program, t).ok).toBe(false);
      }),
    );
    for (const t of ['9', '0.7', '0/0/0/0', 'x', '0//0', '-1', '0.0.0', '1e1']) expect(replay(base('1'), t)).toMatchObject({ ok: false });
  });
  it('a trace that ends before or after the failure does not reach it', () => {
    const p = base('1');
    const failing: Program = { ...p, final: [{ expr: 'n == 1', message: 'leak' }] };
    expect(replay(failing, '0')).toMatchObject({ ok: true, failure: 'leak' });
    expect(replay(failing, '')).toMatchObject({ ok: false, error: null });
    expect(replay(failing, '0/0').ok).toBe(false);
  });
  it('an expression keeps C precedence', () => {
    const p = parseExpression('1 + 2 * 3 == 7 && !0 | 0');
    expect(p.ok && p.expr.k === 'binary' && p.expr.op).toBe('&&');
  });
});
