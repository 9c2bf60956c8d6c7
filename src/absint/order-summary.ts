import { compare } from '../parse/compare.js';
import type { Expr } from '../parse/c/ast.js';
import type { LockKind, LockMode, Taking } from '../kernel/contract.js';
import type { Machine } from './machine.js';
import type { Waypoint } from './order.js';
import type { Step } from './state.js';
import { readOnce } from './outcome.js';
import { toExpr } from './caller-terms.js';
import type { TermId } from './term.js';

/** A lock of a pair. */
export interface PairLock {
  /** Lock class, with `/N` for a nesting level that the code states. */
  readonly resource: string;
  readonly place: string;
  readonly kind: LockKind;
  readonly mode: LockMode;
  readonly line: number;
  readonly object: Expr | null;
  /** The function called to take it, as in "mutex_lock()"; "" where the lock came another way. */
  readonly by: string;
  /** The class means the same in every function. */
  readonly named: boolean;
}

/** A lock that was taken, or waited for, while another was held: the order in which this function wants the two. */
export interface LockPair {
  readonly held: PairLock;
  readonly taken: PairLock;
  /** It does not wait: nothing is ordered by it. */
  readonly tryLock: boolean;
  /** Through which functions, outermost first; empty where the function itself takes the lock. */
  readonly through: readonly Waypoint[];
  /** The held lock is certainly the one that was taken, and still held. */
  readonly sure: boolean;
  readonly trace: Step | null;
}

const MAX_GIVEN = 4;

/** The pairs of an analysis that has come to its end, by line and name. */
export function lockPairs(m: Machine): readonly LockPair[] {
  return [...m.order.pairs.values()]
    .map((p): LockPair => {
      const { lock, ...taken } = p.taken;
      return {
        held: {
          resource: p.heldClass,
          place: p.held.place,
          kind: p.held.kind,
          mode: p.held.mode,
          line: p.held.line,
          by: m.order.takers.get(`${p.held.lock} ${p.held.line}`)?.by ?? '',
          object: m.named.get(p.held.lock) ?? null,
          named: isNamed(m, p.held.lock, p.heldClass),
        },
        taken: { ...taken, object: lock === null ? null : (m.named.get(lock) ?? null), named: isNamed(m, lock, taken.resource) },
        tryLock: p.tryLock,
        through: p.through,
        sure: p.sure,
        trace: p.trace,
      };
    })
    .sort((a, b) => a.taken.line - b.taken.line || compare(a.held.resource, b.held.resource) || compare(a.taken.resource, b.taken.resource));
}

/** What callers have to know of the locks that the function waits for. */
export function takingsOf(m: Machine, file: string): readonly Taking[] {
  return [...m.order.takings.values()]
    .map((t): Taking => {
      const given: { expr: Expr; mask: number }[] = [];
      for (const [id, mask] of t.facts) {
        const expr = given.length < MAX_GIVEN ? toExpr(m, id, null) : null;
        if (expr) given.push({ expr, mask });
      }
      const here: readonly Waypoint[] = file === 'knowledge' ? [] : [{ name: m.fn.name, file, line: t.line }];
      return {
        resource: t.resource,
        place: t.lock === null ? null : toExpr(m, t.lock, null),
        kind: t.kind,
        mode: t.mode,
        without: [...t.without]
          .map(([resource, id]) => ({ resource, place: id === null ? null : toExpr(m, id, null) }))
          .sort((a, b) => compare(a.resource, b.resource)),
        given: readOnce(given),
        named: isNamed(m, t.lock, t.resource),
        through: [...here, ...t.through],
      };
    })
    .sort((a, b) => compare(a.resource, b.resource) || compare(a.without.map((w) => w.resource).join(), b.without.map((w) => w.resource).join()));
}

/** Whether a class speaks of a type or a global, rather than of a variable of this function. */
function isNamed(m: Machine, lock: TermId | null, resource: string): boolean {
  if (/^(object|local|argument \d+)\b|^[^\w&]|->.*->/.test(resource) || /^\w+_t$/.test(resource)) return false;
  const t = lock === null ? null : m.terms.get(lock);
  const at = t?.k === 'addr' ? m.terms.get(t.loc) : null;
  return at?.k !== 'var' || at.global;
}
