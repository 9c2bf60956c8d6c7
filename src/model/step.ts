import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg, Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import { successors } from '../cfg/finish.js';
import type { EffectTable } from '../effect/effect.js';
import { isStep } from '../absint/execute.js';
import { evaluate, place as placeOf } from '../absint/eval.js';
import { assume, consistent, POS, truth } from '../absint/fact.js';
import { createMachine, declare, strip, type Machine, type TypeTable } from '../absint/machine.js';
import { constantsNamed } from '../absint/mentioned.js';
import { baseObject } from '../absint/objects.js';
import { forgetTest, retestsOf } from '../absint/retests.js';
import { emptyState } from '../absint/state.js';
import { unify } from '../absint/substitute.js';
import type { TermId } from '../absint/term.js';
import { fresh, scopeOf, waysOf, widened, write } from './effects.js';
import { futureOf, operands } from './future.js';
import { cloneLocal, prune, type Local, type Op, type Slice } from './local.js';
import { relevanceOf, type Memory, type Relevance } from './relevance.js';
import { forgetTests, loopTests } from './loop-tests.js';
import { stepsAt, testedOn } from './sites.js';
import { sourceText, type SourceText } from './source-text.js';

/** One function with everything needed to run it step by step. */
export interface Run {
  readonly m: Machine;
  readonly cfg: Cfg;
  readonly effects: EffectTable;
  readonly slice: Slice;
  /** Blocks that a path has to pass, in this order, to count as the wanted one. */
  readonly route: readonly number[];
  readonly future: ReturnType<typeof futureOf>;
  readonly relevance: Relevance;
  readonly text: SourceText;
  readonly tests: ReadonlyMap<number, ReadonlySet<string>>;
  /** Blocks that ask again, under a lock, what was asked before. */
  readonly retests: ReadonlySet<number>;
  /** Blocks where paths meet: only there states are compared, and only there they forget. */
  readonly joins: ReadonlySet<number>;
}

export interface Explored {
  readonly cfg: Cfg;
  readonly effects: EffectTable;
  readonly types: TypeTable;
}

/** Where a path goes next, and what it did on the way there. */
export interface Step {
  /** `block`: on at (block, at). `point`: before a call that touches tracked objects. `end`: the function has returned. */
  readonly kind: 'block' | 'point' | 'end';
  readonly block: number;
  /** Index of the instruction; `instrs.length` for the terminator. */
  readonly at: number;
  readonly line: number;
  readonly text: string;
  readonly local: Local;
  /** The returned value of an end, null without one. */
  readonly value: TermId | null;
  readonly ops: readonly Op[];
  /** What was chosen freely here, null when forced. */
  readonly choice: string | null;
  /** Blocks passed on the way from the step before, without this one's own. */
  readonly via: readonly number[];
  /** For a point: where its own steps lead. */
  readonly ways: readonly Step[];
}

/** A run's first step: the function is entered. */
export function start(side: Explored, slice: Slice, route: readonly number[], memory: Memory): { readonly run: Run; readonly first: Step } {
  const { cfg, effects } = side;
  const inLoop = new Set<number>();
  for (const members of cfg.loops.values()) for (const id of members) inLoop.add(id);
  const m = createMachine(cfg.fn, side.types, inLoop, undefined, constantsNamed(cfg));
  for (const id of cfg.order) for (const i of cfg.blocks[id]?.instrs ?? []) if (i.op === 'declare') declare(m, i.name, i.type);
  const run: Run = {
    m,
    cfg,
    effects,
    slice,
    route,
    future: futureOf(cfg, effects),
    relevance: relevanceOf(cfg, effects, slice.kind, memory),
    text: sourceText(cfg),
    tests: loopTests(cfg),
    retests: retestsOf(cfg, effects),
    joins: joinsOf(cfg),
  };
  return { run, first: entry(run) };
}

/** The same run with another memory, from its start. Terms are shared, so values of the two can be compared. */
export function restart(run: Run, memory: Memory): { readonly run: Run; readonly first: Step } {
  const again = { ...run, relevance: relevanceOf(run.cfg, run.effects, run.slice.kind, memory) };
  return { run: again, first: entry(again) };
}

function joinsOf(cfg: Cfg): Set<number> {
  const seen = new Set<number>();
  const joins = new Set<number>();
  for (const id of cfg.order)
    for (const to of successors(cfg.blocks[id]?.term ?? { k: 'unreachable', line: 0 })) {
      if (seen.has(to)) joins.add(to);
      seen.add(to);
    }
  return joins;
}

function entry(run: Run): Step {
  const local: Local = { s: emptyState(), choices: new Map(), route: 0, moves: [] };
  for (const p of run.cfg.fn.params) local.s.env.set(p.name, run.m.terms.sym(`param:${p.name}`, p.name, p.type, 'param'));
  enter(run, local, null, 0);
  return blockStep(run, local, 0, 0, null);
}

