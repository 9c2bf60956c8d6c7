/**
 * Our own compact syntax tree of kernel C. Built from tree-sitter's tree inside `parse`, which frees
 * that tree; everything right of `parse` sees only these plain values.
 *
 * Every node carries the 1-based line of its first character in the *original* text.
 */
export type Expr =
  | { readonly k: 'id'; readonly name: string; readonly line: number }
  | { readonly k: 'num'; readonly value: number; readonly text: string; readonly line: number }
  | { readonly k: 'str'; readonly text: string; readonly line: number }
  | { readonly k: 'call'; readonly fn: Expr; readonly args: readonly Expr[]; readonly line: number }
  /** `obj->field` (arrow) or `obj.field`. */
  | { readonly k: 'member'; readonly obj: Expr; readonly arrow: boolean; readonly field: string; readonly line: number }
  | { readonly k: 'index'; readonly obj: Expr; readonly index: Expr; readonly line: number }
  | { readonly k: 'unary'; readonly op: '!' | '-' | '~' | '+' | '*' | '&'; readonly arg: Expr; readonly line: number }
  | { readonly k: 'update'; readonly op: '++' | '--'; readonly prefix: boolean; readonly arg: Expr; readonly line: number }
  /** All binary operators, `&&`, `||` and `,` among them. */
  | { readonly k: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr; readonly line: number }
  /** `=` and the compound forms (`+=`, `|=` …). */
  | { readonly k: 'assign'; readonly op: string; readonly left: Expr; readonly right: Expr; readonly line: number }
  /** `test ? then : else`; `then` is null for `test ?: else`. */
  | { readonly k: 'cond'; readonly test: Expr; readonly then: Expr | null; readonly else: Expr; readonly line: number }
  | { readonly k: 'cast'; readonly type: CType; readonly arg: Expr; readonly line: number }
  /** `sizeof`, `typeof`, `offsetof`, a type given as a macro argument: no effect, no known value. */
  | { readonly k: 'opaque'; readonly text: string; readonly line: number }
  /** GNU statement expression `({ … })`. */
  | { readonly k: 'stmtexpr'; readonly body: readonly Stmt[]; readonly line: number }
  /** Initializer list or compound literal. `field` is null for positional entries. */
  | {
      readonly k: 'init';
      readonly type: CType | null;
      readonly items: readonly { readonly field: string | null; readonly value: Expr }[];
      readonly line: number;
    };

export type Stmt =
  | { readonly k: 'expr'; readonly expr: Expr; readonly line: number }
  | { readonly k: 'decl'; readonly vars: readonly Variable[]; readonly line: number }
  | { readonly k: 'block'; readonly body: readonly Stmt[]; readonly line: number; readonly endLine: number }
  | { readonly k: 'if'; readonly test: Expr; readonly then: Stmt; readonly else: Stmt | null; readonly line: number }
  | { readonly k: 'while'; readonly test: Expr; readonly body: Stmt; readonly line: number }
  | { readonly k: 'do'; readonly body: Stmt; readonly test: Expr; readonly line: number }
  /** `init` is a declaration or an expression statement. */
  | { readonly k: 'for'; readonly init: Stmt | null; readonly test: Expr | null; readonly step: Expr | null; readonly body: Stmt; readonly line: number }
  | { readonly k: 'switch'; readonly value: Expr; readonly body: Stmt; readonly line: number }
  /** `case low:` / `case low ... high:`; `low` null is `default:`. */
  | { readonly k: 'case'; readonly low: Expr | null; readonly high: Expr | null; readonly line: number }
  | { readonly k: 'goto'; readonly label: string; readonly line: number }
  | { readonly k: 'label'; readonly label: string; readonly line: number }
  | { readonly k: 'return'; readonly value: Expr | null; readonly line: number }
  | { readonly k: 'break'; readonly line: number }
  | { readonly k: 'continue'; readonly line: number }
  /** A macro with a body: an iterator (`list_for_each_entry(…) { }`), a scope (`scoped_guard(…) { }`) or a run-once macro. Which one is the reader's to decide. */
  | { readonly k: 'macro'; readonly name: string; readonly args: readonly Expr[]; readonly body: Stmt; readonly line: number }
  /** `#if cond … #else … #endif` around whole statements. `cond` is the normalised condition text, e.g. "CONFIG_NUMA". Both sides count. */
  | { readonly k: 'config'; readonly cond: string; readonly then: readonly Stmt[]; readonly else: readonly Stmt[]; readonly line: number }
  /** Inline assembly or anything the grammar could not read; may write every local it names. */
  | { readonly k: 'unknown'; readonly text: string; readonly line: number };

/** A type as far as lock analysis needs it: `struct folio **` is { base: "struct folio", pointers: 2 }. Qualifiers are dropped. */
export interface CType {
  readonly base: string;
  readonly pointers: number;
  readonly array: boolean;
}

export interface Variable {
  readonly name: string;
  readonly type: CType;
  readonly init: Expr | null;
  readonly static: boolean;
  /** Attributes read from the original text: `__free(kfree)`, `__cleanup(f)`, `__guarded_by(x)` … */
  readonly attributes: readonly Attribute[];
  readonly line: number;
}

/** `__acquires(x)`, `__must_hold(&p->lock)`, `__init`, `__since(6.4)` … `args` are null where an argument is no C expression. */
export interface Attribute {
  readonly name: string;
  readonly args: readonly (Expr | null)[];
  readonly text: string;
  readonly line: number;
}

/** A function definition, a prototype (`body` null) or a function-like macro that reads as an expression or statements. */
export interface CFunction {
  readonly kind: 'function' | 'prototype' | 'macro';
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: CType }[];
  readonly variadic: boolean;
  readonly returns: CType;
  readonly static: boolean;
  readonly inline: boolean;
  readonly attributes: readonly Attribute[];
  /** For a macro that is an expression: one `return` statement with it. */
  readonly body: Extract<Stmt, { k: 'block' }> | null;
  readonly line: number;
  readonly endLine: number;
  /** The `#if` conditions that surround the definition, outermost first ("CONFIG_X", "!CONFIG_X"). */
  readonly config: readonly string[];
  /** 0 unless an `#if` splits a construct inside the body: then each reading is a variant of its own. */
  readonly variant: number;
  /** True when part of the body could not be read; a gap says why. */
  readonly damaged: boolean;
}

export interface StructType {
  /** "struct folio", "union x". */
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: CType; readonly attributes: readonly Attribute[] }[];
  readonly line: number;
}

/** One file's C text, read. Lists are in source order. */
export interface CFile {
  readonly path: string;
  readonly functions: readonly CFunction[];
  readonly structs: readonly StructType[];
  /** `typedef` name to the type it names. */
  readonly typedefs: readonly { readonly name: string; readonly type: CType }[];
  readonly globals: readonly Variable[];
  /** Object-like macros with a constant body, and enumerators: name to value (null where it is no plain number). */
  readonly constants: ReadonlyMap<string, number | null>;
}
