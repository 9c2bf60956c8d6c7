import { isPartial } from '../parse/c/unshown.js';
import { lastPart, type Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import type { ExitToken, ExitView, Summary } from '../absint/summary.js';
import { differ, type FunctionPair, type Judged } from './differ.js';

/**
 * `differ` where there is no base: what the shown lines prove by themselves, whatever the others do. Contracts of
 * functions that are shown in part are not known, so that only what is certain counts. `onlyTakenOut`: the patch adds
 * no call to the file, so that what it takes out stands nowhere else.
 */
export function shownDifference(pair: FunctionPair, onlyTakenOut: boolean): Judged[] {
  const { pre, post } = pair;
  const partial = [pre, post].some((side) => side !== null && isPartial(side.fn));
  const was = pre ? calleesIn(pre) : new Set<string>();
  const is = post ? calleesIn(post) : new Set<string>();
  const fresh = [...is].some((name) => !was.has(name));
  const gone = [...was].some((name) => !is.has(name));
  const named = new Set([...(pre?.summary.named ?? []), ...(post?.summary.named ?? [])]);
  return differ(pair, (before, after) =>
    (after === post?.summary ? fresh : gone) ? [] : shownEvents(before, after, onlyTakenOut && after === post?.summary),
  ).filter(
    (j) =>
      j.draft.event.certainty === 'sure' &&
      !named.has(j.draft.event.lockKind) &&
      !NEEDS_OTHERS.has(j.finding.rule) &&
      (!partial || !NEEDS_ALL.has(j.finding.rule)),
  );
}

/**
 * What some ways to lines that are not shown still hold and others do not, where on the side of `before` they all
 * agreed, or what they hold because it is not given back any more: those lines are the same on both sides. Nothing is said where the patch takes the resource elsewhere, too, or
 * calls something that was not called before.
 */
function shownEvents(before: Summary, after: Summary, onlyTakenOut: boolean): Event[] {
  if (before.bounded || after.bounded) return [];
  const count = (side: Summary, ops: readonly string[], resource: string): number =>
    side.ops.filter((o) => ops.includes(o.op) && bareName(o.text) === bareName(resource)).length;
  const alike = (t: ExitToken): boolean => {
    const taken = count(before, ['takes', 'gets'], t.resource);
    return (
      taken > 0 &&
      taken === count(after, ['takes', 'gets'], t.resource) &&
      count(after, ['releases', 'puts'], t.resource) <= count(before, ['releases', 'puts'], t.resource)
    );
  };
  const fewer = (t: ExitToken): boolean => count(after, ['releases', 'puts'], t.resource) < count(before, ['releases', 'puts'], t.resource);
  const onlyFewer =
    onlyTakenOut &&
    after.ops.length < before.ops.length &&
    after.ops.every((o) => before.ops.some((b) => b.op === o.op && b.text === o.text)) &&
    before.ops.every((b) => b.op === 'releases' || b.op === 'puts' || after.ops.some((o) => b.op === o.op && b.text === o.text));
  const was = places(before);
  return [...places(after)].flatMap(([place, views]) => {
    const old = was.get(place);
    if (!old) return [];
    const known = uneven(old);
    const hidden = views.length > 0 && after.unshown.some((u) => u.key === place);
    const split = !hidden ? [] : [...uneven(views)].filter(([key]) => ![...known.keys()].some((k) => bareName(k) === bareName(key))).map(([, found]) => found);
    const kept = !hidden
      ? []
      : views.flatMap((view) =>
          view.tokens
            .filter(
              (t) =>
                t.change === 'gain' && fewer(t) && !old.some((v) => v.tokens.some((x) => x.change === 'gain' && bareName(x.resource) === bareName(t.resource))),
            )
            .map((token) => ({ view, token })),
        );
    // What was given back, and is not any more, though nothing else that the function does to locks or references has changed.
    const dropped = onlyFewer
      ? old.flatMap((v) =>
          v.tokens
            .filter((t) => t.change === 'drop' && fewer(t))
            .flatMap((token) => {
              const view = views.find((w) => w.line > 0 && !w.tokens.some((x) => x.change === 'drop' && bareName(x.resource) === bareName(token.resource)));
              return view && views.length === 1 ? [{ view, token: { ...token, line: view.line } }] : [];
            }),
        )
      : [];
    return [...[...split, ...kept].filter((found) => alike(found.token)), ...dropped].map((found) => event(found.view, found.token));
  });
}

function bareName(resource: string): string {
  return lastPart(resource.replace(/ \(shared\)$| reference$/, ''));
}

/** Rules that a test or a lock outside the shown lines could answer. */
const NEEDS_ALL: ReadonlySet<string> = new Set(['missing-recheck', 'stale-after-drop', 'rcu-escape']);
/** Rules that callers or callees outside the hunks could answer. */
const NEEDS_OTHERS: ReadonlySet<string> = new Set(['unguarded-access', 'contract-change', 'lock-order', 'alloc-in-reclaim-path']);

function calleesIn({ cfg }: Analysed): Set<string> {
  return new Set(cfg.order.flatMap((id) => cfg.blocks[id]?.instrs ?? []).flatMap((i) => (i.op === 'call' && i.callee !== null ? [i.callee] : [])));
}

function places(side: Summary): Map<string, readonly ExitView[]> {
  const ends = new Map<string, readonly ExitView[]>();
  for (const x of side.exits) ends.set(x.exit, [...(ends.get(x.exit) ?? []), x]);
  return new Map([...side.unshown.map((u) => [u.key, u.views] as const), ...ends]);
}

/** Resources that some ways to the place have gained and others have not, by what they are. */
function uneven(views: readonly ExitView[]): Map<string, { readonly view: ExitView; readonly token: ExitToken }> {
  const out = new Map<string, { readonly view: ExitView; readonly token: ExitToken }>();
  for (const view of views)
    for (const token of view.tokens) {
      const key = `${token.change} ${token.what} ${token.resource}`;
      if (
        token.change === 'gain' &&
        views.some((v) => !v.tokens.some((t) => t.change === token.change && t.what === token.what && t.resource === token.resource))
      )
        out.set(key, { view, token });
    }
  return out;
}

function event(view: ExitView, token: ExitToken): Event {
  return {
    kind: token.what === 'lock' ? 'held-at-exit' : 'owned-at-exit',
    resource: token.resource,
    place: token.place,
    lockKind: token.lockKind,
    line: view.line,
    otherLine: token.line,
    exitClass: 'comes to lines that are not shown',
    trace: view.trace,
    certainty: 'sure',
    detail: token.change === 'drop' ? 'callers' : token.what === 'lock' ? token.mode : '',
    object: token.object,
  };
}
