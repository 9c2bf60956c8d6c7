import type { Expr } from '../parse/c/ast.js';
import type { Cfg } from '../cfg/cfg.js';
import type { EffectTable } from '../effect/effect.js';
import { lockClass, type TypeTable } from '../absint/machine.js';
import type { TermId } from '../absint/term.js';
import type { WitnessStep } from '../rules/finding.js';
import { collapse, type Automaton, type AutoNode } from './automaton.js';
import { actorOf, objectsOf, type Brought, type Objects } from './compose.js';
import { sameClass, type Exit } from './exit.js';
import { explore } from './explore.js';
import { resourceName } from './holding.js';
import { replay } from './interpret.js';
import type { Entry, Slice } from './local.js';
import { actor, program as makeProgram, type Assertion } from './primitives.js';
import { search, traceText } from './search.js';
import type { Program, Trace, Verdict } from './verdict.js';

/** One side of the function that a finding is about. */
export interface ModelSide {
  readonly cfg: Cfg;
  readonly effects: EffectTable;
  readonly types: TypeTable;
  readonly file: string;
}

export interface ModelRequest {
  readonly finding: { readonly rule: string; readonly code: string; readonly resource: string; readonly place: string; readonly function: string; readonly line: number; readonly path: readonly WitnessStep[] };
  /** The lock or object as an expression of the function. */
  readonly object: Expr | null;
  /** Lock kind or reference kind. */
  readonly kind: string;
  /** The side that must pass (the code before the patch), or null when there is none. */
  readonly before: ModelSide | null;
  /** The side that is said to fail. */
  readonly after: ModelSide;
}

const INTERRUPTS = new Set(['irq', 'bh', 'preempt']);
const NEEDS_NOBODY = new Set(['double-lock', 'unlock-not-held', 'unlock-mismatch']);
/** Searches are stopped here; a scenario of one function and one rival has a few hundred states. */
const CAP = 200_000;

/**
 * Runs the patched function, as an actor made from its own code, through every interleaving with a rival that wants
 * the same lock. Confirmed only when the code before passes the same scenario, and when the second interpreter,
 * which shares no code with the search, reaches the same failure along the same schedule.
 */
export function judge(request: ModelRequest): Verdict {
  const slice = sliceOf(request);
  const before = request.before === null ? null : extract(request.before, slice);
  const after = extract(request.after, slice);
  if (typeof after === 'string') return { state: 'unmodelled', why: after };
  if (typeof before === 'string') return { state: 'unmodelled', why: `the code before: ${before}` };
  const allowed = before === null ? null : endsOf(before);
  const good = before === null ? null : run(request, before, allowed, false);
  if (good !== null && good.trace !== null) return { state: 'unmodelled', why: `the code before fails the same scenario, so the model does not tell them apart (${replay(good.program, good.trace).failure ?? ''})` };
  if (good !== null && !good.finished) return { state: 'unmodelled', why: 'the code before does not reach its end in the model' };
  // As few actors as show it: a leak shows in another task that waits, a mistake on the spot needs nobody else.
  for (const withRival of NEEDS_NOBODY.has(request.finding.rule) ? [false, true] : [true, false]) {
    const found = run(request, after, allowed, withRival);
    if (found.bound !== null) return { state: 'unmodelled', why: `bound: ${found.bound}` };
    if (found.trace === null) continue;
    if (before !== null && withRival && run(request, before, allowed, true).trace !== null) continue;
    const again = replay(found.program, found.trace);
    if (!again.ok || again.failure === null) return { state: 'unmodelled', why: 'the second interpreter does not follow the schedule' };
    const trace: Trace = { text: found.trace, steps: again.steps, failure: again.failure };
    return { state: 'confirmed', why: `${again.failure}; ${before === null ? 'there is no code before to compare with' : 'the code before passes the same scenario'}`, trace, program: found.program, assumptions: assumptions(trace, found.states) };
  }
  return { state: 'refuted', why: 'every interleaving of the function with one rival was searched and none fails', assumptions: [`${after.nodes.length} steps of the function, one rival, one call`] };
}

/** Everything of the finding's lock class or reference kind is followed; the rest has no effect. */
function sliceOf(request: ModelRequest): Slice {
  const { finding, kind } = request;
  const last = (text: string): string => text.split('->').at(-1) ?? text;
  const interrupts = finding.rule === 'unlock-mismatch' && finding.code === 'interrupts';
  const lockRule = !finding.rule.startsWith('ref-') && finding.rule !== 'use-after-put';
  return {
    lock: (m, address, k) => lockRule && ((interrupts && INTERRUPTS.has(k)) || ((k === kind || finding.code === 'kind') && (last(lockClass(m, address)) === last(finding.resource)))),
    reference: (_m, _object, k) => !lockRule && k === kind,
    useLine: finding.rule === 'use-after-put' ? finding.line : 0,
    entry: { lock: () => 'either', owned: () => 1 } satisfies Entry,
  };
}

function extract(side: ModelSide, slice: Slice): Automaton | string {
  const first = explore(side, slice);
  if (first.bounded) return 'the function has too many states to be run by itself';
  // What one path takes first cannot be held on entry: the caller's locks are those that are only ever given back.
  const free = new Set<string>();
  for (const n of first.nodes) for (const [id, e] of n.local.s.entry) if (e.assumed === 'free') free.add(resourceName(first.m, id, true));
  const exploration = free.size === 0 ? first : explore(side, { ...slice, entry: { ...slice.entry, lock: (name) => (free.has(name) ? 'free' : 'either') } });
  if (exploration.nodes.some((n) => n.edges.some((e) => e.ops.some((op) => op.k === 'move')))) return 'a loop holds one object per turn';
  const automaton = collapse(exploration);
  return automaton === null || automaton.start < 0 ? 'no run of the function ends' : automaton;
}

