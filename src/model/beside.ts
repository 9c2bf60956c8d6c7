import { lockClass } from '../absint/machine.js';
import type { TermId } from '../absint/term.js';
import { collapse, type Automaton } from './automaton.js';
import { explore } from './explore.js';
import { resourceName, SECTIONS } from './holding.js';
import { replay } from './interpret.js';
import { exploredObjects, type ObjectInfo } from './inventory.js';
import type { ModelRequest, ModelSide } from './judge.js';
import type { Entry, Op, Sites } from './local.js';
import type { Rival } from './rivals.js';
import { play, type Outcome } from './scenario.js';
import { traceText, type FailureKind } from './search.js';
import { PROCESSOR } from './sites.js';
import { entryOf, labelOf, sliceOf } from './slice.js';
import type { Verdict } from './verdict.js';
import { assumptionsOf, confirmedWhy, refutedWhy } from './words.js';

/** A claim that one particular rival decides. */
export interface Claim {
  /** Name of the rival's function. */
  readonly rival: string;
  readonly after: Sites | null;
  readonly before: Sites | null;
  /** What must pass the same scenario, and what to call it: the code before, or the same code on another way. */
  readonly control: { readonly side: ModelSide | null; readonly name: string };
  /** What the rival wants: for each of its parameters, the objects that may be meant. */
  readonly wants: (a: Automaton, isControl: boolean) => readonly (readonly TermId[])[];
  /** Steps without which a side says nothing about the claim. */
  readonly needs: { readonly after: readonly Op['k'][]; readonly before: readonly Op['k'][] };
  /** Whether the code before has to want what the rival wants. */
  readonly bothWant: boolean;
  readonly fails: readonly FailureKind[];
  /** Why the model cannot speak where the function does not touch what the rival wants. */
  readonly missing: string;
  readonly assumptions: readonly string[];
}

/** Choices of objects that are tried. */
const MAX_CHOICES = 4;
const TOO_MANY = 'the function has too many states to be run by itself';

/** Runs both sides beside one rival: confirmed when the code after fails as the claim says and the code before never does. */
export function judgeBeside(request: ModelRequest, rivals: readonly Rival[], claim: Claim): Verdict {
  const rival = rivals.find((r) => r.name === claim.rival);
  const survey = entryOf(request);
  if (rival === undefined) return unmodelled(`models/ has no ${claim.rival}()`);
  if (survey === null) return unmodelled(TOO_MANY);
  const automaton = (side: ModelSide, sites: Sites | null): Automaton | null => {
    const exploration = explore(side, { ...sliceOf(request), sites, entry: survey.entry }, [], survey.memory);
    return exploration === null ? null : collapse(exploration);
  };
  const full = automaton(request.after, claim.after);
  const { side, name } = claim.control;
  const old = side === null ? null : automaton(side, claim.before);
  if (full === null || (side !== null && old === null)) return unmodelled(TOO_MANY);
  if (full.start < 0 || (old !== null && old.start < 0)) return unmodelled('no run of the function ends in the model');
  if (!does(full, claim.needs.after) || (old !== null && !does(old, claim.needs.before)))
    return unmodelled('what the finding is about is not reached in the model');
  const choices = choicesOf(full, claim, false);
  const theirs = old === null ? [] : choicesOf(old, claim, true);
  if (choices.length === 0 || (claim.bothWant && theirs.length === 0)) return unmodelled(claim.missing);
  let states = 0;
  let other: string | null = null;
  for (const targets of choices) {
    const after = run(request, survey.entry, request.after, full, rival, targets);
    states += after.states;
    if (after.failure === null && after.bound !== null) return unmodelled(`bound: ${after.bound}`);
    if (after.failure === null) continue;
    if (!claim.fails.includes(after.failure.kind)) {
      other ??= replay(after.program, traceText(after.failure.steps)).failure;
      continue;
    }
    for (const same of theirs) {
      const before = run(request, survey.entry, side as ModelSide, old as Automaton, rival, same);
      if (before.failure !== null)
        return unmodelled(
          `${name} fails the same scenario, so this is not new: ${replay(before.program, traceText(before.failure.steps)).failure ?? 'it fails'}`,
        );
      if (before.bound !== null) return unmodelled(`${name}: bound: ${before.bound}`);
      if (!before.ended) return unmodelled(`${name} does not reach its end in the model`);
    }
    return told(request, after, old === null ? null : name, rival, claim);
  }
  if (other !== null) return unmodelled(`something else fails in the model before it: ${other}`);
  return { state: 'refuted', why: refutedWhy(request, states, [rival.file]), assumptions: [...assumptionsOf(request, null, [], null), ...claim.assumptions] };
}

/** Locks of a class that an automaton takes or gives back. */
export function locksOf(a: Automaton, isMeant: (lock: string) => boolean): readonly TermId[] {
  return exploredObjects(a)
    .filter((o) => o.kind !== null && o.kind !== 'value' && !SECTIONS.has(o.kind) && isMeant(lockClass(a.exploration.m, o.id)))
    .map((o) => o.id);
}

const unmodelled = (why: string): Verdict => ({ state: 'unmodelled', why });
const does = (a: Automaton, steps: readonly Op['k'][]): boolean => steps.every((k) => a.nodes.some((n) => n.edges.some((e) => e.ops.some((op) => op.k === k))));

function choicesOf(a: Automaton, claim: Claim, isControl: boolean): readonly (readonly TermId[])[] {
  const all = claim
    .wants(a, isControl)
    .reduce<readonly (readonly TermId[])[]>((rows, ids) => rows.flatMap((r) => ids.filter((id) => !r.includes(id)).map((id) => [...r, id])), [[]]);
  return all.slice(0, MAX_CHOICES);
}

function run(request: ModelRequest, entry: Entry, side: ModelSide, automaton: Automaton, rival: Rival, targets: readonly TermId[]): Outcome {
  const { m } = automaton.exploration;
  const held = (info: ObjectInfo): 'exclusive' | 'shared' | null => {
    if (info.kind === null || info.kind === 'value') return null;
    const t = m.terms.get(info.id);
    const mode = t.k === 'sym' && t.text === PROCESSOR ? 'exclusive' : entry.mode(resourceName(m, info.id, true));
    return mode === null ? null : mode === 'shared' ? 'shared' : 'exclusive';
  };
  return play(
    {
      automaton,
      function: request.finding.function,
      file: side.file,
      name: `${request.finding.function}(): ${request.finding.rule}, beside ${rival.name}`,
      label: (id) => labelOf(request, m, id),
      brought: (info) => ({ held: held(info), owned: 0 }),
      rival: { rival, targets },
      end: () => ({ asserts: [], keeps: new Set() }),
      unchecked: false,
      final: () => [],
    },
    'any',
  );
}

function told(request: ModelRequest, after: Outcome, compared: string | null, rival: Rival, claim: Claim): Verdict {
  const text = traceText(after.failure?.steps ?? []);
  const again = replay(after.program, text);
  if (!again.ok || again.failure === null) return unmodelled(`the second interpreter does not come to the same failure: ${again.error ?? 'none'}`);
  const trace = { text, steps: again.steps, failure: again.failure };
  return {
    state: 'confirmed',
    why: confirmedWhy(again.failure, null, compared, false),
    trace,
    program: after.program,
    assumptions: [...assumptionsOf(request, trace, [after], rival), ...claim.assumptions],
  };
}
