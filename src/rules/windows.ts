import type { Sketch } from '../absint/outside.js';
import type { CType, Expr } from '../parse/c/ast.js';
import { CONTEXT_KINDS, type ContractEffect } from '../kernel/contract.js';
import { printExpr } from '../cfg/print.js';
import { next, reachable } from '../cfg/reach.js';
import type { Step } from '../lockgraph/steps.js';
import { givesOf, reachingGives } from './pointer-uses.js';
import { comparesValues, namesIn, partsOf, readsShared } from './recheck-atoms.js';
import { contractOf, effectsOf, isUse } from '../lockgraph/step-effects.js';

/**
 * What a function goes by once it has taken a lock, and had before: a question asked before (`asked`), a copy of what
 * a pointer led to (`copy`, by type), a value kept in a member (`kept`), an object found by another one (`found`, by that one's type).
 */
export interface Basis {
  readonly k: 'asked' | 'copy' | 'kept' | 'found';
  /** Functions that take the same lock by the same basis have the same key. */
  readonly key: string;
  /** Words that the text of such a function contains. */
  readonly words: readonly string[];
  /** The value, question or object, for a message. */
  readonly shown: string;
  /** The step under the lock that looks at it again; null: none. */
  readonly again: Step | null;
  /** Members and functions that tests under the lock ask of it, or of the memory that it was read from. */
  readonly asks: ReadonlySet<string>;
  /** Calls under the lock that are given it, and may look at it again. */
  readonly handed: readonly string[];
  /** The step under the lock that relies on it; null: none. */
  readonly use: Step | null;
}

/** A lock that is taken, what is done under it, and what that goes by. */
export interface Window {
  readonly taken: Step;
  readonly callee: string;
  readonly kind: string;
  /** The lock, by names and types that mean the same in other functions. */
  readonly lock: string;
  readonly under: readonly Step[];
  readonly bases: readonly Basis[];
}

/** The windows of a function: all, or those of the lock that is called `only`. */
export function windowsOf(side: Sketch, steps: readonly Step[], only: string | null = null): Window[] {
  const types = typesOf(side);
  return steps.flatMap((taken) => {
    const effect =
      taken.kind === 'call'
        ? effectsOf(side, taken).find((e): e is Acquire => e.op === 'acquire' && !CONTEXT_KINDS.has(e.kind) && e.kind !== 'seq')
        : undefined;
    if (effect === undefined || taken.expr.k !== 'call' || taken.expr.fn.k !== 'id') return [];
    const lock = lockOf(side, taken, effect, types);
    if (only !== null && lock !== only) return [];
    const under = stepsUnder(side, steps, taken, effect);
    const inside = new Set(under);
    const ahead = steps.filter((s) => s !== taken && ((s.block === taken.block && s.at < taken.at) || reachable(side.cfg, s.block).has(taken.block)));
    const before = ahead.filter((s) => !inside.has(s));
    const bases = [
      ...asked(side, taken, before, under),
      ...copies(side, ahead, under, types),
      ...kept(taken, steps, before, under),
      ...found(side, taken, ahead, under, types),
    ];
    return [{ taken, callee: taken.expr.fn.name, kind: effect.kind, lock, under, bases }];
  });
}

type Acquire = Extract<ContractEffect, { op: 'acquire' }>;
type Types = ReadonlyMap<string, CType>;

function typesOf(side: Sketch): Types {
  const out = new Map(side.fn.params.map((p) => [p.name, p.type]));
  for (const b of side.cfg.blocks) for (const i of b.instrs) if (i.op === 'declare') out.set(i.name, i.type);
  return out;
}

/** The member that the lock is in and the type of its object, as far as declarations in the function show it. */
function lockOf(side: Sketch, s: Step, { kind, place }: Acquire, types: Types): string {
  const contract = contractOf(side, s);
  const root = rootOf(place);
  const at = contract?.params.findIndex((p) => p.name === root) ?? -1;
  const given = root === '__return' && s.instr?.op === 'call' ? s.instr.into : at >= 0 && s.expr.k === 'call' ? s.expr.args[at] : undefined;
  // A member of what the function is given: its own field says which lock it is.
  if (place.k === 'member' || given === undefined) return `${kind} ${lastMember(place)}`;
  const lock = given.k === 'unary' ? given.arg : given;
  const object = lock.k === 'member' && lock.obj.k === 'id' ? types.get(lock.obj.name)?.base : undefined;
  return `${kind} ${object ?? printExpr(lock)} ${lastMember(lock)}`;
}

