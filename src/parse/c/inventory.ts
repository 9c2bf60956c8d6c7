import { lineIndex } from './build-context.js';
import { T, type Tokens } from './lex.js';
import { macrosLikeFunctions } from './macro-inventory.js';
import { prepare, type ConfigRange, type Prepared } from './prepass.js';

/** One function definition of a text, as its tokens show it. Lines are 1-based and inclusive, header included. */
export interface InventoryFunction {
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
  readonly static: boolean;
  readonly inline: boolean;
  readonly params: number;
  readonly variadic: boolean;
  /** In a branch of an `#if`: another branch may say that the function is defined elsewhere. */
  readonly configured: boolean;
  /** Another branch of the same text defines the name at greater length. */
  readonly stub: boolean;
  /** Its header says by annotations which locks it takes or gives back. */
  readonly annotated: boolean;
  /** Names called in the body (identifiers before a parenthesis that are no members), sorted, each once. */
  readonly calls: readonly string[];
}

const LPAREN = 40;
const RPAREN = 41;
const COMMA = 44;
const DOT = 46;

/** A definition somewhere in a tree. `blob` names the text of its file by content; `id` is its number in the index. */
export interface TreeFunction extends InventoryFunction {
  readonly id: number;
  readonly path: string;
  readonly blob: string;
}

/** Where the functions of a tree are defined and who calls them. Lists are sorted by path and line. */
export interface TreeIndex {
  /** Definitions are numbered from 0. */
  readonly size: number;
  readonly at: (id: number) => TreeFunction;
  /** The files, sorted by path. */
  readonly files: () => readonly { readonly path: string; readonly blob: string }[];
  readonly definitions: (name: string) => readonly TreeFunction[];
  readonly callers: (name: string) => readonly { readonly path: string; readonly function: string; readonly line: number }[];
}

/** What a text defines and what its functions call, without a parse. Of function-like macros those that stand for a function: named like one, and calling something. */
export function inventory(text: string): InventoryFunction[] {
  const macros = macrosLikeFunctions(text);
  return macros.length === 0 ? functionsIn(text) : [...functionsIn(text), ...macros].sort((a, b) => a.line - b.line);
}

function functionsIn(text: string): InventoryFunction[] {
  // Most headers define no function: a body's brace follows a parenthesis, a word or a comment's end.
  if (!/[\w)/]\s*\{/.test(text) || !text.includes('(')) return [];
  const prepared = prepare(text, 0, () => false);
  const line = lineIndex(text);
  const found = prepared.outline.filter((f) => f.name !== '').sort((a, b) => a.start - b.start);
  let at = 0;
  const functions = found.map((f) => {
    const { tokens } = prepared;
    while (at < tokens.n && tokens.start[at]! < f.start) at++;
    const head = at;
    while (at < tokens.n && tokens.start[at]! < f.bodyStart) at++;
    const specifiers = text.slice(f.start, f.bodyStart);
    return {
      f,
      fn: {
        name: f.name,
        line: line(f.start),
        endLine: line(f.bodyEnd - 1),
        static: /\bstatic\b/.test(specifiers),
        inline: /\b(?:__always_|__)?inline\b/.test(specifiers),
        params: parameters(text, tokens, head, at, f.name),
        variadic: /\.\.\.\s*\)/.test(specifiers),
        configured: conditionsAt(prepared.configs, f.start),
        stub: false,
        annotated: /\b__(?:acquires|releases)\w*\s*\(/.test(specifiers),
        calls: calledIn(text, prepared, at, f.bodyEnd),
      },
    };
  });
  const longest = new Map<string, number>();
  for (const { f } of functions) longest.set(f.name, Math.max(longest.get(f.name) ?? 0, f.bodyEnd - f.bodyStart));
  return functions.map(({ f, fn }) => (fn.configured && f.bodyEnd - f.bodyStart < (longest.get(f.name) ?? 0) ? { ...fn, stub: true } : fn));
}

function conditionsAt(configs: readonly ConfigRange[], offset: number): boolean {
  for (const range of configs) {
    if (range.start > offset) return false;
    if (offset < range.end) return true;
  }
  return false;
}

/** Parameters between the parentheses behind the name, else (the name is a macro's argument) between the last ones of a header: annotations may follow. */
function parameters(text: string, tokens: Tokens, from: number, to: number, name: string): number {
  const { type, start, end } = tokens;
  let open = from;
  while (open < to && !(type[open] === LPAREN && open > from && type[open - 1] === T.ID && text.slice(start[open - 1]!, end[open - 1]!) === name)) open++;
  if (open === to) open = lastOpening(tokens, from, to);
  let depth = 0;
  let commas = 0;
  let close = open;
  for (; close < to; close++) {
    const t = type[close];
    if (t === LPAREN) depth++;
    else if (t === RPAREN && --depth === 0) break;
    else if (t === COMMA && depth === 1) commas++;
  }
  if (close <= open + 1) return 0;
  return close === open + 2 && end[open + 1]! - start[open + 1]! === 4 && commas === 0 && type[open + 1] !== T.ID ? 0 : commas + 1;
}

/** The parenthesis that the last closing one belongs to. */
function lastOpening({ type }: Tokens, from: number, to: number): number {
  let at = to - 1;
  let depth = 0;
  while (at > from && type[at] !== RPAREN) at--;
  for (; at > from; at--) {
    if (type[at] === RPAREN) depth++;
    else if (type[at] === LPAREN && --depth === 0) break;
  }
  return at;
}

function calledIn(text: string, prepared: Prepared, from: number, bodyEnd: number): string[] {
  const { n, type, start, end } = prepared.tokens;
  const names = new Set<string>();
  for (let i = from + 1; i < n && start[i]! < bodyEnd; i++) {
    if (type[i] !== LPAREN || type[i - 1] !== T.ID) continue;
    const before = type[i - 2];
    if (before === T.ARROW || before === DOT) continue;
    names.add(text.slice(start[i - 1]!, end[i - 1]!));
  }
  return [...names].sort();
}
