import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg, Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import type { EffectTable } from '../effect/effect.js';
import { guardKey, isStep, resultKey, returnedVariables } from '../absint/analyse.js';
import { evaluate, place as placeOf } from '../absint/eval.js';
import { assume, POS, truth } from '../absint/fact.js';
import { createMachine, strip, type Machine, type TypeTable } from '../absint/machine.js';
import { guardsOf } from '../absint/guards.js';
import { emptyState, mergeStates, resourceKey } from '../absint/state.js';
import { successors } from '../cfg/finish.js';
import type { TermId } from '../absint/term.js';
import { fresh, scopeOf, waysOf, write } from './effects.js';
import { futureOf, operands } from './future.js';
import { cloneLocal, localKey, prune, type Local, type Op, type Slice } from './local.js';
import { sourceText, type SourceText } from './source-text.js';

/** A state of the function alone: at the start of a block, before a call that touches tracked objects, or at its end. */
export interface MicroNode {
  readonly id: number;
  readonly kind: 'block' | 'point' | 'end';
  readonly block: number;
  /** Index of the instruction; `instrs.length` for the terminator. */
  readonly at: number;
  readonly line: number;
  readonly text: string;
  readonly local: Local;
  /** The returned value of an end, null without one. */
  readonly value: TermId | null;
  readonly edges: readonly MicroEdge[];
}

export interface MicroEdge {
  readonly ops: readonly Op[];
  /** What was chosen freely here, null when forced. */
  readonly choice: string | null;
  readonly to: number;
}

export interface Exploration {
  readonly m: Machine;
  readonly cfg: Cfg;
  readonly nodes: readonly MicroNode[];
  /** True when a bound was hit and `nodes` is not everything. */
  readonly bounded: boolean;
}

export interface Explored { readonly cfg: Cfg; readonly effects: EffectTable; readonly types: TypeTable }

/** States of one function; real functions need a few hundred. */
export const MICRO_CAP = 3_000;
/** Executions of such a state; where paths meet it is executed again when it has widened. */
const STEP_CAP = 12_000;

/**
 * Runs one function by itself, concretely as far as the slice needs: every path, values as terms with what is known
 * of their signs, an unknown condition decided once until one of its operands changes. `route`: blocks that a path
 * has to pass in this order to count as the wanted one.
 */
export function explore(side: Explored, slice: Slice, route: readonly number[] = []): Exploration {
  const { cfg, effects } = side;
  const inLoop = new Set<number>();
  for (const members of cfg.loops.values()) for (const id of members) inLoop.add(id);
  const m = createMachine(cfg.fn, side.types, inLoop);
  for (const id of cfg.order) for (const i of cfg.blocks[id]?.instrs ?? []) if (i.op === 'declare') m.variables.set(i.name, i.type);
  const run: Run = { m, cfg, effects, slice, route, future: futureOf(cfg, effects), text: sourceText(cfg), tests: loopTests(cfg) };

  const joins = joinBlocks(cfg);
  const results = returnedVariables(cfg), guards = guardsOf(cfg, effects);
  const nodes: { -readonly [K in keyof MicroNode]: MicroNode[K] }[] = [];
  const steps = new Map<number, readonly Step[]>();
  const pending = new Set<number>();
  const ids = new Map<string, number>();
  let bounded = false;
  const intern = (step: Step): number => {
    const { local } = step;
    // Where paths meet, those that hold the same tracked objects are one, as in the engine.
    const merged = step.kind === 'block' && step.at === 0 && joins.has(step.block);
    const key = `${step.kind}:${step.block}:${step.at}:${step.value ?? ''}:${merged ? `${resourceKey(local.s)}${local.route}${resultKey(m, local.s, results)}${guardKey(m, local.s, guards)}` : localKey(local)}`;
    const known = ids.get(key);
    if (known !== undefined) {
      const node = nodes[known];
      if (merged && node !== undefined) {
        const s = mergeStates(m.terms, step.block, node.local.s, local.s);
        const choices = new Map([...node.local.choices].filter(([k, v]) => local.choices.get(k) === v));
        if (s !== node.local.s || choices.size !== node.local.choices.size) { node.local = { ...node.local, s, choices }; pending.add(known); }
      }
      return known;
    }
    if (nodes.length >= MICRO_CAP) { bounded = true; return -1; }
    const id = nodes.push({ id: nodes.length, kind: step.kind, block: step.block, at: step.at, line: step.line, text: step.text, local, value: step.value, edges: [] }) - 1;
    ids.set(key, id);
    if (step.kind === 'point') steps.set(id, step.ways);
    pending.add(id);
    return id;
  };
  const first: Local = { s: emptyState(), choices: new Map(), route: 0, moves: [] };
  for (const p of cfg.fn.params) first.s.env.set(p.name, m.terms.sym(`param:${p.name}`, p.name, p.type, 'param'));
  enter(run, first, null, 0);
  intern(blockStep(run, first, 0, 0, null));
  let executed = 0;
  for (const id of pending) {
    pending.delete(id);
    if (++executed > STEP_CAP) { bounded = true; break; }
    const node = nodes[id];
    if (node === undefined || node.kind === 'end') continue;
    const next = node.kind === 'point' ? steps.get(id) ?? [] : advance(run, cloneLocal(node.local), node.block, node.at);
    node.edges = next.flatMap((step) => {
      const ops = [...step.ops, ...step.local.moves.map((x) => ({ k: 'move', ...x }) as const)];
      step.local.moves = [];
      const to = intern(step);
      return to < 0 ? [] : [{ ops, choice: step.choice, to }];
    });
  }
  return { m, cfg, nodes: reachableNodes(nodes), bounded };
}

