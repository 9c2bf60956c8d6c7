import type { TermId } from '../absint/term.js';
import type { Automaton } from './automaton.js';
import { composeActor, type ComposedActor, type End } from './compose.js';
import { exclude } from './exclude.js';
import { exploredObjects, type ObjectInfo } from './inventory.js';
import { trackedObject, type TrackedObject } from './objects.js';
import { program as makeProgram, type Assertion } from './primitives.js';
import { realise, type Realised, type Walk } from './realise.js';
import type { Rival } from './rivals.js';
import { search, type FailureKind, type ScheduleStep } from './search.js';
import type { Program } from './verdict.js';

/** A function of one side and what may run beside it. */
export interface Scenario {
  readonly automaton: Automaton;
  readonly function: string;
  readonly file: string;
  /** What a person calls an object. */
  readonly label: (id: TermId) => string;
  readonly brought: (info: ObjectInfo) => { readonly held: 'exclusive' | 'shared' | null; readonly owned: number };
  /** Null: the function alone. `targets`: the objects both want, in the order of the rival's parameters. */
  readonly rival: { readonly rival: Rival; readonly targets: readonly TermId[] } | null;
  readonly end: (node: number, objects: ReadonlyMap<TermId, TrackedObject>) => End;
  /** Wrong steps of the function go on, so that the rival suffers from them. */
  readonly unchecked: boolean;
  readonly final: (objects: ReadonlyMap<TermId, TrackedObject>) => readonly Assertion[];
  readonly name: string;
}

export interface Outcome {
  readonly program: Program;
  readonly states: number;
  /** The failing schedule and one exact run of the function that takes its steps; null when none fails. */
  readonly failure: {
    readonly kind: FailureKind;
    readonly steps: readonly ScheduleStep[];
    readonly run: Realised;
    readonly automaton: Automaton;
    readonly walk: Walk;
  } | null;
  /** Why the answer "none fails" would not be complete, or null. */
  readonly bound: string | null;
  readonly ended: boolean;
  /** Failing schedules that no exact run of the function takes. */
  readonly dismissed: number;
}

/** A scenario of one function and one rival has a few hundred states. */
const CAP = 300_000;
const MAX_DISMISSED = 12;

/**
 * Searches until an interleaving fails that an exact run of the function can take part in. Schedules whose choices
 * contradict each other are dismissed one by one.
 */
export function play(scenario: Scenario, route: 'any' | 'whole'): Outcome {
  let automaton = scenario.automaton;
  let dismissed = 0;
  for (;;) {
    const built = build({ ...scenario, automaton }, null);
    const result = search(built.program, CAP);
    if (typeof result === 'string')
      return { program: built.program, states: 0, failure: null, bound: `not a valid program: ${result}`, ended: false, dismissed };
    const base = { program: built.program, states: result.states, dismissed, ended: result.ended.every((x) => x) };
    if (result.failure === null) return { ...base, failure: null, bound: result.bound };
    const walk = walkOf(built.self, result.failure.steps, result.failure.kind === 'assert');
    const run = realise(automaton, walk, route);
    if (run !== null) {
      const told = build({ ...scenario, automaton }, choicesOf(walk, run));
      return { ...base, program: told.program, failure: { ...result.failure, run, automaton, walk }, bound: null };
    }
    dismissed++;
    const rest = exclude(automaton, walk);
    if (rest === null || dismissed > MAX_DISMISSED) return { ...base, failure: null, bound: 'the failing schedules found contradict themselves', dismissed };
    automaton = rest;
  }
}

