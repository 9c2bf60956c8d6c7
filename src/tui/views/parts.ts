import { partsOf, printable, type Report, type ReportFinding, type ReportFunction, severityWords, verdictWords, wrapSome } from '../../report/index.js';
import { apart, clip, type Line, plain, span } from '../line.js';
import { findingTone } from '../tone.js';
import { NO_DETAIL, type View } from '../types.js';

/** The first line of every view of a function: its name, where it is, and what happens to it. */
export function functionTitle(report: Report, fn: ReportFunction, words: string, width: number): Line {
  const line = fn.post?.line ?? fn.pre?.line;
  const total = partsOf(report);
  const patch = fn.patch > 0 && total > 1 ? `, patch ${fn.patch}/${total}` : '';
  return apart(
    [span(' '), span(`${fn.name}()`, 'strong'), span(`  ${fn.file}${line === undefined ? '' : `:${line}`}${patch}`)],
    [span(words, 'dim')],
    width - 1,
  );
}

/** What is wrong, in at most three lines. */
export function findingHeader(finding: ReportFinding | null, width: number): readonly Line[] {
  if (finding === null) return [];
  const lead = [span(` ${finding.id} `), span(`${severityWords(finding)} `, findingTone(finding))];
  const pad = ' '.repeat(lead.reduce((n, part) => n + part.text.length, 0));
  const text = wrapSome(`${finding.rule}, ${verdictWords(finding)}: ${printable(finding.message)}`, Math.max(20, width - 1 - pad.length), 3);
  return text.map((part, i) => clip(i === 0 ? [...lead, span(part)] : [span(pad + part)], width));
}

export function missing(text: string): View {
  return { header: (width) => [clip(plain(` ${text}`), width)], panes: [{ title: '', rows: [], head: () => [], start: 0 }], detail: () => NO_DETAIL };
}
