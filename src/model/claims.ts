import { lastPart } from '../absint/machine.js';
import { printExpr } from '../cfg/print.js';
import { stepsOf } from '../lockgraph/steps.js';
import type { OrderDetail } from '../rules/order-events.js';
import type { RecheckDetail } from '../rules/recheck-detail.js';
import { locksOf, type Claim } from './beside.js';
import { exploredObjects } from './inventory.js';
import type { Automaton } from './automaton.js';
import type { ModelRequest, ModelSide } from './judge.js';
import type { Sites } from './local.js';
import { NO_SITES, PROCESSOR } from './sites.js';
import { classesOf } from './slice.js';
import { ofFormerTurn, type TermId } from '../absint/term.js';

/** Rules whose claims one particular rival decides. A text is the reason why there is none. */
export const CLAIMS: Readonly<Record<string, (request: ModelRequest) => Claim | string>> = {
  'missing-recheck': recheckClaim,
  'sleep-in-atomic': sleepClaim,
  'lock-order': orderClaim,
  'alloc-in-reclaim-path': () => 'reclaim, which wants the lock, is not modelled',
  'contract-change': () => 'what callers make of it is not modelled',
  'rcu-escape': () => 'who frees the object is not modelled',
  'stale-after-drop': () => 'what happens to the object once the lock is dropped is not modelled',
  'unguarded-access': unguardedClaim,
};

/** Beside a task that changes, under the lock, what the test asks. What was found before holds when the function is called. */
function recheckClaim(request: ModelRequest): Claim | string {
  const { finding, after } = request;
  if (finding.code === 'unlike') return 'that others look again shows that the value can change, not what changes it';
  const detail = JSON.parse(finding.detail) as RecheckDetail;
  // The way that is tested shows what the other one should be like.
  const control = detail.sibling ? { side: after, name: 'the other way of taking the lock' } : codeBefore(request);
  if (control.side === null) return 'there is no code before, which shows that the value can change';
  if (detail.fresh) return `what ${detail.test} compares is read under the lock`;
  if (detail.sibling && detail.before[0] < 0) return 'both ways of taking the lock go on together: none is left that shows how it should be';
  const at = (place: RecheckDetail['after']): ReadonlySet<string> => new Set([place.join(' ')]);
  return {
    rival: 'changer',
    bothWant: true,
    fails: ['assert'],
    after: { ...NO_SITES, tests: new Map(detail.tests.after), rely: at(detail.after) },
    before: { ...NO_SITES, tests: new Map(detail.tests.before), rely: at(detail.before) },
    needs: { after: ['rely'], before: ['rely', 'test'] },
    control,
    wants: (a, isControl) => [
      takenAt(
        a,
        detail.taken[isControl ? 0 : 1],
        locksOf(a, (c) => lastPart(c) === lastPart(finding.resource)),
      ),
      exploredObjects(a)
        .filter((o) => o.kind === 'value')
        .map((o) => o.id),
    ],
    missing: `what ${finding.resource} keeps from changing is not known to the model`,
    assumptions: [
      `others change what ${detail.test} asks while they hold ${finding.resource}: that is what ${control.name} provides for`,
      'it was read before the function took the lock',
    ],
  };
}

function codeBefore({ before }: ModelRequest): Claim['control'] {
  return { side: before, name: 'the code before' };
}

/** Beside a task that is in the middle of a change under the lock that the code before took. */
function unguardedClaim(request: ModelRequest): Claim | string {
  const { finding, before, after } = request;
  if (before === null) return 'there is no code before, which shows that the lock is needed';
  if (finding.code === 'pinned') return 'who frees the object is not modelled';
  if (finding.code !== 'asserted' && finding.code !== 'inferred')
    return 'rival not in base: that others change it under the lock is not known, only that the code before took the lock';
  const there = stepsOf(after.cfg).filter((s) => s.line === finding.line && printExpr(s.to ?? s.expr) === finding.place);
  const keys = new Set(there.map((s) => s.key));
  const places = (steps: ReturnType<typeof stepsOf>): ReadonlySet<string> => new Set(steps.map((s) => `${s.block} ${s.at}`));
  const locks = (a: Automaton): readonly TermId[] => locksOf(a, (c) => lastPart(c) === lastPart(finding.resource));
  return {
    rival: 'insider',
    bothWant: true,
    fails: ['assert'],
    after: { ...NO_SITES, alone: places(there) },
    before: { ...NO_SITES, alone: places(stepsOf(before.cfg).filter((s) => keys.has(s.key))) },
    needs: { after: ['alone'], before: ['alone', 'acquire'] },
    control: codeBefore(request),
    // Where the function takes the lock no more, nothing that it does is in the rival's way.
    wants: (a) => [
      a.exploration.cfg === after.cfg && locks(a).length === 0 ? [NOBODYS] : locks(a),
      exploredObjects(a)
        .filter((o) => o.kind === 'value')
        .map((o) => o.id),
    ],
    missing: `${finding.resource} is not taken in the model`,
    assumptions: [
      `others change what ${finding.place} needs while they hold ${finding.resource}: that is why the callee wants it held`,
      'no caller holds the lock: the code before would have waited for itself',
    ],
  };
}