function build(scenario: Scenario, choices: ReadonlyMap<string, string> | null): { readonly program: Program; readonly self: ComposedActor } {
  const { automaton, rival } = scenario;
  const cast = rival === null ? [`${scenario.function}()`] : [`${scenario.function}()`, rival.rival.name.replace(/_/g, ' ')];
  const objects = new Map<TermId, TrackedObject>();
  const names = new Set<string>();
  const infos = exploredObjects(automaton);
  for (const info of [...infos.filter((o) => o.kind !== 'value'), ...infos.filter((o) => o.kind === 'value')]) {
    const brought = scenario.brought(info);
    const label = unique(scenario.label(info.id), new Set([...objects.values()].map((o) => o.label)), (n) => ` (${n})`);
    const name = unique(cellName(label), names, String);
    names.add(name);
    const theirs = rival?.targets.includes(info.id) === true && info.kind === null ? 1 : 0;
    objects.set(
      info.id,
      trackedObject(
        {
          name,
          label,
          kind: info.kind,
          held: brought.held,
          owned: cast.map((_, i) => (i === 0 ? brought.owned : theirs)),
          kept: info.pinned ? 1 : 0,
          unchecked: scenario.unchecked,
          under: objects.get(rival?.targets[0] ?? -1)?.has(0) ?? '1',
        },
        cast,
      ),
    );
  }
  const self = composeActor({
    automaton,
    name: cast[0] ?? '',
    file: scenario.file,
    index: 0,
    object: (id) => objects.get(id) ?? null,
    end: (node) => scenario.end(node, objects),
    choice: (node, edge, said) => (choices?.has(`${node} ${edge}`) === true ? choices.get(`${node} ${edge}`) || null : said),
  });
  const actors = [self.actor];
  if (rival !== null) {
    const shared = (id: TermId): TrackedObject | null => objects.get(rival.targets[rival.rival.params.indexOf(id)] ?? -1) ?? null;
    actors.push(
      composeActor({
        automaton: rival.rival.automaton,
        name: cast[1] ?? '',
        file: rival.rival.file,
        index: 1,
        object: shared,
        end: () => ({ asserts: [], keeps: new Set() }),
        choice: (_n, _e, said) => said,
      }).actor,
    );
  }
  return {
    program: makeProgram(
      scenario.name,
      [...objects.values()].map((o) => o.part),
      actors,
      scenario.final(objects),
    ),
    self,
  };
}

/** The function's own steps of a schedule. A last step that fails counts with its edge; else the function stands where it is. */
function walkOf(self: ComposedActor, steps: readonly ScheduleStep[], asserts: boolean): Walk {
  const walk: { node: number; edge: number | null }[] = [];
  let at = 0;
  for (const s of steps.filter((x) => x.actor === 0)) {
    const origin = self.origins[s.point];
    const edge = origin?.edges[s.alt] ?? -1;
    const isEnd = self.actor.points[s.point]?.alts[s.alt]?.to === self.actor.points.length && edge < 0;
    if (origin !== undefined && (edge >= 0 || isEnd)) walk.push({ node: origin.node, edge: isEnd ? null : edge });
    at = self.actor.points[s.point]?.alts[s.alt]?.to ?? 0;
  }
  if (asserts && steps.at(-1)?.actor === 0) return walk;
  const standing = self.origins[at];
  const last = walk.at(-1);
  if (standing !== undefined && at < self.origins.length && last?.node !== standing.node) walk.push({ node: standing.node, edge: null });
  return walk;
}

function choicesOf(walk: Walk, run: Realised): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  walk.forEach((hop, i) => {
    const key = `${hop.node} ${hop.edge}`;
    if (hop.edge !== null && (out.get(key) ?? '') === '') out.set(key, (run.choices[i] ?? []).join('; '));
  });
  return out;
}

function cellName(label: string): string {
  const last = /([A-Za-z_]\w*)\W*$/.exec(label)?.[1] ?? 'object';
  return /^\d/.test(last) ? `o${last}` : last;
}

function unique(name: string, used: ReadonlySet<string>, suffix: (n: number) => string): string {
  if (!used.has(name)) return name;
  let n = 2;
  while (used.has(`${name}${suffix(n)}`)) n++;
  return `${name}${suffix(n)}`;
}
