import { W } from './idioms.js';
import { lex, type Tokens } from './lex.js';
import { characters, toText } from './prepass.js';

/** Rewritten text of one item in which the grammar reads everything; null when even that failed. */
export interface Repaired {
  readonly code: string;
  /** Ranges of statements that became one identifier and a semicolon, as offsets in `code`. */
  readonly statements: readonly { readonly start: number; readonly end: number }[];
  /** Ranges of fields and the like that are now blank. */
  readonly dropped: readonly { readonly start: number; readonly end: number }[];
}

/**
 * Finds the smallest statements or fields that the grammar cannot read and takes them out. The engine's own recovery from
 * errors is not used: it differs from release to release, and it spoils what stands around the error.
 */
export function repair(code: string, reads: (code: string) => boolean): Repaired | null {
  if (code.length > MAX_ITEM) return null;
  const out = characters(code);
  const tokens = lex(code, out);
  const statements: { start: number; end: number }[] = [];
  const dropped: { start: number; end: number }[] = [];
  const match = braces(tokens);
  let budget = MAX_ATTEMPTS;
  const attempt = (text: string): boolean => budget-- > 0 && reads(text);

  const inner = (from: number, to: number, kind: Kind, depth: number): void => {
    for (const [first, last] of split(tokens, match, from, to, kind)) {
      const start = tokens.start[first]!;
      const end = tokens.end[last]!;
      const own = code.slice(start, end);
      if (attempt(WRAP[kind](own))) continue;
      const blocks = depth > MAX_NESTING ? [] : blocksOf(tokens, match, first, last, kind);
      if (blocks.length > 0 && attempt(WRAP[kind](without(own, start, tokens, match, blocks)))) {
        for (const block of blocks) inner(block.open + 1, match[block.open]! - 1, block.kind, depth + 1);
      } else if (kind === 'statements' && end - start >= 2) {
        statements.push({ start, end });
        for (let at = start; at < end - 1; at++) if (!isWord(out[at]!) || at === start) out[at] = 95;
        out[end - 1] = 59;
      } else {
        dropped.push({ start, end });
        out.fill(32, start, end);
      }
    }
  };

  const blocks = blocksOf(tokens, match, 0, tokens.n - 1, 'top');
  if (blocks.length === 0 || !attempt(without(code, 0, tokens, match, blocks))) return null;
  for (const block of blocks) inner(block.open + 1, match[block.open]! - 1, block.kind, 0);
  const text = toText(out);
  return reads(text) ? { code: text, statements, dropped } : null;
}

type Kind = 'top' | 'statements' | 'fields';

const MAX_ITEM = 400_000;
const MAX_ATTEMPTS = 4_000;
const MAX_NESTING = 30;

const WRAP: Readonly<Record<Kind, (text: string) => string>> = {
  top: (text) => text,
  statements: (text) => `void f(){${text}}`,
  fields: (text) => `struct s{${text}};`,
};

function isWord(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || c === 95 || (c >= 97 && c <= 122);
}

function braces(tokens: Tokens): Int32Array {
  const match = new Int32Array(tokens.n).fill(-1);
  const stack: number[] = [];
  for (let i = 0; i < tokens.n; i++) {
    if (tokens.type[i] === 123) stack.push(i);
    else if (tokens.type[i] === 125) {
      const open = stack.pop();
      if (open !== undefined) {
        match[open] = i;
        match[i] = open;
      }
    }
  }
  return match;
}

/** Token ranges of the statements (or fields) in [from, to]. */
function split(tokens: Tokens, match: Int32Array, from: number, to: number, kind: Kind): [number, number][] {
  const list: [number, number][] = [];
  let first = from;
  let depth = 0;
  for (let i = from; i <= to; i++) {
    const t = tokens.type[i]!;
    if (t === 40 || t === 91) depth++;
    else if (t === 41 || t === 93) depth--;
    else if (t === 123 && match[i]! > i) {
      const opener = i > 0 ? tokens.type[i - 1]! : 0;
      i = match[i]!;
      const next = i < to ? tokens.type[i + 1]! : 0;
      const doWhile = next === W.while && tokens.type[first] === W.do;
      if (kind === 'statements' && depth <= 0 && opener !== 61 && next !== W.else && next !== 59 && next !== 44 && !doWhile && !(next === 0)) {
        list.push([first, i]);
        first = i + 1;
      }
    } else if (t === 59 && depth <= 0 && !(i < to && tokens.type[i + 1] === W.else)) {
      list.push([first, i]);
      first = i + 1;
      depth = 0;
    }
  }
  if (first <= to) list.push([first, to]);
  return list;
}

/** The blocks directly inside tokens [first, last] that hold statements or fields. */
function blocksOf(tokens: Tokens, match: Int32Array, first: number, last: number, kind: Kind): { open: number; kind: 'statements' | 'fields' }[] {
  const list: { open: number; kind: 'statements' | 'fields' }[] = [];
  for (let i = first; i <= last; i++) {
    if (tokens.type[i] !== 123 || match[i]! < i) continue;
    const before = i > 0 ? tokens.type[i - 1]! : 0;
    const tagged = before === W.struct || before === W.union || (i > 1 && (tokens.type[i - 2] === W.struct || tokens.type[i - 2] === W.union));
    if (tagged) list.push({ open: i, kind: 'fields' });
    else if (
      kind !== 'fields' &&
      (before === 41 || before === W.else || before === W.do || before === 59 || before === 123 || before === 125 || before === 58 || before === 40)
    )
      list.push({ open: i, kind: 'statements' });
    i = match[i]!;
  }
  return list;
}

/** `text` (which starts at `base`) with the insides of the blocks blank. */
function without(text: string, base: number, tokens: Tokens, match: Int32Array, blocks: readonly { open: number }[]): string {
  let result = '';
  let at = base;
  for (const { open } of blocks) {
    const stop = tokens.start[match[open]!]!;
    result += text.slice(at - base, tokens.end[open]! - base) + ' '.repeat(stop - tokens.end[open]!);
    at = stop;
  }
  return result + text.slice(at - base);
}
