import type { Define } from './prepass.js';

/** A `#define` taken apart. Offsets count in the file's text. */
export interface MacroText {
  readonly name: string;
  /** Null for an object-like macro. */
  readonly params: readonly string[] | null;
  readonly variadic: boolean;
  /** Same length as in the file; continuation backslashes are blanks. */
  readonly body: string;
  readonly bodyStart: number;
  readonly start: number;
  readonly end: number;
}

/** What the outside of a macro's body says about it. */
export type MacroShape = 'expression' | 'statements' | 'unreadable';

/** Reads a directive; null when it is no `#define`. */
export function readDefine(text: string, define: Define): MacroText | null {
  const raw = text.slice(define.start, define.end);
  const head = HEAD.exec(raw);
  if (head === null) return null;
  let at = head[0].length;
  let params: string[] | null = null;
  let variadic = false;
  if (raw[at] === '(') {
    const close = raw.indexOf(')', at);
    if (close < 0) return null;
    params = [];
    for (const word of blankContinuations(raw.slice(at + 1, close)).split(',')) {
      const name = word.trim();
      if (name.endsWith('...')) {
        variadic = true;
        if (name.length > 3) params.push(name.slice(0, -3).trim());
      } else if (name !== '') params.push(name);
    }
    at = close + 1;
  }
  const body = blankContinuations(raw.slice(at));
  return { name: head[1]!, params, variadic, body, bodyStart: define.start + at, start: define.start, end: define.end };
}

/** Removes pasting of variadic arguments, keeping the length; what else pastes or quotes cannot be read. */
export function withoutPasting(body: string): string | null {
  if (!body.includes('#')) return body;
  const rest = body.replace(/,([ \t\n]*)##/g, (_, blank: string) => `,${blank}  `);
  return rest.includes('#') ? null : rest;
}

/** One scan over the body's characters. */
export function macroShape(body: string): MacroShape {
  let depth = 0;
  let semicolon = false;
  for (let k = 0; k < body.length; k++) {
    const c = body[k]!;
    if (c === '"' || c === "'") {
      k = skipQuoted(body, k);
      continue;
    }
    if (c === '/' && body[k + 1] === '*') {
      const stop = body.indexOf('*/', k + 2);
      k = stop < 0 ? body.length : stop + 1;
      continue;
    }
    if (c === '/' && body[k + 1] === '/') return 'unreadable';
    if (c === '(' || c === '[' || c === '{') depth++;
    else if (c === ')' || c === ']' || c === '}') {
      if (--depth < 0) return 'unreadable';
    } else if (c === ';' && depth === 0) semicolon = true;
  }
  if (depth !== 0) return 'unreadable';
  const word = /^\s*(?:\/\*[^]*?\*\/\s*)?(\w+|\{)?/.exec(body)?.[1] ?? '';
  return semicolon || STATEMENT_WORDS.has(word) ? 'statements' : 'expression';
}

const HEAD = /^#[ \t]*define[ \t]+([A-Za-z_]\w*)/;
const STATEMENT_WORDS = new Set([
  'do',
  'if',
  'for',
  'while',
  'switch',
  '{',
  'return',
  'goto',
  'struct',
  'static',
  'extern',
  'unsigned',
  'int',
  'long',
  'typeof',
  '__typeof__',
  'asm',
  '__asm__',
  'union',
  'enum',
  'const',
  'void',
  'char',
  'bool',
]);

function blankContinuations(text: string): string {
  return text.includes('\\') ? text.replace(/\\(?=\r?\n)/g, ' ') : text;
}

function skipQuoted(text: string, k: number): number {
  const quote = text[k];
  let j = k + 1;
  while (j < text.length && text[j] !== quote && text[j] !== '\n') j += text[j] === '\\' ? 2 : 1;
  return j;
}
