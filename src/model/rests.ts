import { NEG, ZERO } from '../absint/fact.js';
import type { Automaton } from './automaton.js';
import { sameClass, type Exit, type ExitPart } from './exit.js';
import { resourceName } from './holding.js';
import type { Op } from './local.js';
import { rootName } from '../absint/places.js';

/**
 * Why something about an end is wrong only if callers expect what nobody has said they do, or null where it is wrong
 * whoever calls. `extra`: left over and not expected.
 */
export function extraRests(a: Automaton, exit: Exit, part: ExitPart, before: Automaton | null): string | null {
  if (part.what !== 'lock' && part.what !== 'reference') return null;
  if (before === null) return standsAlone(a, exit, part) ? null : 'there is no code before, and nobody says that callers do not give it back for this result';
  const mine = nameOf(a, part);
  if (mine.startsWith('a ') || does(before, mine, takes) || does(a, mine, gives)) return null;
  return 'the patch takes it and gives it back on no path, as a function does that hands it out; what its callers make of it is not known';
}

/** The same of something that callers were left with before and are not left with now. */
export function lackRests(a: Automaton, node: number, part: ExitPart): string | null {
  if (part.what !== 'lock' && part.what !== 'reference') return null;
  return untouched(a, node, part.text) ? 'the new code does not ask for it on this path, and what callers expect then is not known' : null;
}

const takes = (op: Op): boolean => op.k === 'acquire' || op.k === 'get';
const gives = (op: Op): boolean => op.k === 'release' || op.k === 'put' || op.k === 'keep';

/** Without a code before: a failure that leaves something, or an end that a caller cannot tell from one that leaves nothing. */
function standsAlone(a: Automaton, exit: Exit, part: ExitPart): boolean {
  const { fn } = a.exploration.cfg;
  if (exit.mask === NEG || (exit.mask === ZERO && fn.returns.pointers > 0)) return true;
  const other = a.nodes.some(
    (n) => n.exit !== null && n.exit.mask !== 0 && sameClass(n.exit, exit) && n.exit.value === exit.value && !n.exit.parts.some((p) => p.text === part.text),
  );
  return other && (!nameOf(a, part).startsWith('a ') || !tellsCaller(a, part.line));
}

/** Whether something is written to memory of the caller's from a line on: it may say what is left with it. */
function tellsCaller(a: Automaton, line: number): boolean {
  const { fn, blocks } = a.exploration.cfg;
  const theirs = new Set(fn.params.filter((p) => p.type.pointers > 0).map((p) => p.name));
  return blocks.some((b) => b.instrs.some((i) => i.op === 'assign' && i.line >= line && i.to.k !== 'id' && theirs.has(rootName(i.to) ?? '')));
}

const nameOf = (a: Automaton, part: ExitPart): string => resourceName(a.exploration.m, part.id, part.what === 'lock');

/** Whether some step of this sort is about an object of this name. */
function does(a: Automaton, name: string, sort: (op: Op) => boolean): boolean {
  return a.nodes.some((n) =>
    n.edges.some((e) =>
      e.ops.some((op) => op.k !== 'move' && sort(op) && resourceName(a.exploration.m, op.id, op.k === 'acquire' || op.k === 'release') === name),
    ),
  );
}

/** Whether the end can be reached past every step that is about what the words speak of. */
function untouched(a: Automaton, end: number, words: string): boolean {
  const result = words.startsWith('+the result ');
  const asks = (node: number): boolean =>
    a.nodes[node]?.edges.some((e) =>
      e.ops.some(
        (op) =>
          op.k !== 'move' && (result || words.startsWith(`+${resourceName(a.exploration.m, op.id, op.k !== 'get' && op.k !== 'put' && op.k !== 'keep')} `)),
      ),
    ) ?? false;
  const seen = new Set([a.start]);
  for (const node of seen) {
    if (node === end) return true;
    if (!asks(node)) for (const e of a.nodes[node]?.edges ?? []) seen.add(e.to);
  }
  return false;
}
