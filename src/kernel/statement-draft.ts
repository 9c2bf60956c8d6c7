import type { Attribute, CFunction, CType, Expr } from '../parse/c/ast.js';
import type { Contract, LockKind } from './contract.js';
import type { Condition, Stated } from './condition.js';
import type { Statement, Strictness } from './statement.js';
import type { TypeEnvironment } from './types.js';

/** What the attributes of one declaration, read one by one, have said so far. */
export interface Draft {
  readonly fn: CFunction;
  readonly env: TypeEnvironment;
  readonly strictness: Strictness;
  readonly stated: Stated[];
  readonly wrong: { line: number; why: string }[];
  readonly guards: { name: string; exit: string }[];
  readonly frees: string[];
  readonly names: ReadonlyMap<string, CType>;
  readonly tryLock: boolean;
  readonly kind: LockKind | null;
  pure: boolean;
  result: Expr | null;
  counts: Expr | null;
  noreturn: boolean;
  errno: boolean | string;
  flags: Contract['flags'];
  since: string | null;
  until: string | null;
  iterator: Statement['iterator'];
  order: string | null;
  claims: string | null;
  question: string | null;
}

/** The arguments of an attribute; null: one that is no expression. */
export type Args = readonly (Expr | null)[];
/** Reads one attribute into the draft; the reason when it is wrong, else null. */
export type Word = (d: Draft, a: Attribute & { readonly args: Args }, given: Expr | null) => string | null;

/** The same for a word that may hold for one result only. */
export type OnResult = (d: Draft, a: Parameters<Word>[1], given: Expr | null, when?: Condition) => string | null;

/** The reason when `expr` mentions a name that is neither a parameter, nor a declared global, nor a constant. */
export function names(d: Draft, expr: Expr): string | null {
  switch (expr.k) {
    case 'id':
      return d.names.has(expr.name) || d.env.globals.has(expr.name) || /^[A-Z][A-Z0-9_]*$/.test(expr.name)
        ? null
        : `"${expr.name}" is neither a parameter nor a declared global`;
    case 'member':
      return names(d, expr.obj);
    case 'index':
      return names(d, expr.obj) ?? names(d, expr.index);
    case 'unary':
    case 'cast':
      return names(d, expr.arg);
    case 'binary':
      return names(d, expr.left) ?? names(d, expr.right);
    case 'call':
      return expr.args.map((x) => names(d, x)).find((why) => why !== null) ?? null;
    default:
      return null;
  }
}

/** The kind of a reference on `x` where none is named: the struct that it points to. */
export function refKind(d: Draft, x: Expr): string | null {
  if (x.k === 'id') return defaultKind(d.names.get(x.name) ?? null);
  if (x.k !== 'member') return null;
  return defaultKind(memberType(d, x));
}

function memberType(d: Draft, x: Extract<Expr, { k: 'member' }>): CType | null {
  const owner = x.obj.k === 'id' ? (d.names.get(x.obj.name) ?? null) : x.obj.k === 'member' ? memberType(d, x.obj) : null;
  return owner ? (d.env.structs.get(owner.base)?.fields.find((f) => f.name === x.field)?.type ?? null) : null;
}

/** The same for a value of type `type`. */
export function defaultKind(type: CType | null): string | null {
  return type && type.pointers === 1 && type.base.startsWith('struct ') ? type.base.slice('struct '.length) : null;
}

/** The name that `e` is, if it is one. */
export function idOf(e: Expr | null | undefined): string | null {
  return e?.k === 'id' ? e.name : null;
}
