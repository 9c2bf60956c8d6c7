import type { InputProblem, Inputs } from '../host/input.js';
import type { SeriesBase, Tree } from '../host/tree.js';
import { assemble } from '../parse/assemble.js';
import type { Gap } from '../parse/gap.js';
import { combine, leftOut, lineages } from '../parse/lineage.js';
import { LIMITS } from '../parse/limits.js';
import { readInput } from '../parse/mail/read-input.js';
import { chainPairs } from '../parse/pairs.js';
import type { Series, SourcePair } from '../parse/series.js';
import { Failure } from './failure.js';

/** What was given, as series: those to review, and everything else that may serve as a base or for a comparison. */
export interface GivenSeries {
  readonly chosen: readonly Series[];
  readonly all: readonly Series[];
  readonly gaps: readonly Gap[];
}

/** Messages of all inputs together make the series; what else was in them is a gap. `version`: `--version N`. */
export async function readSeries(inputs: Inputs, version: number | null): Promise<GivenSeries> {
  const messages = [];
  const unread = [];
  for (const source of inputs.sources) {
    const read = await readInput(source.name, source.bytes);
    for (const message of read.messages) messages.push(message);
    unread.push(...read.gaps);
  }
  const all = assemble(messages, unread);
  const every = lineages(all, version);
  if (version !== null && every.length === 0) {
    const there = [...new Set(all.filter((s) => s.patches.length > 0).map((s) => `v${s.version}`))].sort();
    throw new Failure(3, `the input holds no version ${version} of a series`, there.length === 0 ? null : `it holds ${there.join(', ')}`);
  }
  const kept = every.slice(0, LIMITS.series);
  const problems = inputs.problems.map((problem: InputProblem) => hostGap(`${problem.input}: ${problem.why}`));
  const chosen = kept.length > 0 ? kept.map((l) => l.chosen) : all.slice(0, 1);
  // What could not be read at all stands with the first series, whether that one is reviewed or not.
  const first = all[0] !== undefined && !chosen.includes(all[0]) ? unread : [];
  return { chosen, all, gaps: [...problems, ...first, ...leftOut(kept, every)] };
}

/** Series on their bases: one value for the review, patches numbered through. */
export interface BasedSeries {
  readonly series: Series;
  readonly base: SeriesBase;
  readonly pairs: readonly (readonly SourcePair[])[];
  readonly gaps: readonly Gap[];
}

/** Finds the base of each series by itself; the report names the first one's, and each that differs in a gap. */
export async function baseSeries(given: GivenSeries, tree: Tree): Promise<BasedSeries> {
  const series = combine(given.chosen);
  if (series === null) throw new Failure(3, 'no patch was found in the input');
  const pairs: (readonly SourcePair[])[] = [];
  const gaps: Gap[] = [];
  let first: SeriesBase | null = null;
  for (const one of given.chosen) {
    const base = await tree.baseFor(one, given.all);
    const numbered = series.patches.slice(pairs.length, pairs.length + one.patches.length);
    pairs.push(...chainPairs(numbered, base.read, base.exact));
    gaps.push(...base.gaps);
    if (first === null) first = base;
    else if (base.kind !== first.kind || base.rev !== first.rev)
      gaps.push(hostGap(`"${one.subject}" stands on another base: ${base.kind}${base.rev === null ? '' : ` ${base.rev.slice(0, 12)}`}`));
  }
  if (first === null) throw new Failure(3, 'no patch was found in the input');
  return { series, base: first, pairs, gaps };
}

function hostGap(why: string): Gap {
  return { stage: 'host', file: '', function: '', why };
}
