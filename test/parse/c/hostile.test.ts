import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { body } from './compact.js';
import { hasKernel, kernelTree, native, wasm } from './parsers.js';

const many = (text: string, n: number): string => text.repeat(n);
const tail = '\nint g(void) { return 1; }\n';

describe.each([
  ['wasm', wasm],
  ['native', native],
] as const)('%s', (_, parser) => {
  it.each([
    ['parentheses', `int f(void) { return ${many('(', 50_000)}1${many(')', 50_000)}; }`],
    ['calls', `int f(void) { return ${many('f(a, ', 20_000)}1${many(')', 20_000)}; }`],
    ['blocks', `int f(void) { ${many('{', 50_000)}${many('}', 50_000)} }`],
    ['ifs', `int f(void) { ${many('if (a) ', 20_000)}; }`],
    ['else ifs', `int f(void) { ${many('if (a) b(); else ', 20_000)}; }`],
    ['operators', `int f(void) { return 1${many(' + 1', 50_000)}; }`],
  ])('deep nesting (%s) is a gap of its function alone', (_name, source) => {
    const { file, gaps } = parser.parseC('a.c', source + tail);
    expect(file.functions.map((f) => [f.name, f.damaged])).toEqual([
      ['f', true],
      ['g', false],
    ]);
    expect(gaps.map((g) => g.function)).toEqual(['f']);
  });

  it.each([
    ['(', 100_000],
    ['{', 100_000],
    ['}', 100_000],
    ['#if X\n', 30_000],
    ['#endif\n', 30_000],
    ['#if X\nint a;\n', 10_000],
    ['#elif A\nint b;\n', 10_000],
    ['/', 500_000],
    ['\\\n', 200_000],
    ['a ', 100_000],
    ['"', 100_000],
    ['struct a {', 10_000],
    ['typeof(', 20_000],
    ['f(', 50_000],
    ['\0', 200_000],
    ['int f() {', 5_000],
    ['#define a(x) (', 10_000],
    ['? : ', 50_000],
    ['\ud800', 1000],
  ])('any amount of %j ends', (part, n) => {
    const { file } = parser.parseC('a.c', many(part, n));
    expect(file.path).toBe('a.c');
    parser.parseFragments('a.c', many(part, n >> 3));
  });

  it('keeps an unreadable statement to itself', () => {
    const { file, gaps } = parser.parseC(
      'a.c',
      'int f(int a)\n{\n\tg();\n\tif (a) {\n\t\tASSERT(a, b(););\n\t\th();\n\t}\n\treturn 0;\n}\nint k(void) { }\nint x y z w;\nint l(void) { }\n',
    );
    expect(file.functions.map((f) => [f.name, f.damaged])).toEqual([
      ['f', true],
      ['k', false],
      ['l', false],
    ]);
    expect(body(file.functions[0])).toBe('g(); if a { ¿ASSERT(a, b(););? h(); } return 0;');
    expect(gaps[0]?.why).toMatch(/^line 5: cannot read "ASSERT/);
  });

  it('says so when a text is no C at all', () => {
    const { file, gaps } = parser.parseC('a.c', 'Dear all,\n\nthis is ((no C: it says "hello\nand then } more.\n');
    expect(file.functions).toEqual([]);
    expect(gaps).toHaveLength(1);
  });

  it('never throws, and the line numbers stay inside the text', () => {
    const piece = fc.constantFrom(
      'int f(void)',
      '{',
      '}',
      '(',
      ')',
      ';',
      '\n#ifdef A\n',
      '\n#else\n',
      '\n#endif\n',
      '\n#define m(x) ',
      'if (a)',
      'else',
      'list_for_each(p, h)',
      'struct s',
      '__free(x)',
      '"',
      '/*',
      '*/',
      '=',
      ',',
      'case 1:',
      'out:',
      'goto out',
      'asm("")',
      ' \n',
      'é',
      'do',
      'while (0)',
      'x',
      '*',
      '->',
      'typeof(x)',
      'static DEFINE_MUTEX(m)',
      '...',
      '##',
      '\\\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (parts) => {
        const text = parts.join(' ');
        const lines = text.split('\n').length;
        for (const { file } of [parser.parseC('a.c', text), parser.parseFragments('a.c', text)]) {
          expect(file.functions.every((f) => f.line >= 1 && f.endLine >= f.line && f.endLine <= lines)).toBe(true);
        }
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

describe.skipIf(!hasKernel)('memory (needs a kernel tree)', () => {
  it.each([
    ['wasm', wasm],
    ['native', native],
  ] as const)('%s: 600 parses of one file do not pile up', async (_, parser) => {
    const text = readFileSync(`${kernelTree}/mm/memcontrol.c`, 'utf8').slice(0, 25_000);
    const run = async (times: number): Promise<void> => {
      for (let k = 0; k < times; k++) {
        parser.parseC('a.c', text);
        if (k % 10 === 0) await parser.settle();
      }
    };
    await run(60);
    const before = process.memoryUsage().rss;
    await run(540);
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(80);
  });
});
