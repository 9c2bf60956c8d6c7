import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import { reachable } from '../cfg/reach.js';
import { turningBack } from './retests.js';
import { alignSteps, stepsOf } from './steps.js';

/** A test that is new, and sends away with a failure what went on before. */
export interface EarlyExit {
  /** In C. */
  readonly condition: string;
  /** The constant that is returned; "" where the lines shown do not say. */
  readonly value: string;
}

/**
 * Tests that only `after` has, one side of which ends the function with a failure, while the other goes on to what both
 * versions do. `hidden`: not all lines are shown, so that a jump to a label out of sight counts.
 */
export function earlyExits(before: Cfg, after: Cfg, hidden: boolean): EarlyExit[] {
  const a = stepsOf(before);
  const b = stepsOf(after);
  const pairs = alignSteps(a, b);
  const kept = new Set(pairs.values());
  // A test that stands as often as before was moved at most.
  const moreOften = (key: string): boolean => b.filter((s) => s.key === key).length > a.filter((s) => s.key === key).length;
  return b
    .filter((s) => s.kind === 'branch' && !kept.has(s) && moreOften(s.key))
    .flatMap((s): EarlyExit[] => {
      const block = after.blocks[s.block] as BasicBlock;
      const { term } = block;
      // Who starts over is not sent away.
      if (term.k !== 'branch' || turningBack(after, block) !== null) return [];
      return [[term.then, term.else, true] as const, [term.else, term.then, false] as const].flatMap(([to, other, holds]): EarlyExit[] => {
        const out = regionOf(after, to);
        const on = regionOf(after, other);
        if (
          [...out].some((id) => !on.has(id) && id !== to) ||
          b.filter((x) => kept.has(x) && x.kind !== 'assign' && on.has(x.block) && !out.has(x.block)).length < SKIPPED
        )
          return [];
        const value = failureOf(after, to);
        return value === null || (value === '' && !hidden) ? [] : [{ condition: holds ? printExpr(s.expr) : negated(s.expr), value }];
      });
    });
}

/** An `if` without `else` skips a call or two, and goes on. */
const SKIPPED = 3;

/** A step leads to a block and to all that comes after it. */
function regionOf(cfg: Cfg, from: number): ReadonlySet<number> {
  return new Set([from, ...reachable(cfg, from)]);
}

/** What is returned at the end of a straight way from here; "" where that is not said, null where it is no failure. */
function failureOf(cfg: Cfg, from: number): string | null {
  const assigned = new Map<string, Expr>();
  const seen = new Set<number>();
  for (let id = from; !seen.has(id); ) {
    seen.add(id);
    const block = cfg.blocks[id] as BasicBlock;
    for (const i of block.instrs) if (i.op === 'assign' && i.to.k === 'id') assigned.set(i.to.name, i.from);
    if (block.term.k === 'jump') {
      id = block.term.to;
      continue;
    }
    if (block.term.k !== 'return') break;
    const value = block.term.value;
    if (value === null) return cfg.fn.returns.base === 'void' && cfg.fn.returns.pointers === 0 ? null : '';
    const text = printExpr(value.k === 'id' ? (assigned.get(value.name) ?? value) : value);
    return FAILS.test(text) ? text : null;
  }
  return '';
}

/** A negative constant, NULL, an error pointer, false. */
const FAILS = /^-[E1-9]|^NULL$|^ERR_PTR\(|^false$/;

function negated(e: Expr): string {
  return e.k === 'unary' && e.op === '!' ? printExpr(e.arg) : e.k === 'id' || e.k === 'call' || e.k === 'member' ? `!${printExpr(e)}` : `!(${printExpr(e)})`;
}
