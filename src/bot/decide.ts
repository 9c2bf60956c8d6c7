import type { Report, ReportFinding } from '../report/index.js';
import { inPaths } from './policy.js';

/** What may be said about a series, or why nothing is. */
export type Decision = { readonly speak: readonly ReportFinding[]; readonly patch: number } | { readonly silent: string };

export interface DecideOptions {
  readonly paths: readonly string[];
  /** Fingerprints that a person has called invalid. */
  readonly suppressed: ReadonlySet<string>;
}

/**
 * Only what the series introduces and leaves behind at its end, what the model has confirmed, in a function that was there
 * whole, on a text and a base that are beyond doubt. The reply goes to the first patch that such a finding is in.
 */
export function decide(report: Report, options: DecideOptions): Decision {
  const { patches, base } = report.series;
  if (base.kind === 'none') return { silent: 'no base was found' };
  if (patches.length === 0) return { silent: 'no patch could be read' };
  const doubtful = patches.filter((p) => p.files.some((f) => /\.[ch]$/.test(f)) && !(CERTAIN.includes(p.certainty) && FITTING.includes(p.fit)));
  if (doubtful.length > 0)
    return {
      silent: `patch ${doubtful
        .map((p) => `${p.index} (text ${p.certainty}, fit ${p.fit})`)
        .slice(0, 5)
        .join(', ')}: not sure enough`,
    };
  const introduced = report.findings.filter((f) => f.status === 'introduced' && f.severity !== 'note');
  if (introduced.length === 0) {
    const transient = report.findings.filter((f) => f.status === 'transient').length;
    return { silent: transient > 0 ? `nothing is left at the end of the series (${transient} repaired by a later patch)` : 'no finding' };
  }
  const reasons: string[] = [];
  const speak = introduced.filter((f) => {
    const why = against(report, f, options);
    if (why !== null) reasons.push(`${f.rule} in ${f.function}(): ${why}`);
    return why === null;
  });
  const first = speak[0];
  return first === undefined ? { silent: reasons.slice(0, 8).join('; ') } : { speak, patch: first.patch };
}

const CERTAIN: readonly string[] = ['intact', 'blob-exact', 'tree-consistent'];
const FITTING: readonly string[] = ['exact', 'consistent'];

/** Why this finding stays unsaid; null: it may be said. */
function against(report: Report, f: ReportFinding, options: DecideOptions): string | null {
  if (f.verdict.state !== 'confirmed') return f.verdict.state;
  if (options.suppressed.has(f.fingerprint)) return 'called invalid before';
  if (!inPaths(f.file, options.paths)) return `${f.file} is not in the policy's paths`;
  const own = report.functions.filter((fn) => fn.file === f.file && fn.name === f.function);
  if (own.some((fn) => fn.completeness === 'fragments')) return 'only a part of the function was seen';
  return null;
}

/** The id that people answer with. */
export function findingId(fingerprint: string): string {
  return fingerprint.slice(0, 12);
}
