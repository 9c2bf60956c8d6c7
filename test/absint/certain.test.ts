import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/absint/program.js';
import { knowing } from './knowing.js';

const KNOWN = `
int srcu_read_lock(struct srcu_struct *s) __acquires_shared(s) __kind(srcu);
void srcu_read_unlock(struct srcu_struct *s, int idx) __releases_shared(s) __kind(srcu);
void *map_local(struct page *page) __cond_begins(always, map_local, __return);
void unmap_local(void *at) __ends(map_local, at);
bool refcount_inc_not_zero(refcount_t *r) __cond_gets(true, r, refcount);
bool refcount_dec_and_test(refcount_t *r) __cond_puts(true, r, refcount) __cond_puts(false, r, refcount);
void item_put(struct item *item) __puts(item);
bool item_get(struct item *item) __cond_gets(true, item, item);
void item_lock(struct item *item) __acquires(item->lock) __kind(mutex);
bool item_trylock(struct item *item) __cond_acquires(true, item->lock) __trylock __kind(mutex);
void item_unlock(struct item *item) __releases(item->lock) __kind(mutex);
void walk_item(struct item *item, int flags) __walks(item) __ttu_locked(flags, WALK_LOCKED, item->sem);
void down_read(struct sem *sem) __acquires_shared(sem) __kind(rwsem);
void up_read(struct sem *sem) __releases_shared(sem) __kind(rwsem);
void rcu_read_lock(void) __acquires_shared(RCU) __kind(rcu);
void rcu_read_unlock(void) __releases_shared(RCU) __kind(rcu);
`;
const PRELUDE =
  'struct srcu_struct { int x; };\nstruct page { int x; };\nstruct sem { int x; };\nstruct item { refcount_t refs; int key; struct sem sem; };\nstruct pool { struct item *first; struct srcu_struct srcu; };\n' +
  'static struct item *item_get_first(struct pool *pool)\n{\n\tstruct item *item = READ_ONCE(pool->first);\n\n\tif (!item || !refcount_inc_not_zero(&item->refs))\n\t\treturn NULL;\n\treturn item;\n}\n';

const { c, primitives } = await knowing(KNOWN);

/** What is certainly wrong in the last function of `text`, as `kind line`. */
function certain(text: string, name: string): string[] {
  const { file } = c.parseC('mm/pool.c', PRELUDE + text);
  const found = createProgram([file], primitives, () => false).analyse('mm/pool.c', name)?.summary;
  if (!found) throw new Error('not analysed');
  return [...new Set(found.events.filter((e) => e.certainty === 'sure').map((e) => e.kind))];
}

describe('a function by itself', () => {
  it('a section whose number stays inside cannot be left by the caller, whatever the function is called', () => {
    expect(certain('struct item *pool_get(struct pool *pool)\n{\n\tint idx = srcu_read_lock(&pool->srcu);\n\n\treturn pool->first;\n}\n', 'pool_get')).toEqual([
      'held-at-exit',
    ]);
    expect(certain('int pool_start(struct pool *pool)\n{\n\treturn srcu_read_lock(&pool->srcu);\n}\n', 'pool_start')).toEqual([]);
    expect(certain('void pool_start(struct pool *pool, int *idx)\n{\n\t*idx = srcu_read_lock(&pool->srcu);\n}\n', 'pool_start')).toEqual([]);
  });
  it('a mapping that nobody else has seen is lost', () => {
    expect(certain('void page_write(struct page *page, int key)\n{\n\tint *at = map_local(page);\n\n\t*at = key;\n}\n', 'page_write')).toEqual([
      'held-at-exit',
    ]);
    expect(certain('int *page_start(struct page *page)\n{\n\treturn map_local(page);\n}\n', 'page_start')).toEqual([]);
    expect(certain('void page_write(struct page *page, struct pool *pool)\n{\n\tpool_keep(pool, map_local(page));\n}\n', 'page_write')).toEqual([]);
  });
  it('an object that a helper returned with a reference has to be put, wherever the helper found it', () => {
    expect(
      certain(
        'int pool_key(struct pool *pool)\n{\n\tstruct item *item = item_get_first(pool);\n\n\tif (!item)\n\t\treturn -1;\n\treturn item->key;\n}\n',
        'pool_key',
      ),
    ).toEqual(['owned-at-exit']);
  });
  it('a put of the object is a put of the counter in it', () => {
    expect(
      certain(
        'int pool_key(struct pool *pool)\n{\n\tstruct item *item = item_get_first(pool);\n\tint key;\n\n\tif (!item)\n\t\treturn -1;\n\tkey = item->key;\n\titem_put(item);\n\treturn key;\n}\n',
        'pool_key',
      ),
    ).toEqual([]);
  });
  it('a section that was entered to find what goes out with its own lock is over at the end', () => {
    const find = (kept: string, leave: string): string =>
      `struct item *pool_find_lock(struct pool *pool)\n{\n\tstruct item *item;\n\n\trcu_read_lock();\n\titem = READ_ONCE(pool->first);\n\tif (!item)\n\t\tgoto none;\n\t${kept}\nnone:\n\t${leave}\n\treturn item;\n}\n`;
    expect(certain(find('item_lock(item);', ''), 'pool_find_lock')).toEqual(['held-at-exit']);
    expect(certain(find('item_lock(item);', 'rcu_read_unlock();'), 'pool_find_lock')).toEqual([]);
    // What comes back is safe in the section only, so the caller has to be in it.
    expect(certain(find('pool->first = item;', ''), 'pool_find_lock')).toEqual([]);
  });
  it('a caller that unlocks what it was returned does not speak for the ends that return nothing', () => {
    const get = (failed: string): string =>
      `struct item *pool_get(struct pool *pool)\n{\n\tstruct item *item = item_get_first(pool);\n\n\tif (!item)\n\t\treturn NULL;\n\tif (${failed}item_trylock(item)) {\n\t\titem_put(item);\n\t\treturn ERR_PTR(-EBUSY);\n\t}\n\tif (item->key) {\n\t\titem_unlock(item);\n\t\titem_lock(item);\n\t}\n\treturn item;\n}\nvoid pool_use(struct pool *pool)\n{\n\tstruct item *item = pool_get(pool);\n\n\tif (IS_ERR_OR_NULL(item))\n\t\treturn;\n\titem->key = 0;\n\titem_unlock(item);\n\titem_put(item);\n}\n`;
    expect(certain(get(''), 'pool_get')).toContain('held-at-exit');
    expect(certain(get('!'), 'pool_get')).toEqual([]);
  });
  it('a promise that none of the callers in the file keeps, however far above they are', () => {
    const levels =
      'static void level0(struct item *item)\n{\n\twalk_item(item, WALK_LOCKED);\n}\n' +
      [1, 2, 3, 4, 5].map((n) => `static void level${n}(struct item *item)\n{\n\titem->key++;\n\tlevel${n - 1}(item);\n}\n`).join('');
    const above = (take: string, leave: string): string => `${levels}void pool_walk(struct item *item)\n{\n\t${take}\n\tlevel5(item);\n\t${leave}\n}\n`;
    expect(certain(above('', ''), 'level0')).toEqual(['flag-without-lock']);
    expect(certain(above('down_read(&item->sem);', 'up_read(&item->sem);'), 'level0')).toEqual([]);
  });
});
