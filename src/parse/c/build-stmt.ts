import type { Expr, Stmt, Variable } from './ast.js';
import { MAX_DEPTH, attributesBetween, children, damage, hasErrorBelow, kindOf, leadingEdge, lineOf, squeeze, textOf, type Build } from './build-context.js';
import { clip, commaList, expression, parenthesised } from './build-expr.js';
import { declarator, isDeclarator, isTypeSpecifier, specifiers } from './build-type.js';
import { N } from './flat.js';
import { DECLARING_MACROS } from './idioms.js';

type Block = Extract<Stmt, { k: 'block' }>;

/** The statements directly inside a block, labels and cases among them, `#if` groups put together again. */
export function statements(b: Build, node: number): Stmt[] {
  const list: Stmt[] = [];
  collect(b, children(b, node), list);
  return list;
}

/** A compound statement as a block. */
export function block(b: Build, node: number): Block {
  return { k: 'block', body: statements(b, node), line: lineOf(b, node), endLine: b.line(Math.max(b.tree.start[node]!, b.tree.end[node]! - 1)) };
}

/** The variables of a declaration; prototypes among them are left out. */
export function variables(b: Build, node: number): Variable[] {
  const nodes = children(b, node);
  const spec = specifiers(b, nodes);
  const names = declaratorNodes(b, nodes);
  const first = names[0];
  const edge = first === undefined ? b.tree.end[node]! : b.tree.start[first]!;
  const shared = attributesBetween(b, leadingEdge(b, node), edge);
  return names.flatMap((d, k) => {
    const read = declarator(b, d, spec.type);
    if (read.params >= 0 || read.name === '') return [];
    const to = k + 1 < names.length ? b.tree.start[names[k + 1]!]! : b.tree.end[node]!;
    const parts = kindOf(b, d) === N.init_declarator ? children(b, d) : [];
    const value = parts.length >= 3 ? parts[parts.length - 1] : undefined;
    return [
      {
        name: read.name,
        type: read.type,
        init: value === undefined ? null : expression(b, value),
        static: spec.static,
        attributes: [...shared, ...attributesBetween(b, b.tree.start[d]!, to)],
        line: b.line(read.start),
      },
    ];
  });
}

/** The declarators among a declaration's children: those after the type. */
export function declaratorNodes(b: Build, nodes: readonly number[]): number[] {
  let typed = false;
  const list: number[] = [];
  for (const c of nodes) {
    const kind = kindOf(b, c);
    if (!typed && isTypeSpecifier(kind)) {
      typed = true;
      continue;
    }
    if (typed && isDeclarator(kind)) list.push(c);
  }
  return list;
}

function collect(b: Build, nodes: readonly number[], list: Stmt[]): void {
  for (let k = 0; k < nodes.length; k++) {
    const node = nodes[k]!;
    const kind = kindOf(b, node);
    if (kind === N['{'] || kind === N['}'] || kind === N[';'] || kind === N.comment) continue;
    if (kind === N.case_statement) {
      caseLabel(b, node, list);
      continue;
    }
    if (kind === N.compound_statement) {
      const mark = b.marks.get(b.tree.start[node]!);
      if (mark?.k === 'config' && mark.first) {
        const branches: { cond: string | null; body: Stmt[]; line: number }[] = [{ cond: mark.cond, body: statements(b, node), line: lineOf(b, node) }];
        for (; k + 1 < nodes.length; k++) {
          const sibling = nodes[k + 1]!;
          const next = b.marks.get(b.tree.start[sibling]!);
          if (kindOf(b, sibling) !== N.compound_statement || next?.k !== 'config' || next.first) break;
          branches.push({ cond: next.cond, body: statements(b, sibling), line: lineOf(b, sibling) });
        }
        list.push(config(branches.slice(0, MAX_DEPTH)));
        if (branches.length > MAX_DEPTH) damage(b, node, `an #if with ${branches.length} branches`);
        continue;
      }
    }
    const made = statement(b, node);
    if (made !== null) list.push(made);
  }
}

function config(branches: readonly { cond: string | null; body: Stmt[]; line: number }[]): Stmt {
  return (
    branches.reduceRight<{ made: Stmt | null; rest: Stmt[] }>(
      ({ rest }, { cond, body, line }) => {
        if (cond === null) return { made: null, rest: body };
        const made: Stmt = { k: 'config', cond, then: body, else: rest, line };
        return { made, rest: [made] };
      },
      { made: null, rest: [] },
    ).made ?? { k: 'block', body: branches[0]?.body ?? [], line: branches[0]?.line ?? 0, endLine: branches[0]?.line ?? 0 }
  );
}

/** One statement, or null where there is nothing (`;`, a local type). */
function statement(b: Build, node: number): Stmt | null {
  if (b.state.depth >= MAX_DEPTH) {
    damage(b, node, `nested deeper than ${MAX_DEPTH} levels`);
    return unknown(b, node);
  }
  b.state.depth++;
  const made = build(b, node);
  b.state.depth--;
  return made;
}

