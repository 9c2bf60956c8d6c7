import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../fixture.js';
import { hasKernel, kernelFiles, kernelTree, native, remembering, wasm } from './parsers.js';

const OWN = ['knowledge', 'fixtures'];

describe('both engines give the same file', () => {
  it('non-ASCII text, errors, fragments', () => {
    for (const text of [
      '/* é 😀 */ int f(void) { return g("é😀", x); } /* ü */ int h(void) { }',
      'int f(void) { return (a b c); }',
      'x\n\n\nint f(int a,\n\t\tb();\n\t} else {\n\t\tc();\n}\n',
    ]) {
      expect(native.parseC('a.c', text)).toEqual(wasm.parseC('a.c', text));
      expect(native.parseFragments('a.c', text)).toEqual(wasm.parseFragments('a.c', text));
    }
    const line = wasm.parseC('a.c', '/* é😀\n é */\nint é(void)\n{\n\treturn 1;\n}\n').file.functions[0];
    expect([line?.name, line?.line, line?.endLine]).toEqual(['é', 3, 6]);
  });

  it('our own C', async () => {
    const { readdirSync } = await import('node:fs');
    const files = OWN.flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { withFileTypes: true, recursive: true })
        .filter((e) => e.isFile() && /\.[ch]$/.test(e.name))
        .map((e) => join(e.parentPath, e.name)),
    );
    expect(files.length).toBeGreaterThan(5);
    for (const path of files) {
      const text = readFileSync(path, 'utf8');
      const { file, gaps } = wasm.parseC(path, text);
      expect(gaps, path).toEqual([]);
      expect(native.parseC(path, text)).toEqual({ file, gaps });
    }
  });

  it.skipIf(!hasKernel)('real files (needs a kernel tree)', () => {
    for (const path of [
      ...kernelFiles('mm', /\.c$/),
      ...kernelFiles('kernel/locking'),
      'fs/dlm/lock.c',
      'fs/jffs2/compr.c',
      'include/linux/compat.h',
      'include/linux/mm.h',
    ]) {
      const text = readFileSync(join(kernelTree, path), 'utf8');
      expect(native.parseC(path, text), path).toEqual(wasm.parseC(path, text));
    }
  });
});

describe('a parser that remembers reads as one that does not', () => {
  const same = (text: string, about = ''): void => {
    for (const want of [null, () => false, (name: string) => name.length % 2 === 0])
      expect(remembering.parseC('a.c', text, want), about).toEqual(native.parseC('a.c', text, want));
  };

  it('a text that comes again with a line more or less, attributes before a function, an #if that splits one', () => {
    const text =
      '#define TWICE(x) ((x) * 2)\nstruct s { int a; };\n__printf(1, 2) __cold\nint say(const char *f, ...)\n{\n\treturn TWICE(1);\n}\nDEFINE_MUTEX(lock);\n#ifdef CONFIG_A\nint f(int a)\n#else\nint f(void)\n#endif\n{\n\treturn 1;\n}\n__init\nstatic void g(struct s *s)\n{\n\ts->a = say("x");\n}\n';
    same(text);
    same(text.replace('struct s', '\n\nstruct s'));
    same(text.replace('\treturn TWICE(1);\n', ''));
    same(text.replace('s->a = say("x");', 's->a = (say ("x" b;'));
    same(text);
  });

  it.skipIf(!hasKernel)('real files (needs a kernel tree)', () => {
    for (const path of [
      ...kernelFiles('kernel/locking'),
      ...kernelFiles('ipc'),
      'kernel/workqueue.c',
      'kernel/watchdog.c',
      'include/linux/sysfs.h',
      'mm/memory.c',
      'mm/slub.c',
    ])
      same(readFileSync(join(kernelTree, path), 'utf8'), path);
  });
});
