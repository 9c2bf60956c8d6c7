import type { CFile, CType, Expr } from '../../parse/c/ast.js';
import { binary, functionAddress, unary, type Value } from './value.js';

/** What a location is: storage of its own, a lock or counter that the model knows, or a structure of them. */
export type LocationKind = 'struct' | 'scalar' | 'count' | 'mutex' | 'bit' | 'rwsem';

export interface Location {
  readonly id: number;
  /** "A.rwsem". */
  readonly name: string;
  readonly type: string;
  readonly kind: LocationKind;
  readonly fields: ReadonlyMap<string, number>;
  /** The global variable it is part of. */
  readonly object: number;
}

export interface Memory {
  readonly locations: readonly Location[];
  readonly globals: ReadonlyMap<string, number>;
  /** What scalars and counts hold before anything runs. */
  readonly initial: Map<number, Value>;
}

/** A mistake in a scenario, where it stands. */
export interface Mistake {
  readonly file: string;
  readonly line: number;
  readonly why: string;
}

/** Types the model knows by itself; `models/*.h` builds the kernel's out of them. */
const KNOWN: ReadonlyMap<string, LocationKind> = new Map([
  ['struct model_mutex', 'mutex'],
  ['struct model_bitlock', 'bit'],
  ['struct model_rwsem', 'rwsem'],
  ['struct model_count', 'count'],
]);
/** A wrapper's only field, left out of names: "A.rwsem", not "A.rwsem.model". */
const SILENT = 'model';
const MAX_DEPTH = 8;

/** Gives every global of the files its locations. Later files see the types of earlier ones. */
export function layOut(files: readonly CFile[], constants: ReadonlyMap<string, number>, functions: ReadonlySet<string>): Memory | Mistake {
  const structs = new Map(files.flatMap((f) => f.structs.map((s) => [s.name, s] as const)));
  const typedefs = new Map(files.flatMap((f) => f.typedefs.map((t) => [t.name, t.type] as const)));
  const locations: Location[] = [];
  const globals = new Map<string, number>();
  const initial = new Map<number, Value>();
  const resolve = (t: CType): CType => {
    const to = t.pointers === 0 ? typedefs.get(t.base) : undefined;
    return to === undefined ? t : resolve({ ...to, pointers: to.pointers + t.pointers });
  };
  const place = (name: string, given: CType, object: number | null, depth: number): number | string => {
    const type = resolve(given);
    if (type.array) return `${name}: arrays are not modelled; give each element a name`;
    const id = locations.length;
    const fields = new Map<string, number>();
    const kind = type.pointers > 0 ? 'scalar' : (KNOWN.get(type.base) ?? (/^(?:struct|union) /.test(type.base) ? 'struct' : 'scalar'));
    locations.push({ id, name, type: type.base, kind, fields, object: object ?? id });
    if (kind === 'scalar' || kind === 'count') initial.set(id, 0);
    if (kind !== 'struct') return id;
    const struct = structs.get(type.base);
    if (struct === undefined) return `${name}: ${type.base} is not defined here, nor in the model's own headers`;
    if (depth > MAX_DEPTH) return `${name}: structures are nested too deeply`;
    for (const f of struct.fields) {
      const at = place(f.name === SILENT ? name : `${name}.${f.name}`, f.type, object ?? id, depth + 1);
      if (typeof at === 'string') return at;
      fields.set(f.name, at);
    }
    return id;
  };
  for (const file of files)
    for (const g of file.globals) {
      if (globals.has(g.name)) continue;
      const at = place(g.name, g.type, null, 0);
      if (typeof at === 'string') return { file: file.path, line: g.line, why: at };
      globals.set(g.name, at);
    }
  const memory = { locations, globals, initial };
  for (const file of files)
    for (const g of file.globals) {
      const at = globals.get(g.name);
      const why = at === undefined || g.init === null ? null : initialise(memory, at, g.init, constants, functions);
      if (why !== null) return { file: file.path, line: g.line, why: `${g.name}: ${why}` };
    }
  return memory;
}

function initialise(memory: Memory, at: number, from: Expr, constants: ReadonlyMap<string, number>, functions: ReadonlySet<string>): string | null {
  const location = memory.locations[at];
  if (location === undefined) return 'no such location';
  const only = location.fields.get(SILENT);
  if (from.k === 'init' && location.kind === 'struct' && only === undefined) {
    const names = [...location.fields.keys()];
    for (const [i, item] of from.items.entries()) {
      const field = location.fields.get(item.field ?? names[i] ?? '');
      if (field === undefined) return `${location.type} has no field ${item.field ?? i}`;
      const why = initialise(memory, field, item.value, constants, functions);
      if (why !== null) return why;
    }
    return null;
  }
  if (location.kind === 'struct') return only === undefined ? 'a structure needs { … }' : initialise(memory, only, from, constants, functions);
  if (location.kind !== 'scalar' && location.kind !== 'count') return 'a lock is free at the start';
  const value = constant(memory, from, constants, functions);
  if (value === null) return 'the initial value is no constant';
  memory.initial.set(at, value);
  return null;
}

function constant(memory: Memory, e: Expr, constants: ReadonlyMap<string, number>, functions: ReadonlySet<string>): Value | null {
  switch (e.k) {
    case 'num':
      return e.value | 0;
    case 'id':
      return constants.get(e.name) ?? (functions.has(e.name) ? functionAddress(e.name) : null);
    case 'cast':
      return constant(memory, e.arg, constants, functions);
    case 'unary': {
      if (e.op === '&') {
        const at = staticPlace(memory, e.arg);
        return at === null ? null : `@${at}`;
      }
      const a = e.op === '*' ? null : constant(memory, e.arg, constants, functions);
      return a === null || e.op === '*' ? null : unary(e.op, a);
    }
    case 'binary': {
      const a = constant(memory, e.left, constants, functions);
      const b = constant(memory, e.right, constants, functions);
      return a === null || b === null ? null : binary(e.op, a, b);
    }
    default:
      return null;
  }
}

function staticPlace(memory: Memory, e: Expr): number | null {
  if (e.k === 'id') return memory.globals.get(e.name) ?? null;
  if (e.k !== 'member' || e.arrow) return null;
  const obj = staticPlace(memory, e.obj);
  return obj === null ? null : (memory.locations[obj]?.fields.get(e.field) ?? null);
}
