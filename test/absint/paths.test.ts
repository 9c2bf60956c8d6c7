import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/absint/program.js';
import { knowing } from './knowing.js';

const KNOWN = `
void item_lock(struct item *item) __acquires(item->lock) __kind(mutex);
bool item_trylock(struct item *item) __cond_acquires(true, item->lock) __trylock __kind(mutex);
void item_unlock(struct item *item) __releases(item->lock) __kind(mutex);
void lock(struct lock *l) __acquires(l) __kind(spin);
void unlock(struct lock *l) __releases(l) __kind(spin);
void lock_irq(struct lock *l) __irq_off(irq) __acquires(l) __kind(spin);
void unlock_irq(struct lock *l) __releases(l) __irq_on(irq) __kind(spin);
int list_empty(const struct list_head *head);
void list_for_each(__expr pos, __expr head) __iterates(pos) __unless(list_empty(head));
struct item *item_make(struct pool *pool) __returns_ref;
void item_put(struct item *item) __puts(item);
`;
const PRELUDE = `
struct lock { int x; };
struct list_head { struct list_head *next, *prev; };
struct item { struct lock lock; struct list_head link; int key; };
struct file { int mapping; };
struct pool { struct lock lock; struct list_head items; struct file *file; };
struct lock table[16];
`;

const { c, primitives } = await knowing(KNOWN);

function certain(text: string, name = 'pool_work'): string[] {
  const { file } = c.parseC('mm/pool.c', PRELUDE + text);
  const found = createProgram([file], primitives, () => false).analyse('mm/pool.c', name)?.summary;
  if (!found) throw new Error('not analysed');
  return [...new Set(found.events.filter((e) => e.certainty === 'sure').map((e) => e.kind))];
}

/** The first turn of the walk takes the lock; `asks` comes before it. */
const walking = (asks: string): string => `int pool_work(struct pool *pool, int key)
{
	struct list_head *pos;

	${asks}
	list_for_each(pos, &pool->items) {
		lock(&pool->lock);
		break;
	}
	unlock(&pool->lock);
	return 0;
}
`;

/** The lock of a table that a file's name finds is given back and taken again, and the function starts over. */
const retaking = `int pool_work(struct pool *pool, int key)
{
	unsigned hash;

again:
	if (pool_is_ready(pool))
		return 0;
	hash = pool_hash(pool->file->mapping, key);
	unlock(&pool->lock);
	unlock(&table[hash]);
	pool_drop(key);
	lock(&table[hash]);
	lock(&pool->lock);
	if (pool_test(pool, key))
		goto again;
	return 0;
}
`;

describe('paths that exist', () => {
  it('a list that is known to have elements is walked', () => {
    expect(certain(walking('if (list_empty(&pool->items)) return -1;'))).toEqual([]);
    expect(certain(walking('pool_look(key);'))).toEqual(['release-not-held']);
  });
  it('what tells which lock of a table is held does not change while it is held', () => {
    expect(certain(`static unsigned pool_hash(int mapping, int key) { return mapping ^ key; }\n${retaking}`)).toEqual([]);
  });
  it('what an object was found to be may be another answer once a callee has given its lock back', () => {
    expect(
      certain(`static void item_flush(struct item *item)
{
	item_unlock(item);
}
void pool_work(struct pool *pool, struct item *item)
{
	item_lock(item);
	if (!item_is_dirty(item)) {
		item_unlock(item);
		return;
	}
	item_flush(item);
	if (item_is_dirty(item))
		return;
	item_lock(item);
}
`),
    ).toEqual(['held-at-exit']);
  });
  it('a locked object whose reference is put is not returned by a path that returns NULL', () => {
    const read = (unlock: string): string => `struct item *pool_read(struct pool *pool, int key)
{
	struct item *item = item_make(pool);

	item_lock(item);
	if (pool_add(pool, item))
		goto fail;
	return item;
fail:
	${unlock}
	item_put(item);
	return 0;
}
`;
    expect(certain(read('item->key = 0;'), 'pool_read')).toEqual(['held-at-exit']);
    expect(certain(read('item_unlock(item);'), 'pool_read')).toEqual([]);
  });
  it('the one way out that keeps the lock which all others give back for the caller', () => {
    const ways = (first: string): string => `int pool_work(struct pool *pool, int key)
{
	int err;

	if (key == 7) {
		unlock(&pool->lock);
		return -22;
	}
	if (pool_size(pool) != 4096)
		${first}
	err = pool_fill(pool);
	unlock(&pool->lock);
	return err;
}
`;
    expect(certain(ways('return -22;'))).toEqual(['held-at-exit']);
    expect(certain(ways('{ unlock(&pool->lock); return -5; }'))).toEqual([]);
    expect(certain(ways('return 1;'))).toEqual([]);
  });
  it('a failed attempt at one of several locks gives back those that it got', () => {
    const attempt = (rest: string): string => `static int pool_trylock(struct pool *pool)
{
	struct item *item;

	for (item = pool_first(pool); item; item = pool_next(item)) {
		if (!item_trylock(item))
			goto fail;
	}
	return 1;
fail:
	${rest}
	return 0;
}
`;
    expect(certain(attempt('pool->file = 0;'), 'pool_trylock')).toEqual(['held-at-exit']);
    expect(certain(attempt('for (item = pool_first(pool); item; item = pool_next(item)) item_unlock(item);'), 'pool_trylock')).toEqual([]);
  });
  it('interrupts that the lock was taken with come back with it', () => {
    const pair = (unlock: string): string => `void pool_work(struct pool *pool, int key)
{
	lock_irq(&pool->lock);
	pool_fill(pool);
	${unlock}(&pool->lock);
}
`;
    expect(certain(pair('unlock'))).toEqual(['mode-mismatch']);
    expect(certain(pair('unlock_irq'))).toEqual([]);
  });
});
