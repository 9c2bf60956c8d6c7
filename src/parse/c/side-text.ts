import type { CFunction, Expr, Stmt } from './ast.js';
import type { Items } from './build-file.js';
import type { Context, WantFunction } from './context.js';
import { macroShape, withoutPasting, type MacroText } from './defines.js';
import { TEXT_ATTRIBUTES } from './idioms.js';
import { prepare, type Prepared } from './prepass.js';

export interface SideText {
  readonly macros: { fn: CFunction; start: number }[];
  readonly argument: (start: number, end: number) => Expr | null;
}

/**
 * Macro bodies and attribute arguments are C, but not where they stand. They are read from a text of their own,
 * a function each; `pieces` lead from its offsets back to the file's.
 */
export function readSideText(file: Context, prepared: Prepared, macros: readonly MacroText[], want: WantFunction | null, readWhole: (c: Context, prepared: Prepared) => Items): SideText {
  const { text, line } = file;
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
  const context: Context = { ...file, text: side, line: sideLine, gaps: [] };
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

/** Where offset `offset` of a text made of pieces was in the text they come from. */
export function originOf(pieces: readonly { at: number; origin: number }[], offset: number): number {
  let low = 0;
  let high = pieces.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (pieces[middle]!.at <= offset) low = middle; else high = middle;
  }
  const piece = pieces[low]!;
  return Math.max(0, piece.origin + offset - piece.at);
}
