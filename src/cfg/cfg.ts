import type { Attribute, CFunction, CType, Expr } from '../parse/c/ast.js';

/**
 * Operands in a CFG are expressions without side effects and without control flow: no calls, assignments,
 * updates, `&&`, `||`, `?:` or statement expressions. Results of calls live in temporaries, identifiers
 * named "%1", "%2" …; scalar joins (`a ? b : c`, `a && b` as a value) are temporaries assigned on each arm.
 */
export type Operand = Expr;

export type Instr =
  | { readonly op: 'assign'; readonly to: Operand; readonly from: Operand; readonly line: number }
  /** `callee` is null for a call through a pointer, whose expression is `target`. `to` is a temporary or null. */
  | {
      readonly op: 'call';
      readonly to: string | null;
      readonly callee: string | null;
      readonly target: Operand | null;
      readonly args: readonly Operand[];
      readonly line: number;
      /** What the result is assigned to at once: the name that a person has for it. */
      readonly into?: Operand;
      /** Set where the call was not written but follows from a scope's end (`guard()`, `__free()`). */
      readonly cleanup: boolean;
    }
  | { readonly op: 'declare'; readonly name: string; readonly type: CType; readonly attributes: readonly Attribute[]; readonly line: number }
  /** Read for its own sake (`(void)x;`, an unused operand). */
  | { readonly op: 'use'; readonly value: Operand; readonly line: number }
  /** Unknown code (asm): these operands may have any value afterwards. */
  | { readonly op: 'havoc'; readonly places: readonly Operand[]; readonly why: string; readonly line: number };

export type Terminator =
  | { readonly k: 'jump'; readonly to: number }
  | { readonly k: 'branch'; readonly cond: Operand; readonly then: number; readonly else: number; readonly line: number }
  /** The first matching case is taken; `low` null is default. */
  | {
      readonly k: 'switch';
      readonly value: Operand;
      readonly cases: readonly { readonly low: Operand | null; readonly high: Operand | null; readonly to: number }[];
      readonly line: number;
    }
  /** Chosen outside the code: an `#if` (`key` is its condition; equal keys choose alike) or an iterator macro's "another element?" (`key` null). `unless`: known not to hold, it leaves the first way only. */
  | { readonly k: 'choice'; readonly key: string | null; readonly to: readonly number[]; readonly unless?: Expr; readonly line: number }
  | { readonly k: 'return'; readonly value: Operand | null; readonly line: number }
  | { readonly k: 'unreachable'; readonly line: number };

export interface BasicBlock {
  readonly id: number;
  readonly instrs: readonly Instr[];
  readonly term: Terminator;
  /** Line of the first statement, 0 for synthetic blocks. */
  readonly line: number;
}

/** One function's control-flow graph. `blocks[i].id === i`; block 0 is the entry; `order` is reverse post-order of the reachable blocks. */
export interface Cfg {
  readonly fn: CFunction;
  readonly blocks: readonly BasicBlock[];
  readonly order: readonly number[];
  /** Edges "from>to" that close a loop (their target comes first in `order`). */
  readonly backEdges: ReadonlySet<string>;
  /** Loop heads to the blocks of their loops. */
  readonly loops: ReadonlyMap<number, ReadonlySet<number>>;
}
