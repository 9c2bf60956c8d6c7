import type { Machine } from '../absint/machine.js';
import type { TermId } from '../absint/term.js';
import type { Op, Sites } from './local.js';

/** What a finding is about where that is no lock and no reference of the function: what a person calls it. */
export const FOLLOWED = 'what it read before';
export const GUARDED = 'what the lock guards';
export const PROCESSOR = 'the processor';

export const NO_SITES: Sites = { tests: new Map(), rely: new Set(), alone: new Set(), sleeps: new Set() };

/** The steps at one place of the code that are about what the finding follows. */
export function stepsAt(m: Machine, sites: Sites | null, block: number, at: number): readonly Op[] {
  if (sites?.rely.has(`${block} ${at}`) === true) return [{ k: 'rely', id: followed(m) }];
  if (sites?.alone.has(`${block} ${at}`) === true) return [{ k: 'alone', id: m.terms.sym('guarded', GUARDED, null, 'unknown') }];
  if (sites?.sleeps.has(`${block} ${at}`) !== true) return [];
  const id = m.terms.sym('processor', PROCESSOR, null, 'unknown');
  return [
    { k: 'release', id, kind: 'other', mode: 'exclusive', status: 'mine' },
    { k: 'acquire', id, kind: 'other', mode: 'exclusive', tryLock: false, again: false, sharedBefore: false },
  ];
}

/** What the test at the end of `from` says of the value on the way to `to`; null inside a test of several parts. */
export function testedOn(m: Machine, sites: Sites, from: number, to: number): Op | null {
  const still = sites.tests.get(from);
  return still === undefined || (to !== still && sites.tests.get(to) === still) ? null : { k: 'test', id: followed(m), still: to === still };
}

function followed(m: Machine): TermId {
  return m.terms.sym('followed', FOLLOWED, null, 'unknown');
}
