import { describe, expect, it } from 'vitest';
import { NO_EVIDENCE, type OrderEvidence } from '../../src/lockgraph/evidence.js';
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
    expectConfirmed(
      verdictOf('sleep-in-atomic', outside, inside),
      /^deadlock: f\(\) waits at "mutex_lock\(&p->mutex\)" for spinner; spinner waits at "model_lock\(lock\)" for f\(\) \(the code before passes/,
    );
  });
  it('before the lock is taken harms nobody', () => {
    expect(claimed(inside, outside, { rule: 'sleep-in-atomic', resource: 'foo->lock', kind: 'spin', line: 4, detail: 'mutex_lock' })).toMatchObject({
      state: 'refuted',
    });
  });
  it('in the code before as well is not new', () => {
    expect(claimed(inside, inside, { rule: 'sleep-in-atomic', resource: 'foo->lock', kind: 'spin', line: 5, detail: 'mutex_lock' })).toMatchObject({
      state: 'unmodelled',
      why: expect.stringMatching(/^the code before fails the same scenario, so this is not new: deadlock/),
    });
  });
  it("under a caller's lock, and inside a section, is not decided", () => {
    for (const [kind, detail] of [
      ['spin', 'mutex_lock asserted'],
      ['rcu', 'mutex_lock'],
    ] as const)
      expect(claimed(outside, inside, { rule: 'sleep-in-atomic', resource: 'foo->lock', kind, line: 5, detail })).toMatchObject({ state: 'unmodelled' });
  });
});

