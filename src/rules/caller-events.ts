import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import type { ExitView, Summary } from '../absint/summary.js';
import type { Caller } from './callers.js';
import { contractEvents } from './contract-events.js';
import { contractDelta } from './contract-delta.js';
import { lastName } from './guard-events.js';
import { judgeEvents, newIn, type Draft } from './judge.js';
import { fillMessage } from './message.js';

/** What a finding about callers carries besides its words. */
export interface CallerDetail {
  readonly what: string;
  readonly caller: string;
  readonly path: string;
  readonly problem: string;
  readonly others: readonly string[];
  /** Of the caller's own complaint: a later patch that mends it says so. */
  readonly fingerprint: string;
}

/**
 * What the callers of a function, as they are, do wrong now that its contract is another one: for each lock or reference
 * that the contract speaks of differently, one event at the place where it does.
 */
export function callerEvents(before: Analysed, after: Analysed, callers: readonly Caller[]): Event[] {
  const delta = contractDelta(before.summary, after.summary);
  if (delta.size === 0) return [];
  const broken = callers.filter((c) => c.of.has(after.fn.name)).flatMap((caller) => brokenBy(delta, after.fn.name, caller).map((draft) => ({ caller, draft })));
  const seen = new Map<string, typeof broken>();
  for (const b of broken) seen.set(lastName(b.draft.event.resource), [...(seen.get(lastName(b.draft.event.resource)) ?? []), b]);
  return [...seen.values()].flatMap((list) => {
    const [first, ...others] = list;
    if (!first) return [];
    const { event } = first.draft;
    const view = exitThatDiffers(before.summary, after.summary, lastName(event.resource));
    const detail: CallerDetail = {
      what: whatChanged(before.summary, after.summary, lastName(event.resource)),
      caller: first.caller.name,
      path: `${first.caller.path}:${event.line}`,
      problem: fillMessage(first.draft.rule.meta.messages[first.draft.code] ?? first.draft.code, first.draft.args),
      others: [...new Set(others.map((o) => o.caller.name))].filter((n) => n !== first.caller.name),
      fingerprint: first.draft.fingerprint,
    };
    return [
      {
        kind: 'caller-broken',
        resource: event.resource,
        place: first.caller.name,
        lockKind: event.lockKind,
        line: view?.line ?? after.fn.line,
        otherLine: event.line,
        exitClass: '',
        trace: view?.trace ?? null,
        certainty: 'sure',
        detail: JSON.stringify(detail),
        object: null,
      },
    ];
  });
}

/** Where what a later patch says of the broken caller is found, and which complaint it is. */
export function callerOf(e: Event): { readonly key: string; readonly fingerprint: string } {
  const { path, caller, fingerprint } = JSON.parse(e.detail) as CallerDetail;
  return { key: `${path.slice(0, path.lastIndexOf(':'))} ${caller}`, fingerprint };
}

export function brokenCallers(e: Event): readonly string[] {
  const { caller, others } = JSON.parse(e.detail) as CallerDetail;
  return [caller, ...others];
}

/**
 * The caller's own complaints under the new contract that it had no reason for under the old one: what is wrong in
 * itself, and what its own code gives back, or takes, that had its counterpart in the callee.
 */
function brokenBy(delta: ReadonlySet<string>, callee: string, { pre, post, followed }: Caller): Draft[] {
  if (post.summary.bounded || pre.summary.bounded) return [];
  const about = (d: Draft): boolean =>
    delta.has(lastName(d.event.resource)) ||
    delta.has(d.event.resource) ||
    (d.event.kind === 'sleeps' && delta.has('sleep') && d.event.detail.split(' ')[0] === callee);
  const sure = (side: Analysed): Draft[] => judgeEvents(side.fn.name, side.summary.events).filter((d) => d.event.certainty === 'sure');
  const wrong = newIn(sure(post), sure(pre)).filter(about);
  if (wrong.length > 0 || followed) return wrong;
  // Nobody who calls it was changed, and it was even before.
  const calls = new Set(post.summary.calls.map((c) => c.line));
  return judgeEvents(post.fn.name, contractEvents(post.summary, pre.summary)).filter(
    (d) => about(d) && !calls.has(d.event.otherLine) && isEven(pre.summary, d.event.resource),
  );
}

/** No way out leaves anything of it to the caller. */
export function isEven(side: Summary, resource: string): boolean {
  return side.exits.every((x) => !x.tokens.some((t) => lastName(t.resource) === lastName(resource)));
}

/** The first way out that leaves something else to the caller now. */
function exitThatDiffers(before: Summary, after: Summary, resource: string): ExitView | null {
  return (
    after.exits.find((x) => {
      const was = before.exits.filter((y) => y.exit === x.exit);
      return was.length > 0 && was.every((y) => !sameFor(x, y, resource));
    }) ?? null
  );
}

function sameFor(x: ExitView, y: ExitView, resource: string): boolean {
  const about = (v: ExitView): string =>
    v.tokens
      .filter((t) => lastName(t.resource) === resource || t.resource === resource)
      .map((t) => `${t.change} ${t.mode}`)
      .sort()
      .join();
  return about(x) === about(y);
}

function whatChanged(before: Summary, after: Summary, resource: string): string {
  const view = exitThatDiffers(before, after, resource);
  if (view === null) return 'it is treated differently';
  const was = before.exits.find((y) => y.exit === view.exit) as ExitView;
  const has = (list: readonly string[]): boolean => list.some((t) => lastName(t.replace(/ \(.*| ×.*/, '')) === lastName(resource));
  const words = [
    has(view.gains) ? 'leaves it to its caller' : '',
    has(view.drops) ? "gives the caller's back" : '',
    !has(view.gains) && has(was.gains) ? 'does not hand it out any more' : '',
    !has(view.drops) && has(was.drops) ? "does not give the caller's back any more" : '',
  ].filter((w) => w !== '');
  return `where it ${view.exit}, it ${words.join(' and ') || 'treats it differently'}`;
}
