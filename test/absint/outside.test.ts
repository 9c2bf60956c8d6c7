import { describe, expect, it } from 'vitest';
import { createOutside, type Outside, type TreeCode } from '../../src/absint/outside.js';
import { createProgram } from '../../src/absint/program.js';
import type { Callee } from '../../src/effect/table.js';
import { openPack, encodePack } from '../../src/host/index/pack.js';
import { inventory } from '../../src/parse/c/inventory.js';
import { knowing } from './knowing.js';

const KNOWN = `
void down_read(struct rw_semaphore *sem) __acquires_shared(sem) __kind(rwsem);
void up_read(struct rw_semaphore *sem) __releases_shared(sem) __kind(rwsem);
int down_read_trylock(struct rw_semaphore *sem) __cond_acquires_shared(nonzero, sem) __kind(rwsem);
__expr container_of(__expr ptr, __expr type, __expr member) __pure __returns_container(ptr, type, member);
`;
const PRELUDE = 'struct rw_semaphore { int x; };\nstruct pool { struct rw_semaphore sem; int dead; struct pool *next; };\n';

const { c, primitives } = await knowing(KNOWN);

interface Tree {
  readonly outside: Outside;
  readonly parsed: string[];
  readonly kept: Map<string, Callee>;
}

function tree(files: Readonly<Record<string, string>>, kept = new Map<string, Callee>()): Tree {
  const texts = new Map(Object.entries(files).map(([path, text]) => [path, PRELUDE + text]));
  const index = openPack(encodePack([...texts].map(([path, text]) => ({ path, blob: `${path}:${text.length}`, functions: inventory(text) }))));
  if (index === null) throw new Error('no index');
  const parsed: string[] = [];
  const code: TreeCode = {
    index,
    text: (f) => texts.get(f.path) ?? null,
    digest: (text) => text,
    savedHeights: null,
    saveHeights: () => undefined,
    parse: (f) => {
      parsed.push(f.name);
      const { file } = c.parseC(f.path, texts.get(f.path) ?? '');
      const fn = file.functions.find((x) => x.name === f.name && x.line === f.line);
      return fn === undefined ? null : { fn, file: () => file };
    },
    recall: (_f, key) => kept.get(key),
    remember: (_f, key, result) => {
      kept.set(key, result);
    },
  };
  return { outside: createOutside(code, primitives, 'test'), parsed, kept };
}

/** What a caller in another file is said to gain and lose, by result. */
function effects(t: Tree, name: string, from = 'mm/user.c'): string[] | null {
  const callee = t.outside.callee(name, from, -1, new Set());
  if (callee === null || callee === 'harmless') return callee === null ? null : [callee];
  return callee.outcomes.map((o) => `${o.when.is}: ${o.effects.map((e) => e.op).join(' ')}`).sort();
}

const DROPS = 'int pool_retry(struct pool *p)\n{\n\tif (p->dead) {\n\t\tup_read(&p->sem);\n\t\treturn -1;\n\t}\n\treturn 0;\n}\n';