/** Merging leaves behind what was built before a state widened: only what the start still leads to counts. */
function reachableNodes(nodes: readonly MicroNode[]): MicroNode[] {
  const at = new Map<number, number>([[0, 0]]);
  const order = [0];
  for (const id of order) for (const e of nodes[id]?.edges ?? []) if (!at.has(e.to)) { at.set(e.to, order.length); order.push(e.to); }
  return order.flatMap((id, i) => { const n = nodes[id]; return n ? [{ ...n, id: i, edges: n.edges.map((e) => ({ ...e, to: at.get(e.to) ?? 0 })) }] : []; });
}

function joinBlocks(cfg: Cfg): Set<number> {
  const seen = new Set<number>(), joins = new Set<number>();
  for (const id of cfg.order) for (const to of successors((cfg.blocks[id] as BasicBlock).term)) { if (seen.has(to)) joins.add(to); seen.add(to); }
  return joins;
}

interface Run {
  readonly m: Machine;
  readonly cfg: Cfg;
  readonly effects: EffectTable;
  readonly slice: Slice;
  readonly route: readonly number[];
  readonly future: ReturnType<typeof futureOf>;
  readonly text: SourceText;
  readonly tests: ReadonlyMap<number, ReadonlySet<string>>;
}

/** Where a path goes next, and what it did on the way there. */
interface Step {
  readonly kind: MicroNode['kind'];
  readonly block: number;
  readonly at: number;
  readonly line: number;
  readonly text: string;
  readonly local: Local;
  readonly value: TermId | null;
  readonly ops: readonly Op[];
  readonly choice: string | null;
  /** For a point: where its own steps lead. */
  readonly ways: readonly Step[];
}

function blockStep(run: Run, local: Local, block: number, at: number, choice: string | null, ops: readonly Op[] = []): Step {
  const b = run.cfg.blocks[block];
  return { kind: 'block', block, at, line: b?.instrs[at]?.line ?? b?.line ?? 0, text: '', local, value: null, ops, choice, ways: [] };
}

/** Executes until something is to be chosen, done to a tracked object, or the block ends. */
function advance(run: Run, l: Local, block: number, from: number): Step[] {
  const b = run.cfg.blocks[block];
  if (b === undefined) return [];
  for (let at = from; at < b.instrs.length; at++) {
    const instr = b.instrs[at];
    if (instr === undefined) continue;
    const use = usePoint(run, l, block, at, instr.line, operands(instr));
    if (use !== null) return [use];
    if (instr.op !== 'call') { execute(run, l, instr, block); continue; }
    const ways = waysOf(run.m, l, instr, run.effects.contracts.get(instr) ?? null, run.slice, block);
    const next = ways.map((w) => blockStep(run, w.local, block, at + 1, w.choice, w.ops));
    if (ways.some((w) => w.ops.length > 0)) return [{ kind: 'point', block, at, line: instr.line, text: run.text.call(instr), local: l, value: null, ops: [], choice: null, ways: next }];
    if (ways.length !== 1 || ways[0] === undefined) return next;
    Object.assign(l.s, ways[0].local.s);
    l.moves = ways[0].local.moves;
  }
  return terminate(run, l, b);
}

