import type { TermId } from '../absint/term.js';
import type { AutoEdge, Automaton } from './automaton.js';
import type { Op } from './local.js';
import type { TrackedObject } from './objects.js';
import { alternative, NOTHING, type Action, type Assertion } from './primitives.js';
import type { Actor, Point } from './verdict.js';

/** How an actor's end is judged. `keeps`: objects on which something is left that should not be. */
export interface End {
  readonly asserts: readonly Assertion[];
  readonly keeps: ReadonlySet<TermId>;
}

/** Where the points of an actor come from, for following a schedule back into the function. */
export interface Origin {
  readonly node: number;
  /** Per alternative: the edge it begins, -1 where it goes on within an edge begun before. */
  readonly edges: readonly number[];
}

export interface ComposedActor {
  readonly actor: Actor;
  readonly origins: readonly Origin[];
}

/** What an actor is made of. `index` is its place in the cast. */
export interface Part {
  readonly automaton: Automaton;
  readonly name: string;
  readonly file: string;
  readonly index: number;
  readonly object: (id: TermId) => TrackedObject | null;
  readonly end: (node: number) => End;
  /** Replaces an edge's choices by those of a run that was followed exactly. */
  readonly choice: (node: number, edge: number, said: string | null) => string | null;
}

/**
 * One program point per node. The steps of an edge happen at once where they can; a lock that may have to be waited
 * for, and a second step on the same object, begin a point of their own.
 */
export function composeActor(part: Part): ComposedActor {
  const { automaton } = part;
  const order = [automaton.start, ...automaton.nodes.keys()].filter((n, i, all) => all.indexOf(n) === i);
  const place = new Map(order.map((node, i) => [node, i]));
  const points: Draft[] = order.map((node) => ({
    node,
    line: automaton.nodes[node]?.line ?? 0,
    text: automaton.nodes[node]?.text ?? '',
    waits: null,
    alts: [],
    edges: [],
  }));
  const END = -1;
  for (const draft of points.slice(0, order.length)) {
    const node = automaton.nodes[draft.node];
    if (node === undefined) continue;
    if (node.kind === 'end') {
      const end = part.end(draft.node);
      draft.alts.push({ ...alternative({ ...NOTHING, sets: leaving(part, end) }, END, null), asserts: end.asserts });
      draft.edges.push(-1);
      continue;
    }
    node.edges.forEach((e, k) => addEdge(part, points, draft, e, k, place.get(e.to) ?? END));
    // A trylock does not wait: where its failing side is not followed, the run leaves the model by it.
    if (node.edges.some((e) => e.ops.some((op) => op.k === 'acquire' && op.tryLock)) && !draft.alts.some((a) => a.guard === '1')) {
      draft.alts.push(alternative({ ...NOTHING, sets: leaving(part, { asserts: [], keeps: new Set() }) }, END, 'the trylock fails; not followed further'));
      draft.edges.push(-1);
    }
  }
  const last = points.length;
  return {
    actor: {
      name: part.name,
      file: part.file,
      points: points.map((p): Point => ({ line: p.line, text: p.text, waits: p.waits, alts: p.alts.map((a) => ({ ...a, to: a.to === END ? last : a.to })) })),
    },
    origins: points.map((p) => ({ node: p.node, edges: p.edges })),
  };
}

interface Draft {
  readonly node: number;
  readonly line: number;
  readonly text: string;
  waits: string | null;
  readonly alts: Point['alts'][number][];
  readonly edges: number[];
}

function addEdge(part: Part, points: Draft[], from: Draft, e: AutoEdge, k: number, to: number): void {
  const groups = together(e.ops);
  let here = from;
  groups.forEach((ops, g) => {
    const next = g === groups.length - 1 ? to : points.length;
    const choice = g === 0 ? part.choice(from.node, k, e.choice) : null;
    const begins = g === 0 ? k : -1;
    const target = next === points.length ? newPoint(points, from) : null;
    const steps = ops.map((op) => stepOf(part, op));
    const writer = steps.find((s) => 'fast' in s);
    if (writer === undefined || !('fast' in writer)) {
      const action = combined(steps.flatMap((s) => ('once' in s ? [s.once] : [])));
      here.waits ??= action.waits;
      here.alts.push(alternative(action, next, choice));
      here.edges.push(begins);
    } else {
      const rest = steps.flatMap((s) => ('once' in s ? [s.once] : []));
      const queued = newPoint(points, from);
      here.alts.push(alternative(combined([writer.fast, ...rest]), next, choice), alternative(writer.queue, points.indexOf(queued), choice));
      here.edges.push(begins, begins);
      const enter = combined([writer.enter, ...rest]);
      queued.waits = enter.waits;
      queued.alts.push(alternative(enter, next, null));
      queued.edges.push(-1);
    }
    if (target !== null) here = target;
  });
}

function newPoint(points: Draft[], from: Draft): Draft {
  const p: Draft = { node: from.node, line: from.line, text: from.text, waits: null, alts: [], edges: [] };
  points.push(p);
  return p;
}

function stepOf(part: Part, op: Op): ReturnType<TrackedObject['step']> {
  if (op.k === 'move') {
    const from = part.object(op.from);
    const to = part.object(op.to);
    return { once: from === null || to === null || from.type !== to.type ? NOTHING : { ...NOTHING, sets: from.handTo(to, part.index) } };
  }
  return part.object(op.id)?.step(op, part.index) ?? { once: NOTHING };
}

/** Splits the steps of an edge where one has to wait, or sees what another has done to its object. */
function together(ops: readonly Op[]): readonly (readonly Op[])[] {
  const groups: Op[][] = [[]];
  let touched = new Set<TermId>();
  for (const op of ops) {
    const ids = op.k === 'move' ? [] : [op.id];
    const waits = op.k === 'acquire' && !op.tryLock;
    const current = groups.at(-1) ?? [];
    if (current.length > 0 && (waits || ids.some((id) => touched.has(id)))) {
      groups.push([op]);
      touched = new Set(ids);
    } else {
      current.push(op);
      for (const id of ids) touched.add(id);
    }
  }
  return groups;
}

function combined(actions: readonly Action[]): Action {
  const guards = actions.map((a) => a.guard).filter((g) => g !== '1');
  return {
    guard: guards.length === 0 ? '1' : guards.length === 1 ? (guards[0] ?? '1') : guards.map((g) => `(${g})`).join(' && '),
    asserts: actions.flatMap((a) => a.asserts),
    sets: actions.flatMap((a) => a.sets),
    waits: actions.find((a) => a.waits !== null)?.waits ?? null,
  };
}

/** What an ended function leaves with its caller, the caller gives back; what it should not have left stays. */
function leaving(part: Part, end: End): Action['sets'] {
  const objects = new Map<string, TrackedObject>();
  for (const n of part.automaton.nodes)
    for (const e of n.edges)
      for (const op of e.ops) {
        for (const id of op.k === 'move' ? [op.from, op.to] : [op.id]) {
          const o = part.object(id);
          if (o !== null && !end.keeps.has(id)) objects.set(o.name, o);
        }
      }
  const left = [...objects.values()].flatMap((o) => o.giveBack(part.index));
  // What a function leaves behind is not given back; what its caller kept is.
  return [...left, ...[...end.keeps].flatMap((id) => part.object(id)?.callerGoes(part.index) ?? [])];
}
