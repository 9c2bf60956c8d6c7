import { contractRows } from '../contract.js';
import { lockGraphOf } from '../lock-graph.js';
import type { Report, ReportFunction } from '../report.js';
import { changeWords, partsOf } from '../words.js';
import { entities, esc } from './escape.js';
import { graphSvg } from './graph-svg.js';
import { sourceHtml } from './source.js';
import { timelineSvg } from './timeline-svg.js';

/** One function: its timelines before and after, exit by exit, the contract, the order of its locks, and its text. */
export function functionHtml(report: Report, fn: ReportFunction, index: number): string {
  const total = partsOf(report);
  const line = fn.post?.line ?? fn.pre?.line;
  const graph = graphSvg(lockGraphOf(report, [fn]));
  const source = sourceHtml(fn, null, null);
  return (
    `<article class="card" id="fn-${index}" aria-labelledby="t-fn-${index}"><h3 id="t-fn-${index}"><code>${esc(fn.name)}()</code> <span class="tag dim">${esc(changeWords(fn))}</span></h3>` +
    `<p class="dim mono">${esc(fn.file)}${line === undefined ? '' : `:${line}`}${total > 1 && fn.patch > 0 ? `, patch ${fn.patch}/${total}` : ''}</p>` +
    `${pictures(fn)}${contract(fn)}${fn.details.length === 0 ? '' : `<ul>${fn.details.map((text) => `<li>${esc(text)}</li>`).join('')}</ul>`}` +
    `${graph === '' ? '' : `<details><summary>Lock order in this function</summary><div class="scroll" tabindex="0" role="region" aria-label="Lock order of ${esc(fn.name)}">${graph.replaceAll('id="tip"', `id="tip-${index}"`).replaceAll('url(#tip)', `url(#tip-${index})`)}</div></details>`}` +
    `${source === '' ? '' : `<details><summary>Source, with what this patch took out (-) and put in (+)</summary>${source}</details>`}</article>`
  );
}

function pictures(fn: ReportFunction): string {
  const { before, after } = fn.timelines;
  if (before.length + after.length === 0) return '';
  const side = (list: typeof before, word: 'before' | 'after'): string =>
    `<div><h4>${word === 'before' ? 'Before' : 'After'}</h4>${list.length === 0 ? '<p class="dim">not there</p>' : list.map((timeline) => `<p class="mono">${esc(timeline.exit)}${timeline.spans.length === 0 ? ` <span class="dim">(line ${timeline.line}): nothing is held</span></p>` : `</p>${timelineSvg(timeline, word)}`}`).join('')}</div>`;
  return `<div class="two">${side(before, 'before')}${side(after, 'after')}</div>`;
}

function contract(fn: ReportFunction): string {
  const rows = contractRows(fn);
  if (rows.length === 0) return '';
  const cell = (text: string | null, row: (typeof rows)[number], sign: '+' | '-'): string => {
    if (text === null) return '<td></td>';
    const mark = row.changed ? `<span aria-hidden="true">${sign}</span><span class="vh">${sign === '+' ? 'added: ' : 'removed: '}</span> ` : '';
    const body = row.kind === 'exit' ? `<b>${entities(text)}</b>` : `&#8195;${entities(text)}`;
    return `<td${row.changed ? ` class="${sign === '+' ? 'plus' : 'minus'}"` : ''}>${mark}${body}</td>`;
  };
  return `<table class="con"><caption class="vh">What the caller holds, exit by exit</caption><thead><tr><th scope="col">contract before</th><th scope="col">contract after</th></tr></thead><tbody>${rows.map((row) => `<tr>${cell(row.before, row, '-')}${cell(row.after, row, '+')}</tr>`).join('')}</tbody></table>`;
}
