import type { Expr } from '../parse/c/ast.js';
import type { Event, Machine } from './machine.js';
import type { State, StepEffect } from './state.js';
import type { TermId } from './term.js';

/** Where an effect happens: for messages, witnesses and the model. */
export interface Site {
  readonly line: number;
  readonly block: number;
  readonly place: string;
  readonly object: Expr | null;
  readonly call: string;
  /** The callee is a primitive of the knowledge. */
  readonly direct: boolean;
  /** The nesting level that the call states, "" for none. */
  readonly level: string;
  /** The callee does this in some of its cases only: which of them the call has may depend on more than is known. */
  readonly sometimes?: boolean;
}

/** Records a complaint, once for all paths that come to it. */
export function report(m: Machine, s: State, e: Omit<Event, 'line' | 'exitClass' | 'trace' | 'object'>, site: Site): void {
  // Many paths come to one complaint: the first of them stands for all.
  const key = `${e.kind} ${site.line} ${e.otherLine} ${e.resource} ${e.place} ${e.lockKind} ${e.certainty} ${e.detail}`;
  const like = m.said.get(key) ?? new Set();
  if (like.has(site.object)) return;
  m.said.set(key, like.add(site.object));
  m.events.push({ ...e, line: site.line, exitClass: '', trace: s.trace, object: site.object });
}

/** Puts a step on the path's trace. */
export function note(s: State, site: Site, text: string, effect?: StepEffect): void {
  s.trace = { line: site.line, note: text, block: site.block, prev: s.trace, ...(effect === undefined ? {} : { effect }) };
}

/** Records what the function does to a lock or a reference, for the summary. */
export function operation(m: Machine, op: 'takes' | 'releases' | 'gets' | 'puts', text: string, site: Site): void {
  const key = `${site.line} ${op} ${text}`;
  if (!m.ops.has(key)) m.ops.set(key, { op, text, line: site.line });
}

/** Keeps the expression that first named a lock or an object. */
export function remember(m: Machine, id: TermId, site: Site): void {
  if (site.object && !m.named.has(id)) m.named.set(id, site.object);
}
