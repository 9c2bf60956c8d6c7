import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cacheAt } from '../../src/host/index/cache.js';
import { openIndex, type OpenIndex } from '../../src/host/index/open.js';
import { encodePack, openPack } from '../../src/host/index/pack.js';
import { openTree } from '../../src/host/tree.js';
import { inventory } from '../../src/parse/c/inventory.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-index-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let count = 0;
let root = '';
let cacheDir = '';
beforeEach(() => {
  root = join(work, `tree-${count}`);
  cacheDir = join(work, `cache-${count++}`);
});

const POOL_H = `#ifdef CONFIG_POOL
static inline void pool_unlock(struct pool *p) { up_write(&p->sem); }
void pool_drop(struct pool *p);
#else
static inline void pool_unlock(struct pool *p) { }
static inline void pool_drop(struct pool *p) { }
#endif
`;
const POOL_C = `void pool_drop(struct pool *p)
{
	pool_unlock(p);
	p->ops->free(p);
}
static int helper(void) { return 0; }
`;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function git(...args: string[]): void {
  execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { stdio: 'ignore' });
}

async function open(progress: string[] = []): Promise<OpenIndex> {
  const index = await openIndex(await openTree(root), null, { about: ['mm/user.c'], progress: (what) => progress.push(what), cache: cacheAt(cacheDir) });
  if (index === null) throw new Error('no index');
  return index;
}

describe('inventory', () => {
  it('finds definitions, their stubs and what they call, but not members that are called', () => {
    const all = inventory(POOL_H + POOL_C);
    expect(all.map((f) => [f.name, f.line, f.static, f.configured, f.stub])).toEqual([
      ['pool_unlock', 2, true, true, false],
      ['pool_unlock', 5, true, true, true],
      ['pool_drop', 6, true, true, true],
      ['pool_drop', 8, false, false, false],
      ['helper', 13, true, false, false],
    ]);
    expect(all[3]?.calls).toEqual(['pool_unlock']);
    expect(all.map((f) => f.params)).toEqual([1, 1, 1, 1, 0]);
  });

  it('counts parameters by the name, whatever annotations stand around it', () => {
    const all = inventory(`static void pool_drop(struct pool *p, int n) __releases(&p->lock) { drop(p, n); }
int __must_hold(&big->lock) pool_sum(struct pool *big, int (*of)(int, int), int n) __acquires(RCU) __releases(&big->lock) { return sum(big); }
`);
    expect(all.map((f) => [f.name, f.params])).toEqual(
      expect.arrayContaining([
        ['pool_drop', 2],
        ['pool_sum', 3],
      ]),
    );
  });

  it('finds macros that stand for functions, ask something or are a cast, but no constants, loops or guards of headers', () => {
    const all = inventory(`#ifndef POOL_H
#define POOL_H
#define POOL_SIZE(p) size_of(p)
#define pool_first(p) ((p)->first)
#define pool_lock(p)	spin_lock(&pool_of(p)->lock)
#define pool_unlock(p)	do { \\
	spin_unlock(&pool_of(p)->lock); \\
} while (0)
#define for_each_pool(p) for (p = pool_first(); p; p = pool_next(p))
#define pool_full(p) ((p)->used && (p)->used == (p)->size)
#define sock_pool(s) ((struct pool *) (s))
#define pool_add(p) ((p)->used += !(p)->full)
#ifdef CONFIG_POOL
#define pool_put(p, why) refcount_dec(&(p)->refs)
#endif
#endif
`);
    expect(all.map((f) => [f.name, f.line, f.endLine, f.params, f.configured, f.calls])).toEqual([
      ['pool_lock', 5, 5, 1, false, ['pool_of', 'spin_lock']],
      ['pool_unlock', 6, 8, 1, false, ['pool_of', 'spin_unlock']],
      ['pool_full', 10, 10, 1, false, []],
      ['sock_pool', 11, 11, 1, false, []],
      ['pool_put', 14, 14, 2, true, ['refcount_dec']],
    ]);
  });
});

