import { isBlob } from './apply/blob.js';
import { fragments } from './apply/fragments.js';
import { applyFile } from './apply.js';
import { worst } from './diff/read-diff.js';
import type { Gap } from './gap.js';
import type { FileDiff, Patch, SourcePair } from './series.js';
import { takeOut } from './unmerge.js';

/**
 * The text of a file before a patch; null when the base has no such file. `oldBlob` is the `index` line's id, where it has
 * one. With an empty path only the id counts.
 */
export type Base = (path: string, oldBlob: string | null) => string | null;

/**
 * The files of one patch before and after it. A file whose base is missing, or on which no hunk fits, is given as
 * `fragments`: what the hunks show, at the line numbers of their headers. `exactBase`: the base is the commit the patch names.
 */
export function sourcePairs(patch: Patch, base: Base, exactBase = false): readonly SourcePair[] {
  return patch.files.flatMap((diff) => pair(patch, diff, base, exactBase) ?? []);
}

/**
 * The pairs of each patch of a series in order: what one patch leaves is what the next one finds, unless its `index` line
 * names another text that the base holds (a part is missing between them). What the base has already is taken out of it first.
 */
export function chainPairs(patches: readonly Patch[], base: Base, exactBase = false): readonly (readonly SourcePair[])[] {
  const merged = exactBase ? [] : takeOut(patches, base);
  const start = new Map(merged.map((m) => [m.path, m]));
  const after = new Map<string, string | null>();
  return patches.map((patch, i) => {
    const here: Base = (path, oldBlob) => {
      if (!after.has(path)) return start.has(path) ? start.get(path)!.text : base(path, oldBlob);
      const text = after.get(path)!;
      if (oldBlob === null || text === null || isBlob(text, oldBlob)) return text;
      const named = base('', oldBlob);
      return named !== null && isBlob(named, oldBlob) ? named : text;
    };
    const pairs = sourcePairs(patch, here, exactBase && i === 0).map((p) => noted(p, merged, i));
    for (const pair of pairs) {
      if (pair.completeness === 'fragments') continue;
      const renamed = patch.files.some((f) => f.rename && f.oldPath === pair.oldPath && f.newPath === pair.path);
      if (renamed && pair.oldPath !== null) after.set(pair.oldPath, null);
      after.set(pair.path, pair.post);
    }
    return pairs;
  });
}

function noted(pair: SourcePair, merged: ReturnType<typeof takeOut>, at: number): SourcePair {
  const found = merged.find((m) => m.path === (pair.oldPath ?? pair.path) && m.patches.includes(at));
  if (found === undefined) return pair;
  return {
    ...pair,
    gaps: [
      ...pair.gaps,
      { stage: 'parse', file: pair.path, function: '', why: 'the base has this change already; it was taken out of the base to see what it does' },
    ],
  };
}

function pair(patch: Patch, diff: FileDiff, base: Base, exactBase: boolean): SourcePair | null {
  const path = diff.newPath ?? diff.oldPath;
  if (path === null) return null;
  const head = { patch: patch.index, path, oldPath: diff.oldPath } as const;
  if (diff.binary) return null;
  const pre = diff.oldPath === null ? base(path, null) : base(diff.oldPath, diff.oldBlob);
  const gaps: Gap[] = [];
  if (pre !== null || diff.oldPath === null) {
    const done = applyFile(pre, diff, exactBase);
    gaps.push(...done.gaps);
    if (done.applied > 0 || diff.hunks.length === 0) {
      const { post, fit, certainty, touched, mailLines } = done;
      return { ...head, pre: done.pre, post, completeness: 'whole', certainty, fit, touched, mailLines, gaps };
    }
  }
  const shown = fragments(diff);
  return { ...head, ...shown, completeness: 'fragments', certainty: worst(diff.hunks.map((h) => h.certainty)), fit: 'none', gaps };
}
