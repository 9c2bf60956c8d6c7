import type { CType } from '../parse/c/ast.js';
import { isPartial } from '../parse/c/unshown.js';
import type { Cfg, Instr } from '../cfg/cfg.js';
import type { EffectTable } from '../effect/effect.js';
import { isHandleType } from './handles.js';
import type { TypeTable } from './machine.js';

/**
 * Types of names whose declaration does not say enough, by what is done with them: results of calls, and, where not all
 * lines are shown, variables. What a declared variable receives, a known callee is given or the function returns has that
 * type; so has what is cast.
 */
export function usedTypes(cfg: Cfg, effects: EffectTable, types: TypeTable): Map<string, CType> {
  const instrs = cfg.order.flatMap((id) => cfg.blocks[id]?.instrs ?? []);
  const declared = new Map<string, CType>(cfg.fn.params.map((p) => [p.name, p.type]));
  for (const i of instrs) if (i.op === 'declare') declared.set(i.name, i.type);
  const found = new Map<string, CType>();
  const partial = isPartial(cfg.fn);
  const says = (name: string, type: CType | undefined): void => {
    if (type === undefined || declared.has(name) || found.has(name) || types.globals.has(name) || types.constants.has(name)) return;
    if (type.pointers > 0 ? type.base !== 'void' && type.base !== '__expr' : isHandleType(type)) found.set(name, { ...type, array: false });
  };
  const wanted = (name: string): boolean => name.startsWith('%') || (partial && /^[a-z_]\w*$/.test(name));
  for (const i of instrs)
    if (i.op === 'assign') {
      const { to, from } = i;
      const cast = from.k === 'cast' && from.type.pointers > 0 ? from.type : undefined;
      const value = from.k === 'cast' ? from.arg : from;
      if (to.k === 'id' && wanted(to.name) && !to.name.startsWith('%')) says(to.name, cast);
      if (value.k === 'id' && value.name.startsWith('%')) says(value.name, cast ?? (to.k === 'id' ? declared.get(to.name) : undefined));
    }
  const results = new Map(
    instrs.flatMap((i) =>
      i.op === 'call' && i.to !== null ? [[i.to, effects.contracts.get(i)?.returns ?? (i.callee === null ? null : types.returns(i.callee))] as const] : [],
    ),
  );
  for (const i of instrs)
    if (partial && i.op === 'assign' && i.to.k === 'id' && !i.to.name.startsWith('%') && i.from.k === 'id')
      says(i.to.name, results.get(i.from.name) ?? undefined);
  for (const i of instrs)
    if (i.op === 'call')
      argumentTypes(i, effects, (name, type) => {
        if (wanted(name)) says(name, type);
      });
  for (const id of cfg.order) {
    const term = cfg.blocks[id]?.term;
    if (term?.k === 'return' && term.value?.k === 'id' && term.value.name.startsWith('%')) says(term.value.name, cfg.fn.returns);
  }
  for (const i of instrs) if (i.op === 'assign' && i.to.k === 'id' && i.from.k === 'id' && i.from.name.startsWith('%')) says(i.from.name, found.get(i.to.name));
  if (partial)
    for (const i of instrs)
      if (
        i.op === 'assign' &&
        i.to.k === 'id' &&
        !i.to.name.startsWith('%') &&
        !declared.has(i.to.name) &&
        !types.globals.has(i.to.name) &&
        !found.has(i.to.name)
      )
        found.set(i.to.name, { base: 'void', pointers: 1, array: false });
  return found;
}

function argumentTypes(i: Extract<Instr, { op: 'call' }>, effects: EffectTable, says: (name: string, type: CType | undefined) => void): void {
  const contract = effects.contracts.get(i);
  i.args.forEach((a, k) => {
    if (a.k === 'id') says(a.name, contract?.params[k]?.type);
  });
}