/** What is done from the acquisition on until the lock is given back. */
function stepsUnder(side: Sketch, steps: readonly Step[], taken: Step, { kind }: Acquire): Step[] {
  const byBlock = new Map<number, Step[]>();
  for (const s of steps) byBlock.set(s.block, [...(byBlock.get(s.block) ?? []), s]);
  const out = new Set<Step>();
  const seen = new Set<number>();
  const gives = (s: Step): boolean => s.kind === 'call' && effectsOf(side, s).some((e) => e.op === 'release' && e.kind === kind);
  const work: [number, number][] = [[taken.block, taken.at]];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    let open = true;
    for (const s of (byBlock.get(at[0]) ?? []).filter((x) => x.at > (at?.[1] ?? -1)).sort((x, y) => x.at - y.at)) {
      if (s === taken) {
        open = false;
        break;
      }
      out.add(s);
      if (gives(s)) {
        open = false;
        break;
      }
    }
    if (open)
      for (const to of next(side.cfg, at[0]))
        if (!seen.has(to)) {
          seen.add(to);
          work.push([to, -1]);
        }
  }
  // What comes before it in the text comes after it in time: a loop.
  const found = steps.filter((s) => out.has(s));
  return [...found.filter((s) => s.line >= taken.line), ...found.filter((s) => s.line < taken.line)];
}

/** Questions of which one answer leads past the lock. */
function asked(side: Sketch, taken: Step, before: readonly Step[], under: readonly Step[]): Basis[] {
  return before.flatMap((s): Basis[] => {
    if (s.kind !== 'branch' || !readsShared(s.expr)) return [];
    const parts = partsOf(s.expr);
    const members = parts.filter((p) => !p.endsWith('()'));
    if (members.length === 0) return [];
    const term = side.cfg.blocks[s.block]?.term;
    const stop = new Set([s.block]);
    const leads = (to: number): boolean => to === taken.block || reachable(side.cfg, to, undefined, stop).has(taken.block);
    if (term?.k !== 'branch' || leads(term.then) === leads(term.else)) return [];
    const asks = asksUnder(under, (x) => partsOf(x).some((p) => parts.includes(p)));
    const again = under.find((x) => looks(x) && parts.every((p) => partsOf(x.expr).includes(p))) ?? null;
    return [
      {
        k: 'asked',
        key: `asked ${[...parts].sort().join(' ')}`,
        words: parts.map((p) => p.replace('()', '')),
        shown: printExpr(s.expr),
        again,
        asks,
        handed: handedTo(under, (x) => namesIn(x).some((n) => namesIn(s.expr).includes(n))),
        use: firstUse(side, under, () => true),
      },
    ];
  });
}

/** Variables that were given what a pointer led to; until they are given something else. */
function copies(side: Sketch, before: readonly Step[], under: readonly Step[], types: Types): Basis[] {
  const copied = new Set(
    before.flatMap((s) => (s.kind === 'assign' && s.to?.k === 'id' && copiesFrom(s.expr, types.get(s.to.name), types) ? [s.to.name] : [])),
  );
  const names = new Set([
    ...copied,
    ...before.flatMap((s) => (s.kind === 'assign' && s.to?.k === 'id' && s.expr.k === 'id' && copied.has(s.expr.name) ? [s.to.name] : [])),
  ]);
  const handed = side.fn.params.filter((p) => p.type.pointers === 0).map((p) => p.name);
  return [...names, ...handed].flatMap((name): Basis[] => {
    const type = types.get(name);
    const end = under.findIndex((s) => s.to?.k === 'id' && s.to.name === name);
    const own = end < 0 ? under : under.slice(0, end + 1);
    const says = (e: Expr): boolean => namesIn(e).includes(name);
    const again = comparedIn(own, says);
    // What a function was handed may be made rather than found: it speaks where it is compared.
    if (type === undefined || (!names.has(name) && again === null)) return [];
    return [
      {
        k: 'copy',
        key: `copy ${type.base}`,
        words: [type.base],
        shown: name,
        again,
        asks: asksUnder(own, looksAtMemory),
        handed: handedTo(own, says),
        use: own.find((x) => reliesOn(x, says)) ?? null,
      },
    ];
  });
}

function copiesFrom(e: Expr, type: CType | undefined, types: Types): boolean {
  if (type === undefined || type.pointers > 0) return false;
  const from = e.k === 'unary' && e.op === '*' ? e.arg : e.k === 'call' && e.args.length === 1 ? e.args[0] : undefined;
  const pointer = from?.k === 'unary' && from.op === '*' ? from.arg : from;
  const at = pointer?.k === 'id' ? types.get(pointer.name) : undefined;
  return at !== undefined && at.base === type.base && at.pointers === 1;
}

