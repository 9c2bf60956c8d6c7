import type { Expr } from '../parse/c/ast.js';
import type { Cfg } from '../cfg/cfg.js';
import type { EffectTable } from '../effect/effect.js';
import type { TypeTable } from '../absint/machine.js';
import type { TermId } from '../absint/term.js';
import type { WitnessStep } from '../rules/finding.js';
import { collapse, isFailing, type Automaton } from './automaton.js';
import { judgeBeside } from './beside.js';
import { CLAIMS } from './claims.js';
import type { End } from './compose.js';
import { complaintsAt, feasibleEnds, mirroredAt, type Complaint, type Expected } from './expectation.js';
import { explore } from './explore.js';
import { resourceName, SECTIONS, SHARED } from './holding.js';
import { replay } from './interpret.js';
import { exploredObjects, type ObjectInfo } from './inventory.js';
import type { Entry } from './local.js';
import type { TrackedObject } from './objects.js';
import { outside } from './outside.js';
import type { Rival } from './rivals.js';
import { play, type Outcome, type Scenario } from './scenario.js';
import { traceText } from './search.js';
import { entryOf, isLeakRule, isLostHandle, labelOf, sliceOf } from './slice.js';
import type { Trace, Verdict } from './verdict.js';
import { assumptionsOf, confirmedWhy, refutedWhy } from './words.js';

/** One side of the function that a finding is about. */
export interface ModelSide {
  readonly cfg: Cfg;
  readonly effects: EffectTable;
  readonly types: TypeTable;
  readonly file: string;
}

export interface ModelRequest {
  readonly finding: {
    readonly rule: string;
    readonly code: string;
    readonly resource: string;
    readonly place: string;
    readonly function: string;
    readonly line: number;
    readonly path: readonly WitnessStep[] /** What the rule's event says in its own form. */;
    readonly detail: string;
  };
  /** The lock or object as an expression of the function. */
  readonly object: Expr | null;
  /** Lock kind or reference kind. */
  readonly kind: string;
  /** The side that must pass (the code before the patch), or null when there is none. */
  readonly before: ModelSide | null;
  /** The side that is said to fail. */
  readonly after: ModelSide;
}

/**
 * Runs the function, as an actor made from its own code, through every interleaving: alone, then beside a rival that
 * wants the same object. Confirmed only when some interleaving fails, one exact run of the function takes part in it,
 * the code before passes the same scenario, and the second interpreter, which shares no code with the search, comes
 * to the same failure along the same schedule.
 */
export function judge(request: ModelRequest, rivals: readonly Rival[] = []): Verdict {
  const aside = outside(request);
  if (aside !== null) return { state: 'unmodelled', why: aside };
  const claim = CLAIMS[request.finding.rule]?.(request);
  if (claim !== undefined) return typeof claim === 'string' ? { state: 'unmodelled', why: claim } : judgeBeside(request, rivals, claim);
  const prepared = prepare(request);
  if (typeof prepared === 'string') return { state: 'unmodelled', why: prepared };
  const { subject } = prepared;
  const alone = attempt(subject, prepared, null, false);
  if (alone.state === 'passes' && subject.routed !== null && subject.before !== null) {
    // The finding's own path does not fail; another path of the new code may, and what the patch brought counts.
    const other = attempt({ ...subject, routed: null }, prepared, null, false);
    if (other.state === 'fails') return finish(subject, prepared, other, rivals);
  }
  if (alone.state === 'fails') return finish(subject, prepared, alone, rivals);
  if (alone.state === 'unclear') return { state: 'unmodelled', why: prepared.rests ?? alone.why };
  let states = alone.states;
  const played: string[] = [];
  for (const info of exploredObjects(subject.full))
    for (const rival of rivals.filter((r) => suits(r, info))) {
      const beside = attempt({ ...subject, routed: null }, prepared, { rival, targets: [info.id] }, false);
      if (beside.state === 'unclear') return { state: 'unmodelled', why: beside.why };
      if (beside.state === 'fails') return confirmed(subject, beside, null);
      played.push(rival.file);
      states += beside.states;
    }
  if (subject.routed === null && request.finding.path.length > 0) return { state: 'unmodelled', why: 'the path of the finding is not reached in the model' };
  if (prepared.vague && isLeakRule(request.finding.rule))
    return { state: 'unmodelled', why: 'the code before ends both ways for this result, and the model does not tell which of them this is' };
  if (prepared.rests !== null) return { state: 'unmodelled', why: prepared.rests };
  if (request.before === null && isBrought(subject, prepared))
    return { state: 'unmodelled', why: 'there is no code before, and what callers bring is told by this function only' };
  if (isLostHandle(request.finding)) return { state: 'unmodelled', why: 'the lock is given back, or relied on, outside the function' };
  return refuted(subject, states, played);
}