function endsOf(a: Automaton): readonly Exit[] {
  return a.nodes.flatMap((n) => (n.exit ? [n.exit] : []));
}

interface Run { readonly program: Program; readonly trace: string | null; readonly states: number; readonly bound: string | null; readonly finished: boolean }

function run(request: ModelRequest, a: Automaton, allowed: readonly Exit[] | null, withRival: boolean): Run {
  const { finding } = request;
  const m = a.exploration.m;
  const named = (id: TermId): string => (finding.code === 'interrupts' ? 'interrupts' : readable(resourceName(m, id, true), m.fn.params.map((p) => p.name)));
  const brought = broughtBy(a);
  const cast = withRival ? [`${finding.function}()`, 'another task'] : [`${finding.function}()`];
  const objects = objectsOf(a, cast, brought, named);
  const rival = withRival ? objects.rival : null;
  // With a rival the failure is that it waits for ever; alone, that the function leaves what it must not leave.
  const self = actorOf(a, cast[0] ?? '', request.after.file, objects, (node) => (withRival ? [] : wrong(a.nodes[node] as AutoNode, allowed, objects, finding.function, named)));
  if (withRival && rival === null) return { program: makeProgram('', [], []), trace: null, states: 0, bound: null, finished: true };
  const actors = rival === null ? [self] : [self, actor('another task', 'any other code', [{ text: rival.firstText, action: rival.first }, { text: rival.thenText, action: rival.then }])];
  const program = makeProgram(`${finding.function}: ${finding.rule}`, objects.parts, actors);
  const kept = withoutFinal(program);
  const result = search(kept, CAP);
  if (typeof result === 'string') return { program: kept, trace: null, states: 0, bound: `not a valid program: ${result}`, finished: false };
  return { program: kept, trace: result.failure ? traceText(result.failure.steps) : null, states: result.states, bound: result.failure ? null : result.bound, finished: result.ended[0] ?? false };
}

/** References may legitimately stay with the caller: ends are judged by what the code before leaves, not by the count. */
function withoutFinal(p: Program): Program {
  return { ...p, final: [] };
}

/** What must not be so at this end: it is compared with the ends of the code before, or with nothing left over. */
function wrong(n: AutoNode, allowed: readonly Exit[] | null, objects: Objects, name: string, named: (id: TermId) => string): Assertion[] {
  const exit = n.exit;
  if (!exit) return [];
  const comparable = allowed?.filter((x) => sameClass(x, exit)) ?? [];
  if (allowed !== null && (comparable.length === 0 ? allowed : comparable).some((x) => x.state === exit.state)) return [];
  const known = new Set((comparable.length === 0 ? allowed ?? [] : comparable).flatMap((x) => x.parts.map((p) => p.text)));
  const out: Assertion[] = [];
  for (const p of exit.parts) {
    if (allowed !== null && known.has(p.text)) continue;
    if (p.what === 'lock') out.push({ expr: `!(${objects.held(p.id)})`, message: `${name}() returns with ${named(p.id)} held` });
    if (p.what === 'reference') out.push({ expr: `${objects.owned(p.id)} == 0`, message: `${name}() returns without putting its reference to ${named(p.id)}` });
    if (p.what === 'lock-gone' && allowed !== null) out.push({ expr: objects.held(p.id), message: `${name}() returns after giving back ${named(p.id)}, which its caller holds` });
    if (p.what === 'reference-gone' && allowed !== null) out.push({ expr: `${objects.owned(p.id)} > 0`, message: `${name}() returns after putting the caller's reference to ${named(p.id)}` });
  }
  // Something that the code before always did at such an end has not been done: what it gave back is still there.
  if (out.length === 0 && allowed !== null && comparable.length > 0) {
    const always = comparable.map((x) => x.parts.map((p) => p.text)).reduce((s, t) => s.filter((x) => t.includes(x)));
    const missing = always.find((t) => t.startsWith('-') && !exit.parts.some((p) => p.text === t));
    if (missing !== undefined) out.push({ expr: '0', message: `${name}() returns without giving back ${missing.slice(1)}, as it did before` });
  }
  return out;
}

/** What the function gives back without having taken it, its caller brought. */
function broughtBy(a: Automaton): Brought {
  const locks = new Set<TermId>(), references = new Map<TermId, number>();
  for (const n of a.nodes) for (const e of n.edges) for (const op of e.ops) {
    if (op.k === 'release' && op.status === 'entry') locks.add(op.id);
    if ((op.k === 'put' || op.k === 'keep') && op.status === 'entry') references.set(op.id, Math.max(references.get(op.id) ?? 0, op.count));
  }
  return { locks, references };
}

/** "#0->lock" with the parameter's name put back. */
function readable(name: string, params: readonly string[]): string {
  return name.replace(/#(\d+)/g, (_, i: string) => params[Number(i)] ?? `argument ${Number(i) + 1}`);
}

function assumptions(trace: Trace, states: number): string[] {
  const free = trace.steps.flatMap((s) => (s.choice === null ? [] : [s.choice]));
  return [`${states} states searched`, ...free.map((c) => `assumed: ${c}`)];
}
