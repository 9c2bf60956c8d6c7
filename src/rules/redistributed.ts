import type { ExitToken, ExitView, Summary } from '../absint/summary.js';
import type { Judged } from './differ.js';

/** One function of a patch; null on the side where it does not exist. */
export interface Part {
  readonly before: Summary | null;
  readonly after: Summary | null;
  readonly judged: readonly Judged[];
}

/**
 * Where one function of a patch leaves more to its callers and another one less of the same kind, what is taken here
 * and put there was settled anew: complaints that only callers could make are notes then, and no good news. What is wrong in itself stays.
 */
export function redistributed(parts: readonly Part[]): readonly (readonly Judged[])[] {
  const signs = parts.map(signsOf);
  return parts.map((part, i) =>
    part.judged.flatMap((j): Judged[] => {
      const { event } = j.draft;
      const { status, severity } = j.finding;
      const kind = SIGNS.get(event.kind);
      if (kind === undefined || event.certainty === 'sure' || severity === 'note' || (status !== 'introduced' && status !== 'fixed')) return [j];
      const opposite = `${status === 'introduced' ? -kind : kind} ${event.lockKind}`;
      if (!signs.some((s, k) => k !== i && s.has(opposite))) return [j];
      return status === 'introduced' ? [{ ...j, finding: { ...j.finding, severity: 'note' } }] : [];
    }),
  );
}

/** Complaints about something left over, and about something missing. */
const SIGNS: ReadonlyMap<string, 1 | -1> = new Map([
  ['owned-at-exit', 1],
  ['held-at-exit', 1],
  ['put-not-owned', -1],
  ['release-not-held', -1],
]);

/** Of each kind of lock or reference, whether some way out leaves more (1) or less (-1) to the caller than before. */
function signsOf({ before, after }: Part): ReadonlySet<string> {
  const out = new Set<string>();
  if (before?.bounded || after?.bounded) return out;
  const kinds = new Set([...(before?.exits ?? []), ...(after?.exits ?? [])].flatMap((x) => x.tokens.map((t) => t.lockKind)));
  for (const kind of kinds)
    for (const [was, is] of comparable(before, after)) {
      const a = was.map((x) => net(x, kind));
      const b = is.map((x) => net(x, kind));
      if (Math.max(...b) > Math.max(...a) || Math.min(...b) > Math.min(...a)) out.add(`1 ${kind}`);
      if (Math.max(...b) < Math.max(...a) || Math.min(...b) < Math.min(...a)) out.add(`-1 ${kind}`);
    }
  return out;
}

/** Ways out with the same result on both sides; a function that is not there leaves nothing. */
function comparable(before: Summary | null, after: Summary | null): [readonly ExitView[], readonly ExitView[]][] {
  const nothing: ExitView[] = [
    { exit: '', line: 0, gains: [], drops: [], needs: [], tokens: [], pointer: false, when: [], value: null, sites: [], trace: null },
  ];
  if (before === null || after === null) return [[before?.exits ?? nothing, after?.exits ?? nothing]];
  return [...new Set(before.exits.map((x) => x.exit))].flatMap((exit): [ExitView[], ExitView[]][] => {
    const was = before.exits.filter((x) => x.exit === exit);
    const is = after.exits.filter((x) => x.exit === exit);
    return is.length > 0 ? [[was, is]] : [];
  });
}

function net(exit: ExitView, kind: string): number {
  const count = (t: ExitToken): number => (t.change === 'gain' ? 1 : -1);
  return exit.tokens.filter((t) => t.lockKind === kind).reduce((n, t) => n + count(t), 0);
}
