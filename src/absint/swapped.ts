import type { Cfg } from '../cfg/cfg.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';

/**
 * Pointer variables that some way gives each other's values, such as two locks that are put in the order of their
 * addresses. A path that exchanged them is not merged with one that did not: afterwards nobody could say which is which.
 */
export function swappedVariables(cfg: Cfg): readonly string[] {
  const pointers = new Set(cfg.fn.params.filter((p) => p.type.pointers > 0).map((p) => p.name));
  const instrs = cfg.order.flatMap((id) => cfg.blocks[id]?.instrs ?? []);
  for (const i of instrs) if (i.op === 'declare' && i.type.pointers > 0) pointers.add(i.name);
  const copies = instrs.flatMap((i) =>
    i.op === 'assign' && i.to.k === 'id' && i.from.k === 'id' && pointers.has(i.to.name) && pointers.has(i.from.name)
      ? [[i.to.name, i.from.name] as const]
      : [],
  );
  // a = b and b = t, where t = a.
  const exchanged = copies.flatMap(([a, b]) => (copies.some(([to, t]) => to === b && copies.some(([temp, from]) => temp === t && from === a)) ? [a, b] : []));
  return [...new Set(exchanged)].sort();
}

/** Which of the caller's values the variables have on this path. */
export function swapKey(m: Machine, s: State, names: readonly string[]): string {
  let key = '';
  for (const name of names) {
    const value = s.env.get(name);
    const t = value === undefined ? null : m.terms.get(value);
    key += t?.k === 'sym' ? `|${t.origin}` : '|';
  }
  return key;
}
