import type { CFunction, Expr, Stmt } from './ast.js';
import type { Items } from './build-file.js';
import type { Context, WantFunction } from './context.js';
import { macroShape, withoutPasting, type MacroText } from './defines.js';
import { TEXT_ATTRIBUTES } from './idioms.js';
import { prepare, type Prepared } from './prepass.js';
import { scopeFunctions } from './scope-macros.js';

export interface SideText {
  readonly macros: { fn: CFunction; start: number }[];
  readonly argument: (start: number, end: number) => Expr | null;
}

/** What a function of the side text stands for: an attribute's argument (by offset), or a macro still without its body. */
type Wrapped = { readonly argument: number } | { readonly shell: CFunction; readonly start: number };

/**
 * Macro bodies and attribute arguments are C, but not where they stand. They are read from a text of their own,
 * a function each; `pieces` lead from its offsets back to the file's.
 */
export function readSideText(
  file: Context,
  prepared: Prepared,
  macros: readonly MacroText[],
  want: WantFunction | null,
  readWhole: (c: Context, prepared: Prepared) => Items,
): SideText {
  const { text, line } = file;
  const simple = new Map<number, Expr | null>();
  const pieces: { at: number; origin: number }[] = [];
  const wrapped = new Map<string, Wrapped>();
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
      if (word !== undefined) {
        simple.set(start, word);
        continue;
      }
      if (macroShape(arg) !== 'expression' || arg.includes('#') || arg.includes('\n\n')) continue;
      const name = `a${wrapped.size}`;
      wrapped.set(name, { argument: start });
      add(`void ${name}(){return (`, arg, start, '\n);}\n');
    }
  }
  for (const macro of macros) {
    if (macro.params === null) continue;
    const body = withoutPasting(macro.body);
    const shape = body === null || body.trim() === '' ? 'unreadable' : macroShape(body);
    if (body === null || shape === 'unreadable') continue;
    const shell = macroFunction(macro.name, macro.params, macro.variadic, line(macro.start), line(macro.end - 1));
    if (want !== null && !want(macro.name, shell.line, shell.endLine)) {
      skipped.push({ fn: shell, start: macro.start });
      continue;
    }
    const name = `m${wrapped.size}`;
    wrapped.set(name, { shell, start: macro.start });
    if (shape === 'expression') add(`void ${name}(){return (`, body, macro.bodyStart, '\n);}\n');
    else add(`void ${name}(){`, body, macro.bodyStart, '\n;}\n');
  }
  for (const item of prepared.macroItems) {
    for (const scope of scopeFunctions(
      item.name,
      item.args.map(([start, end]) => text.slice(start, end).trim()),
    )) {
      const shell = macroFunction(scope.name, scope.params, false, line(item.start), line(item.end - 1));
      if (want !== null && !want(scope.name, shell.line, shell.endLine)) {
        skipped.push({ fn: shell, start: item.start });
        continue;
      }
      const name = `s${wrapped.size}`;
      wrapped.set(name, { shell, start: item.start });
      add(`void ${name}(){`, '', item.start, '');
      for (const part of scope.parts) {
        if (typeof part === 'string') add('', part, item.start, '');
        // The guarded object of a lock guard is `_T->lock`; our constructor gets it as `_T`.
        else add('', text.slice(...item.args[part]!).replace(/\b_T->lock\b/g, '_T      '), item.args[part]![0], '\n');
      }
      side += '}\n';
    }
  }
  if (side === '') return { macros: skipped, argument: (start) => simple.get(start) ?? null };
  const sideLine = (offset: number): number => line(originOf(pieces, offset));
  const read = prepare(side, 0, () => true);
  const context: Context = { ...file, text: side, line: sideLine, gaps: [] };
  const made: { fn: CFunction; start: number }[] = skipped;
  for (const { fn } of readWhole(context, read).functions) {
    const source = wrapped.get(fn.name);
    if (source === undefined || fn.damaged || fn.body === null) continue;
    if ('argument' in source) {
      const only = fn.body.body[0];
      if (only?.k === 'return' && only.value !== null && fn.body.body.length === 1) simple.set(source.argument, only.value);
      continue;
    }
    const { shell, start } = source;
    const body = macroBody(fn.body.body);
    if (body.length > 0) made.push({ fn: { ...shell, body: { k: 'block', body, line: shell.line, endLine: shell.endLine } }, start });
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

function macroFunction(name: string, params: readonly string[], variadic: boolean, line: number, endLine: number): CFunction {
  const any = { base: '', pointers: 0, array: false };
  return {
    kind: 'macro',
    name,
    params: params.map((p) => ({ name: p, type: any })),
    variadic,
    returns: any,
    static: false,
    inline: false,
    attributes: [],
    body: null,
    line,
    endLine,
    config: [],
    variant: 0,
    damaged: false,
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
    if (pieces[middle]!.at <= offset) low = middle;
    else high = middle;
  }
  const piece = pieces[low]!;
  return Math.max(0, piece.origin + offset - piece.at);
}
