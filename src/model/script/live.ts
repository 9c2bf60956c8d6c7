import type { Expr } from '../../parse/c/ast.js';
import type { Cfg, Instr } from '../../cfg/cfg.js';
import { successors } from '../../cfg/finish.js';

/** The variables that may still be read from an instruction onward; those whose address is taken always may. */
export type Live = (block: number, at: number) => ReadonlySet<string>;

export function liveAt(cfg: Cfg): Live {
  const addressed = new Set<string>();
  for (const id of cfg.order)
    for (const i of cfg.blocks[id]?.instrs ?? [])
      for (const e of usedBy(i))
        each(e, (n, under) => {
          if (under) addressed.add(n);
        });
  const entry = new Map<number, Set<string>>(cfg.order.map((id) => [id, new Set()]));
  const from = (block: number, at: number): Set<string> => {
    const b = cfg.blocks[block];
    const live = new Set(addressed);
    if (b === undefined) return live;
    for (const to of successors(b.term)) for (const n of entry.get(to) ?? []) live.add(n);
    const t = b.term;
    for (const e of t.k === 'branch' ? [t.cond] : (t.k === 'switch' || t.k === 'return') && t.value !== null ? [t.value] : []) each(e, (n) => live.add(n));
    for (let k = b.instrs.length - 1; k >= at; k--) {
      const i = b.instrs[k];
      if (i === undefined) continue;
      const defines = i.op === 'call' ? i.to : i.op === 'declare' ? i.name : i.op === 'assign' && i.to.k === 'id' ? i.to.name : null;
      if (defines !== null && !addressed.has(defines)) live.delete(defines);
      for (const e of usedBy(i)) each(e, (n) => live.add(n));
    }
    return live;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const id of [...cfg.order].reverse()) {
      const mine = from(id, 0);
      if (mine.size !== entry.get(id)?.size) {
        entry.set(id, mine);
        changed = true;
      }
    }
  }
  const cache = new Map<string, ReadonlySet<string>>();
  return (block, at) => {
    const key = `${block}:${at}`;
    const known = cache.get(key) ?? from(block, at);
    cache.set(key, known);
    return known;
  };
}

function usedBy(i: Instr): readonly Expr[] {
  switch (i.op) {
    case 'call':
      return [...i.args, ...(i.target === null ? [] : [i.target])];
    case 'assign':
      return i.to.k === 'id' ? [i.from] : [i.from, i.to];
    case 'use':
      return [i.value];
    case 'declare':
    case 'havoc':
      return [];
  }
}

function each(e: Expr, visit: (name: string, addressed: boolean) => void, under = false): void {
  switch (e.k) {
    case 'id':
      visit(e.name, under);
      return;
    case 'member':
      each(e.obj, visit, under && !e.arrow);
      return;
    case 'unary':
      each(e.arg, visit, e.op === '&');
      return;
    case 'cast':
      each(e.arg, visit, under);
      return;
    case 'binary':
      each(e.left, visit);
      each(e.right, visit);
      return;
    case 'index':
      each(e.obj, visit);
      each(e.index, visit);
      return;
    default:
  }
}
