import { diffArrays } from 'diff';
import type { ReportFunction } from '../report/index.js';

/** One line of a function, both sides in one list. Numbers are 1-based in the file of their side; null: not there. */
export interface SourceLine {
  readonly mark: ' ' | '+' | '-';
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

/** The function's text with what the patch took out and put in; empty where no text is at hand. */
export function sourceLines(fn: ReportFunction): readonly SourceLine[] {
  const known = cache.get(fn);
  if (known !== undefined) return known;
  const lines = computed(fn);
  cache.set(fn, lines);
  return lines;
}

/** Reports never change; the screen is drawn anew at every key. */
const cache = new WeakMap<ReportFunction, readonly SourceLine[]>();

function computed(fn: ReportFunction): readonly SourceLine[] {
  const { pre, post } = fn;
  const out: SourceLine[] = [];
  let before = pre?.line ?? 0;
  let after = post?.line ?? 0;
  for (const part of diffArrays([...(pre?.lines ?? [])], [...(post?.lines ?? [])])) {
    for (const text of part.value) {
      if (part.removed) out.push({ mark: '-', before: before++, after: null, text });
      else if (part.added) out.push({ mark: '+', before: null, after: after++, text });
      else out.push({ mark: ' ', before: before++, after: after++, text });
    }
  }
  return out;
}
