import type { Report, ReportFinding } from './report.js';
import type { ReportJson } from './schema.js';
import { printableJson } from './printable.js';

/** `--format json`: keys in the order of the schema, every key always present, lossless. */
export function renderJson(report: Report): string {
  return `${printableJson(JSON.stringify(reportToJson(report), null, 2))}\n`;
}

/** `--format ndjson`: one record a line with its `type`: "series" first, then functions, findings and gaps. */
export function renderNdjson(report: Report): string {
  const { schema, tool, command, series, functions, findings, gaps } = reportToJson(report);
  const records = [
    { type: 'series', schema, tool, command, ...series },
    ...functions.map((fn) => ({ type: 'function', ...fn })),
    ...findings.map((finding) => ({ type: 'finding', ...finding })),
    ...gaps.map((gap) => ({ type: 'gap', ...gap })),
  ];
  return records.map((record) => `${printableJson(JSON.stringify(record))}\n`).join('');
}

/** The shape the schema describes: nothing more than it, in its key order, so equal reports give equal bytes. */
export function reportToJson(report: Report): ReportJson {
  const { subject, version, total, messageId, base, patches } = report.series;
  return {
    schema: report.schema,
    tool: report.tool,
    command: report.command,
    series: {
      subject,
      version,
      total,
      messageId,
      base: { kind: base.kind, rev: base.rev },
      patches: patches.map((p) => ({
        index: p.index,
        subject: p.subject,
        heading: p.heading,
        messageId: p.messageId,
        certainty: p.certainty,
        fit: p.fit,
        files: p.files,
        author: p.author,
        date: p.date,
        diffs: p.diffs.map((d) => ({
          oldFile: d.oldFile,
          file: d.file,
          hunks: d.hunks.map((h) => ({ oldLine: h.oldLine, newLine: h.newLine, section: h.section, lines: h.lines })),
        })),
      })),
    },
    functions: report.functions.map((f) => ({
      patch: f.patch,
      file: f.file,
      name: f.name,
      completeness: f.completeness,
      change: f.change,
      before: f.before.map(exitToJson),
      after: f.after.map(exitToJson),
      details: f.details,
      timelines: { before: f.timelines.before.map(timelineToJson), after: f.timelines.after.map(timelineToJson) },
      order: { before: f.order.before.map(edgeToJson), after: f.order.after.map(edgeToJson) },
      pre: sourceToJson(f.pre),
      post: sourceToJson(f.post),
    })),
    findings: report.findings.map(findingToJson),
    gaps: report.gaps.map((g) => ({ stage: g.stage, file: g.file, function: g.function, why: g.why })),
    ...(report.since
      ? {
          since: {
            version: report.since.version,
            still: report.since.still,
            fresh: report.since.fresh,
            gone: report.since.gone.map((g) => ({ rule: g.rule, file: g.file, function: g.function, message: g.message })),
            contracts: report.since.contracts.map((c) => ({ file: c.file, name: c.name, before: c.before.map(exitToJson), after: c.after.map(exitToJson) })),
          },
        }
      : {}),
    ...(report.scanned ? { scanned: { functions: report.scanned.functions, withGap: report.scanned.withGap } } : {}),
  };
}

type FindingJson = ReportJson['findings'][number];

function findingToJson(f: ReportFinding): FindingJson {
  return {
    id: f.id,
    rule: f.rule,
    code: f.code,
    args: Object.fromEntries(Object.entries(f.args).sort(([a], [b]) => (a < b ? -1 : 1))),
    status: f.status,
    severity: f.severity,
    patch: f.patch,
    file: f.file,
    function: f.function,
    line: f.line,
    mailLine: f.mailLine,
    ...(f.mendedBy === undefined ? {} : { mendedBy: f.mendedBy }),
    resource: f.resource,
    place: f.place,
    exitClass: f.exitClass,
    message: f.message,
    path: f.path.map((s) => ({ line: s.line, note: s.note, block: s.block })),
    verdict: verdictToJson(f.verdict),
    fingerprint: f.fingerprint,
  };
}

function verdictToJson(verdict: ReportFinding['verdict']): VerdictJson {
  const confirmed = verdict.state === 'confirmed';
  return {
    state: verdict.state,
    why: verdict.why,
    assumptions: verdict.state === 'unmodelled' ? [] : verdict.assumptions,
    trace: confirmed ? traceToJson(verdict.trace) : null,
    program: confirmed ? programToJson(verdict.program) : null,
  };
}

type VerdictJson = FindingJson['verdict'];

function traceToJson(trace: NonNullable<VerdictJson['trace']>): VerdictJson['trace'] {
  return {
    text: trace.text,
    failure: trace.failure,
    steps: trace.steps.map((s) => ({ actor: s.actor, file: s.file, line: s.line, text: s.text, choice: s.choice, changes: s.changes })),
  };
}

function programToJson(program: NonNullable<VerdictJson['program']>): VerdictJson['program'] {
  return {
    schema: program.schema,
    name: program.name,
    cells: program.cells.map((c) => ({ name: c.name, bits: c.bits, init: c.init, owner: c.owner })),
    waits: program.waits.map((w) => ({ name: w.name, blockers: w.blockers })),
    actors: program.actors.map((a) => ({ name: a.name, file: a.file, points: a.points.map(pointToJson) })),
    final: program.final.map(assertToJson),
  };
}

type PointJson = NonNullable<VerdictJson['program']>['actors'][number]['points'][number];

function pointToJson(point: PointJson): PointJson {
  return {
    line: point.line,
    text: point.text,
    waits: point.waits,
    alts: point.alts.map((alt) => ({
      guard: alt.guard,
      asserts: alt.asserts.map(assertToJson),
      sets: alt.sets.map((set) => ({ cell: set.cell, expr: set.expr })),
      to: alt.to,
      choice: alt.choice,
    })),
  };
}

function assertToJson(assertion: { readonly expr: string; readonly message: string }): { expr: string; message: string } {
  return { expr: assertion.expr, message: assertion.message };
}

type FunctionJson = ReportJson['functions'][number];

function exitToJson(exit: FunctionJson['before'][number]): FunctionJson['before'][number] {
  return { exit: exit.exit, gains: exit.gains, drops: exit.drops, needs: exit.needs };
}

function timelineToJson(t: FunctionJson['timelines']['before'][number]): FunctionJson['timelines']['before'][number] {
  return {
    exit: t.exit,
    line: t.line,
    spans: t.spans.map((s) => ({ what: s.what, resource: s.resource, place: s.place, from: s.from, to: s.to, start: s.start, end: s.end })),
  };
}

function edgeToJson(e: FunctionJson['order']['before'][number]): FunctionJson['order']['before'][number] {
  return { held: e.held, taken: e.taken, line: e.line, tryLock: e.tryLock };
}

function sourceToJson(source: FunctionJson['pre']): FunctionJson['pre'] {
  return source === null ? null : { line: source.line, lines: source.lines, syntax: source.syntax };
}
