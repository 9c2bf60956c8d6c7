import type { CallSite } from './calls.js';
import { isWalkLock, type FlagUse } from './flags.js';
import type { Event } from './machine.js';
import type { Summary } from './summary.js';

/** What the callers of a function hold when they call it, as far as its own file shows. */
export interface Callers {
  /** Calls at which one of the locks is held on every path. */
  readonly holding: readonly { readonly caller: string; readonly site: CallSite }[];
  /** There are callers, and none of them holds any on any path. */
  readonly none: boolean;
}

/** A caller in the same file; null where it could not be analysed as a whole. */
export interface CallerView {
  readonly name: string;
  readonly summary: Summary | null;
}

const MAX_LEVELS = 8;

/** Follows callers upwards until one of them speaks of the locks. `callersOf` gives those in the same file. */
export function aroundCalls(
  name: string,
  locks: readonly string[],
  callersOf: (name: string) => readonly CallerView[],
  seen: ReadonlySet<string> = new Set(),
): Callers {
  const callers = callersOf(name);
  const holding: Callers['holding'][number][] = [];
  let none = callers.length > 0;
  for (const { name: caller, summary } of callers) {
    if (summary === null || summary.bounded || seen.has(caller) || seen.size >= MAX_LEVELS) {
      none = false;
      continue;
    }
    const sites = summary.calls.filter((c) => c.callee === name);
    const with_ = sites.filter((c) => c.held.some((h) => isWalkLock(h.resource, locks)));
    for (const line of new Set(sites.map((c) => c.line))) {
      const [first, ...rest] = with_.filter((c) => c.line === line);
      if (first && rest.length + 1 === sites.filter((c) => c.line === line).length) holding.push({ caller, site: first });
    }
    if (with_.length > 0) {
      none = false;
      continue;
    }
    const above = aroundCalls(caller, locks, callersOf, new Set([...seen, caller]));
    holding.push(...above.holding);
    if (above.holding.length > 0 || (!above.none && callersOf(caller).length > 0)) none = false;
  }
  return { holding, none };
}

/**
 * What a function's flags promise against what its callers hold: its events without promises that callers keep, those
 * that none keeps certain, and the promises that are missing where a caller holds the lock that the walk takes.
 * `own`: only the file's own functions can call it.
 */
export function againstCallers(summary: Summary, own: boolean, around: (locks: readonly string[]) => Callers): Summary {
  const open = summary.flagUses.filter(
    (u) =>
      u.flag !== null &&
      u.held === null &&
      summary.flagUses.every((x) => x.line !== u.line || x.callee !== u.callee || (x.promised === u.promised && x.held === null)),
  );
  if (open.length === 0) return summary;
  const byLocks = new Map<string, Callers>();
  const callersOf = (u: FlagUse): Callers => {
    const key = u.locks.join();
    const known = byLocks.get(key) ?? around(u.locks);
    byLocks.set(key, known);
    return known;
  };
  const promises = open.filter((u) => u.promised === true);
  const missing = open.filter((u) => u.promised === false);
  const events = summary.events.flatMap((e): Event[] => {
    const use = e.kind === 'flag-without-lock' ? promises.find((u) => u.line === e.line) : undefined;
    if (!use) return [e];
    const callers = callersOf(use);
    return callers.holding.length > 0 ? [] : own && callers.none ? [{ ...e, certainty: 'sure' }] : [e];
  });
  const added = missing.flatMap((u): Event[] =>
    callersOf(u)
      .holding.slice(0, 1)
      .flatMap(({ caller, site }) => {
        const lock = site.held.find((h) => isWalkLock(h.resource, u.locks));
        return lock
          ? [
              {
                kind: 'lock-without-flag',
                resource: lock.resource,
                place: u.place,
                lockKind: 'rwsem',
                line: u.line,
                otherLine: site.line,
                exitClass: '',
                trace: u.trace,
                certainty: 'sure',
                detail: `${u.flag} ${caller}`,
                object: null,
              },
            ]
          : [];
      }),
  );
  const flagUses = summary.flagUses.map((u): FlagUse => {
    const callers = open.includes(u) ? callersOf(u) : null;
    return callers === null || (callers.holding.length === 0 && !callers.none) ? u : { ...u, around: callers.none ? 'free' : 'held' };
  });
  return { ...summary, flagUses, events: [...events, ...added] };
}
