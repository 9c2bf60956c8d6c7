import type { Expr } from '../parse/c/ast.js';
import type { Cfg, Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import type { EffectTable } from '../effect/effect.js';
import { operands } from './future.js';

/** What a path remembers. `exact`: all that can matter later. The others forget more and so allow more paths, never fewer. */
export type Memory = 'exact' | 'guards' | 'flags';

export interface Relevance {
  /** Variables whose values are kept; null: all. */
  readonly variables: ReadonlySet<string> | null;
  /** Variables that are forgotten while their value is no constant. */
  readonly constantsOnly: ReadonlySet<string>;
  /** Fields that remembered expressions name. */
  readonly fields: ReadonlySet<string>;
  /** Tests whose outcome is kept for when they are made again. */
  readonly guards: readonly Expr[];
}

const MAX_GUARDS = 6;

/**
 * The variables that name tracked objects or come out of calls that touch them, those that are set to constants and
 * tested (flags, error codes) or returned, and (for `guards`) those of tests that recur. `tracked` tells the
 * kinds of locks and references that are followed.
 */
export function relevanceOf(cfg: Cfg, effects: EffectTable, tracked: (kind: string) => boolean, memory: Memory): Relevance {
  if (memory === 'exact') return { variables: null, constantsOnly: new Set(), fields: new Set(), guards: [] };
  const wanted = new Set<string>();
  const fields = new Set<string>();
  const add = (e: Expr): void => identifiers(e, wanted, fields);
  const conditions: Expr[] = [];
  const constants = new Set<string>();
  const returned = new Set<string>();
  const instrs: Instr[] = [];
  const touching = new Set<number>();
  for (const id of cfg.order) {
    const block = cfg.blocks[id];
    if (block === undefined) continue;
    if (block.term.k === 'branch') conditions.push(block.term.cond);
    if (block.term.k === 'switch') conditions.push(block.term.value);
    if (block.term.k === 'return' && block.term.value) identifiers(block.term.value, returned);
    for (const i of block.instrs) {
      instrs.push(i);
      if (i.op === 'assign' && i.to.k === 'id' && isConstant(i.from)) constants.add(i.to.name);
      const contract = i.op === 'call' ? effects.contracts.get(i) : undefined;
      if (contract?.outcomes.some((o) => o.effects.some((e) => 'kind' in e && tracked(e.kind))) !== true) continue;
      touching.add(id);
      operands(i).forEach(add);
      if (i.op === 'call' && i.to !== null) wanted.add(i.to);
    }
  }
  const guards = memory === 'guards' ? recurring(cfg, touching) : [];
  guards.forEach(add);
  const flags = new Set<string>();
  for (const c of conditions) {
    const names = new Set<string>();
    identifiers(c, names);
    for (const n of names) if (constants.has(n) && !wanted.has(n)) flags.add(n);
  }
  for (const n of returned) if (!wanted.has(n)) flags.add(n);
  for (let size = -1; size !== wanted.size; ) {
    size = wanted.size;
    for (const i of instrs) {
      if (i.op === 'assign' && i.to.k === 'id' && wanted.has(i.to.name)) add(i.from);
      if (i.op !== 'call' || i.to === null || !wanted.has(i.to)) continue;
      const contract = effects.contracts.get(i);
      if (contract !== undefined && (contract.pure || contract.result !== null)) i.args.forEach(add);
    }
  }
  // An error code is often made in one variable or temporary and returned from another.
  for (let size = -1; size !== flags.size; ) {
    size = flags.size;
    for (const i of instrs)
      if (i.op === 'assign' && i.to.k === 'id' && flags.has(i.to.name) && i.from.k === 'id' && !wanted.has(i.from.name)) flags.add(i.from.name);
  }
  return { variables: new Set([...wanted, ...flags]), constantsOnly: memory === 'flags' ? flags : new Set(), fields, guards };
}

/** Tests made more than once; those around steps that touch tracked objects first. */
function recurring(cfg: Cfg, touching: ReadonlySet<number>): Expr[] {
  const seen = new Map<string, { readonly cond: Expr; times: number; near: boolean; readonly at: number }>();
  for (const id of cfg.order) {
    const t = cfg.blocks[id]?.term;
    if (t?.k !== 'branch' || hasTemporary(t.cond)) continue;
    const text = printExpr(t.cond);
    const old = seen.get(text) ?? { cond: t.cond, times: 0, near: false, at: seen.size };
    old.times++;
    old.near ||= touching.has(t.then) || touching.has(t.else);
    seen.set(text, old);
  }
  return [...seen.values()]
    .filter((g) => g.times > 1)
    .sort((a, b) => Number(b.near) - Number(a.near) || a.at - b.at)
    .slice(0, MAX_GUARDS)
    .map((g) => g.cond);
}

function isConstant(e: Expr): boolean {
  if (e.k === 'num') return true;
  if (e.k === 'id') return /^[A-Z][A-Z0-9_]*$/.test(e.name);
  return (e.k === 'unary' || e.k === 'cast') && isConstant(e.arg);
}

function hasTemporary(e: Expr): boolean {
  const names = new Set<string>();
  identifiers(e, names);
  return [...names].some((n) => n.startsWith('%'));
}

function identifiers(e: Expr, out: Set<string>, fields: Set<string> = new Set()): void {
  const sub = (x: Expr): void => identifiers(x, out, fields);
  switch (e.k) {
    case 'id':
      out.add(e.name);
      return;
    case 'member':
      fields.add(e.field);
      sub(e.obj);
      return;
    case 'index':
      sub(e.obj);
      sub(e.index);
      return;
    case 'unary':
    case 'cast':
      sub(e.arg);
      return;
    case 'binary':
      sub(e.left);
      sub(e.right);
      return;
    case 'call':
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
