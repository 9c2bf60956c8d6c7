import type { CFile } from './ast.js';
import type { Gap } from '../gap.js';
import type { WantFunction } from './context.js';
import { type Engine, loadEngine } from './engine.js';
import { highlight } from './highlight.js';
import { readFile } from './read.js';
import { readFragments } from './read-fragments.js';
import { remembering } from './remember.js';

export type { WantFunction } from './context.js';

export interface Parsed {
  readonly file: CFile;
  readonly gaps: readonly Gap[];
}

/** Reads C. Nothing of the engine's leaves it: trees are copied and freed inside. Nothing throws on any text. */
export interface CParser {
  readonly engine: 'native' | 'wasm';
  /**
   * A whole file. `want` names the functions whose bodies are needed (lines are 1-based and inclusive); the bodies of
   * others are neither parsed nor built, and are null. Headers, types, globals and constants are always read.
   * `firstLine`: the number of the first line, where the text is a part of the file.
   */
  parseC(path: string, text: string, want?: WantFunction | null, firstLine?: number): Parsed;
  /** A text that shows only some hunks of a file, at their line numbers, blank lines between. */
  parseFragments(path: string, text: string): Parsed;
  /** Syntax of each line of a piece of C, as runs: see `highlight`. */
  highlight(code: string): readonly string[];
  /**
   * Lets the engine give memory back. The native one frees trees only when the event loop turns (about 40 bytes for each
   * character parsed since): whoever reads many files in a row awaits this now and then.
   */
  settle(): Promise<void>;
  /** The same parser for texts that are alike, such as the sides of a change: what they have in common is parsed once. */
  remembering(): CParser;
}

/** Loads the preferred engine, or the other one: by default the native pair when it is installed, else wasm. */
export async function createParser(prefer?: 'native' | 'wasm'): Promise<CParser> {
  return parserOf(await loadEngine(prefer));
}

function parserOf(engine: Engine): CParser {
  return {
    engine: engine.name,
    parseC: (path, text, want, firstLine) => guarded(path, () => readFile(engine, path, text, want ?? null, firstLine ?? 1)),
    parseFragments: (path, text) => guarded(path, () => readFragments(engine, path, text)),
    highlight: (code) => highlight(engine, code),
    settle: () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
    remembering: () => parserOf(remembering(engine)),
  };
}

/** The engine's memory or our stack may give out: then the file is a gap, and the run goes on. */
function guarded(path: string, read: () => Parsed): Parsed {
  try {
    return read();
  } catch (error) {
    const why = `cannot read this file (${error instanceof Error ? error.message : 'unknown error'})`;
    return {
      file: { path, functions: [], structs: [], typedefs: [], globals: [], constants: new Map() },
      gaps: [{ stage: 'parse', file: path, function: '', why }],
    };
  }
}
