import type { CFile, CType } from '../parse/c/ast.js';
import type { TypeTable } from './machine.js';
import type { Primitives } from './program.js';

/** The types that `files` declare, on top of those of the knowledge. */
export function typeTable(files: readonly CFile[], primitives: Primitives): TypeTable {
  const structs = new Map(primitives.structs);
  const constants = new Map(primitives.constants);
  const globals = new Map(primitives.globals);
  const ambiguous = new Set<string>();
  const returns = new Map<string, CType>();
  for (const f of files) {
    for (const s of f.structs) {
      // The knowledge's structs are partial views: what the file itself declares is added to them.
      const known = structs.get(s.name);
      structs.set(s.name, known ? { ...known, fields: [...known.fields, ...s.fields.filter((x) => !known.fields.some((y) => y.name === x.name))] } : s);
    }
    for (const [name, value] of f.constants) constants.set(name, value);
    for (const g of f.globals) {
      const known = globals.get(g.name);
      if (known && (known.base !== g.type.base || known.pointers !== g.type.pointers)) ambiguous.add(g.name);
      else globals.set(g.name, g.type);
    }
    for (const fn of f.functions) if (fn.kind !== 'macro') returns.set(fn.name, fn.returns);
  }
  for (const name of ambiguous) globals.delete(name);
  return {
    structs,
    constants,
    globals,
    lockTypes: primitives.lockTypes,
    returns: (name) => returns.get(name) ?? primitives.contract(name, -1)?.returns ?? primitives.definition(name)?.returns ?? null,
  };
}
