import { describe, expect, it } from 'vitest';
import { replay } from '../../src/model/interpret.js';
import { toPromela } from '../../src/model/promela.js';
import { runProgram } from '../../src/model/script/run.js';
import { spinErrors, spinReady } from './spin.js';
import { compiled, shipped } from './written.js';

const cases = shipped.flatMap((s) => s.expected.map((e) => ({ name: [s.path, ...e.defined].join(' '), s, e })));

describe('scenarios in C: what their authors expect', () => {
  it.each(cases)('$name', ({ s, e }) => {
    const c = compiled(s.path, s.text, e.defined);
    if ('why' in c) throw new Error(`${c.file}:${c.line}: ${c.why}`);
    const { verdict, neverEnd } = runProgram(c.program);
    expect(verdict.state).toBe(e.state);
    if (verdict.state !== 'confirmed') {
      expect(neverEnd).toEqual([]);
      return;
    }
    if (e.says.length > 0) expect(e.says.filter((part) => verdict.why.includes(part))).not.toEqual([]);
    expect(replay(verdict.program, verdict.trace.text)).toMatchObject({ ok: true, failure: verdict.trace.failure });
  });
  it('every scenario has a protocol that is right beside those that are not', () => {
    for (const s of shipped) expect(new Set(s.expected.map((e) => e.state)), s.path).toEqual(new Set(['refuted', 'confirmed']));
  });
});

describe.skipIf(!spinReady)('scenarios in C: SPIN gives the same verdict (needs spin and cc)', () => {
  it.each(cases)(
    '$name',
    ({ s, e }) => {
      const c = compiled(s.path, s.text, e.defined);
      if ('why' in c) throw new Error(c.why);
      expect(spinErrors(toPromela(c.program))).toBe(e.state === 'refuted' ? 0 : 1);
    },
    60_000,
  );
});

describe('scenarios in C: mistakes name their place', () => {
  const mistakes: readonly (readonly [string, string, number, RegExp])[] = [
    ['no scenario()', 'static void f(void)\n{\n}\n', 1, /no function scenario/],
    ['nobody runs', 'void scenario(void)\n{\n}\n', 1, /starts no actor/],
    ['an unknown function', 'static void f(void)\n{\n\tfrobnicate();\n}\nvoid scenario(void)\n{\n\tmodel_run(f);\n}\n', 3, /frobnicate\(\) has no body/],
    ['an unknown variable', 'static void f(void)\n{\n\tx = 1;\n}\nvoid scenario(void)\n{\n\tmodel_run(f);\n}\n', 3, /x is not declared/],
    [
      'an unknown field',
      'struct s { int a; };\nstruct s s;\nstatic void f(void)\n{\n\ts.b = 1;\n}\nvoid scenario(void)\n{\n\tmodel_run(f);\n}\n',
      5,
      /field b/,
    ],
    [
      'a lock that is none',
      'int x;\nstatic void f(void)\n{\n\tmodel_lock(&x);\n}\nvoid scenario(void)\n{\n\tmodel_run(f);\n}\n',
      4,
      /wants the address of a lock/,
    ],
    ['a counter without end', 'int x;\nstatic void f(void)\n{\n\tx++;\n}\nvoid scenario(void)\n{\n\tmodel_run(f);\n\tmodel_run(f);\n}\n', 4, /is an atomic_t/],
    ['#if without #endif', 'int x;\n#ifdef A\nvoid scenario(void)\n{\n}\n', 2, /without #endif/],
    ['a recursive call', 'static void f(void)\n{\n\tf();\n}\nvoid scenario(void)\n{\n\tmodel_run(f);\n}\n', 3, /call themselves/],
    [
      'a loop that spins by itself',
      'static void f(void)\n{\n\tfor (;;)\n\t\t;\n}\nvoid scenario(void)\n{\n\tmodel_run(f);\n}\n',
      3,
      /a loop that does nothing/,
    ],
    ['an array', 'int x[2];\nvoid scenario(void)\n{\n}\n', 1, /arrays/],
    ['a type nobody defines', 'struct nothing x;\nvoid scenario(void)\n{\n}\n', 1, /struct nothing is not defined/],
  ];
  it.each(mistakes)('%s', (_name, text, line, why) => {
    const c = compiled('x.c', text);
    expect(c).toMatchObject({ file: 'x.c', line });
    expect('why' in c ? c.why : '').toMatch(why);
  });
});

describe('scenarios in C: what C leaves undefined is a failure of the actor', () => {
  const run = (body: string, globals = ''): string => {
    const c = compiled('x.c', `${globals}\nstatic void f(void)\n{\n${body}\n}\nvoid scenario(void)\n{\n\tmodel_run(f);\n}\n`);
    if ('why' in c) throw new Error(c.why);
    return runProgram(c.program).verdict.why;
  };
  const struct = 'struct s { int a; struct s *next; };\nstruct t { int b; };\nstruct s s;\nstruct t t;';
  it('a null pointer is followed', () => {
    expect(run('struct s *p = NULL;\np->a = 1;', struct)).toMatch(/f follows a null pointer for a/);
  });
  it('a variable is read before it is set', () => {
    expect(run('struct s *p;\np->a = 1;', struct)).toMatch(/f reads p before it is set/);
  });
  it('one structure is taken for another', () => {
    expect(run('struct s *p = (struct s *)&t;\np->a = 1;', struct)).toMatch(/f takes t \(struct t\) for something with a field a/);
  });
  it('a tag is left in a pointer', () => {
    expect(run('struct s *p = (struct s *)((unsigned long)&s | 1);\np->a = 1;', struct)).toMatch(/follows a tagged pointer/);
  });
  it('a tag that is taken off does no harm', () => {
    expect(run('unsigned long h = (unsigned long)&s | 1;\n((struct s *)(h & ~1))->a = 1;', struct)).toMatch(/no interleaving fails/);
  });
});
