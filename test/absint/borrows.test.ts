import { describe, expect, it } from 'vitest';
import { NOTHING_OUTSIDE, type Outside } from '../../src/absint/outside.js';
import { createProgram } from '../../src/absint/program.js';
import { knowing } from './knowing.js';

const KNOWN = `
struct item *item_find(struct pool *pool, int key) __returns_ref;
void item_put(struct item *item) __puts(item);
void count_down(int *count) __puts(count, count);
int count_test(int *count) __puts(count, count);
void lock(struct lock *l) __acquires(l) __kind(spin);
void unlock(struct lock *l) __releases(l) __kind(spin);
`;
const PRELUDE =
  'struct lock { int x; };\nstruct item { int refs; struct lock lock; int key; struct item *next; };\nstruct pool { struct lock lock; struct item *first; };\n';

const { c, primitives } = await knowing(KNOWN);

/** What is certainly wrong with pool_work(); `elsewhere`: functions of other files, whose text can be asked for. */
function certain(text: string, elsewhere: string): string[] {
  const away = c.parseC('mm/away.c', PRELUDE + elsewhere).file;
  const { file } = c.parseC('mm/pool.c', PRELUDE + text);
  const outside: Outside = { ...NOTHING_OUTSIDE, body: (name) => away.functions.find((f) => f.name === name && f.body !== null) ?? null };
  const found = createProgram([file], primitives, () => false, outside).analyse('mm/pool.c', 'pool_work')?.summary;
  if (!found) throw new Error('not analysed');
  return [...new Set(found.events.filter((e) => e.certainty === 'sure').map((e) => e.kind))];
}

const forgets = (call: string): string =>
  `int pool_work(struct pool *pool, int key)\n{\n\tstruct item *item = item_find(pool, key);\n\n\tif (!item)\n\t\treturn -2;\n\t${call}\n\treturn 0;\n}\n`;

describe('an object given to a function of another file', () => {
  it('is still to be put where the text of that function only looks at it', () => {
    expect(
      certain(
        forgets('mark(item, 1);'),
        'static int *part(struct item *i) { return &i->key; }\nvoid mark(struct item *i, int key)\n{\n\tstruct item *same = i;\n\n\tlock(&i->lock);\n\t*part(same) = key;\n\tunlock(&i->lock);\n}\n',
      ),
    ).toEqual(['owned-at-exit']);
  });

  it.each([
    ['puts it in a list', 'struct item *all;\nvoid mark(struct item *i, int key)\n{\n\ti->next = all;\n\tall = i;\n}\n'],
    ['gives it to one of which nothing is known', 'void mark(struct item *i, int key)\n{\n\twatch(i, key);\n}\n'],
    ['stores a pointer into it', 'int *last;\nvoid mark(struct item *i, int key)\n{\n\tlast = &i->key;\n}\n'],
    ['puts it', 'void mark(struct item *i, int key)\n{\n\titem_put(i);\n}\n'],
    ['calls through a pointer', 'void mark(struct item *i, int (*fn)(struct item *))\n{\n\tfn(i);\n}\n'],
    ['hands it back', 'struct item *mark(struct item *i, int key)\n{\n\treturn i;\n}\n'],
    ['has no text', ''],
  ])("may be that function's where it %s", (_what, text) => {
    expect(certain(forgets('mark(item, 1);'), text)).toEqual([]);
  });

  it('may be theirs who have it from this function itself', () => {
    expect(certain(forgets('pool->first = item; mark(item, 1);'), 'void mark(struct item *i, int key)\n{\n\ti->key = key;\n}\n')).toEqual([]);
  });
});

describe('a function that puts, and gives what is left to one of which nothing is known', () => {
  const drop = 'void drop(struct item *i)\n{\n\tif (count_test(&i->refs))\n\t\tdestroy(i);\n}\n';
  it('ends the use of the object', () => {
    expect(
      certain(
        `${drop}int pool_work(struct pool *pool, int key)\n{\n\tstruct item *item = item_find(pool, key);\n\n\tif (!item)\n\t\treturn -2;\n\tdrop(item);\n\treturn item->key;\n}\n`,
        '',
      ),
    ).toEqual(['use-after-put']);
    expect(
      certain(
        `${drop}int pool_work(struct pool *pool, int key)\n{\n\tstruct item *item = item_find(pool, key);\n\tint found;\n\n\tif (!item)\n\t\treturn -2;\n\tfound = item->key;\n\tdrop(item);\n\treturn found;\n}\n`,
        '',
      ),
    ).toEqual([]);
  });
});
