import type { Held, Owned } from './state.js';

/** Locks in the order in which states list them: who holds the same has the same list, whatever came first. */
export function listedLocks(held: readonly Held[]): readonly Held[] {
  return [...held].sort((a, b) => a.lock - b.lock || (a.kind < b.kind ? -1 : 1));
}

/** The same for references. */
export function listedReferences(owned: readonly Owned[]): readonly Owned[] {
  return [...owned].sort((a, b) => a.object - b.object || (a.kind < b.kind ? -1 : 1));
}
