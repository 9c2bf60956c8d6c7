import type { Event } from '../absint/machine.js';
import type { LockPair } from '../absint/order-summary.js';
import type { Summary } from '../absint/summary.js';
import type { OrderEvidence } from '../lockgraph/evidence.js';

/** What the rule makes its message of. */
export interface ReclaimDetail {
  readonly callee: string;
  readonly held: string;
  readonly heldLine: number;
  readonly source: string;
  /** Through which functions the allocation is made, "" for the function itself. */
  readonly through: string;
}

/** Allocations of `side` that may enter reclaim under a lock that reclaim itself is documented to take, unless `other` makes them too. */
export function reclaimEvents(side: Summary, other: Summary | null, evidence: OrderEvidence, name: string): Event[] {
  return side.reclaims.flatMap((p) => {
    if (!p.sure || !p.held.named || other?.reclaims.some((o) => o.held.resource === p.held.resource) === true) return [];
    const known = evidence(p.held, p.taken, name).documented;
    return known?.reversed === true ? [event(p, known.source)] : [];
  });
}

function event(p: LockPair, source: string): Event {
  const detail: ReclaimDetail = {
    callee: p.taken.by.replace(/\(\)$/, ''),
    held: p.held.resource,
    heldLine: p.held.line,
    source,
    through: p.through.map((w) => `${w.name}()`).join(' → '),
  };
  return {
    kind: 'reclaim-inside',
    resource: p.held.resource,
    place: p.held.place,
    lockKind: p.held.kind,
    line: p.taken.line,
    otherLine: p.held.line,
    exitClass: '',
    certainty: 'sure',
    detail: JSON.stringify(detail),
    object: p.held.object,
    trace: {
      line: p.taken.line,
      note: `${p.taken.by} may enter reclaim while ${p.held.resource} is held since line ${p.held.line}`,
      block: p.trace?.block ?? -1,
      prev: p.trace,
    },
  };
}
