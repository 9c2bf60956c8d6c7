import type { Expr } from '../parse/c/ast.js';
import type { Contract } from '../kernel/contract.js';
import type { Cfg, Instr } from '../cfg/cfg.js';
import { withCallbacks } from './callbacks.js';
import type { EffectTable } from './effect.js';

/** What is known of a callee: its contract, that it touches nothing tracked, or nothing. */
export type Callee = Contract | 'harmless' | null;

/** Looks up each call of `cfg`. `calleeOf` gets the name and the number of arguments. */
export function effectTable(cfg: Cfg, calleeOf: (name: string, args: number) => Callee): EffectTable {
  const contracts = new Map<Instr, Contract>();
  const harmless = new Set<Instr>();
  const unknown = new Set<string>();
  const unsure = new Map<Instr, readonly string[]>();
  const callback = (name: string, args: number): Contract | null => {
    const c = calleeOf(name, args);
    return c === 'harmless' || c?.unsure ? null : c;
  };
  for (const id of cfg.order)
    for (const instr of cfg.blocks[id]?.instrs ?? []) {
      if (instr.op !== 'call') continue;
      const name = instr.callee ?? (instr.target === null ? null : operationOf(instr.target));
      const callee = name === null ? null : calleeOf(name, instr.args.length);
      if (callee === 'harmless') harmless.add(instr);
      else if (callee && !callee.unsure) contracts.set(instr, withCallbacks(callee, instr.args, callback) ?? callee);
      else {
        unknown.add(instr.callee ?? '(*pointer)');
        if (callee?.unsure) unsure.set(instr, callee.unsure);
      }
    }
  return { contracts, harmless, unsure, unknown: [...unknown].sort() };
}

/** How the contract of an operation is called. */
export const OPERATION = 'operation_';

/** A call through a pointer is known by the operation's name: `mapping->a_ops->writepage(…)` is `operation_writepage`. */
export function operationOf(target: Expr): string | null {
  switch (target.k) {
    case 'member':
      return OPERATION + target.field;
    case 'id':
      return OPERATION + target.name;
    case 'unary':
    case 'cast':
      return operationOf(target.arg);
    default:
      return null;
  }
}
