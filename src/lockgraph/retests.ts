import type { Summary } from '../absint/summary.js';
import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import { gotosOf } from '../parse/c/labels.js';
import { reachable } from '../cfg/reach.js';
import { alignSteps, stepsOf, type Step } from './steps.js';

/** One side, as far as this needs it. */
interface Side {
  readonly cfg: Cfg;
  readonly summary: Summary;
}

/**
 * Tests that only `after` has and that send the function back to where it came from: what was found before is looked
 * at again once a lock is there. One sentence for each, and one for each other way of taking the same lock that has none.
 */
export function retestDetails(before: Side, after: Side): string[] {
  const a = stepsOf(before.cfg);
  const b = stepsOf(after.cfg);
  const kept = new Set(alignSteps(a, b).values());
  const found = b.filter((s) => s.kind === 'branch' && !kept.has(s)).flatMap((s): Retest[] => retestAt(after, b, s) ?? []);
  const told = found.map(
    (r) =>
      `tests ${r.condition} again${r.taken === null ? '' : ` after ${r.taken.call} takes ${r.taken.resource}`}; where it is so, ${[...r.gives, 'starts over'].join(', ').replace(/, ([^,]*)$/, r.gives.length > 0 ? ' and $1' : ', $1')}${r.label === null ? '' : ` at ${r.label}`}`,
  );
  const tested = new Set(found.flatMap((r) => (r.taken ? [r.taken.line] : [])));
  const classes = [...new Set(found.flatMap((r) => (r.taken ? [bare(r.taken.resource)] : [])))];
  const untested = classes.flatMap((c) =>
    takings(after, b).filter((t) => bare(t.resource) === c && !tested.has(t.line) && !found.some((r) => r.lines.includes(t.line))),
  );
  return [...told, ...untested.map((t) => `no such test after ${t.call} takes ${t.resource}`)];
}

/** The side of the branch that ends `block` on which control comes back to where it was, and by what; null: neither, or both. */
export function turningBack(cfg: Cfg, block: BasicBlock): { readonly to: number; readonly blocks: readonly number[] } | null {
  if (block.term.k !== 'branch') return null;
  const then = straightBack(cfg, block.term.then, block.id);
  const other = straightBack(cfg, block.term.else, block.id);
  if ((then === null) === (other === null)) return null;
  return then !== null ? { to: block.term.then, blocks: then } : { to: block.term.else, blocks: other ?? [] };
}

interface Taking {
  readonly call: string;
  readonly resource: string;
  readonly line: number;
  readonly block: number;
}
interface Retest {
  readonly condition: string;
  readonly taken: Taking | null;
  readonly gives: readonly string[];
  readonly label: string | null;
  readonly lines: readonly number[];
}

function retestAt(side: Side, steps: readonly Step[], s: Step): Retest[] | null {
  const block = side.cfg.blocks[s.block] as BasicBlock;
  const back = turningBack(side.cfg, block);
  if (back === null || block.term.k !== 'branch') return null;
  const lines = back.blocks.flatMap((id) => (side.cfg.blocks[id]?.instrs ?? []).map((i) => i.line)).filter((line) => line !== s.line);
  const arm = side.summary.ops.filter((o) => lines.includes(o.line));
  // What is not given back on the way there was not held for the test.
  const given = arm.filter((o) => o.op === 'releases').map((o) => o.text);
  if (given.length === 0) return null;
  const rank = (t: Taking): number => side.cfg.order.indexOf(t.block);
  const taken =
    takings(side, steps)
      .filter((t) => given.some((g) => bare(g) === bare(t.resource)) && (t.block === s.block || reachable(side.cfg, t.block, side.cfg.backEdges).has(s.block)))
      .sort((x, y) => rank(y) - rank(x))[0] ?? null;
  const label = labelOf(side.cfg, lines);
  return [
    {
      condition: back.to === block.term.then ? printExpr(s.expr) : opposite(s.expr),
      taken,
      gives: [...new Set(arm.flatMap((o) => (o.op === 'releases' ? [`releases ${o.text}`] : o.op === 'puts' ? [`puts the ${o.text}`] : [])))],
      label,
      lines,
    },
  ];
}

/** Where the function comes to hold a lock by a call of its own. */
function takings(side: Side, steps: readonly Step[]): Taking[] {
  const { ops } = side.summary;
  return ops
    .filter((o) => o.op === 'takes' && o.text !== 'RCU' && !ops.some((x) => x.op === 'releases' && x.line === o.line && bare(x.text) === bare(o.text)))
    .flatMap((o): Taking[] => {
      const at = steps.find((s) => s.kind === 'call' && s.line === o.line);
      return at?.expr.k === 'call' && at.expr.fn.k === 'id' ? [{ line: o.line, resource: o.text, block: at.block, call: `${at.expr.fn.name}()` }] : [];
    });
}

/** The blocks of the only way on from `from`, where it comes to an edge that closes a loop around `test`; else null. */
function straightBack(cfg: Cfg, from: number, test: number): readonly number[] | null {
  const seen: number[] = [];
  for (let id = from; !seen.includes(id); ) {
    seen.push(id);
    const { term } = cfg.blocks[id] as BasicBlock;
    if (term.k !== 'jump') return null;
    if (cfg.backEdges.has(`${id}>${term.to}`)) return cfg.loops.get(term.to)?.has(test) === true ? seen : null;
    id = term.to;
  }
  return null;
}

/** The label that the lines of the way jump to. */
function labelOf(cfg: Cfg, lines: readonly number[]): string | null {
  const last = Math.max(...lines);
  return (
    gotosOf(cfg.fn)
      .filter((g) => g.line >= last)
      .sort((x, y) => x.line - y.line)
      .find((g) => g.line - last <= NEAR)?.label ?? null
  );
}

/** What is done before a jump stands right before it. */
const NEAR = 2;

function opposite(e: Expr): string {
  if (e.k === 'binary' && (e.op === '==' || e.op === '!=')) return printExpr({ ...e, op: e.op === '==' ? '!=' : '==' });
  if (e.k === 'unary' && e.op === '!') return printExpr(e.arg);
  return e.k === 'id' || e.k === 'call' || e.k === 'member' ? `!${printExpr(e)}` : `!(${printExpr(e)})`;
}

/** The last part of a lock's class, without its mode. */
function bare(resource: string): string {
  return (
    resource
      .replace(/ \(shared\)$/, '')
      .split('->')
      .at(-1) ?? resource
  );
}
