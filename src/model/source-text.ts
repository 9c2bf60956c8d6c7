import type { Expr } from '../parse/c/ast.js';
import type { Cfg, Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';

/** Instructions as their author wrote them, as near as the graph still tells: temporaries are put back in place. */
export interface SourceText {
  readonly call: (i: Extract<Instr, { op: 'call' }>) => string;
  readonly instr: (i: Instr) => string;
  readonly expr: (e: Expr) => string;
  readonly terminator: (block: number) => string;
}

const MAX_DEPTH = 8;

/** How tightly C's binary operators bind. */
const TIGHTNESS: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
};
const TIGHTEST = 11;

export function sourceText(cfg: Cfg): SourceText {
  const made = new Map<string, Instr | null>();
  for (const b of cfg.blocks)
    for (const i of b.instrs) {
      const name = i.op === 'call' ? i.to : i.op === 'assign' && i.to.k === 'id' ? i.to.name : null;
      if (name?.startsWith('%') === true) made.set(name, made.has(name) ? null : i);
    }
  const expr = (e: Expr, depth = 0): string => printExpr(restore(e, depth));
  const restore = (e: Expr, depth: number): Expr => {
    const sub = (x: Expr): Expr => restore(x, depth);
    switch (e.k) {
      case 'id': {
        const def = e.name.startsWith('%') && depth < MAX_DEPTH ? made.get(e.name) : undefined;
        if (def?.op === 'assign') return restore(def.from, depth + 1);
        if (def?.op === 'call') return { k: 'opaque', text: call(def, depth + 1), line: e.line };
        return e;
      }
      case 'member':
        return { ...e, obj: sub(e.obj) };
      case 'index':
        return { ...e, obj: sub(e.obj), index: sub(e.index) };
      case 'unary':
      case 'cast':
        return { ...e, arg: inside(sub(e.arg), TIGHTEST) };
      case 'binary':
        return { ...e, left: inside(sub(e.left), TIGHTNESS[e.op] ?? 0), right: inside(sub(e.right), (TIGHTNESS[e.op] ?? 0) + 1) };
      case 'call':
        return { ...e, args: e.args.map(sub) };
      default:
        return e;
    }
  };
  const call = (i: Extract<Instr, { op: 'call' }>, depth = 0): string =>
    `${i.callee ?? (i.target ? expr(i.target, depth) : '?')}(${i.args.map((a) => expr(a, depth)).join(', ')})`;
  const instr = (i: Instr): string => {
    switch (i.op) {
      case 'call':
        return call(i);
      case 'assign':
        return `${expr(i.to)} = ${expr(i.from)}`;
      case 'use':
        return expr(i.value);
      case 'declare':
        return i.name;
      case 'havoc':
        return i.why;
    }
  };
  return {
    expr,
    instr,
    call,
    terminator: (id) => {
      const t = cfg.blocks[id]?.term;
      if (t?.k === 'branch') return `if (${expr(t.cond)})`;
      if (t?.k === 'switch') return `switch (${expr(t.value)})`;
      return t?.k === 'return' && t.value ? `return ${expr(t.value)}` : 'return';
    },
  };
}

/** The operand in parentheses where C needs them: the tree has none. */
function inside(e: Expr, tightness: number): Expr {
  const own = e.k === 'binary' ? (TIGHTNESS[e.op] ?? 0) : e.k === 'cond' || e.k === 'assign' ? 0 : TIGHTEST;
  return own < tightness ? { k: 'opaque', text: `(${printExpr(e)})`, line: e.line } : e;
}