function blockStep(run: Run, local: Local, block: number, at: number, choice: string | null, ops: readonly Op[] = []): Step {
  const b = run.cfg.blocks[block];
  return { kind: 'block', block, at, line: b?.instrs[at]?.line ?? b?.line ?? 0, text: '', local, value: null, ops, choice, via: [], ways: [] };
}

/** Executes until something is to be chosen, done to a tracked object, or the block ends. Uses up `l`. */
export function advance(run: Run, l: Local, block: number, from: number): Step[] {
  const steps = once(run, l, block, from);
  const [only] = steps;
  // Where there is nothing to choose and nothing to compare, the path just goes on.
  if (
    steps.length !== 1 ||
    only === undefined ||
    only.kind !== 'block' ||
    only.at !== 0 ||
    only.choice !== null ||
    only.ops.length > 0 ||
    run.joins.has(only.block)
  )
    return steps;
  return advance(run, only.local, only.block, 0).map((s) => ({ ...s, via: [only.block, ...s.via] }));
}

function once(run: Run, given: Local, block: number, from: number): Step[] {
  let l = given;
  const b = run.cfg.blocks[block];
  if (b === undefined) return [];
  for (let at = from; at < b.instrs.length; at++) {
    const instr = b.instrs[at];
    if (instr === undefined) continue;
    const use = usePoint(run, l, block, at, instr.line, operands(instr)) ?? sitePoint(run, l, block, at, instr.line);
    if (use !== null) return [use];
    if (instr.op !== 'call') {
      execute(run, l, instr, block);
      continue;
    }
    const ways = waysOf(run.m, l, instr, run.effects.contracts.get(instr) ?? null, run.slice, block);
    const next = ways.map((w) => blockStep(run, w.local, block, at + 1, w.choice, w.ops));
    if (ways.some((w) => w.ops.length > 0))
      return [{ kind: 'point', block, at, line: instr.line, text: run.text.call(instr), local: l, value: null, ops: [], choice: null, via: [], ways: next }];
    if (ways.length !== 1 || ways[0] === undefined) return next;
    l = ways[0].local;
  }
  return terminate(run, l, b);
}

function execute(run: Run, l: Local, instr: Exclude<Instr, { op: 'call' }>, block: number): void {
  const { m } = run;
  const scope = scopeOf(m, l);
  switch (instr.op) {
    case 'declare':
      l.s.env.delete(instr.name);
      return;
    case 'use':
      return;
    case 'assign': {
      const inLoop = m.inLoop.has(block);
      const text = printExpr(instr.to);
      let value =
        instr.from.k === 'init'
          ? fresh(m, l, `init:${block}:${instr.line}`, '{ … }', 'unknown', block)
          : isStep(instr) && inLoop
            ? fresh(m, l, `step:${block}:${instr.line}:${text}`, text, 'unknown', block)
            : evaluate(m, l.s, scope, instr.from);
      value = widened(m, l, value, block, instr.line, text);
      if (instr.to.k === 'id' && (instr.to.name.startsWith('%') || m.variables.has(instr.to.name))) l.s.env.set(instr.to.name, value);
      else write(m, l, placeOf(m, l.s, scope, instr.to), value);
      return;
    }
    case 'havoc':
      for (const p of instr.places) {
        const type = p.k === 'id' ? (m.variables.get(p.name) ?? null) : null;
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
    const use = usePoint(run, l, b.id, b.instrs.length, t.line, [value]) ?? sitePoint(run, l, b.id, b.instrs.length, t.line);
    if (use !== null) return [use];
  }
  const go = (local: Local, to: number, choice: string | null): Step => {
    enter(run, local, b.id, to);
    return blockStep(run, local, to, 0, choice);
  };
  const decide = (local: Local, cond: TermId, wanted: boolean, to: number, text: string): Step[] => {
    const free = truth(m.terms, local.s.facts, cond) === null;
    const facts = assume(m.terms, local.s.facts, cond, wanted);
    if (facts === null || (facts !== local.s.facts && !consistent(m.terms, facts))) return [];
    local.s.facts = facts;
    const negated = m.terms.get(cond);
    if (wanted) same(m, local, cond);
    else if (negated.k === 'op' && negated.op === '!' && negated.args[0] !== undefined) same(m, local, negated.args[0]);
    return [go(local, to, free ? text : null)];
  };
  switch (t.k) {
    case 'jump':
      return [go(l, t.to, null)];
    case 'unreachable':
      return [];
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
      if (run.retests.has(b.id) && truth(m.terms, l.s.facts, cond) !== null) forgetTest(m, l.s, cond);
      if (run.slice.sites?.tests.has(b.id) === true) forgetAnswer(m, l, cond);
      const other = cloneLocal(l);
      const tested = cloneLocal(l);
      const ways = [...decide(l, cond, true, t.then, `${text} is true`), ...decide(other, cond, false, t.else, `${text} is false`)];
      return testPoint(run, tested, b, t.line, ways);
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
        if (facts === null) possible = false;
        else rest.s.facts = facts;
      }
      const fallback = t.cases.find((c) => c.low === null);
      if (possible && fallback !== undefined) out.push(go(rest, fallback.to, t.cases.length > 1 ? `${text} something else` : null));
      return out;
    }
    case 'return': {
      const returned = t.value === null ? null : evaluate(m, l.s, scopeOf(m, l), t.value);
      const text = t.value === null ? 'return' : `return ${run.text.expr(t.value)}`;
      return [{ kind: 'end', block: b.id, at: b.instrs.length, line: t.line, text, local: l, value: returned, ops: [], choice: null, via: [], ways: [] }];
    }
  }
}