describe('functions of the tree', () => {
  it('tell a caller in another file that they drop its lock when they fail', () => {
    const t = tree({ 'mm/pool.c': DROPS });
    expect(effects(t, 'pool_retry')).toEqual(['equals: release', 'zero: ']);
    const user = c.parseC(
      'mm/user.c',
      `${PRELUDE}int f(struct pool *p)\n{\n\tdown_read(&p->sem);\n\tif (pool_retry(p))\n\t\treturn -1;\n\tup_read(&p->sem);\n\treturn 0;\n}\n`,
    ).file;
    const events = (outside?: Outside): string[] =>
      (createProgram([user], primitives, () => false, outside).analyse('mm/user.c', 'f')?.summary.events ?? []).map((e) => e.kind);
    expect(events()).toEqual(['held-at-exit']);
    expect(events(t.outside)).toEqual([]);
  });

  it('are followed through helpers, static ones of their own file before others', () => {
    const t = tree({
      'mm/pool.c': `static void give_back(struct pool *p) { up_read(&p->sem); }\nvoid pool_drop(struct pool *p) { give_back(p); }\n`,
      'mm/other.c': 'void give_back(struct pool *p) { down_read(&p->sem); }\n',
    });
    expect(effects(t, 'pool_drop')).toEqual(['any: release']);
    expect(effects(t, 'give_back')).toEqual(null); // taken for good, and no word of its name says so
  });

  it('name the object around what they are given, so that a lock in it is the same at each call', () => {
    const t = tree({
      'include/linux/pool.h':
        'struct big { struct rw_semaphore sem; struct pool inner; };\nstatic inline struct big *BIG(struct pool *p) { return container_of(p, struct big, inner); }\n',
    });
    const user = c.parseC(
      'mm/user.c',
      `${PRELUDE}int f(struct pool *p, int by)\n{\n\tstruct big *b = BIG(p);\n\tint ret;\n\tdown_read(&BIG(p)->sem);\n\tret = move(p, by);\n\tup_read(&BIG(p)->sem);\n\tif (ret)\n\t\treturn ret;\n\treturn b->count;\n}\n`,
    ).file;
    expect(
      createProgram([user], primitives, () => false, t.outside)
        .analyse('mm/user.c', 'f')
        ?.summary.events.map((e) => e.kind),
    ).toEqual([]);
  });

  it('yield to what the knowledge says', () => {
    const t = tree({ 'mm/pool.c': 'void up_read(struct rw_semaphore *sem) { }\nvoid pool_drop(struct pool *p) { up_read(&p->sem); }\n' });
    expect(effects(t, 'pool_drop')).toEqual(['any: release']);
  });

  it('are the real ones, not the stubs of a configuration without them', () => {
    const t = tree({
      'include/pool.h': '#ifdef CONFIG_POOL\nvoid pool_drop(struct pool *p);\n#else\nstatic inline void pool_drop(struct pool *p) { }\n#endif\n',
      'mm/pool.c': 'void pool_drop(struct pool *p)\n{\n\tup_read(&p->sem);\n}\n',
    });
    expect(effects(t, 'pool_drop')).toEqual(['any: release']);
  });

  it('are not known where variants disagree, and known where they agree', () => {
    const drop = 'static inline void pool_drop(struct pool *x) { up_read(&x->sem); }\n';
    expect(effects(tree({ 'arch/a/include/asm/p.h': drop, 'arch/b/include/asm/p.h': drop.replaceAll('x', 'q') }), 'pool_drop')).toEqual(['any: release']);
    expect(
      effects(
        tree({ 'arch/a/include/asm/p.h': drop, 'arch/b/include/asm/p.h': 'static inline void pool_drop(struct pool *p) { down_read(&p->sem); }\n' }),
        'pool_drop',
      ),
    ).toBeNull();
  });

  it('are not believed when a caller cannot tell which of two things happened', () => {
    expect(
      effects(tree({ 'mm/pool.c': 'extern int flip(void);\nvoid pool_drop(struct pool *p)\n{\n\tif (flip())\n\t\tup_read(&p->sem);\n}\n' }), 'pool_drop'),
    ).toBeNull();
  });

  it('are not entered again when they call themselves, and say the same whoever asks first', () => {
    const files = {
      'mm/pool.c':
        'void even(struct pool *p)\n{\n\tif (p->dead)\n\t\todd(p->next);\n\tup_read(&p->sem);\n}\nvoid odd(struct pool *p)\n{\n\teven(p->next);\n\tup_read(&p->sem);\n}\n',
    };
    const one = tree(files);
    const two = tree(files);
    const first = [effects(one, 'even'), effects(one, 'odd')];
    const second = [effects(two, 'odd'), effects(two, 'even')].reverse();
    expect(first).toEqual(second);
    expect(first[0]).toEqual(['any: release']);
  });

  it('are left alone when they are in a file under review', () => {
    expect(tree({ 'mm/pool.c': DROPS }).outside.callee('pool_retry', 'mm/user.c', 1, new Set(['mm/pool.c']))).toBeNull();
  });

  it('are not read again while neither they nor what they call has changed', () => {
    const helper = 'void give_back(struct pool *p) { up_read(&p->sem); }\n';
    const user = 'void pool_drop(struct pool *p) { give_back(p); }\n';
    const one = tree({ 'mm/a.c': helper, 'mm/b.c': user });
    effects(one, 'pool_drop');
    expect(one.parsed).toEqual(['pool_drop', 'give_back']);
    const again = tree({ 'mm/a.c': helper, 'mm/b.c': user }, one.kept);
    expect(effects(again, 'pool_drop')).toEqual(['any: release']);
    expect(again.parsed).toEqual([]);
    const changed = tree({ 'mm/a.c': helper.replace('up_read(&p->sem);', ''), 'mm/b.c': user }, one.kept);
    expect(effects(changed, 'pool_drop')).toBeNull();
  });
});
