import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg, Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';

/** One thing that a function does, at a place that the engine can be asked about. */
export interface Step {
  readonly kind: 'call' | 'assign' | 'branch' | 'return';
  readonly block: number;
  /** Index of the instruction in its block; the number of instructions for what ends the block. */
  readonly at: number;
  readonly line: number;
  /** The call, the assigned value, the condition or the returned value, with results of calls in the place of temporaries. */
  readonly expr: Expr;
  /** What is assigned; null elsewhere. */
  readonly to: Expr | null;
  readonly instr: Instr | null;
  /** Equal keys read alike. */
  readonly key: string;
}

/** What a function does, in the order of its source. */
export function stepsOf(cfg: Cfg): readonly Step[] {
  const resolve = resolver(cfg);
  const steps: Step[] = [];
  const add = (kind: Step['kind'], block: number, at: number, line: number, expr: Expr, to: Expr | null, instr: Instr | null): void => {
    steps.push({ kind, block, at, line, expr, to, instr, key: `${kind} ${to ? `${printExpr(to)} = ` : ''}${printExpr(expr)}` });
  };
  const rank = new Map(cfg.order.map((id, i) => [id, i]));
  for (const id of cfg.order) {
    const block = cfg.blocks[id] as BasicBlock;
    block.instrs.forEach((i, at) => {
      if (i.op === 'call') add('call', id, at, i.line, callOf(i, resolve), null, i);
      else if (i.op === 'assign' && !isTemporary(i.to)) add('assign', id, at, i.line, resolve(i.from), resolve(i.to), i);
    });
    if (block.term.k === 'branch') add('branch', id, block.instrs.length, block.term.line, resolve(block.term.cond), null, null);
    if (block.term.k === 'return' && block.term.value) add('return', id, block.instrs.length, block.term.line, resolve(block.term.value), null, null);
  }
  return steps.sort((a, b) => a.line - b.line || (rank.get(a.block) ?? 0) - (rank.get(b.block) ?? 0) || a.at - b.at);
}

/** More pairs of steps than this are not compared: such functions are no longer the same. */
const MAX_PAIRS = 4_000_000;

/** Pairs the steps of two sides that read alike and come in the same order: the longest such sequence. */
export function alignSteps(a: readonly Step[], b: readonly Step[]): ReadonlyMap<Step, Step> {
  const pairs = new Map<Step, Step>();
  let head = 0;
  let tail = 0;
  while (head < a.length && head < b.length && a[head]?.key === b[head]?.key) {
    pairs.set(a[head] as Step, b[head] as Step);
    head++;
  }
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail)?.key === b.at(-1 - tail)?.key) {
    pairs.set(a.at(-1 - tail) as Step, b.at(-1 - tail) as Step);
    tail++;
  }
  const x = a.slice(head, a.length - tail);
  const y = b.slice(head, b.length - tail);
  if (x.length * y.length > MAX_PAIRS) return pairs;
  const width = y.length + 1;
  const best = new Uint16Array((x.length + 1) * width);
  const cell = (i: number, j: number): number => best[i * width + j] as number;
  for (let i = x.length - 1; i >= 0; i--)
    for (let j = y.length - 1; j >= 0; j--) best[i * width + j] = x[i]?.key === y[j]?.key ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1));
  for (let i = 0, j = 0; i < x.length && j < y.length; ) {
    if (x[i]?.key === y[j]?.key && cell(i, j) === cell(i + 1, j + 1) + 1) {
      pairs.set(x[i++] as Step, y[j++] as Step);
      continue;
    }
    if (cell(i + 1, j) >= cell(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** Puts what a temporary was made from in its place, where that is one thing. */
function resolver(cfg: Cfg): (e: Expr) => Expr {
  const made = new Map<string, Instr | null>();
  for (const id of cfg.order)
    for (const i of (cfg.blocks[id] as BasicBlock).instrs) {
      const name = i.op === 'call' ? i.to : i.op === 'assign' && isTemporary(i.to) && i.to.k === 'id' ? i.to.name : null;
      if (name !== null) made.set(name, made.has(name) ? null : i);
    }
  const resolve = (e: Expr, depth = 0): Expr => {
    const again = (x: Expr): Expr => resolve(x, depth + 1);
    if (depth > 20) return e;
    switch (e.k) {
      case 'id': {
        const from = e.name.startsWith('%') ? made.get(e.name) : null;
        return from?.op === 'call' ? callOf(from, again) : from?.op === 'assign' ? again(from.from) : e;
      }
      case 'member':
        return { ...e, obj: again(e.obj) };
      case 'index':
        return { ...e, obj: again(e.obj), index: again(e.index) };
      case 'unary':
      case 'cast':
        return { ...e, arg: again(e.arg) };
      case 'binary':
        return { ...e, left: again(e.left), right: again(e.right) };
      default:
        return e;
    }
  };
  return resolve;
}

function callOf(i: Extract<Instr, { op: 'call' }>, resolve: (e: Expr) => Expr): Expr {
  return {
    k: 'call',
    fn: i.callee !== null ? { k: 'id', name: i.callee, line: i.line } : (i.target ?? { k: 'opaque', text: '?', line: i.line }),
    args: i.args.map((a) => resolve(a)),
    line: i.line,
  };
}

function isTemporary(e: Expr): boolean {
  return e.k === 'id' && e.name.startsWith('%');
}
