import { readFileSync } from 'node:fs';
import type { Report, ReportFinding } from '../report/index.js';
import { Failure } from './failure.js';

/** A report that `--format json` wrote, from a file or from standard input ("-"). */
export async function loadReport(path: string): Promise<Report> {
  const name = path === '-' ? 'standard input' : path;
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new Failure(3, `cannot read ${name}: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
  const { readReport } = await import('../report/read.js');
  const result = readReport(text);
  if ('error' in result) throw new Failure(3, `${name} is not a report: ${result.error}`, 'rmap-review INPUT --format json -o report.json writes one');
  return result.report;
}

/** By id ("F1") or by fingerprint. */
export function findFinding(report: Report, id: string): ReportFinding {
  const finding = report.findings.find((f) => f.id === id || f.fingerprint === id);
  if (finding !== undefined) return finding;
  const ids = report.findings.map((f) => f.id);
  throw new Failure(
    2,
    `no finding "${id}" in this report`,
    ids.length === 0 ? 'it has no findings' : `it has ${ids.slice(0, 12).join(', ')}${ids.length > 12 ? ' …' : ''}`,
  );
}