/** A step of its own where memory is read or written whose last reference this path has put. */
function usePoint(run: Run, l: Local, block: number, at: number, line: number, exprs: readonly Expr[]): Step | null {
  if (run.slice.useLine !== line || l.s.gone.size === 0) return null;
  const { m } = run;
  let found: TermId | null = null;
  const touch = (object: TermId): void => {
    const id = strip(m.terms, object);
    if (l.s.gone.has(id)) found = id;
  };
  // A callee uses what it is given, and the object around it (`up_read(&x->sem)`).
  for (const e of exprs) {
    const value = strip(m.terms, evaluate(m, l.s, scopeOf(m, l, touch), e));
    if (run.cfg.blocks[block]?.instrs[at]?.op !== 'call') continue;
    touch(e.k === 'unary' && e.op === '&' ? baseObject(m, value) : value);
  }
  if (found === null) return null;
  const after = cloneLocal(l);
  after.s.gone = new Map([...after.s.gone].filter(([id]) => id !== found));
  const instr = run.cfg.blocks[block]?.instrs[at];
  const text = instr === undefined ? run.text.terminator(block) : run.text.instr(instr);
  return {
    kind: 'point',
    block,
    at,
    line,
    text,
    local: l,
    value: null,
    ops: [],
    choice: null,
    via: [],
    ways: [blockStep(run, after, block, at, null, [{ k: 'use', id: found }])],
  };
}

/** A step of its own where the code does what the finding is about. */
function sitePoint(run: Run, l: Local, block: number, at: number, line: number): Step | null {
  const ops = stepsAt(run.m, run.slice.sites, block, at);
  const seen = `site ${block} ${at}`;
  if (ops.length === 0 || l.choices.delete(seen)) return null;
  const after = cloneLocal(l);
  after.choices.set(seen, 1);
  const instr = run.cfg.blocks[block]?.instrs[at];
  const text = instr === undefined ? run.text.terminator(block) : run.text.instr(instr);
  return { kind: 'point', block, at, line, text, local: l, value: null, ops: [], choice: null, via: [], ways: [blockStep(run, after, block, at, null, ops)] };
}

/** What was answered before says nothing of a value that others change. */
function forgetAnswer(m: Machine, l: Local, cond: TermId): void {
  const t = m.terms.get(cond);
  const asked = t.k === 'op' && t.op === '!' ? [cond, ...t.args] : [cond];
  if (asked.some((id) => l.s.facts.has(id))) l.s.facts = new Map([...l.s.facts].filter(([id]) => !asked.includes(id)));
}

/** Where the value is tested, the way out of the test tells whether it is still the same. */
function testPoint(run: Run, l: Local, b: BasicBlock, line: number, ways: readonly Step[]): Step[] {
  const { sites } = run.slice;
  if (sites?.tests.has(b.id) !== true) return [...ways];
  const told = ways.map((w): Step => {
    const op = testedOn(run.m, sites, b.id, w.block);
    return op === null ? w : { ...w, ops: [...w.ops, op] };
  });
  return [
    {
      kind: 'point',
      block: b.id,
      at: b.instrs.length,
      line,
      text: run.text.terminator(b.id),
      local: l,
      value: null,
      ops: [],
      choice: null,
      via: [],
      ways: told,
    },
  ];
}

/** Two values turned out equal: they are one from now on, and so are the objects they name. */
function same(m: Machine, l: Local, cond: TermId): void {
  const ids = (): TermId[] => [...l.s.held.map((h) => h.lock), ...l.s.owned.map((o) => o.object)];
  const before = ids();
  unify(m.terms, l.s, cond);
  const after = ids();
  const [from, ...rest] = before.filter((id) => !after.includes(id));
  const to = after.find((id) => !before.includes(id));
  if (from !== undefined && to !== undefined && rest.length === 0) l.moves = [...l.moves, { from, to }];
}

/** Crosses an edge: counts the route, lets a loop's own tests change from turn to turn, drops what is dead. */
function enter(run: Run, l: Local, from: number | null, to: number): void {
  if (run.route[l.route] === to) l.route++;
  if (from !== null && run.cfg.backEdges.has(`${from}>${to}`)) {
    const tested = run.tests.get(to);
    if (tested !== undefined && tested.size > 0) forgetTests(run.m, l.s, tested);
  }
  if (run.joins.has(to)) prune(run.m, run.future, run.relevance, l, to);
}
