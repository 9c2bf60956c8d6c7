import { compare } from '../parse/compare.js';
import type { Report, ReportFinding, ReportFunction } from './report.js';
import { nothingRead } from './exit-code.js';
import { displayWidth, plural } from './layout.js';
import { printable } from './printable.js';
import { CERTAINTIES, FITS } from '../parse/series.js';

/** The words that every renderer shares, so that text, terminal and mail cannot disagree. All of them are printable. */

/** "clean", "1 introduced error, 2 fixed", "nothing could be read" … without gaps. */
export function statusWords(report: Report): string {
  if (nothingRead(report)) return 'nothing could be read';
  const scan = isScan(report);
  const count = (status: ReportFinding['status'], severity?: ReportFinding['severity']): number =>
    report.findings.filter((f) => f.status === status && (severity === undefined || f.severity === severity)).length;
  const some = (n: number, words: string): readonly string[] => (n > 0 ? [words] : []);
  const shown = scan ? 'preexisting' : 'introduced';
  const lead = scan ? '' : 'introduced ';
  const errors = count(shown, 'error');
  const warnings = count(shown, 'warning');
  const notes = count(shown, 'note');
  const transient = scan ? 0 : count('transient');
  const fixed = count('fixed');
  return [
    ...some(errors, plural(errors, `${lead}error`)),
    ...some(warnings, plural(warnings, `${lead}warning`)),
    ...(errors + warnings === 0 ? [inPart(report) ? 'nothing found, but only a part could be judged' : 'clean'] : []),
    ...some(transient, `${transient} transient`),
    ...some(notes, plural(notes, 'note')),
    ...some(fixed, `${fixed} fixed`),
  ].join(', ');
}

/** Where hunks stand alone or do not fit the base, or the run was stopped, silence says little. */
export function inPart(report: Report): boolean {
  return (
    report.gaps.some((gap) => gap.stage === 'host' && gap.why.endsWith(STOPPED)) ||
    report.functions.some((fn) => fn.completeness === 'fragments') ||
    report.series.patches.some((patch) => patch.fit === 'none' && patch.files.some((file) => /\.[ch]$/.test(file)))
  );
}

/** The line that a terminal keeps after the UI has gone, and the last word of every text output. */
export function summaryLine(report: Report): string {
  const gaps = report.gaps.length > 0 ? `; ${plural(report.gaps.length, 'gap')}` : '';
  return `rmap-review: ${statusWords(report)}${gaps}`;
}

/** The number behind the slash in "patch 2/5": what the series has by its own count, as far as that is known. */
export function partsOf(report: Report): number {
  const { total, patches } = report.series;
  return Math.max(total, patches.length, ...patches.map((patch) => patch.index));
}

/** "3 patches", "v2, 2 of 5 patches". */
export function sizeWords(report: Report): string {
  const { version, patches } = report.series;
  const total = partsOf(report);
  const size = total > patches.length ? `${patches.length} of ${plural(total, 'patch', 'patches')}` : plural(total, 'patch', 'patches');
  return version > 1 ? `v${version}, ${size}` : size;
}

/** How the reason ends where the reader, not the input, made a report incomplete. */
export const STOPPED = 'the run was stopped';

/** Files as they stand: nothing is introduced, so what is "preexisting" is what was asked for. */
export function isScan(report: Report): boolean {
  return report.command === 'scan';
}

/** "base-commit 830b3c68c1fb", "none, only what the hunks show" … */
export function baseWords(report: Report): string {
  const { kind, rev } = report.series.base;
  const at = rev === null ? '' : ` ${printable(/^[0-9a-f]{13,}$/.test(rev) ? rev.slice(0, 12) : rev)}`;
  switch (kind) {
    case 'none':
      return 'none, only what the hunks show';
    case 'blob-ids':
      return `blob ids${at}`;
    case 'head':
      return `HEAD${at}`;
    default:
      return `${kind}${at}`;
  }
}

/** How sure the text is and how it fits, worst patch first: "text intact, fit exact". */
export function certaintyWords(patches: Report['series']['patches']): string {
  const worst = <T extends string>(order: readonly T[], of: readonly T[]): T | undefined => [...of].sort((a, b) => order.indexOf(b) - order.indexOf(a))[0];
  const certainty = worst(
    CERTAINTIES,
    patches.map((p) => p.certainty),
  );
  const fit = worst(
    FITS,
    patches.map((p) => p.fit),
  );
  return certainty === undefined || fit === undefined ? '' : `text ${certainty}, fit ${fit}`;
}

/** Findings as a reader wants them: introduced errors first, good news last; within a group the report's order. */
export function shownFindings(report: Report, all: boolean): readonly ReportFinding[] {
  const visible = all || isScan(report) ? report.findings : report.findings.filter((f) => f.status !== 'preexisting');
  return [...visible].sort((a, b) => rank(a) - rank(b));
}

export function hiddenFindings(report: Report, all: boolean): number {
  return report.findings.length - shownFindings(report, all).length;
}

/** "error", "warning (transient)", "fixed" … */
export function severityWords(finding: ReportFinding): string {
  if (finding.status === 'fixed') return 'fixed';
  return finding.status === 'introduced' || finding.status === 'preexisting' ? finding.severity : `${finding.severity} (${finding.status})`;
}

export function verdictWords(finding: ReportFinding): string {
  return finding.verdict.state === 'unmodelled' ? 'not modelled' : finding.verdict.state;
}

