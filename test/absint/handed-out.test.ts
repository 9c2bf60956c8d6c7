import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/absint/program.js';
import { knowing } from './knowing.js';

const KNOWN = `
void lock(struct lock *l) __acquires(l) __kind(mutex);
void unlock(struct lock *l) __releases(l) __kind(mutex);
void lock_irq(struct lock *l) __irq_off(irq) __acquires(l) __kind(spin);
void unlock_irq(struct lock *l) __releases(l) __kind(spin) __irq_on(irq);
void unlock_only(struct lock *l) __releases(l) __kind(spin);
`;
const PRELUDE = 'struct lock { int x; };\nstruct pool { struct lock lock; int count; };\n';

const { c, primitives } = await knowing(KNOWN);

/** What is certainly wrong with pool_open(). */
function certain(text: string): string[] {
  const found = createProgram([c.parseC('mm/pool.c', PRELUDE + text).file], primitives, () => false).analyse('mm/pool.c', 'pool_open')?.summary;
  if (!found) throw new Error('not analysed');
  return [...new Set(found.events.filter((e) => e.certainty === 'sure').map((e) => `${e.kind} ${e.detail}`))];
}

const OPEN = 'static void pool_open(struct pool *p)\n{\n\tlock(&p->lock);\n\tp->count++;\n}\n';
const EVEN = 'static void pool_add(struct pool *p)\n{\n\tlock(&p->lock);\n\tp->count++;\n\tunlock(&p->lock);\n}\n';

describe('a function that leaves a lock held, and whose name may say that it hands something out', () => {
  it('has forgotten it where all others of its file give back what they take, and nobody gives back what he has not taken', () => {
    expect(certain(EVEN + OPEN)).toEqual(['held-at-exit exclusive']);
  });
  it('has forgotten it where it gives it back itself on another way out', () => {
    expect(
      certain('static int pool_open(struct pool *p)\n{\n\tlock(&p->lock);\n\tif (p->count)\n\t\treturn 0;\n\tunlock(&p->lock);\n\treturn -5;\n}\n'),
    ).toEqual(['held-at-exit exclusive']);
  });
  it.each([
    ['another function of the file gives it back', `${EVEN}${OPEN}static void pool_shut(struct pool *p)\n{\n\tunlock(&p->lock);\n}\n`],
    ['other files may call it', EVEN + OPEN.replace('static ', '')],
    ['nobody else takes it', OPEN],
    ['its name says that it locks', (EVEN + OPEN).replaceAll('pool_open', 'pool_open_lock')],
  ])('may be meant to where %s', (_what, text) => {
    if (!text.includes('pool_open(')) {
      expect(
        createProgram([c.parseC('mm/pool.c', PRELUDE + text).file], primitives, () => false)
          .analyse('mm/pool.c', 'pool_open_lock')
          ?.summary.events.map((e) => e.certainty),
      ).toEqual(['contract']);
      return;
    }
    expect(certain(text)).toEqual([]);
  });
});

describe('a function whose name calls something locked', () => {
  const told = (text: string, name: string): string[] | undefined =>
    createProgram([c.parseC('mm/pool.c', PRELUDE + text).file], primitives, () => false)
      .analyse('mm/pool.c', name)
      ?.summary.events.map((e) => e.certainty);
  it('does not lock it for its caller', () => {
    expect(told(OPEN.replace('pool_open', 'account_locked_pool'), 'account_locked_pool')).toEqual(['sure']);
  });
  it('may give the lock back to a caller who has lent it', () => {
    expect(told(OPEN.replace('pool_open', 'pool_count_locked'), 'pool_count_locked')).toEqual(['contract']);
  });
  it('may find it so, and give it with a pointer', () => {
    expect(
      told('struct pool *pool_locked(struct pool *all, int key)\n{\n\tstruct pool *p = &all[key];\n\n\tlock(&all->lock);\n\treturn p;\n}\n', 'pool_locked'),
    ).not.toContain('sure');
  });
});

describe('a lock of what has been stored', () => {
  const told = (last: string): string[] =>
    certain(
      `struct pool *pool_find(int key);\nint pool_ready(struct pool *p);\nint pool_open(struct pool *to, int key)\n{\n\tstruct pool *p = pool_find(key);\n\n\tlock(&p->lock);\n\tto->next = p;\n\tif (!pool_ready(to))\n\t\treturn -5;\n\t${last}\n\treturn 0;\n}\n`,
    );
  it("is still this function's where it fails, and gives the lock back where it does not", () => {
    expect(told('unlock(&p->lock);')).toEqual(['held-at-exit exclusive']);
  });
  it('may go with it where nobody here gives it back', () => {
    expect(told('to->count++;')).toEqual([]);
  });
});

describe('a lock of what a number was read from', () => {
  const told = (take: string): string[] | undefined =>
    createProgram(
      [
        c.parseC(
          'mm/pool.c',
          `${PRELUDE}struct owner { struct pool *pool; };\nint pool_show(struct pool *to, struct owner *o)\n{\n\t${take}(&o->pool->lock);\n\tto->count = o->pool->count;\n\treturn 0;\n}\n`,
        ).file,
      ],
      primitives,
      () => false,
    )
      .analyse('mm/pool.c', 'pool_show')
      ?.summary.events.filter((e) => e.certainty === 'sure')
      .map((e) => e.kind);
  it('goes nowhere with that number where interrupts are off with it', () => {
    expect(told('lock_irq')).toContain('held-at-exit');
  });
});

describe('a lock that only some ways to its release take', () => {
  const told = (taken: string, first: string): string[] =>
    certain(
      `struct pool *pool_find(int key, int *how);\nint pool_ready(int key);\nint pool_open(struct pool *to, int key)\n{\n\tstruct pool *p;\n\tint how, err = -5;\n\n\t${first}\n\t${taken}\n\tp->count++;\n\terr = 0;\nout_unlock:\n\tunlock(&p->lock);\nout:\n\treturn err;\n}\n`,
    );
  it.each([
    ['a variable that is not set yet', told('p = pool_find(key, &how);\n\tlock(&p->lock);', 'if (!pool_ready(key))\n\t\tgoto out_unlock;')],
    [
      'an object that a call gave, which others lock first',
      told('lock(&p->lock);', 'p = pool_find(key, &how);\n\tif (!pool_ready(key))\n\t\tgoto out_unlock;'),
    ],
  ])('is not there where it is of %s', (_what, said) => expect(said.map((x) => x.split(' ')[0])).toEqual(['release-not-held']));
  it('may have come locked where the call says so', () => {
    expect(told('if (!how)\n\t\tlock(&p->lock);', 'p = pool_find(key, &how);')).toEqual([]);
  });
});

describe('interrupts that go off with a lock', () => {
  it('stay off where only the lock is given back, whichever way the function ends', () => {
    expect(certain('void pool_open(struct pool *p)\n{\n\tif (!p)\n\t\treturn;\n\tlock_irq(&p->lock);\n\tp->count++;\n\tunlock_only(&p->lock);\n}\n')).toEqual([
      'mode-mismatch interrupts',
    ]);
  });
  it('may go on to the next lock', () => {
    expect(certain('void pool_open(struct pool *p, struct pool *q)\n{\n\tlock_irq(&p->lock);\n\tlock(&q->lock);\n\tunlock_only(&p->lock);\n}\n')).not.toContain(
      'mode-mismatch interrupts',
    );
  });
});
