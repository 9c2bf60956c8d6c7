import {
  actor,
  exclusiveLock,
  interrupts,
  NOTHING,
  program,
  readerWriterLock,
  reference,
  section,
  type Action,
  type Line,
} from '../../src/model/primitives.js';
import type { Program } from '../../src/model/verdict.js';

export interface Protocol {
  readonly name: string;
  readonly program: Program;
  readonly expect: 'refuted' | RegExp /** False where SPIN has no counterpart: a cycle beside an actor that still runs. */;
  readonly spin?: false;
}

const step = (text: string, action: Action, rest: Partial<Line> = {}): Line => ({ text, action, ...rest });
const two = ['f', 'g'] as const;
const must = (expr: string, message: string): Action => ({ ...NOTHING, asserts: [{ expr, message }] });

function mutex(
  name: string,
  expect: Protocol['expect'],
  lines: (l: ReturnType<typeof exclusiveLock>, i: number) => readonly Line[],
  anyReleases = false,
): Protocol {
  const l = exclusiveLock('lock', two, { anyReleases });
  return {
    name,
    expect,
    program: program(
      name,
      [l.part],
      two.map((n, i) => actor(n, 'x.c', lines(l, i))),
    ),
  };
}

function rwsem(
  name: string,
  expect: Protocol['expect'],
  actors: (r: ReturnType<typeof readerWriterLock>) => readonly (readonly Line[])[],
  rest: { readonly spin?: false } = {},
): Protocol {
  const cast = ['f', 'g', 'h'];
  const r = readerWriterLock('sem', cast);
  return {
    name,
    expect,
    ...rest,
    program: program(
      name,
      [r.part],
      actors(r).map((lines, i) => actor(cast[i] ?? '', 'x.c', lines)),
    ),
  };
}

/** `down_write` as two points; the next point after them is `at + 2`. */
const write = (r: ReturnType<typeof readerWriterLock>, i: number, at: number): Line[] => [
  step('down_write', r.acquireWrite(i), { to: at + 2, or: { action: r.enqueue(i), to: at + 1, choice: null } }),
  step('down_write (queued)', r.enter(i)),
];
const padded = (actors: readonly (readonly Line[])[]): readonly (readonly Line[])[] => [...actors, ...Array.from({ length: 3 - actors.length }, () => [])];

function counted(
  name: string,
  expect: Protocol['expect'],
  owned: readonly number[],
  actors: (r: ReturnType<typeof reference>) => readonly (readonly Line[])[],
): Protocol {
  const r = reference('obj', two, { owned });
  const final = [{ expr: 'obj.freed', message: 'obj: never freed' }];
  return {
    name,
    expect,
    program: program(
      name,
      [r.part],
      actors(r).map((lines, i) => actor(two[i] ?? '', 'x.c', lines)),
      final,
    ),
  };
}

function inside(name: string, expect: Protocol['expect'], actors: (r: ReturnType<typeof section>) => readonly (readonly Line[])[]): Protocol {
  const r = section('rcu', two);
  return {
    name,
    expect,
    program: program(
      name,
      [r.part],
      actors(r).map((lines, i) => actor(two[i] ?? '', 'x.c', lines)),
      [{ expr: 'rcu.depth.0 == 0', message: 'rcu: f returns inside' }],
    ),
  };
}

/** Two mutexes, taken in the given orders; g may go on running (a third actor spins) so that only the cycle tells. */
function abba(name: string, expect: Protocol['expect'], second: 'ab' | 'ba', spinner: boolean): Protocol {
  const cast = ['f', 'g', 'h'];
  const [a, b] = [exclusiveLock('a', cast), exclusiveLock('b', cast)];
  const take = (i: number, x: typeof a, y: typeof a): Line[] => [
    step('lock', x.acquire(i)),
    step('lock', y.acquire(i)),
    step('unlock', y.release(i)),
    step('unlock', x.release(i)),
  ];
  const h: Line[] = spinner
    ? [step('trylock', a.tryAcquire(2), { to: 1, or: { action: NOTHING, to: 0, choice: 'trylock fails' } }), step('unlock', a.release(2))]
    : [];
  const lines = [take(0, a, b), second === 'ab' ? take(1, a, b) : take(1, b, a), h];
  return {
    name,
    expect,
    ...(spinner ? { spin: false as const } : {}),
    program: program(
      name,
      [a.part, b.part],
      cast.map((n, i) => actor(n, 'x.c', lines[i] ?? [])),
    ),
  };
}

function irq(name: string, expect: Protocol['expect'], middle: (x: ReturnType<typeof interrupts>) => readonly Line[]): Protocol {
  const x = interrupts('irq', ['f']);
  const lines = [...middle(x), step('return', must('irq.off.0 == 0', 'f returns with interrupts off'))];
  return { name, expect, program: program(name, [x.part], [actor('f', 'x.c', lines)]) };
}

