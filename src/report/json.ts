import type { Report, ReportFinding } from './report.js';
import type { ReportJson } from './schema.js';
import { printableJson } from './printable.js';

/** `--format json`: keys in the order of the schema, every key always present, lossless. */
export function renderJson(report: Report): string {
  return `${printableJson(JSON.stringify(reportToJson(report), null, 2))}\n`;
}

/** `--format ndjson`: one record a line with its `type`: "series" first, then functions, findings and gaps. */
export function renderNdjson(report: Report): string {
  const { schema, tool, series, functions, findings, gaps } = reportToJson(report);
  const records = [
    { type: 'series', schema, tool, ...series },
    ...functions.map((fn) => ({ type: 'function', ...fn })),
    ...findings.map((finding) => ({ type: 'finding', ...finding })),
    ...gaps.map((gap) => ({ type: 'gap', ...gap })),
  ];
  return records.map((record) => `${printableJson(JSON.stringify(record))}\n`).join('');
}

/** The shape the schema describes: nothing more than it, in its key order, so equal reports give equal bytes. */
export function reportToJson(report: Report): ReportJson {
  const { subject, version, messageId, base, patches } = report.series;
  return {
    schema: report.schema,
    tool: report.tool,
    series: {
      subject, version, messageId, base: { kind: base.kind, rev: base.rev },
      patches: patches.map((p) => ({ index: p.index, subject: p.subject, messageId: p.messageId, certainty: p.certainty, fit: p.fit, files: p.files })),
    },
    functions: report.functions.map((f) => ({
      patch: f.patch, file: f.file, name: f.name, completeness: f.completeness, change: f.change,
      before: f.before.map(exitToJson), after: f.after.map(exitToJson), details: f.details, pre: f.pre, post: f.post,
    })),
    findings: report.findings.map(findingToJson),
    gaps: report.gaps.map((g) => ({ stage: g.stage, file: g.file, function: g.function, why: g.why })),
  };
}

type FindingJson = ReportJson['findings'][number];

function findingToJson(f: ReportFinding): FindingJson {
  return {
    id: f.id, rule: f.rule, code: f.code, args: { ...f.args }, status: f.status, severity: f.severity,
    patch: f.patch, file: f.file, function: f.function, line: f.line, mailLine: f.mailLine,
    resource: f.resource, place: f.place, exitClass: f.exitClass, message: f.message,
    path: f.path.map((s) => ({ line: s.line, note: s.note, block: s.block })),
    verdict: verdictToJson(f.verdict), fingerprint: f.fingerprint,
  };
}

function verdictToJson(verdict: ReportFinding['verdict']): FindingJson['verdict'] {
  const confirmed = verdict.state === 'confirmed';
  return {
    state: verdict.state, why: verdict.why,
    assumptions: verdict.state === 'unmodelled' ? [] : verdict.assumptions,
    trace: confirmed ? verdict.trace : null,
    program: confirmed ? verdict.program : null,
  };
}

function exitToJson(exit: Report['functions'][number]['before'][number]): FunctionExit {
  return { exit: exit.exit, gains: exit.gains, drops: exit.drops, needs: exit.needs };
}
type FunctionExit = ReportJson['functions'][number]['before'][number];
