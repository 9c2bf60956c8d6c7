import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/absint/program.js';
import { knowing } from './knowing.js';

const KNOWN = `
void lock(struct lock *l) __acquires(l) __kind(mutex);
void unlock(struct lock *l) __releases(l) __kind(mutex);
void enter(void) __acquires(RCU);
void leave(void) __releases(RCU);
struct part *part_find(struct pool *p, int id) __returns_ref;
void part_put(struct part *q) __puts(q);
struct part *part_get(struct part *q) __gets(q) __returns_arg(q);
void pool_pin(struct pool *p) __gets(p);
void pool_unpin(struct pool *p) __puts(p);
int pool_start(struct pool *p) __errno __cond_begins(0, started, p);
void pool_stop(struct pool *p) __ends(started, p);
int wait_lock(struct lock *l, int mode) __errno __cond_acquires(0, l) __cond_never(negative, given(mode == 2)) __kind(mutex);
int put_locked(struct part *q, void (*last)(struct part *q), struct lock *l) __puts(q) __cond_acquires(true, l) __kind(mutex) __cond_calls(true, last, q);
`;
const PRELUDE =
  'struct lock { int x; };\nstruct part { struct part *next; };\nstruct pool { struct lock lock; struct part *part; int count; struct pool *peer; const struct ops *ops; };\nextern struct pool all;\nvoid other(struct pool *p);\nint unknown(void);\n';

const { c, primitives } = await knowing(KNOWN);

function summaryOf(name: string, text: string): NonNullable<ReturnType<ReturnType<typeof createProgram>['analyse']>>['summary'] {
  const found = createProgram([c.parseC('mm/pool.c', PRELUDE + text).file], primitives, () => false).analyse('mm/pool.c', name)?.summary;
  if (!found) throw new Error('not analysed');
  return found;
}

const certain = (name: string, text: string): string[] => [
  ...new Set(
    summaryOf(name, text)
      .events.filter((e) => e.certainty === 'sure')
      .map((e) => e.kind),
  ),
];

