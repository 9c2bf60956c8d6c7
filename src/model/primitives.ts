import type { Actor, Point, Program } from './verdict.js';

export type Cell = Program['cells'][number];
export type Wait = Program['waits'][number];
export type Alt = Point['alts'][number];
export type Assertion = Alt['asserts'][number];
type Assignment = Alt['sets'][number];

/** One atomic thing an actor does to one object: when it can, what must hold before it, what it changes. */
export interface Action {
  readonly guard: string;
  readonly asserts: readonly Assertion[];
  readonly sets: readonly Assignment[];
  /** The wait entry when this action can block. */
  readonly waits: string | null;
}

/** The cells of one object and what may be waited for on it. */
export interface Part {
  readonly cells: readonly Cell[];
  readonly waits: readonly Wait[];
  readonly final: readonly Assertion[];
}

/** The names of the actors, in order; actor i shows as i + 1 in owner cells. */
export type Cast = readonly string[];

const act = (guard: string, sets: readonly Assignment[], asserts: readonly Assertion[] = [], waits: string | null = null): Action => ({
  guard,
  asserts,
  sets,
  waits,
});
const set = (cell: string, expr: string | number): Assignment => ({ cell, expr: String(expr) });
const must = (expr: string, message: string): Assertion => ({ expr, message });
const widthOf = (most: number): number => Math.max(1, 32 - Math.clz32(most));
const shared = (name: string, bits: number, init = 0): Cell => ({ name, bits, init, owner: null });

/** Does nothing, always. */
export const NOTHING: Action = act('1', []);

/**
 * A lock that one actor holds at a time: mutex, spinlock, writer side of a semaphore of one.
 * `anyReleases`: a bit lock or binary semaphore, which may be released by another than its holder.
 */
export function exclusiveLock(name: string, cast: Cast, options: { readonly heldBy?: number; readonly anyReleases?: boolean; readonly label?: string } = {}) {
  const label = options.label ?? name;
  const owner = `${name}.owner`;
  const part: Part = {
    cells: [shared(owner, widthOf(cast.length), options.heldBy === undefined ? 0 : options.heldBy + 1)],
    waits: [{ name: label, blockers: cast.map((_, i) => `${owner} == ${i + 1}`) }],
    final: [],
  };
  return {
    part,
    held: (i: number): string => `${owner} == ${i + 1}`,
    acquire: (i: number): Action => act(`${owner} == 0`, [set(owner, i + 1)], [], label),
    /** Takes the lock at once; the failing branch is `NOTHING`, which may also be taken when the lock is free. */
    tryAcquire: (i: number): Action => act(`${owner} == 0`, [set(owner, i + 1)]),
    release: (i: number): Action =>
      act(
        '1',
        [set(owner, 0)],
        options.anyReleases === true
          ? [must(`${owner} != 0`, `${cast[i]} releases ${label}, which nobody holds`)]
          : [
              must(`${owner} != 0`, `${cast[i]} releases ${label}, which nobody holds`),
              must(`${owner} == ${i + 1}`, `${cast[i]} releases ${label}, which another task holds`),
            ],
      ),
    /** As `release`, but goes on where that is wrong, so that the consequence shows in another actor. */
    releaseUnchecked: (_i: number): Action => act('1', [set(owner, 0)]),
  };
}

/**
 * A reader-writer lock whose readers wait behind a queued writer (rwsem, queued rwlock, percpu-rwsem as far as its
 * writers go). A writer that cannot enter at once queues first: `acquireWrite` is therefore two program points,
 * `enqueue` and `enter`. Trylocks fail when anyone is in the way, and may fail for no reason.
 */
