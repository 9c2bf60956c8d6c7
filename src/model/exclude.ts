import type { Automaton, AutoEdge, AutoNode } from './automaton.js';
import type { Walk } from './realise.js';

/**
 * The same automaton without this one walk from its start: the walk's nodes are copied so that everything that only
 * shares a part of it stays. Null when nothing is left.
 */
export function exclude(a: Automaton, walk: Walk): Automaton | null {
  const last = walk.at(-1);
  if (last === undefined || walk[0]?.node !== a.start) return null;
  const failsOnEdge = last.edge !== null && a.nodes[last.node]?.kind !== 'end';
  const copied = failsOnEdge ? walk : walk.slice(0, -1);
  if (copied.length === 0) return null;
  const nodes: AutoNode[] = [...a.nodes];
  const first = nodes.length;
  copied.forEach((hop, i) => {
    const node = a.nodes[hop.node];
    if (node === undefined) return;
    const final = i === copied.length - 1;
    const edges = node.edges.flatMap((e, k): AutoEdge[] => (k !== hop.edge ? [e] : final ? [] : [{ ...e, to: first + i + 1 }]));
    nodes.push({ ...node, edges });
  });
  const alive = (n: AutoNode | undefined): boolean => n !== undefined && (n.kind === 'end' || n.edges.length > 0);
  for (let i = copied.length - 1; i > 0; i--) {
    const before = nodes[first + i - 1];
    if (!alive(nodes[first + i]) && before !== undefined) nodes[first + i - 1] = { ...before, edges: before.edges.filter((e) => e.to !== first + i) };
  }
  return alive(nodes[first]) ? { ...a, nodes, start: first } : null;
}
