import type { FlagUse } from '../absint/flags.js';
import type { Event } from '../absint/machine.js';
import type { Summary } from '../absint/summary.js';

/**
 * What `after` says to the walks that it calls against what `before` said: a promise that is not made any more though
 * the function takes no lock of its own instead, a lock held in a weaker mode under the same promise, and a lock that was
 * held from one walk to the next and is given back between them, so that the second walk takes it anew.
 */
export function flagEvents(before: Summary, after: Summary): Event[] {
  if (before.bounded || after.bounded) return [];
  const events: Event[] = [];
  for (const callee of new Set(after.flagUses.map((u) => u.callee))) {
    const was = before.flagUses.filter((u) => u.callee === callee && u.flag !== null);
    const is = after.flagUses.filter((u) => u.callee === callee && u.flag !== null);
    // Callers that were relied on: a promise without a lock of the function's own.
    const relied = was.filter((u) => u.promised === true && u.held === null);
    const keeps = is.filter((u) => u.promised !== false);
    const silent = is.filter((u) => u.promised === false && u.held === null && u.around !== 'free');
    const known = after.events.some((e) => e.kind === 'lock-without-flag' && e.certainty === 'sure' && silent.some((u) => u.line === e.line));
    if (
      !known &&
      relied.length > 0 &&
      keeps.length === 0 &&
      silent.length > was.filter((u) => u.promised === false && u.held === null).length &&
      !fulfilled(before)
    )
      events.push(...silent.slice(0, 1).map((u) => event(u, 'lock-without-flag', u.locks.join(' or '))));
    for (const u of is.filter((x) => x.promised === true && x.held === 'shared')) {
      const same = was.filter((x) => x.promised === true && x.held !== null);
      if (same.length > 0 && same.every((x) => x.held === 'exclusive')) events.push(event(u, 'flag-lock-weaker', u.locks.at(-1) ?? 'rmap lock'));
    }
  }
  return [...events, ...givenBackBetween(before, after)];
}

/** Uses that speak of the lock which the function itself holds there. */
function kept(side: Summary): FlagUse[] {
  return side.flagUses.filter((u) => u.flag !== null && u.promised === true && u.held !== null);
}

function givenBackBetween(before: Summary, after: Summary): Event[] {
  const was = kept(before);
  const is = kept(after);
  return [...new Set(was.map((u) => u.callee))].flatMap((callee): Event[] => {
    const anew = after.flagUses.filter((u) => u.callee === callee && u.flag !== null);
    if (anew.length === 0 || anew.some((u) => u.promised !== false || u.held !== null)) return [];
    const first = is.find(
      (u) => u.callee !== callee && u.line < (anew[0]?.line ?? 0) && was.some((x) => x.callee === u.callee) && u.locks.some((l) => anew[0]?.locks.includes(l)),
    );
    return first
      ? anew.slice(0, 1).map(
          (u): Event => ({
            ...event(u, 'flag-lock-weaker', 'the rmap lock'),
            otherLine: first.line,
            detail: `${u.flag} ${u.callee} ${first.callee}`,
            certainty: 'sure',
          }),
        )
      : [];
  });
}

/** Nobody held what was promised, and the function itself is known to have been wrong. */
function fulfilled(before: Summary): boolean {
  return before.events.some((e) => e.kind === 'flag-without-lock' && e.certainty === 'sure');
}

function event(u: FlagUse, kind: Event['kind'], resource: string): Event {
  return {
    kind,
    resource,
    place: u.place,
    lockKind: 'rwsem',
    line: u.line,
    otherLine: 0,
    exitClass: '',
    trace: u.trace,
    certainty: 'contract',
    detail: `${u.flag} ${u.callee}`,
    object: null,
  };
}
