import type { Report, ReportFinding } from './report.js';

export type FailOn = 'error' | 'warning' | 'note';
export const FAIL_ON: readonly FailOn[] = ['error', 'warning', 'note'];

/**
 * 0: nothing new. 1: the series introduces a finding at least as severe as `failOn`. 3: nothing at all could be
 * read. (2, a usage or internal error, has no report.) What was read only in part gives 0 or 1, with gaps.
 */
export function exitCode(report: Report, failOn: FailOn): 0 | 1 | 3 {
  if (report.findings.some((finding) => fails(finding, failOn))) return 1;
  return nothingRead(report) ? 3 : 0;
}

/** Ends as netdev's checks do: 1 for what is confirmed, 250 for what is only suspected, 3 when nothing could be read. */
export function nipaCode(report: Report): 0 | 1 | 3 | 250 {
  const introduced = report.findings.filter((finding) => fails(finding, 'warning'));
  if (introduced.some((finding) => finding.verdict.state === 'confirmed')) return 1;
  if (introduced.length > 0) return 250;
  return nothingRead(report) ? 3 : 0;
}

/**
 * True when no patch of a review could be read, not even in part. A patch is "refused" when one of its hunks is, so
 * functions and findings count as well. (Files that a scan cannot read are told before there is a report.)
 */
export function nothingRead(report: Report): boolean {
  if (report.command === 'scan' || report.functions.length > 0 || report.findings.length > 0) return false;
  return report.series.patches.every((patch) => patch.certainty === 'refused');
}

function fails(finding: ReportFinding, failOn: FailOn): boolean {
  return finding.status === 'introduced' && FAIL_ON.indexOf(finding.severity) <= FAIL_ON.indexOf(failOn);
}
