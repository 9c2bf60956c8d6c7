import type { TermId } from '../absint/term.js';
import type { LockKind } from '../kernel/contract.js';
import type { Automaton } from './automaton.js';
import type { Op } from './local.js';

/** An object that some step of an automaton touches. `kind` null: a counted object; "value": what others may change. */
export interface ObjectInfo {
  readonly id: TermId;
  readonly kind: LockKind | 'value' | null;
  /** The caller keeps it alive while the function runs: references to it are taken without a lookup. */
  readonly pinned: boolean;
}

/** The tracked objects in the order in which the nodes name them. */
export function exploredObjects(a: Automaton): readonly ObjectInfo[] {
  const out = new Map<TermId, ObjectInfo>();
  const add = (id: TermId, kind: ObjectInfo['kind']): void => {
    if (!out.has(id)) out.set(id, { id, kind, pinned: false });
  };
  const ops = a.nodes.flatMap((n) => n.edges.flatMap((e) => e.ops));
  for (const op of ops) {
    if (op.k === 'acquire' || op.k === 'release' || op.k === 'downgrade' || op.k === 'walk') add(op.id, op.kind);
    else if (op.k === 'get' || op.k === 'put' || op.k === 'keep' || op.k === 'use') add(op.id, null);
    else if (op.k === 'test' || op.k === 'rely' || op.k === 'alone') add(op.id, 'value');
  }
  for (const [from, to] of moves(ops)) {
    const known = out.get(from) ?? out.get(to);
    if (known !== undefined) {
      add(from, known.kind);
      add(to, known.kind);
    }
  }
  const taken = new Set<TermId>();
  const found = new Set<TermId>();
  for (const op of ops) if (op.k === 'get') (op.found ? found : taken).add(op.id);
  return [...out.values()].map((o) => ({ ...o, pinned: taken.has(o.id) && !found.has(o.id) }));
}

function moves(ops: readonly Op[]): readonly (readonly [TermId, TermId])[] {
  return ops.flatMap((op) => (op.k === 'move' ? [[op.from, op.to] as const] : []));
}
