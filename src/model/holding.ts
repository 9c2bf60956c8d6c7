import { printExpr } from '../cfg/print.js';
import { lockClass, objectName, strip, type Machine } from '../absint/machine.js';
import { rereadFieldsOf } from '../absint/rereads.js';
import { toExpr } from '../absint/caller-terms.js';
import type { TermId } from '../absint/term.js';
import type { LockKind, LockMode } from '../kernel/contract.js';
import type { Local, Op, Slice } from './local.js';

interface LockSite {
  readonly id: TermId;
  readonly kind: LockKind;
  readonly line: number;
  readonly place: string;
}
interface RefSite {
  readonly id: TermId;
  readonly kind: string;
  readonly count: number;
  readonly line: number;
  readonly place: string;
}

/** A loop that takes and never gives back is followed to this depth. */
const DEEPEST = 4;

/** Kinds that nest and exclude nobody: sections. */
export const SECTIONS: ReadonlySet<LockKind> = new Set<LockKind>(['rcu', 'srcu', 'preempt', 'bh', 'irq', 'local', 'pair', 'seq']);
/** Kinds with readers and writers. */
export const SHARED: ReadonlySet<LockKind> = new Set<LockKind>(['rwsem', 'rwlock', 'percpu_rwsem']);

/**
 * One name for the same thing before and after a patch: an access path over the caller's arguments and globals
 * where there is one, else its class. Never a local name.
 */
export function resourceName(m: Machine, id: TermId, lock: boolean): string {
  const path = toExpr(m, id, null);
  const order = m.fn.params.map((p) => p.name);
  if (path !== null)
    return printExpr(path)
      .replace(/[A-Za-z_]\w*/g, (w) => (order.includes(w) ? `#${order.indexOf(w)}` : w))
      .replace(/^&/, '');
  return lock ? `a ${lockClass(m, id)}` : `a ${objectName(m, id)}`;
}

/** Takes a lock. Null: cannot happen (a trylock of what this path holds). */
export function acquireLock(m: Machine, l: Local, slice: Slice, at: LockSite & { readonly mode: LockMode; readonly tryLock: boolean }): Op[] | null {
  const { s } = l;
  const entry = s.entry.get(at.id);
  const fromCaller = entry === undefined && !SECTIONS.has(at.kind) && slice.entry.lock(resourceName(m, at.id, true)) === 'held';
  const mine = s.held.find((h) => h.lock === at.id && h.kind === at.kind);
  const again = (mine !== undefined || fromCaller) && !SECTIONS.has(at.kind);
  if (again && at.tryLock && !((mine?.mode ?? 'exclusive') === 'shared' && at.mode === 'shared')) return null;
  if (entry === undefined && mine === undefined)
    s.entry = new Map([
      ...s.entry,
      [at.id, { assumed: fromCaller ? 'held' : 'free', kind: at.kind, mode: at.mode, line: at.line, place: at.place, direct: true, failedTry: false }],
    ]);
  s.held = mine
    ? s.held.map((h) => (h === mine ? { ...h, count: Math.min(h.count + 1, DEEPEST) } : h))
    : [
        ...s.held,
        { lock: at.id, kind: at.kind, mode: at.mode, count: 1, line: at.line, place: at.place, escaped: false, direct: true, tried: at.tryLock },
      ].sort((a, b) => a.lock - b.lock);
  rereadFieldsOf(m, s, at.id, { block: 0, line: at.line });
  return [{ k: 'acquire', id: at.id, kind: at.kind, mode: at.mode, tryLock: at.tryLock, again, sharedBefore: mine?.mode === 'shared' }];
}

/** Gives a lock back: this path's own, one it may be another name of, or the caller's. */
export function releaseLock(m: Machine, l: Local, slice: Slice, at: LockSite & { readonly mode: LockMode | 'either' }): Op[] {
  const { s } = l;
  const exact = s.held.find((h) => h.lock === at.id && h.kind === at.kind);
  const mine = exact ?? s.held.find((h) => h.lock === at.id) ?? (slice.exactNames ? undefined : otherName(m, l, at.id, at.kind));
  const op = (id: TermId, status: Extract<Op, { k: 'release' }>['status']): Op[] => [{ k: 'release', id, kind: at.kind, mode: at.mode, status }];
  if (mine !== undefined) {
    s.held = mine.count > 1 ? s.held.map((h) => (h === mine ? { ...h, count: h.count - 1 } : h)) : s.held.filter((h) => h !== mine);
    if (mine.kind !== at.kind) return op(mine.lock, 'wrong-kind');
    return op(mine.lock, at.mode !== 'either' && at.mode !== mine.mode && SHARED.has(at.kind) ? 'wrong-mode' : 'mine');
  }
  const entry = s.entry.get(at.id);
  if (entry === undefined && slice.entry.lock(resourceName(m, at.id, true)) !== 'free') {
    s.entry = new Map([...s.entry, [at.id, { assumed: 'held', kind: at.kind, mode: at.mode, line: at.line, place: at.place, direct: true, failedTry: false }]]);
    const mode = slice.entry.mode(resourceName(m, at.id, true));
    return op(at.id, SHARED.has(at.kind) && mode !== null && mode !== 'either' && at.mode !== 'either' && mode !== at.mode ? 'wrong-mode' : 'entry');
  }
  if (entry === undefined)
    s.entry = new Map([...s.entry, [at.id, { assumed: 'free', kind: at.kind, mode: at.mode, line: at.line, place: at.place, direct: true, failedTry: false }]]);
  return op(at.id, 'not-held');
}

