import type { LockKind } from '../kernel/contract.js';
import type { Automaton, AutoEdge } from './automaton.js';
import type { Op } from './local.js';
import type { TermId } from '../absint/term.js';
import { alternative, exclusiveLock, readerWriterLock, reference, section, type Action, type Assertion, type Cast, type Part } from './primitives.js';
import type { Actor, Point } from './verdict.js';
import { SECTIONS, SHARED } from './holding.js';

/** The tracked objects of one automaton as cells of a program; actor 0 is the function itself. */
export interface Objects {
  readonly parts: readonly Part[];
  readonly action: (op: Op, actor: number) => Action;
  /** Whether actor 0 holds the lock, or how many references it owns, as an expression. */
  readonly held: (id: TermId) => string;
  readonly owned: (id: TermId) => string;
  /** A rival on the first tracked object: a waiter that takes the lock and gives it back, or an owner that uses the object and puts its reference. */
  readonly rival: { readonly first: Action; readonly firstText: string; readonly then: Action; readonly thenText: string } | null;
}

/** What the caller brings: locks that it holds for the function and references that it hands over, by object. */
export interface Brought {
  readonly locks: ReadonlySet<TermId>;
  readonly references: ReadonlyMap<TermId, number>;
}

/** Makes an object for each lock and reference that the automaton's steps name. `named` gives what people read. */
export function objectsOf(a: Automaton, cast: Cast, brought: Brought, named: (id: TermId) => string): Objects {
  const locks = new Map<TermId, { kind: LockKind; shared: boolean }>();
  const refs = new Set<TermId>();
  for (const n of a.nodes) for (const e of n.edges) for (const op of e.ops) {
    if (op.k === 'acquire' || op.k === 'release' || op.k === 'downgrade') { if (!locks.has(op.id)) locks.set(op.id, { kind: op.kind, shared: SHARED.has(op.kind) }); }
    else if (op.k === 'get' || op.k === 'put' || op.k === 'keep' || op.k === 'use') refs.add(op.id);
  }
  const parts: Part[] = [];
  const exclusive = new Map<TermId, ReturnType<typeof exclusiveLock>>(), rw = new Map<TermId, ReturnType<typeof readerWriterLock>>(), sections = new Map<TermId, ReturnType<typeof section>>(), counted = new Map<TermId, ReturnType<typeof reference>>();
  let n = 0;
  for (const [id, { kind, shared }] of locks) {
    const name = `lock${n++}`, label = named(id), mine = brought.locks.has(id);
    if (SECTIONS.has(kind)) { const o = section(name, cast, { label, ...(mine ? { inside: 0 } : {}) }); sections.set(id, o); parts.push(o.part); }
    else if (shared) { const o = readerWriterLock(name, cast, { label, ...(mine ? (releasedShared(a, id) ? { readBy: 0 } : { writtenBy: 0 }) : {}) }); rw.set(id, o); parts.push(o.part); }
    else { const o = exclusiveLock(name, cast, { label, ...(mine ? { heldBy: 0 } : {}) }); exclusive.set(id, o); parts.push(o.part); }
  }
  for (const id of refs) {
    // The other owner has a reference of its own, which nobody else may put.
    const o = reference(`object${n++}`, cast, { label: named(id), owned: cast.map((_, i) => (i === 0 ? brought.references.get(id) ?? 0 : 1)), kept: 0 });
    counted.set(id, o);
    parts.push(o.part);
  }
  const action = (op: Op, i: number): Action => {
    if (op.k === 'acquire') {
      const s = sections.get(op.id), r = rw.get(op.id), x = exclusive.get(op.id);
      if (s) return s.begin(i);
      if (r) return op.tryLock ? (op.mode === 'shared' ? r.tryRead(i) : r.tryWrite(i)) : op.mode === 'shared' ? r.acquireRead(i) : r.enter(i);
      if (x) return op.tryLock ? x.tryAcquire(i) : x.acquire(i);
    }
    if (op.k === 'release') {
      const s = sections.get(op.id), r = rw.get(op.id), x = exclusive.get(op.id);
      if (s) return s.end(i);
      if (r) return op.mode === 'either' ? r.releaseEither(i) : op.mode === 'shared' ? r.releaseRead(i) : r.releaseWrite(i);
      if (x) return x.release(i);
    }
    if (op.k === 'downgrade') return rw.get(op.id)?.downgrade(i) ?? NONE;
    const c = 'id' in op ? counted.get(op.id) : undefined;
    if (op.k === 'get') return c?.get(i, op.count) ?? NONE;
    // Beside another owner the function may put what is not its own, so that the harm shows where it is done.
    if (op.k === 'put') return (cast.length > 1 ? c?.putUnchecked(i, op.count) : c?.put(i, op.count)) ?? NONE;
    if (op.k === 'keep') return c?.keep(i, op.count) ?? NONE;
    if (op.k === 'use') return c?.use(i) ?? NONE;
    return NONE;
  };
  const [first] = locks.keys();
  const target = first === undefined ? null : exclusive.get(first) ?? null, shared = first === undefined ? null : rw.get(first) ?? null;
  return {
    parts, action,
    held: (id) => exclusive.get(id)?.held(0) ?? rw.get(id)?.held(0) ?? sections.get(id)?.held(0) ?? '0',
    owned: (id) => counted.get(id)?.owned(0) ?? '0',
    rival: cast.length < 2 ? null : target ? waiter(target.acquire(1), target.release(1), named(first as TermId)) : shared ? waiter(shared.enter(1), shared.releaseWrite(1), named(first as TermId)) : owner(counted, named),
  };
}

