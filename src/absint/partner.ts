import type { Event } from './machine.js';
import type { ExitToken, Summary } from './summary.js';

/**
 * A lock that one half takes in one mode and the other gives back in another: each half is right by itself, and only
 * the two together are wrong. `own` and `partner` are functions that `partnersOf` names.
 */
export function partnerMismatch(own: Summary, partner: Summary): Event[] {
  const events: Event[] = [];
  const theirs = tokens(partner, 'gain').concat(tokens(partner, 'drop'));
  for (const mine of [...tokens(own, 'drop'), ...tokens(own, 'gain')]) {
    const other = theirs.filter((t) => t.change !== mine.change && t.resource === mine.resource && t.lockKind === mine.lockKind);
    if (other.length === 0 || other.some((t) => t.mode === mine.mode || t.mode === 'either' || mine.mode === 'either')) continue;
    const taken = mine.change === 'gain' ? mine : (other[0] as ExitToken);
    const released = mine.change === 'gain' ? (other[0] as ExitToken) : mine;
    if (events.some((e) => e.resource === mine.resource)) continue;
    events.push({
      kind: 'mode-mismatch',
      resource: mine.resource,
      place: mine.place,
      lockKind: mine.lockKind,
      line: mine.line,
      otherLine: taken.line,
      exitClass: '',
      trace: null,
      certainty: 'sure',
      detail: `${taken.mode} ${released.mode}`,
      object: mine.object,
    });
  }
  return events;
}

function tokens(s: Summary, change: 'gain' | 'drop'): ExitToken[] {
  return s.exits.flatMap((x) => x.tokens.filter((t) => t.what === 'lock' && t.change === change));
}
