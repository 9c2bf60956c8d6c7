import type { Judged } from './differ.js';

/** What the rules said of one function after one patch. */
export interface Verdicts {
  readonly patch: number;
  readonly judged: readonly Judged[];
}

/**
 * The patch after which what patch `patch` brought into a function is gone again; null: it lasts. `later`: what was said
 * of that function after later patches, in order. A complaint that only a comparison makes is gone when one says so.
 */
export function mendedBy(finding: Judged, later: readonly Verdicts[]): number | null {
  const { fingerprint } = finding.finding;
  const has = (v: Verdicts, fixed: boolean): boolean => v.judged.some((j) => (j.finding.status === 'fixed') === fixed && j.finding.fingerprint === fingerprint);
  const sure = finding.draft.event.certainty === 'sure';
  let mended: number | null = null;
  for (const v of later) {
    if (has(v, false)) mended = null;
    else if (mended === null && (sure || has(v, true))) mended = v.patch;
  }
  return mended;
}