/** Members that are used under the lock, or were compared before, and that the function does not set; variables that were given one stand for it. */
function kept(taken: Step, steps: readonly Step[], before: readonly Step[], under: readonly Step[]): Basis[] {
  const own = new Set(partsOf(taken.expr));
  const out = new Map<string, Basis>();
  const given = new Map(
    before.flatMap((s) => (s.kind === 'assign' && s.to?.k === 'id' && s.expr.k === 'member' && s.expr.arrow ? [[s.to.name, s.expr] as const] : [])),
  );
  const add = (e: Expr, use: Step): void => {
    if (e.k !== 'member' || !e.arrow || own.has(e.field) || out.has(e.field) || steps.some((x) => x.to?.k === 'member' && x.to.field === e.field)) return;
    const names = (x: Expr): boolean =>
      partsOf(x).includes(e.field) ||
      namesIn(x).some((n) => {
        const m = given.get(n);
        return m?.k === 'member' && m.field === e.field;
      });
    out.set(e.field, {
      k: 'kept',
      key: `kept ${e.field}`,
      words: [`->${e.field}`],
      shown: printExpr(e),
      again: comparedIn(under, names),
      asks: asksUnder(under, looksAtMemory),
      handed: handedTo(under, (x) => names(x) || (x.k === 'id' && x.name === rootOf(e))),
      use,
    });
  };
  for (const s of under) for (const e of usedMembers(s)) add(e, s);
  for (const s of under)
    for (const n of s.kind === 'branch' ? [] : namesIn(s.expr)) {
      const e = given.get(n);
      if (e !== undefined) add(e, s);
    }
  for (const s of before)
    if (s.kind === 'branch' && comparesValues(s.expr, () => true))
      for (const e of comparedMembers(s.expr)) {
        const root = rootOf(e);
        const use = under.find((x) => x.kind === 'call' && root !== null && namesIn(x.expr).includes(root));
        if (use !== undefined) add(e, use);
      }
  return [...out.values()];
}

/** The object that the lock is in, where the function has found it by another one that it has. */
function found(side: Sketch, taken: Step, before: readonly Step[], under: readonly Step[], types: Types): Basis[] {
  const [name, more] = taken.expr.k === 'call' ? [...new Set(taken.expr.args.flatMap(namesIn))] : [];
  const own = name === undefined ? undefined : types.get(name);
  if (name === undefined || more !== undefined || own?.pointers !== 1 || side.fn.params.some((p) => p.name === name) || own === undefined) return [];
  const finds = reachingGives(side, givesOf(before, new Set([name])), name, taken);
  const names = (e: Expr): boolean => namesIn(e).includes(name);
  const out = new Map<string, Basis>();
  for (const s of before)
    for (const arg of s.kind === 'call' && s.expr.k === 'call' ? s.expr.args : []) {
      const by = arg.k === 'id' ? types.get(arg.name) : undefined;
      if (arg.k !== 'id' || by?.pointers !== 1 || !/^struct /.test(by.base) || by.base === own.base || out.has(by.base)) continue;
      // Every way of getting it goes by the other object, or takes it from where such a way has put it.
      if (finds.length === 0 || !finds.every((f) => (f.expr.k === 'call' ? f.expr.args.some((a) => namesIn(a).includes(arg.name)) : f.expr.k !== 'id')))
        continue;
      out.set(by.base, {
        k: 'found',
        key: `found ${by.base}`,
        words: [by.base],
        shown: name,
        again: comparedIn(under, (e) => namesIn(e).includes(arg.name), names),
        asks: asksUnder(under, names),
        handed: handedTo(under, (e) => names(e)),
        use: firstUse(side, under, names),
      });
    }
  return [...out.values()];
}

function looks(s: Step): boolean {
  return s.kind === 'branch' || s.kind === 'assign' || s.kind === 'return';
}

