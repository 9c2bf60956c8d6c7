import { exclusiveLock, interrupts, NOTHING, readerWriterLock, section, type Action, type Cast, type Part } from '../primitives.js';
import type { Location, Memory } from './memory.js';
import { locationOf, type Value } from './value.js';

/** One way a word can go: what it does to the shared state, and what it returns. `queued`: the word goes on from there. */
export interface Way {
  readonly action: Action;
  readonly result: Value;
  readonly choice: string | null;
  readonly queued: boolean;
}

/** What the words of one program work on: the locks and sections of its cast. */
export interface Stage {
  readonly cast: Cast;
  readonly memory: Memory;
  readonly locks: ReadonlyMap<number, Lock>;
  readonly rcu: ReturnType<typeof section>;
  readonly irq: ReturnType<typeof interrupts>;
  /** Objects that some actor frees. */
  readonly freeable: Set<number>;
  /** Locks, and the names of sections, that some actor uses. */
  readonly used: Set<number | 'rcu' | 'irq'>;
}

type Lock =
  | { readonly k: 'exclusive'; readonly lock: ReturnType<typeof exclusiveLock> }
  | { readonly k: 'rwsem'; readonly lock: ReturnType<typeof readerWriterLock> };

/**
 * The words of scenarios. Locks and counts are given by their address; what is 0 or 1 says whether it was done.
 *
 * | word | meaning |
 * |---|---|
 * | `model_lock`, `model_trylock`, `model_unlock` | a lock with one holder (`struct model_mutex`; `struct model_bitlock` may be released by another) |
 * | `model_read_lock`, `model_read_trylock`, `model_read_unlock` | a reader of `struct model_rwsem`: waits behind a queued writer; the trylock may fail for no reason |
 * | `model_write_lock`, `model_write_trylock`, `model_write_unlock`, `model_downgrade` | its writer |
 * | `model_locked`, `model_holds`, `model_holds_write` | whether anybody holds the lock; whether this actor does |
 * | `model_rcu_read_lock`, `model_rcu_read_unlock`, `model_synchronize_rcu` | read sections; waiting until nobody else is inside |
 * | `model_rcu_held` | whether this actor is inside |
 * | `model_free`, `model_free_rcu`, `model_alloc` | the memory is gone; it is gone once the sections that are open now have ended; it is there again |
 * | `model_freed` | whether it has been freed |
 * | `model_irq_save`, `model_irq_restore`, `model_irq_off`, `model_irq_on` | interrupts on the actor's processor |
 * | `model_await` | waits until its argument is true |
 * | `model_assert` | fails when its argument is false |
 * | `model_choose` | any number from 0 to its argument less one |
 * | `model_run`, `model_interrupt`, `model_end` | in `scenario()`: starts an actor; one that interrupts the actor before it; all have ended |
 */
export const WORDS: ReadonlyMap<string, 'lock' | 'object' | 'value' | 'none'> = new Map([
  ...[
    'model_lock',
    'model_trylock',
    'model_unlock',
    'model_read_lock',
    'model_read_trylock',
    'model_read_unlock',
    'model_write_lock',
    'model_write_trylock',
    'model_write_unlock',
    'model_downgrade',
    'model_locked',
    'model_holds',
    'model_holds_write',
  ].map((w) => [w, 'lock'] as const),
  ...['model_free', 'model_free_rcu', 'model_alloc', 'model_freed'].map((w) => [w, 'object'] as const),
  ...['model_await', 'model_assert', 'model_choose', 'model_irq_restore', 'model_run', 'model_interrupt'].map((w) => [w, 'value'] as const),
  ...[
    'model_rcu_read_lock',
    'model_rcu_read_unlock',
    'model_synchronize_rcu',
    'model_rcu_held',
    'model_irq_save',
    'model_irq_off',
    'model_irq_on',
    'model_end',
  ].map((w) => [w, 'none'] as const),
]);

export function stageOf(memory: Memory, cast: Cast, freeable: Set<number>, used: Stage['used']): Stage {
  const locks = new Map<number, Lock>();
  for (const l of memory.locations) {
    if (l.kind === 'mutex' || l.kind === 'bit') locks.set(l.id, { k: 'exclusive', lock: exclusiveLock(l.name, cast, { anyReleases: l.kind === 'bit' }) });
    if (l.kind === 'rwsem') locks.set(l.id, { k: 'rwsem', lock: readerWriterLock(l.name, cast) });
  }
  return { cast, memory, locks, rcu: section('rcu', cast, { label: 'RCU' }), irq: interrupts('irq', cast), freeable, used };
}

