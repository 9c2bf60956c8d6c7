/**
 * `confirmed`: one interleaving fails; program and trace replay it in a fresh process.
 * `refuted`: every interleaving within the stated bounds was searched and none fails.
 * `unmodelled`: why not; a bound that was hit is one reason.
 */
export type Verdict =
  | { readonly state: 'confirmed'; readonly why: string; readonly trace: Trace; readonly program: Program; readonly assumptions: readonly string[] }
  | { readonly state: 'refuted'; readonly why: string; readonly assumptions: readonly string[] }
  | { readonly state: 'unmodelled'; readonly why: string };

/**
 * A complete, self-contained model: JSON-safe, replayable without patch or tree.
 *
 * Expressions are text over cell names and decimal integers with C's operators `! ~ - * + << >> < <= > >= == != & ^ | && ||`,
 * `?:` and parentheses, computed in 32-bit signed arithmetic. A step that would leave a cell's range is not taken: it is a
 * bound of the model, and makes a search that finds no failure incomplete.
 */
export interface Program {
  readonly schema: 'rmap-review/program/1';
  readonly name: string;
  /** Shared and actor-local cells; values are 0 … 2^bits - 1. */
  readonly cells: readonly {
    readonly name: string;
    readonly bits: number;
    readonly init: number /** Actor index, or null when shared. */;
    readonly owner: number | null;
  }[];
  /**
   * What a point may wait for. `blockers[i]` is nonzero while actor i stands in the way (it holds the lock, or is a
   * writer queued before a reader); a waiter goes on only when every blocker has gone. Wait-for cycles are read off it.
   */
  readonly waits: readonly { readonly name: string; readonly blockers: readonly string[] }[];
  readonly actors: readonly Actor[];
  /** Must hold when every actor has ended. */
  readonly final: readonly { readonly expr: string; readonly message: string }[];
}

export interface Actor {
  readonly name: string;
  /** "mm/rmap.c" or "models/waiter.c". */
  readonly file: string;
  /** Program points; an actor starts at 0 and has ended at `points.length`. */
  readonly points: readonly Point[];
}

/**
 * The alternatives at one program point, each atomic: enabled when `guard` is nonzero; `asserts` are judged on the state
 * before the step; `sets` run in order, each seeing the ones before it.
 */
export interface Point {
  readonly line: number;
  /** What a person reads: "down_read(&anon_vma->root->rwsem)". */
  readonly text: string;
  /** The entry of `Program.waits` this point may wait for; null when it never blocks. */
  readonly waits: string | null;
  readonly alts: readonly {
    readonly guard: string;
    readonly asserts: readonly { readonly expr: string; readonly message: string }[];
    readonly sets: readonly { readonly cell: string; readonly expr: string }[];
    readonly to: number;
    /** A choice the model made freely, shown with the trace ("folio_mapped(src) is true"); null when forced. */
    readonly choice: string | null;
  }[];
}

/** A schedule: which actor steps, and which alternative it takes. `text` is its short form, "0/2/1.1/…": actor, and after a dot the alternative where it is not 0. */
export interface Trace {
  readonly text: string;
  readonly steps: readonly TraceStep[];
  /** What fails after the last step: "deadlock: …", "leak: …". */
  readonly failure: string;
}

export interface TraceStep {
  readonly actor: number;
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly choice: string | null;
  /** Cells that changed, as "name: old → new", sorted. */
  readonly changes: readonly string[];
}
