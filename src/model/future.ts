import type { Expr } from '../parse/c/ast.js';
import type { Cfg, Instr } from '../cfg/cfg.js';
import { successors } from '../cfg/finish.js';
import { liveness } from '../absint/liveness.js';
import type { EffectTable } from '../effect/effect.js';

/**
 * What may still be looked at from a block onward. What cannot is dropped from the actor's state, which keeps the
 * actor small: a condition that is never tested again needs no memory.
 */
export interface Future {
  readonly variable: (block: number, name: string) => boolean;
  readonly field: (block: number, name: string) => boolean;
  /** An operator ("==", "<", "&" …) or "call:name". */
  readonly operator: (block: number, op: string) => boolean;
  /** The key of an `#if` that is still to come. */
  readonly choice: (block: number, key: string) => boolean;
}

export function futureOf(cfg: Cfg, effects: EffectTable): Future {
  const live = liveness(cfg);
  const locals = new Set(cfg.fn.params.map((p) => p.name));
  for (const id of cfg.order) for (const i of cfg.blocks[id]?.instrs ?? []) if (i.op === 'declare') locals.add(i.name);
  const sets = new Map<number, Set<string>>(cfg.order.map((id) => [id, own(cfg, effects, id, locals)]));
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = cfg.order.length - 1; i >= 0; i--) {
      const id = cfg.order[i] ?? 0;
      const mine = sets.get(id);
      const block = cfg.blocks[id];
      if (mine === undefined || block === undefined) continue;
      const before = mine.size;
      for (const to of successors(block.term)) for (const x of sets.get(to) ?? []) mine.add(x);
      if (mine.size !== before) changed = true;
    }
  }
  const has = (block: number, what: string): boolean => sets.get(block)?.has(what) ?? false;
  return {
    variable: (block, name) => live.has(block, name) || has(block, `g ${name}`),
    field: (block, name) => has(block, `f ${name}`),
    operator: (block, op) => has(block, `o ${op}`),
    choice: (block, key) => has(block, `k ${key.replace(/^!/, '')}`),
  };
}

const ORDER: Readonly<Record<string, string>> = { '!=': '==', '<=': '<', '>': '<', '>=': '<' };

function own(cfg: Cfg, effects: EffectTable, id: number, variables: ReadonlySet<string>): Set<string> {
  const out = new Set<string>();
  const block = cfg.blocks[id];
  if (block === undefined) return out;
  const read = (e: Expr): void => collect(e, out, variables);
  for (const i of block.instrs) {
    operands(i).forEach(read);
    if (i.op !== 'call') continue;
    if (i.callee !== null) out.add(`o call:${i.callee}`);
    const contract = effects.contracts.get(i);
    if (contract === undefined) continue;
    if (contract.result) read(contract.result);
    for (const o of contract.outcomes) {
      for (const e of o.effects)
        if ('place' in e) {
          read(e.place);
          if (e.op === 'store') read(e.value);
        }
      if ('given' in o) for (const g of o.given as readonly { expr: Expr }[]) read(g.expr);
      if ('value' in o && o.value) read(o.value as Expr);
      if (o.when.is === 'equals') out.add('o ==');
      if (o.when.is === 'bits') out.add('o &').add('o |');
    }
  }
  const t = block.term;
  if (t.k === 'branch') read(t.cond);
  if (t.k === 'return' && t.value) read(t.value);
  if (t.k === 'choice' && t.key !== null) out.add(`k ${t.key.replace(/^!/, '')}`);
  if (t.k === 'switch') {
    read(t.value);
    out.add('o ==').add('o call:case');
    for (const c of t.cases) {
      if (c.low) read(c.low);
      if (c.high) read(c.high);
    }
  }
  return out;
}

/** The operands an instruction reads or writes. */
export function operands(i: Instr): readonly Expr[] {
  switch (i.op) {
    case 'assign':
      return [i.from, i.to];
    case 'call':
      return i.target === null ? i.args : [i.target, ...i.args];
    case 'use':
      return [i.value];
    case 'havoc':
      return i.places;
    case 'declare':
      return [];
  }
}

function collect(e: Expr, out: Set<string>, variables: ReadonlySet<string>): void {
  const sub = (x: Expr): void => collect(x, out, variables);
  switch (e.k) {
    case 'id':
      if (!variables.has(e.name) && !e.name.startsWith('%')) out.add(`g ${e.name}`);
      return;
    case 'member':
      out.add(`f ${e.field}`);
      sub(e.obj);
      return;
    case 'index':
      sub(e.obj);
      sub(e.index);
      return;
    case 'unary':
      out.add(`o ${e.op}`);
      sub(e.arg);
      return;
    case 'binary':
      out.add(`o ${ORDER[e.op] ?? e.op}`);
      sub(e.left);
      sub(e.right);
      return;
    case 'cast':
      sub(e.arg);
      return;
    case 'call':
      if (e.fn.k === 'id') out.add(`o call:${e.fn.name}`);
      e.args.forEach(sub);
      return;
    case 'init':
      e.items.forEach((i) => {
        sub(i.value);
      });
      return;
    default:
      return;
  }
}
