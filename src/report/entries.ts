import type { CFunction } from '../parse/c/ast.js';
import { compare } from '../parse/compare.js';
import type { Gap } from '../parse/gap.js';
import { FITS, type Series, type SourcePair } from '../parse/series.js';
import { quotable } from './quotable.js';
import type { ReportFunction, ReportPatch, SourceText } from './report.js';

// What stands in the lists of a report, and in which order.

/** The lines of a function of `text`; `highlight` gives their syntax. */
export function sourceOf(text: string | null, fn: CFunction, highlight: ((code: string) => readonly string[]) | undefined): SourceText {
  const lines = (text ?? '').split('\n').slice(fn.line - 1, fn.endLine);
  return { line: fn.line, lines, syntax: highlight?.(lines.join('\n')) ?? [] };
}

/** A patch, with how well the files that it changes fit. */
export function patchOf(p: Series['patches'][number], pairs: readonly SourcePair[]): ReportPatch {
  const fit = pairs.map((x) => x.fit).sort((a, b) => FITS.indexOf(b) - FITS.indexOf(a))[0] ?? 'none';
  return {
    index: p.index,
    subject: p.subject,
    heading: p.message.subject,
    messageId: p.messageId,
    certainty: p.certainty,
    fit,
    files: [...new Set(p.files.map((f) => f.newPath ?? f.oldPath ?? ''))].sort(),
    author: p.author,
    date: p.message.date,
    diffs: p.files.map(quotable),
  };
}

/** Each gap once. */
export function uniqueGaps(gaps: readonly Gap[]): Gap[] {
  const seen = new Map(gaps.map((g) => [JSON.stringify([g.stage, g.file, g.function, g.why]), g]));
  return [...seen.values()].sort((a, b) => compare(a.file, b.file) || compare(a.function, b.function) || compare(a.stage, b.stage) || compare(a.why, b.why));
}

/** By patch, file and line. */
export function sortedFunctions(functions: readonly ReportFunction[]): ReportFunction[] {
  return [...functions].sort((a, b) => a.patch - b.patch || compare(a.file, b.file) || firstLine(a) - firstLine(b));
}

function firstLine(f: ReportFunction): number {
  return (f.post ?? f.pre)?.line ?? 0;
}
