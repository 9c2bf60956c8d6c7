import type { ReportFinding } from '../report/index.js';
import type { Tone } from './line.js';

export function findingTone(finding: ReportFinding): Tone {
  return finding.status === 'fixed' ? 'good' : finding.severity;
}
