import type { Expr } from './ast.js';
import { MAX_DEPTH, children, damage, kindOf, lineOf, squeeze, textOf, type Build } from './build-context.js';
import { descriptorType } from './build-type.js';
import { N } from './flat.js';
import { TRANSPARENT_CALLS } from './idioms.js';

/** One expression. What the grammar could not read, or what lies too deep, is `opaque` and counts as damage. */
export function expression(b: Build, node: number): Expr {
  if (b.state.depth >= MAX_DEPTH) {
    damage(b, node, `nested deeper than ${MAX_DEPTH} levels`);
    return { k: 'opaque', text: '…', line: lineOf(b, node) };
  }
  b.state.depth++;
  const result = build(b, node);
  b.state.depth--;
  return result;
}

/** The expressions of a comma list; parenthesised commas stay one. */
export function commaList(b: Build, node: number): Expr[] {
  const list: Expr[] = [];
  let at = node;
  while (kindOf(b, at) === N.comma_expression) {
    const [left, , right] = children(b, at);
    if (left === undefined || right === undefined) break;
    list.push(expression(b, left));
    at = right;
  }
  list.push(expression(b, at));
  return list;
}

/** The expression inside `( … )`, or null where there is none. */
export function parenthesised(b: Build, node: number): number | null {
  return children(b, node).find((c) => kindOf(b, c) !== N['('] && kindOf(b, c) !== N[')']) ?? null;
}

/** Value of a C number or character literal; NaN where it is neither. */
export function numberValue(text: string): number {
  if (text.endsWith("'")) return characterValue(text);
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '').replace(/'/g, '');
  if (/^0[xX]/.test(digits)) return sign * Number(digits.replace(/[uUlL]+$/, ''));
  if (/^0[bB]/.test(digits)) return sign * Number(digits.replace(/[uUlL]+$/, ''));
  const body = digits.replace(/[uUlLfF]+$/, '');
  if (/^0[0-7]+$/.test(body)) return sign * Number.parseInt(body, 8);
  return sign * Number(body);
}

function build(b: Build, node: number): Expr {
  const kind = kindOf(b, node);
  const line = lineOf(b, node);
  switch (kind) {
    case N.identifier:
    case N.type_identifier:
    case N.field_identifier:
    case N.primitive_type: {
      const mark = b.marks.get(b.tree.start[node]!);
      if (mark !== undefined && (mark.k === 'opaque' || mark.k === 'typeof' || mark.k === 'asm'))
        return { k: 'opaque', text: squeeze(b.text.slice(b.tree.start[node]!, mark.end)), line };
      return { k: 'id', name: textOf(b, node), line };
    }
    case N.number_literal:
    case N.char_literal: {
      const text = textOf(b, node);
      return { k: 'num', value: numberValue(text), text, line };
    }
    case N.true:
      return { k: 'num', value: 1, text: textOf(b, node), line };
    case N.false:
    case N.null:
      return { k: 'num', value: 0, text: textOf(b, node), line };
    case N.string_literal:
      return { k: 'str', text: textOf(b, node), line };
    case N.concatenated_string:
      return concatenated(b, node, line);
    case N.parenthesized_expression: {
      const inner = parenthesised(b, node);
      if (inner === null) return unreadable(b, node);
      return expression(b, inner);
    }
    case N.compound_statement:
      return { k: 'stmtexpr', body: b.statements(b, node), line };
    case N.call_expression:
      return call(b, node, line);
    case N.field_expression: {
      const nodes = children(b, node);
      const obj = nodes[0];
      const field = nodes[nodes.length - 1];
      if (obj === undefined || field === undefined || kindOf(b, field) !== N.field_identifier) return unreadable(b, node);
      return { k: 'member', obj: expression(b, obj), arrow: nodes.some((c) => kindOf(b, c) === N['->']), field: textOf(b, field), line };
    }
    case N.subscript_expression: {
      const [obj, , index] = children(b, node);
      if (obj === undefined || index === undefined) return unreadable(b, node);
      return { k: 'index', obj: expression(b, obj), index: expression(b, index), line };
    }
    case N.pointer_expression:
    case N.unary_expression:
      return unary(b, node, line);
    case N.update_expression: {
      const [first, second] = children(b, node);
      if (first === undefined || second === undefined) return unreadable(b, node);
      const prefix = isUpdateOperator(b, first);
      return { k: 'update', op: textOf(b, prefix ? first : second) === '--' ? '--' : '++', prefix, arg: expression(b, prefix ? second : first), line };
    }
    case N.binary_expression:
    case N.comma_expression:
    case N.assignment_expression: {
      const [left, op, right] = children(b, node);
      if (left === undefined || op === undefined || right === undefined) return unreadable(b, node);
      return { k: kind === N.assignment_expression ? 'assign' : 'binary', op: textOf(b, op), left: expression(b, left), right: expression(b, right), line };
    }
    case N.conditional_expression:
      return conditional(b, node, line);
    case N.cast_expression: {
      const [, type, , arg] = children(b, node);
      if (type === undefined || arg === undefined) return unreadable(b, node);
      return { k: 'cast', type: descriptorType(b, type), arg: expression(b, arg), line };
    }
    case N.compound_literal_expression: {
      const [, type, , list] = children(b, node);
      if (type === undefined || list === undefined) return unreadable(b, node);
      return { k: 'init', type: descriptorType(b, type), items: items(b, list), line };
    }
    case N.initializer_list:
      return { k: 'init', type: null, items: items(b, node), line };
    case N.extension_expression: {
      const inner = children(b, node)[1];
      return inner === undefined ? unreadable(b, node) : expression(b, inner);
    }
    case N.sizeof_expression:
    case N.alignof_expression:
    case N.offsetof_expression:
    case N.generic_expression:
    case N.gnu_asm_expression:
    case N.type_descriptor:
    case N.macro_type_specifier:
      return { k: 'opaque', text: squeeze(textOf(b, node)), line };
    default:
      return unreadable(b, node);
  }
}

