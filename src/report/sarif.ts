import { RULES } from '../rules/index.js';
import { printable, printableJson } from './printable.js';
import type { Report, ReportFinding } from './report.js';
import { messageWithFunction, summaryLine } from './words.js';

/**
 * `--format sarif`: SARIF 2.1.0 for code hosts. Each finding is a result with its fingerprint; the witness path is one
 * code flow, a confirmed interleaving another, with one thread flow for each CPU and the order of all steps. What was not
 * analysed is a notification. Fixed findings are "absent"; what was there before is left out unless `all`.
 */
export function renderSarif(report: Report, options: { readonly all: boolean }): string {
  const findings = report.findings.filter((f) => options.all || report.command === 'scan' || f.status !== 'preexisting');
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'rmap-review', semanticVersion: printable(report.tool), rules: RULES.map(({ meta }) => ruleOf(meta)) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: {
          SRCROOT: { description: { text: 'The root of the kernel tree.' } },
          MODELS: { description: { text: 'The folder that holds the models of rmap-review.' } },
        },
        automationDetails: { id: `rmap-review/${report.command}/` },
        properties: { subject: printable(report.series.subject), summary: summaryLine(report) },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: report.gaps.map((gap) => ({
              level: 'note',
              descriptor: { id: `gap/${gap.stage}` },
              message: { text: printable(gap.why) },
              ...(gap.file === '' ? {} : { locations: [{ physicalLocation: { artifactLocation: artifact(gap.file) }, ...logical(gap.function) }] }),
            })),
          },
        ],
        results: findings.map((finding) => resultOf(report, finding)),
      },
    ],
  };
  return `${printableJson(JSON.stringify(log, null, 2))}\n`;
}

type Meta = (typeof RULES)[number]['meta'];

function ruleOf(meta: Meta): object {
  return {
    id: meta.id,
    shortDescription: { text: `${meta.summary}.` },
    help: { text: `${meta.summary}. "rmap-review rules ${meta.id}" explains it.` },
    defaultConfiguration: { level: meta.severity },
    properties: { tags: ['kernel', 'locking'] },
  };
}

function resultOf(report: Report, finding: ReportFinding): object {
  const index = RULES.findIndex(({ meta }) => meta.id === finding.rule);
  const patch = report.series.patches.find((p) => p.index === finding.patch);
  return {
    ruleId: printable(finding.rule),
    ...(index < 0 ? {} : { ruleIndex: index }),
    level: finding.severity,
    kind: 'fail',
    message: { text: messageWithFunction(finding) },
    locations: [location(finding.file, finding.line, finding.function)],
    partialFingerprints: { 'rmapReview/v1': printable(finding.fingerprint) },
    baselineState: BASELINE[finding.status],
    codeFlows: codeFlows(finding),
    properties: {
      id: printable(finding.id),
      status: finding.status,
      resource: printable(finding.resource),
      exitClass: printable(finding.exitClass),
      verdict: finding.verdict.state,
      why: printable(finding.verdict.why),
      patch: finding.patch,
      subject: printable(patch?.subject ?? ''),
      ...(finding.verdict.state === 'confirmed' ? { replay: printable(finding.verdict.trace.text) } : {}),
    },
  };
}

const BASELINE = { introduced: 'new', transient: 'new', preexisting: 'unchanged', fixed: 'absent' } as const;

function codeFlows(finding: ReportFinding): readonly object[] {
  const { verdict } = finding;
  const path =
    finding.path.length === 0
      ? []
      : [
          {
            message: { text: 'The way through the function that shows it.' },
            threadFlows: [
              {
                id: 'path',
                locations: finding.path.map((step, i) => ({
                  executionOrder: i + 1,
                  location: { ...location(finding.file, step.line, finding.function), message: { text: printable(step.note) } },
                })),
              },
            ],
          },
        ];
  if (verdict.state !== 'confirmed') return path;
  const { steps } = verdict.trace;
  const cpus = [...new Set(steps.map((step) => step.actor))].sort((a, b) => a - b);
  const last = steps.length - 1;
  const flow = {
    message: { text: printable(verdict.trace.failure) },
    threadFlows: cpus.map((cpu) => ({
      id: `CPU${cpu}`,
      message: { text: `CPU${cpu}: ${printable(verdict.program.actors[cpu]?.name ?? '')}` },
      locations: steps.flatMap((step, i) =>
        step.actor !== cpu
          ? []
          : [
              {
                executionOrder: i + 1,
                importance: i === last ? 'essential' : 'important',
                location: {
                  ...location(step.file, step.line, verdict.program.actors[cpu]?.name ?? ''),
                  message: { text: printable([step.text, step.choice === null ? '' : `(${step.choice})`].filter((t) => t !== '').join(' ')) },
                },
                ...(step.changes.length === 0 ? {} : { state: Object.fromEntries(step.changes.map((change) => cellState(change))) }),
              },
            ],
      ),
    })),
  };
  // Code hosts show the first one: the interleaving says more than the path.
  return [flow, ...path];
}

function cellState(change: string): readonly [string, { readonly text: string }] {
  const [name, ...rest] = printable(change).split(': ');
  return [name ?? '', { text: rest.join(': ') || 'changed' }];
}

function location(file: string, line: number, fn: string): object {
  return { physicalLocation: { artifactLocation: artifact(file), region: { startLine: Math.max(1, line) } }, ...logical(fn) };
}

function logical(fn: string): object {
  return fn === '' ? {} : { logicalLocations: [{ name: printable(fn), kind: 'function' }] };
}

/** URI references below a stated root, never absolute. */
function artifact(file: string): object {
  const model = file.startsWith('models/');
  const parts = (model ? file.slice('models/'.length) : file).split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  return { uri: parts.map((part) => encodeURIComponent(printable(part))).join('/'), uriBaseId: model ? 'MODELS' : 'SRCROOT' };
}
