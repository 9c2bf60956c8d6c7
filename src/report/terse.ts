import type { Report, ReportFinding } from './report.js';
import { plural } from './layout.js';
import { printable } from './printable.js';
import { gapPlace, isScan, messageWithFunction, shownFindings } from './words.js';

export interface TerseOptions {
  /** Also what the series fixes and what was there before. */
  readonly all: boolean;
  /** Also one line for each gap. */
  readonly verbose: boolean;
}

/**
 * `file:line: TYPE: func() message [rule, verdict]`, one line each, as checkpatch --terse --showfile prints. No finding and
 * no gap: no output. Gaps are counted in a last line unless `verbose` lists them.
 */
export function renderTerse(report: Report, options: TerseOptions): string {
  const findings = shownFindings(report, options.all).filter((f) => options.all || f.status !== 'fixed');
  const gaps = options.verbose
    ? report.gaps.map((gap) => `${gap.file === '' ? '-' : printable(gap.file)}:0: GAP: ${gapText(gap)}`)
    : report.gaps.length > 0
      ? [`rmap-review: NOTE: ${plural(report.gaps.length, 'gap')}: not everything was analysed (--verbose lists them)`]
      : [];
  return [...findings.map((f) => terseLine(report, f)), ...gaps].map((line) => `${line}\n`).join('');
}

/** One finding's line; also what the UI copies. */
export function terseLine(report: Report, finding: ReportFinding): string {
  const type = finding.status === 'fixed' ? 'FIXED' : finding.severity.toUpperCase();
  const state = finding.verdict.state === 'confirmed' ? ', confirmed' : '';
  const status = finding.status === 'transient' || (finding.status === 'preexisting' && !isScan(report)) ? `, ${finding.status}` : '';
  return `${printable(finding.file)}:${finding.line}: ${type}: ${messageWithFunction(finding)} [${printable(finding.rule)}${status}${state}]`;
}

function gapText(gap: Report['gaps'][number]): string {
  const place = gapPlace({ ...gap, file: '' });
  return `${place === '' ? '' : `${place} `}${printable(gap.why)} [${gap.stage}]`;
}
