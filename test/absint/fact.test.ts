import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assume, joinFacts, maskOf, NEG, POS, sameFacts, truth, ZERO, type Facts } from '../../src/absint/fact.js';
import { createTerms } from '../../src/absint/term-table.js';

const none: Facts = new Map();

describe('facts', () => {
  it('follow from a test and contradict its negation', () => {
    const t = createTerms();
    const p = t.sym('call:1', 'f()', null, 'call');
    const nonnull = assume(t, none, p, true) as Facts;
    expect(truth(t, nonnull, p)).toBe(true);
    expect(assume(t, nonnull, t.op('!', [p]), true)).toBeNull();
  });
  it('tie a result code to its sign', () => {
    const t = createTerms();
    const ret = t.sym('call:1', 'f()', null, 'call');
    const bad = assume(t, none, t.op('<', [ret, t.num(0)]), true) as Facts;
    expect(maskOf(t, bad, ret)).toBe(NEG);
    expect(maskOf(t, bad, t.op('-', [ret]))).toBe(POS);
    const good = assume(t, none, t.op('<', [ret, t.num(0)]), false) as Facts;
    expect(maskOf(t, good, ret)).toBe(ZERO | POS);
  });
  it('know that error names are not zero and that distinct names differ', () => {
    const t = createTerms();
    const again = t.op('-', [t.name('EAGAIN')]);
    expect(truth(t, none, again)).toBe(true);
    expect(t.get(t.op('==', [again, t.name('MIGRATE_DONE')]))).toMatchObject({ k: 'num', value: 0 });
    const ret = t.sym('call:1', 'f()', null, 'call');
    const is = assume(t, none, t.op('==', [ret, again]), true) as Facts;
    expect(truth(t, is, t.op('==', [ret, t.op('-', [t.name('EBUSY')])]))).toBe(false);
    expect(maskOf(t, is, ret)).toBe(NEG);
  });
  it('remember which value was excluded', () => {
    const t = createTerms();
    const x = t.sym('param:x', 'x', null, 'param');
    const not3 = assume(t, none, t.op('==', [x, t.num(3)]), false) as Facts;
    expect(assume(t, not3, t.op('==', [x, t.num(3)]), true)).toBeNull();
  });
  it('never decide both ways, and joining never invents (property)', () => {
    const t = createTerms();
    const vars = [0, 1, 2].map((i) => t.sym(`param:${i}`, `p${i}`, null, 'param'));
    const atom = fc.record({
      v: fc.integer({ min: 0, max: 2 }),
      op: fc.constantFrom('==', '<', 'self'),
      c: fc.integer({ min: -2, max: 2 }),
      yes: fc.boolean(),
    });
    const apply = (facts: Facts | null, a: { v: number; op: string; c: number; yes: boolean }): Facts | null => {
      const x = vars[a.v] as number;
      return facts && assume(t, facts, a.op === 'self' ? x : t.op(a.op, [x, t.num(a.c)]), a.yes);
    };
    const holds = (values: readonly number[], a: { v: number; op: string; c: number; yes: boolean }): boolean => {
      const x = values[a.v] as number;
      return (a.op === 'self' ? x !== 0 : a.op === '==' ? x === a.c : x < a.c) === a.yes;
    };
    const inside = (facts: Facts, values: readonly number[]): boolean =>
      vars.every((x, i) => {
        const v = values[i] as number;
        return (maskOf(t, facts, x) & (v < 0 ? NEG : v === 0 ? ZERO : POS)) !== 0;
      });
    fc.assert(
      fc.property(
        fc.array(atom, { maxLength: 6 }),
        fc.array(atom, { maxLength: 6 }),
        fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })),
        (as, bs, values) => {
          const a = as.reduce<Facts | null>(apply, none);
          const b = bs.reduce<Facts | null>(apply, none);
          if (as.every((x) => holds(values, x))) {
            expect(a).not.toBeNull();
            expect(inside(a as Facts, values)).toBe(true);
          }
          if (a && b) {
            const joined = joinFacts(t, a, b);
            if (as.every((x) => holds(values, x)) || bs.every((x) => holds(values, x))) expect(inside(joined, values)).toBe(true);
            expect(sameFacts(joinFacts(t, a, a), a)).toBe(true);
          }
        },
      ),
    );
  });
});
