import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileScenario, type Compiled } from '../../src/model/script/compile.js';
import { expectationsOf, type Expectation } from '../../src/model/script/expect.js';
import type { Mistake } from '../../src/model/script/memory.js';
import { createParser } from '../../src/parse/c/parser.js';

const parser = await createParser();
const root = fileURLToPath(new URL('../../models/', import.meta.url));
const headers = readdirSync(root)
  .filter((n) => n.endsWith('.h'))
  .sort()
  .map((n) => ({ path: `models/${n}`, text: readFileSync(root + n, 'utf8') }));

export interface Shipped {
  readonly path: string;
  readonly text: string;
  readonly expected: readonly Expectation[];
}

/** The scenarios that ship with the program, with what their authors expect. */
export const shipped: readonly Shipped[] = ['primitives', 'protocols'].flatMap((folder) =>
  readdirSync(root + folder)
    .sort()
    .map((n) => {
      const path = `models/${folder}/${n}`;
      const text = readFileSync(`${root}${folder}/${n}`, 'utf8');
      const expected = expectationsOf(path, text);
      if ('why' in expected) throw new Error(`${path}:${expected.line}: ${expected.why}`);
      return { path, text, expected };
    }),
);

export function compiled(path: string, text: string, defined: readonly string[] = []): Compiled | Mistake {
  return compileScenario({ path, text }, headers, new Set(defined), (p, t) => parser.parseC(p, t));
}
