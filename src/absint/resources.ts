import { isSectionKind, type LockKind, type LockMode } from '../kernel/contract.js';
import { alias, sameField } from './aliases.js';
import { listedLocks } from './listed.js';
import { lockClass, type Machine } from './machine.js';
import { baseObject, cameWith, exists } from './objects.js';
import { ordered } from './order.js';
import { note, operation, remember, report, type Site } from './recorded.js';
import { NESTING, rereadFieldsOf } from './rereads.js';
import { isSection } from './sections.js';
import { type Held, keptStill, type State, type Step } from './state.js';
import { ofCaller, ofFormerTurn, type TermId } from './term.js';

/** Kinds whose state is on or off, whoever turned it. */
const UNCOUNTED: ReadonlySet<LockKind> = new Set<LockKind>(['irq', 'bh', 'preempt', 'local', 'seq']);

/** A lock held more often than this is held "some" times. */
const MANY = 3;

/** Interrupt states that are saved and put back, whatever they were. */
const RESTORES = /save/;

/** Takes a lock. Returns false when this cannot happen on this path (a trylock of a lock held here). */
export function acquire(m: Machine, s: State, lock: TermId, kind: LockKind, mode: LockMode, tryLock: boolean, site: Site): boolean {
  remember(m, lock, site);
  if (m.terms.get(lock).k === 'addr' && !exists(m, s, baseObject(m, lock))) return false;
  if (cameWith(m, baseObject(m, lock), site)) m.brought.add(lock);
  if (s.entry.get(lock)?.assumed === 'held') m.relocked.add(lock);
  let mine = s.held.find((h) => h.lock === lock && h.kind === kind);
  // Whoever takes again what others may have given back meanwhile waits for that.
  const again = mine !== undefined && !NESTING.has(kind) && (mine.lent || mine.escaped);
  if (again) {
    s.held = s.held.filter((h) => h !== mine);
    mine = undefined;
  }
  if (isSection(m, lock, kind)) {
    m.sections.set(lock, m.types.returns(site.call.slice(0, -2)));
    note(s, site, `${site.call} enters an RCU read section`);
    s.held = mine
      ? replaceHeld(s.held, mine, { ...mine, count: mine.count + 1 > MANY ? Infinity : mine.count + 1 })
      : insert(s.held, { lock, kind, mode, count: 1, line: site.line, place: site.place, escaped: false, direct: site.direct, tried: false });
    return true;
  }
  if (mine && !NESTING.has(kind)) {
    if (tryLock)
      return mine.mode === 'shared' && mode === 'shared'
        ? ((s.held = replaceHeld(s.held, mine, { ...mine, count: mine.count + 1 })), note(s, site, `takes ${site.place} again`), true)
        : false;
    // Taken again by the same call of a loop: a count, not a lock.
    if (kind === 'semaphore' && mine.line === site.line) m.unclear.set(lock, 'cases');
    if (mine.count !== Infinity && !(kind === 'rwlock' && mode === 'shared')) {
      report(
        m,
        s,
        {
          kind: 'double-acquire',
          resource: lockClass(m, lock),
          place: site.place,
          lockKind: kind,
          otherLine: mine.line,
          certainty: !ofFormerTurn(m.terms, lock) && !m.unclear.has(lock) && !isCallees(site, mine.line) && !site.sometimes ? 'sure' : 'contract',
          detail: mode,
        },
        site,
      );
      if (mine.mode !== 'shared' || mode !== 'shared') return true; // one report; what follows is judged as if it were held once
    }
  }
  // Taken with interrupts already off, which an earlier lock of this path turned off and did not turn on again.
  const partner = mine && kind === 'irq' && !RESTORES.test(lockClass(m, lock)) ? partnerOf(s, mine) : null;
  if (mine && partner !== null && partner !== 'held')
    report(
      m,
      s,
      { kind: 'mode-mismatch', resource: partner, place: mine.place, lockKind: kind, otherLine: mine.line, certainty: 'sure', detail: 'interrupts' },
      site,
    );
  // A section that is entered behind lines that are not shown may lie inside another.
  const nested = s.part >= 0 && NESTING.has(kind);
  if (!mine && !nested && (!s.entry.has(lock) || s.entry.get(lock)?.failedTry) && !UNCOUNTED.has(kind))
    assumeEntry(m, s, lock, 'free', kind, mode, site, kind === 'pair' || (!NESTING.has(kind) && !tryLock && mode === 'exclusive'));
  operation(m, 'takes', `${lockClass(m, lock)}${mode === 'shared' && !NESTING.has(kind) ? ' (shared)' : ''}`, site);
  const shown = `${lockClass(m, lock)}${mode === 'shared' && !NESTING.has(kind) ? ' (shared)' : ''}`;
  note(s, site, `${site.call} takes ${shown}`, { op: 'acquire', id: lock, resource: shown, place: site.place });
  if (!mine) ordered(m, s, lock, kind, mode, tryLock, site);
  s.held = mine
    ? replaceHeld(s.held, mine, { ...mine, count: mine.count + 1 > MANY ? Infinity : mine.count + 1 })
    : insert(foldLike(m, s.held, lock, kind), {
        lock,
        kind,
        mode,
        count: 1,
        line: site.line,
        place: site.place,
        escaped: again && m.stored.has(baseObject(m, lock)),
        direct: site.direct,
        tried: tryLock,
      });
  if (kind !== 'pair') rereadFieldsOf(m, s, lock, site);
  return true;
}

