import { compare } from '../parse/compare.js';
import { isInferred } from '../effect/inferred.js';
import { isPartial } from '../parse/c/unshown.js';
import type { SourcePair } from '../parse/series.js';
import { isOfNothing } from '../absint/nothing.js';
import type { Analysed } from '../absint/program.js';
import { isBorrowed, withBorrowed } from '../rules/borrowed.js';
import type { Judged } from '../rules/differ.js';
import { fillMessage } from '../rules/message.js';
import type { ModelRequest } from '../model/judge.js';
import type { Verdict } from '../model/verdict.js';
import { settled } from './policy.js';
import type { ReportFinding } from './report.js';
import { toldPath } from './told-path.js';

/** What the rules say, with both sides of the function: the model may need them again. */
export interface Found extends Judged {
  readonly patch: number;
  readonly pre: Analysed | null;
  readonly post: Analysed | null;
  readonly pair: SourcePair;
  /** The patch after which it is gone. */
  readonly mended?: number;
  /** Run in the place of the function that the finding names, with what that rests on. */
  readonly batch?: { readonly name: string; readonly rests: string };
}

/** The model as it is asked; `judge` is null where it is switched off, `stopped` where nobody can end the run early. */
export interface Judging {
  readonly judge: ((request: ModelRequest) => Verdict) | null;
  readonly judgeMany: ((requests: readonly ModelRequest[], done: () => void) => readonly Verdict[]) | null;
  readonly stopped: (() => boolean) | null;
  readonly progress: (finding: number, of: number) => void;
}

/** The findings of a run in the report's order, each with its verdict. */
export function confirmAll(found: readonly Found[], judging: Judging): ReportFinding[] {
  const sorted = [...found].sort(
    (a, b) =>
      a.patch - b.patch ||
      compare(a.finding.file, b.finding.file) ||
      a.finding.line - b.finding.line ||
      compare(a.finding.rule, b.finding.rule) ||
      compare(a.finding.fingerprint, b.finding.fingerprint),
  );
  const verdicts = verdictsOf(sorted, judging);
  return sorted.map((f, i) =>
    settled({
      ...f.finding,
      path: withBorrowed(toldPath(f.finding, (f.finding.status === 'fixed' ? f.pre : f.post)?.cfg ?? null), f.finding.status === 'fixed' ? f.pre : f.post),
      patch: f.patch,
      mailLine: f.finding.status === 'fixed' ? null : (f.pair.mailLines.get(f.finding.line) ?? null),
      id: `F${i + 1}`,
      message: fillMessage(messageOf(f), f.draft.args),
      verdict: resting(verdicts[i] as Verdict, f.batch?.rests),
      ...(f.mended === undefined ? {} : { mendedBy: f.mended }),
    }),
  );
}

function resting(verdict: Verdict, rests: string | undefined): Verdict {
  return rests === undefined || verdict.state !== 'confirmed' ? verdict : { ...verdict, assumptions: [...verdict.assumptions, rests] };
}

/** One verdict for each finding, in their order. */
function verdictsOf(found: readonly Found[], { judge, judgeMany, stopped, progress }: Judging): readonly Verdict[] {
  let finding = 0;
  const done = (): void => {
    progress((finding += 1), found.length);
  };
  const asked = found.map((f) => requestOf(f, judge !== null));
  const requests = asked.flatMap((a) => ('state' in a ? [] : [a]));
  if (judge !== null && judgeMany !== null && stopped === null) {
    const answers = judgeMany(requests, done);
    return asked.map((a, i) => ('state' in a ? a : heeded(found[i] as Found, answers[requests.indexOf(a)] as Verdict)));
  }
  return asked.map((a, i) => {
    done();
    if ('state' in a || judge === null) return 'state' in a ? a : NOT_RUN;
    return stopped?.() === true ? { state: 'unmodelled', why: 'the run was stopped before this finding was modelled' } : heeded(found[i] as Found, judge(a));
  });
}

/** Where the other ways out tell what callers hold, the model, which runs the function by itself, can confirm but not refute. */
function heeded(f: Found, verdict: Verdict): Verdict {
  return verdict.state === 'refuted' && restsOnCallers(f) ? CALLERS_TOLD : verdict;
}

