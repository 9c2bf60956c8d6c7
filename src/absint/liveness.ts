import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg, Instr } from '../cfg/cfg.js';
import { successors } from '../cfg/finish.js';

/** Which variables may still be read when a block is entered. Variables whose address is taken always may. */
export interface Liveness {
  readonly has: (block: number, name: string) => boolean;
}

export function liveness(cfg: Cfg): Liveness {
  const addressed = new Set<string>();
  const uses: Set<string>[] = [];
  const defs: Set<string>[] = [];
  const live: Set<string>[] = [];
  for (const id of cfg.order) {
    const block = cfg.blocks[id] as BasicBlock;
    const u = new Set<string>();
    const d = new Set<string>();
    const read = (e: Expr): void =>
      names(
        e,
        (n) => {
          if (!d.has(n)) u.add(n);
        },
        addressed,
      );
    for (const i of block.instrs) visit(i, read, (n) => d.add(n));
    const t = block.term;
    if (t.k === 'branch') read(t.cond);
    if (t.k === 'switch') read(t.value);
    if (t.k === 'return' && t.value) read(t.value);
    uses[id] = u;
    defs[id] = d;
    live[id] = new Set(u);
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = cfg.order.length - 1; i >= 0; i--) {
      const id = cfg.order[i] as number;
      const mine = live[id] as Set<string>;
      for (const to of successors((cfg.blocks[id] as BasicBlock).term))
        for (const n of live[to] ?? [])
          if (!mine.has(n) && !defs[id]?.has(n)) {
            mine.add(n);
            changed = true;
          }
    }
  }
  return { has: (block, name) => addressed.has(name) || (live[block]?.has(name) ?? false) };
}

function visit(i: Instr, read: (e: Expr) => void, define: (name: string) => void): void {
  switch (i.op) {
    case 'assign':
      read(i.from);
      if (i.to.k === 'id') define(i.to.name);
      else read(i.to);
      return;
    case 'call':
      if (i.target) read(i.target);
      for (const a of i.args) read(a);
      if (i.to) define(i.to);
      return;
    case 'use':
      read(i.value);
      return;
    case 'havoc':
      for (const p of i.places)
        if (p.k === 'id') define(p.name);
        else read(p);
      return;
    case 'declare':
      return;
  }
}

function names(e: Expr, read: (name: string) => void, addressed: Set<string>): void {
  switch (e.k) {
    case 'id':
      read(e.name);
      return;
    case 'member':
      if (!e.arrow && e.obj.k === 'id') addressed.add(e.obj.name);
      names(e.obj, read, addressed);
      return;
    case 'index':
      names(e.obj, read, addressed);
      names(e.index, read, addressed);
      return;
    case 'unary':
      if (e.op === '&') markRoot(e.arg, addressed);
      names(e.arg, read, addressed);
      return;
    case 'cast':
      names(e.arg, read, addressed);
      return;
    case 'binary':
      names(e.left, read, addressed);
      names(e.right, read, addressed);
      return;
    case 'call':
      for (const a of e.args) names(a, read, addressed);
      return;
    case 'init':
      for (const i of e.items) names(i.value, read, addressed);
      return;
    default:
      return;
  }
}

function markRoot(e: Expr, addressed: Set<string>): void {
  if (e.k === 'id') addressed.add(e.name);
  else if (e.k === 'member' && !e.arrow) markRoot(e.obj, addressed);
  else if (e.k === 'index') markRoot(e.obj, addressed);
}
