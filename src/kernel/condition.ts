import type { CType, Expr } from '../parse/c/ast.js';
import type { ContractEffect, GivenOutcome, Outcome, ReturnClass } from './contract.js';
import { structure } from './structure.js';

/** Signs of a result, as a set: 1 negative or an error pointer, 2 zero or NULL, 4 positive or a usable pointer. */
export const NEGATIVE = 1,
  ZERO = 2,
  POSITIVE = 4,
  ANY = 7;

/** The results for which one stated effect happens. `range` is what the same statement says about the results there are. */
export type Condition =
  | { readonly is: 'signs'; readonly mask: number; readonly range: number }
  | { readonly is: 'value'; readonly value: number | string }
  | { readonly is: 'bits'; readonly names: readonly string[] /** No other flag is set beside it. */; readonly only: boolean };

/** One stated effect, with the results and the arguments for which it happens. */
export interface Stated {
  readonly when: Condition;
  /** A C condition over the parameters, or null. */
  readonly given: Expr | null;
  readonly effect: ContractEffect;
}

export const ALWAYS: Condition = { is: 'signs', mask: ANY, range: 0 };

const CLASS_OF_MASK: readonly (ReturnClass['is'] & ('any' | 'zero' | 'nonzero' | 'negative' | 'positive' | 'nonnegative' | 'nonpositive'))[] = [
  'any',
  'negative',
  'zero',
  'nonpositive',
  'positive',
  'nonzero',
  'nonnegative',
  'any',
];
/** What each word for a result says: the results meant, and the results that the function can have at all. */
const WORDS: Readonly<Record<string, { readonly mask: number; readonly range: number }>> = {
  true: { mask: POSITIVE, range: ZERO | POSITIVE },
  false: { mask: ZERO, range: ZERO | POSITIVE },
  nonnull: { mask: POSITIVE, range: ZERO | POSITIVE },
  null: { mask: ZERO, range: ZERO | POSITIVE },
  NULL: { mask: ZERO, range: ZERO | POSITIVE },
  noerr: { mask: POSITIVE, range: NEGATIVE | POSITIVE },
  error: { mask: NEGATIVE, range: NEGATIVE | POSITIVE },
  valid: { mask: POSITIVE, range: ANY },
  invalid: { mask: NEGATIVE | ZERO, range: ANY },
  always: { mask: POSITIVE, range: POSITIVE },
  zero: { mask: ZERO, range: 0 },
  nonzero: { mask: NEGATIVE | POSITIVE, range: 0 },
  negative: { mask: NEGATIVE, range: 0 },
  positive: { mask: POSITIVE, range: 0 },
  nonnegative: { mask: ZERO | POSITIVE, range: 0 },
  nonpositive: { mask: NEGATIVE | ZERO, range: 0 },
};

/** Reads the first argument of `__cond_acquires(ret, …)` and its like; null when it is no such word. */
export function readCondition(expr: Expr): Condition | null {
  if (expr.k === 'num')
    return expr.text === 'true' || expr.text === 'false' || expr.text === 'NULL'
      ? word(expr.text)
      : expr.value === 0
        ? word('zero')
        : { is: 'value', value: expr.value };
  if (expr.k === 'id') return word(expr.name) ?? (/^[A-Z][A-Z0-9_]+$/.test(expr.name) ? { is: 'value', value: expr.name } : null);
  if (expr.k === 'unary' && expr.op === '-' && expr.arg.k === 'id') return { is: 'value', value: `-${expr.arg.name}` };
  if (expr.k === 'unary' && expr.op === '-' && expr.arg.k === 'num') return { is: 'value', value: -expr.arg.value };
  if (expr.k === 'call' && expr.fn.k === 'id' && (expr.fn.name === 'bits' || expr.fn.name === 'only') && expr.args.length === 1) {
    const names = flagNames(expr.args[0] as Expr);
    return names && names.length > 0 ? { is: 'bits', names, only: expr.fn.name === 'only' } : null;
  }
  return null;
}

/** The names in `A|B|C`; null when it is anything else. `0` is no name. */
export function flagNames(expr: Expr): string[] | null {
  if (expr.k === 'id') return [expr.name];
  if (expr.k === 'num') return expr.value === 0 ? [] : /^[A-Za-z_]\w*$/.test(expr.text) ? [expr.text] : null;
  if (expr.k !== 'binary' || expr.op !== '|') return null;
  const left = flagNames(expr.left);
  const right = flagNames(expr.right);
  return left && right ? [...left, ...right] : null;
}

