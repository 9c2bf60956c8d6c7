import { plural } from './layout.js';
import { printable, printableJson } from './printable.js';
import { quoteFor } from './quote.js';
import type { Report, ReportDiff, ReportFinding } from './report.js';
import { messageWithFunction } from './words.js';

/** One entry of what b4's review commands read from a check's standard output. */
export interface B4Check {
  readonly tool: 'rmap-review';
  readonly status: 'pass' | 'warn' | 'fail';
  readonly summary: string;
  readonly url: string;
  readonly details: string;
}

/** Confirmed findings fail, others warn, and nothing to say is an empty list. Findings of a later patch are not this patch's. */
export function b4Checks(report: Report): readonly B4Check[] {
  return spoken(report).map((f) => ({
    tool: 'rmap-review',
    status: f.verdict.state === 'confirmed' ? 'fail' : 'warn',
    summary: `${messageWithFunction(f)} [${printable(f.rule)}]`,
    url: '',
    details: details(f).join('\n'),
  }));
}

/** `--format b4`. */
export function renderB4(report: Report): string {
  return `${printableJson(JSON.stringify(b4Checks(report)))}\n`;
}

/** For a check that could not run: one warning, so that b4 shows why. */
export function renderB4Trouble(why: string): string {
  const check: B4Check = { tool: 'rmap-review', status: 'warn', summary: `not checked: ${printable(why)}`, url: '', details: '' };
  return `${printableJson(JSON.stringify([check]))}\n`;
}

/** For `b4 prep --check`: a line that begins with ERROR fails the check, any other warns, none passes. */
export function renderB4Terse(report: Report): string {
  return spoken(report)
    .map((f) => `${f.verdict.state === 'confirmed' ? 'ERROR' : 'WARNING'}: ${printable(f.file)}:${f.line}: ${messageWithFunction(f)} [${printable(f.rule)}]\n`)
    .join('');
}

/** One file of b4's agent review folder. */
export interface AgentFile {
  readonly name: string;
  readonly text: string;
}

/** A patch as the agent review quotes it: the complete diff, line by line as it was sent. */
export interface AgentPatch {
  readonly index: number;
  readonly diff: readonly string[];
}

/**
 * The files of an agent review. b4 anchors a comment by the quoted lines above it, so each patch's diff is quoted whole
 * and exactly, and a comment stands unquoted under the line it concerns.
 */
export function agentFiles(report: Report, patches: readonly AgentPatch[]): readonly AgentFile[] {
  const all = spoken(report);
  const overall =
    all.length === 0
      ? ['No lock or reference finding.', '', 'The series introduces nothing that rmap-review can see.']
      : [`${plural(all.length, 'lock or reference finding')}.`, '', ...all.map((f) => `- patch ${f.patch}: ${messageWithFunction(f)}`)];
  return [
    // b4 skips a review whose identity is not a name and an address.
    { name: 'identity.txt', text: `rmap-review ${printable(report.tool)} <rmap-review@localhost>\n` },
    { name: 'series.txt', text: `${overall.join('\n')}\n` },
    ...patches.map((patch) => ({ name: `${String(patch.index).padStart(4, '0')}.txt`, text: agentText(report, patch) })),
  ];
}

/** What is worth a reviewer's time: new, and more than a note. */
function spoken(report: Report): readonly ReportFinding[] {
  return report.findings.filter((f) => f.status === 'introduced' && f.severity !== 'note');
}

function details(f: ReportFinding): readonly string[] {
  const way = f.path.map((step) => `  ${step.line}: ${printable(step.note)}`);
  const how =
    f.verdict.state === 'confirmed'
      ? [`An interleaving of ${f.verdict.trace.steps.length} steps ends in: ${printable(f.verdict.trace.failure)}`]
      : [`${f.verdict.state}: ${printable(f.verdict.why)}`];
  return [`${printable(f.file)}:${f.line} in ${printable(f.function)}(), ${f.severity}`, ...how, ...way];
}

function agentText(report: Report, patch: AgentPatch): string {
  const findings = spoken(report).filter((f) => f.patch === patch.index);
  const under = new Map<number, ReportFinding[]>();
  for (const f of findings) {
    const at = anchor(report, f, patch.diff);
    under.set(at, [...(under.get(at) ?? []), f]);
  }
  const verdict = findings.length === 0 ? 'No finding.' : `${plural(findings.length, 'finding')}.`;
  const quoted = patch.diff.flatMap((line, i) => [`> ${line}`, ...(under.get(i) ?? []).flatMap(commentOn)]);
  return `${[verdict, '', ...quoted].join('\n')}\n`;
}

function commentOn(f: ReportFinding): readonly string[] {
  return ['', `${messageWithFunction(f)} [${printable(f.rule)}]`, ...details(f).slice(1), ''];
}

/** Index in the diff of the line that the report would quote; its last line when the patch shows none. */
function anchor(report: Report, f: ReportFinding, diff: readonly string[]): number {
  const quote = quoteFor(report, f);
  if (quote === null) return diff.length - 1;
  const name = quote.file ?? quote.oldFile ?? '';
  const shown: ReportDiff['hunks'][number] = quote.hunk;
  let file = '';
  for (let i = 0; i < diff.length; i++) {
    const line = diff[i] ?? '';
    const named = /^(?:\+\+\+ b\/|--- a\/)([^\t]+)/.exec(line)?.[1];
    if (named !== undefined) file = named;
    const start = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (start !== null && file === name && Number(start[1]) === shown.oldLine && Number(start[2]) === shown.newLine)
      return Math.min(diff.length - 1, i + 1 + quote.at);
  }
  return diff.length - 1;
}
