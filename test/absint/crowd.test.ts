import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/absint/program.js';
import { knowing } from './knowing.js';

const KNOWN = `
void mutex_lock(struct mutex *lock) __acquires(lock) __kind(mutex);
void mutex_unlock(struct mutex *lock) __releases(lock) __kind(mutex);
struct item *item_find(int key) __returns_ref;
void item_put(struct item *item) __puts(item);
`;
const PRELUDE = 'struct mutex { int x; };\nstruct item { int key; };\nstruct pool { struct mutex lock; struct item *slot[16]; };\n';

const { c, primitives } = await knowing(KNOWN);

function summaryOf(text: string) {
  const { file } = c.parseC('mm/pool.c', PRELUDE + text);
  const found = createProgram([file], primitives, () => false).analyse('mm/pool.c', 'fill')?.summary;
  if (!found) throw new Error('not analysed');
  return found;
}

/** Each element may be found and stored, or not: 2^n ways to hold references that others can find. */
const elements = (n: number): string => Array.from({ length: n }, (_, i) => `\tif (keys[${i}])\n\t\tpool->slot[${i}] = item_find(keys[${i}]);\n`).join('');

describe('where many states meet', () => {
  it('many references that were handed on are no gap', () => {
    expect(summaryOf(`static void fill(struct pool *pool, int *keys)\n{\n${elements(10)}}\n`).gaps).toEqual([]);
  });
  it('a lock is still seen to be kept on one way out', () => {
    const { gaps, events } = summaryOf(
      `static int fill(struct pool *pool, int *keys)\n{\n\tmutex_lock(&pool->lock);\n${elements(10)}\tif (keys[10])\n\t\treturn -1;\n\tmutex_unlock(&pool->lock);\n\treturn 0;\n}\n`,
    );
    expect(gaps).toEqual([]);
    expect(new Set(events.filter((e) => e.kind === 'held-at-exit').map((e) => `${e.resource} ${e.certainty}`))).toEqual(new Set(['pool->lock sure']));
  });
  it("a reference that is this path's alone is still seen to be lost", () => {
    const { events } = summaryOf(
      `static int fill(struct pool *pool, int *keys)\n{\n\tstruct item *mine = item_find(99);\n${elements(10)}\tif (keys[10])\n\t\treturn -1;\n\titem_put(mine);\n\treturn 0;\n}\n`,
    );
    expect(new Set(events.filter((e) => e.kind === 'owned-at-exit' && e.certainty === 'sure').map((e) => e.place))).toEqual(new Set(['mine']));
  });
});
