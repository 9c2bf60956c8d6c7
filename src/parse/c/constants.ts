import { BIT_MACROS, NUMBER_MACROS } from './idioms.js';

/**
 * The value of a constant expression of integers, or null where it is none or needs a name that `known` does not have.
 * Suffixes are ignored; arithmetic is that of unbounded integers.
 */
export function constantValue(text: string, known: ReadonlyMap<string, number | null>): number | null {
  const quick = QUICK.exec(text);
  if (quick !== null) return plainNumber(quick[1]!);
  if (text.length > 400) return null;
  const reader: Reader = { tokens: text.match(TOKENS) ?? [], at: 0, known, depth: 0 };
  const value = binary(reader, 0);
  return value === null || reader.at < reader.tokens.length ? null : Number(value);
}

/** True for a text of numbers, names in capitals and operators: a constant, even if its value is not known here. */
export function looksConstant(text: string): boolean {
  return text.length <= 400 && text.length > 0 && CONSTANT.test(text);
}

const QUICK = /^\s*\(?\s*(0[xX][0-9a-fA-F]+|\d+)[uUlL]*\s*\)?\s*$/;
const TOKENS = /0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*|'(?:\\.|[^'\\])'|[A-Za-z_]\w*|<<|>>|<=|>=|==|!=|&&|\|\||\S/g;
const CONSTANT = /^[A-Z0-9_xXa-fulUL()|&~+\-*/<> \t\\\n]+$/;
const LEVEL: Readonly<Record<string, number>> = { '|': 1, '^': 2, '&': 3, '<<': 6, '>>': 6, '+': 7, '-': 7, '*': 8, '/': 8, '%': 8 };

interface Reader {
  readonly tokens: readonly string[];
  at: number;
  readonly known: ReadonlyMap<string, number | null>;
  depth: number;
}

function plainNumber(text: string): number {
  return /^0\d+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}

function binary(r: Reader, level: number): bigint | null {
  if (r.depth++ > 100) return null;
  let left = unary(r);
  while (left !== null) {
    const op = r.tokens[r.at];
    const own = op === undefined ? undefined : LEVEL[op];
    if (op === undefined || own === undefined || own < level) break;
    r.at++;
    const right = binary(r, own + 1);
    if (right === null) return null;
    left = apply(op, left, right);
  }
  r.depth--;
  return left;
}

function apply(op: string, a: bigint, b: bigint): bigint | null {
  switch (op) {
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&':
      return a & b;
    case '<<':
      return b >= 0n && b < 256n ? a << b : null;
    case '>>':
      return b >= 0n && b < 256n ? a >> b : null;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0n ? null : a / b;
    case '%':
      return b === 0n ? null : a % b;
    default:
      return null;
  }
}

function unary(r: Reader): bigint | null {
  const token = r.tokens[r.at++];
  if (token === undefined) return null;
  if (token === '-' || token === '~' || token === '+') {
    if (r.depth++ > 100) return null;
    const value = unary(r);
    r.depth--;
    if (value === null) return null;
    return token === '-' ? -value : token === '~' ? ~value : value;
  }
  if (token === '(') {
    const cast = castLength(r);
    if (cast > 0) {
      r.at += cast;
      return unary(r);
    }
    const value = binary(r, 0);
    return r.tokens[r.at++] === ')' ? value : null;
  }
  if (/^\d/.test(token)) return BigInt(plainNumber(token.replace(/[uUlL]+$/, '')));
  if (token.startsWith("'")) return token.length === 3 ? BigInt(token.charCodeAt(1)) : null;
  if (!/^[A-Za-z_]/.test(token)) return null;
  if (r.tokens[r.at] !== '(') {
    const value = r.known.get(token);
    return value == null || !Number.isInteger(value) ? null : BigInt(value);
  }
  if (!BIT_MACROS.has(token) && !NUMBER_MACROS.has(token)) return null;
  r.at++;
  const value = binary(r, 0);
  if (r.tokens[r.at] === ',') r.at += 2;
  if (r.tokens[r.at++] !== ')' || value === null) return null;
  return BIT_MACROS.has(token) ? apply('<<', 1n, value) : value;
}

/** `(gfp_t)` or `(__force unsigned long)` before a value: how many tokens follow the parenthesis up to and with its end. */
function castLength(r: Reader): number {
  let k = r.at;
  while (/^[a-z_]\w*$/.test(r.tokens[k] ?? '')) k++;
  return k > r.at && r.tokens[k] === ')' && /^[\w('~-]/.test(r.tokens[k + 1] ?? '') ? k - r.at + 1 : 0;
}
