import type { CType, Expr, StructType } from '../parse/c/ast.js';
import type { LockKind } from './contract.js';

/** What is needed to type a place: the views of structs, the typedefs and the globals that the knowledge declares. */
export interface TypeEnvironment {
  readonly structs: ReadonlyMap<string, StructType>;
  readonly typedefs: ReadonlyMap<string, CType>;
  readonly globals: ReadonlyMap<string, CType>;
  /** Type name to the kind of lock it is. */
  readonly lockTypes: ReadonlyMap<string, LockKind>;
}

/** The declared type of `expr`, with typedefs followed, or null. `names` are parameters and `__return`. */
export function typeOfExpr(env: TypeEnvironment, names: ReadonlyMap<string, CType>, expr: Expr): CType | null {
  switch (expr.k) {
    case 'id':
      return resolve(env, names.get(expr.name) ?? env.globals.get(expr.name) ?? null);
    case 'cast':
      return resolve(env, expr.type);
    case 'member': {
      const owner = typeOfExpr(env, names, expr.obj);
      if (!owner || owner.pointers !== (expr.arrow ? 1 : 0)) return null;
      return resolve(env, env.structs.get(owner.base)?.fields.find((f) => f.name === expr.field)?.type ?? null);
    }
    case 'index':
      return pointee(typeOfExpr(env, names, expr.obj));
    case 'unary': {
      const inner = typeOfExpr(env, names, expr.arg);
      if (expr.op === '*') return pointee(inner);
      return expr.op === '&' && inner ? { ...inner, pointers: inner.pointers + 1, array: false } : null;
    }
    case 'call':
      return null;
    default:
      return null;
  }
}

/** The kind of the lock that `expr` names, embedded or by pointer; null when its type is no lock's or not known. */
export function lockKindOf(env: TypeEnvironment, names: ReadonlyMap<string, CType>, expr: Expr): LockKind | null {
  const type = typeOfExpr(env, names, expr);
  return type && type.pointers <= 1 ? (env.lockTypes.get(type.base) ?? null) : null;
}

function resolve(env: TypeEnvironment, type: CType | null): CType | null {
  let t = type;
  for (let i = 0; t && i < 8; i++) {
    const named: CType | undefined = env.lockTypes.has(t.base) ? undefined : env.typedefs.get(t.base);
    if (!named) return t;
    t = { base: named.base, pointers: named.pointers + t.pointers, array: t.array || named.array };
  }
  return t;
}

function pointee(type: CType | null): CType | null {
  if (!type) return null;
  if (type.array) return { ...type, array: false };
  return type.pointers > 0 ? { ...type, pointers: type.pointers - 1 } : null;
}
