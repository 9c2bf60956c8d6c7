import type { Program, Point, TraceStep } from './verdict.js';
import { programError } from './validate.js';

/** What a replay saw. */
export interface Replay {
  /** True when every step could be taken and the last one reaches a failure. */
  readonly ok: boolean;
  /** The failure that was reached, null when none was. */
  readonly failure: string | null;
  readonly steps: readonly TraceStep[];
  /** Why program or trace could not be followed to the end; null when they could. */
  readonly error: string | null;
}

const MAX_TRACE = 100_000;

/**
 * The second interpreter: follows one schedule step by step on named cells. It shares no code with the explorer,
 * so that a mistake in one of the two shows. Program and trace may come from anywhere; whatever is wrong with
 * them is `error`, never an exception.
 */
export function replay(program: Program, trace: string): Replay {
  const invalid = programError(program);
  if (invalid !== null) return stop([], `not a valid program: ${invalid}`);
  if (typeof trace !== 'string' || trace.length > MAX_TRACE) return stop([], 'not a trace');
  const state = start(program);
  if (state === null) return stop([], 'not a valid program: an expression cannot be read');
  const tokens = trace === '' ? [] : trace.split('/');
  const steps: TraceStep[] = [];
  for (const [at, token] of tokens.entries()) {
    const m = /^(\d{1,3})(?:\.(\d{1,5}))?$/.exec(token);
    if (m === null) return stop(steps, `step ${at + 1}: "${token.slice(0, 20)}" is no step`);
    const result = take(program, state, Number(m[1]), Number(m[2] ?? 0));
    if (typeof result === 'string') return stop(steps, `step ${at + 1}: ${result}`);
    steps.push(result.step);
    if (result.failure !== null) {
      return at === tokens.length - 1
        ? { ok: true, failure: result.failure, steps, error: null }
        : stop(steps, `fails at step ${at + 1}, before the trace ends: ${result.failure}`);
    }
  }
  const failure = verdictOf(program, state);
  return { ok: failure !== null, failure, steps, error: null };
}

interface State {
  readonly cells: Map<string, number>;
  readonly pcs: number[];
  readonly code: ReadonlyMap<string, readonly Code[]>;
}

const stop = (steps: readonly TraceStep[], error: string): Replay => ({ ok: false, failure: null, steps, error });

/** Null when some expression of the program cannot be read. */
function start(program: Program): State | null {
  const cells = new Map(program.cells.map((c) => [c.name, c.init]));
  const alts = program.actors.flatMap((a) => a.points.flatMap((p) => p.alts));
  const texts = [
    ...program.final.map((f) => f.expr),
    ...program.waits.flatMap((w) => w.blockers),
    ...alts.flatMap((x) => [x.guard, ...x.asserts.map((y) => y.expr), ...x.sets.map((y) => y.expr)]),
  ];
  const code = new Map<string, readonly Code[]>();
  for (const text of texts) {
    if (code.has(text)) continue;
    const postfix = toPostfix(text);
    if (postfix === null || Number.isNaN(run(postfix, cells))) return null;
    code.set(text, postfix);
  }
  return { cells, pcs: program.actors.map(() => 0), code };
}

const evaluate = (state: State, text: string): number => run(state.code.get(text) ?? [], state.cells);

function take(program: Program, state: State, index: number, choice: number): { readonly step: TraceStep; readonly failure: string | null } | string {
  const actor = program.actors[index];
  const at = state.pcs[index];
  if (actor === undefined || at === undefined) return `no actor ${index}`;
  const point = actor.points[at];
  if (point === undefined) return `${actor.name} has ended`;
  const alt = point.alts[choice];
  if (alt === undefined) return `${actor.name} has no alternative ${choice} at "${point.text}"`;
  if (evaluate(state, alt.guard) === 0) return `${actor.name} cannot go on at "${point.text}"`;
  const step = { actor: index, file: actor.file, line: point.line, text: point.text, choice: alt.choice };
  const broken = alt.asserts.find((a) => evaluate(state, a.expr) === 0);
  if (broken !== undefined) return { step: { ...step, changes: [] }, failure: broken.message };
  const before = new Map(state.cells);
  for (const s of alt.sets) {
    const value = evaluate(state, s.expr);
    const bits = program.cells.find((c) => c.name === s.cell)?.bits ?? 0;
    if (!(value >= 0 && value < 2 ** bits)) return `${s.cell} would leave its range at "${point.text}"`;
    state.cells.set(s.cell, value);
  }
  state.pcs[index] = alt.to;
  const changes = [...state.cells]
    .filter(([n, v]) => before.get(n) !== v)
    .map(([n, v]) => `${n}: ${before.get(n) ?? 0} → ${v}`)
    .sort();
  return { step: { ...step, changes }, failure: null };
}

