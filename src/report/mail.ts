import { wrap } from './layout.js';
import { printable, printableLines } from './printable.js';
import { quoteFor } from './quote.js';
import type { Report, ReportFinding, ReportHunk } from './report.js';
import { isTurn } from './told-path.js';
import { traceTable } from './trace.js';
import { baseWords, functionOf, messageWithFunction, partsOf } from './words.js';

/** A reply to a patch of the series, ready to be looked at; sending it is somebody else's business. */
export interface MailDraft {
  readonly to: string;
  readonly subject: string;
  /** With angle brackets removed; null when the patch had no id. */
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  /** Text lines joined by line feeds; own text at most 78 columns, quoted lines as they are. */
  readonly body: string;
}

/**
 * One reply for the whole series, to the first patch that introduces something: the hunks quoted with the comment right
 * under the line, interleavings as CPU columns, no line numbers because the reader has another tree. Null: nothing to say.
 */
export function mailDraft(report: Report): MailDraft | null {
  const findings = report.findings.filter((f) => f.status === 'introduced' && f.severity !== 'note');
  const first = findings[0];
  if (first === undefined) return null;
  const patch = report.series.patches.find((p) => p.index === first.patch);
  const full = findings.slice(0, FULL);
  const rest = findings.slice(FULL);
  const sections = full.map((finding, i) => [
    ...(finding.patch === (full[i - 1] ?? first).patch ? [] : [...own(`In ${patchName(report, finding.patch)}:`), '']),
    ...quoted(report, finding),
    '',
    ...comment(report, finding),
    '',
  ]);
  const others =
    rest.length === 0
      ? []
      : [...own(`${rest.length} more of the kind:`), ...rest.flatMap((f) => wrap(`- ${withoutLines(report, f, messageWithFunction(f))}`, WIDTH, '  ')), ''];
  const lines = [...attribution(patch?.date ?? '', patch?.author ?? ''), '', ...sections.flat(), ...others, ...footer(report)];
  const series = report.series.messageId;
  const id = patch?.messageId ?? series;
  return {
    to: oneLine(patch?.author ?? ''),
    subject: `Re: ${subjectOf(report, first.patch)}`,
    inReplyTo: id === null ? null : oneLine(id),
    references: [series, id].filter((x, i, all): x is string => x !== null && all.indexOf(x) === i).map(oneLine),
    body: `${squeeze(lines).join('\n')}\n`,
  };
}

/** `--format mail`: the draft with its headers; nothing for a series with nothing to say. */
export function renderMail(report: Report): string {
  const draft = mailDraft(report);
  if (draft === null) return '';
  const id = (text: string): string => `<${text.replace(/[<>\s]/g, '')}>`;
  const headers = [
    ...(draft.to === '' ? [] : [`To: ${draft.to}`]),
    `Subject: ${draft.subject}`,
    ...(draft.inReplyTo === null ? [] : [`In-Reply-To: ${id(draft.inReplyTo)}`]),
    ...(draft.references.length === 0 ? [] : [`References: ${draft.references.map(id).join('\n ')}`]),
  ];
  return `${headers.join('\n')}\n\n${draft.body}`;
}

const WIDTH = 72;
/** So many findings are shown with their hunk and interleaving; a longer mail is not read. */
const FULL = 3;
/** Hunk lines before the one that is commented on; after it the hunk is cut. */
const BEFORE = 12;

function attribution(date: string, author: string): readonly string[] {
  const name = oneLine(author)
    .replace(/\s*<[^>]*>$/, '')
    .replace(/^"(.*)"$/, '$1');
  if (name === '') return [];
  return wrap(`On ${date === '' ? 'the patch' : oneLine(date).replace(/^(\d{4}-\d\d-\d\d)T.*$/, '$1')}, ${name} wrote:`, 78);
}

function quoted(report: Report, finding: ReportFinding): readonly string[] {
  const quote = quoteFor(report, finding);
  if (quote === null) return own(`(${functionName(finding)} is not in the hunks of this patch.)`);
  const { hunk, at } = quote;
  const from = Math.max(0, at - BEFORE);
  const head = [
    ...(quote.oldFile === null && quote.file === null ? [] : [`diff --git a/${quote.oldFile ?? quote.file ?? ''} b/${quote.file ?? quote.oldFile ?? ''}`]),
    hunkHeader(hunk),
  ];
  return [
    '[ ... ]',
    ...head.map((line) => `> ${raw(line)}`),
    ...(from > 0 ? ['[ ... ]'] : []),
    ...hunk.lines.slice(from, at + 1).map((line) => `> ${raw(line)}`),
  ];
}

/** The header again from the lines: the counts are theirs, whatever damage the mail had. */
function hunkHeader(hunk: ReportHunk): string {
  const count = (other: string): number => hunk.lines.filter((line) => !line.startsWith(other)).length;
  return `@@ -${hunk.oldLine},${count('+')} +${hunk.newLine},${count('-')} @@${hunk.section === '' ? '' : ` ${hunk.section}`}`;
}

