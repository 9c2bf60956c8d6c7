import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/absint/program.js';
import { knowing } from './knowing.js';

const KNOWN = `
struct item *item_find(struct pool *pool, int key) __returns_ref;
void item_put(struct item *item) __puts(item);
void item_drop(struct item *item) __puts(item);
void item_lock(struct item *item) __acquires(item->lock) __kind(mutex);
bool item_trylock(struct item *item) __cond_acquires(true, item->lock) __trylock __kind(mutex);
void item_unlock(struct item *item) __releases(item->lock) __kind(mutex);
void lock(struct lock *l) __acquires(l) __kind(spin);
void unlock(struct lock *l) __releases(l) __kind(spin);
`;
const PRELUDE = `
typedef struct spinlock { int x; } spinlock_t;
struct lock { int x; };
struct item { int refs; struct lock lock; int key; int size; };
struct pool { struct lock lock; struct item *first; struct lock *ptl; unsigned long sum; };
int refs_down(int *refs);
void item_put(struct item *item)
{
	if (refs_down(&item->refs))
		item_free(item);
}
void item_drop(struct item *item)
{
	if (item && refs_down(&item->refs))
		item_free(item);
}
`;

const { c, primitives } = await knowing(KNOWN);

function certain(text: string): string[] {
  const { file } = c.parseC('mm/pool.c', PRELUDE + text);
  const found = createProgram([file], primitives, () => false).analyse('mm/pool.c', 'pool_work')?.summary;
  if (!found) throw new Error('not analysed');
  return [...new Set(found.events.filter((e) => e.certainty === 'sure').map((e) => `${e.kind} ${e.detail}`.trim()))];
}

/** A function with a ladder; `first` is where it goes when nothing was found. */
const ladder = (first: string, put: string): string => `int pool_work(struct pool *pool, int key)
{
	struct item *item = item_find(pool, key);
	int err = -2;

	if (!item)
		goto ${first};
	err = item_fill(item);
	if (err)
		goto out_put;
	pool->sum++;
out_put:
	${put}(item);
out:
	return err;
}
`;

describe('what is no object is not given back', () => {
  it.each([
    ['a put of what the last test found missing', ladder('out_put', 'item_put'), ['put-not-owned nothing item_put']],
    ['a put that may be given nothing', ladder('out_put', 'item_drop'), []],
    ['the label below the put', ladder('out', 'item_put'), []],
    [
      'a lock of what was not found',
      `int pool_work(struct pool *pool, int key)
{
	struct item *item = item_find(pool, key);
	int err = -2;

	if (!item)
		goto unlock;
	item_lock(item);
	err = item->key;
unlock:
	item_unlock(item);
	if (item)
		item_drop(item);
	return err;
}
`,
      ['release-not-held nothing item_unlock'],
    ],
    [
      'a test in between that may depend on the same',
      `int pool_work(struct pool *pool, int key)
{
	struct item *item = pool->first;
	int grown = 0;

	if (!item)
		grown = pool_grow(pool);
	if (pool_check(pool, key))
		item_put(item);
	return grown;
}
`,
      [],
    ],
    [
      'a variable that no lock has been stored in',
      `int pool_work(struct pool *pool, int key)
{
	struct lock *ptl;
	int err = pool_check(pool, key);

	if (err)
		goto out;
	ptl = pool_lock_of(pool, key);
	lock(ptl);
	err = pool_fill(pool);
out:
	unlock(ptl);
	return err;
}
`,
      ['release-not-held unset'],
    ],
    [
      'a place of the caller that other paths store their own lock in',
      `int pool_work(struct pool *pool, int key)
{
	int err = pool_check(pool, key);

	if (err)
		goto out;
	pool->ptl = pool_lock_of(pool, key);
	lock(pool->ptl);
	err = pool_fill(pool);
out:
	unlock(pool->ptl);
	return err;
}
`,
      ['release-not-held unset'],
    ],
    [
      'a place that one call leaves locked for the next',
      `int pool_work(struct pool *pool, int key)
{
	if (pool->ptl)
		goto next;
again:
	pool->ptl = pool_lock_of(pool, key);
	lock(pool->ptl);
	if (pool_check(pool, key))
		return 1;
next:
	unlock(pool->ptl);
	pool->ptl = 0;
	key = pool_next(pool, key);
	if (key)
		goto again;
	return 0;
}
`,
      [],
    ],
  ])('%s', (_, text, said) => {
    expect(certain(text)).toEqual(said);
  });
});

describe('what is added up does not lead back to what was counted', () => {
  it("a locked object whose size went into a sum is still this path's alone", () => {
    expect(
      certain(`void pool_work(struct pool *pool, int key)
{
	struct item *item = item_find(pool, key);

	if (!item)
		return;
	if (!item_trylock(item)) {
		item_drop(item);
		return;
	}
	pool->sum += item_size(item);
	if (pool_check(pool, key))
		goto put;
	item_unlock(item);
put:
	item_drop(item);
}
`),
    ).toEqual(['held-at-exit exclusive']);
  });
});