describe('tree index', () => {
  for (const kind of ['git', 'folder'] as const) {
    it(`${kind}: answers where a function is defined, who calls it, and what it says`, async () => {
      write('include/pool.h', POOL_H);
      write('mm/pool.c', POOL_C);
      if (kind === 'git') {
        git('init', '-q');
        git('add', '-A');
        git('commit', '-qm', 'one');
        write('mm/pool.c', 'void other(void) { }\n');
      }
      const index = await open();
      expect(index.definitions('pool_drop').map((f) => `${f.path}:${f.line}`)).toEqual(['include/pool.h:6', 'mm/pool.c:1']);
      expect(index.callers('pool_unlock').map((c) => c.function)).toEqual(['pool_drop']);
      // The text is that of the revision, whatever the work tree has by now.
      expect(index.text(index.definitions('pool_drop')[1]!)).toBe(POOL_C);
      expect(index.definitions('nothing_of_that_name')).toEqual([]);
    });

    it(`${kind}: is read from the cache when nothing changed, and follows what did`, async () => {
      write('mm/pool.c', POOL_C);
      if (kind === 'git') {
        git('init', '-q');
        git('add', '-A');
        git('commit', '-qm', 'one');
      }
      await open();
      const again: string[] = [];
      await open(again);
      expect(again).toEqual([]);
      write('mm/pool.c', `${POOL_C}void later(void) { helper(); }\n`);
      if (kind === 'git') git('commit', '-qam', 'two');
      expect((await open()).callers('helper').map((c) => c.function)).toEqual(['later']);
    });
  }

  it('notices a change that keeps the size and lies within the resolution of time stamps', async () => {
    write('mm/pool.c', 'void one(void) { }\n');
    const { mtime } = statSync(join(root, 'mm/pool.c'));
    await open();
    write('mm/pool.c', 'void two(void) { }\n');
    utimesSync(join(root, 'mm/pool.c'), mtime, mtime);
    expect((await open()).definitions('two')).toHaveLength(1);
  });

  it('is made anew when the cached one is damaged, and when the cache cannot be written', async () => {
    write('mm/pool.c', POOL_C);
    await open();
    for (const name of readdirSync(cacheDir)) writeFileSync(join(cacheDir, name), 'broken');
    expect((await open()).definitions('pool_drop')).toHaveLength(1);
    writeFileSync(join(work, 'no-folder'), '');
    const blocked = await openIndex(await openTree(root), null, { about: [], progress: () => undefined, cache: cacheAt(join(work, 'no-folder', 'cache')) });
    expect(blocked?.definitions('pool_drop')).toHaveLength(1);
  });

  it('never shows a half written entry, and forgets those used least', () => {
    const cache = cacheAt(cacheDir);
    mkdirSync(cacheDir);
    writeFileSync(join(cacheDir, 'pack-x.99999.0.tmp'), 'killed while writing');
    utimesSync(join(cacheDir, 'pack-x.99999.0.tmp'), 1, 1);
    cache.put('old', 'x'.repeat(100));
    utimesSync(join(cacheDir, 'old'), 1000, 1000);
    cache.put('new', 'y'.repeat(100));
    expect(cache.names()).toEqual(['new', 'old']);
    cache.prune(150);
    expect(readdirSync(cacheDir)).toEqual(['new']);
  });
});

describe('pack', () => {
  it('keeps everything, names of one hash slot and paths of one content included', () => {
    const names = Array.from({ length: 500 }, (_, i) => `f${i}`);
    const text = names.map((n, i) => `int ${n}(int a)\n{\n\treturn ${names[(i * 7) % 500]}(a);\n}\n`).join('');
    const files = [
      { path: 'b.c', blob: 'same', functions: inventory(text) },
      { path: 'a.c', blob: 'same', functions: inventory(text) },
      { path: 'c.h', blob: 'empty', functions: [] },
    ];
    const pack = openPack(encodePack(files));
    expect(pack?.size).toBe(1000);
    for (const name of names) expect(pack?.definitions(name).map((f) => f.path)).toEqual(['a.c', 'b.c']);
    expect(pack?.byBlob().get('same')).toEqual(files[0]?.functions);
    expect(pack?.byBlob().get('empty')).toEqual([]);
    expect(openPack(encodePack(files).slice(0, -1))).toBeNull();
  });
});