function execute(run: Run, l: Local, instr: Exclude<Instr, { op: 'call' }>, block: number): void {
  const { m } = run;
  const scope = scopeOf(m, l);
  switch (instr.op) {
    case 'declare': l.s.env.delete(instr.name); return;
    case 'use': return;
    case 'assign': {
      const value = isStep(instr) && m.inLoop.has(block) ? fresh(m, l, `step:${block}:${instr.line}:${printExpr(instr.to)}`, printExpr(instr.to), 'unknown', block) : instr.from.k === 'init' ? fresh(m, l, `init:${block}:${instr.line}`, '{ … }', 'unknown', block) : evaluate(m, l.s, scope, instr.from);
      if (instr.to.k === 'id' && (instr.to.name.startsWith('%') || m.variables.has(instr.to.name))) l.s.env.set(instr.to.name, value);
      else write(m, l, placeOf(m, l.s, scope, instr.to), value);
      return;
    }
    case 'havoc':
      for (const p of instr.places) {
        const type = p.k === 'id' ? m.variables.get(p.name) ?? null : null;
        const sym = fresh(m, l, `havoc:${block}:${instr.line}:${printExpr(p)}`, printExpr(p), instr.why === 'element' ? 'element' : 'unknown', block, type);
        if (instr.why === 'element' && type !== null && type.pointers > 0) l.s.facts = new Map([...l.s.facts, [sym, { mask: POS, is: null, ne: [] }]]);
        write(m, l, placeOf(m, l.s, scope, p), sym);
      }
  }
}

function terminate(run: Run, l: Local, b: BasicBlock): Step[] {
  const { m } = run;
  const t = b.term;
  const value = t.k === 'branch' ? t.cond : t.k === 'switch' || t.k === 'return' ? t.value : null;
  if ('line' in t && value !== null) {
    const use = usePoint(run, l, b.id, b.instrs.length, t.line, [value]);
    if (use !== null) return [use];
  }
  const go = (local: Local, to: number, choice: string | null): Step => {
    enter(run, local, b.id, to);
    return blockStep(run, local, to, 0, choice);
  };
  const decide = (local: Local, cond: TermId, wanted: boolean, to: number, text: string): Step[] => {
    const free = truth(m.terms, local.s.facts, cond) === null;
    const facts = assume(m.terms, local.s.facts, cond, wanted);
    if (facts === null) return [];
    local.s.facts = facts;
    return [go(local, to, free ? text : null)];
  };
  switch (t.k) {
    case 'jump': return [go(l, t.to, null)];
    case 'unreachable': return [];
    case 'choice': {
      const known = t.key === null ? undefined : l.choices.get(t.key.replace(/^!/, ''));
      const negated = t.key?.startsWith('!') === true;
      return t.to.flatMap((to, i) => {
        const index = negated ? 1 - i : i;
        if (known !== undefined && known !== index) return [];
        const local = cloneLocal(l);
        if (t.key !== null) local.choices.set(t.key.replace(/^!/, ''), index);
        const text = t.key === null ? `line ${t.line}: ${i === 0 ? 'another turn' : 'the loop ends'}` : `${t.key} is ${i === 0 ? 'set' : 'not set'}`;
        return [go(local, to, known === undefined && t.to.length > 1 ? text : null)];
      });
    }
    case 'branch': {
      const cond = evaluate(m, l.s, scopeOf(m, l), t.cond);
      const text = `line ${t.line}: ${run.text.expr(t.cond)}`;
      const other = cloneLocal(l);
      return [...decide(l, cond, true, t.then, `${text} is true`), ...decide(other, cond, false, t.else, `${text} is false`)];
    }
    case 'switch': {
      const subject = evaluate(m, l.s, scopeOf(m, l), t.value);
      const text = `line ${t.line}: ${run.text.expr(t.value)} is`;
      const out: Step[] = [];
      const rest = cloneLocal(l);
      let possible = true;
      for (const c of t.cases) {
        if (c.low === null || !possible) continue;
        const low = evaluate(m, l.s, scopeOf(m, l), c.low);
        const test = c.high === null ? m.terms.op('==', [subject, low]) : m.terms.op('call:case', [subject, low, evaluate(m, l.s, scopeOf(m, l), c.high)]);
        out.push(...decide(cloneLocal(rest), test, true, c.to, `${text} ${printExpr(c.low)}`));
        const facts = assume(m.terms, rest.s.facts, test, false);
        if (facts === null) possible = false; else rest.s.facts = facts;
      }
      const fallback = t.cases.find((c) => c.low === null);
      if (possible && fallback !== undefined) out.push(go(rest, fallback.to, t.cases.length > 1 ? `${text} something else` : null));
      return out;
    }
    case 'return': {
      const returned = t.value === null ? null : evaluate(m, l.s, scopeOf(m, l), t.value);
      const text = t.value === null ? 'return' : `return ${run.text.expr(t.value)}`;
      return [{ kind: 'end', block: b.id, at: b.instrs.length, line: t.line, text, local: l, value: returned, ops: [], choice: null, ways: [] }];
    }
  }
}

