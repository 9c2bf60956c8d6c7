import { type CallingSite, NOTHING_OUTSIDE, type Outside, type Sketch } from '../absint/outside.js';
import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { printExpr } from '../cfg/print.js';
import { holdingAt, holdingKey } from '../lockgraph/holding.js';
import { alignSteps, stepsOf } from '../lockgraph/steps.js';
import type { Bodies } from './guard-events.js';
import { partsOf } from './recheck-atoms.js';
import { type Basis, type Window, windowsOf } from './windows.js';

/** Functions of the tree that do something alike; `touched`: what the series changes is nobody's witness. */
export interface Others {
  readonly outside: Outside;
  /** Names of the functions of the same file. */
  readonly beside: () => readonly string[];
  readonly touched: (name: string) => boolean;
}

/** No tree. */
export const NO_OTHERS: Others = { outside: NOTHING_OUTSIDE, beside: () => [], touched: () => false };

/** Such places are taken for the rule: at least so many that look again, in so many functions; of ten, nine do. */
const MIN_AGAIN = 3;
const MIN_FUNCTIONS = 2;
const NEARLY_ALL = 0.9;
/** Functions whose text is looked at, and those of them that are read. Where more would have to be, nothing is said. */
const MAX_TEXTS = 400;
const MAX_READ = 48;
const MAX_TOLD = 3;

/**
 * Locks that a change takes, or under which it does something new, and goes on with what was found before, where nearly
 * all other functions of the tree that take the lock with the same in hand compare it again.
 */
export function unlikeOthers(before: Analysed | null, after: Analysed, bodies: Bodies, others: Others): Event[] {
  const steps = stepsOf(after.cfg);
  const old = before === null ? [] : stepsOf(before.cfg);
  const matched = new Set(alignSteps(old, steps).values());
  if (!steps.some((s) => s.kind === 'call' && !matched.has(s))) return [];
  const windows = windowsOf(after, steps)
    .map((w) => ({ w, bases: w.bases.filter((b) => isOpen(b) && (!matched.has(w.taken) || (b.use !== null && !matched.has(b.use)))) }))
    .filter((x) => x.bases.length > 0);
  if (windows.length === 0) return [];
  const known = new Set(before === null ? [] : windowsOf(before, old).flatMap((w) => w.bases.filter(isOpen).map((b) => keyOf(w, b))));
  const events: Event[] = [];
  const asked = new Set<string>();
  for (const { w, bases } of windows)
    for (const b of bases) {
      const key = keyOf(w, b);
      if (known.has(key) || asked.has(key)) continue;
      asked.add(key);
      const seen = lookAround(after, w, b, bodies, others);
      const use = b.use;
      const at = seen === null || use === null ? undefined : holdingAt(after, [use]).get(use);
      const there = [...(at?.some.values() ?? [])].filter((h) => h.what === 'lock' && h.kind === w.kind);
      // Ways that hold the same are one, whichever of them has taken it.
      const held = there.find((h) => h.line === w.taken.line) ?? (there.length === 1 ? there[0] : undefined);
      if (seen === null || use === null || at === undefined || held === undefined) continue;
      events.push({
        kind: 'not-rechecked',
        resource: held.resource,
        place: printExpr(use.to ?? use.expr),
        lockKind: w.kind,
        line: use.line,
        otherLine: w.taken.line,
        exitClass: `unlike others: ${b.key}`,
        trace: at.traces.get(holdingKey(held)) ?? null,
        certainty: 'sure',
        detail: JSON.stringify({ test: b.shown, taken: [0, w.taken.line], sibling: false, others: seen }),
        object: null,
      });
    }
  return events;
}

/** It is relied on, and no test under the lock looks at it again, or at what it was read from. */
function isOpen(b: Basis): boolean {
  return b.again === null && b.use !== null && b.asks.size === 0;
}

function keyOf(w: Window, b: Basis): string {
  return `${w.lock} ${b.key}`;
}

interface Seen {
  readonly function: string;
  readonly path: string;
  readonly line: number;
  readonly test: string;
  readonly words: readonly string[];
}