describe('who has what is held', () => {
  it.each([
    [
      'a macro of the file goes through the list, and says which of its arguments is new on each turn',
      '#define for_each_part(p, q) for ((q) = (p)->part; (q); (q) = (q)->next)\nint f(struct pool *a)\n{\n\tstruct part *p = part_find(a, 1), *q;\n\n\tif (!p)\n\t\treturn 0;\n\tq = p->next;\n\tfor_each_part(p, q) {\n\t\tif (q->next)\n\t\t\tbreak;\n\t}\n\tpart_put(p);\n\treturn 1;\n}\n',
    ],
    [
      'a macro out of sight may do so, and what has its value from elsewhere is no cursor',
      'int f(struct pool *a)\n{\n\tstruct part *p = part_find(a, 1), *q;\n\n\tif (!p)\n\t\treturn 0;\n\tfor_each_part_of(p, q) {\n\t\tif (q->next)\n\t\t\tbreak;\n\t}\n\tpart_put(p);\n\treturn 1;\n}\n',
    ],
    [
      'an operation whose name says so gives the lock of its argument back',
      'void f(struct pool *p)\n{\n\tlock(&p->lock);\n\tif (p->count) {\n\t\tp->ops->wake_and_unlock(p);\n\t\treturn;\n\t}\n\tunlock(&p->lock);\n}\n',
    ],
    [
      'what calls only an operation says by its annotation that it gives the lock back',
      'static void wake(struct pool *p) __releases(p->lock)\n{\n\tp->ops->wake(p);\n}\nvoid f(struct pool *p)\n{\n\tlock(&p->lock);\n\tif (p->count) {\n\t\twake(p);\n\t\treturn;\n\t}\n\tunlock(&p->lock);\n}\n',
    ],
    [
      'a helper gives back one lock always and one if its argument is no NULL',
      'static void take(struct pool *p, struct pool *q)\n{\n\tlock(&p->lock);\n\tif (q)\n\t\tlock(&q->lock);\n}\nstatic void both(struct pool *p, struct pool *q)\n{\n\tif (q)\n\t\tunlock(&q->lock);\n\tunlock(&p->lock);\n}\nvoid f(struct pool *p)\n{\n\ttake(p, p->peer);\n\tp->ops->run(p);\n\tboth(p, p->peer);\n}\n',
    ],
    [
      'the same was asked twice and a lock of the object was taken in between',
      'int f(struct pool *p, struct pool *q)\n{\n\tif (p->count)\n\t\tlock(&q->lock);\n\tlock(&p->lock);\n\tunlock(&p->lock);\n\tif (p->count)\n\t\tunlock(&q->lock);\n\treturn 0;\n}\n',
    ],
    [
      'a number that the lookup was given says whether it can have found anything',
      'int f(struct pool *p)\n{\n\tint id = unknown(), err = 0;\n\tstruct part *q = 0;\n\n\tif (id) {\n\t\tq = part_find(p, id);\n\t\tif (!q)\n\t\t\treturn -1;\n\t}\n\terr = unknown();\n\tif (id >= 0)\n\t\tpart_put(q);\n\treturn err;\n}\n',
    ],
    [
      'a reference on what is there once stands for what was set up',
      'int f(struct pool *p)\n{\n\tpool_pin(&all);\n\tp->part = part_find(p, 1);\n\tif (!p->part) {\n\t\tpool_unpin(&all);\n\t\treturn unknown();\n\t}\n\treturn unknown();\n}\n',
    ],
    [
      'a callee leaves a section that another, of which nothing is known, may have entered',
      'static void end(struct pool *p)\n{\n\tp->count++;\n\tleave();\n}\nvoid f(struct pool *p)\n{\n\tenter();\n\tp->ops->begin(p);\n\tend(p);\n\tleave();\n}\n',
    ],
    [
      'with these arguments waiting for the lock does not fail',
      'void f(struct pool *p)\n{\n\twait_lock(&p->lock, 2);\n\tp->count++;\n\tunlock(&p->lock);\n}\n',
    ],
    ['nobody looks whether a bracket was begun', 'void f(struct pool *p)\n{\n\tpool_start(p);\n\tp->count++;\n\tpool_stop(p);\n}\n'],
    [
      'the lock is for the function that is called with it',
      'static void last(struct part *q)\n{\n\tunlock(&all.lock);\n}\nvoid f(struct part *q)\n{\n\tput_locked(q, last, &all.lock);\n}\n',
    ],
  ])('is not told where %s', (_what, text) => {
    expect(certain('f', text)).toEqual([]);
  });

  it.each([
    [
      'a lookup that no test decides',
      'int f(struct pool *p)\n{\n\tint id = unknown();\n\tstruct part *q = part_find(p, id);\n\n\tif (!q)\n\t\treturn -1;\n\tif (id >= 0) {\n\t\tp->count++;\n\t\treturn 0;\n\t}\n\tpart_put(q);\n\treturn unknown();\n}\n',
      'owned-at-exit',
    ],
    [
      'a test that is asked once',
      'int f(struct pool *p, struct pool *q)\n{\n\tlock(&q->lock);\n\tlock(&p->lock);\n\tunlock(&p->lock);\n\tif (p->count)\n\t\tunlock(&q->lock);\n\treturn 0;\n}\n',
      'held-at-exit',
    ],
    ['other arguments, with which waiting may fail', 'void f(struct pool *p)\n{\n\twait_lock(&p->lock, 1);\n\tp->count++;\n}\n', 'result-ignored'],
  ])('is told with %s', (_what, text, kind) => {
    expect(certain('f', text)).toContain(kind);
  });

  it('puts nothing less where what is put may be NULL', () => {
    const drops = (put: string): string[][] =>
      summaryOf('f', `void f(struct pool *p)\n{\n\tstruct part *q = p->part;\n\n\tp->part = 0;\n\t${put}\n}\n`).exits.map((e) => [...e.drops]);
    expect(drops('if (q)\n\t\tpart_put(q);')).toEqual(drops('part_put(q);'));
  });
});
