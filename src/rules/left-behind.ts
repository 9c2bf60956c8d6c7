import { callerOf, isEven } from './caller-events.js';
import type { Judged } from './differ.js';
import { lastName } from './guard-events.js';
import type { Reviewed } from './with-callers.js';

/** A caller that an earlier patch left behind, by where it is and what is wrong in it; `mended`: the patch that adjusts it. */
export interface LeftBehind {
  readonly caller: string;
  readonly fingerprint: string;
  readonly resource: string;
  readonly mended: number | null;
}

/** What is left of a function's complaints, and which callers are left behind, after one function of a patch was looked at. */
export function settleLeftBehind(one: Reviewed, known: readonly LeftBehind[]): { readonly judged: readonly Judged[]; readonly known: readonly LeftBehind[] } {
  const { post } = one;
  const self = `${one.pair.path} ${one.name}`;
  const evens = (b: LeftBehind): boolean => b.caller === self && post !== null && isEven(post.summary, b.resource);
  // What looks new in a caller that is adjusted only now is what it did before it was left behind.
  const putsRight = (j: Judged): boolean =>
    j.finding.status === 'introduced' &&
    j.draft.event.certainty === 'contract' &&
    known.some((b) => evens(b) && lastName(b.resource) === lastName(j.finding.resource));
  const judged = one.judged.filter((j) => !putsRight(j));
  const added = judged.flatMap((j): LeftBehind[] => {
    if (j.draft.event.kind !== 'caller-broken' || j.finding.status !== 'introduced') return [];
    const { key, fingerprint } = callerOf(j.draft.event);
    return [{ caller: key, fingerprint, resource: j.finding.resource, mended: null }];
  });
  return { judged, known: [...known.map((b) => (b.mended === null && evens(b) ? { ...b, mended: one.pair.patch } : b)), ...added] };
}

/** The patch that adjusts the caller which `finding` is about; null: none does. */
export function adjustedBy(finding: Judged, known: readonly LeftBehind[]): number | null {
  const { fingerprint } = callerOf(finding.draft.event);
  return known.find((b) => b.fingerprint === fingerprint)?.mended ?? null;
}
