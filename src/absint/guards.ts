import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import type { EffectTable } from '../effect/effect.js';
import { isValueOf } from './handles.js';
import { touches } from './touches.js';

/** States are kept apart by at most this many tests, so at most eight-fold. */
const MAX_GUARDS = 3;

/**
 * Tests that a function makes more than once, at least once right before something tracked is done: `if (locked)`
 * on the way in and again on the way out. Paths on which such a test came out differently are not merged, or the
 * second test would be answered both ways.
 */
export function guardsOf(cfg: Cfg, effects: EffectTable): readonly Expr[] {
  const seen = new Map<string, { cond: Expr; times: number; matters: boolean }>();
  for (const id of cfg.order) {
    const block = cfg.blocks[id] as BasicBlock;
    if (block.term.k !== 'branch') continue;
    const cond = handleAsked(block, block.term.cond, effects);
    if (hasTemporary(cond)) continue;
    const text = printExpr(cond);
    const old = seen.get(text) ?? { cond, times: 0, matters: false };
    old.times++;
    old.matters ||= [block.term.then, block.term.else].some((to) => (cfg.blocks[to] as BasicBlock).instrs.some((i) => { const c = i.op === 'call' ? effects.contracts.get(i) : undefined; return c !== undefined && touches(c); }));
    seen.set(text, old);
  }
  return [...seen.values()].filter((g) => g.times > 1 && g.matters).slice(0, MAX_GUARDS).map((g) => g.cond);
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
    case 'id': return e.name.startsWith('%');
    case 'member': return hasTemporary(e.obj);
    case 'index': return hasTemporary(e.obj) || hasTemporary(e.index);
    case 'unary': case 'cast': return hasTemporary(e.arg);
    case 'binary': return hasTemporary(e.left) || hasTemporary(e.right);
    default: return false;
  }
}