/** Mistakes that need nobody else to be seen: as few actors as show it. */
const ON_THE_SPOT: ReadonlySet<string> = new Set(['double-lock', 'unlock-not-held', 'unlock-mismatch', 'use-after-put']);

/** What the judgement is about, in the forms the scenarios need. */
interface Subject {
  readonly request: ModelRequest;
  /** Every path; and only the finding's path counting as wrong, null where the model does not reach it. */
  readonly full: Automaton;
  readonly routed: Automaton | null;
  readonly before: Automaton | null;
}

interface Prepared {
  readonly subject: Subject;
  readonly entry: Entry;
  /** True when an end on the finding's path cannot be told from one that the code before has as well. */
  readonly vague: boolean;
  /** Why something about the ends is no failure of the function by itself, or null. */
  readonly rests: string | null;
  readonly complaints: (a: Automaton, node: number) => readonly Complaint[];
}

function prepare(request: ModelRequest): Prepared | string {
  const { before, after, finding } = request;
  const survey = entryOf(request);
  if (survey === null) return 'the function has too many states to be run by itself';
  const { entry, memory } = survey;
  const slice = { ...sliceOf(request), entry };
  const automaton = (side: ModelSide, route: readonly number[]): Automaton | null => {
    const exploration = survey.seen !== null && route.length === 0 && side === (before ?? after) ? survey.seen : explore(side, slice, route, memory);
    return exploration === null ? null : collapse(exploration, route.length);
  };
  const old = before === null ? null : automaton(before, []);
  const full = automaton(after, []);
  if (full === null) return 'the function has too many states to be run by itself';
  if (before !== null && old === null) return 'the code before has too many states to be run by itself';
  if (full.start < 0) return 'no run of the function ends in the model';
  if (old !== null && old.start < 0) return 'no run of the code before ends in the model';
  if (exploredObjects(full).length === 0) return `no step of ${finding.function}() on ${finding.place} is known to the model`;
  const route = finding.path.map((s) => s.block).filter((b, i, all) => b >= 0 && b !== all[i - 1]);
  const routed = route.length === 0 ? null : automaton(after, route);
  const reached = routed?.covers ? routed : null;
  if (before === null && reached === null) return 'the path of the finding is not reached in the model';
  const expected = old === null ? null : { code: old, ends: feasibleEnds(old, reached ?? full) };
  const mirrored = expected === null || reached === null ? NO_MIRRORS : mirrors(reached, expected, request);
  const complaints = (a: Automaton, node: number): readonly Complaint[] =>
    (a.exploration === reached?.exploration ? mirrored.at.get(placeOf(a, node)) : undefined) ?? complaintsAt(a, node, expected, request);
  const all = [...(reached ?? full).nodes.keys()].flatMap((node) => complaints(reached ?? full, node));
  return {
    subject: { request, full, routed: reached, before: old },
    entry,
    vague: mirrored.vague,
    rests: all.find((c) => c.rests !== null)?.rests ?? null,
    complaints: (a, node) => complaints(a, node).filter((c) => c.rests === null),
  };
}

interface Mirrors {
  readonly at: ReadonlyMap<string, readonly Complaint[]>;
  readonly vague: boolean;
}

const NO_MIRRORS: Mirrors = { at: new Map(), vague: false };

function mirrors(routed: Automaton, old: Expected, request: ModelRequest): Mirrors {
  const at = new Map<string, readonly Complaint[]>();
  let vague = false;
  for (const node of routed.nodes.keys()) {
    if (routed.nodes[node]?.kind !== 'end') continue;
    const complaints = mirroredAt(routed, node, old, request);
    if (complaints === null) vague = true;
    else if (complaints.length > 0) at.set(placeOf(routed, node), complaints);
  }
  return { at, vague };
}

/** A name for an end that copies of it share. */
const placeOf = (a: Automaton, node: number): string => (a.nodes[node]?.micro ?? []).join();

type Attempt =
  | { readonly state: 'fails'; readonly after: Outcome; readonly before: Outcome | null; readonly rival: Scenario['rival']; readonly failing: Failing }
  | { readonly state: 'passes'; readonly states: number }
  | { readonly state: 'unclear'; readonly why: string };