/** The failure of a state in which a schedule ends: a deadlock, or a final condition that does not hold. */
function verdictOf(program: Program, state: State): string | null {
  const points = program.actors.map((a, i) => a.points[state.pcs[i] ?? 0] ?? null);
  if (points.every((p) => p === null)) return program.final.find((f) => evaluate(state, f.expr) === 0)?.message ?? null;
  const stands = points.map((p) => p !== null && !p.alts.some((alt) => evaluate(state, alt.guard) !== 0));
  const running = points.some((p, i) => p !== null && stands[i] === false);
  const blockers = points.map((p, i) => (stands[i] === true && p !== null ? blockersOf(program, state, p) : []));
  const stuck = new Set(stands.flatMap((s, i) => (s ? [i] : [])));
  for (let before = -1; before !== stuck.size; ) {
    before = stuck.size;
    for (const i of [...stuck]) if (!(blockers[i] ?? []).some((j) => stuck.has(j) || points[j] === null)) stuck.delete(i);
  }
  if (running && stuck.size === 0) return null;
  const shown = stuck.size > 0 ? [...stuck] : stands.flatMap((s, i) => (s ? [i] : []));
  return `deadlock: ${shown.map((i) => describe(program, points, i, blockers[i] ?? [])).join('; ')}`;
}

function blockersOf(program: Program, state: State, point: Point): number[] {
  const wait = program.waits.find((w) => w.name === point.waits);
  return wait === undefined ? [] : wait.blockers.flatMap((b, j) => (evaluate(state, b) !== 0 ? [j] : []));
}

function describe(program: Program, points: readonly (Point | null)[], i: number, blockers: readonly number[]): string {
  const point = points[i];
  const name = (j: number): string => program.actors[j]?.name ?? String(j);
  if (point === null || point === undefined) return `${name(i)} has ended`;
  const where = `${name(i)} waits at "${point.text}"`;
  const why = blockers.map((j) => (j === i ? 'itself' : points[j] === null ? `${name(j)}, which has returned` : name(j)));
  return why.length === 0 ? where : `${where} for ${why.join(' and ')}`;
}

type Code = { readonly op: string; readonly args: number } | number | { readonly cell: string };

/** Binding strength of binary operators, weakest first. */
const BINDING = [['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '<=', '>', '>='], ['<<', '>>'], ['+', '-'], ['*']];
const strength = (op: string): number => BINDING.findIndex((ops) => ops.includes(op)) + 1;

/** Shunting-yard. `?:` binds weakest and to the right; both arms are computed, which no operator here can tell. */
function toPostfix(text: string): readonly Code[] | null {
  const out: Code[] = [];
  const waiting: string[] = [];
  let operand = true;
  const flush = (until: (top: string) => boolean): void => {
    for (let top = waiting.at(-1); top !== undefined && !until(top); top = waiting.at(-1)) {
      waiting.pop();
      out.push({ op: top, args: top === '?:' ? 3 : top.startsWith('u') ? 1 : 2 });
    }
  };
  const rest = /\s*(\d+|[A-Za-z_][\w.]*|<<|>>|<=|>=|==|!=|&&|\|\||[^\s\w])\s*/y;
  while (rest.lastIndex < text.length) {
    const token = rest.exec(text)?.[1];
    if (token === undefined) return null;
    if (/^[\w]/.test(token)) {
      if (!operand) return null;
      out.push(/^\d/.test(token) ? Number(token) : { cell: token });
      operand = false;
    } else if (token === '(') {
      if (!operand) return null;
      waiting.push('(');
    } else if (operand) {
      if (!'!~-'.includes(token)) return null;
      waiting.push(`u${token}`);
    } else if (token === ')') {
      flush((top) => top === '(' || top === '?');
      if (waiting.pop() !== '(') return null;
    } else if (token === '?') {
      flush((top) => top === '(' || top === '?' || top === '?:');
      waiting.push('?');
      operand = true;
    } else if (token === ':') {
      flush((top) => top === '(' || top === '?');
      if (waiting.pop() !== '?') return null;
      waiting.push('?:');
      operand = true;
    } else {
      const mine = strength(token);
      if (mine === 0) return null;
      flush((top) => top === '(' || top === '?' || top === '?:' || (!top.startsWith('u') && strength(top) < mine));
      waiting.push(token);
      operand = true;
    }
  }
  flush((top) => top === '(' || top === '?');
  return operand || waiting.length > 0 ? null : out;
}

function run(code: readonly Code[], cells: ReadonlyMap<string, number>): number {
  const stack: number[] = [];
  for (const c of code) {
    if (typeof c === 'number') stack.push(c);
    else if ('cell' in c) stack.push(cells.get(c.cell) ?? Number.NaN);
    else stack.push(apply(c.op, stack.splice(stack.length - c.args)));
  }
  return stack.length === 1 ? (stack[0] ?? Number.NaN) : Number.NaN;
}

function apply(op: string, [a = 0, b = 0, c = 0]: readonly number[]): number {
  switch (op) {
    case 'u!':
      return a === 0 ? 1 : 0;
    case 'u~':
      return ~a;
    case 'u-':
      return -a | 0;
    case '?:':
      return a !== 0 ? b : c;
    case '*':
      return Math.imul(a, b);
    case '+':
      return (a + b) | 0;
    case '-':
      return (a - b) | 0;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '|':
      return a | b;
    case '&&':
      return Number(a !== 0 && b !== 0);
    case '||':
      return Number(a !== 0 || b !== 0);
    default:
      return Number.NaN;
  }
}
