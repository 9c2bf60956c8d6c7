import type { Analysed } from '../absint/program.js';
import { isEven } from './caller-events.js';
import type { Judged } from './differ.js';

/** What the rules said of one function after one patch. */
export interface Verdicts {
  readonly patch: number;
  readonly judged: readonly Judged[];
  /** The function after that patch; null: it is gone. */
  readonly post: Analysed | null;
}

/**
 * The patch after which what patch `patch` brought into a function is gone again; null: it lasts. `later`: what was said
 * of that function after later patches, in order. A complaint that only a comparison makes is gone when one says so; what
 * is still left to the callers, on some other way out, is not gone.
 */
export function mendedBy(finding: Judged, later: readonly Verdicts[]): number | null {
  const { fingerprint, rule, resource } = finding.finding;
  const compared = COMPARED.has(finding.draft.event.kind);
  const isIt = (j: Judged): boolean => j.finding.fingerprint === fingerprint || (compared && j.finding.rule === rule && j.finding.resource === resource);
  const has = (v: Verdicts, fixed: boolean): boolean => v.judged.some((j) => (j.finding.status === 'fixed') === fixed && isIt(j));
  const sure = finding.draft.event.certainty === 'sure' && !compared;
  let mended: number | null = null;
  for (const v of later) {
    if (has(v, false)) mended = null;
    else if (mended === null && (has(v, true) || (sure && (v.post === null || isEven(v.post.summary, resource))))) mended = v.patch;
  }
  return mended;
}

/** What only the comparison with another side shows: a patch that says nothing of it has not mended it. */
const COMPARED: ReadonlySet<Judged['draft']['event']['kind']> = new Set(['not-rechecked', 'stale-use', 'unguarded'] as const);
