import { exitOf, type Exit } from './exit.js';
import type { Exploration, MicroNode } from './explore.js';
import { blocksForEver, type Op } from './local.js';

/** One actor: its points are the steps that touch tracked objects, everything between them is collapsed into edges. */
export interface Automaton {
  readonly exploration: Exploration;
  readonly nodes: readonly AutoNode[];
  /** Index of the first node; -1 when no run ends or fails. */
  readonly start: number;
  /** Whether some run passes the whole route and then ends or fails. */
  readonly covers: boolean;
}

export interface AutoNode {
  readonly kind: 'start' | 'point' | 'end';
  readonly line: number;
  readonly text: string;
  readonly edges: readonly AutoEdge[];
  /** Of an end. */
  readonly exit: Exit | null;
  /** True when every run through here has passed the whole route. */
  readonly covered: boolean;
  /** The states of the exploration that this node stands for; they go the same ways. */
  readonly micro: readonly number[];
}

export interface AutoEdge {
  readonly ops: readonly Op[];
  readonly to: number;
  /** The free choices on the way, in order; null when there was none. */
  readonly choice: string | null;
}

/** More points than any real slice has. */
export const NODE_CAP = 1_500;
const MAX_CHOICE = 400;

/** True when this step is wrong in itself, whatever the others do. */
export function isFailing(op: Op): boolean {
  switch (op.k) {
    case 'acquire':
      return blocksForEver(op);
    case 'release':
      return op.status !== 'mine' && op.status !== 'entry';
    case 'put':
    case 'keep':
      return op.status === 'not-owned';
    case 'use':
      return true;
    default:
      return false;
  }
}

/**
 * Collapses an exploration. With a route (`routeLength` > 0) steps that are wrong in themselves are kept only behind
 * the whole route, so that whatever fails is the finding and not its neighbour. Null when there are too many points.
 */
export function collapse(x: Exploration, routeLength = 0): Automaton | null {
  const kept = keptEdges(x, routeLength);
  const stops = x.nodes.filter((n) => n.kind !== 'block');
  if (stops.length > NODE_CAP) return null;
  const reachable = new Map<number, readonly Closure[]>();
  const after = (node: MicroNode): readonly { readonly ops: readonly Op[]; readonly choice: string | null; readonly targets: readonly Closure[] }[] =>
    node.edges.flatMap((e, i) => {
      if (kept.get(node.id)?.has(i) !== true) return [];
      const targets = closure(x, kept, e.to, reachable);
      return [{ ops: e.ops, choice: e.choice, targets }];
    });
  const root = x.nodes[0];
  if (root === undefined || !kept.has(0)) return { exploration: x, nodes: [], start: -1, covers: false };
  const covers = x.nodes.some(
    (n) => n.route >= routeLength && kept.has(n.id) && (n.kind === 'end' || n.edges.some((e, i) => kept.get(n.id)?.has(i) === true && e.ops.some(isFailing))),
  );
  const groups = merge(
    routeLength,
    x,
    stops.filter((n) => kept.has(n.id)),
    after,
  );
  const rootTargets = root.kind === 'block' ? closure(x, kept, 0, reachable) : [{ target: 0, ops: [], choice: null }];
  const nodes = groups.list.map((members): AutoNode => {
    const first = x.nodes[members[0] ?? 0];
    const edges = first === undefined ? [] : after(first).flatMap((w) => w.targets.map((t) => edge(w.ops, w.choice, t, groups.of)));
    return {
      kind: first?.kind === 'end' ? 'end' : 'point',
      line: first?.line ?? 0,
      text: first?.text ?? '',
      edges: distinct(edges),
      exit: first?.kind === 'end' ? exitOf(x.m, first) : null,
      covered: first !== undefined && first.route >= routeLength,
      micro: members,
    };
  });
  const starts = distinct(rootTargets.map((t) => edge([], null, t, groups.of)));
  const [only] = starts;
  if (only === undefined) return { exploration: x, nodes: [], start: -1, covers: false };
  if (starts.length === 1 && only.choice === null && only.ops.length === 0) return { exploration: x, nodes, start: only.to, covers };
  const start = nodes.push({ kind: 'start', line: x.cfg.fn.line, text: `${x.cfg.fn.name}()`, edges: starts, exit: null, covered: false, micro: [0] }) - 1;
  return { exploration: x, nodes, start, covers };
}

interface Closure {
  readonly target: number;
  readonly ops: readonly Op[];
  readonly choice: string | null;
}