export function downgradeLock(m: Machine, l: Local, id: TermId, kind: LockKind): Op[] {
  const mine = l.s.held.find((h) => h.lock === id && h.kind === kind) ?? otherName(m, l, id, kind);
  if (mine === undefined) return [];
  l.s.held = l.s.held.map((h) => (h === mine ? { ...h, mode: 'shared' as const } : h));
  return [{ k: 'downgrade', id: mine.lock, kind }];
}

export function getReference(m: Machine, l: Local, at: RefSite & { readonly found: boolean }): Op[] {
  const { s } = l;
  const id = strip(m.terms, at.id);
  lookAgain(m, l, id);
  const mine = s.owned.find((o) => o.object === id);
  s.owned = mine
    ? s.owned.map((o) => (o === mine ? { ...o, count: Math.min(o.count + at.count, DEEPEST) } : o))
    : [
        ...s.owned,
        { object: id, kind: at.kind, count: at.count, line: at.line, place: at.place, escaped: false, lent: false, under: [], claim: 'added' as const },
      ].sort((a, b) => a.object - b.object);
  s.gone = new Map([...s.gone].filter(([x]) => x !== id));
  return [{ k: 'get', id, count: at.count, found: at.found }];
}

/** Gives references back, or (`keep`) hands them to an object that keeps them; this path's own first, then the caller's. */
export function putReference(m: Machine, l: Local, slice: Slice, at: RefSite & { readonly keep: boolean }): Op[] {
  const { s } = l;
  const id = strip(m.terms, at.id);
  const k = at.keep ? 'keep' : 'put';
  const mine = s.owned.find((o) => o.object === id);
  if (mine !== undefined) {
    s.owned = mine.count > at.count ? s.owned.map((o) => (o === mine ? { ...o, count: o.count - at.count } : o)) : s.owned.filter((o) => o !== mine);
    if (mine.count <= at.count && !at.keep)
      s.gone = new Map([...s.gone, [id, { line: at.line, kind: at.kind, place: at.place, own: true, sure: true, under: [], counter: id }]]);
    return [{ k, id, count: at.count, status: mine.count >= at.count ? 'mine' : 'not-owned' }];
  }
  const key = `${id} ${at.kind}`;
  const before = s.dropped.get(key)?.count ?? 0;
  s.dropped = new Map([...s.dropped, [key, { object: id, kind: at.kind, count: Math.min(before + at.count, 3), line: at.line, place: at.place, last: false }]]);
  const handed = slice.entry.owned(resourceName(m, id, false));
  const allowed = before + at.count <= handed && !s.gone.has(id);
  if (!at.keep && before + at.count >= handed)
    s.gone = new Map([...s.gone, [id, { line: at.line, kind: at.kind, place: at.place, own: true, sure: true, under: [], counter: id }]]);
  return [{ k, id, count: at.count, status: allowed ? 'entry' : 'not-owned' }];
}

/** Once an object is pinned, what functions that merely look said of it before is asked anew, unless a variable remembers it. */
function lookAgain(m: Machine, l: Local, object: TermId): void {
  const remembered = new Set([...l.s.env].flatMap(([name, value]) => (name.startsWith('%') ? [] : [value])));
  const stale = (id: TermId): boolean => {
    const t = m.terms.get(id);
    return t.k === 'op' && t.op.startsWith('pred:') && t.args.includes(object) && !remembered.has(id);
  };
  if ([...l.s.facts.keys()].some(stale)) l.s.facts = new Map([...l.s.facts].filter(([id]) => !stale(id)));
}

/**
 * A held lock that the released one may be under another name: same kind and class, and one of the two is known only
 * through a value that came from somewhere. The latest taken comes first.
 */
function otherName(m: Machine, l: Local, id: TermId, kind: LockKind): Local['s']['held'][number] | undefined {
  const vague = (x: TermId): boolean => {
    const t = m.terms.get(x);
    return (
      t.k === 'sym' ||
      t.k === 'load' ||
      t.k === 'op' ||
      m.terms.symbols(x).some((y) => {
        const s = m.terms.get(y);
        return s.k === 'sym' && s.source !== 'param';
      })
    );
  };
  return l.s.held.filter((h) => h.kind === kind && (vague(h.lock) || vague(id)) && lockClass(m, h.lock) === lockClass(m, id)).at(-1);
}
