import { locksOf, type Claim } from './beside.js';
import { exploredObjects } from './inventory.js';
import type { Automaton } from './automaton.js';
import type { ModelRequest, ModelSide } from './judge.js';
import type { Sites } from './local.js';
import { NO_SITES, PROCESSOR } from './sites.js';
import type { TermId } from '../absint/term.js';

/** Rules whose claims one particular rival decides. A text is the reason why there is none. */
export const CLAIMS: Readonly<Record<string, (request: ModelRequest) => Claim | string>> = {
  'sleep-in-atomic': sleepClaim,
};

const SPINNING: ReadonlySet<string> = new Set(['spin', 'raw_spin', 'rwlock']);

/** Beside a task that gets the processor meanwhile and spins for the lock on it. */
function sleepClaim({ finding, kind, before, after }: ModelRequest): Claim | string {
  const [callee = '', asserted] = finding.detail.split(' ');
  if (!SPINNING.has(kind)) return 'what a sleep inside a section breaks is not modelled';
  if (asserted !== undefined) return 'the lock is held by a caller, and the function is run by itself';
  const last = finding.resource.split('->').at(-1);
  return {
    rival: 'spinner', bothWant: false, fails: ['cycle', 'stuck'], needs: { after: ['acquire'], before: [] },
    after: { ...NO_SITES, sleeps: callsOf(after, callee, finding.line) }, before: before === null ? null : { ...NO_SITES, sleeps: callsOf(before, callee, null) },
    wants: (a) => [processorOf(a), locksOf(a, (c) => c.split('->').at(-1) === last)],
    missing: 'the lock, or the call that sleeps, is not reached in the model',
    assumptions: [`${callee}() gives the processor away`, 'the other task gets the same processor and is not preempted'],
  };
}

function callsOf(side: ModelSide, callee: string, line: number | null): Sites['sleeps'] {
  return new Set(side.cfg.blocks.flatMap((b) => b.instrs.flatMap((i, at) => (i.op === 'call' && i.callee === callee && (line === null || i.line === line) ? [`${b.id} ${at}`] : []))));
}

function processorOf(a: Automaton): readonly TermId[] {
  const { m } = a.exploration;
  return exploredObjects(a).filter((o) => { const t = m.terms.get(o.id); return t.k === 'sym' && t.text === PROCESSOR; }).map((o) => o.id);
}
