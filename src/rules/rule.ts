import type { Event } from '../absint/machine.js';
import type { MessageArgs, Severity } from './finding.js';

export interface RuleMeta {
  readonly id: string;
  /** One sentence. */
  readonly summary: string;
  readonly severity: Severity;
  /** Codes of messages that tell rather than complain. */
  readonly notes?: readonly string[];
  /** Message code to English with `{name}` placeholders for the arguments. */
  readonly messages: Readonly<Record<string, string>>;
}

/** What a rule says of one event. */
export interface Complaint {
  readonly code: string;
  readonly args: MessageArgs;
}

/** One rule: which events it judges, and what it says of them. Null: not this rule's business, or nothing wrong. */
export interface Rule {
  readonly meta: RuleMeta;
  readonly judge: (event: Event) => Complaint | null;
}