/** The function as an actor: one point per node; an end asserts what `wrongAt` says of it. */
export function actorOf(a: Automaton, name: string, file: string, objects: Objects, wrongAt: (node: number) => readonly Assertion[]): Actor {
  const end = a.nodes.length;
  const order = [a.start, ...a.nodes.map((_, i) => i).filter((i) => i !== a.start)];
  const at = new Map(order.map((node, i) => [node, i]));
  const points = order.map((i): Point => {
    const n = a.nodes[i] as Automaton['nodes'][number];
    if (n.kind === 'end') return { line: n.line, text: n.text, waits: null, alts: [alternative({ guard: '1', asserts: wrongAt(i), sets: [], waits: null }, end, null)] };
    const alts = n.edges.map((e) => joined(e, objects, at.get(e.to) ?? end));
    const waits = alts.map((x) => x.waits).find((w) => w !== null) ?? null;
    return { line: n.line, text: n.text, waits: alts.length === 1 ? waits : null, alts: alts.map((x) => alternative(x.action, x.to, x.choice)) };
  });
  return { name, file, points };
}

function waiter(take: Action, give: Action, name: string): NonNullable<Objects['rival']> {
  return { first: take, firstText: `takes ${name}`, then: give, thenText: `gives ${name} back` };
}

function owner(counted: ReadonlyMap<TermId, ReturnType<typeof reference>>, named: (id: TermId) => string): Objects['rival'] {
  for (const [id, o] of counted) return { first: o.use(1), firstText: `uses ${named(id)} under its own reference`, then: o.put(1), thenText: `puts its reference to ${named(id)}` };
  return null;
}

const NONE: Action = { guard: '1', asserts: [], sets: [], waits: null };

/** The steps of one edge as one atomic step, each seeing the sets before it. */
function joined(e: AutoEdge, objects: Objects, to: number): { action: Action; to: number; choice: string | null; waits: string | null } {
  const actions = e.ops.map((op) => objects.action(op, 0));
  const guards = actions.map((x) => x.guard).filter((g) => g !== '1');
  return {
    action: { guard: guards.length === 0 ? '1' : guards.map((g) => `(${g})`).join(' && '), asserts: actions.flatMap((x) => x.asserts), sets: actions.flatMap((x) => x.sets), waits: null },
    to, choice: e.choice, waits: actions.map((x) => x.waits).find((w) => w !== null) ?? null,
  };
}

function releasedShared(a: Automaton, id: TermId): boolean {
  return a.nodes.some((n) => n.edges.some((e) => e.ops.some((op) => op.k === 'release' && op.id === id && op.status === 'entry' && op.mode === 'shared')));
}