function unreadable(b: Build, node: number): Expr {
  damage(b, node, `cannot read the expression "${clip(squeeze(textOf(b, node).slice(0, 200)))}"`);
  return { k: 'opaque', text: squeeze(textOf(b, node)), line: lineOf(b, node) };
}

export function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function call(b: Build, node: number, line: number): Expr {
  const [head, list] = children(b, node);
  if (head === undefined || list === undefined) return unreadable(b, node);
  const args: Expr[] = [];
  for (const c of children(b, list)) {
    const kind = kindOf(b, c);
    if (kind === N['('] || kind === N[')'] || kind === N[',']) continue;
    args.push(expression(b, c));
  }
  const only = args[0];
  if (kindOf(b, head) === N.parenthesized_expression && args.length === 1 && only !== undefined) {
    const inner = parenthesised(b, head);
    if (inner !== null && kindOf(b, inner) === N.identifier && isTypeName(b, inner)) {
      const mark = b.marks.get(b.tree.start[inner]!);
      const base = mark !== undefined && 'end' in mark ? squeeze(b.text.slice(b.tree.start[inner]!, mark.end)) : textOf(b, inner);
      return { k: 'cast', type: { base, pointers: 0, array: false }, arg: only, line };
    }
  }
  if (only !== undefined && kindOf(b, head) === N.identifier && TRANSPARENT_CALLS.has(textOf(b, head))) return only;
  return { k: 'call', fn: expression(b, head), args, line };
}

/** `(name)(x)` is a cast when the name is known or looks to be a type's. */
function isTypeName(b: Build, node: number): boolean {
  if (b.marks.get(b.tree.start[node]!)?.k === 'typeof') return true;
  const name = textOf(b, node);
  return b.typedefs.has(name) || TYPE_NAME.test(name);
}

const TYPE_NAME = /_t$|^(__)?[us](8|16|32|64)$|^__(le|be)(16|32|64)$|^(uint|ulong|ushort|uchar|type)$/;

function unary(b: Build, node: number, line: number): Expr {
  const [op, arg] = children(b, node);
  if (op === undefined || arg === undefined) return unreadable(b, node);
  const sign = textOf(b, op);
  const inner = expression(b, arg);
  if (sign === '-' && inner.k === 'num' && inner.value >= 0) return { k: 'num', value: -inner.value, text: `-${inner.text}`, line };
  if (sign === '!' || sign === '-' || sign === '~' || sign === '+' || sign === '*' || sign === '&') return { k: 'unary', op: sign, arg: inner, line };
  return unreadable(b, node);
}

function isUpdateOperator(b: Build, node: number): boolean {
  const c = b.text.charCodeAt(b.tree.start[node]!);
  return (c === 43 || c === 45) && b.tree.end[node]! - b.tree.start[node]! === 2 && kindOf(b, node) === N.other;
}

function conditional(b: Build, node: number, line: number): Expr {
  const parts = children(b, node);
  const question = parts.findIndex((c) => kindOf(b, c) === N['?']);
  const colon = parts.findIndex((c) => kindOf(b, c) === N[':']);
  const test = parts[0];
  const otherwise = parts[parts.length - 1];
  if (question !== 1 || colon < 0 || test === undefined || otherwise === undefined) return unreadable(b, node);
  const then = colon > question + 1 ? parts[question + 1] : undefined;
  return { k: 'cond', test: expression(b, test), then: then === undefined ? null : expression(b, then), else: expression(b, otherwise), line };
}

function items(b: Build, list: number): { field: string | null; value: Expr }[] {
  const result: { field: string | null; value: Expr }[] = [];
  for (const c of children(b, list)) {
    const kind = kindOf(b, c);
    if (kind === N['{'] || kind === N['}'] || kind === N[',']) continue;
    if (kind !== N.initializer_pair) {
      result.push({ field: null, value: expression(b, c) });
      continue;
    }
    const parts = children(b, c);
    const value = parts[parts.length - 1];
    if (value === undefined) continue;
    let field = '';
    for (const part of parts.slice(0, -1)) {
      const k = kindOf(b, part);
      if (k === N.field_designator) field += (field === '' ? '' : '.') + textOf(b, part).slice(1).trim();
      else if (k === N.subscript_designator || k === N.subscript_range_designator) field += squeeze(textOf(b, part));
      else if (k === N.field_identifier) field += textOf(b, part);
    }
    result.push({ field, value: expression(b, value) });
  }
  return result;
}

function concatenated(b: Build, node: number, line: number): Expr {
  let text = '';
  for (const c of children(b, node)) {
    const part = textOf(b, c);
    text += part.startsWith('"') ? part.slice(1, -1) : part;
  }
  return { k: 'str', text: `"${text}"`, line };
}

function characterValue(text: string): number {
  const body = text.slice(text.indexOf("'") + 1, -1);
  if (!body.startsWith('\\')) return body.codePointAt(0) ?? Number.NaN;
  const rest = body.slice(1);
  if (rest.startsWith('x')) return Number.parseInt(rest.slice(1), 16);
  if (/^[0-7]/.test(rest)) return Number.parseInt(rest, 8);
  return ESCAPES.get(rest[0] ?? '') ?? rest.codePointAt(0) ?? Number.NaN;
}

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['t', 9],
  ['r', 13],
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['v', 11],
  ['e', 27],
]);
