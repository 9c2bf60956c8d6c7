import type { Cfg } from '../cfg/cfg.js';
import type { Machine } from '../absint/machine.js';
import type { TermId } from '../absint/term.js';
import { SmallMap } from '../absint/small-map.js';
import type { LockMode } from '../kernel/contract.js';
import { resourceName } from './holding.js';
import { blocksForEver, localKey, type Local, type Op, type Slice } from './local.js';
import type { Memory } from './relevance.js';
import { advance, start, type Explored, type Run, type Step } from './step.js';

/** A state of the function alone: at the start of a block, before a call that touches tracked objects, or at its end. */
export interface MicroNode {
  readonly id: number;
  readonly kind: Step['kind'];
  readonly block: number;
  readonly at: number;
  readonly line: number;
  readonly text: string;
  /** How many blocks of the route have been passed. */
  readonly route: number;
  /** Of an end. */
  readonly local: Local | null;
  readonly value: TermId | null;
  readonly edges: readonly MicroEdge[];
}

export interface MicroEdge {
  readonly ops: readonly Op[];
  readonly choice: string | null;
  readonly to: number;
}

export interface EntryState {
  readonly assumed: 'free' | 'held';
  readonly mode: LockMode | 'either';
}

export interface Exploration {
  readonly m: Machine;
  readonly cfg: Cfg;
  readonly run: Run;
  readonly nodes: readonly MicroNode[];
  /** What the first steps on a lock say of the caller, by resource name. */
  readonly entries: ReadonlyMap<string, EntryState>;
  /** What was remembered; anything but `exact` may show paths that cannot happen. */
  readonly memory: Memory;
}

/** States of one function by memory: remembering less is tried when remembering more takes too many. */
const CAPS: readonly (readonly [Memory, number])[] = [
  ['exact', 800],
  ['guards', 1_600],
  ['flags', 4_000],
];

/**
 * Runs one function by itself, concretely as far as the slice needs: every path, values as terms with what is known
 * of their signs, an unknown condition decided once until one of its operands changes. `from`: the memory to begin
 * with. Null: too many states.
 */
export function explore(side: Explored, slice: Slice, route: readonly number[] = [], from: Memory = 'exact'): Exploration | null {
  for (const [memory, cap] of CAPS.slice(CAPS.findIndex(([m]) => m === from))) {
    const { run, first } = start(side, slice, route, memory);
    const entries = new Map<string, EntryState>();
    const nodes = graph(run, first, cap, entries);
    if (nodes !== null) return { m: run.m, cfg: side.cfg, run, nodes, entries, memory };
  }
  return null;
}

function graph(run: Run, first: Step, cap: number, entries: Map<string, EntryState>): readonly MicroNode[] | null {
  const nodes: (Omit<MicroNode, 'edges'> & { edges: readonly MicroEdge[] })[] = [];
  const pending: (Step | null)[] = [];
  const ids = new Map<string, number>();
  const intern = (step: Step): number => {
    const meets = step.kind === 'block' && step.at === 0 && run.joins.has(step.block);
    const key = meets ? `${step.block}:${localKey(step.local)}` : '';
    const known = meets ? ids.get(key) : undefined;
    if (known !== undefined) return known;
    const { kind, block, at, line, text, local, value } = step;
    const id = nodes.push({ id: nodes.length, kind, block, at, line, text, route: local.route, local: kind === 'end' ? local : null, value, edges: [] }) - 1;
    if (meets) ids.set(key, id);
    pending.push(step);
    return id;
  };
  intern(first);
  for (let next = 0; next < pending.length; next++) {
    if (nodes.length > cap) return null;
    const step = pending[next];
    const node = nodes[next];
    if (step === null || step === undefined || node === undefined || step.kind === 'end') continue;
    pending[next] = null;
    const after = step.kind === 'point' ? step.ways : advance(run, step.local, step.block, step.at);
    node.edges = after.map((s) => {
      const ops = opsOf(s);
      if (ops.length > 0) note(run, s, entries);
      return { ops, choice: s.choice, to: intern(ops.some(blocksForEver) ? never(s) : settled(s)) };
    });
  }
  return nodes;
}

function note(run: Run, step: Step, entries: Map<string, EntryState>): void {
  for (const [id, e] of step.local.s.entry) {
    const name = resourceName(run.m, id, true);
    if (e.assumed === 'free' || !entries.has(name)) entries.set(name, { assumed: e.assumed, mode: e.mode });
  }
}

/** Where a run is that waits for ever: an end that nobody reaches. */
function never(step: Step): Step {
  return {
    ...step,
    kind: 'end',
    at: -1,
    text: '',
    value: null,
    ways: [],
    local: { ...step.local, moves: [], s: { ...step.local.s, env: new SmallMap(), heap: new SmallMap(), facts: new SmallMap() } },
  };
}

/** What a step did, renamings included. */
export function opsOf(step: Step): readonly Op[] {
  return step.local.moves.length === 0 ? step.ops : [...step.ops, ...step.local.moves.map((x) => ({ k: 'move', ...x }) as const)];
}

/** The same step with its renamings told. */
export function settled(step: Step): Step {
  return step.local.moves.length === 0 ? step : { ...step, local: { ...step.local, moves: [] } };
}
