/** One step of a witness: where, and what happens there. */
export interface WitnessStep {
  /** 1-based line in the file of the side that shows the finding. */
  readonly line: number;
  readonly note: string;
  /** CFG block, for the model; -1 where there is none. */
  readonly block: number;
}

export type Status = 'introduced' | 'fixed' | 'transient' | 'preexisting';
export type Severity = 'error' | 'warning' | 'note';

/** A message is a code plus typed arguments; English comes when it is rendered. */
export type MessageArgs = Readonly<Record<string, string | number | readonly string[]>>;

export interface Finding {
  readonly rule: string;
  /** The rule's message code, e.g. "heldAtReturn". */
  readonly code: string;
  readonly args: MessageArgs;
  readonly severity: Severity;
  readonly status: Status;
  /** Index of the patch that shows it, 0 for a scan. */
  readonly patch: number;
  readonly file: string;
  readonly function: string;
  /** Line in the post-image (for `fixed`: in the pre-image). */
  readonly line: number;
  /** Line in the mail's body, null when the mail does not show that line. */
  readonly mailLine: number | null;
  /** Lock class or reference kind, as in "anon_vma->root->rwsem" or "folio reference". */
  readonly resource: string;
  /** Access path in the function, as in "root_anon_vma->rwsem". */
  readonly place: string;
  /** "return NULL", "error return", "any return" … */
  readonly exitClass: string;
  readonly path: readonly WitnessStep[];
  /** Stable: function, rule, resource and exit class; never a line or a local name. Hex. */
  readonly fingerprint: string;
}
