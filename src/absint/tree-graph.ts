import type { TreeFunction, TreeIndex } from '../parse/c/inventory.js';
import type { Primitives } from './program.js';
import { touches } from './touches.js';
import { calleesOf } from './walk.js';

/** Which definitions a call may mean, and how far each is from the primitives. */
export interface TreeGraph {
  /** Definitions of `name` as seen from `path`: one, or variants of which any may be compiled. */
  readonly resolve: (name: string, path: string) => readonly TreeFunction[];
  /**
   * 0: nothing that it calls, however far, is known to touch a lock or reference. n: the longest way to what does is n
   * calls. `FAR`: longer than that, or there is no longest way (recursion).
   */
  readonly height: (f: TreeFunction) => number;
}

export const FAR = 255;

/** `saved`: the heights of an earlier run over the same index and knowledge, or null. */
export function treeGraph(index: TreeIndex, primitives: Primitives, saved: Uint8Array | null): TreeGraph & { readonly heights: Uint8Array } {
  const byName = new Map<string, readonly TreeFunction[]>();
  const visible = new Map<string, readonly TreeFunction[]>();
  const definitions = (name: string): readonly TreeFunction[] => {
    let list = byName.get(name);
    if (list === undefined) byName.set(name, (list = index.definitions(name)));
    return list;
  };
  const resolve = (name: string, path: string): readonly TreeFunction[] => {
    const all = definitions(name);
    if (all.length === 0) return all;
    const own = all.filter((f) => f.path === path);
    if (own.length > 0) return longest(own);
    let found = visible.get(name);
    if (found === undefined) visible.set(name, (found = fromOutside(all)));
    return found;
  };
  const heights = saved !== null && saved.length === index.size ? saved : computeHeights(index, resolve, touching(primitives));
  return { resolve, height: (f) => heights[f.id] ?? FAR, heights };
}

/** Of the branches of an `#if`, the longest body is the real one. */
function longest(list: readonly TreeFunction[]): readonly TreeFunction[] {
  const real = list.filter((f) => !f.stub);
  return real.length === 1 || list.length === 1
    ? real
    : [...(real.length > 0 ? real : list)].sort((a, b) => b.endLine - b.line - (a.endLine - a.line)).slice(0, 1);
}

/** A body in a header under an `#if` is the stub of what is defined in full elsewhere. */
function fromOutside(all: readonly TreeFunction[]): readonly TreeFunction[] {
  const exported = all.filter((f) => !f.static && f.path.endsWith('.c') && !f.stub);
  const inline = all.filter((f) => f.path.endsWith('.h') && !f.stub);
  const sure = inline.filter((f) => !f.configured);
  if (exported.length > 0 && sure.length === 0) return exported;
  return sure.length > 0 ? sure : inline;
}

/** Whether the knowledge says that a name touches locks or references; null when it does not know the name. */
function touching(primitives: Primitives): (name: string) => boolean | null {
  const known = new Map<string, boolean | null>();
  const ask = (name: string): boolean | null => {
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, false); // while it is being found out: a wrapper that calls itself adds nothing
    const stated = primitives.contract(name, -1);
    const body = stated === null ? (primitives.definition(name)?.body ?? null) : null;
    let result: boolean | null = stated === null ? null : touches(stated);
    if (body !== null) {
      const called = new Set<string>();
      calleesOf(body, called);
      result = [...called].some((n) => ask(n) === true);
    }
    known.set(name, result);
    return result;
  };
  return ask;
}

function computeHeights(index: TreeIndex, resolve: TreeGraph['resolve'], touch: (name: string) => boolean | null): Uint8Array {
  const callers: number[][] = Array.from({ length: index.size }, () => []);
  const open = new Int32Array(index.size);
  const direct = new Uint8Array(index.size);
  const callees: number[][] = [];
  for (let id = 0; id < index.size; id++) {
    const f = index.at(id);
    const targets: number[] = [];
    for (const name of f.calls) {
      const stated = touch(name);
      if (stated === true) direct[id] = 1;
      if (stated !== null) continue;
      for (const g of resolve(name, f.path)) {
        targets.push(g.id);
        callers[g.id]!.push(id);
      }
    }
    callees.push(targets);
  }
  const relevant = Uint8Array.from(direct);
  const work: number[] = [];
  for (let id = 0; id < index.size; id++) if (direct[id] === 1) work.push(id);
  for (let id = work.pop(); id !== undefined; id = work.pop())
    for (const c of callers[id]!)
      if (relevant[c] === 0) {
        relevant[c] = 1;
        work.push(c);
      }
  const heights = new Uint8Array(index.size);
  let layer: number[] = [];
  for (let id = 0; id < index.size; id++) {
    if (relevant[id] === 0) continue;
    heights[id] = FAR;
    for (const g of callees[id]!) if (relevant[g] === 1) open[id] = open[id]! + 1;
    if (open[id] === 0) layer.push(id);
  }
  for (let level = 1; layer.length > 0 && level < FAR; level++) {
    const next: number[] = [];
    for (const id of layer) heights[id] = level;
    for (const id of layer) for (const c of callers[id]!) if (--open[c]! === 0) next.push(c);
    layer = next;
  }
  return heights;
}