/** The edges on runs that end, or fail behind the route. Nodes without one are left out. */
function keptEdges(x: Exploration, routeLength: number): Map<number, Set<number>> {
  const through = (n: MicroNode): boolean => routeLength === 0 || n.route >= routeLength;
  const preds = new Map<number, number[]>();
  const useful = new Set<number>();
  const work: number[] = [];
  const mark = (id: number): void => {
    if (!useful.has(id)) {
      useful.add(id);
      work.push(id);
    }
  };
  for (const n of x.nodes) {
    for (const e of n.edges) preds.set(e.to, [...(preds.get(e.to) ?? []), n.id]);
    if (n.kind === 'end' || (through(n) && n.edges.some((e) => e.ops.some(isFailing)))) mark(n.id);
  }
  const allowed = (n: MicroNode, ops: readonly Op[]): boolean => through(n) || !ops.some(isFailing);
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    for (const p of preds.get(id) ?? []) {
      const node = x.nodes[p];
      if (node?.edges.some((e) => e.to === id && allowed(node, e.ops)) === true) mark(p);
    }
  }
  const kept = new Map<number, Set<number>>();
  for (const id of useful) {
    const node = x.nodes[id];
    if (node === undefined) continue;
    const edges = node.edges.flatMap((e, i) => (allowed(node, e.ops) && (useful.has(e.to) || e.ops.some(isFailing)) ? [i] : []));
    kept.set(id, new Set(edges));
  }
  return kept;
}

/** The points and ends first met from `from` on, each with the shortest way's choices; one entry per target and renaming. */
function closure(x: Exploration, kept: ReadonlyMap<number, ReadonlySet<number>>, from: number, cache: Map<number, readonly Closure[]>): readonly Closure[] {
  const known = cache.get(from);
  if (known !== undefined) return known;
  const out = new Map<string, Closure>();
  const seen = new Set<string>();
  let layer: { readonly id: number; readonly ops: readonly Op[]; readonly choices: readonly string[] }[] = [{ id: from, ops: [], choices: [] }];
  while (layer.length > 0) {
    const next: typeof layer = [];
    for (const here of layer) {
      const node = x.nodes[here.id];
      const key = `${here.id} ${JSON.stringify(here.ops)}`;
      if (node === undefined || seen.has(key) || !kept.has(here.id)) continue;
      seen.add(key);
      if (node.kind !== 'block') {
        if (!out.has(key)) out.set(key, { target: here.id, ops: here.ops, choice: sayChoices(here.choices) });
        continue;
      }
      node.edges.forEach((e, i) => {
        if (kept.get(node.id)?.has(i) === true)
          next.push({
            id: e.to,
            ops: e.ops.length === 0 ? here.ops : [...here.ops, ...e.ops],
            choices: e.choice === null || here.choices.at(-1) === e.choice ? here.choices : [...here.choices, e.choice],
          });
      });
    }
    layer = next;
  }
  const result = [...out.values()];
  cache.set(from, result);
  return result;
}

/** Groups stops that do the same and go on alike (coarsest stable partition). */
function merge(
  routeLength: number,
  x: Exploration,
  stops: readonly MicroNode[],
  after: (n: MicroNode) => readonly { readonly ops: readonly Op[]; readonly targets: readonly Closure[] }[],
): { readonly of: ReadonlyMap<number, number>; readonly list: readonly (readonly number[])[] } {
  const shape = new Map(stops.map((n) => [n.id, after(n)]));
  const rank = (key: (n: MicroNode) => string): Map<number, number> => {
    const names = new Map<string, number>();
    return new Map(
      stops.map((n) => {
        const k = key(n);
        const g = names.get(k) ?? names.size;
        names.set(k, g);
        return [n.id, g];
      }),
    );
  };
  const exit = (n: MicroNode): string => {
    if (n.kind !== 'end') return '';
    const e = exitOf(x.m, n);
    return `${e.mask} ${e.state} ${e.value}`;
  };
  let of = rank((n) => `${n.kind} ${n.block} ${n.at} ${exit(n)} ${n.route >= routeLength} ${JSON.stringify(shape.get(n.id)?.map((w) => w.ops))}`);
  for (let count = -1; count !== new Set(of.values()).size; ) {
    count = new Set(of.values()).size;
    const before = of;
    of = rank(
      (n) =>
        `${before.get(n.id)} ${JSON.stringify(
          shape.get(n.id)?.map((w) =>
            w.targets
              .map((t) => [before.get(t.target), t.ops])
              .map((t) => JSON.stringify(t))
              .sort(),
          ),
        )}`,
    );
  }
  const list: number[][] = [];
  for (const n of stops) {
    const g = of.get(n.id) ?? 0;
    (list[g] ??= []).push(n.id);
  }
  return { of, list };
}

function edge(ops: readonly Op[], choice: string | null, t: Closure, of: ReadonlyMap<number, number>): AutoEdge {
  return { ops: t.ops.length === 0 ? ops : [...ops, ...t.ops], to: of.get(t.target) ?? -1, choice: sayChoices([choice, t.choice].filter((c) => c !== null)) };
}

function distinct(edges: readonly AutoEdge[]): AutoEdge[] {
  const out = new Map<string, AutoEdge>();
  for (const e of edges) {
    const key = `${e.to} ${JSON.stringify(e.ops)}`;
    const old = out.get(key);
    if (old === undefined || (e.choice ?? '').length < (old.choice ?? '').length) out.set(key, e);
  }
  return [...out.values()];
}

function sayChoices(choices: readonly string[]): string | null {
  if (choices.length === 0) return null;
  const text = choices.join('; ');
  return text.length <= MAX_CHOICE ? text : `${text.slice(0, MAX_CHOICE - 1)}…`;
}
