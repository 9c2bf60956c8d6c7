/** The stage that could not look at something. */
export type Stage = 'parse' | 'kernel' | 'cfg' | 'effect' | 'absint' | 'lockgraph' | 'rules' | 'model' | 'host';

/**
 * Something that was not analysed, and why. Gaps are shown, never hidden: a stage that meets
 * what it cannot handle returns a gap beside its value instead of throwing.
 */
export interface Gap {
  readonly stage: Stage;
  /** Path in the tree, or "" when the gap concerns the whole input. */
  readonly file: string;
  /** Function name, or "". */
  readonly function: string;
  /** One sentence for a person, no trailing period. */
  readonly why: string;
}
