import type { FlagUse } from '../absint/flags.js';
import type { Event } from '../absint/machine.js';
import type { Summary } from '../absint/summary.js';

/**
 * What `after` says to the walks that it calls against what `before` said: a promise that is not made any more though
 * the function takes no lock of its own instead, and a lock held in a weaker mode under the same promise.
 */
export function flagEvents(before: Summary, after: Summary): Event[] {
  if (before.bounded || after.bounded) return [];
  const events: Event[] = [];
  for (const callee of new Set(after.flagUses.map((u) => u.callee))) {
    const was = before.flagUses.filter((u) => u.callee === callee && u.flag !== null), is = after.flagUses.filter((u) => u.callee === callee && u.flag !== null);
    // Callers that were relied on: a promise without a lock of the function's own.
    const relied = was.filter((u) => u.promised === true && u.held === null), keeps = is.filter((u) => u.promised !== false);
    const silent = is.filter((u) => u.promised === false && u.held === null && u.around !== 'free');
    const known = after.events.some((e) => e.kind === 'lock-without-flag' && e.certainty === 'sure' && silent.some((u) => u.line === e.line));
    if (!known && relied.length > 0 && keeps.length === 0 && silent.length > was.filter((u) => u.promised === false && u.held === null).length && !fulfilled(before)) events.push(...silent.slice(0, 1).map((u) => event(u, 'lock-without-flag', u.locks.join(' or '))));
    for (const u of is.filter((x) => x.promised === true && x.held === 'shared')) {
      const same = was.filter((x) => x.promised === true && x.held !== null);
      if (same.length > 0 && same.every((x) => x.held === 'exclusive')) events.push(event(u, 'flag-lock-weaker', u.locks.at(-1) ?? 'rmap lock'));
    }
  }
  return events;
}

/** Nobody held what was promised, and the function itself is known to have been wrong. */
function fulfilled(before: Summary): boolean {
  return before.events.some((e) => e.kind === 'flag-without-lock' && e.certainty === 'sure');
}

function event(u: FlagUse, kind: Event['kind'], resource: string): Event {
  return { kind, resource, place: u.place, lockKind: 'rwsem', line: u.line, otherLine: 0, exitClass: '', trace: u.trace, certainty: 'contract', detail: `${u.flag} ${u.callee}`, object: null };
}
