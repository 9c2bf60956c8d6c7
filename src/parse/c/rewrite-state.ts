import type { CType } from './ast.js';
import { W } from './idioms.js';
import type { Tokens } from './lex.js';

/** What stands in the original text at an offset where the rewritten text has something the grammar knows. */
export type Mark =
  /** A macro with a body, now `while (…)` or `if (…)`. */
  | { readonly k: 'macro'; readonly name: string }
  /** A macro without arguments before the block that starts here. */
  | { readonly k: 'bare-macro'; readonly name: string; readonly start: number }
  /** Text up to `end` that is now one identifier. */
  | { readonly k: 'opaque' | 'typeof' | 'asm' | 'unreadable'; readonly end: number }
  | { readonly k: 'label'; readonly name: string; readonly start: number }
  /** A block that stands for a branch of an `#if`; `first` opens the group, `cond` null is `#else`. */
  | { readonly k: 'config'; readonly cond: string | null; readonly first: boolean }
  /** `||` that was `...` in a case range. */
  | { readonly k: 'range' }
  /** A type word put in place of a declaring macro. */
  | { readonly k: 'declared'; readonly type: CType | null; readonly typeStart: number; readonly typeEnd: number }
  /** The header of a function that a macro defines: `macro(name, …) {`, now `void f() {`. */
  | { readonly k: 'header'; readonly macro: string; readonly name: string; readonly args: readonly (readonly [number, number])[] };

export interface AttributeSpan {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly args: readonly (readonly [number, number])[];
  /** Inside parentheses of its declaration (a parameter's attribute). */
  readonly nested: boolean;
}

/** A function definition as the tokens show it. Offsets; `bodyEnd` is just after the closing brace. */
export interface OutlineEntry {
  readonly name: string;
  readonly start: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly wanted: boolean;
}

/** A macro at file scope that was taken out: `DEFINE_GUARD(…)` and the like. Offsets. */
export interface MacroItem {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly args: readonly (readonly [number, number])[];
}

/** The working state of the rewriting pass over the active tokens of one text. */
export interface State {
  readonly text: string;
  readonly out: Uint16Array;
  readonly n: number;
  readonly type: Uint8Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** Index of the matching bracket, or -1. */
  readonly match: Int32Array;
  /** Tokens that were blanked. */
  readonly dead: Uint8Array;
  readonly marks: Map<number, Mark>;
  readonly attributes: AttributeSpan[];
  readonly outline: OutlineEntry[];
  readonly macroItems: MacroItem[];
  /** Closing parentheses after which a statement starts. */
  readonly heads: Set<number>;
}

export function newState(text: string, tokens: Tokens, out: Uint16Array): State {
  const { n, type, start, end } = tokens;
  return {
    text,
    out,
    n,
    type,
    start,
    end,
    match: brackets(type, n),
    dead: new Uint8Array(n),
    marks: new Map(),
    attributes: [],
    outline: [],
    macroItems: [],
    heads: new Set(),
  };
}

export const SPACE = 32;
export const LPAREN = 40;
export const RPAREN = 41;
export const COMMA = 44;
export const COLON = 58;
export const SEMI = 59;
export const EQUALS = 61;
export const STAR = 42;
export const LBRACKET = 91;
export const RBRACKET = 93;
export const LBRACE = 123;
export const RBRACE = 125;

export function wordAt(s: State, i: number): string {
  return s.text.slice(s.start[i]!, s.end[i]!);
}

/** Blanks tokens `from` … `to` inclusive and whatever stands between them. */
export function kill(s: State, from: number, to: number): void {
  s.out.fill(SPACE, s.start[from]!, s.end[to]!);
  s.dead.fill(1, from, to + 1);
}

/** Turns tokens `from` … `to` into one identifier of the same extent. */
export function merge(s: State, from: number, to: number, k: 'opaque' | 'typeof' | 'asm'): void {
  const { out } = s;
  const stop = s.end[to]!;
  for (let at = s.start[from]!; at < stop; at++) {
    const c = out[at]!;
    const plain = (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || (c >= 48 && c <= 57 && at > s.start[from]!);
    if (!plain) out[at] = 95;
  }
  // A merged keyword must not stay a keyword.
  out[s.start[from]!] = 95;
  s.marks.set(s.start[from]!, { k, end: stop });
  s.dead.fill(1, from, to + 1);
}

/** Offsets of the comma-separated arguments between the parentheses at `open` and its match. */
export function argumentSpans(s: State, open: number): [number, number][] {
  const close = s.match[open]!;
  const spans: [number, number][] = [];
  if (close < 0) return spans;
  let first = open + 1;
  for (let k = open + 1; k <= close; k++) {
    const t = s.type[k]!;
    if (t === LPAREN || t === LBRACKET || t === LBRACE) {
      const m = s.match[k]!;
      if (m > k) k = m;
      continue;
    }
    if (t === COMMA || k === close) {
      if (k > first) spans.push([s.start[first]!, s.end[k - 1]!]);
      else if (close > open + 1) spans.push([s.start[k]!, s.start[k]!]);
      first = k + 1;
    }
  }
  return spans;
}

/** Blanks the attribute at token `i` with its arguments and records it. Returns the index after it. */
export function takeAttribute(s: State, i: number, nested: boolean): number {
  let last = i;
  let args: [number, number][] = [];
  // `__must_check (*f)(…)` has no arguments.
  if (i + 1 < s.n && s.type[i + 1] === LPAREN && s.match[i + 1]! > 0 && s.type[i + 2] !== STAR) {
    last = s.match[i + 1]!;
    args = argumentSpans(s, i + 1);
  }
  s.attributes.push({ name: wordAt(s, i), start: s.start[i]!, end: s.end[last]!, args, nested });
  kill(s, i, last);
  return last + 1;
}

/** Any word that can start or continue a declaration's specifiers. */
export function isSpecifier(t: number): boolean {
  return t === W.type || t === W.qualifier || t === W.struct || t === W.union || t === W.enum || t === W.typeof || t === W.attribute || t === W.typedef;
}

function brackets(type: Uint8Array, n: number): Int32Array {
  const match = new Int32Array(n).fill(-1);
  const stack: number[] = [];
  for (let i = 0; i < n; i++) {
    const t = type[i]!;
    if (t === LPAREN || t === LBRACKET || t === LBRACE) {
      stack.push(i);
    } else if (t === RPAREN || t === RBRACKET || t === RBRACE) {
      const want = t === RPAREN ? LPAREN : t === RBRACKET ? LBRACKET : LBRACE;
      // A closing brace ends whatever parenthesis was left open before its own brace.
      if (want === LBRACE) while (stack.length > 0 && type[stack[stack.length - 1]!] !== LBRACE) stack.pop();
      const open = stack[stack.length - 1];
      if (open !== undefined && type[open] === want) {
        stack.pop();
        match[open] = i;
        match[i] = open;
      }
    }
  }
  return match;
}
