import { lastPart, type Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import type { DocumentedQuestion } from '../absint/questions.js';
import type { Summary } from '../absint/summary.js';
import { contractEvents, leftovers, unevenness, unhanded } from './contract-events.js';
import { decidedEvents } from './decided-events.js';
import { forgottenHalves } from './forgotten-half.js';
import { freedNotPut } from './freed-not-put.js';
import { type Bodies, guardEvents } from './guard-events.js';
import { escapeEvents } from './escape-events.js';
import { flagEvents } from './flag-events.js';
import { recheckEvents } from './recheck-events.js';
import { oddPutOrder, putOrderEvents } from './put-order-events.js';
import { unevenPuts } from './uneven-puts.js';
import { keptOverReread } from './kept-over-reread.js';
import { lostDoubleChecks } from './lost-double-check.js';
import { misreadResults } from './misread-result.js';
import { namedLockEvents } from './named-lock.js';
import { siblingEvents } from './sibling-events.js';
import { staleEvents } from './stale-events.js';
import { type Others, unlikeOthers } from './unlike-others.js';
import type { OrderEvidence } from '../lockgraph/evidence.js';
import type { GuardEvidence } from '../lockgraph/guarded.js';
import { orderEvents, standingOrder } from './order-events.js';
import { reclaimEvents } from './reclaim-events.js';
import { judgeEvents, newIn, witness, type Draft } from './judge.js';
import type { Finding, Severity, Status } from './finding.js';

/** One touched function: both sides, as analysed. Null where it does not exist (or was not given: a scan). */
export interface FunctionPair {
  readonly file: string;
  readonly pre: Analysed | null;
  readonly post: Analysed | null;
  /** Callers in the same series that the change touches too. */
  readonly adjustedCallers: readonly Analysed[];
  /** Other functions of the file, before and after. */
  readonly bodies: { readonly pre: Bodies; readonly post: Bodies };
  /** What only a lock decides, as the knowledge documents it. */
  readonly questions: readonly DocumentedQuestion[];
  /** What is known of the order of locks beside this function, on each side. */
  readonly order: { readonly pre: OrderEvidence; readonly post: OrderEvidence };
  /** What other functions of the file, as it was, hold where they do the same. */
  readonly guards: GuardEvidence;
  /** What the rest of the tree does. */
  readonly others: Others;
}

/** A finding with what the model needs of it. */
export interface Judged {
  readonly finding: Omit<Finding, 'patch' | 'mailLine'>;
  readonly draft: Draft;
}

/**
 * Compares what the rules say before and after. `introduced`: new on the post side. `fixed`: gone from it.
 * `preexisting`: on both. A complaint that is wrong only if callers do not expect it counts when it is new and the
 * function existed before; it is a note when callers that the series touches have followed.
 */
export function differ(pair: FunctionPair, more: (before: Summary, after: Summary) => readonly Event[] = () => []): Judged[] {
  const name = pair.pre?.fn.name ?? pair.post?.fn.name ?? '';
  const a = pair.pre?.summary ?? null;
  const b = pair.post?.summary ?? null;
  // Where one side forgets a put, that others put is no finding of its own.
  const lostBefore = a && b ? unhanded(a, b) : [];
  const lostAfter = a && b ? unhanded(b, a) : [];
  const keptBefore = a && b ? [...leftovers(a, b).filter((e) => !putsTwice(b, e)), ...lostBefore] : [];
  const keptAfter = a && b ? [...leftovers(b, a), ...lostAfter] : [];
  const both = pair.pre && pair.post ? { pre: pair.pre, post: pair.post } : null;
  const own = (side: Summary | null, kept: readonly Event[], others: readonly Event[], compared: readonly Event[]): Draft[] =>
    side
      ? judgeEvents(name, [
          ...side.events.filter((e) => e.kind !== 'put-not-owned' || e.certainty === 'sure' || ![...kept, ...others].some((o) => o.resource === e.resource)),
          ...kept,
          ...compared,
        ])
      : [];
  const flags = a && b ? flagEvents(a, b) : [];
  const ordersBefore = a && b ? [...orderEvents(a, b, pair.order.pre, false, name), ...reclaimEvents(a, b, pair.order.pre, name)] : [];
  const ordersAfter = b ? [...orderEvents(b, a, pair.order.post, true, name), ...reclaimEvents(b, a, pair.order.post, name)] : [];
  // A promise that a side does not make any more was kept, as far as anybody knows.
  const { bodies } = pair;
  const decided = (side: Analysed | null, own: Bodies): Event[] => (side ? [...decidedEvents(side, pair.questions, own), ...keptOverReread(side)] : []);
  const compared = (before: Analysed, after: Analysed, forward: boolean): Event[] => [
    ...recheckEvents(before, after, forward),
    ...lostDoubleChecks(before, after),
    ...siblingEvents(before, after),
    ...staleEvents(before, after),
    ...escapeEvents(before, after),
    ...putOrderEvents(before, after),
    ...unlessKnown(after.summary, unevenPuts(before, after), forgottenHalves(before, after)),
    ...freedNotPut(before, after),
    ...((forward ? lostAfter : lostBefore).length > 0 ? [] : misreadResults(before, after)),
    ...guardEvents(
      before,
      after,
      forward ? { before: bodies.pre, after: bodies.post } : { before: bodies.post, after: bodies.pre },
      forward && pair.adjustedCallers.length === 0,
      pair.guards,
    ),
    ...more(before.summary, after.summary),
    ...(forward ? [] : ordersBefore),
  ];
  const preOwn = own(a, keptBefore, keptAfter, [...decided(pair.pre, bodies.pre), ...(both ? compared(both.post, both.pre, false) : [])]).filter(
    (d) => d.event.kind !== 'flag-without-lock' || d.event.certainty === 'sure' || flags.length === 0,
  );
  const postOwn = own(b, keptAfter, keptBefore, [
    ...flags,
    ...decided(pair.post, bodies.post),
    ...(pair.post && a ? namedLockEvents(pair.post, pair.adjustedCallers) : []),
    ...(both ? compared(both.pre, both.post, true) : []),
    ...(pair.post ? unlikeOthers(pair.pre, pair.post, bodies.post, pair.others) : []),
    ...ordersAfter,
  ]);
  // The side whose exits disagree among themselves is the one that is wrong; when neither does more, the new one.
  const better = a && b ? unevenness(a) > unevenness(b) : false;
  // A leak that goes looks like an extra release that comes, and the reverse: what a side shows by itself is believed.
  const mirrored = (drafts: readonly Draft[], others: readonly Draft[]): Draft[] =>
    drafts.filter((d) => !others.some((o) => lastPart(o.event.resource) === lastPart(d.event.resource)));
  const pre = [
    ...preOwn,
    ...(a && b && better ? mirrored(judgeEvents(name, contractEvents(a, b)), [...newIn(postOwn, preOwn), ...judgeEvents(name, keptBefore)]) : []),
  ];
  const post = [
    ...postOwn,
    ...(a && b && !better ? mirrored(judgeEvents(name, contractEvents(b, a)), [...newIn(preOwn, postOwn), ...judgeEvents(name, keptAfter)]) : []),
  ];
  const out: Judged[] = [];
  const shown = pair.post?.fn.name ?? name;
  const add = (drafts: readonly Draft[], status: Status): void => {
    for (const d of oneEach(drafts)) out.push({ draft: d, finding: finding(d, pair.file, shown, status, severityOf(d, pair, status)) });
  };
  // What was certain before and is merely possible now (or the reverse) is the same problem.
  // A lock that both sides hand to their caller may have two names.
  const handed = (d: Draft, others: readonly Draft[]): boolean =>
    d.event.kind === 'held-at-exit' &&
    d.event.certainty === 'contract' &&
    others.some((o) => o.event.kind === d.event.kind && o.event.certainty === 'contract' && o.event.lockKind === d.event.lockKind);
  // What a callee does that is followed on one side only, and was given up on the other, is no difference.
  const comparable = sameCut(pair);
  const counts = (d: Draft): boolean => comparable || d.event.certainty === 'sure';
  const gone = newIn(pre, post).filter(counts);
  const come = newIn(post, pre).filter(counts);
  const introduced = pair.pre || !pair.post ? come : post.filter((d) => d.event.certainty === 'sure');
  const has = (d: Draft, side: readonly Draft[], own: readonly Draft[]): boolean => side.some((p) => isSameProblem(p, d)) && places(side, d) >= places(own, d);
  add(
    introduced.filter((d) => !handed(d, gone) && !has(d, pre, post) && !isGiven(d, b, a, pair.guards)),
    'introduced',
  );
  if (pair.pre && pair.post)
    add(
      gone.filter((d) => !handed(d, come) && !has(d, post, pre) && !isGiven(d, a, b, pair.guards)),
      'fixed',
    );
  const known = new Set(come.map((d) => d.fingerprint));
  add(
    post.filter((d) => pair.pre && !known.has(d.fingerprint) && d.event.certainty === 'sure'),
    'preexisting',
  );
  return out;
}

/** `some`, and what of `more` is said neither by them nor by the function itself. */
function unlessKnown(side: Summary, some: readonly Event[], more: readonly Event[]): readonly Event[] {
  return [...some, ...more.filter((e) => ![...some, ...side.events].some((o) => o.kind === e.kind && o.lockKind === e.lockKind))];
}

/** Whether the same callees are too large to be followed to their end, before and after. */
function sameCut({ pre, post }: FunctionPair): boolean {
  const cut = (side: Analysed): string => [...new Set([...side.effects.unsure.keys()].map((i) => (i.op === 'call' ? (i.callee ?? '') : '')))].sort().join();
  return !pre || !post || cut(pre) === cut(post);
}

/** A test that is made after one way of taking a lock and not after another is another matter than one that is not made at all. */
function isSameProblem(certain: Draft, d: Draft): boolean {
  return alike(certain, d) && certain.event.certainty === 'sure' && (d.event.kind !== 'not-rechecked' || certain.event.exitClass === d.event.exitClass);
}

/** A path that puts the same thing twice has one put too many rather than one that was missing. */
function putsTwice(side: Summary, e: Event): boolean {
  return side.exits.some((x) => {
    let count = 0;
    for (let s = x.trace; s; s = s.prev) if (s.effect?.op === 'put' && s.effect.resource === e.resource && s.effect.place === e.place) count++;
    return count > 1;
  });
}

function alike(a: Draft, b: Draft): boolean {
  return a.rule === b.rule && a.event.resource === b.event.resource;
}

/** In how many places of the function a reference is taken that is certainly lost; other resources count once. */
function places(drafts: readonly Draft[], like: Draft): number {
  return like.event.kind !== 'owned-at-exit' || like.event.certainty !== 'sure'
    ? 1
    : new Set(drafts.filter((d) => alike(d, like) && d.event.certainty === 'sure').map((d) => d.event.otherLine)).size;
}

/** What the rules say of a function as it stands: only what is wrong in itself. */
export function standing(side: Analysed, order: OrderEvidence, questions: readonly DocumentedQuestion[], bodies: Bodies): Judged[] {
  const drafts = judgeEvents(side.fn.name, [
    ...side.summary.events,
    ...decidedEvents(side, questions, bodies),
    ...oddPutOrder(side),
    ...standingOrder(side.summary, order, side.fn.name),
    ...reclaimEvents(side.summary, null, order, side.fn.name),
  ]).filter((d) => d.event.certainty === 'sure');
  return oneEach(drafts, true).map((d) => ({ draft: d, finding: finding(d, side.file, side.fn.name, 'preexisting', d.rule.meta.severity) }));
}

/** What was found out about a function besides its two bodies. `known`: what is said of it anyway, which speaks for itself. */
export function besides(name: string, file: string, events: readonly Event[], status: 'introduced' | 'fixed', known: readonly Judged[]): Judged[] {
  const own = new Set(known.filter((j) => j.finding.status === status && j.finding.severity !== 'note').map((j) => lastPart(j.finding.resource)));
  return oneEach(judgeEvents(name, events))
    .filter((d) => !own.has(lastPart(d.event.resource)))
    .map((d) => ({ draft: d, finding: finding(d, file, name, status, d.rule.meta.notes?.includes(d.code) ? 'note' : d.rule.meta.severity) }));
}

/** A mistake shows in the function by itself, a new one or one that has changed its form (`delta`): what its callers make of that would only repeat it. */
export function wrongInItself(known: readonly Judged[], delta: ReadonlySet<string>): boolean {
  return known.some(
    ({ finding: { status, severity, resource } }) =>
      severity === 'error' && (status === 'introduced' || (status === 'preexisting' && delta.has(lastPart(resource)))),
  );
}

/**
 * One finding per rule and resource (`apart`: references per place where they are taken): the first exit speaks for
 * its siblings. A misread trylock speaks for what follows from it.
 */
function oneEach(all: readonly Draft[], apart = false): Draft[] {
  const misread = new Set(all.filter((d) => MISREAD.has(d.event.kind)).map((d) => d.event.resource));
  const drafts = all.filter((d) => MISREAD.has(d.event.kind) || !misread.has(d.event.resource) || d.event.kind === 'sleeps');
  const seen = new Map<string, Draft>();
  for (const d of drafts) {
    const key = `${d.rule.meta.id} ${d.event.resource} ${apart && d.event.kind === 'owned-at-exit' ? d.event.otherLine : ''}`;
    const old = seen.get(key);
    if (!old || (old.event.certainty !== 'sure' && d.event.certainty === 'sure')) seen.set(key, d);
  }
  return [...seen.values()];
}

const MISREAD: ReadonlySet<string> = new Set(['try-ignored', 'failed-try-released', 'result-ignored']);

function severityOf(d: Draft, pair: FunctionPair, status: Status): Severity {
  if (status !== 'introduced' || d.event.certainty === 'sure') return d.rule.meta.severity;
  const followed =
    pair.adjustedCallers.length > 0 &&
    pair.adjustedCallers.every(
      (c) => !judgeEvents(c.fn.name, c.summary.events).some((x) => x.event.certainty === 'sure' && x.event.resource === d.event.resource),
    );
  return followed ? 'note' : d.rule.meta.severity;
}

/**
 * A reference that only this side takes and never puts, where another function of the file puts one on the same member:
 * it may stand for one more owner, and a patch that takes it away mends nothing.
 */
function isGiven({ event }: Draft, side: Summary | null, other: Summary | null, others: GuardEvidence): boolean {
  if (event.kind !== 'owned-at-exit' || event.certainty !== 'contract' || event.detail !== '' || side === null || other === null) return false;
  const does = (s: Summary, op: 'gets' | 'puts'): boolean => s.ops.some((o) => o.op === op && lastPart(o.text) === lastPart(event.resource));
  const member = event.object?.k === 'member' ? event.object.field : null;
  return member !== null && !does(side, 'puts') && !does(other, 'gets') && others({ kind: 'put', name: member }, '', false).length > 0;
}

function finding(d: Draft, file: string, name: string, status: Status, severity: Severity): Omit<Finding, 'patch' | 'mailLine'> {
  return {
    rule: d.rule.meta.id,
    code: d.code,
    args: d.args,
    severity,
    status,
    file,
    function: name,
    line: d.event.line,
    resource: d.event.resource,
    place: d.event.place,
    exitClass: d.event.exitClass,
    path: witness(d.event.trace),
    fingerprint: d.fingerprint,
  };
}
