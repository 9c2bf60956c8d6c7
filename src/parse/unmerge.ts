import { applyFile } from './apply.js';
import type { Base } from './pairs.js';
import type { FileDiff, Hunk, Patch } from './series.js';

/** A file of the base as it was before the patches that the base has already. */
export interface TakenOut {
  readonly path: string;
  /** Null: the first of them created the file. */
  readonly text: string | null;
  /** 0-based places in the series of the patches that were taken out. */
  readonly patches: readonly number[];
}

/**
 * Files on which the first change of the series does not apply because the base has it: the longest run of the series'
 * changes that can be taken out again, last one first, is. Only whole changes without fuzz count, renamed files never.
 */
export function takeOut(patches: readonly Patch[], base: Base): readonly TakenOut[] {
  const byPath = new Map<string, { readonly at: number; readonly diff: FileDiff }[]>();
  const renamed = new Set<string>();
  patches.forEach((patch, at) => {
    for (const diff of patch.files) {
      const path = diff.oldPath ?? diff.newPath;
      if (path === null || diff.binary || diff.hunks.length === 0) continue;
      if (diff.oldPath !== null && diff.newPath !== null && diff.oldPath !== diff.newPath) renamed.add(diff.oldPath).add(diff.newPath);
      byPath.set(path, [...(byPath.get(path) ?? []), { at, diff }]);
    }
  });
  return [...byPath].flatMap(([path, changes]) => {
    const first = changes[0]!.diff;
    if (renamed.has(path)) return [];
    const there = base(path, first.oldPath === null ? null : first.oldBlob);
    if ((there === null) === (first.oldPath === null) && applies(there, first) !== undefined) return [];
    if (there === null && !changes.some((c) => c.diff.newPath === null)) return [];
    for (let k = changes.length; k > 0; k--) {
      let text: string | null | undefined = there;
      for (let i = k - 1; i >= 0 && text !== undefined; i--) text = applies(text, reversed(changes[i]!.diff));
      if (text !== undefined) return [{ path, text, patches: changes.slice(0, k).map((c) => c.at) }];
    }
    return [];
  });
}

/** The result when every hunk finds its place with all its context, else undefined. */
function applies(text: string | null, diff: FileDiff): string | null | undefined {
  if ((text === null) !== (diff.oldPath === null)) return undefined;
  const done = applyFile(text, diff);
  return done.applied === diff.hunks.length && done.fit !== 'fuzzy' && done.fit !== 'none' ? done.post : undefined;
}

function reversed(diff: FileDiff): FileDiff {
  return {
    ...diff,
    oldPath: diff.newPath,
    newPath: diff.oldPath,
    oldBlob: diff.newBlob,
    newBlob: diff.oldBlob,
    hunks: diff.hunks.map(
      (h): Hunk => ({
        ...h,
        oldStart: h.newStart,
        oldLines: h.newLines,
        newStart: h.oldStart,
        newLines: h.oldLines,
        lines: h.lines.map((l) => (l.kind === ' ' ? l : { ...l, kind: l.kind === '+' ? '-' : '+' })),
      }),
    ),
  };
}
