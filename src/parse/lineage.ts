import type { Gap } from './gap.js';
import { LIMITS } from './limits.js';
import type { Series } from './series.js';

/** All versions of one piece of work that an input holds: the one to review, and the others for a comparison, newest first. */
export interface Lineage {
  readonly chosen: Series;
  readonly others: readonly Series[];
}

/**
 * Groups the series of one input (as `assemble` orders them) into versions of the same work: a later version that answers
 * an earlier one, or series that share their title or half of their patches' titles. With `version`, that one is chosen
 * and work that has none is left out; otherwise the newest complete one. Order is that of `all`.
 */
export function lineages(all: readonly Series[], version: number | null = null): readonly Lineage[] {
  const groups: Series[][] = [];
  const byTitle = new Map<string, Series[]>();
  const byId = new Map<string, Series[]>();
  const byAnswered = new Map<string, Series[]>();
  for (const series of all) {
    if (series.patches.length === 0) continue;
    const home = findHome(series, byTitle, byId, byAnswered);
    const group = home ?? [];
    if (home === undefined) groups.push(group);
    group.push(series);
    for (const t of [title(series.subject), ...series.patches.map((p) => title(p.subject))]) if (t !== '' && !byTitle.has(t)) byTitle.set(t, group);
    for (const id of [series.messageId, ...series.patches.map((p) => p.messageId)]) if (id !== null) byId.set(id, group);
    for (const id of answeredBy(series)) if (!byAnswered.has(id)) byAnswered.set(id, group);
  }
  return groups.flatMap((group) => {
    const wanted = version === null ? group : group.filter((s) => s.version === version);
    const [first] = wanted;
    if (first === undefined) return [];
    // Of the same version, a repost counts; it stands later.
    const chosen = wanted.findLast((s) => s.version === first.version && isComplete(s) === isComplete(first)) ?? first;
    return [{ chosen, others: group.filter((s) => s !== chosen).sort((a, b) => b.version - a.version) }];
  });
}

/** What else the input held: other versions of the same work, and work beyond the bound. */
export function leftOut(kept: readonly Lineage[], all: readonly Lineage[]): readonly Gap[] {
  const versions = kept.flatMap(({ chosen, others }) =>
    others.length === 0
      ? []
      : [
          gap(
            `"${chosen.subject}": v${chosen.version} was reviewed; ${listed(others.map((s) => `v${s.version}${isComplete(s) ? '' : ' (incomplete)'}`))} of it ${others.length === 1 ? 'is' : 'are'} in the input too (--version N picks one)`,
          ),
        ],
  );
  const rest = all.slice(kept.length);
  if (rest.length === 0) return versions;
  return [
    ...versions,
    gap(
      `${rest.length} more series in the input were not reviewed (at most ${LIMITS.series} are in one run): ${listed(rest.slice(0, 3).map(({ chosen }) => `"${chosen.subject}" v${chosen.version}`))}`,
    ),
  ];
}

/**
 * Several series as one value, for one report: patches numbered through in the order given. The head is the first one's.
 */
export function combine(list: readonly Series[]): Series | null {
  const [first, ...rest] = list;
  if (first === undefined || rest.length === 0) return first ?? null;
  let index = 0;
  const patches = list.flatMap((s) => s.patches.map((p) => ({ ...p, index: ++index })));
  const gaps = list.flatMap((s) => s.gaps);
  return {
    ...first,
    subject: `${first.subject} (and ${rest.length} other series)`,
    patches,
    replies: list.flatMap((s) => s.replies),
    expected: list.reduce((n, s) => n + s.expected, 0),
    gaps,
  };
}

function isComplete(series: Series): boolean {
  return series.patches.length >= series.expected;
}

function findHome(
  series: Series,
  byTitle: ReadonlyMap<string, Series[]>,
  byId: ReadonlyMap<string, Series[]>,
  byAnswered: ReadonlyMap<string, Series[]>,
): Series[] | undefined {
  const named = byTitle.get(title(series.subject));
  if (named !== undefined) return named;
  const shared = new Map<Series[], number>();
  for (const patch of series.patches) {
    const group = byTitle.get(title(patch.subject));
    if (group !== undefined) shared.set(group, (shared.get(group) ?? 0) + 1);
  }
  for (const [group, n] of shared) if (n * 2 >= Math.min(series.patches.length, Math.max(...group.map((s) => s.patches.length)))) return group;
  const answered = answeredBy(series)
    .map((id) => byId.get(id))
    .find((g) => g !== undefined);
  if (answered?.some((s) => s.version !== series.version)) return answered;
  // Newest versions come first, so what this one is answered by may be there already.
  const own = [series.messageId, ...series.patches.map((p) => p.messageId)];
  return own.map((id) => (id === null ? undefined : byAnswered.get(id))).find((g) => g?.some((s) => s.version > series.version));
}

/** What its first mail answers. */
function answeredBy(series: Series): readonly string[] {
  const head = series.cover ?? series.patches[0]?.message;
  return head === undefined ? [] : [head.inReplyTo, ...head.references].flatMap((id) => id ?? []);
}

function title(subject: string): string {
  return subject
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

function listed(words: readonly string[]): string {
  return words.join(', ');
}

function gap(why: string): Gap {
  return { stage: 'parse', file: '', function: '', why };
}
