import type { claimed } from './case.js';

/** A patch with a bug. */
export interface Case {
  readonly name: string;
  /** `@` marks what is there before only, `+` what is there after only, at the start of a line. */
  readonly code: string;
  readonly rule: string;
  readonly failure: RegExp;
  /** Who takes part. */
  readonly actors?: readonly string[];
}

/** The code of a case before its patch. */
export const oldCode = (code: string): string =>
  code
    .split('\n')
    .filter((l) => !l.startsWith('+'))
    .map((l) => l.replace(/^@/, ''))
    .join('\n');
/** The code after it. */
export const newCode = (code: string): string =>
  code
    .split('\n')
    .map((l) => (l.startsWith('@') ? '' : l.replace(/^\+/, '')))
    .join('\n');

/** Patches that bring a bug which the model must show. */
export const BUGS: readonly Case[] = [
  {
    name: 'a lock left on an error path',
    rule: 'lock-leak',
    actors: ['f()', 'waiter'],
    failure: /^deadlock: waiter waits at "model_lock\(lock\)" for f\(\), which has returned$/,
    code: `int f(struct foo *p, int n)
{
	mutex_lock(&p->lock);
	if (n < 0)
@		goto out;
+		return -EINVAL;
	p->n = n;
@out:
	mutex_unlock(&p->lock);
	return 0;
}`,
  },
  {
    name: 'a read lock left: a writer suffers',
    rule: 'lock-leak',
    actors: ['f()', 'writer'],
    failure: /^deadlock: writer waits at "model_write_lock\(sem\)" for f\(\), which has returned$/,
    code: `int f(struct mm_struct *mm, int n)
{
	down_read(&mm->mmap_lock);
	if (g(n)) {
@		up_read(&mm->mmap_lock);
		return -EAGAIN;
	}
	up_read(&mm->mmap_lock);
	return 0;
}`,
  },
  {
    name: 'an RCU section left open: a grace period never ends',
    rule: 'lock-leak',
    actors: ['f()', 'grace period'],
    failure: /^deadlock: grace period waits at "model_wait_for_sections\(sections\)" for f\(\), which has returned$/,
    code: `int f(struct foo *p)
{
	rcu_read_lock();
	if (!g(p)) {
@		rcu_read_unlock();
		return 0;
	}
	rcu_read_unlock();
	return 1;
}`,
  },
  {
    name: 'unlocked twice',
    rule: 'unlock-not-held',
    actors: ['f()'],
    failure: /^f\(\) releases p->lock, which nobody holds$/,
    code: `void f(struct foo *p, int n)
{
	spin_lock(&p->lock);
	p->n = n;
	spin_unlock(&p->lock);
+	spin_unlock(&p->lock);
}`,
  },
  {
    name: 'a goto to the label that unlocks, before the lock is taken',
    rule: 'unlock-not-held',
    failure: /lock/,
    code: `int f(struct foo *p, int n)
{
	int ret = -EINVAL;

	if (n < 0)
@		goto out;
+		goto unlock;
	mutex_lock(&p->lock);
	ret = g(n);
	if (ret)
		goto unlock;
	p->n = n;
unlock:
	mutex_unlock(&p->lock);
@out:
	return ret;
}`,
  },
  {
    name: 'taken twice',
    rule: 'double-lock',
    actors: ['f()'],
    failure: /^deadlock: f\(\) waits at "mutex_lock\(&p->lock\)" for itself$/,
    code: `void f(struct foo *p, int n)
{
	mutex_lock(&p->lock);
+	mutex_lock(&p->lock);
	p->n = n;
	mutex_unlock(&p->lock);
}`,
  },
  {
    name: 'read twice: only with a writer in the queue',
    rule: 'double-lock',
    actors: ['f()', 'writer'],
    failure: /^deadlock: f\(\) waits at "down_read\(&mm->mmap_lock\)" for writer; writer waits at "model_write_lock\(sem\)" for f\(\)$/,
    code: `void f(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
+	down_read(&mm->mmap_lock);
	g(mm);
+	up_read(&mm->mmap_lock);
	up_read(&mm->mmap_lock);
}`,
  },
  {
    name: 'released in the other mode',
    rule: 'unlock-mismatch',
    failure: /^f\(\) releases mm->mmap_lock as the writer but holds it as a reader$/,
    code: `void f(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
	g(mm);
@	up_read(&mm->mmap_lock);
+	up_write(&mm->mmap_lock);
}`,
  },
  {
    name: 'a trylock with its arms swapped',
    rule: 'trylock-misused',
    failure: /folio/,
    code: `int f(struct folio *folio)
{
@	if (!folio_trylock(folio))
+	if (folio_trylock(folio))
		return -EAGAIN;
	g(folio);
	folio_unlock(folio);
	return 0;
}`,
  },
  {
    name: 'a put left out: the object is never freed',
    rule: 'ref-leak',
    actors: ['f()', 'owner'],
    failure: /is never freed/,
    code: `int f(struct folio *folio, int n)
{
	folio_get(folio);
	if (n < 0) {
@		folio_put(folio);
		return -EINVAL;
	}
	g(folio);
	folio_put(folio);
	return 0;
}`,
  },
  {
    name: 'a put too many: the owner uses what is gone',
    rule: 'ref-underflow',
    actors: ['f()', 'owner'],
    failure: /^owner (uses|drops a reference to) folio after it was freed$/,
    code: `int f(struct folio *folio, int n)
{
	folio_get(folio);
	g(folio);
	folio_put(folio);
+	folio_put(folio);
	return 0;
}`,
  },
  {
    name: 'used after the put',
    rule: 'use-after-put',
    failure: /^f\(\) uses folio after it was freed$/,
    code: `int f(struct address_space *m, int n)
{
	struct folio *folio = filemap_get_folio(m, n);
	int k;

	if (!folio)
		return 0;
@	k = folio->index;
	folio_put(folio);
+	k = folio->index;
	return k;
}`,
  },
  {
    name: 'a lock kept in a loop over a flag',
    rule: 'lock-leak',
    failure: /p->lock|which has returned/,
    code: `int f(struct foo *p, int n)
{
	bool locked = false;
	int i;

	for (i = 0; i < n; i++) {
		if (!locked) {
			spin_lock(&p->lock);
			locked = true;
		}
		if (g(p, i)) {
			spin_unlock(&p->lock);
@			locked = false;
		}
	}
	if (locked)
		spin_unlock(&p->lock);
	return 0;
}`,
  },
];