/**
 * Turns stated effects into outcomes that do not overlap and cover every result of a function that returns `returns`
 * (`errno`: 0 or a negative error, or that error). Null when bits and signs of one result are mixed.
 */
export function outcomesOf(stated: readonly Stated[], returns: CType, errno: boolean | string): readonly Outcome[] | null {
  const bits = stated.some((s) => s.when.is === 'bits');
  if (bits && stated.some((s) => s.when.is === 'value' || (s.when.is === 'signs' && s.when !== ALWAYS))) return null;
  return (bits ? byBits(stated) : bySigns(stated, returns, errno !== false))
    .flatMap(({ when, stated: here }) =>
      byArguments(typeof errno === 'string' && when.is === 'negative' ? { is: 'equals', value: errno, not: false } : when, here),
    )
    .filter((o) => !o.effects.some((e) => e.op === 'never'))
    .flatMap(eitherWay);
}

/** Results that a function's statements tell apart, each with the statements that hold for it. */
interface ResultPart {
  readonly when: ReturnClass;
  readonly stated: readonly Stated[];
}

function bySigns(all: readonly Stated[], returns: CType, errno: boolean): ResultPart[] {
  const range = rangeOf(all, returns, errno);
  const values = [...new Set(all.flatMap((s) => (s.when.is === 'value' ? [s.when.value] : [])))];
  const parts: ResultPart[] = values.map((value) => ({
    when: { is: 'equals', value, not: false },
    stated: all.filter((s) => (s.when.is === 'value' ? s.when.value === value : s.when.is === 'signs' && (s.when.mask & signOf(value)) !== 0)),
  }));
  const groups = new Map<string, { mask: number; stated: readonly Stated[] }>();
  for (const sign of [NEGATIVE, ZERO, POSITIVE]) {
    if ((range & sign) === 0) continue;
    const here = all.filter((s) => s.when.is === 'signs' && (s.when.mask & sign) !== 0);
    const key = here.map((s) => all.indexOf(s)).join(' ');
    const group = groups.get(key);
    if (group) group.mask |= sign;
    else groups.set(key, { mask: sign, stated: here });
  }
  const [only] = values;
  if (only !== undefined && values.length === 1 && groups.size === 1)
    return [...parts, ...[...groups.values()].map((g): ResultPart => ({ when: { is: 'equals', value: only, not: true }, stated: g.stated }))];
  // A named value takes its sign's other values with it: a function that returns 1 for "downgraded" returns no 2.
  for (const g of groups.values()) {
    const mask = g.mask & ~values.reduce<number>((m, v) => m | (typeof v === 'number' ? signOf(v) : 0), 0);
    if (mask !== 0) parts.push({ when: classOf(mask, range, returns), stated: g.stated });
  }
  return parts;
}

/** Flags in one condition exclude each other (`VM_FAULT_RETRY|VM_FAULT_COMPLETED`: one of them, never both). */
function byBits(all: readonly Stated[]): ResultPart[] {
  const names = [...new Set(all.flatMap((s) => (s.when.is === 'bits' ? s.when.names : [])))];
  const alone = new Set(all.flatMap((s) => (s.when.is === 'bits' && s.when.only ? s.when.names : [])));
  const set = names.map(
    (name): ResultPart => ({
      when: alone.has(name) ? { is: 'equals', value: name, not: false } : { is: 'bits', names: [name], set: true },
      stated: all.filter((s) => s.when.is !== 'bits' || s.when.names.includes(name)),
    }),
  );
  return [...set, { when: { is: 'bits', names, set: false }, stated: all.filter((s) => s.when.is !== 'bits') }];
}

