import type { Expr } from '../parse/c/ast.js';
import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { printExpr } from '../cfg/print.js';
import { next } from '../cfg/reach.js';
import { type Step, stepsOf } from '../lockgraph/steps.js';
import { comparesValues, namesIn, readsShared } from './recheck-atoms.js';
import { contractOf } from '../lockgraph/step-effects.js';
import { isNull } from './uneven-puts.js';

/**
 * An object that was found by a value read from memory, and is kept while the code starts over and reads that value
 * again: the two are handed on together, and nothing has compared the new value with anything.
 */
export function keptOverReread(side: Analysed): Event[] {
  if (side.cfg.backEdges.size === 0 || side.summary.bounded) return [];
  const steps = stepsOf(side.cfg);
  const reads = steps.filter(
    (s) =>
      s.kind === 'assign' &&
      s.to?.k === 'id' &&
      s.expr.k !== 'call' &&
      readsShared(s.expr) &&
      side.cfg.fn.params.every((p) => p.name !== (s.to?.k === 'id' ? s.to.name : '')),
  );
  if (reads.length === 0) return [];
  for (const found of steps)
    for (const read of reads) {
      const value = read.to?.k === 'id' ? read.to.name : '';
      const object = objectOf(found, value, steps);
      if (object === null) continue;
      const use = usedTogether(side, steps, object, read, value);
      if (use)
        return [
          {
            kind: 'not-rechecked',
            resource: value,
            place: object.name,
            lockKind: 'other',
            line: use.line,
            otherLine: read.line,
            exitClass: 'kept over a reread',
            trace: {
              line: use.line,
              block: use.block,
              note: `${printExpr(use.expr)} is given ${object.name}, found at line ${found.line}, and ${value}, read again at line ${read.line}`,
              prev: null,
            },
            certainty: 'sure',
            detail: JSON.stringify({ kept: object.name, value, test: printExpr(found.expr), taken: [found.line, read.line], sibling: false }),
            object: null,
          },
        ];
    }
  return [];
}

interface Kept {
  readonly name: string;
  readonly from: Step;
}

/** The variable that outlives the turn: what the call gives, or a variable that it is copied to. */
function objectOf(found: Step, value: string, steps: readonly Step[]): Kept | null {
  if (found.kind !== 'assign' || found.to?.k !== 'id' || found.expr.k !== 'call' || !found.expr.args.some((a) => isVariable(a, value))) return null;
  // What is computed from the value and takes its place is no object that was found by it.
  if (found.to.name === value) return null;
  const own = found.to.name;
  const copy = steps.find(
    (s) => s.kind === 'assign' && s.to?.k === 'id' && s.expr.k === 'id' && s.expr.name === own && s.to.name !== value && s.line > found.line,
  );
  return copy?.to?.k === 'id' ? { name: copy.to.name, from: copy } : { name: own, from: found };
}

/** A call that gets both, on a way that has read the value again, has kept the object and has not compared the value. */
function usedTogether(side: Analysed, steps: readonly Step[], { name, from }: Kept, read: Step, value: string): Step | null {
  const seen = new Set<string>();
  const work: { id: number; after: number; again: boolean }[] = [{ id: from.block, after: from.at, again: false }];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    let { again } = at;
    let open = true;
    const { id, after } = at;
    for (const s of steps.filter((x) => x.block === id && x.at > after).sort((x, y) => x.at - y.at)) {
      if (s === read) {
        again = true;
        continue;
      }
      if (
        (s.kind === 'assign' && s.to?.k === 'id' && (s.to.name === name || s.to.name === value)) ||
        (again && s.kind === 'branch' && compares(side, steps, s, value))
      ) {
        open = false;
        break;
      }
      if (again && s.kind === 'call' && s.expr.k === 'call' && [name, value].every((v) => s.expr.k === 'call' && s.expr.args.some((a) => isVariable(a, v))))
        return s;
    }
    if (!open) continue;
    const term = side.cfg.blocks[id]?.term;
    const test = steps.find((s) => s.block === id && s.kind === 'branch');
    const absent = test ? isNull(test.expr, name) : null;
    for (const to of next(side.cfg, id)) {
      if (absent !== null && term?.k === 'branch' && to === (absent ? term.then : term.else)) continue;
      const key = `${to} ${again}`;
      if (!seen.has(key)) {
        seen.add(key);
        work.push({ id: to, after: -1, again });
      }
    }
  }
  return null;
}

function compares(side: Analysed, steps: readonly Step[], s: Step, value: string): boolean {
  const looks = (callee: string): boolean =>
    steps.some(
      (c) =>
        c.kind === 'call' &&
        c.expr.k === 'call' &&
        c.expr.fn.k === 'id' &&
        c.expr.fn.name === callee &&
        c.expr.args.length === 2 &&
        (contractOf(side, c)?.pure ?? true),
    );
  return namesIn(s.expr).includes(value) && comparesValues(s.expr, looks);
}

function isVariable(e: Expr, name: string): boolean {
  return e.k === 'id' ? e.name === name : e.k === 'cast' && isVariable(e.arg, name);
}
