import type { Expr } from './ast.js';
import type { Gap } from '../gap.js';
import type { Engine } from './engine.js';

/** Says by name and lines (of the file) which bodies are read; the others become `body: null`. */
export type WantFunction = (name: string, line: number, endLine: number) => boolean;

/** What reading one text needs besides the text itself. */
export interface Context {
  readonly engine: Engine;
  readonly path: string;
  readonly text: string;
  readonly line: (offset: number) => number;
  readonly gaps: Gap[];
  readonly argument: (start: number, end: number) => Expr | null;
  readonly typedefs: ReadonlySet<string>;
}
