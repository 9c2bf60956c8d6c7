import type { Tree } from '../host/tree.js';
import { lineages } from '../parse/lineage.js';
import { since, type Since } from '../report/since.js';
import type { Report } from '../report/index.js';
import { reviewSeries, type ReviewTools } from '../review.js';
import { Failure } from './failure.js';
import { baseSeries, type GivenSeries } from './inputs.js';

/** Reviews version `version` of the same work on its own base and compares: `--since`. Without verdicts, which do not count here. */
export async function sinceVersion(version: number, given: GivenSeries, report: Report, tree: Tree, tools: ReviewTools): Promise<Since> {
  const [mine] = given.chosen;
  const work = lineages(given.all).find((l) => [l.chosen, ...l.others].some((s) => s === mine));
  const earlier = [work?.chosen, ...(work?.others ?? [])].find((s) => s !== undefined && s.version === version && s !== mine);
  if (earlier === undefined) {
    const there = [work?.chosen, ...(work?.others ?? [])].flatMap((s) => (s === undefined || s === mine ? [] : [`v${s.version}`]));
    throw new Failure(
      3,
      `the input holds no version ${version} of this series to compare with`,
      there.length === 0 ? 'give its mails too' : `it holds ${there.join(', ')}`,
    );
  }
  const { series, base, pairs, gaps } = await baseSeries({ chosen: [earlier], all: given.all, gaps: [] }, tree);
  return since(reviewSeries({ series, base: { kind: base.kind, rev: base.rev }, pairs, gaps }, { ...tools, judge: null, progress: () => undefined }), report);
}
