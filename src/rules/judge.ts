import { createHash } from 'node:crypto';
import type { Event } from '../absint/machine.js';
import type { Step } from '../absint/state.js';
import type { Complaint, Rule } from './rule.js';
import type { WitnessStep } from './finding.js';
import { RULES } from './index.js';

/** One complaint about one function on one side, before it is compared with the other side. */
export interface Draft extends Complaint {
  readonly rule: Rule;
  readonly event: Event;
  readonly fingerprint: string;
}

/** What the rules say of a function's events: one draft per rule, resource and exit class, in a stable order. */
export function judgeEvents(name: string, events: readonly Event[]): Draft[] {
  const drafts: Draft[] = [];
  for (const event of events)
    for (const rule of RULES) {
      const complaint = rule.judge(event);
      if (complaint) drafts.push({ ...complaint, rule, event, fingerprint: fingerprint(name, rule.meta.id, event) });
    }
  const best = new Map<string, Draft>();
  for (const d of drafts) {
    const old = best.get(d.fingerprint);
    if (!old || rank(d) < rank(old)) best.set(d.fingerprint, d);
  }
  return [...best.values()].sort((a, b) => a.event.line - b.event.line || (a.fingerprint < b.fingerprint ? -1 : 1));
}

/** The drafts of `side` whose fingerprints `other` lacks. A reference that is certainly lost is not one that may be handed on. */
export function newIn(side: readonly Draft[], other: readonly Draft[]): Draft[] {
  const known = new Set(other.map((d) => d.fingerprint));
  const certain = new Set(other.filter((d) => d.event.certainty === 'sure').map((d) => d.fingerprint));
  return side.filter((d) => !(d.event.kind === 'owned-at-exit' && d.event.certainty === 'sure' ? certain : known).has(d.fingerprint));
}

/** The witness, oldest step first; steps without news are left out. */
export function witness(step: Step | null): WitnessStep[] {
  const path: WitnessStep[] = [];
  for (let s = step; s; s = s.prev) path.push({ line: s.line, note: s.note, block: s.block });
  return path.reverse();
}

/** Certain before possible, then the shorter line of events, then the earlier line. */
function rank(d: Draft): number {
  return (d.event.certainty === 'sure' ? 0 : 1e6) + d.event.line;
}

/** Function, rule, resource and exit class; never a line number or a local name. */
function fingerprint(name: string, rule: string, e: Event): string {
  return createHash('sha256')
    .update(
      [name, rule, e.resource, e.exitClass, e.kind === 'put-not-owned' || (e.kind === 'use-after-put' && e.detail === 'count') ? e.detail : ''].join('\0'),
    )
    .digest('hex')
    .slice(0, 16);
}
