import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../fixture.js';
import { hasKernel, kernelFiles, kernelTree, native, wasm } from './parsers.js';

const OWN = ['knowledge', 'fixtures'];

describe('both engines give the same file', () => {
  it('non-ASCII text, errors, fragments', () => {
    for (const text of ['/* é 😀 */ int f(void) { return g("é😀", x); } /* ü */ int h(void) { }', 'int f(void) { return (a b c); }', 'x\n\n\nint f(int a,\n\t\tb();\n\t} else {\n\t\tc();\n}\n']) {
      expect(native.parseC('a.c', text)).toEqual(wasm.parseC('a.c', text));
      expect(native.parseFragments('a.c', text)).toEqual(wasm.parseFragments('a.c', text));
    }
    const line = wasm.parseC('a.c', '/* é😀\n é */\nint é(void)\n{\n\treturn 1;\n}\n').file.functions[0];
    expect([line?.name, line?.line, line?.endLine]).toEqual(['é', 3, 6]);
  });

  it('our own C', async () => {
    const { readdirSync } = await import('node:fs');
    const files = OWN.flatMap((folder) => readdirSync(join(projectRoot, folder), { withFileTypes: true, recursive: true }).filter((e) => e.isFile() && /\.[ch]$/.test(e.name)).map((e) => join(e.parentPath, e.name)));
    expect(files.length).toBeGreaterThan(5);
    for (const path of files) {
      const text = readFileSync(path, 'utf8');
      const { file, gaps } = wasm.parseC(path, text);
      expect(gaps, path).toEqual([]);
      expect(native.parseC(path, text)).toEqual({ file, gaps });
    }
  });

  it.skipIf(!hasKernel)('real files (needs a kernel tree)', () => {
    for (const path of [...kernelFiles('mm', /\.c$/), ...kernelFiles('kernel/locking'), 'fs/dlm/lock.c', 'fs/jffs2/compr.c', 'include/linux/compat.h', 'include/linux/mm.h']) {
      const text = readFileSync(join(kernelTree, path), 'utf8');
      expect(native.parseC(path, text), path).toEqual(wasm.parseC(path, text));
    }
  });
});
