import type { Contract } from '../kernel/contract.js';
import type { Event } from './machine.js';
import type { ExitToken, Summary } from './summary.js';

/** Locks that one function takes and another gives back only by agreement between the two. */
const LOCKS: ReadonlySet<string> = new Set(['spin', 'raw_spin', 'rwlock', 'mutex', 'rwsem', 'semaphore']);

/** Another function of the same file, as far as it could be analysed. */
export interface Neighbour {
  readonly name: string;
  readonly summary: Summary | null;
}

/**
 * The events of a function without certain complaints about locks that it leaves held whenever it comes back like that,
 * where the rest of the file shows that this is meant: a caller gives the lock back that it has from this function alone, or
 * (for what the function never gives back itself) another function gives back what only its callers can have. What the
 * knowledge says of the function itself (`stated`) is meant, too.
 */
export function knownToHandOut(
  name: string,
  own: Summary,
  stated: Contract | null,
  callers: () => readonly Neighbour[],
  others: () => readonly Neighbour[],
): readonly Event[] {
  if (!own.events.some(isLeak)) return own.events;
  return own.events.map((e) =>
    isLeak(e) &&
    always(own, e) &&
    (states(stated, e) ||
      (!withResult(own, e) &&
        (callers().some((c) => gives(name, c, e.resource)) || (!releases(own, e.resource) && others().some((o) => o.name !== name && drops(o, e.resource))))))
      ? { ...e, certainty: 'contract' }
      : e,
  );
}

/**
 * The events of a function; those about a lock that it may be meant to hand out by nothing but its name are certain where only
 * its own file calls it (`local`), no function there gives such a lock back that it has not taken itself, and one that takes it
 * does.
 */
export function withoutNames(name: string, own: Summary, events: readonly Event[], local: boolean, others: () => readonly Neighbour[]): readonly Event[] {
  if (!events.some((e) => e.doubt === 'name')) return events;
  const file = !local ? [] : others().filter((o) => o.name !== name);
  const evens = (o: Neighbour, resource: string): boolean =>
    o.summary !== null &&
    releases(o.summary, resource) &&
    o.summary.ops.some((x) => x.op === 'takes' && isOf(x.text, resource)) &&
    !o.summary.exits.some((x) => gains(x.tokens, resource));
  const forgotten = (e: Event): boolean =>
    local &&
    !own.bounded &&
    LOCKS.has(e.lockKind) &&
    file.every((o) => o.summary !== null && !drops(o, e.resource)) &&
    (file.some((o) => evens(o, e.resource)) || releases(own, e.resource));
  return events.map((e) => (e.doubt === 'name' && forgotten(e) ? { ...e, certainty: 'sure' } : e));
}

function isLeak(e: Event): boolean {
  return e.kind === 'held-at-exit' && e.certainty === 'sure' && e.lockKind !== 'pair';
}

function states(stated: Contract | null, e: Event): boolean {
  return stated?.outcomes.some((o) => o.effects.some((x) => x.op === 'acquire' && x.kind === e.lockKind)) ?? false;
}

function always(own: Summary, e: Event): boolean {
  return own.exits.every((x) => x.exit !== e.exitClass || gains(x.tokens, e.resource));
}

/** Another end hands the lock out with the object that it returns: that is the one that others give back. */
function withResult(own: Summary, e: Event): boolean {
  return own.exits.some(
    (x) => x.exit !== e.exitClass && x.tokens.some((t) => t.what === 'lock' && t.change === 'gain' && t.resource === e.resource && t.returned),
  );
}

/** The caller releases the lock, and takes it nowhere but by calling the function. */
function gives(name: string, caller: Neighbour, resource: string): boolean {
  if (caller.summary === null || !releases(caller.summary, resource)) return false;
  const calls = new Set(caller.summary.calls.filter((c) => c.callee === name).map((c) => c.line));
  return caller.summary.ops.every((o) => o.op !== 'takes' || !isOf(o.text, resource) || calls.has(o.line));
}

function releases(summary: Summary, resource: string): boolean {
  return summary.ops.some((o) => o.op === 'releases' && isOf(o.text, resource));
}

function drops(other: Neighbour, resource: string): boolean {
  return other.summary?.exits.some((x) => x.tokens.some((t) => t.what === 'lock' && t.change === 'drop' && t.resource === resource)) ?? false;
}

function gains(tokens: readonly ExitToken[], resource: string): boolean {
  return tokens.some((t) => t.what === 'lock' && t.change === 'gain' && t.resource === resource);
}

function isOf(text: string, resource: string): boolean {
  return text === resource || text === `${resource} (shared)`;
}
