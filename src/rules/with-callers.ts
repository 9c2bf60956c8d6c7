import type { Gap } from '../parse/gap.js';
import type { SourcePair } from '../parse/series.js';
import type { Analysed, Program } from '../absint/program.js';
import { brokenCallers, callerEvents } from './caller-events.js';
import { type Around, callersOf } from './callers.js';
import { contractDelta } from './contract-delta.js';
import { besides, type Judged, wrongInItself } from './differ.js';
import { lastName } from './guard-events.js';

/** A function of one patch, both sides, and what the rules say of it. */
export interface Reviewed {
  readonly name: string;
  readonly pair: SourcePair;
  readonly pre: Analysed | null;
  readonly post: Analysed | null;
  readonly judged: readonly Judged[];
}

/** What `Reviewed` says after its callers were asked; `details` are lines of the semantic diff. */
export interface Told {
  readonly judged: readonly Judged[];
  readonly details: readonly string[];
}

/** For each function of a patch, in their order: what the callers of those whose contract has changed make of it. */
export function withCallers(
  reviewed: readonly Reviewed[],
  around: Around,
  program: Program,
): { readonly told: readonly Told[]; readonly gaps: readonly Gap[] } {
  const changed = reviewed.flatMap((r) => (r.pre && r.post && changesContract(r, r.pre, r.post) ? [{ of: r, pre: r.pre, post: r.post }] : []));
  if (changed.length === 0) return { told: reviewed.map((r) => ({ judged: r.judged, details: [] })), gaps: [] };
  const { callers, gaps } = callersOf(
    changed.map(({ of, post }) => ({ name: post.fn.name, file: of.pair.path, static: post.fn.static && !of.pair.path.endsWith('.h') })),
    around,
  );
  const back = callers.map((x) => ({ ...x, pre: x.post, post: x.pre }));
  const told = reviewed.map((r): Told => {
    const one = changed.find((x) => x.of === r);
    if (!one) return { judged: r.judged, details: [] };
    const name = one.post.fn.name;
    const broken = besides(name, r.pair.path, callerEvents(one.pre, one.post, callers), 'introduced', r.judged);
    const mended = besides(name, r.pair.path, callerEvents(one.post, one.pre, back), 'fixed', r.judged);
    const adjusted = [...new Set([...around.texts.keys()].flatMap((path) => program.callers(path, name)))].filter((n) => around.touched.has(n));
    // What callers rely on, or relied on before they were changed with it, was no mistake.
    const relied = (resource: string): boolean =>
      broken.some((j) => lastName(j.finding.resource) === lastName(resource)) ||
      reviewed.some((x) => adjusted.includes(x.name) && x.pre?.summary.ops.some((o) => lastName(o.text) === lastName(resource)));
    const settledByCallers = (j: Judged): boolean => j.finding.status === 'fixed' && relied(j.finding.resource);
    const failing = new Set(broken.flatMap((j) => brokenCallers(j.draft.event)));
    const asTheyWere = callers.filter((x) => x.of.has(name)).map((x) => x.name);
    const tell = (what: string, names: readonly string[]): string[] => (names.length > 0 ? [`${what}: ${names.map((n) => `${n}()`).join(', ')}`] : []);
    return {
      judged: [...r.judged.filter((j) => !settledByCallers(j)), ...broken, ...mended],
      details: [
        ...tell('callers changed with it', adjusted),
        ...tell(
          'callers not adjusted',
          asTheyWere.filter((n) => failing.has(n)),
        ),
        ...tell(
          'callers as they were, nothing wrong found in them',
          asTheyWere.filter((n) => !failing.has(n)),
        ),
      ],
    };
  });
  return { told, gaps };
}

/** Only where all of both sides is known, and what is wrong in the function itself does not explain the difference. */
function changesContract({ pair, judged }: Reviewed, pre: Analysed, post: Analysed): boolean {
  if (pair.completeness !== 'whole' || pair.fit === 'none' || pre.fn.params.length !== post.fn.params.length || pre.summary.bounded || post.summary.bounded)
    return false;
  const delta = contractDelta(pre.summary, post.summary);
  return delta.size > 0 && !wrongInItself(judged, delta);
}
