import type { Expr } from '../parse/c/ast.js';
import type { Instr } from '../cfg/cfg.js';
import type { Contract, ContractEffect, GivenOutcome, Outcome } from '../kernel/contract.js';
import { evaluate, type Scope } from './eval.js';
import { maskOf } from './fact.js';
import { lockClass, type Machine } from './machine.js';
import { lockAddress, rootName, spelled } from './places.js';
import { report } from './recorded.js';
import type { State } from './state.js';

type Call = Extract<Instr, { op: 'call' }>;

/** A call that takes a lock or not and nobody looks which, or that says by its result what it has locked and nobody keeps that. */
export function reportIgnored(m: Machine, s: State, call: Call, contract: Contract, scope: Scope, block: number): void {
  let taken = locks.get(contract);
  if (taken === undefined) locks.set(contract, (taken = lockOf(contract)));
  if (taken === null) return;
  const { kind: lockKind } = taken;
  const takes = (o: Outcome): boolean => o.effects.some((e) => e.op === 'acquire' && e.kind === lockKind);
  const uses = m.uses(call);
  const lost = contract.result === null && rootName(taken.place) === '__return' && !uses.has('used') && !uses.has('returned');
  // Given these arguments it may have no other result.
  const possible = contract.outcomes.filter(
    (o) => !('given' in o) || (o as GivenOutcome).given.every((g) => (maskOf(m.terms, s.facts, evaluate(m, s, scope, g.expr)) & g.mask) !== 0),
  );
  const conditional = !possible.every(takes);
  if (!lost && (!conditional || uses.has('used') || uses.has('tested'))) return;
  const lock = lockAddress(m, s, scope, taken.place);
  if (!lost && uses.has('returned')) {
    m.untested.add(lock);
    return;
  }
  const kind = taken.tryLock && !(lost && uses.size > 0) ? 'try-ignored' : 'result-ignored';
  report(
    m,
    s,
    {
      kind,
      resource: lockClass(m, lock),
      place: spelled(call, contract, taken.place).place,
      lockKind: taken.kind,
      otherLine: call.line,
      certainty: 'sure',
      detail: lost ? 'lost' : 'dropped',
    },
    { line: call.line, block, call: `${contract.name}()`, direct: true, level: '', ...spelled(call, contract, taken.place) },
  );
}

/** Nobody looks whether a bracket was begun, so whoever wrote the call takes it for begun. */
export function begun(outcomes: readonly Outcome[], uses: ReadonlySet<string>): readonly Outcome[] {
  if (uses.has('used') || uses.has('tested') || uses.has('returned') || outcomes.length < 2) return outcomes;
  const begins = outcomes.filter((o) => o.effects.some((e) => e.op === 'acquire' && e.kind === 'pair'));
  return begins.length > 0 ? begins : outcomes;
}

type Acquire = Extract<ContractEffect, { op: 'acquire' }>;

const locks = new WeakMap<Contract, Acquire | null>();

/** The lock that a primitive takes, where its caller has to look at the result to know whether it did. */
function lockOf(contract: Contract): Acquire | null {
  // A lock that is taken for a function which was given gives back what it wants to.
  if (!contract.source.startsWith('knowledge') || contract.ran) return null;
  const taken = contract.outcomes
    .flatMap((o) => o.effects)
    .find((e) => e.op === 'acquire' && !e.ensure && e.kind !== 'irq' && e.kind !== 'bh' && e.kind !== 'preempt');
  // A lock found through an out-parameter says by that parameter whether it was taken.
  if (taken?.op !== 'acquire' || taken.kind === 'pair' || throughPointer(taken.place)) return null;
  const takes = (o: Outcome): boolean => o.effects.some((e) => e.op === 'acquire' && e.kind === taken.kind);
  // The arguments decide whether it is a lock that is asked for.
  return contract.outcomes.some((o) => takes(o) && contract.outcomes.some((x) => !takes(x) && JSON.stringify(x.when) === JSON.stringify(o.when)))
    ? null
    : taken;
}

function throughPointer(e: Expr): boolean {
  return e.k === 'unary'
    ? e.op === '*' || throughPointer(e.arg)
    : e.k === 'member' || e.k === 'index'
      ? throughPointer(e.obj)
      : e.k === 'cast' && throughPointer(e.arg);
}