/** A step that compares what `names` speaks of with what is in memory now. */
function comparedIn(under: readonly Step[], names: (e: Expr) => boolean, now: (e: Expr) => boolean = () => true): Step | null {
  const fresh = new Set(under.flatMap((s) => (s.kind === 'assign' && s.to?.k === 'id' && readsShared(s.expr) ? [s.to.name] : [])));
  const isNow = (e: Expr): boolean => now(e) && (readsShared(e) || namesIn(e).some((n) => fresh.has(n)));
  const compares = (e: Expr): boolean => {
    switch (e.k) {
      case 'binary':
        return ((e.op === '==' || e.op === '!=') && pairs(e.left, e.right)) || compares(e.left) || compares(e.right);
      case 'unary':
      case 'cast':
        return compares(e.arg);
      case 'call': {
        const [x, y, more] = e.args;
        return x !== undefined && y !== undefined && more === undefined && pairs(x, y);
      }
      default:
        return false;
    }
  };
  const pairs = (x: Expr, y: Expr): boolean => (names(x) && isNow(y) && !isConstant(y)) || (names(y) && isNow(x) && !isConstant(x));
  return under.find((s) => looks(s) && names(s.expr) && compares(s.expr)) ?? null;
}

/** What tests under the lock ask, themselves or by a variable that was given its value there. */
function asksUnder(under: readonly Step[], names: (e: Expr) => boolean): ReadonlySet<string> {
  const read = new Map(under.flatMap((s) => (s.kind === 'assign' && s.to?.k === 'id' && names(s.expr) ? [[s.to.name, s.expr] as const] : [])));
  return new Set(
    under.flatMap((s) =>
      s.kind === 'branch'
        ? [
            ...(names(s.expr) ? partsOf(s.expr) : []),
            ...namesIn(s.expr).flatMap((n) => {
              const from = read.get(n);
              return from === undefined ? [] : [n, ...partsOf(from)];
            }),
          ]
        : [],
    ),
  );
}

/** Follows a pointer by itself, not to a member: what stands in a table now. */
function looksAtMemory(e: Expr): boolean {
  switch (e.k) {
    case 'unary':
      return e.op === '*' || (e.op !== '&' && looksAtMemory(e.arg));
    case 'cast':
      return looksAtMemory(e.arg);
    case 'binary':
      return looksAtMemory(e.left) || looksAtMemory(e.right);
    case 'call':
      return e.args.some(looksAtMemory);
    default:
      return false;
  }
}

function handedTo(under: readonly Step[], names: (e: Expr) => boolean): readonly string[] {
  return [
    ...new Set(under.flatMap((s) => (s.kind === 'call' && s.expr.k === 'call' && s.expr.fn.k === 'id' && s.expr.args.some(names) ? [s.expr.fn.name] : []))),
  ];
}

function isConstant(e: Expr): boolean {
  return e.k === 'num' || e.k === 'str' || (e.k === 'id' && /^[A-Z][A-Z0-9_]*$/.test(e.name)) || (e.k === 'cast' && isConstant(e.arg));
}

function reliesOn(s: Step, names: (e: Expr) => boolean): boolean {
  return (s.kind === 'call' || s.kind === 'assign') && names(s.expr);
}

function firstUse(side: Sketch, under: readonly Step[], names: (e: Expr) => boolean): Step | null {
  return under.find((s) => isUse(side, s) && names(s.kind === 'assign' && s.to !== null ? s.to : s.expr)) ?? null;
}

function usedMembers(s: Step): readonly Expr[] {
  return s.kind === 'call' && s.expr.k === 'call' ? s.expr.args.flatMap(membersIn) : s.kind === 'assign' ? membersIn(s.expr) : [];
}

/** Members that are themselves compared. */
function comparedMembers(e: Expr): readonly Expr[] {
  switch (e.k) {
    case 'binary':
      return [...comparedMembers(e.left), ...comparedMembers(e.right)];
    case 'unary':
      return e.op === '!' ? comparedMembers(e.arg) : [];
    case 'call':
      return e.args.flatMap(comparedMembers);
    case 'member':
      return [e];
    default:
      return [];
  }
}

function membersIn(e: Expr): readonly Expr[] {
  switch (e.k) {
    case 'member':
      return [e];
    case 'unary':
      return e.op === '&' ? [] : membersIn(e.arg);
    case 'cast':
      return membersIn(e.arg);
    case 'binary':
      return [...membersIn(e.left), ...membersIn(e.right)];
    case 'call':
      return e.args.flatMap(membersIn);
    default:
      return [];
  }
}

function rootOf(e: Expr): string | null {
  return namesIn(e)[0] ?? null;
}

function lastMember(e: Expr): string {
  switch (e.k) {
    case 'member':
      return e.field;
    case 'unary':
    case 'cast':
      return lastMember(e.arg);
    case 'call':
      return `${printExpr(e.fn)}()`;
    default:
      return printExpr(e);
  }
}
