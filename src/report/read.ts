import type { Report, ReportFinding } from './report.js';
import { type ReportJson, reportSchema } from './schema.js';

/** A saved report, or one sentence that says what is wrong with the text. Unknown keys are ignored. */
export function readReport(text: string): { readonly report: Report } | { readonly error: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { error: `not JSON: ${error instanceof Error ? error.message : 'cannot be parsed'}` };
  }
  const name = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (name !== 'rmap-review/report/1') return { error: `"schema" is ${JSON.stringify(name) ?? 'missing'}, not "rmap-review/report/1"` };
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { error: `${issue?.path.join('.') ?? 'report'}: ${issue?.message ?? 'does not fit the schema'}` };
  }
  const findings: ReportFinding[] = [];
  for (const finding of parsed.data.findings) {
    const verdict = readVerdict(finding.verdict);
    if (verdict === null) return { error: `finding ${finding.id} is confirmed but carries no trace or no program` };
    findings.push({ ...finding, verdict });
  }
  return { report: { ...parsed.data, findings } };
}

function readVerdict(json: ReportJson['findings'][number]['verdict']): ReportFinding['verdict'] | null {
  const { state, why, assumptions, trace, program } = json;
  if (state === 'unmodelled') return { state, why };
  if (state === 'refuted') return { state, why, assumptions };
  return trace === null || program === null ? null : { state, why, trace, program, assumptions };
}
