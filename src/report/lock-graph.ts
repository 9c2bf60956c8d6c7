import type { Report, ReportFunction } from './report.js';

/** One "is taken while held" edge over a set of functions, and how the series changed it. */
export interface GraphEdge {
  readonly held: string;
  readonly taken: string;
  readonly status: 'new' | 'gone' | 'kept';
  /** Only ever by a trylock. */
  readonly tryLock: boolean;
  /** "file:line function()" of one place that takes it. */
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
  const first = new Map<string, ReportFunction>(), last = new Map<string, ReportFunction>();
  for (const fn of functions) {
    const key = `${fn.file} ${fn.name}`;
    if (!first.has(key)) first.set(key, fn);
    last.set(key, fn);
  }
  const before = edgesOf([...first.values()], 'before'), after = edgesOf([...last.values()], 'after');
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const edges = keys.flatMap((key): readonly GraphEdge[] => {
    const edge = after.get(key) ?? before.get(key);
    return edge === undefined ? [] : [{ ...edge, status: !after.has(key) ? 'gone' : before.has(key) ? 'kept' : 'new' }];
  });
  return { nodes: [...new Set(edges.flatMap((edge) => [edge.held, edge.taken]))].sort(), edges };
}

function edgesOf(functions: readonly ReportFunction[], side: 'before' | 'after'): ReadonlyMap<string, Omit<GraphEdge, 'status'>> {
  const edges = new Map<string, Omit<GraphEdge, 'status'>>();
  for (const fn of functions) {
    for (const { held, taken, line, tryLock } of fn.order[side]) {
      const key = `${held}\0${taken}`;
      const old = edges.get(key);
      edges.set(key, old === undefined ? { held, taken, tryLock, place: `${fn.file}:${line} ${fn.name}()` } : { ...old, tryLock: old.tryLock && tryLock });
    }
  }
  return edges;
}