/** The failed outcome's own part, for the compiler: it is there whenever an attempt fails. */
type Failing = NonNullable<Outcome['failure']>;

/** Plays one scenario on the new code and, when that fails, on the old. `unchecked`: the consequence is looked for, not the wrong step. */
function attempt(subject: Subject, prepared: Prepared, rival: Scenario['rival'], unchecked: boolean): Attempt {
  const automaton = subject.routed ?? subject.full;
  const after = play(scenarioOf(subject, prepared, automaton, rival, unchecked), subject.routed === null ? 'any' : 'whole');
  if (after.failure === null) return after.bound === null ? { state: 'passes', states: after.states } : { state: 'unclear', why: `bound: ${after.bound}` };
  if (subject.before === null) return { state: 'fails', after, before: null, rival, failing: after.failure };
  const theirs = rival === null ? null : targetBefore(subject.before, automaton, rival.targets[0] ?? -1);
  const before = play(
    scenarioOf(subject, prepared, subject.before, rival === null || theirs === null ? null : { rival: rival.rival, targets: [theirs] }, unchecked),
    'any',
  );
  if (before.failure !== null) {
    const again = replay(before.program, traceText(before.failure.steps));
    return { state: 'unclear', why: `the code before fails the same scenario, so this is not new: ${again.failure ?? 'it fails'}` };
  }
  if (before.bound !== null) return { state: 'unclear', why: `the code before: bound: ${before.bound}` };
  if (!before.ended) return { state: 'unclear', why: 'the code before does not reach its end in the model' };
  return { state: 'fails', after, before, rival, failing: after.failure };
}

/** A failure of the function alone is retold with the one who suffers from it, where a rival does. */
function finish(subject: Subject, prepared: Prepared, alone: Extract<Attempt, { state: 'fails' }>, rivals: readonly Rival[]): Verdict {
  const target = blamed(alone, prepared);
  const info = target === null ? undefined : exploredObjects(alone.failing.automaton).find((o) => o.id === target);
  const routed = subject.routed !== null && alone.failing.run.coversRoute ? subject.routed : null;
  if (info !== undefined && !ON_THE_SPOT.has(subject.request.finding.rule) && alone.failing.kind !== 'cycle' && alone.failing.kind !== 'stuck') {
    for (const rival of rivals.filter((r) => suits(r, info))) {
      const beside = attempt({ ...subject, routed }, prepared, { rival, targets: [info.id] }, true);
      if (beside.state === 'fails' && replay(beside.after.program, traceText(beside.failing.steps)).ok) return confirmed(subject, beside, alone);
    }
  }
  return confirmed(subject, alone, null);
}

function confirmed(subject: Subject, found: Extract<Attempt, { state: 'fails' }>, cause: Extract<Attempt, { state: 'fails' }> | null): Verdict {
  const { program } = found.after;
  const text = traceText(found.failing.steps);
  const again = replay(program, text);
  if (!again.ok || again.failure === null)
    return { state: 'unmodelled', why: `the second interpreter does not come to the same failure: ${again.error ?? 'none'}` };
  const trace: Trace = { text, steps: again.steps, failure: again.failure };
  const reason = cause === null ? null : replay(cause.after.program, traceText(cause.failing.steps)).failure;
  return {
    state: 'confirmed',
    why: confirmedWhy(again.failure, reason, found.before === null ? null : 'the code before', subject.routed !== null && !found.failing.run.coversRoute),
    trace,
    program,
    assumptions: assumptionsOf(subject.request, trace, [found.after, found.before, cause?.after ?? null], found.rival?.rival ?? null),
  };
}

function refuted(subject: Subject, states: number, played: readonly string[]): Verdict {
  const pinned = exploredObjects(subject.full)
    .filter((o) => o.pinned)
    .map((o) => labelOf(subject.request, subject.full.exploration.m, o.id));
  const kept = pinned.length === 0 ? [] : [`kept by somebody else while the function runs: ${[...new Set(pinned)].join(', ')}`];
  return { state: 'refuted', why: refutedWhy(subject.request, states, played), assumptions: [...assumptionsOf(subject.request, null, [], null), ...kept] };
}

