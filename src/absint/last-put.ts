import type { Contract, Outcome } from '../kernel/contract.js';
import { mayRelease } from './atomic.js';
import type { Machine } from './machine.js';
import { put, survives } from './ownership.js';
import { baseObject } from './objects.js';
import type { Site } from './recorded.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

/** A call that puts `count` references on `object`; some of them answer whether it was the last. */
export function putCounted(m: Machine, s: State, object: TermId, kind: string, count: number | null, site: Site, contract: Contract, outcome: Outcome): void {
  const last = saysLast(contract, outcome);
  mayRelease(m, s, [baseObject(m, object)], false);
  put(m, s, object, kind, count, false, site, last);
  // Who hears that others are left, or that nobody is, may look at the object; a release function that has run has freed it.
  if (site.direct && (outcome.when.is === 'zero' || (last && !outcome.effects.some((e) => e.op === 'call')))) survives(s, site.line);
}

function saysLast(contract: Contract, outcome: Outcome): boolean {
  return (
    outcome.when.is !== 'zero' &&
    outcome.when.is !== 'any' &&
    contract.outcomes.length > 1 &&
    contract.outcomes.every((o) => o.effects.some((e) => e.op === 'put'))
  );
}