/** Interrupts left off: the class of the lock taken by the same call if that was given back, "held" if it was not. */
export function partnerOf(state: State, h: Held): string | 'held' | null {
  if (state.held.some((x) => x !== h && !UNCOUNTED.has(x.kind) && x.line === h.line)) return 'held';
  for (let s: Step | null = state.trace; s; s = s.prev) {
    const taken = / takes (\S+)/.exec(s.note);
    if (s.line === h.line && taken?.[1] && !taken[1].startsWith('__')) return taken[1];
  }
  return null;
}

/** Gives a lock back, from this path's own or, if it has none, from the caller's. False when there can be no such lock. */
export function release(m: Machine, s: State, lock: TermId, kind: LockKind, mode: LockMode | 'either', site: Site): boolean {
  remember(m, lock, site);
  if (!exists(m, s, baseObject(m, lock))) return false;
  const mine = s.held.find((h) => h.lock === lock && h.kind === kind) ?? alias(m, s, lock, kind);
  if (!mine && s.asserted.has(lock)) s.asserted = new Map([...s.asserted].filter(([id]) => id !== lock));
  operation(m, 'releases', lockClass(m, lock), site);
  // A callee that leaves a section leaves one that another callee may have entered.
  if (mine?.direct && !site.direct && isSectionKind(kind) && m.blind.size > 0 && !m.unclear.has(mine.lock)) m.unclear.set(mine.lock, 'callee');
  const twice = kind !== 'semaphore' && m.unclear.get(lock) === 'cases' && releasedLast(s, lock);
  note(s, site, `${site.call} releases ${lockClass(m, lock)}`, { op: 'release', id: mine?.lock ?? lock, resource: lockClass(m, lock), place: site.place });
  if (mine && isSection(m, lock, kind)) {
    s.held = mine.count > 1 ? replaceHeld(s.held, mine, { ...mine, count: mine.count - 1 }) : s.held.filter((h) => h !== mine);
    return true;
  }
  if (mine) {
    m.releasedHere.add(mine.lock);
    m.releasedAt.set(`${site.line} ${kind}`, { lock: mine.lock, taken: mine.line, facts: s.facts });
    m.releasedDirectly.set(mine.lock, mine.direct && site.direct);
    if (mode !== 'either' && mine.mode !== mode)
      report(
        m,
        s,
        {
          kind: 'mode-mismatch',
          resource: lockClass(m, mine.lock),
          place: site.place,
          lockKind: kind,
          otherLine: mine.line,
          certainty: site.sometimes ? 'contract' : 'sure',
          detail: `${mine.mode} ${mode}`,
        },
        site,
      );
    s.held = mine.count > 1 ? replaceHeld(s.held, mine, { ...mine, count: mine.count - 1 }) : s.held.filter((h) => h !== mine);
    return true;
  }
  const other = s.held.find((h) => h.lock === lock);
  if (other) {
    report(
      m,
      s,
      {
        kind: 'kind-mismatch',
        resource: lockClass(m, lock),
        place: site.place,
        lockKind: kind,
        otherLine: other.line,
        certainty: 'sure',
        detail: `${other.kind} ${kind}`,
      },
      site,
    );
    s.held = s.held.filter((h) => h !== other);
    return true;
  }
  const entry = s.entry.get(lock);
  if (entry === undefined) {
    assumeEntry(m, s, lock, 'held', kind, mode, site);
    return true;
  }
  if (UNCOUNTED.has(kind) || (NESTING.has(kind) && entry.assumed === 'held')) return true;
  if (kind === 'semaphore' && entry.line === site.line) m.unclear.set(lock, 'cases');
  report(
    m,
    s,
    {
      kind: entry.failedTry ? (m.untested.has(lock) ? 'result-ignored' : 'failed-try-released') : 'release-not-held',
      resource: lockClass(m, lock),
      place: site.place,
      lockKind: kind,
      otherLine: entry.line,
      certainty:
        !ofFormerTurn(m.terms, lock) &&
        (!m.unclear.has(lock) || twice) &&
        !isCallees(site, entry.line) &&
        !site.sometimes &&
        !(kind === 'pair' && m.untested.has(lock))
          ? 'sure'
          : 'contract',
      detail: m.untested.has(lock) ? 'untested' : entry.assumed,
    },
    site,
  );
  return true;
}