/** A step of its own where memory is read or written whose last reference this path has put. */
function usePoint(run: Run, l: Local, block: number, at: number, line: number, exprs: readonly Expr[]): Step | null {
  if (run.slice.useLine !== line || l.s.gone.size === 0) return null;
  const { m } = run;
  let found: TermId | null = null;
  const touch = (object: TermId): void => { const id = strip(m.terms, object); if (l.s.gone.has(id)) found = id; };
  for (const e of exprs) { const value = strip(m.terms, evaluate(m, l.s, scopeOf(m, l, touch), e)); if (e.k === 'id' && run.cfg.blocks[block]?.instrs[at]?.op === 'call') touch(value); }
  if (found === null) return null;
  const after = cloneLocal(l);
  after.s.gone = new Map([...after.s.gone].filter(([id]) => id !== found));
  const instr = run.cfg.blocks[block]?.instrs[at];
  const text = instr === undefined ? run.text.terminator(block) : run.text.instr(instr);
  return { kind: 'point', block, at, line, text, local: l, value: null, ops: [], choice: null, ways: [blockStep(run, after, block, at, null, [{ k: 'use', id: found }])] };
}

/** Crosses an edge: counts the route, lets a loop's own tests change from turn to turn, drops what is dead. */
function enter(run: Run, l: Local, from: number | null, to: number): void {
  if (run.route[l.route] === to) l.route++;
  if (from !== null && run.cfg.backEdges.has(`${from}>${to}`)) {
    const tested = run.tests.get(to);
    if (tested !== undefined && tested.size > 0) l.s.facts = new Map([...l.s.facts].filter(([id]) => !speaksOf(run.m, id, tested)));
  }
  prune(run.m, run.future, l, to);
}

function speaksOf(m: Machine, id: TermId, names: ReadonlySet<string>): boolean {
  const t = m.terms.get(id);
  if (t.k === 'load') { const loc = m.terms.get(t.loc); return loc.k === 'field' || loc.k === 'var' ? names.has(loc.name) : true; }
  if (t.k !== 'op') return false;
  return (t.op.startsWith('call:') && names.has(t.op.slice(5))) || t.args.some((a) => speaksOf(m, a, names));
}

/** For each loop head: the fields, globals and functions named in the tests that leave the loop. */
function loopTests(cfg: Cfg): Map<number, Set<string>> {
  const out = new Map<number, Set<string>>();
  for (const [head, members] of cfg.loops) {
    const names = new Set<string>();
    const made = new Map<string, Expr | string>();
    for (const id of members) for (const i of cfg.blocks[id]?.instrs ?? []) {
      if (i.op === 'call' && i.to !== null) made.set(i.to, i.callee ?? '');
      if (i.op === 'assign' && i.to.k === 'id' && i.to.name.startsWith('%')) made.set(i.to.name, i.from);
    }
    const visit = (e: Expr, depth: number): void => {
      if (depth > 6) return;
      if (e.k === 'id') {
        const def = made.get(e.name);
        if (def === undefined || typeof def === 'string') names.add(def ?? e.name); else visit(def, depth + 1);
      } else if (e.k === 'member') names.add(e.field);
      else if (e.k === 'unary' || e.k === 'cast') visit(e.arg, depth + 1);
      else if (e.k === 'binary') { visit(e.left, depth + 1); visit(e.right, depth + 1); }
    };
    for (const id of members) {
      const t = cfg.blocks[id]?.term;
      if (t?.k === 'branch' && !(members.has(t.then) && members.has(t.else))) visit(t.cond, 0);
    }
    out.set(head, names);
  }
  return out;
}
