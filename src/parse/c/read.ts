import type { CFile, CFunction, Expr, Stmt } from './ast.js';
import type { Gap } from '../gap.js';
import { lineIndex, type Build } from './build-context.js';
import { buildItems, noItems, type Items } from './build-file.js';
import { statements } from './build-stmt.js';
import { constantValue, looksConstant } from './constants.js';
import { macroShape, readDefine, withoutPasting, type MacroText } from './defines.js';
import type { Engine } from './engine.js';
import type { FlatTree } from './flat.js';
import { TEXT_ATTRIBUTES } from './idioms.js';
import { prepare, type ConfigRange, type Prepared } from './prepass.js';
import type { OutlineEntry } from './rewrite-state.js';

/** Says by name and lines (of the file) which bodies are read; the others become `body: null`. */
export type WantFunction = (name: string, line: number, endLine: number) => boolean;

/** C text to a `CFile`. Trees live only inside; nothing throws on any text. */
export function readFile(engine: Engine, path: string, text: string, want: WantFunction | null): { file: CFile; gaps: Gap[] } {
  const gaps: Gap[] = [];
  const line = lineIndex(text);
  const wantAt = (name: string, start: number, end: number): boolean => want === null || want(name, line(start), line(end - 1));
  const prepared = prepare(text, 0, wantAt);
  const macros = prepared.defines.flatMap((d) => readDefine(text, d) ?? []);
  const side = readSideText(engine, path, text, line, prepared, macros, want);
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

interface Context {
  readonly engine: Engine;
  readonly path: string;
  readonly text: string;
  readonly line: (offset: number) => number;
  readonly gaps: Gap[];
  readonly argument: (start: number, end: number) => Expr | null;
  readonly typedefs: ReadonlySet<string>;
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
function readWhole(c: Context, prepared: Prepared): Items {
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

interface SideText {
  readonly macros: { fn: CFunction; start: number }[];
  readonly argument: (start: number, end: number) => Expr | null;
}

/**
 * Macro bodies and attribute arguments are C, but not where they stand. They are read from a text of their own,
 * a function each; `pieces` lead from its offsets back to the file's.
 */
function readSideText(engine: Engine, path: string, text: string, line: (offset: number) => number, prepared: Prepared, macros: readonly MacroText[], want: WantFunction | null): SideText {
  const simple = new Map<number, Expr | null>();
  const pieces: { at: number; origin: number }[] = [];
  const wrapped = new Map<string, { macro: MacroText; shape: 'expression' | 'statements' } | number>();
  const skipped: { fn: CFunction; start: number }[] = [];
  let side = '';
  const add = (before: string, body: string, origin: number, after: string): void => {
    pieces.push({ at: side.length + before.length, origin });
    side += before + body + after;
  };
  for (const span of prepared.attributes) {
    if (span.nested || TEXT_ATTRIBUTES.has(span.name)) continue;
    for (const [start, end] of span.args) {
      const arg = text.slice(start, end);
      const word = simpleExpression(arg, line(start));
      if (word !== undefined) { simple.set(start, word); continue; }
      if (macroShape(arg) !== 'expression' || arg.includes('#') || arg.includes('\n\n')) continue;
      const name = `a${wrapped.size}`;
      wrapped.set(name, start);
      add(`void ${name}(){return (`, arg, start, '\n);}\n');
    }
  }
  for (const macro of macros) {
    if (macro.params === null) continue;
    const body = withoutPasting(macro.body);
    const shape = body === null || body.trim() === '' ? 'unreadable' : macroShape(body);
    if (body === null || shape === 'unreadable') continue;
    const from = line(macro.start);
    const to = line(macro.end - 1);
    if (want !== null && !want(macro.name, from, to)) { skipped.push({ fn: macroFunction(macro, null, from, to), start: macro.start }); continue; }
    const name = `m${wrapped.size}`;
    wrapped.set(name, { macro, shape });
    if (shape === 'expression') add(`void ${name}(){return (`, body, macro.bodyStart, '\n);}\n');
    else add(`void ${name}(){`, body, macro.bodyStart, '\n;}\n');
  }
  if (side === '') return { macros: skipped, argument: (start) => simple.get(start) ?? null };
  const sideLine = (offset: number): number => line(originOf(pieces, offset));
  const read = prepare(side, 0, () => true);
  const context: Context = { engine, path, text: side, line: sideLine, gaps: [], argument: () => null, typedefs: new Set() };
  const made: { fn: CFunction; start: number }[] = skipped;
  for (const { fn } of readWhole(context, read).functions) {
    const source = wrapped.get(fn.name);
    if (source === undefined || fn.damaged || fn.body === null) continue;
    if (typeof source === 'number') {
      const only = fn.body.body[0];
      if (only?.k === 'return' && only.value !== null && fn.body.body.length === 1) simple.set(source, only.value);
      continue;
    }
    const { macro } = source;
    const body = macroBody(fn.body.body);
    if (body.length === 0) continue;
    const from = line(macro.start);
    const to = line(macro.end - 1);
    made.push({ fn: macroFunction(macro, { k: 'block', body, line: from, endLine: to }, from, to), start: macro.start });
  }
  return { macros: made, argument: (start) => simple.get(start) ?? null };
}

/** `({ a; b; })` as statements of which the last is returned. */
function macroBody(body: readonly Stmt[]): Stmt[] {
  const only = body[0];
  if (body.length !== 1 || only?.k !== 'return' || only.value?.k !== 'stmtexpr') return [...body];
  const inner = [...only.value.body];
  const last = inner.pop();
  if (last === undefined) return [];
  return [...inner, last.k === 'expr' ? { k: 'return', value: last.expr, line: last.line } : last];
}

function macroFunction(macro: MacroText, body: CFunction['body'], line: number, endLine: number): CFunction {
  const any = { base: '', pointers: 0, array: false };
  return {
    kind: 'macro', name: macro.name, params: (macro.params ?? []).map((name) => ({ name, type: any })), variadic: macro.variadic, returns: any,
    static: false, inline: false, attributes: [], body, line, endLine, config: [], variant: 0, damaged: false,
  };
}

function simpleExpression(text: string, line: number): Expr | null | undefined {
  if (/^[A-Za-z_]\w*$/.test(text)) return { k: 'id', name: text, line };
  if (/^\d+(\.\d+)?$/.test(text)) return { k: 'num', value: Number(text), text, line };
  if (!/^[\w(*&!~"'-]/.test(text)) return null;
  return undefined;
}

function originOf(pieces: readonly { at: number; origin: number }[], offset: number): number {
  let low = 0;
  let high = pieces.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (pieces[middle]!.at <= offset) low = middle; else high = middle;
  }
  const piece = pieces[low]!;
  return Math.max(0, piece.origin + offset - piece.at);
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
