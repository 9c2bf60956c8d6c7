import { diffArrays, diffWordsWithSpace } from 'diff';
import type { ReportFunction } from './report.js';

/** One line of a function, both sides in one list. Numbers are 1-based in the file of their side; null: not there. */
export interface SourceLine {
  readonly mark: ' ' | '+' | '-';
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
  /** Runs as in `SourceText.syntax`; undefined where there are none. */
  readonly syntax: string | undefined;
  /** Parts [from, to) that differ from the line this one replaces or is replaced by; none where it has no such partner. */
  readonly words: readonly (readonly [number, number])[];
}

/** The function's text with what the patch took out and put in; empty where no text is at hand. */
export function sourceLines(fn: ReportFunction): readonly SourceLine[] {
  const known = cache.get(fn);
  if (known !== undefined) return known;
  const lines = computed(fn);
  cache.set(fn, lines);
  return lines;
}

/** Reports never change; a screen is drawn anew at every key. */
const cache = new WeakMap<ReportFunction, readonly SourceLine[]>();

function computed(fn: ReportFunction): readonly SourceLine[] {
  const { pre, post } = fn;
  const out: SourceLine[] = [];
  let b = 0;
  let a = 0;
  for (const part of diffArrays([...(pre?.lines ?? [])], [...(post?.lines ?? [])])) {
    for (const text of part.value) {
      const before = part.added ? null : b++;
      const after = part.removed ? null : a++;
      out.push({
        mark: part.removed ? '-' : part.added ? '+' : ' ',
        text,
        words: [],
        before: before === null ? null : before + (pre?.line ?? 0),
        after: after === null ? null : after + (post?.line ?? 0),
        syntax: after !== null ? post?.syntax[after] : pre?.syntax[before ?? 0],
      });
    }
  }
  return withWords(out);
}

/** Within a block of removed and added lines, the n-th of each are partners when they are alike. */
function withWords(lines: SourceLine[]): readonly SourceLine[] {
  for (let i = 0; i < lines.length; ) {
    if (lines[i]?.mark === ' ') {
      i += 1;
      continue;
    }
    let end = i;
    while (end < lines.length && lines[end]?.mark !== ' ') end += 1;
    const removed = indices(lines, i, end, '-');
    const added = indices(lines, i, end, '+');
    let from = 0;
    for (const r of removed) {
      const at = added.findIndex((x, k) => k >= from && alike(lines[r]?.text ?? '', lines[x]?.text ?? ''));
      const x = added[at];
      if (x === undefined) continue;
      from = at + 1;
      const [old, now] = [lines[r], lines[x]];
      if (old === undefined || now === undefined) continue;
      const [gone, come] = changedWords(old.text, now.text);
      lines[r] = { ...old, words: gone };
      lines[x] = { ...now, words: come };
    }
    i = end;
  }
  return lines;
}

function indices(lines: readonly SourceLine[], from: number, to: number, mark: '+' | '-'): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i).filter((i) => lines[i]?.mark === mark);
}

/** At least half of the shorter line's words are in the other one. */
function alike(a: string, b: string): boolean {
  const words = (text: string): string[] => text.match(/\w+/g) ?? [];
  const x = words(a);
  const y = words(b);
  const left = [...y];
  const common = x.filter((word) => {
    const i = left.indexOf(word);
    if (i >= 0) left.splice(i, 1);
    return i >= 0;
  }).length;
  return common > 0 && common * 2 >= Math.min(x.length, y.length) && common * 3 >= Math.max(x.length, y.length);
}

type Ranges = readonly (readonly [number, number])[];

function changedWords(before: string, after: string): readonly [Ranges, Ranges] {
  const gone: (readonly [number, number])[] = [];
  const come: (readonly [number, number])[] = [];
  let b = 0;
  let a = 0;
  for (const part of diffWordsWithSpace(before, after)) {
    const size = part.value.length;
    if (part.removed) gone.push([b, b + size]);
    if (part.added) come.push([a, a + size]);
    if (!part.added) b += size;
    if (!part.removed) a += size;
  }
  return [gone, come];
}