const NOBODYS: TermId = -1;

/** The locks of the list that are taken at a line and are not those of a former turn of a loop; all of them where none is. */
function takenAt(a: Automaton, line: number, locks: readonly TermId[]): readonly TermId[] {
  const there = new Set(a.nodes.flatMap((n) => (n.line === line ? n.edges.flatMap((e) => e.ops.flatMap((op) => (op.k === 'acquire' ? [op.id] : []))) : [])));
  const { m } = a.exploration;
  const taken = locks.filter((id) => there.has(id) && !ofFormerTurn(m.terms, id));
  return taken.length === 0 ? locks : taken;
}

/** Beside a task that takes the same two locks the other way round, as the witness does. */
function orderClaim(request: ModelRequest): Claim | string {
  const { finding } = request;
  const detail = JSON.parse(finding.detail) as OrderDetail;
  if (detail.inside !== '') return `the second lock is waited for inside ${detail.inside}, which the model does not enter`;
  // After the patch the function itself does so no more: what it did before is nobody to wait for.
  if (detail.opposite === '') return 'rival not in base: nobody but the code before is known to take the two locks the other way round';
  const [held = '', taken = ''] = classesOf(finding.resource);
  // Two readers wait for each other once a writer has queued between them: that writer is the task here.
  const [first, second] = detail.modes.map((m, i) => m === 'shared' && detail.own[i] !== 'shared');
  const queued = detail.modes.some((m, i) => m === 'shared' && detail.own[i] === 'shared');
  return {
    rival: `opposite_order${first && second ? '_reading_both' : first ? '_reading_first' : second ? '_reading_second' : ''}`,
    bothWant: false,
    fails: ['cycle', 'stuck'],
    after: null,
    before: null,
    control: codeBefore(request),
    needs: { after: ['acquire'], before: [] },
    wants: (a) => [
      takenAt(
        a,
        finding.line,
        locksOf(a, (c) => c === taken),
      ),
      takenAt(
        a,
        detail.heldLine,
        locksOf(a, (c) => c === held),
      ),
    ],
    missing: 'one of the two locks is not known to the model',
    assumptions: [
      `the other task is ${detail.opposite}, and means the same two locks`,
      ...(queued ? ['a lock that both take as readers is wanted by a writer in between: it counts as taken for writing'] : []),
    ],
  };
}

const SPINNING: ReadonlySet<string> = new Set(['spin', 'raw_spin', 'rwlock']);

/** Beside a task that gets the processor meanwhile and spins for the lock on it. */
function sleepClaim(request: ModelRequest): Claim | string {
  const { finding, kind, before, after } = request;
  const [callee = '', asserted] = finding.detail.split(' ');
  if (!SPINNING.has(kind)) return 'what a sleep inside a section breaks is not modelled';
  if (asserted !== undefined) return 'the lock is held by a caller, and the function is run by itself';
  return {
    rival: 'spinner',
    bothWant: false,
    fails: ['cycle', 'stuck'],
    needs: { after: ['acquire'], before: [] },
    control: codeBefore(request),
    after: { ...NO_SITES, sleeps: callsOf(after, callee, finding.line) },
    before: before === null ? null : { ...NO_SITES, sleeps: callsOf(before, callee, null) },
    wants: (a) => [processorOf(a), locksOf(a, (c) => lastPart(c) === lastPart(finding.resource))],
    missing: 'the lock, or the call that sleeps, is not reached in the model',
    assumptions: [`${callee}() gives the processor away`, 'the other task gets the same processor and is not preempted'],
  };
}

function callsOf(side: ModelSide, callee: string, line: number | null): Sites['sleeps'] {
  return new Set(
    side.cfg.blocks.flatMap((b) =>
      b.instrs.flatMap((i, at) => (i.op === 'call' && i.callee === callee && (line === null || i.line === line) ? [`${b.id} ${at}`] : [])),
    ),
  );
}

function processorOf(a: Automaton): readonly TermId[] {
  const { m } = a.exploration;
  return exploredObjects(a)
    .filter((o) => {
      const t = m.terms.get(o.id);
      return t.k === 'sym' && t.text === PROCESSOR;
    })
    .map((o) => o.id);
}
