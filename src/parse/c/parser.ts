import type { CFile } from './ast.js';
import type { Gap } from '../gap.js';
import { loadEngine } from './engine.js';
import { readFile, type WantFunction } from './read.js';

export type { WantFunction } from './read.js';

/**
 * Reads C. Nothing of the engine's leaves it: trees are copied and freed inside.
 * `want` names the functions whose bodies are needed (lines are 1-based and inclusive); the bodies of others are neither
 * parsed nor built, and are null. Headers, types, globals and constants are always read.
 */
export interface CParser {
  readonly engine: 'native' | 'wasm';
  parseC(path: string, text: string, want?: WantFunction): { readonly file: CFile; readonly gaps: readonly Gap[] };
}

/** Loads the preferred engine, or the other one: by default the native pair when it is installed, else wasm. */
export async function createParser(prefer?: 'native' | 'wasm'): Promise<CParser> {
  const engine = await loadEngine(prefer);
  return {
    engine: engine.name,
    parseC(path, text, want) {
      try {
        return readFile(engine, path, text, want ?? null);
      } catch (error) {
        // The engine's memory or our stack gave out: the file is a gap, the run goes on.
        const why = `cannot read this file (${error instanceof Error ? error.message : 'unknown error'})`;
        return { file: { path, functions: [], structs: [], typedefs: [], globals: [], constants: new Map() }, gaps: [{ stage: 'parse', file: path, function: '', why }] };
      }
    },
  };
}
