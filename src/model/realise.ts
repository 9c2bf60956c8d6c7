import { successors } from '../cfg/finish.js';
import type { Automaton } from './automaton.js';
import { exitOf } from './exit.js';
import { settled } from './explore.js';
import { localKey, type Op } from './local.js';
import { advance, restart, type Step } from './step.js';

/** Where a schedule takes the function: nodes of its automaton, each with the edge it leaves by (null: it stays). */
export type Walk = readonly { readonly node: number; readonly edge: number | null }[];

export interface Realised {
  /** CFG blocks, in order. */
  readonly blocks: readonly number[];
  /** Per step of the walk: the free choices made after it, in words. */
  readonly choices: readonly (readonly string[])[];
  readonly coversRoute: boolean;
}

/** Steps of exact runs that are tried for one walk. */
const BUDGET = 4_000;

/** One step of a run that is being tried, with the way back. */
interface Trail {
  readonly step: Step;
  readonly hop: number;
  readonly from: Trail | null;
}

/**
 * Looks for a shortest exact run of the function that takes the steps of `walk`: every value and every test
 * remembered, so that no two choices of the run contradict each other. Null: there is none, or none was found within
 * the budget.
 */
export function realise(automaton: Automaton, walk: Walk, route: 'any' | 'whole' = 'any', budget = BUDGET): Realised | null {
  const { run, first } = restart(automaton.exploration.run, 'exact');
  const hops = walk.filter((w) => automaton.nodes[w.node]?.kind !== 'start');
  const offset = walk.length - hops.length;
  const places = hops.map((h) => placeOf(automaton, h.node));
  const leads = places.map((p) => leadingTo(automaton, p.block));
  const seen = new Set<string>();
  const queue: Trail[] = [{ step: first, hop: 0, from: null }];
  for (let next = 0; next < queue.length && next < budget; next++) {
    const here = queue[next];
    if (here === undefined) break;
    const { step, hop } = here;
    const place = places[hop];
    const node = automaton.nodes[hops[hop]?.node ?? -1];
    if (place === undefined || node === undefined || leads[hop]?.has(step.block) !== true) continue;
    const arrived = (): Realised | null =>
      route === 'whole' && step.local.route < run.route.length ? null : told(here, walk.length, offset, run.route.length);
    if (step.kind === 'block') {
      if (step.at === 0 && run.joins.has(step.block)) {
        const key = `${hop}:${step.block}:${localKey(step.local)}`;
        if (seen.has(key)) continue;
        seen.add(key);
      }
      for (const s of advance(run, step.local, step.block, step.at)) queue.push({ step: settled(s), hop, from: here });
      continue;
    }
    if (step.block !== place.block || step.at !== place.at) continue;
    if (step.kind === 'end') {
      const found = hop === hops.length - 1 && exitOf(run.m, step).state === node.exit?.state ? arrived() : null;
      if (found !== null) return found;
      continue;
    }
    const edge = node.edges[hops[hop]?.edge ?? -1];
    const ways = edge === undefined ? [] : step.ways.filter((w) => isSame(edge.ops, w.ops));
    if (hop === hops.length - 1) {
      const found = hops[hop]?.edge === null || ways.length > 0 ? arrived() : null;
      if (found !== null) return found;
      continue;
    }
    for (const w of ways) queue.push({ step: settled(w), hop: hop + 1, from: here });
  }
  return null;
}

/** The run that led here. */
function told(last: Trail, steps: number, offset: number, routeLength: number): Realised {
  const blocks: number[] = [];
  const choices: string[][] = Array.from({ length: steps }, () => []);
  const trail: Trail[] = [];
  for (let t: Trail | null = last; t !== null; t = t.from) trail.push(t);
  for (const { step, hop } of trail.reverse()) {
    blocks.push(...step.via);
    if (step.kind === 'block' && step.at === 0) blocks.push(step.block);
    const said = choices[Math.max(0, hop - 1 + offset)];
    if (step.choice !== null && said !== undefined && !said.includes(step.choice)) said.push(step.choice);
  }
  return { blocks, choices, coversRoute: last.step.local.route >= routeLength };
}

function placeOf(automaton: Automaton, node: number): { readonly block: number; readonly at: number } {
  const micro = automaton.exploration.nodes[automaton.nodes[node]?.micro[0] ?? -1];
  return { block: micro?.block ?? -1, at: micro?.at ?? -1 };
}

/** Renamings come when they come, and an exact run may know an object by another name. */
function isSame(edge: readonly Op[], way: readonly Op[]): boolean {
  const steps = (ops: readonly Op[]): string =>
    JSON.stringify(
      ops.filter((o) => o.k !== 'move'),
      (key, value: unknown) => (key === 'id' ? undefined : value),
    );
  return steps(edge) === steps(way);
}

/** The blocks from which `target` can be reached, itself included. */
function leadingTo(automaton: Automaton, target: number): ReadonlySet<number> {
  const { cfg } = automaton.exploration;
  const preds = new Map<number, number[]>();
  for (const id of cfg.order) for (const to of successors(cfg.blocks[id]?.term ?? { k: 'unreachable', line: 0 })) preds.set(to, [...(preds.get(to) ?? []), id]);
  const out = new Set([target]);
  for (const id of out) for (const p of preds.get(id) ?? []) out.add(p);
  return out;
}
