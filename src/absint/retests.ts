import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import { reachable } from '../cfg/reach.js';
import { CONTEXT_KINDS } from '../kernel/contract.js';
import type { EffectTable } from '../effect/effect.js';
import { without } from './fact.js';
import type { Machine } from './machine.js';
import { isLocalPlace } from './derived.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

/**
 * Blocks that end in a test of memory which was made before, and which only one answer of that test leads to, by ways
 * that all take a lock: who asks again there knows that the answer may have changed.
 */
export function retestsOf(cfg: Cfg, effects: EffectTable): ReadonlySet<number> {
  const tests = cfg.order.flatMap((id) => {
    const t = (cfg.blocks[id] as BasicBlock).term;
    return t.k === 'branch' && readsMember(t.cond) ? [{ id, text: printExpr(bare(t.cond)), sides: [t.then, t.else] as const }] : [];
  });
  const again = tests.filter((b) => tests.some((a) => a.id !== b.id && a.text === b.text));
  if (again.length === 0) return NONE;
  const waits = new Set(
    cfg.order.filter((id) =>
      (cfg.blocks[id] as BasicBlock).instrs.some(
        (i) =>
          i.op === 'call' && (effects.contracts.get(i)?.outcomes ?? []).some((o) => o.effects.some((e) => e.op === 'acquire' && !CONTEXT_KINDS.has(e.kind))),
      ),
    ),
  );
  if (waits.size === 0) return NONE;
  return new Set(
    again
      .filter((b) =>
        again.some((a) => {
          if (a.id === b.id || a.text !== b.text) return false;
          const [then, other] = a.sides.map((side) => reach(cfg, side, new Set([a.id])));
          const own = then?.has(b.id) ? a.sides[0] : a.sides[1];
          return (
            then !== undefined &&
            other !== undefined &&
            then.has(b.id) !== other.has(b.id) &&
            (waits.has(b.id) || !reach(cfg, own, new Set([a.id, ...waits])).has(b.id)) &&
            !reach(cfg, 0, new Set([a.id])).has(b.id)
          );
        }),
      )
      .map((b) => b.id),
  );
}

/** What a former test found out about the memory that `cond` reads is no longer relied on. */
export function forgetTest(m: Machine, s: State, cond: TermId): void {
  const read = new Set<TermId>();
  const collect = (id: TermId): void => {
    const t = m.terms.get(id);
    if (t.k === 'load') {
      if (!isLocalPlace(m, t.loc)) read.add(id);
    } else if (t.k === 'op') for (const a of t.args) collect(a);
  };
  collect(cond);
  const about = (id: TermId): boolean => {
    if (read.has(id)) return true;
    const t = m.terms.get(id);
    return t.k === 'op' && t.args.some(about);
  };
  if (read.size > 0) s.facts = without(s.facts, about);
}

const NONE: ReadonlySet<number> = new Set();

/** `from`, and what control comes to from there without leaving a block of `stop`. */
function reach(cfg: Cfg, from: number, stop: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([from, ...reachable(cfg, from, undefined, stop)]);
}

function bare(e: Expr): Expr {
  return e.k === 'unary' && e.op === '!' ? bare(e.arg) : e;
}

/** Memory of an object is compared, or tested for a flag, with nothing but constants. */
function readsMember(e: Expr): boolean {
  switch (e.k) {
    case 'member':
      return e.arrow && e.obj.k === 'id';
    case 'unary':
    case 'cast':
      return readsMember(e.arg);
    case 'binary':
      return (readsMember(e.left) && constant(e.right)) || (readsMember(e.right) && constant(e.left));
    default:
      return false;
  }
}

function constant(e: Expr): boolean {
  return (
    e.k === 'num' ||
    (e.k === 'id' && /^[A-Z][A-Z0-9_]*$/.test(e.name)) ||
    ((e.k === 'unary' || e.k === 'cast') && constant(e.arg)) ||
    (e.k === 'binary' && constant(e.left) && constant(e.right))
  );
}
