import type { TermId } from '../absint/term.js';
import type { Automaton } from './automaton.js';
import { exclude } from './exclude.js';
import { sameClass, type Exit, type ExitPart } from './exit.js';
import type { ModelRequest } from './judge.js';
import { mirror } from './mirror.js';
import { realise, type Walk } from './realise.js';
import { extraRests, lackRests } from './rests.js';
import { isLeakRule, isLostHandle, labelOf } from './slice.js';

/** Something about an end that is not as the caller expects. */
export interface Complaint {
  readonly id: TermId;
  readonly message: string;
  /** What must hold at the end, given what says that the function still has the object. */
  readonly expr: (has: string) => string;
  /** True when the object stays behind, so that others wait for it. */
  readonly keeps: boolean;
  /** Why it is wrong only if callers expect what nobody has said they do; null where it is wrong whoever calls. */
  readonly rests: string | null;
}

/** The code before the patch, and its ends: what its callers know. */
export interface Expected {
  readonly code: Automaton;
  readonly ends: readonly Exit[];
}

const MAX_ENDS = 16;
const TRIES = 2;
const REACH_BUDGET = 1_500;

/**
 * How the code before the patch ends: its contract with the caller, one entry per distinct end. Ends that only a
 * forgetful exploration shows, and that no exact run comes to, do not count; only those that look like an end of the
 * new code are examined so closely.
 */
export function feasibleEnds(before: Automaton, after: Automaton): readonly Exit[] {
  const ends = before.nodes.flatMap((n, i) => (n.exit !== null && n.exit.mask !== 0 ? [{ exit: n.exit, node: i }] : []));
  if (before.exploration.memory === 'exact' || ends.length > MAX_ENDS) return ends.map((e) => e.exit);
  const wanted = new Set(after.nodes.flatMap((n) => (n.exit !== null && n.covered && n.exit.state !== '' ? [n.exit.state] : [])));
  const real = ends.filter((e) => !wanted.has(e.exit.state) || isReached(before, e.node)).map((e) => e.exit);
  return real.length === 0 ? ends.map((e) => e.exit) : real;
}

/** What is wrong at an end: compared with how the code before ends for the same result, or with nothing left over. */
export function complaintsAt(a: Automaton, node: number, old: Expected | null, request: ModelRequest): readonly Complaint[] {
  const exit = judgedExit(a, node);
  if (exit === null) return [];
  // Whose lock it is nobody can tell any more, so no caller gives it back.
  if (old === null && isLostHandle(request.finding)) return exit.parts.filter((p) => p.what === 'lock').map((p) => complaint(a, p, request, null));
  if (old === null)
    return isLeakRule(request.finding.rule)
      ? exit.parts.filter((p) => p.what === 'lock' || p.what === 'reference').map((p) => complaint(a, p, request, extraRests(a, exit, p, null)))
      : [];
  const comparable = comparableTo(exit, old.ends);
  return comparable.some((x) => isAlike(x, exit)) ? [] : against(a, node, exit, comparable, old, request);
}

/**
 * Ends on the finding's path for which the code before has ends of both sorts. Such an end is compared with what the
 * code before does when everything is decided alike: its complaints, or null where that does not tell either.
 */
export function mirroredAt(a: Automaton, node: number, old: Expected, request: ModelRequest): readonly Complaint[] | null {
  const exit = judgedExit(a, node);
  if (exit === null || new Set(comparableTo(exit, old.ends).map((x) => x.state)).size < 2) return [];
  const walk = walkTo(a, node);
  const run = walk === null ? null : realise(a, walk, 'whole');
  const mirrored = run === null ? [] : mirror(old.code, run.choices.flat());
  if (mirrored.length === 0) return null;
  const same = mirrored.filter((x) => isAlike(x, exit));
  if (same.length > 0) return same.length === mirrored.length ? [] : null;
  return against(a, node, exit, mirrored, old, request);
}

/** The same left over, or, where a side knows an object by another path, the same kinds of things. */
function isAlike(a: Exit, b: Exit): boolean {
  const kinds = (x: Exit): string =>
    x.parts
      .map((p) => p.text.replace(/^([+-]).*->(\w+) /, '$1$2 '))
      .sort()
      .join();
  return a.state === b.state || kinds(a) === kinds(b);
}

