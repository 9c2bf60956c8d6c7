import type { Cfg, Instr } from '../cfg/cfg.js';
import type { EffectTable } from './effect.js';

export type Call = Extract<Instr, { op: 'call' }>;

/** Calls by name of functions of which nothing at all is known. */
export function unknownCalls(cfg: Cfg, table: EffectTable): Call[] {
  return callsIn(cfg).filter((i) => i.callee !== null && !table.contracts.has(i) && !table.harmless.has(i) && !table.unsure.has(i));
}

export function callsIn(cfg: Cfg): Call[] {
  return cfg.order.flatMap((id) => cfg.blocks[id]?.instrs ?? []).filter((i): i is Call => i.op === 'call');
}
