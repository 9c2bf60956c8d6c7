import type { State } from './state.js';
import type { TermId } from './term.js';

/** One end of the function: what is held there and what it returns. */
export interface Exit {
  readonly state: State;
  readonly value: TermId | null;
  readonly line: number;
  readonly block: number;
}
