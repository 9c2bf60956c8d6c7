/** A parsed expression of a Program: integers, cells and operators, nothing else. */
export type Expression =
  | { readonly k: 'num'; readonly value: number }
  | { readonly k: 'cell'; readonly name: string }
  | { readonly k: 'unary'; readonly op: '!' | '~' | '-'; readonly arg: Expression }
  | { readonly k: 'binary'; readonly op: BinaryOp; readonly left: Expression; readonly right: Expression }
  | { readonly k: 'cond'; readonly test: Expression; readonly then: Expression; readonly else: Expression };

export type BinaryOp = '*' | '+' | '-' | '<<' | '>>' | '<' | '<=' | '>' | '>=' | '==' | '!=' | '&' | '^' | '|' | '&&' | '||';

export type ParsedExpression = { readonly ok: true; readonly expr: Expression } | { readonly ok: false; readonly why: string };

/** The form of a cell's name; dots make the parts of one object readable ("rwsem.writer"). */
export const CELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$/;

const MAX_LENGTH = 2000;
const MAX_DEPTH = 60;
const MAX_NUMBER = 0x7fffffff;
const TOKEN = /\s*(?:(\d+)|([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)|(<<|>>|<=|>=|==|!=|&&|\|\||[-!~*+<>&^|?:()]))/y;
const LEVEL: Readonly<Record<BinaryOp, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
};

/**
 * Reads one expression. Only integers, cell names, operators and parentheses get through, so that what is
 * generated from the result can run nothing else, whoever wrote the text.
 */
export function parseExpression(text: string): ParsedExpression {
  if (text.length > MAX_LENGTH) return { ok: false, why: 'expression too long' };
  const tokens = tokenize(text);
  if (tokens === null) return { ok: false, why: `not an expression: "${text.slice(0, 60)}"` };
  const reader = { tokens, at: 0 };
  const expr = conditional(reader, 0);
  if (expr === null || reader.at !== tokens.length) return { ok: false, why: `not an expression: "${text.slice(0, 60)}"` };
  return { ok: true, expr };
}

/** The cells an expression reads, in order of appearance, possibly repeated. */
export function cellsOf(e: Expression): readonly string[] {
  switch (e.k) {
    case 'num':
      return [];
    case 'cell':
      return [e.name];
    case 'unary':
      return cellsOf(e.arg);
    case 'binary':
      return [...cellsOf(e.left), ...cellsOf(e.right)];
    case 'cond':
      return [...cellsOf(e.test), ...cellsOf(e.then), ...cellsOf(e.else)];
  }
}

type Token = { readonly k: 'num'; readonly value: number } | { readonly k: 'name' | 'op'; readonly text: string };
interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

function tokenize(text: string): readonly Token[] | null {
  const out: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const m = TOKEN.exec(text);
    if (m === null) return null;
    if (m[1] !== undefined) {
      const value = Number(m[1]);
      if (value > MAX_NUMBER) return null;
      out.push({ k: 'num', value });
    } else if (m[2] !== undefined) out.push({ k: 'name', text: m[2] });
    else out.push({ k: 'op', text: m[3] ?? '' });
  }
  return out;
}

function accept(r: Reader, op: string): boolean {
  const t = r.tokens[r.at];
  if (t?.k !== 'op' || t.text !== op) return false;
  r.at++;
  return true;
}

function conditional(r: Reader, depth: number): Expression | null {
  if (depth > MAX_DEPTH) return null;
  const test = binary(r, 1, depth + 1);
  if (test === null || !accept(r, '?')) return test;
  const then = conditional(r, depth + 1);
  if (then === null || !accept(r, ':')) return null;
  const other = conditional(r, depth + 1);
  return other === null ? null : { k: 'cond', test, then, else: other };
}

function binary(r: Reader, level: number, depth: number): Expression | null {
  let left = unary(r, depth);
  while (left !== null) {
    const t = r.tokens[r.at];
    if (t?.k !== 'op' || !isBinary(t.text) || LEVEL[t.text] < level) return left;
    r.at++;
    const right = binary(r, LEVEL[t.text] + 1, depth + 1);
    left = right === null ? null : { k: 'binary', op: t.text, left, right };
  }
  return null;
}

function unary(r: Reader, depth: number): Expression | null {
  if (depth > MAX_DEPTH) return null;
  const t = r.tokens[r.at++];
  if (t === undefined) return null;
  if (t.k === 'num') return t;
  if (t.k === 'name') return { k: 'cell', name: t.text };
  if (t.text === '(') {
    const inner = conditional(r, depth + 1);
    return inner !== null && accept(r, ')') ? inner : null;
  }
  if (t.text !== '!' && t.text !== '~' && t.text !== '-') return null;
  const arg = unary(r, depth + 1);
  return arg === null ? null : { k: 'unary', op: t.text, arg };
}

function isBinary(op: string): op is BinaryOp {
  return Object.hasOwn(LEVEL, op);
}
