import { describe, expect, it } from 'vitest';
import { toPromela } from '../../src/model/promela.js';
import type { Program } from '../../src/model/verdict.js';
import { PROTOCOLS } from './protocols.js';
import { spinErrors, spinReady } from './spin.js';

describe.skipIf(!spinReady)('SPIN gives the same verdict (needs spin and cc)', () => {
  it.each(PROTOCOLS.filter((p) => p.spin !== false))(
    '$name',
    ({ program, expect: expected }) => {
      expect(spinErrors(toPromela(program))).toBe(expected === 'refuted' ? 0 : 1);
    },
    30_000,
  );
  it('an actor that may stay where it is', () => {
    const at = (to: number, expr: string): Program['actors'][number]['points'][number]['alts'][number] => ({
      guard: '1',
      asserts: expr === '' ? [] : [{ expr, message: 'wrong' }],
      sets: [],
      to,
      choice: null,
    });
    const waiting = (expr: string): Program => ({
      schema: 'rmap-review/program/1',
      name: 'stays',
      cells: [{ name: 'a', bits: 1, init: 0, owner: null }],
      waits: [],
      final: [],
      actors: [{ name: 'f', file: 'x.c', points: [{ line: 1, text: 'x', waits: null, alts: [at(0, ''), at(1, expr)] }] }],
    });
    expect(spinErrors(toPromela(waiting('a == 0')))).toBe(0);
    expect(spinErrors(toPromela(waiting('a == 1')))).toBe(1);
  }, 30_000);
  it('an actor that goes round one step which changes something', () => {
    const round: Program = {
      schema: 'rmap-review/program/1',
      name: 'goes round',
      cells: [{ name: 'a', bits: 2, init: 3, owner: null }],
      waits: [],
      final: [],
      actors: [
        {
          name: 'f',
          file: 'x.c',
          points: [
            {
              line: 1,
              text: 'x',
              waits: null,
              alts: [{ guard: '1', asserts: [{ expr: 'a > 0', message: 'one put too many' }], sets: [{ cell: 'a', expr: 'a - 1' }], to: 0, choice: null }],
            },
          ],
        },
      ],
    };
    expect(spinErrors(toPromela(round))).toBe(1);
  }, 30_000);
});
