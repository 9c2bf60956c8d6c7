import { INTERRUPT_KINDS } from '../kernel/contract.js';
import { lastPart, type Event } from '../absint/machine.js';
import type { ExitToken, ExitView, Summary } from '../absint/summary.js';

/** Exits that differ in more resources than this are another contract altogether, not a slip. */
const MAX_DELTA = 2;

/**
 * What the exits of `side` leave to the caller that no comparable exit of `other` does: an exit is compared with
 * those of the same result, or with all when that result is new. Each difference from the nearest one is an event
 * that is wrong unless the callers follow.
 */
export function contractEvents(side: Summary, other: Summary): Event[] {
  const events: Event[] = [];
  if (other.bounded || side.bounded) return events;
  for (const exit of side.exits) {
    const same = other.exits.filter((x) => x.exit === exit.exit);
    const rivals = same.length > 0 ? same : other.exits;
    if (rivals.length === 0 || rivals.some((x) => callers(exit, x).length === 0)) continue;
    const nearest = rivals.map((x) => callers(exit, x)).sort((a, b) => a.length - b.length)[0] ?? [];
    if (nearest.length > MAX_DELTA) continue;
    // Interrupt state goes with the lock it was changed for; by itself it is a release of the wrong flavour.
    const locks = nearest.filter((d) => !INTERRUPT_KINDS.has(d.token.lockKind));
    for (const d of locks.length > 0 ? locks : nearest)
      events.push(locks.length > 0 ? eventOf(d, exit) : { ...eventOf(d, exit), kind: 'mode-mismatch', detail: 'interrupts' });
  }
  return events;
}

/**
 * References that one end of the function keeps on `side` and not on `other`, all other ends being alike: a put that
 * is missing, whichever side is the later one.
 */
export function leftovers(side: Summary, other: Summary): Event[] {
  if (other.bounded || side.bounded) return [];
  const mine = bySite(side.exits);
  const theirs = bySite(other.exits);
  if (mine.size !== theirs.size) return [];
  const lacks = (views: readonly ExitView[], among: readonly ExitView[]): ExitView[] =>
    views.filter((v) => !among.some((x) => x.exit === v.exit && delta(v, x).length === 0));
  const changed = [...mine].filter(([site, views]) => lacks(views, theirs.get(site) ?? []).length + lacks(theirs.get(site) ?? [], views).length > 0);
  const [only, more] = changed;
  if (!only || more) return [];
  const [site, views] = only;
  const before = theirs.get(site) ?? [];
  const gained = lacks(views, before);
  if (gained.length > 0)
    return gained.flatMap((v) =>
      before
        .filter((x) => x.exit === v.exit)
        .map((x) => delta(v, x))
        .filter(isLeftover)
        .slice(0, 1)
        .map(([d]) => eventOf(d as Delta, v)),
    );
  // A way that gave something up is gone, and no other gives it up any more.
  const gone = lacks(before, views).filter((x) =>
    x.tokens.some((t) => t.change === 'drop' && !side.exits.some((v) => v.tokens.some((u) => key(u) === key(t)))),
  );
  return gone.flatMap((x) =>
    views
      .filter((v) => v.exit === x.exit)
      .map((v) => ({ v, d: delta(v, x) }))
      .filter(({ d }) => isLeftover(d))
      .slice(0, 1)
      .map(({ v, d }) => eventOf(d[0] as Delta, v)),
  );
}

/**
 * References that every way out of `other` which keeps them has handed on to somebody, and `side` keeps on some way out
 * without that, though it takes them at the same call.
 */
export function unhanded(side: Summary, other: Summary): Event[] {
  if (other.bounded || side.bounded) return [];
  const kept = (s: Summary): ExitToken[] => s.exits.flatMap((x) => x.tokens.filter((t) => t.what === 'reference' && t.change === 'gain' && !t.returned));
  const was = kept(other);
  return side.exits.flatMap((x) =>
    x.tokens
      .filter(
        (t) =>
          t.what === 'reference' &&
          t.change === 'gain' &&
          !t.returned &&
          !t.handedOn &&
          was.some((w) => key(w) === key(t) && w.place === t.place) &&
          was.every((w) => key(w) !== key(t) || w.handedOn),
      )
      .slice(0, 1)
      .map((t): Event => ({ ...eventOf({ token: t, extra: true, before: null }, x), certainty: 'sure' })),
  );
}

function isLeftover(deltas: readonly Delta[]): boolean {
  const [d, more] = deltas;
  return d !== undefined && !more && d.token.what === 'reference' && !d.token.returned && d.before === null && (d.token.change === 'gain') === d.extra;
}

function bySite(exits: readonly ExitView[]): Map<number, ExitView[]> {
  const out = new Map<number, ExitView[]>();
  for (const e of exits) for (const site of e.sites) out.set(site, [...(out.get(site) ?? []), e]);
  return out;
}

/** How often exits with the same result leave different things to the caller. */
export function unevenness(side: Summary): number {
  return side.exits.length - new Set(side.exits.map((x) => x.exit)).size;
}

interface Delta {
  readonly token: ExitToken;
  readonly extra: boolean;
  readonly before: ExitToken | null;
}

function delta(exit: ExitView, base: ExitView): Delta[] {
  const left = [...base.tokens];
  const out: Delta[] = [];
  for (const t of exit.tokens) {
    const i = left.findIndex((x) => key(x) === key(t) && x.mode === t.mode);
    if (i >= 0) {
      left.splice(i, 1);
      continue;
    }
    out.push({ token: t, extra: true, before: null });
  }
  for (const t of left) {
    const i = out.findIndex((d) => d.extra && d.before === null && key(d.token) === key(t));
    if (i >= 0) out[i] = { ...(out[i] as Delta), before: t };
    else out.push({ token: t, extra: false, before: null });
  }
  return out;
}

/** What was never the caller's may be put where it was forgotten before. */
function callers(exit: ExitView, base: ExitView): Delta[] {
  return delta(exit, base).filter((d) => !d.token.found);
}

/** The same resource under two names is one: only the kind and the last part of a lock's path count. */
function key(t: ExitToken): string {
  return `${t.change} ${t.what} ${t.lockKind} ${lastPart(t.resource)}`;
}

function eventOf(d: Delta, exit: ExitView): Event {
  const { token } = d;
  const base = {
    resource: token.resource,
    place: token.place,
    lockKind: token.lockKind,
    line: exit.line,
    otherLine: token.line,
    exitClass: exit.exit,
    trace: exit.trace,
    certainty: 'contract' as const,
    object: token.object,
  };
  if (d.before && token.what === 'lock') return { ...base, kind: 'mode-mismatch', line: token.line, detail: `${d.before.mode} ${token.mode}` };
  const leftOver = (token.change === 'gain') === d.extra;
  if (!leftOver && token.change === 'gain' && token.returned && exit.pointer) return { ...base, kind: 'returns-unowned', detail: `${token.what} before` };
  if (token.what === 'lock')
    return leftOver
      ? { ...base, kind: 'held-at-exit', detail: token.change === 'gain' ? token.mode : 'callers' }
      : { ...base, kind: 'release-not-held', detail: token.change === 'gain' ? 'not-taken' : 'callers' };
  return leftOver
    ? { ...base, kind: 'owned-at-exit', detail: token.change === 'gain' ? '' : token.found ? 'found' : 'callers' }
    : { ...base, kind: 'put-not-owned', detail: token.change === 'gain' ? 'not-taken' : 'callers' };
}
