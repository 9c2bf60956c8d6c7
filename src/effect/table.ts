import type { Cfg, Instr } from '../cfg/cfg.js';
import type { Contract } from '../kernel/contract.js';
import type { EffectTable } from './effect.js';

/** What is known of a callee: its contract, that it touches nothing tracked, or nothing. */
export type Callee = Contract | 'harmless' | null;

/** Looks up each call of `cfg`. `calleeOf` gets the name and the number of arguments. */
export function effectTable(cfg: Cfg, calleeOf: (name: string, args: number) => Callee): EffectTable {
  const contracts = new Map<Instr, Contract>();
  const harmless = new Set<Instr>();
  const unknown = new Set<string>();
  for (const id of cfg.order) for (const instr of cfg.blocks[id]?.instrs ?? []) {
    if (instr.op !== 'call') continue;
    const callee = instr.callee === null ? null : calleeOf(instr.callee, instr.args.length);
    if (callee === 'harmless') harmless.add(instr);
    else if (callee) contracts.set(instr, callee);
    else unknown.add(instr.callee ?? '(*pointer)');
  }
  return { contracts, harmless, unknown: [...unknown].sort() };
}