function scenarioOf(subject: Subject, prepared: Prepared, automaton: Automaton, rival: Scenario['rival'], unchecked: boolean): Scenario {
  const { request } = subject;
  const { finding } = request;
  const m = automaton.exploration.m;
  const side = automaton === subject.before ? (request.before ?? request.after) : request.after;
  return {
    automaton,
    function: finding.function,
    file: side.file,
    rival,
    unchecked,
    name: `${finding.function}(): ${finding.rule}${rival === null ? '' : `, beside ${rival.rival.name}`}`,
    label: (id) => labelOf(request, m, id),
    brought: (info) => broughtTo(prepared.entry, automaton, info),
    end: (node, objects) => endOf(prepared.complaints(automaton, node), objects, unchecked),
    final: (objects) => finalOf(request, rival, objects, unchecked),
  };
}

function endOf(complaints: readonly Complaint[], objects: ReadonlyMap<TermId, TrackedObject>, unchecked: boolean): End {
  const keeps = new Set(complaints.filter((c) => c.keeps).map((c) => c.id));
  const asserts = unchecked
    ? []
    : complaints.map((c) => {
        const has = objects.get(c.id)?.has(0);
        return { expr: has === undefined ? '0' : c.expr(has), message: c.message };
      });
  return { asserts, keeps };
}

/** Beside an owner a reference that is left over shows when everybody is done: the object is never freed. */
function finalOf(
  request: ModelRequest,
  rival: Scenario['rival'],
  objects: ReadonlyMap<TermId, TrackedObject>,
  unchecked: boolean,
): { expr: string; message: string }[] {
  const target = rival === null ? undefined : objects.get(rival.targets[0] ?? -1);
  if (!unchecked || target?.type !== 'reference' || request.finding.rule !== 'ref-leak') return [];
  return [
    {
      expr: `${target.name}.freed == 1`,
      message: `${target.label} is never freed: every owner has put its reference, and ${request.finding.function}() still counts as one`,
    },
  ];
}

function broughtTo(entry: Entry, automaton: Automaton, info: ObjectInfo): { readonly held: 'exclusive' | 'shared' | null; readonly owned: number } {
  const m = automaton.exploration.m;
  if (info.kind !== null) {
    const mode = entry.mode(resourceName(m, info.id, true));
    return { held: mode === null ? null : mode === 'shared' ? 'shared' : 'exclusive', owned: 0 };
  }
  return { held: null, owned: putFromCaller(automaton, info.id) ? entry.owned(resourceName(m, info.id, false)) : 0 };
}

/** Whether the caller was taken to bring any of what the finding is about. */
function isBrought(subject: Subject, prepared: Prepared): boolean {
  return exploredObjects(subject.full).some((o) => {
    const b = broughtTo(prepared.entry, subject.full, o);
    return b.held !== null || b.owned > 0;
  });
}

function putFromCaller(a: Automaton, id: TermId): boolean {
  return a.nodes.some((n) => n.edges.some((e) => e.ops.some((op) => (op.k === 'put' || op.k === 'keep') && op.id === id && op.status === 'entry')));
}

/** The object of the failure: what is left at the end, or what the failing step was about. */
function blamed(found: Extract<Attempt, { state: 'fails' }>, prepared: Prepared): TermId | null {
  const { automaton, walk } = found.failing;
  const last = walk.at(-1);
  const node = last === undefined ? undefined : automaton.nodes[last.node];
  if (last === undefined || node === undefined) return null;
  if (node.kind === 'end') return prepared.complaints(automaton, last.node)[0]?.id ?? null;
  const edges = last.edge === null ? node.edges : node.edges.slice(last.edge, last.edge + 1);
  const op = edges.flatMap((e) => e.ops).find(isFailing);
  return op !== undefined && op.k !== 'move' ? op.id : null;
}

function targetBefore(before: Automaton, after: Automaton, target: TermId): TermId | null {
  const objects = exploredObjects(before);
  const at = exploredObjects(after).findIndex((o) => o.id === target);
  const kind = exploredObjects(after)[at]?.kind ?? null;
  return objects.find((o, i) => i === at && o.kind === kind)?.id ?? objects.find((o) => o.kind === kind)?.id ?? null;
}

/** Whether a rival says something about this kind of object. */
function suits(rival: Rival, info: ObjectInfo): boolean {
  const { kind } = info;
  if (rival.params.length !== 1) return false;
  const does = (...words: readonly string[]): boolean => words.some((w) => rival.does.has(w));
  if (kind === null) return does('model_put', 'model_use');
  if (kind === 'value') return false;
  if (kind === 'rcu' || kind === 'srcu') return does('model_wait_for_sections');
  if (SECTIONS.has(kind)) return false;
  return SHARED.has(kind) ? does('model_write_lock', 'model_read_lock') : does('model_lock');
}