/** The cells and waits of what the actors use. */
export function partsOf(stage: Stage): readonly Part[] {
  const freed = [...stage.freeable].map((id): Part => {
    const { name } = stage.memory.locations[id] as Location;
    return {
      cells: [
        { name: `${name}.freed`, bits: 1, init: 0, owner: null },
        ...stage.cast.map((_, i) => ({ name: `${name}.guarded.${i}`, bits: 1, init: 0, owner: null })),
      ],
      waits: [],
      final: [],
    };
  });
  return [
    ...[...stage.locks].flatMap(([id, l]) => (stage.used.has(id) ? [l.lock.part] : [])),
    ...(stage.used.has('rcu') || stage.freeable.size > 0 ? [stage.rcu.part] : []),
    ...(stage.used.has('irq') ? [stage.irq.part] : []),
    ...freed,
  ];
}

/** True while the object's memory is there for this actor. */
export function aliveFor(stage: Stage, object: number, actor: number): string {
  const { name } = stage.memory.locations[object] as Location;
  return `${name}.freed == 0 || ${name}.guarded.${actor} == 1`;
}

/** What an actor must have given back when it ends, each with its message. */
export function leftovers(stage: Stage, i: number): readonly { readonly expr: string; readonly message: string }[] {
  const out = [...stage.locks].flatMap(([id, l]) =>
    stage.used.has(id) ? [{ expr: `!(${l.lock.held(i)})`, message: `${stage.cast[i]} ends and still holds ${stage.memory.locations[id]?.name}` }] : [],
  );
  if (stage.used.has('rcu')) out.push({ expr: `!(${stage.rcu.held(i)})`, message: `${stage.cast[i]} ends inside an RCU read section` });
  if (stage.used.has('irq')) out.push({ expr: `!(${stage.irq.off(i)})`, message: `${stage.cast[i]} ends with interrupts off` });
  return out;
}

/** The field by which a structure of the headers wraps a lock of the model. */
const WRAPPED = 'model';

/** The ways a word can go for actor `i`, or what is wrong with its use. */
export function waysOf(stage: Stage, i: number, word: string, args: readonly Value[], message: string, phase: number): readonly Way[] | string {
  const [first = 0] = args;
  const who = stage.cast[i] ?? '';
  switch (WORDS.get(word)) {
    case 'lock': {
      const at = locationOf(first);
      const id = at === null ? null : (stage.memory.locations[at]?.fields.get(WRAPPED) ?? at);
      const lock = id === null ? undefined : stage.locks.get(id);
      if (id === null || lock === undefined) return `${word}() wants the address of a lock`;
      stage.used.add(id);
      return lock.k === 'exclusive' ? exclusiveWays(lock.lock, i, word) : rwsemWays(lock.lock, i, word, phase);
    }
    case 'object': {
      const id = locationOf(first);
      const object = id === null ? undefined : stage.memory.locations[id];
      if (id === null || object === undefined || object.object !== id) return `${word}() wants the address of a global variable`;
      stage.freeable.add(id);
      return objectWays(stage, i, word, object.name);
    }
    case 'value':
      if (word === 'model_assert') return [first === 0 ? wrong(`${who}: ${message || 'an assertion fails'}`) : plain(NOTHING)];
      if (word === 'model_await') return first === 0 ? [] : [plain(NOTHING)];
      if (word === 'model_irq_restore') {
        stage.used.add('irq');
        return [plain(first === 0 ? stage.irq.enable(i) : stage.irq.disable(i))];
      }
      if (word === 'model_choose' && typeof first === 'number' && first > 0 && first <= 16)
        return Array.from({ length: first }, (_, n) => ({ action: NOTHING, result: n, choice: `${message || 'choice'} ${n}`, queued: false }));
      return `${word}() cannot be used here`;
    default:
      return sectionWays(stage, i, word);
  }
}

const plain = (action: Action, result: Value = 0, choice: string | null = null): Way => ({ action, result, choice, queued: false });
const wrong = (message: string): Way => plain({ ...NOTHING, asserts: [{ expr: '0', message }] });
const test = (expr: string): Way[] => [plain({ ...NOTHING, guard: expr }, 1), plain({ ...NOTHING, guard: `!(${expr})` }, 0)];

