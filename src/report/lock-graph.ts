import type { Report, ReportFunction } from './report.js';

/** One "is taken while held" edge over a set of functions, and how the series changed it. */
export interface GraphEdge {
  readonly held: string;
  readonly taken: string;
  readonly status: 'new' | 'gone' | 'kept';
  /** Only ever by a trylock. */
  readonly tryLock: boolean;
  /** One place that takes it; on the side before for an edge that is gone. */
  readonly file: string;
  readonly line: number;
  readonly function: string;
  /** "file:line function()". */
  readonly place: string;
}

export interface LockGraphPicture {
  /** Lock classes, sorted. */
  readonly nodes: readonly string[];
  readonly edges: readonly GraphEdge[];
}

/**
 * The order in which the series' functions take locks: before the first patch against after the last. A function that
 * several patches touch counts with its first "before" and its last "after". Edges are sorted by their names.
 */
export function lockGraphOf(report: Report, functions: readonly ReportFunction[] = report.functions): LockGraphPicture {
  const first = new Map<string, ReportFunction>();
  const last = new Map<string, ReportFunction>();
  for (const fn of functions) {
    const key = `${fn.file} ${fn.name}`;
    if (!first.has(key)) first.set(key, fn);
    last.set(key, fn);
  }
  const before = edgesOf([...first.values()], 'before');
  const after = edgesOf([...last.values()], 'after');
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const edges = keys.flatMap((key): readonly GraphEdge[] => {
    const edge = after.get(key) ?? before.get(key);
    return edge === undefined ? [] : [{ ...edge, status: !after.has(key) ? 'gone' : before.has(key) ? 'kept' : 'new' }];
  });
  return { nodes: [...new Set(edges.flatMap((edge) => [edge.held, edge.taken]))].sort(), edges };
}

/** What is taken under each lock, the outermost locks first; for whoever lists the graph instead of drawing it. */
export function orderTree(graph: LockGraphPicture): readonly { readonly held: string; readonly edges: readonly GraphEdge[] }[] {
  const depth = layersOf(graph);
  const held = [...new Set(graph.edges.map((edge) => edge.held))];
  return held
    .sort((a, b) => (depth.get(a) ?? 0) - (depth.get(b) ?? 0))
    .map((name) => ({ held: name, edges: graph.edges.filter((edge) => edge.held === name) }));
}

/** "new, trylock", "kept", "new, inverts an order below": what a reader has to know of an edge besides its ends. */
export function edgeWords(graph: LockGraphPicture, edge: GraphEdge): string {
  const circle =
    edge.held === edge.taken ? 'same class' : edge.status !== 'gone' && reaches(graph, edge.taken, edge.held) ? 'the reverse order exists too' : '';
  return [edge.status, edge.tryLock ? 'trylock' : '', circle].filter((word) => word !== '').join(', ');
}

/** Longest way from a source; edges that close a cycle are not followed. */
export function layersOf(graph: LockGraphPicture): ReadonlyMap<string, number> {
  const depth = new Map<string, number>();
  const visit = (node: string, way: readonly string[]): number => {
    const known = depth.get(node);
    if (known !== undefined) return known;
    const before = graph.edges.filter((edge) => edge.taken === node && edge.held !== node && !way.includes(edge.held));
    const value = before.length === 0 ? 0 : 1 + Math.max(...before.map((edge) => visit(edge.held, [...way, node])));
    if (way.length === 0) depth.set(node, value);
    return value;
  };
  for (const node of graph.nodes) visit(node, []);
  return depth;
}

function reaches(graph: LockGraphPicture, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const node of seen) for (const edge of graph.edges) if (edge.held === node && edge.status !== 'gone') seen.add(edge.taken);
  return seen.has(to);
}

function edgesOf(functions: readonly ReportFunction[], side: 'before' | 'after'): ReadonlyMap<string, Omit<GraphEdge, 'status'>> {
  const edges = new Map<string, Omit<GraphEdge, 'status'>>();
  for (const fn of functions) {
    for (const { held, taken, line, tryLock } of fn.order[side]) {
      const key = `${held}\0${taken}`;
      const old = edges.get(key);
      edges.set(
        key,
        old === undefined
          ? { held, taken, tryLock, file: fn.file, line, function: fn.name, place: `${fn.file}:${line} ${fn.name}()` }
          : { ...old, tryLock: old.tryLock && tryLock },
      );
    }
  }
  return edges;
}