/** Where others look again, as text; null where they do not, or too few of them. */
function lookAround(side: Sketch, w: Window, basis: Basis, bodies: Bodies, { outside, beside: names, touched }: Others): string | null {
  const own = side.fn.name;
  const patterns = basis.words.map((word) => new RegExp(/^\w/.test(word) ? `\\b${word}\\b` : `${word}\\b`));
  const needs = basis.k === 'asked' || basis.k === 'found';
  const taker = new RegExp(`\\b${(w.callee.split('lock')[0] ?? '') || w.callee}\\w*\\(`);
  const beside = names().map((name) => ({ path: side.file, function: name }));
  const sites = nearest(outside.sites(w.callee), beside, side.file)?.filter((s) => s.function !== own && !touched(s.function)) ?? null;
  if (sites === null) return null;
  const like = sites.filter((s) => {
    const text = outside.lines(s);
    return text !== null && patterns.every((p) => p.test(text)) && (!needs || taker.test(text));
  });
  if (like.length < MIN_FUNCTIONS || like.length > MAX_READ) return null;
  const again = new Map<string, Seen>();
  const goOn: { readonly file: string; readonly handed: readonly string[] }[] = [];
  for (const s of like) {
    const sketch = outside.sketch(s);
    if (sketch === null) continue;
    for (const x of windowsOf(sketch, stepsOf(sketch.cfg), needs ? w.lock : null)) {
      if (x.kind !== w.kind) continue;
      const b = x.bases.find((y) => y.key === basis.key && y.again !== null) ?? x.bases.find((y) => y.key === basis.key);
      if (b === undefined) continue;
      if (b.again !== null)
        again.set(`${s.path}:${b.again.line}`, {
          function: s.function,
          path: s.path,
          line: b.again.line,
          test: printExpr(b.again.expr),
          words: partsOf(b.again.expr),
        });
      else if (isOpen(b)) goOn.push({ file: s.path, handed: b.handed });
    }
  }
  const places = [...again.values()];
  if (places.length < MIN_AGAIN || new Set(places.map((s) => s.function)).size < MIN_FUNCTIONS) return null;
  // What they have in common tells which callees do it for others.
  const common = (places[0]?.words ?? []).filter((word) => places.every((x) => x.words.includes(word)));
  const functions = common.filter((word) => word.endsWith('()'));
  const words = functions.length > 0 ? functions : common.length > 0 ? common : [...new Set(places.flatMap((x) => x.words))];
  const compared = places.every((x) => /[!=]=/.test(x.test));
  const inside = (names: readonly string[], file: string, own: Bodies): boolean => names.some((name) => asksItself(name, words, compared, file, own, outside));
  const not = goOn.filter((g) => !inside(g.handed, g.file, () => null)).length;
  if (places.length < (places.length + not) * NEARLY_ALL || inside(basis.handed, side.file, bodies)) return null;
  return [...new Map(places.map((s) => [s.function, s])).values()]
    .slice(0, MAX_TOLD)
    .map((s) => `${s.test} in ${s.function}() (${s.path}:${s.line})`)
    .join(', ');
}

/** A callee looks again: it asks one of the words, or (`compared`) compares it. */
function asksItself(name: string, words: readonly string[], compared: boolean, file: string, bodies: Bodies, outside: Outside): boolean {
  const body = bodies(name);
  const steps = body === null ? null : stepsOf(body.cfg);
  if (steps !== null) return steps.some((s) => s.kind === 'branch' && partsOf(s.expr).some((p) => words.includes(p)));
  const text = outside.lines({ path: file, function: name });
  return (
    text !== null &&
    words.some((word) =>
      (word.endsWith('()')
        ? new RegExp(`\\b${word.slice(0, -2)}\\(([^;{}]*\\) *[!=]=)${compared ? '' : '?'}`)
        : new RegExp(`->${word}\\b *[!=]=|[!=]= *[\\w>.-]*->${word}\\b`)
      ).test(text),
    )
  );
}

/** Functions of the file itself first, then all that are called for, or those of its folder where that is too many; null when even these are too many. */
function nearest(sites: readonly CallingSite[], own: readonly CallingSite[], file: string): readonly CallingSite[] | null {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const others = sites.filter((s) => s.path !== file);
  const near = others.length <= MAX_TEXTS ? others : others.filter((s) => s.path.startsWith(folder) && !s.path.slice(folder.length).includes('/'));
  return near.length > MAX_TEXTS ? null : [...own, ...near];
}
