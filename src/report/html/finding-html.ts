import type { Report, ReportFinding } from '../report.js';
import { functionOf, messageWithFunction, partsOf, severityWords, verdictWords } from '../words.js';
import { esc } from './escape.js';
import { sourceHtml } from './source.js';
import { traceHtml } from './trace-html.js';

export function findingHtml(report: Report, finding: ReportFinding): string {
  const fn = functionOf(report, finding);
  const index = fn === undefined ? -1 : report.functions.indexOf(fn);
  const total = partsOf(report);
  const { verdict } = finding;
  const where = `${esc(finding.file)}:${finding.line}${total > 1 && finding.patch > 0 ? `, patch ${finding.patch}/${total}` : ''}`;
  const source = fn === undefined ? '' : sourceHtml(fn, finding, 2);
  const path =
    source !== '' || finding.path.length === 0
      ? ''
      : `<ol class="mono">${finding.path.map((step) => `<li>line ${step.line}: ${esc(step.note)}</li>`).join('')}</ol>`;
  const assumed =
    verdict.state !== 'unmodelled' && verdict.assumptions.length > 0
      ? `<details><summary>What the model assumes</summary><ul>${verdict.assumptions.map((text) => `<li>${esc(text)}</li>`).join('')}</ul></details>`
      : '';
  return (
    `<article class="card" id="${esc(finding.id)}" aria-labelledby="t-${esc(finding.id)}"><h3 id="t-${esc(finding.id)}"><a href="#${esc(finding.id)}">${esc(finding.id)}</a> <span class="tag ${severityClass(finding)}">${esc(severityWords(finding))}</span> ${esc(finding.rule)}</h3>` +
    `<p>${esc(messageWithFunction(finding))}</p><p class="dim mono">${where}${index < 0 ? '' : ` · <a href="#fn-${index}">${esc(finding.function)}()</a>`} · <span title="stable across versions">${esc(finding.fingerprint.slice(0, 12))}</span></p>` +
    `${source}${path}<h4>${esc(verdictWords(finding))}</h4><p>${esc(verdict.why)}</p>${verdict.state === 'confirmed' ? traceHtml(finding, verdict) : ''}${assumed}` +
    `${verdict.state === 'confirmed' ? `<p class="dim">Replay: <code>rmap-review replay REPORT.json ${esc(finding.id)}</code>, trace <code>${esc(verdict.trace.text)}</code></p>` : ''}</article>`
  );
}

export function severityClass(finding: ReportFinding): string {
  return finding.status === 'fixed' ? 'fixed' : finding.severity;
}
