import { describe, expect, it } from 'vitest';
import { replay } from '../../src/model/interpret.js';
import { toPromela } from '../../src/model/promela.js';
import { claimed, judged } from './case.js';
import { spinErrors, spinReady } from './spin.js';

/** The one verdict that a rule's finding gets. */
function verdictOf(rule: string, before: string, after: string) {
  const found = judged(before, after).filter((j) => j.judged.finding.rule === rule);
  expect(found).toHaveLength(1);
  return found[0]?.verdict;
}

function expectConfirmed(verdict: ReturnType<typeof verdictOf>, why: RegExp): void {
  expect(verdict?.state === 'confirmed' ? verdict.why : verdict).toMatch(why);
  if (verdict?.state !== 'confirmed') return;
  expect(replay(verdict.program, verdict.trace.text)).toMatchObject({ ok: true, failure: verdict.trace.failure });
  if (spinReady) expect(spinErrors(toPromela(verdict.program))).toBeGreaterThan(0);
}

describe('a sleep under a spinlock', () => {
  const code = (first: string, second: string): string => `struct foo { spinlock_t lock; struct mutex mutex; int n; };
void f(struct foo *p)
{
	${first}
	${second}
	p->n++;
	mutex_unlock(&p->mutex);
	spin_unlock(&p->lock);
}`;
  const inside = code('spin_lock(&p->lock);', 'mutex_lock(&p->mutex);');
  const outside = code('mutex_lock(&p->mutex);', 'spin_lock(&p->lock);');
  it('keeps the processor from the one that it waits for', () => {
    expectConfirmed(verdictOf('sleep-in-atomic', outside, inside), /^deadlock: f\(\) waits at "mutex_lock\(&p->mutex\)" for spinner; spinner waits at "model_lock\(lock\)" for f\(\) \(the code before passes/);
  });
  it('before the lock is taken harms nobody', () => {
    expect(claimed(inside, outside, { rule: 'sleep-in-atomic', resource: 'foo->lock', kind: 'spin', line: 4, detail: 'mutex_lock' })).toMatchObject({ state: 'refuted' });
  });
  it('in the code before as well is not new', () => {
    expect(claimed(inside, inside, { rule: 'sleep-in-atomic', resource: 'foo->lock', kind: 'spin', line: 5, detail: 'mutex_lock' })).toMatchObject({ state: 'unmodelled', why: expect.stringMatching(/^the code before fails the same scenario, so this is not new: deadlock/) });
  });
  it('under a caller\'s lock, and inside a section, is not decided', () => {
    for (const [kind, detail] of [['spin', 'mutex_lock asserted'], ['rcu', 'mutex_lock']] as const) expect(claimed(outside, inside, { rule: 'sleep-in-atomic', resource: 'foo->lock', kind, line: 5, detail })).toMatchObject({ state: 'unmodelled' });
  });
});
