import { describe, expect, it } from 'vitest';
import { createTerms } from '../../src/absint/term-table.js';

describe('terms', () => {
  it('gives equal ids to equal values', () => {
    const t = createTerms();
    const mm = t.sym('param:mm', 'mm', null, 'param');
    expect(t.load(t.field(mm, 'owner'))).toBe(t.load(t.field(mm, 'owner')));
    expect(t.op('==', [mm, t.num(0)])).toBe(t.op('!', [mm]));
    expect(t.op('>=', [mm, t.num(3)])).toBe(t.op('!', [t.op('<', [mm, t.num(3)])]));
  });
  it('undoes taking and following an address', () => {
    const t = createTerms();
    const p = t.sym('param:p', 'p', null, 'param');
    expect(t.addr(t.deref(p))).toBe(p);
    expect(t.deref(t.addr(t.field(p, 'f')))).toBe(t.field(p, 'f'));
  });
  it('decides tests of named flags', () => {
    const t = createTerms();
    const a = t.name('F_A');
    const b = t.name('F_B');
    const c = t.name('F_C');
    const ab = t.op('|', [a, b]);
    expect(t.get(t.op('&', [ab, c]))).toMatchObject({ k: 'num', value: 0 });
    expect(t.get(t.op('&', [ab, a]))).toMatchObject({ k: 'bits', set: ['F_A'] });
    const rest = t.sym('param:flags', 'flags', null, 'param');
    expect(t.op('&', [t.op('|', [rest, a]), c])).toBe(t.op('&', [rest, c]));
  });
  it('takes flags out of words by a mask', () => {
    const t = createTerms();
    const a = t.name('F_A');
    const b = t.name('F_B');
    const notA = t.op('~', [a]);
    expect(t.op('&', [t.op('|', [a, b]), notA])).toBe(t.op('&', [t.op('|', [a, b]), b]));
    expect(t.get(t.op('&', [a, notA]))).toMatchObject({ k: 'num', value: 0 });
    const rest = t.sym('param:flags', 'flags', null, 'param');
    const masked = t.op('&', [rest, notA]);
    expect(t.op('&', [masked, b])).toBe(t.op('&', [rest, b]));
    expect(t.get(t.op('&', [masked, a]))).toMatchObject({ k: 'num', value: 0 });
  });
  it('keeps two reads of memory apart when they are compared', () => {
    const t = createTerms();
    expect(t.get(t.op('==', [t.num(2), t.num(2)]))).toMatchObject({ k: 'num', value: 1 });
    const x = t.sym('param:x', 'x', null, 'param');
    expect(t.get(t.op('==', [x, x]))).toMatchObject({ k: 'num', value: 1 });
    const read = t.load(t.field(x, 'mapping'));
    expect(t.get(t.op('==', [read, read])).k).toBe('op');
  });
  it('renames one symbol inside a value and nothing else', () => {
    const t = createTerms();
    const p = t.sym('call:1', 'f()', null, 'call');
    const q = t.sym('old:call:1', 'f()', null, 'old');
    const other = t.sym('param:o', 'o', null, 'param');
    const value = t.op('+', [t.load(t.field(p, 'next')), other]);
    expect(t.symbols(t.replace(value, p, q))).toEqual(expect.arrayContaining([q, other]));
    expect(t.symbols(t.replace(value, p, q))).not.toContain(p);
    expect(t.replace(other, p, q)).toBe(other);
  });
});
