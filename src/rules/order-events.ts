import type { LockMode } from '../kernel/contract.js';
import type { Event } from '../absint/machine.js';
import type { LockPair } from '../absint/order-summary.js';
import type { Step } from '../absint/state.js';
import type { Summary } from '../absint/summary.js';
import { orders, type OrderEvidence, type OrderKnown, type OrderWitness } from '../lockgraph/evidence.js';

/** Why an order is said to be wrong. */
type Reason = 'before' | 'documented' | 'elsewhere';

/**
 * Locks that `side` takes in an order that `other` does not have and that is wrong: documented the other way round, taken
 * the other way round by the rest of the file, or (`swapped`) simply the reverse of what `other` did. Of a swap that
 * the documents or the file speak for, nothing is said.
 */
export function orderEvents(side: Summary, other: Summary | null, evidence: OrderEvidence, swapped: boolean, name: string): Event[] {
  return side.order.flatMap((p) => {
    if (p.tryLock || !p.sure || other?.order.some((o) => !o.tryLock && same(o, p))) return [];
    const reverse = other?.order.find((o) => !o.tryLock && o.sure && reversed(o, p)) ?? null;
    const stays = side.order.some((o) => !o.tryLock && reversed(o, p));
    const known = orders(p) ? evidence(p.held, p.taken, name) : NOTHING;
    // The rest of the code has it already: whoever is wrong, it is not this change.
    if (known.documented === null && known.same.length > 0) return [];
    const wrong = reason(known) ?? (reverse && !stays && byNature(p) === 'wrong' ? 'before' : null);
    if (wrong !== null) return [event(p, wrong === 'before' ? 'before' : wrong, known, reverse, 'sure')];
    const right = known.documented !== null || (reverse !== null && byNature(p) === 'right');
    return swapped && reverse && !right ? [event(p, 'before', known, reverse, 'sure')] : [];
  });
}

/** What is wrong with the order of locks of a function as it stands: against the documents, or against the rest of its file. */
export function standingOrder(side: Summary, evidence: OrderEvidence, name: string): Event[] {
  return side.order.filter(orders).flatMap((p) => {
    const known = evidence(p.held, p.taken, name);
    if (known.documented !== null) return known.documented.reversed ? [event(p, 'documented', known, null, 'sure')] : [];
    return known.reversed.length >= (isSingle(p.held.resource) && isSingle(p.taken.resource) ? 1 : MAJORITY) && known.same.length === 0
      ? [event(p, 'elsewhere', known, null, 'sure')]
      : [];
  });
}

/** So many functions of a file outvote one. Of two locks that are there once only, both orders cannot be right, whoever is wrong. */
const MAJORITY = 2;
const isSingle = (resource: string): boolean => /^\w+$/.test(resource);
const NOTHING: OrderKnown = { documented: null, same: [], reversed: [] };
const SPINNING: ReadonlySet<string> = new Set(['spin', 'raw_spin', 'rwlock']);

function reason(known: OrderKnown): Reason | null {
  if (known.documented !== null) return known.documented.reversed ? 'documented' : null;
  return known.reversed.length > 0 ? 'elsewhere' : null;
}

/** Whoever spins must not wait for one who sleeps. */
function byNature(p: LockPair): 'right' | 'wrong' | null {
  const held = SPINNING.has(p.held.kind);
  const taken = SPINNING.has(p.taken.kind);
  return held === taken ? null : held ? 'wrong' : 'right';
}

function event(p: LockPair, why: Reason, known: OrderKnown, reverse: LockPair | null, certainty: Event['certainty']): Event {
  const witness = why === 'documented' ? null : reverse === null ? (known.reversed[0] ?? null) : null;
  const other = reverse ?? witness?.pair ?? null;
  const detail: OrderDetail = {
    why: reverse !== null ? 'before' : why,
    held: p.held.resource,
    heldLine: p.held.line,
    taken: p.taken.resource,
    source: known.documented?.source ?? '',
    function: witness?.function ?? '',
    line: other?.taken.line ?? 0,
    more: Math.max(0, known.reversed.length - 1),
    ...oppositeOf(known),
    own: [p.taken.mode, p.held.mode],
    inside: p.through.length > 0 ? p.taken.by : '',
  };
  return {
    kind: 'order-inverted',
    resource: `${p.held.resource} → ${p.taken.resource}`,
    place: p.taken.place,
    lockKind: p.taken.kind,
    line: p.taken.line,
    otherLine: p.held.line,
    exitClass: '',
    certainty,
    detail: JSON.stringify(detail),
    object: p.taken.object,
    trace: told(p, other, witness),
  };
}

/** What the rule makes its message of. */
export interface OrderDetail {
  readonly why: Reason;
  readonly held: string;
  readonly heldLine: number;
  readonly taken: string;
  readonly source: string;
  /** The one that takes them the other way round, and where; "" and 0 for none. */
  readonly function: string;
  readonly line: number;
  readonly more: number;
  /** Who takes them the other way round beside this function, "" where that is not known of anybody. */
  readonly opposite: string;
  /** How that one takes the lock that it takes first, and the second; as a writer where only the order is documented. */
  readonly modes: readonly [LockMode, LockMode];
  /** How this function takes those two: the one that it waits for, and the one that it holds. */
  readonly own: readonly [LockMode, LockMode];
  /** The function inside which this one waits for the second lock, "" for itself. */
  readonly inside: string;
}

function oppositeOf(known: OrderKnown): Pick<OrderDetail, 'opposite' | 'modes'> {
  const [other] = known.reversed;
  if (other !== undefined) return { opposite: `${other.function}()`, modes: [other.pair.held.mode, other.pair.taken.mode] };
  return {
    opposite: known.documented?.reversed === true ? `who keeps to the order that ${known.documented.source} documents` : '',
    modes: ['exclusive', 'exclusive'],
  };
}

/** The path to this acquisition, and after it the way of the other witness. */
function told(p: LockPair, other: LockPair | null, witness: OrderWitness | null): Step | null {
  const last: Step = {
    line: p.taken.line,
    note: `${p.taken.resource} is waited for while ${p.held.resource} is held since line ${p.held.line}`,
    block: p.trace?.block ?? -1,
    prev: p.trace,
  };
  if (other === null) return last;
  const who = witness === null ? 'before the change' : `${witness.function}()`;
  const first: Step = {
    line: p.taken.line,
    note: `the other way round, ${who}: ${other.held.by} takes ${other.held.resource} at line ${other.held.line}`,
    block: -1,
    prev: last,
  };
  return {
    line: p.taken.line,
    note: `the other way round, ${who}: ${other.taken.by}${inside(other)} takes ${other.taken.resource} at line ${other.taken.line}`,
    block: -1,
    prev: first,
  };
}

function inside(p: LockPair): string {
  return p.through.length === 0 ? '' : ` (through ${p.through.map((w) => `${w.name}()`).join(' → ')})`;
}

function same(a: LockPair, b: LockPair): boolean {
  return a.held.resource === b.held.resource && a.taken.resource === b.taken.resource;
}

function reversed(a: LockPair, b: LockPair): boolean {
  return a.held.resource === b.taken.resource && a.taken.resource === b.held.resource;
}
