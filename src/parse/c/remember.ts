import type { Engine } from './engine.js';
import type { FlatTree } from './flat.js';

/** Nodes kept at a time, 14 bytes each: some fifty files with the bodies that a series needs. */
const MOST_NODES = 3_000_000;

/** The same engine, which parses no text twice: the sides of a change, and the patches of a series, have most of theirs in common. */
export function remembering(engine: Engine): Engine {
  const known = new Map<string, FlatTree>();
  let nodes = 0;
  return {
    ...engine,
    remembers: true,
    tree(code) {
      const before = known.get(code);
      if (before !== undefined) return before;
      const { n, kind, start, end, next, hasError } = engine.tree(code);
      if (nodes > MOST_NODES) {
        known.clear();
        nodes = 0;
      }
      nodes += n;
      // What was read keeps no more memory than it needs.
      const tree = { n, kind: kind.slice(0, n), start: start.slice(0, n), end: end.slice(0, n), next: next.slice(0, n), hasError };
      known.set(code, tree);
      return tree;
    },
  };
}
