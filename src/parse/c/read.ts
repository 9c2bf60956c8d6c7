import type { CFile, CFunction, Stmt } from './ast.js';
import type { Gap } from '../gap.js';
import { lineIndex, squeeze, type Build } from './build-context.js';
import type { Context, WantFunction } from './context.js';
import { buildItems, noItems, type Items } from './build-file.js';
import { clip } from './build-expr.js';
import { statements } from './build-stmt.js';
import { constantValue, looksConstant } from './constants.js';
import { readDefine, type MacroText } from './defines.js';
import type { Engine } from './engine.js';
import type { FlatTree } from './flat.js';
import { prepare, type ConfigRange, type Prepared } from './prepass.js';
import type { OutlineEntry } from './rewrite-state.js';
import { repair } from './repair.js';
import { readSideText } from './side-text.js';

/** C text to a `CFile`. Trees live only inside; nothing throws on any text. */
export function readFile(engine: Engine, path: string, text: string, want: WantFunction | null, firstLine = 1): { file: CFile; gaps: Gap[] } {
  const gaps: Gap[] = [];
  const within = lineIndex(text);
  const line = (offset: number): number => within(offset) + firstLine - 1;
  const wantAt = (name: string, start: number, end: number): boolean => want === null || want(name, line(start), line(end - 1));
  const prepared = prepare(text, 0, wantAt);
  const macros = prepared.defines.flatMap((d) => readDefine(text, d) ?? []);
  const side = readSideText({ engine, path, text, line, gaps: [], argument: () => null, typedefs: new Set() }, prepared, macros, want, readWhole);
  const context: Context = { engine, path, text, line, gaps, argument: side.argument, typedefs: typedefNames(text) };
  const items = readWhole(context, prepared);
  if (prepared.splits.length > 0) readOtherVariant(context, prepared, wantAt, items);
  const lost = items.unread[0];
  if (lost !== undefined)
    gaps.push({
      stage: 'parse',
      file: path,
      function: '',
      why: `line ${lost.line}: cannot read "${lost.text}" at file scope${items.unread.length > 1 ? `, and ${items.unread.length - 1} more places` : ''}`,
    });
  const functions = [...items.functions, ...side.macros]
    .map((f) => ({ fn: withConfig(f.fn, f.start, prepared.configs), start: f.start }))
    .sort((a, b) => a.start - b.start || a.fn.variant - b.fn.variant);
  return {
    file: {
      path,
      functions: functions.map((f) => f.fn),
      structs: items.structs,
      typedefs: items.typedefs,
      globals: items.globals,
      constants: constants(macros, items),
    },
    gaps,
  };
}

/** The grammar's tree of a part of a text, with offsets in the whole. */
function treeAt(engine: Engine, code: string, start: number): FlatTree {
  const tree = engine.tree(code);
  const moved = (offsets: Uint32Array): Uint32Array => {
    const out = new Uint32Array(tree.n);
    for (let k = 0; k < out.length; k++) out[k] = offsets[k]! + start;
    return out;
  };
  return start === 0 ? tree : { ...tree, start: moved(tree.start), end: moved(tree.end) };
}

function newBuild(c: Context, prepared: Prepared, tree: FlatTree, from: number, gaps: Gap[]): Build {
  return {
    path: c.path,
    text: c.text,
    tree,
    from,
    marks: prepared.marks,
    attributes: prepared.attributes,
    line: c.line,
    argument: c.argument,
    gaps,
    typedefs: c.typedefs,
    statements,
    state: { depth: 0, damage: null },
  };
}

/** Reads the whole text, or item by item when the grammar stumbles. */
export function readWhole(c: Context, prepared: Prepared): Items {
  const outline = new Map(prepared.outline.map((entry) => [entry.bodyStart, entry]));
  const items = noItems();
  const trees = piecesOf(c, prepared);
  if (trees.every((tree) => !tree.hasError)) {
    let from = 0;
    for (const tree of trees) {
      buildItems(newBuild(c, prepared, tree, from, c.gaps), outline, 0, items);
      // What stands before the first node of a piece follows the last one of the piece before.
      if (tree.n > 1) from = tree.end[tree.n - 1]!;
    }
  } else {
    prepared.items.forEach((start, k) => readItem(c, prepared, start, prepared.items[k + 1] ?? prepared.code.length, outline, 0, items, c.gaps));
  }
  const found = new Set(items.functions.map((f) => f.bodyStart));
  for (const entry of prepared.outline) {
    if (entry.name === '' || found.has(entry.bodyStart)) continue;
    items.functions.push({ fn: lostFunction(c, entry, 0, c.gaps), start: entry.start, bodyStart: entry.bodyStart });
  }
  return items;
}

/** The tree of the whole text, or, where trees are remembered, of each function and of what lies between two of them. */
function piecesOf(c: Context, prepared: Prepared): readonly FlatTree[] {
  const cuts = c.engine.remembers === true ? cutsOf(prepared) : [];
  const pieces = cuts.map((start, k) => treeAt(c.engine, prepared.code.slice(start, cuts[k + 1]), start));
  return pieces.length > 0 && pieces.every((tree) => !tree.hasError) ? pieces : [treeAt(c.engine, prepared.code, 0)];
}

