import type { Expr } from '../parse/c/ast.js';

/** A temporary that the code has no name for. */
export const NAMELESS = '…';

/** `expr` as C text, for places and messages. Temporaries print as "…"; the engine's mark on the name of a function that only looks is left out. */
export function printExpr(expr: Expr): string {
  switch (expr.k) {
    case 'id':
      return expr.name.startsWith('%') ? NAMELESS : expr.name.replace(/^pred:/, '');
    case 'num':
    case 'str':
    case 'opaque':
      return expr.text;
    case 'call':
      return `${printExpr(expr.fn)}(${expr.args.map(printExpr).join(', ')})`;
    case 'member':
      return `${printExpr(expr.obj)}${expr.arrow ? '->' : '.'}${expr.field}`;
    case 'index':
      return `${printExpr(expr.obj)}[${printExpr(expr.index)}]`;
    case 'unary':
      return `${expr.op}${printExpr(expr.arg)}`;
    case 'update':
      return expr.prefix ? `${expr.op}${printExpr(expr.arg)}` : `${printExpr(expr.arg)}${expr.op}`;
    case 'binary':
    case 'assign':
      return `${printExpr(expr.left)} ${expr.op} ${printExpr(expr.right)}`;
    case 'cond':
      return `${printExpr(expr.test)} ? ${expr.then ? printExpr(expr.then) : ''} : ${printExpr(expr.else)}`;
    case 'cast':
      return printExpr(expr.arg);
    case 'stmtexpr':
      return '({ … })';
    case 'init':
      return '{ … }';
  }
}

/** " on folio", or nothing where there is no name to say. */
export function onPlace(place: string): string {
  return place === NAMELESS ? '' : ` on ${place}`;
}

/** The lock or object as a person names it: without a leading `&`. */
export function printPlace(expr: Expr): string {
  return expr.k === 'unary' && expr.op === '&' ? printExpr(expr.arg) : printExpr(expr);
}
