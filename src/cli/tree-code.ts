import { createHash } from 'node:crypto';
import type { OpenIndex } from '../host/index/open.js';
import type { Cache } from '../host/index/cache.js';
import { createOutside, type Outside, type TreeCode } from '../absint/outside.js';
import type { Primitives } from '../absint/program.js';
import type { Callee } from '../effect/table.js';
import type { CFile, CFunction } from '../parse/c/ast.js';
import type { CParser } from '../parse/c/parser.js';

/** The summary of one function, with the blob that it is in and the key of all that it depends on; plain data. */
export type Learnt = readonly [blob: string, key: string, result: Callee];

/** What the engine may ask about the rest of a tree, and where that is kept between runs. */
export interface TreeOutside {
  readonly outside: Outside;
  /** Writes what was learnt to the cache. */
  readonly save: () => void;
  /** What was learnt since this was asked last, for others that look at the same tree with the same knowledge. */
  readonly learnt: () => readonly Learnt[];
  /** Takes over what another has learnt. */
  readonly adopt: (learnt: readonly Learnt[]) => void;
}

export interface TreeOutsideOptions {
  readonly index: OpenIndex;
  readonly parser: CParser;
  readonly primitives: Primitives;
  /** Names the program's version and the knowledge: results are kept for exactly these. */
  readonly stamp: string;
  /** Null: nothing is kept. */
  readonly cache: Cache | null;
  /** The same for what whole files declare, without bodies. */
  readonly declarations: Cache | null;
}

/** Files of results kept: a kernel has sixty thousand sources, a review sees a few hundred. */
const MAX_CACHE = 64 << 20;

/** The functions of `index`, read when the engine asks for them. */
export function treeOutside({ index, parser, primitives, stamp, cache, declarations }: TreeOutsideOptions): TreeOutside {
  const types = new Map<string, CFile>();
  const shelves = new Map<string, { results: Map<string, Callee>; changed: boolean }>();
  const shelf = (blob: string): { results: Map<string, Callee>; changed: boolean } => {
    const name = shelfName(blob);
    let found = shelves.get(name);
    if (found === undefined) shelves.set(name, (found = { results: readShelf(cache?.get(name) ?? null), changed: false }));
    return found;
  };
  const shelfName = (blob: string): string => `${digest(stamp).slice(0, 16)}-${blob}`;
  let parsed = 0;
  const declared = (f: { readonly path: string; readonly blob: string }, text: string): CFile => {
    const name = shelfName(`${digest(f.path).slice(0, 8)}-${f.blob}`);
    const before = readDeclared(declarations?.get(name) ?? null);
    if (before !== null) return before;
    const { file } = parser.parseC(f.path, text, () => false);
    declarations?.put(name, JSON.stringify({ ...file, constants: [...file.constants] }));
    parsed++;
    return file;
  };
  let fresh: Learnt[] = [];
  const heights = `heights-${digest(`${stamp} ${index.id}`)}`;
  const code: TreeCode = {
    index,
    digest,
    text: (f) => index.text(f),
    parse: (f) => {
      const text = index.text(f);
      if (text === null) return null;
      const { file } = parser.parseC(f.path, `${linesOf(text, f.line, f.endLine)}\n`, null, f.line);
      const fn = file.functions.find((x) => x.name === f.name && x.kind !== 'prototype' && x.body !== null && x.variant === 0);
      if (fn === undefined || fn.damaged || (fn.kind === 'macro' && !isOneStep(fn))) return null;
      const around = (): CFile => {
        let known = types.get(f.blob);
        if (known === undefined) types.set(f.blob, (known = declared(f, text)));
        return known;
      };
      return { fn, file: around };
    },
    recall: (f, key) => shelf(f.blob).results.get(key),
    remember: (f, key, result) => {
      const s = shelf(f.blob);
      s.results.set(key, result);
      s.changed = true;
      fresh.push([f.blob, key, result]);
    },
    savedHeights: cache?.get(heights) ?? null,
    saveHeights: (bytes) => cache?.put(heights, bytes),
  };
  const outside = createOutside(code, primitives, stamp);
  return {
    outside,
    learnt: () => {
      const list = fresh;
      fresh = [];
      return list;
    },
    adopt: (learnt) => {
      for (const [blob, key, result] of learnt) shelf(blob).results.set(key, result);
    },
    save: () => {
      if (parsed > 0) declarations?.prune(MAX_CACHE);
      if (cache === null) return;
      let wrote = false;
      for (const [name, s] of shelves) {
        if (!s.changed) continue;
        // Another run may have written meanwhile: both know true things.
        cache.put(name, JSON.stringify([...readShelf(cache.get(name)), ...s.results]));
        s.changed = false;
        wrote = true;
      }
      if (wrote) cache.prune(MAX_CACHE);
    },
  };
}

/** A macro that is one expression, or one block that runs once: the call of it is that. */
function isOneStep({ body }: CFunction): boolean {
  const [only, more] = body?.body ?? [];
  return (
    only !== undefined &&
    more === undefined &&
    (only.k === 'return' || only.k === 'expr' || (only.k === 'do' && only.test.k === 'num' && only.test.value === 0))
  );
}

/** Lines `first` to `last`, both included, counted from 1. */
function linesOf(text: string, first: number, last: number): string {
  let from = 0;
  for (let line = 1; line < first; line++) from = text.indexOf('\n', from) + 1;
  let to = from - 1;
  for (let line = first; line <= last && (to = text.indexOf('\n', to + 1)) >= 0; ) line++;
  return text.slice(from, to < 0 ? text.length : to);
}

function readDeclared(bytes: Buffer | null): CFile | null {
  if (bytes === null) return null;
  try {
    const file = JSON.parse(bytes.toString('utf8')) as Omit<CFile, 'constants'> & { readonly constants: [string, number | null][] };
    return { ...file, constants: new Map(file.constants) };
  } catch {
    return null;
  }
}

function readShelf(bytes: Buffer | null): Map<string, Callee> {
  if (bytes === null) return new Map();
  try {
    return new Map(JSON.parse(bytes.toString('utf8')) as [string, Callee][]);
  } catch {
    return new Map();
  }
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
