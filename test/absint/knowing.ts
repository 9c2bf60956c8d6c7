import type { Primitives } from '../../src/absint/program.js';
import { primitivesOf } from '../../src/kernel/primitives.js';
import { readKnowledge } from '../../src/kernel/table.js';
import { type CParser, createParser } from '../../src/parse/c/parser.js';

/** A parser, and what the engine knows of functions from these declarations alone. */
export async function knowing(declarations: string): Promise<{ readonly c: CParser; readonly primitives: Primitives }> {
  const c = await createParser('wasm');
  return { c, primitives: primitivesOf(readKnowledge([c.parseC('knowledge/k.h', declarations).file], null).knowledge) };
}
