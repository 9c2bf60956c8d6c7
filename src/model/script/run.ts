import { replay } from '../interpret.js';
import { search, STATE_CAP, traceText, type ScheduleStep, type SearchResult } from '../search.js';
import type { Program, Verdict } from '../verdict.js';
import { count } from '../words.js';

/** A verdict on a program that a person wrote, with the figures behind it. */
export interface Ran {
  readonly verdict: Verdict;
  readonly states: number;
  /** Actors that cannot end in any run: a model in which somebody never ends shows nothing about what they do last. */
  readonly neverEnd: readonly string[];
}

const TRIES = 300;

/** Searches every interleaving; of a failing one, leaves out the actors it does not need and switches less often. */
export function runProgram(program: Program, cap: number = STATE_CAP): Ran {
  const whole = search(program, cap);
  if (typeof whole === 'string') return { verdict: { state: 'unmodelled', why: whole }, states: 0, neverEnd: [] };
  const neverEnd = whole.failure === null ? program.actors.flatMap((a, i) => (whole.ended[i] === true ? [] : [a.name])) : [];
  const searched = `${count(whole.states, 'state')} and ${count(whole.transitions, 'step')} searched, ${count(program.actors.length, 'actor')}`;
  const alike = whole.alike
    .map((c) => `; ${c.map((i) => program.actors[i]?.name).join(', ')} are alike, and states that differ only in which is which count once`)
    .join('');
  if (whole.failure === null) {
    if (whole.bound !== null) return { verdict: { state: 'unmodelled', why: `bound: ${whole.bound}` }, states: whole.states, neverEnd };
    const never = neverEnd.length === 0 ? [] : [`${neverEnd.join(', ')} never ends: what comes after is not shown to be right`];
    return { verdict: { state: 'refuted', why: `no interleaving fails: ${searched}${alike}`, assumptions: never }, states: whole.states, neverEnd };
  }
  const least = fewestActors(program, whole, cap);
  const steps = calmed(least.program, least.failure.steps, least.message);
  const again = replay(least.program, traceText(steps));
  if (!again.ok || again.failure === null)
    return {
      verdict: { state: 'unmodelled', why: `the second interpreter does not come to the same failure: ${again.error ?? 'none'}` },
      states: whole.states,
      neverEnd,
    };
  const trace = { text: traceText(steps), steps: again.steps, failure: again.failure };
  return {
    verdict: { state: 'confirmed', why: again.failure, trace, program: least.program, assumptions: [searched, ...least.left] },
    states: whole.states,
    neverEnd,
  };
}

interface Failing {
  readonly program: Program;
  readonly failure: NonNullable<SearchResult['failure']>;
  readonly message: string;
  readonly left: readonly string[];
}

/** Drops one actor after the other while the same thing still fails. What is left over at the end needs everybody. */
function fewestActors(program: Program, found: SearchResult, cap: number): Failing {
  const failure = found.failure as NonNullable<SearchResult['failure']>;
  let best: Failing = { program, failure, message: replay(program, traceText(failure.steps)).failure ?? '', left: [] };
  if (failure.kind === 'final') return best;
  for (let i = program.actors.length - 1; i >= 0; i--) {
    if (best.failure.steps.at(-1)?.actor === i && failure.kind === 'assert') continue;
    const fewer: Program = { ...best.program, actors: best.program.actors.map((a, k) => (k === i ? { ...a, points: [] } : a)) };
    const result = search(fewer, cap);
    if (typeof result === 'string' || result.failure === null || result.failure.kind === 'final') continue;
    const message = replay(fewer, traceText(result.failure.steps)).failure ?? '';
    if (isSame(best.message, message))
      best = { program: fewer, failure: result.failure, message, left: [...best.left, `fails without ${program.actors[i]?.name} as well`] };
  }
  return best;
}

/** The same assertion; or a deadlock in which everybody waits for somebody, not for an actor that was dropped. */
function isSame(one: string, other: string): boolean {
  if (!one.startsWith('deadlock: ')) return one === other;
  return (
    other.startsWith('deadlock: ') &&
    other
      .slice(10)
      .split('; ')
      .every((w) => w.includes('" for '))
  );
}

/** Moves steps of the same actor together where the schedule stays possible and fails alike. */
function calmed(program: Program, steps: readonly ScheduleStep[], message: string): readonly ScheduleStep[] {
  let best = [...steps];
  let tries = 0;
  const better = (next: ScheduleStep[]): boolean => {
    if (switches(next) >= switches(best) || tries >= TRIES) return false;
    tries++;
    const again = replay(program, traceText(next));
    if (!again.ok || again.failure !== message) return false;
    best = next;
    return true;
  };
  for (let again = true; again; ) {
    again = false;
    for (const [from, to] of blockMoves(best)) {
      const block = best.slice(from.start, from.end);
      const rest = [...best.slice(0, from.start), ...best.slice(from.end)];
      const at = to > from.start ? to - block.length : to;
      if (better([...rest.slice(0, at), ...block, ...rest.slice(at)])) {
        again = true;
        break;
      }
    }
  }
  return best;
}

interface Block {
  readonly start: number;
  readonly end: number;
  readonly actor: number;
}

/** A run of one actor's steps, to the end of its run before or the start of its run after. */
function blockMoves(steps: readonly ScheduleStep[]): readonly (readonly [Block, number])[] {
  const blocks: { start: number; end: number; actor: number }[] = [];
  steps.forEach((s, i) => {
    const last = blocks.at(-1);
    if (last?.actor === s.actor) last.end = i + 1;
    else blocks.push({ start: i, end: i + 1, actor: s.actor });
  });
  return blocks.flatMap((b, i): [Block, number][] => {
    const before = blocks.slice(0, i).findLast((x) => x.actor === b.actor);
    const after = blocks.slice(i + 1).find((x) => x.actor === b.actor);
    return [...(before === undefined ? [] : [[b, before.end] as [Block, number]]), ...(after === undefined ? [] : [[b, after.start] as [Block, number]])];
  });
}

const switches = (steps: readonly ScheduleStep[]): number => steps.filter((s, i) => i > 0 && s.actor !== steps[i - 1]?.actor).length;
