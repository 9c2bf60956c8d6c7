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
    expect(certain('static int pool_open(struct pool *p)\n{\n\tlock(&p->lock);\n\tif (p->count)\n\t\treturn 0;\n\tunlock(&p->lock);\n\treturn -5;\n}\n')).toEqual(['held-at-exit exclusive']);
  });
  it.each([
    ['another function of the file gives it back', `${EVEN}${OPEN}static void pool_shut(struct pool *p)\n{\n\tunlock(&p->lock);\n}\n`],
    ['other files may call it', EVEN + OPEN.replace('static ', '')],
    ['nobody else takes it', OPEN],
    ['its name says that it locks', (EVEN + OPEN).replaceAll('pool_open', 'pool_open_locked')],
  ])('may be meant to where %s', (_what, text) => {
    if (!text.includes('pool_open(')) { expect(createProgram([c.parseC('mm/pool.c', PRELUDE + text).file], primitives, () => false).analyse('mm/pool.c', 'pool_open_locked')?.summary.events.map((e) => e.certainty)).toEqual(['contract']); return; }
    expect(certain(text)).toEqual([]);
  });
});

describe('interrupts that go off with a lock', () => {
  it('stay off where only the lock is given back, whichever way the function ends', () => {
    expect(certain('void pool_open(struct pool *p)\n{\n\tif (!p)\n\t\treturn;\n\tlock_irq(&p->lock);\n\tp->count++;\n\tunlock_only(&p->lock);\n}\n')).toEqual(['mode-mismatch interrupts']);
  });
  it('may go on to the next lock', () => {
    expect(certain('void pool_open(struct pool *p, struct pool *q)\n{\n\tlock_irq(&p->lock);\n\tlock(&q->lock);\n\tunlock_only(&p->lock);\n}\n')).not.toContain('mode-mismatch interrupts');
  });
});
