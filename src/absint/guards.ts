import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg, Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import type { EffectTable } from '../effect/effect.js';
import { isValueOf } from './handles.js';
import { touches } from './touches.js';

type Call = Extract<Instr, { op: 'call' }>;

/** States are kept apart by at most this many tests, so at most eight-fold. */
const MAX_GUARDS = 3;

/** `exprs`: tests that can be asked at any place. `blocks`: those that end in a test of what a call said. */
export interface Guards {
  readonly exprs: readonly Expr[];
  readonly blocks: ReadonlySet<number>;
}

/**
 * Tests that a function makes more than once, at least once right before something tracked is done: `if (locked)`
 * on the way in and again on the way out. Paths on which such a test came out differently are not merged, or the
 * second test would be answered both ways.
 */
export function guardsOf(cfg: Cfg, effects: EffectTable): Guards {
  const seen = new Map<string, { cond: Expr; called: boolean; blocks: number[]; matters: boolean }>();
  const results = resultsOfCalls(cfg);
  for (const id of cfg.order) {
    const block = cfg.blocks[id] as BasicBlock;
    if (block.term.k !== 'branch') continue;
    const cond = handleAsked(block, block.term.cond, effects);
    const called = hasTemporary(cond);
    const text = called ? spelled(cond, results, 0) : printExpr(cond);
    if (text === null) continue;
    const old = seen.get(text) ?? { cond, called, blocks: [], matters: false };
    old.blocks.push(id);
    old.matters ||= [block.term.then, block.term.else].some((to) =>
      (cfg.blocks[to] as BasicBlock).instrs.some((i) => {
        const c = i.op === 'call' ? effects.contracts.get(i) : undefined;
        return c !== undefined && touches(c);
      }),
    );
    seen.set(text, old);
  }
  const guards = [...seen.values()].filter((g) => g.blocks.length > 1 && g.matters).slice(0, MAX_GUARDS);
  return { exprs: guards.filter((g) => !g.called).map((g) => g.cond), blocks: new Set(guards.flatMap((g) => (g.called ? g.blocks : []))) };
}

/** Temporaries to the one call whose result they are. */
function resultsOfCalls(cfg: Cfg): ReadonlyMap<string, Call> {
  const calls = new Map<string, Call>();
  const twice = new Set<string>();
  for (const id of cfg.order)
    for (const i of (cfg.blocks[id] as BasicBlock).instrs) {
      const to = i.op === 'call' ? i.to : i.op === 'assign' && i.to.k === 'id' ? i.to.name : null;
      if (to === null) continue;
      if (i.op !== 'call' || calls.has(to)) twice.add(to);
      else calls.set(to, i);
    }
  for (const name of twice) calls.delete(name);
  return calls;
}

/** A test with the calls whose results it asks about; null where a temporary is no call's. */
function spelled(e: Expr, results: ReadonlyMap<string, Call>, depth: number): string | null {
  if (!hasTemporary(e)) return printExpr(e);
  const part = (x: Expr): string | null => spelled(x, results, depth + 1);
  if (depth > 8) return null;
  switch (e.k) {
    case 'id': {
      const call = results.get(e.name);
      const args = call?.args.map(part) ?? [];
      return call?.callee == null || args.includes(null) ? null : `${call.callee}(${args.join(', ')})`;
    }
    case 'unary': {
      const arg = part(e.arg);
      return arg === null ? null : `${e.op}${arg}`;
    }
    case 'cast':
      return part(e.arg);
    case 'binary': {
      const left = part(e.left);
      const right = part(e.right);
      return left === null || right === null ? null : `${left} ${e.op} ${right}`;
    }
    default:
      return null;
  }
}

/** Variables that a call passes on as flags, with the flag that promises the callee's lock. */
export function flagVariables(effects: EffectTable): readonly { readonly name: string; readonly flag: string }[] {
  return [...effects.contracts].flatMap(([call, { flags, params }]) => {
    const arg = call.op === 'call' && flags ? call.args[params.findIndex((p) => p.name === flags.param)] : undefined;
    return arg?.k === 'id' && flags?.lockedFlag && flags.lockedFlag !== 'true' ? [{ name: arg.name, flag: flags.lockedFlag }] : [];
  });
}

/** Whether the value of a handle is 0 is whether the handle is. */
function handleAsked(block: BasicBlock, cond: Expr, effects: EffectTable): Expr {
  const call = cond.k === 'id' ? block.instrs.find((i) => i.op === 'call' && i.to === cond.name) : undefined;
  const [handle, more] = call?.op === 'call' && call.callee !== null && isValueOf(call.callee) && !effects.contracts.has(call) ? call.args : [];
  return handle?.k === 'id' && !more ? handle : cond;
}

function hasTemporary(e: Expr): boolean {
  switch (e.k) {
    case 'id':
      return e.name.startsWith('%');
    case 'member':
      return hasTemporary(e.obj);
    case 'index':
      return hasTemporary(e.obj) || hasTemporary(e.index);
    case 'unary':
    case 'cast':
      return hasTemporary(e.arg);
    case 'binary':
      return hasTemporary(e.left) || hasTemporary(e.right);
    default:
      return false;
  }
}
