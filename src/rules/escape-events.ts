import type { Expr } from '../parse/c/ast.js';
import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { type At, holdingAt } from '../lockgraph/holding.js';
import { type Step, stepsOf } from '../lockgraph/steps.js';
import { namesIn } from './recheck-atoms.js';
import { followedAt, givesOf, reachingGives } from './pointer-uses.js';
import { contractOf, effectsOf } from '../lockgraph/step-effects.js';

/**
 * Pointers read inside a read section of the function's own, and followed only inside it `before`, that `after` follows
 * once the section has ended, with no lock and no reference held: only the section kept their object. A call that may have
 * counted it up is a reason to say nothing.
 */
export function escapeEvents(before: Analysed, after: Analysed): Event[] {
  const b = stepsOf(after.cfg);
  const escaped = opensSection(after, b) ? usesOf(after, b) : [];
  const outside = escaped.filter((u) => u.at !== null && u.readInside && !inSection(u.at) && u.at.some.size === 0 && !b.some((s) => mayPin(after, s, u.name)));
  if (outside.length === 0) return [];
  const old = usesOf(before, stepsOf(before.cfg));
  const first = outside
    .filter(({ name }) => {
      const was = old.filter((u) => u.name === name);
      return was.length > 0 && was.every((u) => u.at !== null && u.readInside && inSection(u.at) && isBare(u.at));
    })
    .sort((x, y) => x.step.line - y.step.line)[0];
  if (first === undefined || first.at === null) return [];
  const end = sectionEnd(first.at);
  return end === null
    ? []
    : [
        {
          kind: 'stale-use',
          resource: end.resource,
          place: first.name,
          lockKind: 'rcu',
          line: first.step.line,
          otherLine: end.line,
          exitClass: '',
          trace: first.at.trace,
          certainty: 'sure',
          detail: '',
          object: null,
        },
      ];
}

interface Use {
  readonly step: Step;
  readonly name: string;
  readonly at: At | null /** Every value that comes here was read inside a section. */;
  readonly readInside: boolean;
}

const SECTIONS: ReadonlySet<string> = new Set(['rcu', 'srcu']);

function opensSection(side: Analysed, steps: readonly Step[]): boolean {
  return steps.some((s) => effectsOf(side, s).some((e) => e.op === 'acquire' && SECTIONS.has(e.kind)));
}

/** Steps that follow a local pointer whose value the function read from shared memory, with what is held there. */
function usesOf(side: Analysed, steps: readonly Step[]): Use[] {
  const locals = new Set(
    side.cfg.order.flatMap((id) => side.cfg.blocks[id]?.instrs ?? []).flatMap((i) => (i.op === 'declare' && i.type.pointers > 0 ? [i.name] : [])),
  );
  const gives = givesOf(steps, locals);
  const uses = followedAt(steps, locals);
  const held = holdingAt(side, [...new Set([...gives, ...uses.map((u) => u.step)])]);
  return uses.map(({ step, name }) => {
    const reaching = reachingGives(side, gives, name, step);
    return {
      step,
      name,
      at: held.get(step) ?? null,
      readInside:
        reaching.length > 0 &&
        reaching.every((g) => {
          const at = held.get(g);
          return at !== undefined && inSection(at) && (g.expr.k === 'call' || g.expr.k === 'member');
        }),
    };
  });
}

/** A call that is given the object, or the address of a part of it, and is not known to leave its count alone. */
function mayPin(side: Analysed, s: Step, name: string): boolean {
  if (s.kind !== 'call' || s.expr.k !== 'call' || !s.expr.args.some((x) => isGiven(x, name))) return false;
  const contract = contractOf(side, s);
  const ops = contract?.outcomes.flatMap((o) => o.effects.map((e) => e.op)) ?? [];
  return contract === undefined || ops.includes('get') || (!contract.pure && contract.result === null && ops.length === 0);
}

function isGiven(e: Expr, name: string): boolean {
  switch (e.k) {
    case 'id':
      return e.name === name;
    case 'cast':
      return isGiven(e.arg, name);
    case 'unary':
      return e.op === '&' && namesIn(e.arg).includes(name);
    default:
      return false;
  }
}

/** Every path here is in a read section. */
function inSection(at: At): boolean {
  return [...at.all].some((key) => SECTIONS.has(at.some.get(key)?.kind ?? ''));
}

/** Nothing but sections is held. */
function isBare(at: At): boolean {
  return [...at.some.values()].every((h) => SECTIONS.has(h.kind));
}

function sectionEnd(at: At): { readonly line: number; readonly resource: string } | null {
  for (let t = at.trace; t; t = t.prev)
    if (t.effect?.op === 'release' && /\bS?RCU/i.test(t.effect.resource)) return { line: t.line, resource: t.effect.resource };
  return null;
}