function exclusiveWays(l: ReturnType<typeof exclusiveLock>, i: number, word: string): readonly Way[] | string {
  const free = l.acquire(i).guard;
  switch (word) {
    case 'model_lock':
      return [plain(l.acquire(i))];
    case 'model_trylock':
      return [plain(l.tryAcquire(i), 1), plain({ ...NOTHING, guard: `!(${free})` }, 0)];
    case 'model_unlock':
      return [plain(l.release(i))];
    case 'model_locked':
      return test(`!(${free})`);
    case 'model_holds':
    case 'model_holds_write':
      return test(l.held(i));
    default:
      return `${word}() is not for a lock with one holder`;
  }
}

function rwsemWays(l: ReturnType<typeof readerWriterLock>, i: number, word: string, phase: number): readonly Way[] | string {
  switch (word) {
    case 'model_read_lock':
      return [plain(l.acquireRead(i))];
    case 'model_read_trylock':
      return [plain(l.tryRead(i), 1), plain(NOTHING, 0, 'the trylock fails')];
    case 'model_read_unlock':
      return [plain(l.releaseRead(i))];
    case 'model_write_lock':
      return phase === 1 ? [plain(l.enter(i))] : [plain(l.acquireWrite(i)), { action: l.enqueue(i), result: 0, choice: null, queued: true }];
    case 'model_write_trylock':
      return [plain(l.tryWrite(i), 1), plain(NOTHING, 0, 'the trylock fails')];
    case 'model_write_unlock':
      return [plain(l.releaseWrite(i))];
    case 'model_downgrade':
      return [plain(l.downgrade(i))];
    case 'model_locked':
      return test(`!(${l.acquireWrite(i).guard})`);
    case 'model_holds':
      return test(l.held(i));
    case 'model_holds_write':
      return test(l.writing(i));
    default:
      return `${word}() is not for a lock with readers`;
  }
}

function objectWays(stage: Stage, i: number, word: string, name: string): readonly Way[] | string {
  const freed = `${name}.freed`;
  const guarded = (j: number): string => `${name}.guarded.${j}`;
  const once = { expr: `${freed} == 0`, message: `${stage.cast[i]} frees ${name}, which has been freed` };
  const sets = (inside: (j: number) => string): Action['sets'] => [
    { cell: freed, expr: '1' },
    ...stage.cast.map((_, j) => ({ cell: guarded(j), expr: inside(j) })),
  ];
  switch (word) {
    case 'model_free':
      return [plain({ ...NOTHING, asserts: [once], sets: sets(() => '0') })];
    case 'model_free_rcu':
      return [plain({ ...NOTHING, asserts: [once], sets: sets((j) => stage.rcu.held(j)) })];
    case 'model_alloc':
      return [plain({ ...NOTHING, sets: [{ cell: freed, expr: '0' }, ...stage.cast.map((_, j) => ({ cell: guarded(j), expr: '0' }))] })];
    default:
      return test(`${freed} == 1`);
  }
}

function sectionWays(stage: Stage, i: number, word: string): readonly Way[] | string {
  const depth = `rcu.depth.${i}`;
  // The outermost end gives up what only the section kept.
  const givenUp = [...stage.freeable].map((id) => {
    const cell = `${stage.memory.locations[id]?.name}.guarded.${i}`;
    return { cell, expr: `${depth} == 0 ? 0 : ${cell}` };
  });
  if (word.startsWith('model_irq')) stage.used.add('irq');
  else stage.used.add('rcu');
  switch (word) {
    case 'model_rcu_read_lock':
      return [plain(stage.rcu.begin(i))];
    case 'model_rcu_read_unlock': {
      const end = stage.rcu.end(i);
      return [plain({ ...end, sets: [...end.sets, ...givenUp] })];
    }
    case 'model_synchronize_rcu':
      return [plain(stage.rcu.settle(i))];
    case 'model_rcu_held':
      return test(stage.rcu.held(i));
    case 'model_irq_save':
      return [plain({ ...stage.irq.disable(i), guard: `!(${stage.irq.off(i)})` }, 0), plain({ ...NOTHING, guard: stage.irq.off(i) }, 1)];
    case 'model_irq_off':
      return [plain(stage.irq.disable(i))];
    case 'model_irq_on':
      return [plain(stage.irq.enable(i))];
    default:
      return `${word}() cannot be used here`;
  }
}
