import { displayWidth, truncateMiddle } from '../layout.js';
import { layersOf, type LockGraphPicture } from '../lock-graph.js';
import { printable } from '../printable.js';
import { entities, esc } from './escape.js';

/** The lock order as layers from left to right: an arrow leads from what is held to what is taken. Empty without edges. */
export function graphSvg(graph: LockGraphPicture): string {
  if (graph.edges.length === 0) return '';
  const layer = layersOf(graph);
  const columns = new Map<number, string[]>();
  for (const node of graph.nodes) columns.set(layer.get(node) ?? 0, [...(columns.get(layer.get(node) ?? 0) ?? []), node]);
  const at = new Map<string, { readonly x: number; readonly y: number; readonly w: number }>();
  let x = 14;
  const tallest = Math.max(...[...columns.values()].map((nodes) => nodes.length));
  for (const column of [...columns.keys()].sort((a, b) => a - b)) {
    const nodes = columns.get(column) ?? [];
    const width = Math.max(...nodes.map((node) => displayWidth(name(node)) * 7.4 + 20));
    nodes.forEach((node, i) => at.set(node, { x, y: 30 + (i + (tallest - nodes.length) / 2) * 62, w: width }));
    x += width + 110;
  }
  const width = x - 96;
  const height = 30 + tallest * 62;
  const boxes = graph.nodes.map((node) => {
    const box = at.get(node) ?? { x: 0, y: 0, w: 0 };
    return `<rect class="node" x="${n(box.x)}" y="${n(box.y)}" width="${n(box.w)}" height="30" rx="4"/><text class="nodet" x="${n(box.x + box.w / 2)}" y="${n(box.y + 20)}" text-anchor="middle">${entities(name(node))}</text>`;
  });
  const arrows = graph.edges.map((edge) => {
    const a = at.get(edge.held);
    const b = at.get(edge.taken);
    if (a === undefined || b === undefined) return '';
    const self = edge.held === edge.taken;
    const back = !self && b.x <= a.x;
    const path = self
      ? `M${n(a.x + a.w / 2 - 16)} ${n(a.y)}c-8 -26 40 -26 32 0`
      : back
        ? `M${n(a.x + a.w / 2)} ${n(a.y + 30)}C${n(a.x)} ${n(a.y + 66)} ${n(b.x + b.w)} ${n(b.y + 66)} ${n(b.x + b.w / 2)} ${n(b.y + 30)}`
        : `M${n(a.x + a.w)} ${n(a.y + 15)}C${n(a.x + a.w + 50)} ${n(a.y + 15)} ${n(b.x - 50)} ${n(b.y + 15)} ${n(b.x)} ${n(b.y + 15)}`;
    const label = [edge.status === 'kept' ? '' : edge.status, edge.tryLock ? 'trylock' : '', self ? 'same class' : ''].filter((word) => word !== '').join(', ');
    const where = self ? [a.x + a.w / 2, a.y - 20] : [(a.x + a.w + b.x) / 2, (a.y + b.y) / 2 + (back ? 50 : 6)];
    return `<path class="arc ${edge.status}" d="${path}" marker-end="url(#tip)"><title>${esc(`${edge.held}, then ${edge.taken}: ${edge.place}`)}</title></path>${label === '' ? '' : `<text class="arct" x="${n(where[0] ?? 0)}" y="${n(where[1] ?? 0)}" text-anchor="middle">${esc(label)}</text>`}`;
  });
  const words = graph.edges.map((edge) => `${printable(edge.held)} then ${printable(edge.taken)} (${edge.status})`).join('; ');
  return (
    `<svg class="graph" viewBox="0 0 ${n(width)} ${n(height)}" width="${n(width)}" height="${n(height)}" role="img" aria-label="${entities(`Lock order: ${words}`)}">` +
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="tipp" d="M0 0L8 4L0 8z"/></marker></defs>${arrows.join('')}${boxes.join('')}</svg>`
  );
}

function name(node: string): string {
  return truncateMiddle(printable(node), 36);
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
