import type { CFile, CFunction } from '../parse/c/ast.js';
import type { Contract } from '../kernel/contract.js';
import { structure } from '../kernel/structure.js';
import type { Cfg } from '../cfg/cfg.js';
import type { EffectTable } from '../effect/effect.js';
import type { Analysed } from './program.js';

/**
 * Analyses shared by programs that are alike, such as the two sides of a change and what the patches of a series come
 * to. A function is analysed once for all programs in which its body, its lines, what its callees do and what the files
 * declare are the same.
 */
export interface Memo {
  readonly find: (key: string) => Analysed | undefined;
  readonly keep: (key: string, result: Analysed) => void;
  /** All that an analysis depends on; `declared` is `declarations` of the program's files. */
  readonly keyOf: (file: string, fn: CFunction, cfg: Cfg, effects: EffectTable, declared: number, callee: boolean) => string;
  readonly declarations: (files: readonly CFile[]) => number;
}

/** Analyses that are kept: what a patch of a long series did is no more asked for much later. */
const MOST = 1_000;

export function createMemo(): Memo {
  const known = new Map<string, Analysed>();
  const numbers = new Map<string, number>();
  const functions = new WeakMap<CFunction, number>();
  const contracts = new WeakMap<Contract, number>();
  const declaring = new WeakMap<CFile, number>();
  const numberOf = (text: string): number => {
    let n = numbers.get(text);
    if (n === undefined) numbers.set(text, (n = numbers.size));
    return n;
  };
  const once = <T extends object>(numbered: WeakMap<T, number>, value: T): number => {
    let n = numbered.get(value);
    if (n === undefined) numbered.set(value, (n = numberOf(JSON.stringify(value))));
    return n;
  };
  const declared = (f: CFile): number => {
    let n = declaring.get(f);
    if (n === undefined)
      declaring.set(
        f,
        (n = numberOf(structure([f.path, f.structs, f.typedefs, f.globals, [...f.constants], f.functions.map((fn) => [fn.kind, fn.name, fn.returns])]))),
      );
    return n;
  };
  return {
    find: (key) => known.get(key),
    keep: (key, result) => {
      known.set(key, result);
      const [oldest] = known.keys();
      if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    },
    keyOf: (file, fn, cfg, effects, declared, callee) => {
      let key = `${file} ${once(functions, fn)} ${declared} ${callee}`;
      for (const id of cfg.order)
        for (const instr of cfg.blocks[id]?.instrs ?? []) {
          if (instr.op !== 'call') continue;
          const contract = effects.contracts.get(instr);
          key += contract ? ` ${once(contracts, contract)}` : effects.harmless.has(instr) ? ' -' : ` ?${effects.unsure.get(instr)?.join() ?? ''}`;
        }
      return key;
    },
    // Where something is declared says nothing.
    declarations: (files) => numberOf(files.map(declared).join(' ')),
  };
}