function build(b: Build, node: number): Stmt | null {
  const kind = kindOf(b, node);
  const line = lineOf(b, node);
  switch (kind) {
    case N.expression_statement:
      return expressionStatement(b, node, line);
    case N.declaration: {
      if (hasErrorBelow(b, node)) return unreadable(b, node);
      const vars = variables(b, node);
      return vars.length === 0 ? null : { k: 'decl', vars, line };
    }
    case N.compound_statement: {
      const mark = b.marks.get(b.tree.start[node]!);
      const made = block(b, node);
      if (mark?.k === 'bare-macro') return { k: 'macro', name: mark.name, args: [], body: made, line: b.line(mark.start) };
      return made;
    }
    case N.if_statement:
    case N.while_statement:
      return conditionalStatement(b, node, kind, line);
    case N.do_statement: {
      const nodes = children(b, node);
      const test = nodes.find((c) => kindOf(b, c) === N.parenthesized_expression);
      if (test === undefined || nodes[1] === undefined) return unreadable(b, node);
      const mark = b.marks.get(b.tree.start[test]!);
      const inner = mark?.k === 'macro' ? parenthesised(b, test) : null;
      const args = inner === null ? null : commaList(b, inner);
      const end: Expr =
        mark?.k === 'macro'
          ? { k: 'call', fn: { k: 'id', name: mark.name, line: lineOf(b, test) }, args: args ?? [], line: lineOf(b, test) }
          : condition(b, test);
      return { k: 'do', body: body(b, nodes[1], line), test: end, line };
    }
    case N.for_statement:
      return forStatement(b, node, line);
    case N.switch_statement: {
      const [, value, inner] = children(b, node);
      if (value === undefined || inner === undefined) return unreadable(b, node);
      return { k: 'switch', value: condition(b, value), body: body(b, inner, line), line };
    }
    case N.return_statement: {
      if (hasErrorBelow(b, node)) return unreadable(b, node);
      const value = children(b, node)[1];
      return { k: 'return', value: value === undefined || kindOf(b, value) === N[';'] ? null : expression(b, value), line };
    }
    case N.goto_statement: {
      const label = children(b, node)[1];
      return label === undefined ? unreadable(b, node) : { k: 'goto', label: textOf(b, label), line };
    }
    case N.break_statement:
      return { k: 'break', line };
    case N.continue_statement:
      return { k: 'continue', line };
    case N.case_statement: {
      const list: Stmt[] = [];
      caseLabel(b, node, list);
      return { k: 'block', body: list, line, endLine: b.line(b.tree.end[node]!) };
    }
    // `name;` may read as a declaration of nothing.
    case N.type_identifier:
    case N.macro_type_specifier: {
      if (isUnreadable(b, node)) return unreadable(b, node);
      const expr: Expr = kind === N.type_identifier ? expression(b, node) : { k: 'opaque', text: squeeze(textOf(b, node)), line };
      return isAssembly(b, node) ? unknown(b, node) : { k: 'expr', expr, line };
    }
    case N.struct_specifier:
    case N.union_specifier:
    case N.enum_specifier:
    case N.primitive_type:
    case N.type_definition:
      return null;
    case N.attributed_statement: {
      const inner = children(b, node).at(-1);
      return inner === undefined ? null : statement(b, inner);
    }
    default:
      return unreadable(b, node);
  }
}

function unreadable(b: Build, node: number): Stmt {
  damage(b, node, `cannot read "${clip(squeeze(textOf(b, node).slice(0, 200)))}"`);
  return unknown(b, node);
}

function unknown(b: Build, node: number): Stmt {
  return { k: 'unknown', text: squeeze(textOf(b, node).slice(0, 4000)), line: lineOf(b, node) };
}

function isAssembly(b: Build, node: number): boolean {
  return b.marks.get(b.tree.start[node]!)?.k === 'asm';
}

/** Something that `repair` took out. */
function isUnreadable(b: Build, node: number): boolean {
  return b.marks.get(b.tree.start[node]!)?.k === 'unreadable';
}

function expressionStatement(b: Build, node: number, line: number): Stmt | null {
  const inner = children(b, node)[0];
  if (inner === undefined) return null;
  if (kindOf(b, inner) === N[';']) {
    const mark = b.marks.get(b.tree.start[inner]!);
    return mark?.k === 'label' ? { k: 'label', label: mark.name, line: b.line(mark.start) } : null;
  }
  if (isUnreadable(b, inner)) return unreadable(b, node);
  if (kindOf(b, inner) === N.gnu_asm_expression || isAssembly(b, inner)) return unknown(b, node);
  if (hasErrorBelow(b, node)) return unreadable(b, node);
  const expr = expression(b, inner);
  if (expr.k === 'call' && expr.fn.k === 'id') {
    const idiom = DECLARING_MACROS.get(expr.fn.name);
    const name = idiom === undefined ? undefined : expr.args[idiom.name];
    if (idiom?.type != null && name?.k === 'id') {
      return { k: 'decl', vars: [{ name: name.name, type: idiom.type, init: expr, static: false, attributes: [], line }], line };
    }
  }
  return { k: 'expr', expr, line };
}