/** A patch without one. */
export interface Harmless {
  readonly name: string;
  readonly code: string;
  readonly claim: Parameters<typeof claimed>[2];
}

/** Correct code about which something wrong is claimed. */
export const HARMLESS: readonly Harmless[] = [
  {
    name: 'an unlock moved behind a join',
    claim: { rule: 'lock-leak', resource: 'foo->lock', kind: 'mutex' },
    code: `int f(struct foo *p, int n)
{
	mutex_lock(&p->lock);
	if (n < 0) {
@		mutex_unlock(&p->lock);
@		return -EINVAL;
+		n = -EINVAL;
+		goto out;
	}
	p->n = n;
+out:
	mutex_unlock(&p->lock);
	return n;
}`,
  },
  {
    name: 'a lock and its unlock under the same condition',
    claim: { rule: 'unlock-not-held', resource: 'foo->lock', kind: 'spin' },
    code: `void f(struct foo *p, int flags)
{
	if (flags & FOO_LOCK)
		spin_lock(&p->lock);
	g(p);
+	g(p);
	if (flags & FOO_LOCK)
		spin_unlock(&p->lock);
}`,
  },
  {
    name: 'the result says whether the lock is held',
    claim: { rule: 'lock-leak', resource: 'mm_struct->mmap_lock', kind: 'rwsem' },
    code: `bool f(struct mm_struct *mm, int n)
{
	if (!down_read_trylock(&mm->mmap_lock))
		return false;
+	g(n);
	return true;
}`,
  },
  {
    name: 'the caller holds the lock, the function drops and retakes it',
    claim: { rule: 'double-lock', resource: 'foo->lock', kind: 'spin' },
    code: `void f(struct foo *p)
{
	spin_unlock(&p->lock);
	cond_resched();
+	g(p);
	spin_lock(&p->lock);
}`,
  },
  {
    name: 'a reference taken and put in a loop',
    claim: { rule: 'ref-leak', resource: 'folio reference', kind: 'folio' },
    code: `void f(struct folio *folio, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		folio_get(folio);
+		g(folio);
		folio_put(folio);
	}
}`,
  },
];