/** Splits one result by the conditions on the arguments that matter for it. */
function byArguments(when: ReturnClass, stated: readonly Stated[]): Outcome[] {
  const out: Outcome[] = [];
  const branch = (known: ReadonlyMap<string, boolean>, given: GivenOutcome['given'], rest: readonly Expr[]): void => {
    const [atom, ...others] = rest;
    if (!atom) {
      const effects = stated.filter((s) => s.given === null || truth(s.given, known)).map((s) => s.effect);
      const split: GivenOutcome = { when, effects, given, value: null };
      out.push(given.length > 0 ? split : { when, effects });
      return;
    }
    const key = exprKey(atom);
    if (!stated.some((s) => s.given !== null && dependsOn(s.given, known, key))) return branch(known, given, others);
    branch(new Map([...known, [key, true]]), [...given, { expr: atom, mask: NEGATIVE | POSITIVE }], others);
    branch(new Map([...known, [key, false]]), [...given, { expr: atom, mask: ZERO }], others);
  };
  branch(new Map(), [], atomsOf(stated));
  return out;
}

/** An outcome in which something may happen or not is two. */
function eitherWay(o: Outcome): Outcome[] {
  const at = o.effects.findIndex((e) => e.op === 'maybe');
  const maybe = o.effects[at];
  if (maybe?.op !== 'maybe') return [o];
  const before = o.effects.slice(0, at);
  const after = o.effects.slice(at + 1);
  return [
    [...before, ...after],
    [...before, ...maybe.effects, ...after],
  ].flatMap((effects) => eitherWay({ ...o, effects }));
}

function rangeOf(all: readonly Stated[], returns: CType, errno: boolean): number {
  if (errno) return NEGATIVE | ZERO;
  if (returns.base === 'bool' && returns.pointers === 0) return ZERO | POSITIVE;
  return all.reduce((m, s) => m | (s.when.is === 'signs' ? s.when.range : 0), 0) || ANY;
}

function classOf(mask: number, range: number, returns: CType): ReturnClass {
  // "Always" says something too: the pointer is none of the failures that others of its kind give.
  if (mask === range && mask !== POSITIVE) return { is: 'any' };
  // Where negative results do not exist, "not zero" says the same as "positive" and reads better for truth values.
  if (mask === POSITIVE && (range & NEGATIVE) === 0 && returns.pointers === 0) return { is: 'nonzero' };
  return { is: CLASS_OF_MASK[mask] ?? 'any' };
}

function signOf(value: number | string): number {
  if (typeof value === 'string') return value.startsWith('-') ? NEGATIVE : POSITIVE;
  return value < 0 ? NEGATIVE : value === 0 ? ZERO : POSITIVE;
}

function word(name: string): Condition | null {
  const known = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  return known ? { is: 'signs', ...known } : null;
}

function atomsOf(stated: readonly Stated[]): Expr[] {
  const atoms = new Map<string, Expr>();
  const walk = (e: Expr): void => {
    if (e.k === 'binary' && (e.op === '&&' || e.op === '||')) {
      walk(e.left);
      walk(e.right);
      return;
    }
    if (e.k === 'unary' && e.op === '!') {
      walk(e.arg);
      return;
    }
    atoms.set(exprKey(e), e);
  };
  for (const s of stated) if (s.given) walk(s.given);
  return [...atoms.values()];
}

/** The value of a condition whose atoms are decided; an undecided atom counts as false. */
function truth(e: Expr, known: ReadonlyMap<string, boolean>): boolean {
  if (e.k === 'binary' && e.op === '&&') return truth(e.left, known) && truth(e.right, known);
  if (e.k === 'binary' && e.op === '||') return truth(e.left, known) || truth(e.right, known);
  if (e.k === 'unary' && e.op === '!') return !truth(e.arg, known);
  return known.get(exprKey(e)) ?? false;
}

/** Whether the undecided atom `key` can still change the value of `e`. */
function dependsOn(e: Expr, known: ReadonlyMap<string, boolean>, key: string): boolean {
  const open = atomsOf([{ when: ALWAYS, given: e, effect: { op: 'sleep' } }])
    .map(exprKey)
    .filter((k) => !known.has(k) && k !== key);
  for (let bits = 0; bits < 2 ** open.length; bits++) {
    const guess = new Map([...known, ...open.map((k, i) => [k, (bits & (1 << i)) !== 0] as const)]);
    if (truth(e, new Map([...guess, [key, true]])) !== truth(e, new Map([...guess, [key, false]]))) return true;
  }
  return false;
}

/** Equal for expressions that are written alike, wherever they stand. */
export function exprKey(expr: Expr): string {
  let key = keys.get(expr);
  if (key === undefined) keys.set(expr, (key = structure(expr)));
  return key;
}

const keys = new WeakMap<Expr, string>();