function comment(report: Report, finding: ReportFinding): readonly string[] {
  const { verdict } = finding;
  const lines = [...own(question(withoutLines(report, finding, messageWithFunction(finding))))];
  const steps = finding.path
    .flatMap((step) => (isTurn(step.note) || step.note.startsWith(`${finding.rule}:`) ? [] : [withoutLines(report, finding, printable(step.note))]))
    .filter((text, i, all) => text !== 'returns' || i < all.length - 1);
  if (verdict.state !== 'confirmed') {
    if (steps.length > 1)
      lines.push('', ...own('The way there:'), '', ...short(steps).flatMap((step) => wrap(step, WIDTH - 4, '  ').map((text) => `    ${text}`)));
    lines.push('', ...own('No model of it was run, so this rests on reading the code alone.'));
    return lines;
  }
  const failure = withoutLines(report, finding, verdict.trace.failure);
  const table = traceTable({ ...verdict, trace: { ...verdict.trace, failure } }, { width: 74, bar: '|', changes: false, lines: false });
  lines.push(
    '',
    ...own(`One interleaving that shows it (replayed in a model of ${functionName(finding)}):`),
    '',
    ...table.map((line) => `    ${line.text}`.trimEnd()),
  );
  return lines;
}

/** A statement about somebody's patch is a question to its author. */
function question(text: string): string {
  return `${text.replace(/\.$/, '')}. Is that intended, or do I miss something?`;
}

function footer(report: Report): readonly string[] {
  const id = report.series.messageId ?? report.series.patches[0]?.messageId ?? null;
  const { kind, rev } = report.series.base;
  const unfit = kind !== 'none' && report.series.patches.some((p) => p.fit === 'none');
  const base =
    rev !== null && (kind === 'base-commit' || kind === 'blob-ids' || kind === 'prerequisites' || kind === 'head')
      ? ` --base ${rev.replace(/[^\w.~^/-]/g, '').slice(0, /^[0-9a-f]{13,}$/.test(rev) ? 12 : 60)}`
      : '';
  const fetch = id === null ? null : `b4 am -o - ${oneLine(id).replace(/[^\w.@+=-]/g, '')} |`;
  const review = `rmap-review ${id === null ? 'SERIES.mbox' : '-'}${base}`;
  // A shell goes on after a pipe, so the command may be cut there and nowhere else.
  const command = fetch === null ? [review] : fetch.length + review.length > 72 ? [fetch, `  ${review}`] : [`${fetch} ${review}`];
  return [
    ...own(
      `Found by rmap-review ${printable(report.tool)} (base: ${baseWords(report)}${unfit ? '; part of the series does not apply to it' : ''}). It reads and models code; it can be wrong. To reproduce:`,
    ),
    '',
    ...command.map((line) => `    ${line}`),
  ];
}

function subjectOf(report: Report, index: number): string {
  const { patches, version, subject } = report.series;
  const patch = patches.find((p) => p.index === index);
  if (/^\s*\[/.test(patch?.heading ?? '')) return oneLine(patch?.heading ?? '');
  const total = partsOf(report);
  const number = total > 1 ? ` ${String(index).padStart(String(total).length, '0')}/${total}` : '';
  return `[PATCH${version > 1 ? ` v${version}` : ''}${number}] ${oneLine(patch?.subject ?? subject)}`;
}

function patchName(report: Report, index: number): string {
  const patch = report.series.patches.find((p) => p.index === index);
  return `patch ${index}/${partsOf(report)} ("${oneLine(patch?.subject ?? '')}")`;
}

function functionName(finding: ReportFinding): string {
  return `${printable(finding.function)}()`;
}

/** "taken at line 71" becomes the code of that line; a number that is not in the function's text is left out. */
function withoutLines(report: Report, finding: ReportFinding, text: string): string {
  const fn = functionOf(report, finding);
  const source = finding.status === 'fixed' ? fn?.pre : fn?.post;
  const code = (line: number): string | undefined =>
    source?.lines[line - source.line]
      ?.trim()
      .replace(/;$/, '')
      .replace(/\s*[{]$/, '');
  return text
    .replace(/,?\s*\b(at|in|since|of) line (\d+)/g, (_, word: string, line: string) => {
      const shown = code(Number(line));
      return shown === undefined || shown === '' ? '' : ` ${word === 'of' ? 'at' : word === 'in' ? 'by' : word} "${printable(shown)}"`;
    })
    .replace(/\bline \d+: /g, '');
}

function short(steps: readonly string[]): readonly string[] {
  return steps.length <= 8 ? steps : [...steps.slice(0, 3), '[ ... ]', ...steps.slice(-4)];
}

function own(text: string): readonly string[] {
  return wrap(text, WIDTH);
}

/** Quoted text stays as it was sent, but for what could steer a terminal. Tabs stay. */
function raw(line: string): string {
  return line
    .split('\t')
    .map((part) => printableLines(part).join(' '))
    .join('\t');
}

function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, ' ').trim());
}

/** No two empty lines after each other. */
function squeeze(lines: readonly string[]): readonly string[] {
  return lines.filter((line, i) => line !== '' || lines[i - 1] !== '');
}
