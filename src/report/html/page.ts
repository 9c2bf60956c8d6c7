import { createHash } from 'node:crypto';
import { plural } from '../layout.js';
import type { Report, ReportPatch } from '../report.js';
import {
  baseWords,
  certaintyWords,
  gapMember,
  groupGaps,
  hiddenFindings,
  inPart,
  isScan,
  isSemantic,
  messageWithFunction,
  severityWords,
  shownFindings,
  sizeWords,
  statusWords,
  verdictWords,
} from '../words.js';
import { esc } from './escape.js';
import { findingHtml, severityClass } from './finding-html.js';
import { functionHtml } from './function-html.js';
import { graphSvg } from './graph-svg.js';
import { lockGraphOf } from '../lock-graph.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

/**
 * `--format html`: the whole report as one page that loads nothing and says so in its policy. Findings link by id
 * (`#F1`), functions by place (`#fn-3`). Without scripts only stepping through interleavings is missing.
 */
export function renderHtml(report: Report, options: { readonly all: boolean }): string {
  const findings = shownFindings(report, options.all);
  const title = report.series.subject === '' ? (isScan(report) ? 'scan' : '(no subject)') : report.series.subject;
  const policy = `default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'; img-src 'none'; base-uri 'none'; form-action 'none'`;
  const loud = report.functions
    .map((fn, index) => ({ fn, index }))
    .filter(({ fn }) => isSemantic(fn) || findings.some((f) => f.function === fn.name && f.file === fn.file && f.patch === fn.patch));
  const quiet = report.functions.length - loud.length;
  const graph = graphSvg(lockGraphOf(report));
  const hidden = hiddenFindings(report, options.all);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><title>${esc(title)}: ${esc(statusWords(report))}</title><style>${STYLE}</style></head>
<body><a class="skip" href="#main">To the findings</a>
<header><h1>${esc(title)}</h1><p class="dim">${esc([isScan(report) ? '' : sizeWords(report), `base: ${baseWords(report)}`, certaintyWords(report.series.patches)].filter((text) => text !== '').join('; '))}</p>
<p class="verdict ${overall(report)}">${esc(statusWords(report))}${report.gaps.length === 0 ? '' : `<span class="dim">; <a href="#gaps">${plural(report.gaps.length, 'gap')}</a></span>`}</p></header>
<nav aria-label="Findings">${findings.length === 0 ? '' : `<ol class="find">${findings.map((f) => `<li><a href="#${esc(f.id)}">${esc(f.id)}</a> <span class="tag ${severityClass(f)}">${esc(severityWords(f))}</span> <b>${esc(f.rule)}</b> ${esc(messageWithFunction(f))}${f.status === 'fixed' ? '' : ` <span class="dim">(${esc(verdictWords(f))})</span>`}</li>`).join('')}</ol>`}</nav>
<main id="main">
${isScan(report) ? '' : `<section aria-labelledby="h-patches"><h2 id="h-patches">Patches</h2>${patchTable(report)}</section>`}
${findings.length === 0 ? '' : `<section aria-labelledby="h-findings"><h2 id="h-findings">Findings</h2>${findings.map((f) => findingHtml(report, f)).join('\n')}${hidden > 0 ? `<p class="dim">${plural(hidden, 'preexisting finding')} not shown.</p>` : ''}</section>`}
<section aria-labelledby="h-functions"><h2 id="h-functions">Functions</h2>${loud.length === 0 ? '<p>Nothing changed for any caller.</p>' : loud.map(({ fn, index }) => functionHtml(report, fn, index)).join('\n')}${quiet > 0 ? `<p class="dim">${plural(quiet, loud.length === 0 ? 'function' : 'more function')} touched without a change for callers.</p>` : ''}</section>
${graph === '' ? '' : `<section aria-labelledby="h-order"><h2 id="h-order">Lock order</h2><p class="dim">An arrow leads from what is held to what is taken; what the series adds or takes away says so.</p><div class="scroll" tabindex="0" role="region" aria-label="Lock order graph">${graph}</div></section>`}
${gaps(report)}
</main>
<footer><p>rmap-review ${esc(report.tool)}. Confirmed: a small program with the function's own code was run through its interleavings and this one fails. Not modelled: read the code.</p></footer>
<script>${SCRIPT}</script></body></html>
`;
}

function overall(report: Report): string {
  const bad = report.findings.filter((f) => f.status === 'introduced' || (isScan(report) && f.status === 'preexisting'));
  return bad.some((f) => f.severity === 'error') ? 'error' : bad.some((f) => f.severity === 'warning') ? 'warning' : inPart(report) ? '' : 'clean';
}

function patchTable(report: Report): string {
  const row = (patch: ReportPatch): string => {
    const functions = report.functions.map((fn, index) => ({ fn, index })).filter(({ fn }) => fn.patch === patch.index && isSemantic(fn));
    const findings = shownFindings(report, false).filter((f) => f.patch === patch.index);
    return (
      `<tr><th scope="row">${patch.index}</th><td>${esc(patch.subject)}<br><span class="dim mono">${esc(patch.files.slice(0, 4).join(', '))}${patch.files.length > 4 ? ` and ${patch.files.length - 4} more` : ''}</span></td>` +
      `<td>${functions
        .slice(0, 8)
        .map(({ fn, index }) => `<a href="#fn-${index}"><code>${esc(fn.name)}()</code></a> <span class="dim">${esc(fn.change.join(', '))}</span>`)
        .join('<br>')}${functions.length > 8 ? `<br>and ${functions.length - 8} more` : ''}</td>` +
      `<td>${findings.map((f) => `<a href="#${esc(f.id)}">${esc(f.id)}</a>`).join(' ')}</td><td class="hide">${esc(patch.certainty)}, ${esc(patch.fit)}</td></tr>`
    );
  };
  return `<div class="scroll" tabindex="0" role="region" aria-label="Patches"><table><thead><tr><th scope="col">#</th><th scope="col">patch</th><th scope="col">what changes</th><th scope="col">findings</th><th scope="col" class="hide">text, fit</th></tr></thead><tbody>${report.series.patches.map(row).join('')}</tbody></table></div>`;
}

function gaps(report: Report): string {
  const groups = groupGaps(report.gaps);
  if (groups.length === 0) return '';
  const group = (g: (typeof groups)[number]): string =>
    `<details><summary>${g.gaps.length} × ${esc(g.stage)}: ${esc(g.why)}</summary><ul>${g.gaps
      .slice(0, 100)
      .map((gap) => `<li>${esc(gapMember(g, gap) || 'the whole input')}</li>`)
      .join('')}${g.gaps.length > 100 ? `<li>and ${g.gaps.length - 100} more</li>` : ''}</ul></details>`;
  return `<section id="gaps" aria-labelledby="h-gaps"><h2 id="h-gaps">Not analysed</h2><p class="dim">Nothing is claimed about what is listed here.</p>${groups.map(group).join('')}</section>`;
}

/** A Content-Security-Policy source for exactly this text. */
function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
