import type { Cfg } from './cfg.js';
import { successors } from './finish.js';

/** Blocks that control comes to after the end of `from`, without edges of `cut` ("from>to") and without leaving a block of `stop`. */
export function reachable(cfg: Cfg, from: number, cut: ReadonlySet<string> = NONE, stop: ReadonlySet<number> = NOWHERE): ReadonlySet<number> {
  const seen = new Set<number>();
  const work = [from];
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    if (stop.has(id)) continue;
    for (const to of next(cfg, id))
      if (!cut.has(`${id}>${to}`) && !seen.has(to)) {
        seen.add(to);
        work.push(to);
      }
  }
  return seen;
}

export function next(cfg: Cfg, id: number): readonly number[] {
  const block = cfg.blocks[id];
  return block ? successors(block.term) : [];
}

const NONE: ReadonlySet<string> = new Set();
const NOWHERE: ReadonlySet<number> = new Set();
