import type { Cfg } from '../cfg/cfg.js';
import { successors } from '../cfg/finish.js';

/**
 * A path-sensitive domain in the style of property simulation: states with equal keys are merged, states with
 * different keys stay apart.
 */
export interface Domain<S> {
  /**
   * The states after `block`, each with the block it goes to; ends of the function are the domain's own business.
   * `own`: nobody else has `state`, it may be written.
   */
  readonly transfer: (block: number, state: S, own: boolean) => readonly { readonly to: number; readonly state: S }[];
  readonly key: (state: S) => string;
  /** A key for fewer states, taken where there are many. */
  readonly vagueKey: (state: S) => string;
  /** Both under one key. Returns `old` itself when `next` adds nothing; must reach that after finitely many steps. */
  readonly merge: (block: number, old: S, next: S) => S;
  /** Adjusts a state that crosses an edge, before it is keyed. */
  readonly cross: (from: number, to: number, state: S) => S;
  /** Asked where there are too many states: whether the run is of no use any more and ends at once. */
  readonly hopeless: () => boolean;
}

export interface Bounds {
  /** States per block that are kept apart by their full keys. */
  readonly apart: number;
  /** States kept apart per block. */
  readonly disjuncts: number;
  /** Block executions in all. */
  readonly steps: number;
}

/**
 * Runs `domain` over `cfg` from `initial` until nothing changes. Afterwards, for each block and key, the kept state
 * covers every path to it. Returns the bounds that were hit, in words; empty when none was.
 */
export function solve<S>(cfg: Cfg, domain: Domain<S>, initial: S, bounds: Bounds): string[] {
  const rank = new Map(cfg.order.map((id, i) => [id, i]));
  const preds = new Map<number, number>();
  for (const id of cfg.order) for (const to of successors((cfg.blocks[id] as Cfg['blocks'][number]).term)) preds.set(to, (preds.get(to) ?? 0) + 1);
  const kept = new Map<number, Map<string, S>>();
  const queue = new Map<number, Map<string, S>>(); // block -> key -> state to execute
  const hit = new Set<string>();
  let steps = 0;
  const enqueue = (block: number, key: string, state: S): void => {
    let q = queue.get(block);
    if (!q) queue.set(block, (q = new Map()));
    q.set(key, state);
  };
  enqueue(0, domain.key(initial), initial);
  while (queue.size > 0) {
    let block = -1;
    for (const id of queue.keys()) if (block < 0 || (rank.get(id) ?? 0) < (rank.get(block) ?? 0)) block = id;
    const states = queue.get(block) as Map<string, S>;
    queue.delete(block);
    const work: { block: number; state: S; own: boolean }[] = [...states.values()].map((state) => ({ block, state, own: false }));
    for (let item = work.pop(); item; item = work.pop()) {
      if (++steps > bounds.steps) {
        hit.add(`more than ${bounds.steps} steps`);
        return [...hit];
      }
      for (const { to, state } of domain.transfer(item.block, item.state, item.own)) {
        const crossed = domain.cross(item.block, to, state);
        if ((preds.get(to) ?? 0) < 2) {
          work.push({ block: to, state: crossed, own: true });
          continue;
        }
        let at = kept.get(to);
        if (!at) kept.set(to, (at = new Map()));
        let key = domain.key(crossed);
        let old = at.get(key);
        if (old === undefined && at.size >= bounds.apart) old = at.get((key = domain.vagueKey(crossed)));
        if (old === undefined && at.size >= bounds.disjuncts) {
          hit.add(`more than ${bounds.disjuncts} states at one point`);
          if (domain.hopeless()) return [...hit];
          continue;
        }
        const merged = old === undefined ? crossed : domain.merge(to, old, crossed);
        if (merged === old) continue;
        at.set(key, merged);
        enqueue(to, key, merged);
      }
    }
  }
  return [...hit];
}
