import type { ModelRequest } from './judge.js';
import type { Rival } from './rivals.js';
import type { Outcome } from './scenario.js';
import { isLostHandle } from './slice.js';
import type { Trace } from './verdict.js';
import { WALK_LOCK } from './walk.js';

const MAX_NAMES = 6;

/** `cause`: what the function does wrong, where `failure` is what a rival suffers from it. `compared`: what passed. */
export function confirmedWhy(failure: string, cause: string | null, compared: string | null, elsewhere: boolean): string {
  const first = cause === null || cause === failure ? failure : `${cause}; then ${failure}`;
  const against = compared !== null ? `${compared} passes the same scenario` : 'there is no code before to compare with';
  return `${first} (${against}${elsewhere ? '; another path of the function than the one named above' : ''})`;
}

export function refutedWhy(request: ModelRequest, states: number, files: readonly string[]): string {
  const beside = files.length === 0 ? 'alone' : `alone and beside ${[...new Set(files)].sort().join(', ')}`;
  return `no interleaving fails: every path of ${request.finding.function}(), ${beside}, ${count(states, 'state')} searched`;
}

/** What a verdict rests on: bounds, what was chosen freely, what the caller was taken to bring, callees taken to do nothing. */
export function assumptionsOf(request: ModelRequest, trace: Trace | null, outcomes: readonly (Outcome | null)[], rival: Rival | null): string[] {
  const states = outcomes.reduce((sum, o) => sum + (o?.states ?? 0), 0);
  const out = [`${request.finding.function}() is called once${rival === null ? ', alone' : ` and meets ${rival.name.replace(/_/g, ' ')} (${rival.file})`}`];
  if (states > 0) out.push(`${count(states, 'state')} searched`);
  for (const s of trace?.steps ?? []) if (s.choice !== null) out.push(`chosen freely after line ${s.line}: ${s.choice}`);
  const walks = request.finding.rule === 'ttu-flags';
  if (request.finding.code === 'setNotHeld')
    out.push(`callers of ${request.finding.function}() are taken to hold no lock of the walk for it, as for the code before`);
  if (isLostHandle(request.finding))
    out.push('the call finds another object than the one in hand: somebody has put it in its place meanwhile (a VMA is split or mapped over, a thread ends)');
  const { unknown } = request.after.effects;
  if (unknown.length > 0)
    out.push(
      `taken to leave ${walks ? WALK_LOCK : request.finding.place} alone: ${unknown
        .slice(0, MAX_NAMES)
        .map((n) => `${n}()`)
        .join(', ')}${unknown.length > MAX_NAMES ? ` and ${unknown.length - MAX_NAMES} more callees without a known body` : ''}`,
    );
  return out;
}

export function count(n: number, what: string): string {
  return `${String(n).replace(/\B(?=(\d{3})+$)/g, ',')} ${what}${n === 1 ? '' : 's'}`;
}
