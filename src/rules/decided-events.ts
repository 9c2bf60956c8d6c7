import type { DocumentedQuestion } from '../absint/questions.js';
import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { printExpr } from '../cfg/print.js';
import { type At, holdingAt } from '../lockgraph/holding.js';
import { reachable } from '../cfg/reach.js';
import { type Step, stepsOf } from '../lockgraph/steps.js';
import { type Bodies, lastName } from './guard-events.js';
import { namesIn, partsOf } from './recheck-atoms.js';
import { contractOf, effectsOf, isUse } from '../lockgraph/step-effects.js';

/**
 * Questions that only a lock decides, as the knowledge documents them, and that a function asks ahead of that lock
 * only: with one answer it leaves, with the other it takes the lock and goes on without asking again.
 */
export function decidedEvents(side: Analysed, questions: readonly DocumentedQuestion[], bodies: Bodies): Event[] {
  if (questions.length === 0 || side.summary.bounded || !side.cfg.order.some((id) => side.cfg.blocks[id]?.term.k === 'branch')) return [];
  const steps = stepsOf(side.cfg);
  return questions.flatMap((q) => eventsOf(side, steps, q, bodies));
}

function eventsOf(side: Analysed, steps: readonly Step[], question: DocumentedQuestion, bodies: Bodies): Event[] {
  const { key, lock } = readQuestion(question);
  const asks = (s: Step): boolean => key !== '' && [s.expr, ...(s.to ? [s.to] : [])].some((e) => partsOf(e).includes(key));
  const tests = steps.filter((s) => s.kind === 'branch' && asks(s));
  const takers = tests.length === 0 ? [] : steps.filter((s) => s.kind === 'call' && takes(side, s, lock) && !tests.some((t) => t.line >= s.line));
  // What is handed the object may look for itself.
  const asked = new Set(tests.flatMap((t) => namesIn(t.expr)));
  const mayAsk = (s: Step): boolean => !ownTaker(side, s) && (asks(s) || (s.expr.k === 'call' && s.expr.args.some((a) => a.k === 'id' && asked.has(a.name))));
  if (takers.length === 0 || side.summary.exits.some((x) => x.needs.some((n) => lastName(n) === lock))) return [];
  const there = holdingAt(side, steps);
  const isHeld = (s: Step): boolean => [...(there.get(s)?.some.values() ?? [])].some((h) => h.what === 'lock' && lastName(h.resource) === lock);
  // Whoever speaks of it under the lock, itself or in a callee, has looked again.
  if (steps.some((s) => asks(s) && isHeld(s)) || steps.some((s) => (isHeld(s) || takers.includes(s)) && asksInside(s, key, bodies)) || takers.some(mayAsk))
    return [];
  for (const taker of takers) {
    const test = tests.find((t) => reachable(side.cfg, t.block).has(taker.block) && decides(side, t, taker));
    if (!test) continue;
    const use = ownTaker(side, taker) ? steps.find((s) => s.line > taker.line && isHeld(s) && isUse(side, s)) : taker;
    const at = use && there.get(use);
    if (!use || !at) continue;
    return [
      {
        kind: 'not-rechecked',
        resource: resourceOf(at, lock),
        place: printExpr(use.to ?? use.expr),
        lockKind: 'rwsem',
        line: taker.line,
        otherLine: test.line,
        exitClass: `documented: ${key}`,
        trace: at.trace,
        certainty: 'sure',
        detail: JSON.stringify({ documented: question.source, test: printExpr(test.expr), taken: [test.line, taker.line], sibling: false }),
        object: null,
      },
    ];
  }
  return [];
}

function ownTaker(side: Analysed, s: Step): boolean {
  return effectsOf(side, s).some((e) => e.op === 'acquire');
}

/** What is asked, by the constant or the last member that it names, and the lock's name. */
function readQuestion(question: DocumentedQuestion): { readonly key: string; readonly lock: string } {
  const known = read.get(question);
  if (known !== undefined) return known;
  const { body } = question;
  const parts =
    stepsOf(body.cfg)
      .filter((s) => s.kind === 'branch')
      .map((s) => partsOf(s.expr).filter((x) => !x.endsWith('()')))
      .find((named) => named.length > 0) ?? [];
  const taken = body.summary.ops.find((o) => o.op === 'takes')?.text ?? '';
  const found = { key: parts.find((x) => /^[A-Z][A-Z0-9_]*$/.test(x)) ?? parts[0] ?? '', lock: lastName(taken.replace(/ \(shared\)$/, '')) };
  read.set(question, found);
  return found;
}

/** Every function is held against the same few questions. */
const read = new WeakMap<DocumentedQuestion, { readonly key: string; readonly lock: string }>();

/** Takes the lock, or calls a function that waits for it somewhere inside. */
function takes(side: Analysed, s: Step, lock: string): boolean {
  const contract = contractOf(side, s);
  if (!contract) return false;
  return (
    contract.outcomes.some((o) => o.effects.some((e) => e.op === 'acquire' && lastName(printExpr(e.place)) === lock)) ||
    (contract.takes ?? []).some((t) => lastName(t.resource) === lock)
  );
}

/** The callee is given what the question is about, or asks it itself. */
function asksInside(s: Step, key: string, bodies: Bodies): boolean {
  if (s.kind !== 'call' || s.expr.k !== 'call' || s.expr.fn.k !== 'id') return false;
  const body = bodies(s.expr.fn.name);
  return body !== null && stepsOf(body.cfg).some((x) => partsOf(x.expr).includes(key));
}

/** Whether one answer to the test never comes to the lock, and the other does. */
function decides(side: Analysed, test: Step, taker: Step): boolean {
  const term = side.cfg.blocks[test.block]?.term;
  if (term?.k !== 'branch') return false;
  const comes = (to: number): boolean => {
    const blocks = side.cfg.blocks.map((b) => (b.id === test.block && 'line' in b.term ? { ...b, term: { k: 'jump' as const, to } } : b));
    return holdingAt({ ...side, cfg: { ...side.cfg, blocks } }, [taker]).has(taker);
  };
  return comes(term.then) !== comes(term.else);
}

function resourceOf(at: At, lock: string): string {
  return [...at.some.values()].find((h) => lastName(h.resource) === lock)?.resource ?? lock;
}