function judgedExit(a: Automaton, node: number): Exit | null {
  const n = a.nodes[node];
  return n === undefined || n.exit === null || n.exit.mask === 0 || !n.covered ? null : n.exit;
}

/** What an end has more, or has not done, than the most similar of the expected ones. */
function against(a: Automaton, node: number, exit: Exit, expected: readonly Exit[], old: Expected, request: ModelRequest): readonly Complaint[] {
  const texts = (x: Exit): readonly string[] => x.parts.map((p) => p.text);
  const distance = (x: Exit): number =>
    exit.parts.filter((p) => !texts(x).includes(p.text)).length + x.parts.filter((p) => !texts(exit).includes(p.text)).length;
  const best = [...expected].sort((x, y) => distance(x) - distance(y))[0];
  if (best === undefined) return [];
  const extra = exit.parts.filter((p) => !texts(best).includes(p.text));
  if (extra.length > 0) return extra.map((p) => complaint(a, p, request, extraRests(a, exit, p, old.code)));
  const name = `${request.finding.function}()`;
  return best.parts
    .filter((p) => !texts(exit).includes(p.text))
    .map((p): Complaint => {
      const id = a.nodes.flatMap((x) => x.exit?.parts ?? []).find((q) => q.text === p.text)?.id ?? -1;
      const label = id < 0 ? request.finding.place : labelOf(request, a.exploration.m, id);
      return p.what === 'lock' || p.what === 'reference'
        ? {
            id,
            keeps: false,
            expr: (has) => has,
            message: `${name} returns without ${label}, which it left with its caller before`,
            rests: lackRests(a, node, p),
          }
        : { id, keeps: true, expr: (has) => `!(${has})`, message: `${name} returns without giving back ${label}, as it did before`, rests: null };
    });
}

function complaint(a: Automaton, p: ExitPart, request: ModelRequest, rests: string | null): Complaint {
  const label = labelOf(request, a.exploration.m, p.id);
  const name = `${request.finding.function}()`;
  const since = p.line > 0 ? ` since line ${p.line}` : '';
  switch (p.what) {
    case 'lock':
      return { id: p.id, keeps: true, expr: (has) => `!(${has})`, message: `${name} returns with ${label} held${since}`, rests };
    case 'reference':
      return {
        id: p.id,
        keeps: true,
        expr: (has) => `!(${has})`,
        message: `${name} returns without putting its reference to ${label}, taken in line ${p.line}`,
        rests,
      };
    case 'lock-gone':
      return {
        id: p.id,
        keeps: false,
        expr: (has) => has,
        message: `${name} returns without ${label}, which its caller holds; it was released in line ${p.line}`,
        rests,
      };
    case 'reference-gone':
      return { id: p.id, keeps: false, expr: () => '0', message: `${name} puts the reference to ${label} that its caller keeps (line ${p.line})`, rests };
  }
}

/** Ends with the same value where it is known, else with the same sign; a result that is new is compared with them all. */
function comparableTo(exit: Exit, allowed: readonly Exit[]): readonly Exit[] {
  const sameValue = exit.value === '' ? [] : allowed.filter((x) => x.value === exit.value);
  if (sameValue.length > 0) return sameValue;
  const sameSign = allowed.filter((x) => sameClass(x, exit) && (exit.value === '' || x.value === '' || x.mask === exit.mask));
  return sameSign.length > 0 ? sameSign : allowed;
}

function isReached(a: Automaton, node: number): boolean {
  let rest: Automaton | null = a;
  for (let i = 0; i < TRIES && rest !== null; i++) {
    const walk = walkTo(rest, node);
    if (walk === null) return false;
    if (realise(rest, walk, 'any', REACH_BUDGET) !== null) return true;
    rest = exclude(rest, walk);
  }
  return false;
}

/** A shortest walk to a node, ignoring whether anybody can take it. */
function walkTo(a: Automaton, target: number): Walk | null {
  const from = new Map<number, { readonly node: number; readonly edge: number } | null>([[a.start, null]]);
  for (const node of from.keys()) {
    if (node === target) break;
    a.nodes[node]?.edges.forEach((e, edge) => {
      if (!from.has(e.to)) from.set(e.to, { node, edge });
    });
  }
  if (!from.has(target)) return null;
  const walk: { node: number; edge: number | null }[] = [{ node: target, edge: null }];
  for (let step = from.get(target); step !== null && step !== undefined; step = from.get(step.node)) walk.unshift(step);
  return walk;
}