export function readerWriterLock(name: string, cast: Cast, options: { readonly readBy?: number; readonly writtenBy?: number; readonly label?: string } = {}) {
  const label = options.label ?? name;
  const writer = `${name}.writer`;
  const queue = `${name}.queue`;
  const reads = cast.map((_, i) => `${name}.readers.${i}`);
  const asReader = `${label} (read)`;
  const noReader = reads.map((r) => `${r} == 0`).join(' && ');
  const free = `${writer} == 0 && ${queue} == 0 && ${noReader}`;
  const count = (i: number): string => reads[i] ?? '';
  const part: Part = {
    cells: [
      shared(writer, widthOf(cast.length), options.writtenBy === undefined ? 0 : options.writtenBy + 1),
      shared(queue, cast.length),
      ...reads.map((r, i) => ({ name: r, bits: 3, init: options.readBy === i ? 1 : 0, owner: null })),
    ],
    waits: [
      { name: label, blockers: cast.map((_, i) => `${writer} == ${i + 1} || ${count(i)} > 0`) },
      { name: asReader, blockers: cast.map((_, i) => `${writer} == ${i + 1} || (${queue} >> ${i} & 1)`) },
    ],
    final: [],
  };
  const notHeld = (i: number, mode: 'read' | 'write'): Assertion[] =>
    mode === 'read'
      ? [
          must(`${count(i)} > 0 || ${writer} != ${i + 1}`, `${cast[i]} releases ${label} as a reader but holds it as the writer`),
          must(`${count(i)} > 0`, `${cast[i]} releases ${label} as a reader, which it does not hold`),
        ]
      : [
          must(`${writer} == ${i + 1} || ${count(i)} == 0`, `${cast[i]} releases ${label} as the writer but holds it as a reader`),
          must(`${writer} == ${i + 1}`, `${cast[i]} releases ${label} as the writer, which it does not hold`),
        ];
  const mine = (i: number): number => 1 << i;
  return {
    part,
    reading: (i: number): string => `${count(i)} > 0`,
    writing: (i: number): string => `${writer} == ${i + 1}`,
    held: (i: number): string => `${count(i)} > 0 || ${writer} == ${i + 1}`,
    acquireRead: (i: number): Action => act(`${writer} == 0 && ${queue} == 0`, [set(count(i), `${count(i)} + 1`)], [], asReader),
    tryRead: (i: number): Action => act(`${writer} == 0 && ${queue} == 0`, [set(count(i), `${count(i)} + 1`)]),
    /** Takes the free lock at once. */
    acquireWrite: (i: number): Action => act(free, [set(writer, i + 1)]),
    enqueue: (i: number): Action => act(`!(${free})`, [set(queue, `${queue} | ${mine(i)}`)]),
    enter: (i: number): Action => act(`${writer} == 0 && ${noReader}`, [set(writer, i + 1), set(queue, `${queue} & ~${mine(i)}`)], [], label),
    tryWrite: (i: number): Action => act(free, [set(writer, i + 1)]),
    releaseRead: (i: number): Action => act('1', [set(count(i), `${count(i)} - 1`)], notHeld(i, 'read')),
    releaseWrite: (i: number): Action => act('1', [set(writer, 0)], notHeld(i, 'write')),
    releaseEither: (i: number): Action =>
      act(
        '1',
        [set(count(i), `${writer} == ${i + 1} ? ${count(i)} : ${count(i)} - 1`), set(writer, `${writer} == ${i + 1} ? 0 : ${writer}`)],
        [must(`${writer} == ${i + 1} || ${count(i)} > 0`, `${cast[i]} releases ${label}, which it does not hold`)],
      ),
    downgrade: (i: number): Action =>
      act(
        '1',
        [set(writer, 0), set(count(i), `${count(i)} + 1`)],
        [must(`${writer} == ${i + 1}`, `${cast[i]} downgrades ${label}, which it does not hold for writing`)],
      ),
  };
}

/**
 * Sections that an actor enters and leaves and that exclude nobody: RCU readers, `begin`/`end` pairs, disabled
 * preemption. `settle` waits until no other actor is inside (a grace period).
 */
export function section(name: string, cast: Cast, options: { readonly inside?: number; readonly label?: string } = {}) {
  const label = options.label ?? name;
  const depth = (i: number): string => `${name}.depth.${i}`;
  const others = (i: number): string => cast.flatMap((_, j) => (j === i ? [] : [`${depth(j)} == 0`])).join(' && ') || '1';
  const part: Part = {
    cells: cast.map((_, i) => ({ name: depth(i), bits: 3, init: options.inside === i ? 1 : 0, owner: i })),
    waits: [{ name: label, blockers: cast.map((_, i) => `${depth(i)} > 0`) }],
    final: [],
  };
  return {
    part,
    held: (i: number): string => `${depth(i)} > 0`,
    begin: (i: number): Action => act('1', [set(depth(i), `${depth(i)} + 1`)]),
    end: (i: number): Action => act('1', [set(depth(i), `${depth(i)} - 1`)], [must(`${depth(i)} > 0`, `${cast[i]} ends ${label}, which it has not begun`)]),
    settle: (i: number): Action => act(`${depth(i)} == 0 && ${others(i)}`, [], [], label),
  };
}

/**
 * A counted object: `count` references, of which each actor owns some and `kept` are stored in an object. The put
 * that brings the count to zero frees, in the same atomic step.
 */