/** Both halves are one callee's: what is wrong with them it shows itself. */
function isCallees(site: Site, otherLine: number): boolean {
  return !site.direct && site.line === otherLine;
}

/** The last thing that this path did to the lock was to give it back. */
function releasedLast(s: State, lock: TermId): boolean {
  for (let step: Step | null = s.trace; step; step = step.prev) if (step.effect?.id === lock) return step.effect.op === 'release';
  return false;
}

/** Keeps a lock for reading that was held for writing. */
export function downgrade(m: Machine, s: State, lock: TermId, kind: LockKind, site: Site): void {
  const mine = s.held.find((h) => h.lock === lock && h.kind === kind) ?? alias(m, s, lock, kind);
  note(s, site, `${site.call} downgrades ${lockClass(m, lock)}`, {
    op: 'downgrade',
    id: mine?.lock ?? lock,
    resource: `${lockClass(m, lock)} (shared)`,
    place: site.place,
  });
  if (mine) {
    s.held = replaceHeld(s.held, mine, { ...mine, mode: 'shared' });
    return;
  }
  if (s.entry.has(lock)) return;
  // The caller's own: it gets the lock back for reading.
  remember(m, lock, site);
  assumeEntry(m, s, lock, 'held', kind, 'exclusive', site);
  s.held = insert(s.held, { lock, kind, mode: 'shared', count: 1, line: site.line, place: site.place, escaped: false, direct: site.direct, tried: false });
}

/** Reads or writes memory of `object`. */
export function touch(m: Machine, s: State, object: TermId, line: number, block: number): void {
  exists(m, s, object);
  usedBehindPut(m, s, object, line, block);
}

/** `object` is used, or given to a callee that takes NULL perhaps. */
export function usedBehindPut(m: Machine, s: State, object: TermId, line: number, block: number): void {
  const gone = s.gone.get(object);
  const kept = gone === undefined ? null : keptStill(s, gone.under);
  // What one call puts and uses it uses first.
  if (gone === undefined || kept === true || gone.line === line) return;
  report(
    m,
    s,
    {
      kind: 'use-after-put',
      resource: `${gone.kind} reference`,
      place: gone.place,
      lockKind: gone.kind,
      otherLine: gone.line,
      certainty: gone.sure && !m.unclear.has(gone.counter) ? 'sure' : 'contract',
      detail: kept === false ? 'only' : '',
    },
    { line, block, place: gone.place, object: m.named.get(object) ?? null, call: '', direct: true, level: '' },
  );
  s.gone = new Map([...s.gone].filter(([id]) => id !== object));
}

function assumeEntry(m: Machine, s: State, lock: TermId, assumed: 'held' | 'free', kind: LockKind, mode: LockMode | 'either', site: Site, always = true): void {
  s.entry = new Map([...s.entry, [lock, { assumed, kind, mode, line: site.line, place: site.place, direct: site.direct, failedTry: false }]]);
  if (!always) return;
  // Of paths that assume the same, only what they know of the caller's values tells one from another.
  let key = `${assumed} ${lock} ${kind} ${site.direct} ${site.line} ${site.place}`;
  for (const [id, f] of s.facts) if (ofCaller(m.terms, id)) key += ` ${id}:${f.mask}=${f.is?.join() ?? ''}!${f.ne.join()}`;
  if (m.assumed.has(key)) return;
  m.assumed.add(key);
  m.assumptions.push({ lock, assumed, facts: s.facts, line: site.line, place: site.place, kind, trace: s.trace, object: site.object, direct: site.direct });
}

/** Of several locks of one class that a loop has gathered, the older ones count as one. */
function foldLike(m: Machine, held: readonly Held[], lock: TermId, kind: LockKind): readonly Held[] {
  const like = held.filter((h) => h.kind === kind && sameField(m, h.lock, lock));
  if (like.length < 2) return held;
  const [first, second] = [...like].sort((a, b) => a.line - b.line) as [Held, Held];
  return held.flatMap((h) => (h === first ? { ...h, count: Infinity } : h === second ? [] : h));
}

function replaceHeld(held: readonly Held[], old: Held, next: Held): readonly Held[] {
  return held.map((h) => (h === old ? next : h));
}

function insert(held: readonly Held[], next: Held): readonly Held[] {
  return listedLocks([...held, next]);
}
