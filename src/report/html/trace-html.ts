import { printable } from '../printable.js';
import type { ReportFinding } from '../report.js';
import { cellsAfter, takingPart } from '../trace.js';
import { esc } from './escape.js';

type Confirmed = Extract<ReportFinding['verdict'], { state: 'confirmed' }>;

/**
 * An interleaving as swim lanes, one for each CPU that takes part. The table is complete without scripts; with them one
 * row is current and the keys and buttons move it. The values after each step are data of its row.
 */
export function traceHtml(finding: ReportFinding, verdict: Confirmed): string {
  const { steps, failure } = verdict.trace;
  const cpus = takingPart(verdict);
  const head = cpus
    .map((cpu) => {
      const actor = verdict.program.actors[cpu];
      return `<th scope="col">CPU${cpu} <code>${esc(actor?.name ?? '')}</code><small>${esc(actor?.file ?? '')}</small></th>`;
    })
    .join('');
  const rows = steps.map((step, i) => {
    const cells = [...cellsAfter(verdict, i + 1)].map(([name, value]) => `${printable(name)} = ${value}`).join(', ');
    const lanes = cpus.map((cpu) =>
      cpu !== step.actor
        ? '<td></td>'
        : `<td class="act">${step.line > 0 ? `<span class="no">${step.line}</span> ` : ''}<code>${esc(step.text)}</code>${step.choice === null ? '' : `<small>${esc(step.choice)}</small>`}${step.changes.map((change) => `<small class="chg">${esc(change)}</small>`).join('')}</td>`,
    );
    return `<tr class="step" data-cells="${esc(cells)}"><th scope="row">${i + 1}</th>${lanes.join('')}</tr>`;
  });
  return (
    `<div class="trace" tabindex="0" role="group" aria-label="Interleaving of ${esc(finding.id)}, ${steps.length} steps">` +
    `<p class="ctl" hidden><button type="button" data-go="-1">◂ back</button> <button type="button" data-go="1">step ▸</button> <button type="button" data-go="0">all</button> <span class="at" aria-live="polite"></span></p>` +
    `<div class="scroll" tabindex="0" role="region" aria-label="Steps by CPU"><table><caption class="vh">Steps in the order in which they happen, one column for each CPU</caption><thead><tr><th scope="col"><span class="vh">step</span>#</th>${head}</tr></thead><tbody>${rows.join('')}` +
    `<tr class="end"><th scope="row"><span class="vh">then</span>⇒</th><td colspan="${cpus.length}">${esc(failure)}</td></tr></tbody></table></div></div>`
  );
}
