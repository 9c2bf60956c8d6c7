import type { CFunction } from '../parse/c/ast.js';
import type { BasicBlock, Cfg, Terminator } from './cfg.js';

/** Orders the reachable blocks and finds the loops. */
export function finish(fn: CFunction, blocks: readonly BasicBlock[]): Cfg {
  const { order, backEdges } = depthFirst(blocks);
  return { fn, blocks, order, backEdges, loops: naturalLoops(blocks, order, backEdges) };
}

/** The blocks that a terminator can lead to, in order, without repeats. */
export function successors(term: Terminator): readonly number[] {
  switch (term.k) {
    case 'jump':
      return [term.to];
    case 'branch':
      return term.then === term.else ? [term.then] : [term.then, term.else];
    case 'switch':
      return [...new Set(term.cases.map((c) => c.to))];
    case 'choice':
      return [...new Set(term.to)];
    case 'return':
    case 'unreachable':
      return [];
  }
}

function depthFirst(blocks: readonly BasicBlock[]): { order: number[]; backEdges: Set<string> } {
  const state = new Uint8Array(blocks.length); // 0 unseen, 1 on the stack, 2 done
  const post: number[] = [];
  const backEdges = new Set<string>();
  const stack: { id: number; next: number; to: readonly number[] }[] = [];
  const push = (id: number): void => {
    state[id] = 1;
    stack.push({ id, next: 0, to: successors((blocks[id] as BasicBlock).term) });
  };
  if (blocks.length > 0) push(0);
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const to = top.to[top.next++];
    if (to === undefined) {
      state[top.id] = 2;
      post.push(top.id);
      stack.pop();
      continue;
    }
    if (state[to] === 0) push(to);
    else if (state[to] === 1) backEdges.add(`${top.id}>${to}`);
  }
  return { order: post.reverse(), backEdges };
}

function naturalLoops(blocks: readonly BasicBlock[], order: readonly number[], backEdges: ReadonlySet<string>): Map<number, ReadonlySet<number>> {
  const preds = new Map<number, number[]>();
  for (const id of order) for (const to of successors((blocks[id] as BasicBlock).term)) preds.set(to, [...(preds.get(to) ?? []), id]);
  const loops = new Map<number, Set<number>>();
  for (const edge of backEdges) {
    const [from, head] = edge.split('>').map(Number) as [number, number];
    const members = loops.get(head) ?? new Set([head]);
    const work = [from];
    for (let id = work.pop(); id !== undefined; id = work.pop()) {
      if (members.has(id)) continue;
      members.add(id);
      work.push(...(preds.get(id) ?? []));
    }
    loops.set(head, members);
  }
  return loops;
}
