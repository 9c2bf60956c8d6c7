import type { CFile, CFunction, Stmt } from './ast.js';
import type { Gap } from '../gap.js';
import { lineIndex, type Build } from './build-context.js';
import type { Context, WantFunction } from './context.js';
import { buildItems, noItems, type Items } from './build-file.js';
import { statements } from './build-stmt.js';
import { constantValue, looksConstant } from './constants.js';
import { readDefine, type MacroText } from './defines.js';
import type { Engine } from './engine.js';
import type { FlatTree } from './flat.js';
import { prepare, type ConfigRange, type Prepared } from './prepass.js';
import type { OutlineEntry } from './rewrite-state.js';
import { readSideText } from './side-text.js';

/** C text to a `CFile`. Trees live only inside; nothing throws on any text. */
export function readFile(engine: Engine, path: string, text: string, want: WantFunction | null): { file: CFile; gaps: Gap[] } {
  const gaps: Gap[] = [];
  const line = lineIndex(text);
  const wantAt = (name: string, start: number, end: number): boolean => want === null || want(name, line(start), line(end - 1));
  const prepared = prepare(text, 0, wantAt);
  const macros = prepared.defines.flatMap((d) => readDefine(text, d) ?? []);
  const side = readSideText({ engine, path, text, line, gaps: [], argument: () => null, typedefs: new Set() }, prepared, macros, want, readWhole);
  const context: Context = { engine, path, text, line, gaps, argument: side.argument, typedefs: typedefNames(text) };
  const items = readWhole(context, prepared);
  if (prepared.splits.length > 0) readOtherVariant(context, prepared, wantAt, items);
  const lost = items.unread[0];
  if (lost !== undefined) gaps.push({ stage: 'parse', file: path, function: '', why: `line ${lost.line}: cannot read "${lost.text}" at file scope${items.unread.length > 1 ? `, and ${items.unread.length - 1} more places` : ''}` });
  const functions = [...items.functions.map((f) => ({ ...f, fn: withConfig(f.fn, f.start, prepared.configs) })), ...side.macros]
    .sort((a, b) => a.start - b.start || a.fn.variant - b.fn.variant);
  return {
    file: {
      path, functions: functions.map((f) => f.fn), structs: items.structs, typedefs: items.typedefs, globals: items.globals,
      constants: constants(macros, items),
    },
    gaps,
  };
}

/** The grammar's tree of code[start, end), with offsets in the whole text. */
function treeOf(engine: Engine, code: string, start: number, end: number): FlatTree {
  const tree = engine.tree(start === 0 && end === code.length ? code : code.slice(start, end));
  if (start > 0) for (let k = 0; k < tree.n; k++) { tree.start[k]! += start; tree.end[k]! += start; }
  return tree;
}

function newBuild(c: Context, prepared: Prepared, tree: FlatTree, gaps: Gap[]): Build {
  return {
    path: c.path, text: c.text, tree, marks: prepared.marks, attributes: prepared.attributes, line: c.line, argument: c.argument, gaps,
    typedefs: c.typedefs, statements, state: { depth: 0, damage: null },
  };
}

/** Reads the whole text, or item by item when the grammar stumbles; a function that is lost even so is tried by itself. */
export function readWhole(c: Context, prepared: Prepared): Items {
  const outline = new Map(prepared.outline.map((entry) => [entry.bodyStart, entry]));
  const whole = treeOf(c.engine, prepared.code, 0, prepared.code.length);
  const items = noItems();
  if (!whole.hasError) {
    buildItems(newBuild(c, prepared, whole, c.gaps), outline, 0, items);
  } else {
    // What an error does to its surroundings depends on the engine: keep it inside its own item.
    prepared.items.forEach((start, k) => {
      const end = prepared.items[k + 1] ?? prepared.code.length;
      buildItems(newBuild(c, prepared, treeOf(c.engine, prepared.code, start, end), c.gaps), outline, 0, items);
    });
  }
  const found = new Map(items.functions.filter((f) => f.bodyStart >= 0).map((f) => [f.bodyStart, f]));
  for (const entry of prepared.outline) {
    const had = found.get(entry.bodyStart);
    if (had !== undefined && !had.fn.damaged) continue;
    const alone = readAlone(c, prepared, entry, outline, 0);
    if (alone === null || (had !== undefined && alone.fn.damaged)) continue;
    if (had !== undefined) {
      items.functions.splice(items.functions.indexOf(had), 1);
      const stale = c.gaps.findIndex((gap) => gap.function === had.fn.name);
      if (stale >= 0) c.gaps.splice(stale, 1);
    }
    items.functions.push({ fn: alone.fn, start: alone.start, bodyStart: entry.bodyStart });
    c.gaps.push(...alone.gaps);
  }
  return items;
}

/** One function of the outline, cut out of the rewritten text. */
function readAlone(c: Context, prepared: Prepared, entry: OutlineEntry, outline: ReadonlyMap<number, OutlineEntry>, variant: number): { fn: CFunction; start: number; gaps: Gap[] } | null {
  const gaps: Gap[] = [];
  const tree = treeOf(c.engine, prepared.code, entry.start, entry.bodyEnd);
  const items = noItems();
  buildItems(newBuild(c, prepared, tree, gaps), outline, variant, items);
  const made = items.functions.find((f) => f.bodyStart === entry.bodyStart);
  if (made !== undefined) return { fn: made.fn, start: made.start, gaps };
  if (entry.name === '') return null;
  const line = c.line(entry.start);
  const endLine = c.line(entry.bodyEnd - 1);
  const lost: Stmt = { k: 'unknown', text: '', line: c.line(entry.bodyStart) };
  gaps.push({ stage: 'parse', file: c.path, function: entry.name, why: `line ${line}: the grammar cannot read this function` });
  const fn: CFunction = {
    kind: 'function', name: entry.name, params: [], variadic: false, returns: { base: 'int', pointers: 0, array: false }, static: false, inline: false, attributes: [],
    body: { k: 'block', body: [lost], line: c.line(entry.bodyStart), endLine }, line, endLine, config: [], variant, damaged: true,
  };
  return { fn, start: entry.start, gaps };
}

/** Second readings of the functions that an `#if` splits. */
function readOtherVariant(c: Context, first: Prepared, want: (name: string, start: number, end: number) => boolean, items: Items): void {
  const overlaps = (start: number, end: number): boolean => first.splits.some((s) => s.start < end && start < s.end);
  const prepared = prepare(c.text, 1, (name, start, end) => overlaps(start, end) && want(name, start, end));
  const outline = new Map(prepared.outline.map((entry) => [entry.bodyStart, entry]));
  for (const entry of prepared.outline) {
    if (!entry.wanted || !overlaps(entry.start, entry.bodyEnd)) continue;
    const alone = readAlone(c, prepared, entry, outline, 1);
    if (alone === null) continue;
    items.functions.push({ fn: alone.fn, start: alone.start, bodyStart: entry.bodyStart });
    c.gaps.push(...alone.gaps);
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
  const objects = macros.filter((m) => m.params === null && m.body.length < 2000).map((m) => ({ name: m.name, body: m.body.replace(/\/\*[^]*?\*\//g, ' ').trim() })).filter((m) => m.body !== '');
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
