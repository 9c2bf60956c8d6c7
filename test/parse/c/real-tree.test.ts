import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CFunction } from '../../../src/parse/c/ast.js';
import { WORDS } from '../../../src/parse/c/idioms.js';
import { T, lex } from '../../../src/parse/c/lex.js';
import { characters } from '../../../src/parse/c/prepass.js';
import { hasKernel, kernelFiles, kernelTree, native } from './parsers.js';

describe.skipIf(!hasKernel)('a real tree (needs a kernel tree)', () => {
  it.each([
    ['mm', 1, 5000],
    ['kernel', 1, 14_000],
    ['fs', 6, 5000],
  ])('%s: at least 99.5 %% of the functions are read completely, and no call is lost', (folder, every, least) => {
    let functions = 0;
    let damaged = 0;
    const lost: string[] = [];
    kernelFiles(folder).forEach((path, k) => {
      if (k % every !== 0) return;
      const text = readFileSync(join(kernelTree, path), 'utf8');
      const read = native.parseC(path, text).file.functions.filter((f) => f.kind === 'function');
      functions += read.length;
      damaged += read.filter((f) => f.damaged).length;
      lost.push(...lostCalls(text, read).map((name) => `${path}: ${name}`));
    });
    expect(functions).toBeGreaterThan(least);
    expect(damaged / functions).toBeLessThan(0.005);
    // Array bounds, code under `#if 0` and one-line stubs are all that may be missing.
    expect(lost.length / functions, lost.slice(0, 20).join('\n')).toBeLessThan(0.01);
  });
});

/** Calls that the tokens of a function's body show and its tree does not. */
function lostCalls(text: string, functions: readonly CFunction[]): string[] {
  const tokens = lex(text, characters(text));
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const trees = new Map<string, { fn: CFunction; text: string }>();
  for (const fn of functions) {
    const key = `${fn.line}-${fn.endLine}`;
    trees.set(key, { fn, text: `${trees.get(key)?.text ?? ''} ${JSON.stringify(fn.body)}` });
  }
  const lost: string[] = [];
  for (const { fn, text: tree } of trees.values()) {
    if (fn.body === null || fn.body.line === fn.line) continue;
    const from = starts[fn.body.line - 1] ?? 0;
    const to = starts[fn.body.endLine] ?? text.length;
    let k = 0;
    while (k < tokens.n && tokens.start[k]! < from) k++;
    for (; k < tokens.n && tokens.start[k]! < to; k++) {
      if (tokens.type[k] !== T.ID || tokens.type[k + 1] !== 40) continue;
      const name = text.slice(tokens.start[k]!, tokens.end[k]!);
      if (!WORDS.has(name) && !/likely/.test(name) && !tree.includes(name)) lost.push(`${fn.name}: ${name}`);
    }
  }
  return lost;
}
