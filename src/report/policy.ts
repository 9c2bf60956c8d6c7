import { compare } from '../parse/compare.js';
import type { Report, ReportFinding } from './report.js';

/** What a project has decided about findings. */
export interface Policy {
  /** By rule id. "off": its findings are not reported. */
  readonly rules: Readonly<Record<string, 'off' | 'error' | 'warning' | 'note'>>;
  readonly suppress: readonly Suppression[];
}

/** One finding that the project has judged; `fingerprint` may be its first characters, at least eight. */
export interface Suppression {
  readonly fingerprint: string;
  readonly reason: string;
}

/**
 * A finding as its verdict leaves it: what the model searched through and could not make fail is worth reading, and no
 * error. Everything that counts errors (exit status, summaries, mails) reads the severity, so it is settled here.
 */
export function settled(finding: ReportFinding): ReportFinding {
  return finding.verdict.state === 'refuted' && finding.severity !== 'note' ? { ...finding, severity: 'note' } : finding;
}

export const NO_POLICY: Policy = { rules: {}, suppress: [] };

/**
 * The report as the project wants it. Nothing goes without a trace: what was suppressed or switched off is a gap with its
 * reason, and so is a suppression that matches nothing any more.
 */
export function applyPolicy(report: Report, policy: Policy): Report {
  if (Object.keys(policy.rules).length === 0 && policy.suppress.length === 0) return report;
  const used = new Set<Suppression>();
  const gaps: Report['gaps'][number][] = [];
  const off = new Map<string, number>();
  const findings = report.findings.flatMap((finding): readonly ReportFinding[] => {
    const setting = policy.rules[finding.rule];
    if (setting === 'off') {
      off.set(finding.rule, (off.get(finding.rule) ?? 0) + 1);
      return [];
    }
    const suppression = policy.suppress.find((s) => finding.fingerprint.startsWith(s.fingerprint));
    if (suppression !== undefined && finding.status !== 'fixed') {
      used.add(suppression);
      gaps.push({ stage: 'rules', file: finding.file, function: finding.function, why: `${finding.rule} suppressed by the project: ${suppression.reason}` });
      return [];
    }
    return [setting === undefined ? finding : settled({ ...finding, severity: setting })];
  });
  for (const [rule, count] of off)
    gaps.push({ stage: 'rules', file: '', function: '', why: `rule ${rule} is switched off by the project; ${count} of its findings are not shown` });
  for (const s of policy.suppress)
    if (!used.has(s)) gaps.push({ stage: 'rules', file: '', function: '', why: `suppression ${s.fingerprint} matches nothing in this run: ${s.reason}` });
  return {
    ...report,
    findings,
    gaps: [...report.gaps, ...gaps].sort(
      (a, b) => compare(a.file, b.file) || compare(a.function, b.function) || compare(a.stage, b.stage) || compare(a.why, b.why),
    ),
  };
}
