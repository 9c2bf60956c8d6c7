import type { Attribute, CFunction, CType, Expr, Stmt } from '../../../src/parse/c/ast.js';

/** Our tree as one line of C-like text; every operator parenthesised, so that structure shows. */
export function compact(nodes: readonly Stmt[]): string {
  return nodes.map(stmt).join(' ');
}

export function body(fn: CFunction | undefined): string {
  return fn?.body == null ? String(fn?.body) : compact(fn.body.body);
}

export function expr(e: Expr): string {
  switch (e.k) {
    case 'id':
      return e.name;
    case 'num':
      return e.text === String(e.value) ? e.text : `${e.text}=${e.value}`;
    case 'str':
      return e.text;
    case 'call':
      return `${expr(e.fn)}(${e.args.map(expr).join(', ')})`;
    case 'member':
      return `${expr(e.obj)}${e.arrow ? '->' : '.'}${e.field}`;
    case 'index':
      return `${expr(e.obj)}[${expr(e.index)}]`;
    case 'unary':
      return `${e.op}${expr(e.arg)}`;
    case 'update':
      return e.prefix ? `${e.op}${expr(e.arg)}` : `${expr(e.arg)}${e.op}`;
    case 'binary':
      return `(${expr(e.left)} ${e.op} ${expr(e.right)})`;
    case 'assign':
      return `(${expr(e.left)} ${e.op} ${expr(e.right)})`;
    case 'cond':
      return `(${expr(e.test)} ? ${e.then === null ? '' : expr(e.then)} : ${expr(e.else)})`;
    case 'cast':
      return `<${type(e.type)}>${expr(e.arg)}`;
    case 'opaque':
      return `«${e.text}»`;
    case 'stmtexpr':
      return `({ ${compact(e.body)} })`;
    case 'init':
      return `${e.type === null ? '' : `<${type(e.type)}>`}{${e.items.map((i) => (i.field === null ? '' : `${i.field}: `) + expr(i.value)).join(', ')}}`;
  }
}

export function type(t: CType): string {
  return `${t.base}${'*'.repeat(t.pointers)}${t.array ? '[]' : ''}`;
}

export function attributes(list: readonly Attribute[]): string {
  return list.map((a) => `${a.name}${a.args.length === 0 ? '' : `(${a.args.map((x) => (x === null ? '?' : expr(x))).join(', ')})`}`).join(' ');
}

function stmt(s: Stmt): string {
  switch (s.k) {
    case 'expr':
      return `${expr(s.expr)};`;
    case 'decl':
      return s.vars
        .map(
          (v) =>
            `${v.static ? 'static ' : ''}${type(v.type)} ${v.name}${v.attributes.length === 0 ? '' : ` ${attributes(v.attributes)}`}${v.init === null ? '' : ` = ${expr(v.init)}`};`,
        )
        .join(' ');
    case 'block':
      return `{ ${compact(s.body)} }`;
    case 'if':
      return `if ${expr(s.test)} ${stmt(s.then)}${s.else === null ? '' : ` else ${stmt(s.else)}`}`;
    case 'while':
      return `while ${expr(s.test)} ${stmt(s.body)}`;
    case 'do':
      return `do ${stmt(s.body)} while ${expr(s.test)};`;
    case 'for':
      return `for (${s.init === null ? ';' : stmt(s.init)} ${s.test === null ? '' : expr(s.test)}; ${s.step === null ? '' : expr(s.step)}) ${stmt(s.body)}`;
    case 'switch':
      return `switch ${expr(s.value)} ${stmt(s.body)}`;
    case 'case':
      return s.low === null ? 'default:' : `case ${expr(s.low)}${s.high === null ? '' : ` ... ${expr(s.high)}`}:`;
    case 'goto':
      return `goto ${s.label};`;
    case 'label':
      return `${s.label}:`;
    case 'return':
      return s.value === null ? 'return;' : `return ${expr(s.value)};`;
    case 'break':
      return 'break;';
    case 'continue':
      return 'continue;';
    case 'macro':
      return `@${s.name}(${s.args.map(expr).join(', ')}) ${stmt(s.body)}`;
    case 'config':
      return `#if ${s.cond} [ ${compact(s.then)} ]${s.else.length === 0 ? '' : ` else [ ${compact(s.else)} ]`}`;
    case 'unknown':
      return `¿${s.text}?`;
  }
}
