import { sourcePieces } from '../pieces.js';
import type { ReportFinding, ReportFunction } from '../report.js';
import { type SourceLine, sourceLines } from '../source-diff.js';
import { entities, esc } from './escape.js';

/** A function's text with what the patch changed, and a finding's witness under its lines. Empty without text. */
export function sourceHtml(fn: ReportFunction, finding: ReportFinding | null, around: number | null): string {
  const lines = sourceLines(fn);
  if (lines.length === 0) return '';
  const pre = finding?.status === 'fixed';
  const number = (line: SourceLine): number | null => (pre ? line.before : line.after);
  const steps = (line: SourceLine) => (finding?.path ?? []).map((step, i) => ({ ...step, number: i + 1 })).filter((step) => number(line) === step.line);
  const keep = lines.map((line) => around === null || steps(line).length > 0 || number(line) === finding?.line);
  const near = keep.map((_, i) => around === null || keep.slice(Math.max(0, i - around), i + around + 1).includes(true));
  const out: string[] = [];
  lines.forEach((line, i) => {
    if (near[i] !== true) {
      if (near[i - 1] === true || i === 0) out.push('<span class="cut">      ⋯</span>');
      return;
    }
    const cls = line.mark === '+' ? 'ins' : line.mark === '-' ? 'del' : 'ctx';
    const code = sourcePieces(line)
      .map((piece) => {
        const text = entities(piece.text);
        const inner = piece.kind === '.' ? text : `<i class="${piece.kind}">${text}</i>`;
        return piece.changed ? `<b>${inner}</b>` : inner;
      })
      .join('');
    const here = steps(line);
    const mark = here.length > 0 || number(line) === finding?.line ? ' hit' : '';
    out.push(
      `<span class="ln ${cls}${mark}"><span class="no">${String((line.mark === '-' ? line.before : line.after) ?? '').padStart(5)}</span> ${line.mark} ${code}</span>`,
    );
    for (const step of here) out.push(`<span class="note">      ╰ ${step.number} ${esc(step.note)}</span>`);
  });
  return `<pre class="src" tabindex="0" role="region" aria-label="Source of ${esc(fn.name)}">${out.join('')}</pre>`;
}