describe('a test under a lock that is gone', () => {
  const code = (test: string, lock = 'folio_lock(folio);', unlock = 'folio_unlock(folio);'): string => `struct address_space;
struct folio { struct address_space *mapping; int n; };
int f(struct address_space *mapping, struct folio *folio)
{
	${lock}
	${test}
	work(folio, mapping);
	${unlock}
	return 0;
}`;
  const tested = code('if (folio->mapping != mapping) {\n\t\tfolio_unlock(folio);\n\t\treturn -EAGAIN;\n\t}');
  it('lets a task go on with what another has changed', () => {
    expectConfirmed(
      verdictOf('missing-recheck', tested, code('')),
      /^f\(\) relies on what it read before, which another task has changed meanwhile \(the code before passes/,
    );
  });
  it('is told with the steps of the other task between those of the function, where the function looked at it before', () => {
    const twice = (test: string): string => `struct table { spinlock_t lock; int entry; };
int f(struct table *t, int entry)
{
	spin_lock(&t->lock);
	if (t->entry != entry)
		goto out;
	spin_unlock(&t->lock);
	cond_resched();
	spin_lock(&t->lock);
	${test}
	work(t, entry);
out:
	spin_unlock(&t->lock);
	return 0;
}`;
    const verdict = verdictOf('missing-recheck', twice('if (t->entry != entry)\n\t\tgoto out;'), twice(''));
    expectConfirmed(verdict, /relies on what it read before/);
    const actors = verdict?.state === 'confirmed' ? verdict.trace.steps.map((s) => s.actor).join('') : '';
    expect(actors).toMatch(/^0+1+0+$/);
  });
  it('breaks nothing while the caller holds the lock', () => {
    const inside = (test: string): string => `struct table { spinlock_t lock; int entry; };
int f(struct table *t, int entry)
{
	${test}
	work(t, entry);
	spin_unlock(&t->lock);
	cond_resched();
	spin_lock(&t->lock);
	return 0;
}`;
    for (const j of judged(inside('if (t->entry != entry)\n\t\treturn -1;'), inside(''))) expect(j.verdict.state).not.toBe('confirmed');
  });
  it('that compares only what was read under the lock decides nothing', () => {
    const fresh = (test: string): string => code(`struct address_space *m = folio->mapping;\n\t${test}`);
    for (const j of judged(fresh('if (m) {\n\t\tfolio_unlock(folio);\n\t\treturn -EAGAIN;\n\t}'), fresh(''))) expect(j.verdict.state).not.toBe('confirmed');
  });
});

describe('a test that one way of taking the lock has and another has not', () => {
  const code = (fast: string, slow: string): string => `struct bollard { struct rw_semaphore sem; };
struct rope { struct bollard *to; };
struct bollard *f(struct rope *rope)
{
	struct bollard *bollard = READ_ONCE(rope->to);

	if (down_read_trylock(&bollard->sem)) {
		${fast}
		return bollard;
	}
	down_read(&bollard->sem);
	${slow}
	count(bollard);
	return bollard;
}`;
  const test = 'if (READ_ONCE(rope->to) != bollard) {\n\t\tup_read(&bollard->sem);\n\t\treturn NULL;\n\t}';
  const siblings = (before: string, after: string) =>
    judged(before, after).filter((j) => j.judged.finding.code === 'sibling' && j.judged.finding.status === 'introduced');
  it('fails where the way that has it passes', () => {
    const [found, more] = siblings(code('', ''), code('', test));
    expect(more).toBeUndefined();
    expectConfirmed(found?.verdict, /^f\(\) relies on what it read before, which another task has changed meanwhile \(the other way of taking the lock passes/);
  });
  it('is missed on neither where both have it', () => {
    expect(siblings(code('', ''), code(test, test))).toEqual([]);
  });
});

describe('the result that says whose lock was taken', () => {
  const code = (used: string): string => `long f(struct task_struct *task)
{
	struct task_struct *p = find_lock_task_mm(task);
	long n;

	if (p == NULL)
		return 0;
	n = count(${used});
	task_unlock(${used});
	return n;
}`;
  it('is dropped: the lock of another object may be given back', () => {
    const verdict = verdictOf('lock-result-ignored', code('p'), code('task'));
    expectConfirmed(
      verdict,
      /^f\(\) releases task->alloc_lock, which nobody holds; then waiter has lost task->alloc_lock: another task released it \(the code before passes/,
    );
    expect(verdict?.state === 'confirmed' ? verdict.assumptions.join('\n') : '').toContain('the call finds another object than the one in hand');
  });
  it('is dropped in a new function that leaves it held: nobody gives it back', () => {
    const after = `struct task_struct *f(struct task_struct *task)
{
	if (task->flags && !find_lock_task_mm(task))
		return NULL;
	return task;
}`;
    const found = judged(null, after).filter((j) => j.judged.finding.rule === 'lock-result-ignored');
    expect(found).toHaveLength(1);
    expectConfirmed(found[0]?.verdict, /^f\(\) returns with .*alloc_lock held since line 3; then deadlock: waiter waits/);
  });
});

describe('a lock taken away from around what needs it', () => {
  const code = (lock: string, unlock: string): string => `struct table { spinlock_t lock; int count; int entry; };
void f(struct table *t, int entry)
{
	${lock}
	t->entry = entry;
	t->count++;
	${unlock}
}`;
  const [locked, bare] = [code('spin_lock(&t->lock);', 'spin_unlock(&t->lock);'), code('', '')];
  const claim = { rule: 'unguarded-access', resource: 'table->lock', kind: 'spin', line: 5, place: 't->entry' };
  it('lets another task be in the middle of its change', () => {
    expectConfirmed(
      claimed(locked, bare, { ...claim, code: 'asserted' }),
      /^f\(\) goes on while another task is in the middle of changing what the lock guards \(the code before passes/,
    );
  });
  it('that is still there keeps others out', () => {
    expect(claimed(locked, locked, { ...claim, code: 'asserted' })).toMatchObject({ state: 'refuted' });
  });
  it('of which nobody says that it is needed decides nothing', () => {
    expect(verdictOf('unguarded-access', locked, bare)).toMatchObject({ state: 'unmodelled', why: expect.stringContaining('rival not in base') });
  });
});

describe('two locks in another order', () => {
  const code = (first: string, second: string): string => `struct foo { struct mutex mutex; struct rw_semaphore sem; int n; };
void f(struct foo *p)
{
	${first}
	${second}
	p->n++;
	up_read(&p->sem);
	mutex_unlock(&p->mutex);
}`;
  const before = code('mutex_lock(&p->mutex);', 'down_read(&p->sem);');
  const after = code('down_read(&p->sem);', 'mutex_lock(&p->mutex);');
  const beside =
    (modes: readonly ['exclusive' | 'shared', 'exclusive' | 'shared']): OrderEvidence =>
    (held, taken) => {
      const pair = { held: { ...taken, mode: modes[0] }, taken: { ...held, mode: modes[1] }, tryLock: false, sure: true, through: [], trace: null };
      return { documented: null, same: [], reversed: held.resource.endsWith('sem') ? [{ function: 'g', file: 'mm/case.c', pair }] : [] };
    };
  const verdict = (order: OrderEvidence) => judged(before, after, order).find((j) => j.judged.finding.rule === 'lock-order')?.verdict;
  it('wait for a task that takes them so', () => {
    expectConfirmed(
      verdict(beside(['exclusive', 'exclusive'])),
      /^deadlock: f\(\) waits at "mutex_lock\(&p->mutex\)" for opposite order; opposite order waits at "model_lock\(second\)" for f\(\) \(the code before passes/,
    );
  });
  it('wait for two readers where a writer queues between them, and say so', () => {
    const found = verdict(beside(['exclusive', 'shared']));
    expect(found?.state === 'confirmed' ? found.assumptions.join('\n') : '').toContain('wanted by a writer in between');
  });
  it("that nobody else is known to take so are nobody's deadlock", () => {
    expect(verdict(NO_EVIDENCE)).toMatchObject({ state: 'unmodelled', why: expect.stringContaining('rival not in base') });
  });
  it('only tried are no finding', () => {
    expect(
      judged(before, code('down_read(&p->sem);', 'if (!mutex_trylock(&p->mutex)) {\n\t\tup_read(&p->sem);\n\t\treturn;\n\t}')).filter(
        (j) => j.judged.finding.rule === 'lock-order',
      ),
    ).toEqual([]);
  });
});
