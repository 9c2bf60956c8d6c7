import { lockGraphOf, type GraphEdge } from './lock-graph.js';
import { printable } from './printable.js';
import type { Report } from './report.js';

/** `--format dot`: the lock order of the touched functions for graphviz. New edges are bold, lost ones dashed, and both say so. */
export function renderDot(report: Report): string {
  const { nodes, edges } = lockGraphOf(report);
  const lines = [
    'digraph lock_order {',
    `  label=${quoted(title(report))};`,
    '  labelloc=t; rankdir=LR; node [shape=box, fontname="monospace"]; edge [fontname="monospace", fontsize=10];',
    ...nodes.map((node, i) => `  n${i} [label=${quoted(node)}];`),
    ...edges.map((edge) => `  n${nodes.indexOf(edge.held)} -> n${nodes.indexOf(edge.taken)} [label=${quoted(words(edge))}${STYLE[edge.status]}];`),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** `--format mermaid`: the same for pages that draw mermaid. */
export function renderMermaid(report: Report): string {
  const { nodes, edges } = lockGraphOf(report);
  const arrow = { new: '==>', gone: '-.->', kept: '-->' };
  const lines = [
    'flowchart LR',
    `  %% ${title(report).replace(/[%{}]/g, ' ')}`,
    ...nodes.map((node, i) => `  n${i}["${entities(node)}"]`),
    ...edges.map((edge) => `  n${nodes.indexOf(edge.held)} ${arrow[edge.status]}|"${entities(words(edge))}"| n${nodes.indexOf(edge.taken)}`),
    ...(nodes.length === 0 ? ['  n0["no lock is taken under another"]'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

const STYLE = { new: ', style=bold, color="#b35900"', gone: ', style=dashed, color="#666666"', kept: '' } as const;

function title(report: Report): string {
  return `${printable(report.series.subject)}: lock order, an arrow leads from what is held to what is taken`;
}

function words(edge: GraphEdge): string {
  const how = edge.tryLock ? 'trylock, ' : '';
  return `${edge.status === 'kept' ? '' : `${edge.status}, `}${how}${printable(edge.place)}`;
}

function quoted(text: string): string {
  return `"${printable(text).replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

/** Everything that mermaid or a page around it could read as markup becomes a numbered entity. */
function entities(text: string): string {
  return printable(text).replace(/[^\w .,:/()-]/g, (c) => `#${c.codePointAt(0) ?? 63};`);
}