function restsOnCallers({ draft }: Found): boolean {
  return draft.code === 'unset' || (draft.code === 'keptHere' && draft.event.lockKind !== 'spin');
}

const CALLERS_TOLD: Verdict = { state: 'unmodelled', why: 'what callers hold, and what they do with it afterwards, is told by the other ways out only' };
const NOT_RUN: Verdict = { state: 'unmodelled', why: 'the model was switched off' };

/** Rules whose findings are not about one expression of the function. */
const WITHOUT_OBJECT: ReadonlySet<string> = new Set([
  'ttu-flags',
  'missing-recheck',
  'lock-order',
  'sleep-in-atomic',
  'alloc-in-reclaim-path',
  'unguarded-access',
  'rcu-escape',
  'contract-change',
]);

/** What a patch repairs may need words of its own: `<code>Fixed`. */
function messageOf({ finding, draft }: Found): string {
  const { messages } = draft.rule.meta;
  return (finding.status === 'fixed' ? messages[`${draft.code}Fixed`] : undefined) ?? messages[draft.code] ?? draft.code;
}

/** What the model is asked, or why it is not. */
function requestOf(f: Found, modelled: boolean): ModelRequest | Verdict {
  if (!modelled) return NOT_RUN;
  if (f.finding.status === 'preexisting' && f.patch !== 0) return { state: 'unmodelled', why: 'not new: only what the series changes is modelled' };
  const { draft } = f;
  if (f.finding.severity === 'note' && draft.event.certainty === 'contract')
    return { state: 'unmodelled', why: 'callers, or other functions of the patch, were changed along with it: what they expect now is not modelled' };
  if ([f.pre, f.post].some((side) => side !== null && isInferred(side.effects, draft.event.lockKind)))
    return { state: 'unmodelled', why: 'that the two functions are the halves of a bracket is known from their names only' };
  if (isOfNothing(draft.event)) return { state: 'unmodelled', why: 'what a function does with a pointer to nothing is not modelled' };
  if (restsOnCallers(f) && f.pre === null) return CALLERS_TOLD;
  if (draft.code === 'documented' || draft.code === 'goneWithLock' || draft.code === 'kept')
    return {
      state: 'unmodelled',
      why: 'that others may change the answer meanwhile is what the knowledge, or the code before, says; how they do is not modelled',
    };
  if (f.pair.completeness === 'fragments' && [f.pre, f.post].some((side) => side !== null && isPartial(side.fn)))
    return { state: 'unmodelled', why: 'there is no base: only what the hunks show of the function could be run' };
  // A lost handle is nobody's; anything else in a new function may rest on what its callers bring.
  if (f.pair.completeness === 'fragments' && f.pre === null && draft.rule.meta.id !== 'lock-result-ignored')
    return { state: 'unmodelled', why: 'there is no base: what the callers of a new function hold is not shown' };
  if (f.pair.fit === 'none' && f.pair.completeness === 'whole')
    return { state: 'unmodelled', why: 'the patch does not fit this base: part of it could not be applied here' };
  if (!draft.event.object && !WITHOUT_OBJECT.has(draft.rule.meta.id)) return { state: 'unmodelled', why: 'the object is not one expression of the function' };
  const side = (a: Analysed | null): ModelRequest['before'] =>
    a
      ? {
          cfg: a.cfg,
          effects: a.effects,
          types: a.types,
          file: isBorrowed(a) ? `knowledge, lines ${a.fn.body?.line ?? 0}-${a.fn.body?.endLine ?? 0}, and ${a.file}` : a.file,
        }
      : null;
  const fixed = f.finding.status === 'fixed';
  const after = side(fixed ? f.pre : f.post);
  const before = side(fixed ? f.post : f.pre);
  if (!after) return { state: 'unmodelled', why: 'the function is not there on this side' };
  return {
    finding: {
      rule: f.finding.rule,
      code: f.finding.code,
      resource: f.finding.resource,
      place: f.finding.place,
      function: f.batch?.name ?? f.finding.function,
      line: f.finding.line,
      path: f.finding.path,
      detail: draft.event.detail,
    },
    object: draft.event.object,
    kind: draft.event.lockKind,
    before,
    after,
  };
}