/** Each primitive with a known-good protocol, which must be refuted, and mutants of it, which must fail as stated. */
export const PROTOCOLS: readonly Protocol[] = [
  mutex('ok lock, unlock', 'refuted', (l, i) => [step('lock', l.acquire(i)), step('in', must(l.held(i), 'not held inside')), step('unlock', l.release(i))]),
  mutex('ok trylock, unlock on success', 'refuted', (l, i) => [
    step('trylock', l.tryAcquire(i), { or: { action: NOTHING, to: 2, choice: 'fails' } }),
    step('unlock', l.release(i)),
  ]),
  mutex('bad unlock left out', /^deadlock: . waits at "lock" for ., which has returned$/, (l, i) => [step('lock', l.acquire(i))]),
  mutex('bad unlock twice', /releases lock, which nobody holds/, (l, i) => [
    step('lock', l.acquire(i)),
    step('unlock', l.release(i)),
    step('unlock', l.release(i)),
  ]),
  mutex('bad lock twice', /^deadlock: . waits at "lock again" for itself/, (l, i) => [
    step('lock', l.acquire(i)),
    step('lock again', l.acquire(i)),
    step('unlock', l.release(i)),
    step('unlock', l.release(i)),
  ]),
  mutex('bad unlock after a failed trylock', /which nobody holds/, (l, i) => [
    step('trylock', l.tryAcquire(i), { or: { action: NOTHING, to: 1, choice: 'fails' } }),
    step('unlock', l.release(i)),
  ]),
  mutex('ok bit lock', 'refuted', (l, i) => [step('lock', l.acquire(i)), step('unlock', l.release(i))], true),
  mutex(
    'bad bit lock released twice',
    /which nobody holds/,
    (l, i) => [step('lock', l.acquire(i)), step('unlock', l.release(i)), step('unlock', l.release(i))],
    true,
  ),
  mutex('bad release that takes the lock from its holder', /not held inside/, (l, i) =>
    i === 0
      ? [step('lock', l.acquire(0)), step('in', NOTHING), step('in', must(l.held(0), 'not held inside')), step('unlock', l.releaseUnchecked(0))]
      : [step('unlock', l.releaseUnchecked(1))],
  ),
  abba('ok the same order', 'refuted', 'ab', false),
  abba('bad opposite orders', /^deadlock: f waits at "lock" for g; g waits at "lock" for f$/, 'ba', false),
  abba('bad opposite orders beside a running actor', /^deadlock: f waits at "lock" for g; g waits at "lock" for f$/, 'ba', true),
  rwsem('ok readers and writer', 'refuted', (r) => [
    [
      step('down_read', r.acquireRead(0)),
      step('in', must(`${r.reading(0)} && sem.writer == 0`, 'a writer beside a reader')),
      step('up_read', r.releaseRead(0)),
    ],
    [
      ...write(r, 1, 0),
      step('in', must(`${r.writing(1)} && sem.readers.0 + sem.readers.2 == 0`, 'a reader beside a writer')),
      step('up_write', r.releaseWrite(1)),
    ],
    [step('down_read', r.acquireRead(2)), step('up_read', r.releaseRead(2))],
  ]),
  rwsem('ok two writers', 'refuted', (r) =>
    padded([
      [...write(r, 0, 0), step('up_write', r.releaseWrite(0))],
      [...write(r, 1, 0), step('up_write', r.releaseWrite(1))],
    ]),
  ),
  rwsem('ok downgrade', 'refuted', (r) =>
    padded([
      [...write(r, 0, 0), step('downgrade', r.downgrade(0)), step('up_read', r.releaseRead(0))],
      [step('down_read', r.acquireRead(1)), step('up_read', r.releaseRead(1))],
    ]),
  ),
  rwsem('ok trylock', 'refuted', (r) =>
    padded([
      [step('down_read_trylock', r.tryRead(0), { or: { action: NOTHING, to: 2, choice: 'fails' } }), step('up', r.releaseEither(0))],
      [step('down_write_trylock', r.tryWrite(1), { or: { action: NOTHING, to: 2, choice: 'fails' } }), step('up', r.releaseEither(1))],
    ]),
  ),
  rwsem('ok recursive read without a writer', 'refuted', (r) =>
    padded([[step('down_read', r.acquireRead(0)), step('down_read', r.acquireRead(0)), step('up_read', r.releaseRead(0)), step('up_read', r.releaseRead(0))]]),
  ),
  rwsem('bad recursive read, a writer queues', /^deadlock: f waits at "down_read again" for g; g waits at "down_write \(queued\)" for f$/, (r) =>
    padded([
      [step('down_read', r.acquireRead(0)), step('down_read again', r.acquireRead(0)), step('up_read', r.releaseRead(0)), step('up_read', r.releaseRead(0))],
      [...write(r, 1, 0), step('up_write', r.releaseWrite(1))],
    ]),
  ),
  rwsem(
    'bad recursive read beside a spinning reader',
    /^deadlock: f waits at "down_read again" for g; g waits/,
    (r) => [
      [step('down_read', r.acquireRead(0)), step('down_read again', r.acquireRead(0)), step('up_read', r.releaseRead(0)), step('up_read', r.releaseRead(0))],
      [...write(r, 1, 0), step('up_write', r.releaseWrite(1))],
      [step('down_read_trylock', r.tryRead(2), { or: { action: NOTHING, to: 0, choice: 'fails' } }), step('up_read', r.releaseRead(2), { to: 0 })],
    ],
    { spin: false },
  ),
  rwsem('bad read then write', /^deadlock: f waits at "down_write \(queued\)" for itself$/, (r) =>
    padded([[step('down_read', r.acquireRead(0)), ...write(r, 0, 1), step('up_write', r.releaseWrite(0))]]),
  ),
  rwsem('bad read lock leaked', /^deadlock: g waits at "down_write \(queued\)" for f, which has returned$/, (r) =>
    padded([[step('down_read', r.acquireRead(0))], [...write(r, 1, 0), step('up_write', r.releaseWrite(1))]]),
  ),
  rwsem('bad up_write of a read lock', /^f releases sem as the writer but holds it as a reader$/, (r) =>
    padded([[step('down_read', r.acquireRead(0)), step('up_write', r.releaseWrite(0))]]),
  ),
  rwsem('bad up_read of a write lock', /^f releases sem as a reader but holds it as the writer$/, (r) =>
    padded([[...write(r, 0, 0), step('up_read', r.releaseRead(0))]]),
  ),
  rwsem('bad up_read twice', /^f releases sem as a reader, which it does not hold$/, (r) =>
    padded([[step('down_read', r.acquireRead(0)), step('up_read', r.releaseRead(0)), step('up_read', r.releaseRead(0))]]),
  ),
  rwsem('bad downgrade of a read lock', /which it does not hold for writing$/, (r) =>
    padded([[step('down_read', r.acquireRead(0)), step('downgrade', r.downgrade(0))]]),
  ),
  inside('ok read sections nest', 'refuted', (r) => [
    [step('begin', r.begin(0)), step('begin', r.begin(0)), step('end', r.end(0)), step('end', r.end(0))],
    [step('settle', r.settle(1))],
  ]),
  inside('bad one end left out', /^deadlock: g waits at "settle" for f, which has returned$/, (r) => [
    [step('begin', r.begin(0)), step('begin', r.begin(0)), step('end', r.end(0))],
    [step('settle', r.settle(1))],
  ]),
  inside('bad one end left out, nobody waits', /^rcu: f returns inside$/, (r) => [[step('begin', r.begin(0))], []]),
  inside('bad end without begin', /^f ends rcu, which it has not begun$/, (r) => [[step('end', r.end(0))], []]),
  inside('bad waiting inside the own section', /^deadlock: f waits at "settle" for itself$/, (r) => [
    [step('begin', r.begin(0)), step('settle', r.settle(0)), step('end', r.end(0))],
    [],
  ]),
  counted('ok get, put, owner puts', 'refuted', [0, 1], (r) => [
    [step('get', r.tryGet(0), { or: { action: NOTHING, to: 3, choice: 'fails' } }), step('use', r.use(0)), step('put', r.put(0))],
    [step('use', r.use(1)), step('put', r.put(1))],
  ]),
  counted('ok two references at once', 'refuted', [1, 1], (r) => [
    [step('get', r.get(0, 2)), step('put', r.put(0)), step('put', r.put(0, 2))],
    [step('put', r.put(1))],
  ]),
  counted('bad put left out', /^obj: never freed$/, [1, 1], (r) => [[step('use', r.use(0))], [step('put', r.put(1))]]),
  counted('bad put twice', /^f drops a reference to obj that it does not own$/, [1, 1], (r) => [
    [step('put', r.put(0)), step('put', r.put(0))],
    [step('put', r.put(1))],
  ]),
  counted('bad put twice, seen by the owner', /^g uses obj after it was freed$/, [1, 1], (r) => [
    [step('put', r.putUnchecked(0)), step('put', r.putUnchecked(0))],
    [step('use', r.use(1)), step('put', r.put(1))],
  ]),
  counted('bad use after the put', /^f uses obj after it was freed$/, [1, 1], (r) => [[step('put', r.put(0)), step('use', r.use(0))], [step('put', r.put(1))]]),
  counted('bad get of what may be gone', /^f takes a reference to obj after it was freed$/, [0, 1], (r) => [
    [step('get', r.get(0)), step('put', r.put(0))],
    [step('put', r.put(1))],
  ]),
  counted('bad reference handed on that is not owned', /^f hands on a reference to obj that it does not own$/, [0, 1], (r) => [[step('keep', r.keep(0))], []]),
  irq('ok save, restore', 'refuted', (x) => [step('save', x.save(0)), step('restore', x.restore(0))]),
  irq('ok disable, enable', 'refuted', (x) => [step('disable', x.disable(0)), step('enable', x.enable(0))]),
  irq('bad restore left out', /^f returns with interrupts off$/, (x) => [step('save', x.save(0))]),
  irq('bad save twice into one flag', /^f returns with interrupts off$/, (x) => [
    step('save', x.save(0)),
    step('save', x.save(0)),
    step('restore', x.restore(0)),
  ]),
];
