import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg } from '../cfg/cfg.js';
import type { EffectTable } from '../effect/effect.js';
import type { Summary } from './summary.js';

/** `contract` with the flags that the body lets through: a warning about any but `A|B` in one of its parameters names them. */
export function acceptedFlags(contract: Summary['contract'], cfg: Cfg, effects: EffectTable): Summary['contract'] {
  for (const id of cfg.order)
    for (const i of (cfg.blocks[id] as BasicBlock).instrs) {
      if (i.op !== 'call' || effects.contracts.get(i)?.result?.k !== 'id') continue;
      for (const { name: param } of contract.params) {
        const accepts = i.args.map((e) => othersOf(e, param)).find((x) => x !== null);
        if (accepts)
          return { ...contract, flags: contract.flags?.param === param ? { ...contract.flags, accepts } : { param, accepts, lockedFlag: null, lock: null } };
      }
    }
  return contract;
}

/** The names of `param & ~(A|B)`, anywhere in `e`. */
function othersOf(e: Expr, param: string): string[] | null {
  switch (e.k) {
    case 'cast':
      return othersOf(e.arg, param);
    case 'unary':
      return othersOf(e.arg, param);
    case 'binary': {
      const [left, right] = e.left.k === 'id' ? [e.left, e.right] : [e.right, e.left];
      if (e.op === '&' && left.k === 'id' && left.name === param && right.k === 'unary' && right.op === '~') return names(right.arg);
      return othersOf(e.left, param) ?? othersOf(e.right, param);
    }
    default:
      return null;
  }
}

function names(e: Expr): string[] | null {
  if (e.k === 'id') return [e.name];
  if (e.k === 'cast') return names(e.arg);
  const left = e.k === 'binary' && e.op === '|' ? names(e.left) : null;
  const right = e.k === 'binary' && e.op === '|' ? names(e.right) : null;
  return left && right ? [...left, ...right] : null;
}
