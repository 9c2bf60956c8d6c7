import type { Expr } from '../parse/c/ast.js';
import type { LockKind, LockMode } from '../kernel/contract.js';
import { isHandle } from './handles.js';
import { lockClass, objectName, typeOf, type Machine } from './machine.js';
import { carried, isLocalPlace } from './derived.js';
import { baseObject } from './objects.js';
import type { State } from './state.js';
import { toExpr } from './caller-terms.js';
import type { TermId } from './term.js';

/** A lock or a reference that is held of what a field of some object stands for. */
export interface KeptResource {
  /** "anon_vma->rwsem (shared)", "anon_vma reference". */
  readonly text: string;
  readonly lock: { readonly kind: LockKind; readonly mode: LockMode; readonly tried: boolean } | null;
  /** Lock class, or reference kind. */
  readonly resource: string;
  /** The struct of the object that it is held of ("struct anon_vma"), and the lock or the object itself, over `object`. */
  readonly of: string;
  readonly place: Expr;
}

/** A field of an object that outlives the function, and what is held through what was put there. */
export interface Kept {
  /** "folio->private". */
  readonly field: string;
  /** As the code writes it: "dst->private". */
  readonly place: string;
  readonly resources: readonly KeptResource[];
  readonly line: number;
  /** The function called to store it; "" for an assignment. */
  readonly by: string;
}

/** A field whose value was read and that was cleared: who did it has what was kept there. */
export type TakenOut = Omit<Kept, 'resources'>;

/** A handle that the function was given and put into a field. */
export interface Handed extends TakenOut {
  readonly what: string;
}

/** Where a value is written, in words. */
export interface At {
  readonly line: number;
  readonly by: string;
  readonly place: string;
}

/** Takes note of a field that is about to receive `value`. True: something that is locked goes along with a handle. */
export function noteStore(m: Machine, s: State, loc: TermId, value: TermId, at: At): boolean {
  const t = m.terms.get(loc);
  if (t.k !== 'field' || isLocalPlace(m, loc)) return false;
  const field = `${objectName(m, t.base)}->${t.name}`;
  const v = m.terms.get(value);
  if (v.k === 'num') {
    const was = s.heap.get(loc) ?? m.terms.load(loc);
    if (v.value === 0 && m.terms.get(was).k !== 'num' && isUsed(m, s, was, loc)) m.takenOut.set(`${field} ${at.line}`, { field, ...at });
    return false;
  }
  const objects = carried(m, value);
  const handle = objects.find((id) => {
    const p = m.terms.get(id);
    return p.k === 'sym' && p.source === 'param' && isHandle(m, id) && m.fn.params.some((x) => x.name === p.text);
  });
  if (handle !== undefined) {
    const p = m.terms.get(handle);
    if (p.k === 'sym') m.handed.set(`${p.text} ${field}`, { what: p.text, field, ...at });
  }
  const resources = [
    ...s.held.flatMap((h) => lockOf(m, h, objects) ?? []),
    ...s.owned
      .filter((o) => objects.includes(baseObject(m, o.object)))
      .map((o): KeptResource => ({ text: `${o.kind} reference`, lock: null, resource: o.kind, of: typeOf(m, o.object)?.base ?? '', place: OBJECT })),
  ];
  const old = m.kept.get(`${field} ${at.line}`);
  const all = [...(old?.resources ?? []), ...resources]
    .filter((r, i, list) => list.findIndex((x) => x.text === r.text) === i)
    .sort((a, b) => (a.text < b.text ? -1 : 1));
  if (all.length > 0) m.kept.set(`${field} ${at.line}`, { field, ...at, resources: all });
  return resources.some((r) => r.lock !== null) && v.k === 'op';
}

/** What is kept where the function ends, or where lines begin that are not shown. */
export function stillKept(m: Machine, ends: readonly State[]): Kept[] {
  const there = new Set(ends.flatMap((s) => [...s.held.map((h) => lockClass(m, h.lock)), ...s.owned.map((o) => o.kind)]));
  return [...m.kept.values()].flatMap((k) => {
    const resources = k.resources.filter((r) => there.has(r.resource));
    return resources.length > 0 ? [{ ...k, resources }] : [];
  });
}

const OBJECT: Expr = { k: 'id', name: 'object', line: 0 };

/** The lock, where it is reached through one of `objects`. */
function lockOf(m: Machine, h: State['held'][number], objects: readonly TermId[]): KeptResource | null {
  for (let id = h.lock, steps = 0; steps < 12; steps++) {
    const t = m.terms.get(id);
    const type = typeOf(m, id);
    if (id !== h.lock && type?.pointers === 1 && objects.includes(baseObject(m, id))) {
      const place = toExpr(m, h.lock, null, new Map([[id, OBJECT]]));
      const shared = h.mode === 'shared';
      return place === null
        ? null
        : {
            text: `${lockClass(m, h.lock)}${shared ? ' (shared)' : ''}`,
            lock: { kind: h.kind, mode: h.mode, tried: h.tried },
            resource: lockClass(m, h.lock),
            of: type.base,
            place,
          };
    }
    if (t.k === 'addr' || t.k === 'load') id = t.loc;
    else if (t.k === 'field' || t.k === 'elem' || t.k === 'deref') id = t.base;
    else return null;
  }
  return null;
}

/** What was read from the field is in some variable, or in another place. */
function isUsed(m: Machine, s: State, was: TermId, loc: TermId): boolean {
  const has = (id: TermId, depth = 0): boolean => {
    if (id === was) return true;
    const t = m.terms.get(id);
    return depth < 8 && t.k === 'op' && t.args.some((a) => has(a, depth + 1));
  };
  return [...s.env.values()].some((v) => has(v)) || [...s.heap].some(([at, v]) => at !== loc && has(v));
}
