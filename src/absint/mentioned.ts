import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg } from '../cfg/cfg.js';

/** Names of constants (by their spelling) that a function's code writes. */
export function constantsNamed(cfg: Cfg): Set<string> {
  const out = new Set<string>();
  const read = (e: Expr | null): void => {
    if (e) collect(e, out);
  };
  for (const id of cfg.order) {
    const { instrs, term } = cfg.blocks[id] as BasicBlock;
    for (const i of instrs) {
      if (i.op === 'assign') {
        read(i.to);
        read(i.from);
      } else if (i.op === 'call') i.args.forEach(read);
      else if (i.op === 'use') read(i.value);
    }
    if (term.k === 'branch') read(term.cond);
    else if (term.k === 'switch')
      for (const c of term.cases) {
        read(c.low);
        read(c.high);
      }
    else if (term.k === 'return') read(term.value);
  }
  return out;
}

function collect(e: Expr, out: Set<string>): void {
  switch (e.k) {
    case 'id':
      if (/^[A-Z][A-Z0-9_]+$/.test(e.name)) out.add(e.name);
      return;
    case 'member':
      collect(e.obj, out);
      return;
    case 'index':
      collect(e.obj, out);
      collect(e.index, out);
      return;
    case 'unary':
    case 'cast':
      collect(e.arg, out);
      return;
    case 'binary':
      collect(e.left, out);
      collect(e.right, out);
      return;
    case 'call':
      for (const a of e.args) collect(a, out);
      return;
    case 'init':
      for (const i of e.items) collect(i.value, out);
      return;
    default:
      return;
  }
}