/** `func(): …`: the function's name leads, once. */
export function messageWithFunction(finding: ReportFinding): string {
  const name = `${printable(finding.function)}()`;
  const message = printable(finding.message);
  return message.startsWith(name) ? message : `${name}: ${message}`;
}

/** The function of a finding, as that patch leaves it. */
export function functionOf(report: Report, finding: ReportFinding): ReportFunction | undefined {
  return (
    report.functions.find((f) => f.patch === finding.patch && f.file === finding.file && f.name === finding.function) ??
    report.functions.findLast((f) => f.file === finding.file && f.name === finding.function)
  );
}

/** True for a change that a caller could notice. */
export function isSemantic(fn: ReportFunction): boolean {
  return fn.change.some((c) => !QUIET.has(c) && ((c !== 'added' && c !== 'removed') || touchesAnything(fn)));
}

/** A new helper that neither takes nor gives anything is no news to a caller. */
function touchesAnything(fn: ReportFunction): boolean {
  return fn.details.length > 0 || [...fn.before, ...fn.after].some((e) => e.gains.length + e.drops.length + e.needs.length > 0);
}

/** Patches that only move or rename functions, one sentence each. */
export function moveWords(report: Report): readonly string[] {
  return report.series.patches.flatMap((patch) => {
    const all = report.functions.filter((f) => f.patch === patch.index);
    const followed = all.filter((f) => f.change.includes('moved') || f.change.includes('renamed'));
    if (followed.length === 0 || !all.every((f) => f.change.every((c) => QUIET.has(c)))) return [];
    const told = followed.map((f) =>
      [`${printable(f.name)}()`, ...f.details.filter((d) => /^(was|moved here from) /.test(d)).map(printable)]
        .join(' ')
        .replace(' moved here from', ' moved from')
        .replace(' was ', ', was '),
    );
    return [
      `${report.series.patches.length > 1 ? `Patch ${patch.index} only` : 'Only'} ${followed.some((f) => f.change.includes('moved')) ? 'moves' : 'renames'}: ${told.join('; ')}.`,
    ];
  });
}

export function changeWords(fn: ReportFunction): string {
  const words = fn.change.length === 0 ? 'none' : fn.change.join(', ');
  return fn.completeness === 'fragments' ? `${words} (fragments)` : words;
}

/** One kind of gap and everything it concerns. */
export interface GapGroup {
  readonly stage: string;
  /** The reason; where the members' reasons differ in a name or a number, that part is `…`. */
  readonly why: string;
  readonly gaps: Report['gaps'];
  /** What tells the members apart, distinct, in the report's order: what stands for the `…`, else "mm/rmap.c: f()". */
  readonly which: readonly string[];
}

/** Gaps of one stage with like reasons together; the largest group first, then by stage and reason. */
export function groupGaps(gaps: Report['gaps']): readonly GapGroup[] {
  const groups = new Map<string, Report['gaps'][number][]>();
  for (const gap of gaps) {
    const key = `${gap.stage}\0${gapShape(gap.why)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [gap]);
    else group.push(gap);
  }
  return [...groups.values()]
    .map((members): GapGroup => {
      const alike = new Set(members.map((gap) => gap.why)).size === 1;
      const first = members[0]?.why ?? '';
      const which = members.map((gap) => (alike ? gapPlace(gap) : gapDetail(gap.why)));
      return {
        stage: members[0]?.stage ?? '',
        why: printable(alike ? first : gapShape(first)),
        gaps: members,
        which: [...new Set(which)].filter((text) => text !== ''),
      };
    })
    .sort((a, b) => b.gaps.length - a.gaps.length || compare(a.stage, b.stage) || compare(a.why, b.why));
}

/** One gap of a group: its place, and of its reason what the group's own words leave out. */
export function gapMember(group: GapGroup, gap: Report['gaps'][number]): string {
  const why = printable(gap.why);
  const rest = why === group.why ? '' : (gap.why.match(PARTICULAR) ?? []).length === 1 ? gapDetail(gap.why) : why;
  return [gapPlace(gap), rest].filter((part) => part !== '').join(': ');
}

export function gapPlace(gap: Report['gaps'][number]): string {
  const fn = gap.function === '' ? '' : `${printable(gap.function)}()`;
  if (gap.file === '') return fn;
  return fn === '' ? printable(gap.file) : `${printable(gap.file)}: ${fn}`;
}

/** As many of the items as fit, then how many more: "mm/rmap.c: f(), mm/migrate.c and 3 more". At least one is shown. */
export function someOf(items: readonly string[], width: number): string {
  for (let shown = items.length; shown > 0; shown -= 1) {
    const text = items.slice(0, shown).join(', ') + (shown < items.length ? ` and ${items.length - shown} more` : '');
    if (displayWidth(text) <= width || shown === 1) return text;
  }
  return '';
}

const QUIET: ReadonlySet<string> = new Set(['none', 'cosmetic', 'moved', 'renamed']);

function rank(f: ReportFinding): number {
  const status = { introduced: 0, transient: 10, preexisting: 20, fixed: 30 }[f.status];
  return status + { error: 0, warning: 1, note: 2 }[f.severity];
}

/** Names and numbers: what differs between two gaps of one kind. */
const PARTICULAR = /@@[^@]*@@|`[^`]*`|"[^"]*"|'[^']*'|\b\w+\(\)|\b\d+\b/g;

function gapShape(why: string): string {
  return why.replace(PARTICULAR, '…');
}

function gapDetail(why: string): string {
  return printable((why.match(PARTICULAR)?.[0] ?? '').replace(/^[`"'](.*)[`"']$/, '$1'));
}