function conditionalStatement(b: Build, node: number, kind: number, line: number): Stmt {
  const nodes = children(b, node);
  const test = nodes.find((c) => kindOf(b, c) === N.parenthesized_expression);
  const at = test === undefined ? -1 : nodes.indexOf(test) + 1;
  const then = nodes[at];
  if (test === undefined || then === undefined) return unreadable(b, node);
  const mark = b.marks.get(b.tree.start[node]!);
  if (mark?.k === 'macro') {
    const inner = parenthesised(b, test);
    return { k: 'macro', name: mark.name, args: inner === null ? [] : commaList(b, inner), body: body(b, then, line), line };
  }
  if (kind === N.while_statement) return { k: 'while', test: condition(b, test), body: body(b, then, line), line };
  return ifChain(b, node, line);
}

/** Built from its last `else if` backwards, so that a long chain needs no stack. */
function ifChain(b: Build, node: number, line: number): Stmt {
  const links: { test: Expr; then: Stmt; line: number }[] = [];
  let otherwise: Stmt | null = null;
  for (let at = node, atLine = line; ; ) {
    const nodes: number[] = children(b, at);
    const test = nodes.find((c) => kindOf(b, c) === N.parenthesized_expression);
    const then = test === undefined ? undefined : nodes[nodes.indexOf(test) + 1];
    if (test === undefined || then === undefined) {
      otherwise = unreadable(b, at);
      break;
    }
    links.push({ test: condition(b, test), then: body(b, then, atLine), line: atLine });
    const clause = nodes.find((c) => kindOf(b, c) === N.else_clause);
    const next = clause === undefined ? undefined : children(b, clause)[1];
    if (next === undefined) break;
    if (links.length >= MAX_DEPTH) {
      otherwise = unreadable(b, next);
      break;
    }
    if (kindOf(b, next) === N.if_statement && b.marks.get(b.tree.start[next]!)?.k !== 'macro') {
      at = next;
      atLine = lineOf(b, next);
      continue;
    }
    otherwise = body(b, next, lineOf(b, next));
    break;
  }
  return (
    links.reduceRight<Stmt | null>((rest, link) => ({ k: 'if', test: link.test, then: link.then, else: rest, line: link.line }), otherwise) ?? unknown(b, node)
  );
}

function condition(b: Build, node: number): Expr {
  const inner = parenthesised(b, node);
  if (inner === null) {
    damage(b, node, 'a condition is missing');
    return { k: 'opaque', text: '', line: lineOf(b, node) };
  }
  return expression(b, inner);
}

/** A statement that must be there; nothing becomes an empty block. */
function body(b: Build, node: number, line: number): Stmt {
  return statement(b, node) ?? { k: 'block', body: [], line, endLine: line };
}

function forStatement(b: Build, node: number, line: number): Stmt {
  let part = 0;
  let init: Stmt | null = null;
  let test: Expr | null = null;
  let step: Expr | null = null;
  let inner = -1;
  for (const c of children(b, node).slice(1)) {
    const kind = kindOf(b, c);
    if (kind === N['('] && part === 0) continue;
    if (kind === N[';']) {
      part++;
      continue;
    }
    if (kind === N[')'] && part < 3) {
      part = 3;
      continue;
    }
    if (part === 3) {
      inner = c;
      continue;
    }
    if (kind === N.declaration) {
      init = statement(b, c);
      part = 1;
      continue;
    }
    const expr = expression(b, c);
    if (part === 0) init = { k: 'expr', expr, line: expr.line };
    else if (part === 1) test = expr;
    else step = expr;
  }
  if (inner < 0) return unreadable(b, node);
  return { k: 'for', init, test, step, body: body(b, inner, line), line };
}

function caseLabel(b: Build, node: number, list: Stmt[]): void {
  const nodes = children(b, node);
  const colon = nodes.findIndex((c) => kindOf(b, c) === N[':']);
  const value = nodes[1];
  const line = lineOf(b, node);
  if (colon === 1 || value === undefined) {
    list.push({ k: 'case', low: null, high: null, line });
  } else {
    const low = expression(b, value);
    const parts = kindOf(b, value) === N.binary_expression ? children(b, value) : [];
    const range = low.k === 'binary' && parts[1] !== undefined && b.marks.get(b.tree.start[parts[1]]!)?.k === 'range';
    list.push({ k: 'case', low: range ? low.left : low, high: range ? low.right : null, line });
  }
  collect(b, nodes.slice(colon + 1), list);
}
