import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { flatten, type Cursor, type FlatTree } from './flat.js';

/** One loaded grammar. `tree` copies a text's tree out of the engine and lets go of the engine's own. */
export interface Engine {
  readonly name: 'native' | 'wasm';
  /** Reading piece by piece pays: trees of texts that come again are kept. */
  readonly remembers?: true;
  tree(code: string): FlatTree;
  /** What the grammar's highlight query captures: names as in the query, UTF-16 offsets; in no stated order. */
  captures(code: string): readonly Capture[];
}

export interface Capture {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Loads an engine: the preferred one first, else the other. Throws only when neither can be loaded.
 * This is parse's one place of I/O: it reads the grammar's wasm.
 */
export async function loadEngine(prefer?: 'native' | 'wasm'): Promise<Engine> {
  if (prefer !== 'wasm') {
    const engine = loadNative();
    if (engine !== null) return engine;
  }
  try {
    return await loadWasm();
  } catch (error) {
    const native = loadNative();
    if (native !== null) return native;
    throw error;
  }
}

interface NativeTree {
  readonly rootNode: { readonly hasError: boolean };
  walk(): Cursor;
}
interface NativeParser {
  setLanguage(language: unknown): void;
  parse(input: (index: number) => string): NativeTree;
}
interface NativeQuery {
  captures(node: unknown): readonly { readonly name: string; readonly node: { readonly startIndex: number; readonly endIndex: number } }[];
}
type NativeModule = (new () => NativeParser) & { readonly Query: new (language: unknown, source: string) => NativeQuery };

/** The native pair is an optional dependency: whatever goes wrong here only means that the other engine is used. */
function loadNative(): Engine | null {
  try {
    const require = createRequire(import.meta.url);
    const Parser = require('tree-sitter') as NativeModule;
    const parser = new Parser();
    const language: unknown = require('tree-sitter-c');
    parser.setLanguage(language);
    let query: NativeQuery | null = null;
    const kinds = new Map<number, number>();
    return {
      name: 'native',
      tree(code) {
        const tree = parser.parse((index) => code.slice(index, index + CHUNK));
        return flatten(tree.walk(), kinds, tree.rootNode.hasError, code.length);
      },
      captures(code) {
        query ??= new Parser.Query(language, highlightQuery());
        const tree = parser.parse((index) => code.slice(index, index + CHUNK));
        return query.captures(tree.rootNode).map(({ name, node }) => ({ name, start: node.startIndex, end: node.endIndex }));
      },
    };
  } catch {
    return null;
  }
}

/** Characters handed to the native parser at once; its buffer holds 32 KB. */
const CHUNK = 8192;

async function loadWasm(): Promise<Engine> {
  const { Parser, Language, Query } = await import('web-tree-sitter');
  await Parser.init();
  const language = await Language.load(await grammar());
  const parser = new Parser();
  parser.setLanguage(language);
  const kinds = new Map<number, number>();
  let query: InstanceType<typeof Query> | null = null;
  return {
    name: 'wasm',
    tree(code) {
      const tree = parser.parse(code);
      if (tree === null) throw new Error('the parser gave no tree');
      const cursor = tree.walk();
      try {
        return flatten(cursor, kinds, tree.rootNode.hasError, code.length);
      } finally {
        cursor.delete();
        tree.delete();
      }
    },
    captures(code) {
      query ??= new Query(language, highlightQuery());
      const tree = parser.parse(code);
      if (tree === null) return [];
      try {
        return query.captures(tree.rootNode).map(({ name, node }) => ({ name, start: node.startIndex, end: node.endIndex }));
      } finally {
        tree.delete();
      }
    },
  };
}

/** The grammar's own query, as it ships; nothing is highlighted where it cannot be found. */
function highlightQuery(): string {
  const require = createRequire(import.meta.url);
  const places = ['../../grammar/highlights.scm', '../../../dist/grammar/highlights.scm'].map((p) => fileURLToPath(new URL(p, import.meta.url)));
  for (const specifier of ['tree-sitter-c-grammar/queries/highlights.scm', 'tree-sitter-c/queries/highlights.scm']) {
    try {
      places.push(require.resolve(specifier));
    } catch {
      /* Not installed here. */
    }
  }
  for (const place of places) {
    try {
      return readFileSync(place, 'utf8');
    } catch {
      /* Not in this place. */
    }
  }
  return '';
}

/** Beside the compiled code, in the source tree's build, then in the packages that ship it. */
async function grammar(): Promise<Uint8Array> {
  const places = ['../../grammar/tree-sitter-c.wasm', '../../../dist/grammar/tree-sitter-c.wasm', '../../../wasm/tree-sitter-c.wasm'].map((p) =>
    fileURLToPath(new URL(p, import.meta.url)),
  );
  const require = createRequire(import.meta.url);
  for (const specifier of ['tree-sitter-c-grammar/tree-sitter-c.wasm', 'tree-sitter-c/tree-sitter-c.wasm']) {
    try {
      places.push(require.resolve(specifier));
    } catch {
      /* Not installed here. */
    }
  }
  for (const place of places) {
    try {
      return await readFile(place);
    } catch {
      /* Not in this place. */
    }
  }
  throw new Error(`the C grammar (tree-sitter-c.wasm) is in none of: ${places.join(', ')}`);
}