/** Where each function starts, and what follows it. */
function cutsOf(prepared: Prepared): number[] {
  const functions = new Set(prepared.outline.map((entry) => entry.start));
  return prepared.items.filter((start, k) => k === 0 || functions.has(start) || functions.has(prepared.items[k - 1]!));
}

/** One item, cut out of the rewritten text; what the grammar cannot read in it is taken out first. */
function readItem(
  c: Context,
  prepared: Prepared,
  start: number,
  end: number,
  outline: ReadonlyMap<number, OutlineEntry>,
  variant: number,
  items: Items,
  gaps: Gap[],
): void {
  const part = prepared.code.slice(start, end);
  const tree = treeAt(c.engine, part, start);
  if (!tree.hasError) {
    buildItems(newBuild(c, prepared, tree, start, gaps), outline, variant, items);
    return;
  }
  const repaired = repair(part, (code) => !c.engine.tree(code).hasError);
  if (repaired === null) {
    const text = squeeze(c.text.slice(start, Math.min(end, start + 200)));
    if (!prepared.outline.some((entry) => entry.start >= start && entry.start < end)) items.unread.push({ line: c.line(start), text: clip(text) });
    return;
  }
  const marks = new Map(prepared.marks);
  for (const s of repaired.statements) marks.set(start + s.start, { k: 'unreadable', end: start + s.end });
  for (const d of repaired.dropped)
    items.unread.push({ line: c.line(start + d.start), text: clip(squeeze(c.text.slice(start + d.start, start + d.end).slice(0, 200))) });
  buildItems(newBuild(c, { ...prepared, marks }, treeAt(c.engine, repaired.code, start), start, gaps), outline, variant, items);
}

/** A function of which nothing but its place is known. */
function lostFunction(c: Context, entry: OutlineEntry, variant: number, gaps: Gap[]): CFunction {
  const line = c.line(entry.start);
  const endLine = c.line(entry.bodyEnd - 1);
  const lost: Stmt = { k: 'unknown', text: '', line: c.line(entry.bodyStart) };
  gaps.push({ stage: 'parse', file: c.path, function: entry.name, why: `line ${line}: the grammar cannot read this function` });
  return {
    kind: 'function',
    name: entry.name,
    params: [],
    variadic: false,
    returns: { base: 'int', pointers: 0, array: false },
    static: false,
    inline: false,
    attributes: [],
    body: { k: 'block', body: [lost], line: c.line(entry.bodyStart), endLine },
    line,
    endLine,
    config: [],
    variant,
    damaged: true,
  };
}

/** Second readings of the functions that an `#if` splits. */
function readOtherVariant(c: Context, first: Prepared, want: (name: string, start: number, end: number) => boolean, items: Items): void {
  const overlaps = (start: number, end: number): boolean => first.splits.some((s) => s.start < end && start < s.end);
  const prepared = prepare(c.text, 1, (name, start, end) => overlaps(start, end) && want(name, start, end));
  const outline = new Map(prepared.outline.map((entry) => [entry.bodyStart, entry]));
  for (const entry of prepared.outline) {
    if (!entry.wanted || !overlaps(entry.start, entry.bodyEnd)) continue;
    const alone = noItems();
    readItem(c, prepared, entry.start, entry.bodyEnd, outline, 1, alone, c.gaps);
    const fn = alone.functions.find((f) => f.bodyStart === entry.bodyStart)?.fn ?? (entry.name === '' ? undefined : lostFunction(c, entry, 1, c.gaps));
    if (fn !== undefined) items.functions.push({ fn, start: entry.start, bodyStart: entry.bodyStart });
  }
}

function withConfig(fn: CFunction, start: number, configs: readonly ConfigRange[]): CFunction {
  const config: string[] = [];
  for (const range of configs) {
    if (range.start > start) break;
    if (start < range.end) config.push(...range.conds);
  }
  return config.length === 0 ? fn : { ...fn, config };
}

/** Names that `typedef` introduces, for telling a cast from a call. */
function typedefNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const match of text.matchAll(/^typedef\b[^;{}()]{0,200}\b(\w+);/gm)) names.add(match[1]!);
  return names;
}

function constants(macros: readonly MacroText[], items: Items): Map<string, number | null> {
  const map = new Map<string, number | null>();
  const objects = macros
    .filter((m) => m.params === null && m.body.length < 2000)
    .map((m) => ({ name: m.name, body: m.body.replace(/\/\*[^]*?\*\//g, ' ').trim() }))
    .filter((m) => m.body !== '');
  const resolve = (): void => {
    for (const { name, body } of objects) {
      if (map.get(name) != null) continue;
      const value = constantValue(body, map);
      if (value !== null || looksConstant(body)) map.set(name, value);
    }
  };
  resolve();
  let last: number | null = -1;
  for (const { name, text, first } of items.enumerators) {
    if (first) last = -1;
    last = text === '' ? (last === null ? null : last + 1) : constantValue(text, map);
    map.set(name, last);
  }
  if (items.enumerators.length > 0) resolve();
  return map;
}