export function reference(name: string, cast: Cast, options: { readonly owned: readonly number[]; readonly kept?: number; readonly label?: string }) {
  const label = options.label ?? name;
  const count = `${name}.count`;
  const freed = `${name}.freed`;
  const kept = `${name}.kept`;
  const own = (i: number): string => `${name}.owned.${i}`;
  const initial = options.owned.reduce((a, b) => a + b, 0) + (options.kept ?? 0);
  const alive = (who: string, what: string): Assertion => must(`${freed} == 0`, `${who} ${what} ${label} after it was freed`);
  const part: Part = {
    cells: [
      shared(count, 5, initial),
      shared(freed, 1),
      shared(kept, 4, options.kept ?? 0),
      ...cast.map((_, i) => ({ name: own(i), bits: 4, init: options.owned[i] ?? 0, owner: i })),
    ],
    waits: [],
    final: [must(`${count} == ${[kept, ...cast.map((_, i) => own(i))].join(' + ')}`, `${label}: the count differs from the number of owners`)],
  };
  const drop = (k: number): Assignment[] => [set(count, `${count} - ${k}`), set(freed, `${count} == 0 ? 1 : ${freed}`)];
  return {
    part,
    owned: (i: number): string => own(i),
    gone: `${freed} == 1`,
    get: (i: number, k = 1): Action =>
      act('1', [set(count, `${count} + ${k}`), set(own(i), `${own(i)} + ${k}`)], [alive(cast[i] ?? '', 'takes a reference to')]),
    /** A lookup that comes back with the object: if the former one was freed, this is a new one in its place. */
    find: (i: number, k = 1): Action => act('1', [set(count, `${count} + ${k}`), set(freed, 0), set(own(i), `${own(i)} + ${k}`)]),
    /** Succeeds only on a live object; its failing branch is `NOTHING`. */
    tryGet: (i: number, k = 1): Action => act(`${count} > 0`, [set(count, `${count} + ${k}`), set(own(i), `${own(i)} + ${k}`)]),
    put: (i: number, k = 1): Action =>
      act(
        '1',
        [...drop(k), set(own(i), `${own(i)} - ${k}`)],
        [must(`${own(i)} >= ${k}`, `${cast[i]} drops a reference to ${label} that it does not own`), alive(cast[i] ?? '', 'drops a reference to')],
      ),
    /** As `put`, but drops what another owns where it owns none itself. */
    putUnchecked: (i: number, k = 1): Action =>
      act(
        '1',
        [...drop(k), set(own(i), `${own(i)} >= ${k} ? ${own(i)} - ${k} : 0`)],
        [alive(cast[i] ?? '', 'drops a reference to'), must(`${count} >= ${k}`, `${cast[i]} drops a reference to ${label} when none is left`)],
      ),
    keep: (i: number, k = 1): Action =>
      act(
        '1',
        [set(kept, `${kept} + ${k}`), set(own(i), `${own(i)} - ${k}`)],
        [must(`${own(i)} >= ${k}`, `${cast[i]} hands on a reference to ${label} that it does not own`)],
      ),
    use: (i: number): Action => act('1', [], [alive(cast[i] ?? '', 'uses')]),
  };
}

/** Interrupts on the processor of each actor. `restore` brings back what `save` put into the actor's own flag. */
export function interrupts(name: string, cast: Cast) {
  const off = (i: number): string => `${name}.off.${i}`;
  const flag = (i: number): string => `${name}.saved.${i}`;
  const part: Part = {
    cells: cast.flatMap((_, i) => [
      { name: off(i), bits: 1, init: 0, owner: i },
      { name: flag(i), bits: 1, init: 0, owner: i },
    ]),
    waits: [],
    final: [],
  };
  return {
    part,
    off: (i: number): string => `${off(i)} == 1`,
    disable: (i: number): Action => act('1', [set(off(i), 1)]),
    enable: (i: number): Action => act('1', [set(off(i), 0)]),
    save: (i: number): Action => act('1', [set(flag(i), off(i)), set(off(i), 1)]),
    restore: (i: number): Action => act('1', [set(off(i), flag(i))]),
  };
}

/** One line of a straight program. */
export interface Line {
  readonly text: string;
  readonly action: Action;
  readonly line?: number /** Where to go; the next point by default. */;
  readonly to?: number /** A second branch: a trylock's failure, a free choice. */;
  readonly or?: { readonly action: Action; readonly to: number; readonly choice: string | null };
  readonly choice?: string | null;
}

/** An actor from lines; `points.length` as a jump target ends it. */
export function actor(name: string, file: string, lines: readonly Line[]): Actor {
  return {
    name,
    file,
    points: lines.map(
      (l, at): Point => ({
        line: l.line ?? at + 1,
        text: l.text,
        waits: l.action.waits,
        alts: [alternative(l.action, l.to ?? at + 1, l.choice ?? null), ...(l.or === undefined ? [] : [alternative(l.or.action, l.or.to, l.or.choice)])],
      }),
    ),
  };
}

export function alternative(action: Action, to: number, choice: string | null, asserts: readonly Assertion[] = []): Alt {
  return { guard: action.guard, asserts: [...action.asserts, ...asserts], sets: action.sets, to, choice };
}

export function program(name: string, parts: readonly Part[], actors: readonly Actor[], final: readonly Assertion[] = []): Program {
  return {
    schema: 'rmap-review/program/1',
    name,
    cells: parts.flatMap((p) => p.cells),
    waits: parts.flatMap((p) => p.waits),
    actors,
    final: [...parts.flatMap((p) => p.final), ...final],
  };
}
