import { describe, expect, it } from 'vitest';
import { solve } from '../../src/absint/solve.js';
import { finish } from '../../src/cfg/finish.js';
import type { BasicBlock, Terminator } from '../../src/cfg/cfg.js';
import type { CFunction } from '../../src/parse/c/ast.js';

const fn: CFunction = {
  kind: 'function',
  name: 'f',
  params: [],
  variadic: false,
  returns: { base: 'void', pointers: 0, array: false },
  static: false,
  inline: false,
  attributes: [],
  body: null,
  line: 1,
  endLine: 1,
  config: [],
  variant: 0,
  damaged: false,
};
const cond = { k: 'id', name: 'c', line: 1 } as const;
const graph = (...terms: Terminator[]) =>
  finish(
    fn,
    terms.map((term, id): BasicBlock => ({ id, instrs: [], term, line: id })),
  );
const branch = (then: number, otherwise: number): Terminator => ({ k: 'branch', cond, then, else: otherwise, line: 1 });
const jump = (to: number): Terminator => ({ k: 'jump', to });
const end: Terminator = { k: 'return', value: null, line: 1 };

interface S {
  readonly tag: string;
  readonly n: number;
}

function run(cfg: ReturnType<typeof graph>, step: (block: number, s: S) => S, bounds = { apart: 8, disjuncts: 8, steps: 200 }) {
  const ends: S[] = [];
  const hit = solve<S>(
    cfg,
    {
      transfer: (id, s) => {
        const next = step(id, s);
        const term = (cfg.blocks[id] as BasicBlock).term;
        if (term.k === 'return') ends.push(next);
        return term.k === 'branch'
          ? [
              { to: term.then, state: { ...next, tag: `${next.tag}t` } },
              { to: term.else, state: next },
            ]
          : term.k === 'jump'
            ? [{ to: term.to, state: next }]
            : [];
      },
      key: (s) => s.tag,
      vagueKey: (s) => s.tag,
      merge: (_b, old, next) => (next.n > old.n && old.n < 3 ? { ...old, n: next.n } : old),
      cross: (_f, _t, s) => s,
      hopeless: () => false,
    },
    { tag: '', n: 0 },
    bounds,
  );
  return { ends, hit };
}

describe('solve', () => {
  it('keeps states with different keys apart at a join', () => {
    const { ends, hit } = run(graph(branch(1, 2), jump(3), jump(3), end), (_b, s) => s);
    expect(ends.map((e) => e.tag).sort()).toEqual(['', 't']);
    expect(hit).toEqual([]);
  });
  it('ends on loops whose merged state stops growing', () => {
    const { ends, hit } = run(graph(jump(1), branch(2, 3), jump(1), end), (b, s) => (b === 2 ? { tag: s.tag.replace('t', ''), n: s.n + 1 } : s));
    expect(hit).toEqual([]);
    expect(ends.some((e) => e.n >= 3)).toBe(true);
  });
  it('says which bound it hit instead of running on', () => {
    const { hit } = run(graph(jump(1), branch(2, 3), jump(1), end), (b, s) => (b === 2 ? { tag: `${s.tag}x`, n: s.n } : s));
    expect(hit).toEqual(['more than 8 states at one point']);
  });
});
