import type { LockKind } from '../kernel/contract.js';
import { SECTIONS, SHARED } from './holding.js';
import type { Op } from './local.js';
import { exclusiveLock, NOTHING, readerWriterLock, reference, section, type Action, type Assertion, type Cast, type Part } from './primitives.js';

/** One tracked object of a program: its cells, and what each step does to them. */
export interface TrackedObject {
  readonly label: string;
  readonly type: 'exclusive' | 'shared' | 'section' | 'reference' | 'value';
  readonly part: Part;
  /** Nonzero while the actor holds the lock or owns a reference. */
  readonly has: (actor: number) => string;
  /** What the actor does; a writer that cannot enter at once does it in two steps. */
  readonly step: (op: Op, actor: number) => ObjectStep;
  /** The caller gives back what this object's actor still has, in one go. */
  readonly giveBack: (actor: number) => Action['sets'];
  /** The caller gives back only what was its own, not what the function has left over. */
  readonly callerGoes: (actor: number) => Action['sets'];
  /** What the actor has on this object, it has on `to` from now on. */
  readonly handTo: (to: TrackedObject, actor: number) => Action['sets'];
  readonly name: string;
}

export type ObjectStep = { readonly once: Action } | { readonly fast: Action; readonly queue: Action; readonly enter: Action };

/** What an object is before anything runs. */
export interface ObjectSetup {
  /** For cell names: an identifier, unique in the program. */
  readonly name: string;
  readonly label: string;
  readonly kind: LockKind | 'value' | null;
  /** The mode in which the caller of actor 0 holds the lock, null when it does not. */
  readonly held: 'exclusive' | 'shared' | null;
  /** References owned by each actor at the start. */
  readonly owned: readonly number[];
  /** References that the caller of actor 0 keeps until it returns. */
  readonly kept: number;
  /** Wrong releases and puts of actor 0 go on, so that what follows from them shows elsewhere. */
  readonly unchecked: boolean;
  /** Of a value: what holds while actor 0 keeps others from changing it. */
  readonly under: string;
}

/** `kind` null: a counted object. */
export function trackedObject(setup: ObjectSetup, cast: Cast): TrackedObject {
  if (setup.kind === null) return counted(setup, cast);
  if (setup.kind === 'value') return value(setup, cast);
  if (SECTIONS.has(setup.kind)) return sectioned(setup, cast);
  return SHARED.has(setup.kind) ? readersAndWriter(setup, cast) : exclusive(setup, cast);
}

const BY_ANYONE: ReadonlySet<string> = new Set(['bit', 'semaphore', 'other']);

function exclusive(setup: ObjectSetup, cast: Cast): TrackedObject {
  const { name, label, kind } = setup;
  const lock = exclusiveLock(name, cast, { label, anyReleases: BY_ANYONE.has(kind ?? ''), ...(setup.held === null ? {} : { heldBy: 0 }) });
  const owner = `${name}.owner`;
  return {
    label,
    name,
    type: 'exclusive',
    part: lock.part,
    has: lock.held,
    step: (op, i) => {
      switch (op.k) {
        case 'acquire':
          return { once: op.tryLock ? lock.tryAcquire(i) : lock.acquire(i) };
        case 'release':
          return { once: wrongKind(op, label, cast, i) ?? (setup.unchecked && i === 0 ? lock.releaseUnchecked(i) : lock.release(i)) };
        case 'assert-held':
          return { once: stillHeld(lock.held(i), label, cast, i) };
        default:
          return { once: NOTHING };
      }
    },
    giveBack: (i) => [{ cell: owner, expr: `${owner} == ${i + 1} ? 0 : ${owner}` }],
    callerGoes: () => [],
    handTo: (to, i) => [
      { cell: `${to.name}.owner`, expr: `${owner} == ${i + 1} ? ${i + 1} : ${to.name}.owner` },
      { cell: owner, expr: `${owner} == ${i + 1} ? 0 : ${owner}` },
    ],
  };
}

function readersAndWriter(setup: ObjectSetup, cast: Cast): TrackedObject {
  const { name, label } = setup;
  const lock = readerWriterLock(name, cast, { label, ...(setup.held === null ? {} : setup.held === 'shared' ? { readBy: 0 } : { writtenBy: 0 }) });
  const writer = `${name}.writer`;
  const readers = (n: string, i: number): string => `${n}.readers.${i}`;
  return {
    label,
    name,
    type: 'shared',
    part: lock.part,
    has: lock.held,
    step: (op, i) => {
      switch (op.k) {
        case 'acquire':
          if (op.mode === 'shared') return { once: op.tryLock ? lock.tryRead(i) : lock.acquireRead(i) };
          return op.tryLock ? { once: lock.tryWrite(i) } : { fast: lock.acquireWrite(i), queue: lock.enqueue(i), enter: lock.enter(i) };
        case 'release':
          return {
            once:
              wrongKind(op, label, cast, i) ??
              (op.mode === 'either' ? lock.releaseEither(i) : op.mode === 'shared' ? lock.releaseRead(i) : lock.releaseWrite(i)),
          };
        case 'downgrade':
          return { once: lock.downgrade(i) };
        case 'walk':
          return {
            once: {
              ...NOTHING,
              asserts: [
                {
                  expr: `${writer} == 0 || ${writer} == ${i + 1}`,
                  message: `${cast[i] ?? ''} walks what ${label} protects while another task holds it for writing`,
                },
              ],
            },
          };
        case 'assert-held':
          return { once: stillHeld(lock.held(i), label, cast, i) };
        default:
          return { once: NOTHING };
      }
    },
    giveBack: (i) => [
      { cell: writer, expr: `${writer} == ${i + 1} ? 0 : ${writer}` },
      { cell: readers(name, i), expr: '0' },
    ],
    callerGoes: () => [],
    handTo: (to, i) => [
      { cell: `${to.name}.writer`, expr: `${writer} == ${i + 1} ? ${i + 1} : ${to.name}.writer` },
      { cell: writer, expr: `${writer} == ${i + 1} ? 0 : ${writer}` },
      { cell: readers(to.name, i), expr: `${readers(to.name, i)} + ${readers(name, i)}` },
      { cell: readers(name, i), expr: '0' },
    ],
  };
}

/** Inside nobody is kept out; who asks for it exclusively waits until nobody is inside (a grace period). */
function sectioned(setup: ObjectSetup, cast: Cast): TrackedObject {
  const { name, label } = setup;
  const s = section(name, cast, { label, ...(setup.held === null ? {} : { inside: 0 }) });
  const depth = (n: string, i: number): string => `${n}.depth.${i}`;
  return {
    label,
    name,
    type: 'section',
    part: s.part,
    has: s.held,
    step: (op, i) => {
      switch (op.k) {
        case 'acquire':
          return { once: op.kind === 'other' ? s.settle(i) : s.begin(i) };
        case 'release':
          return { once: op.kind === 'other' ? NOTHING : s.end(i) };
        default:
          return { once: NOTHING };
      }
    },
    giveBack: (i) => [{ cell: depth(name, i), expr: '0' }],
    callerGoes: () => [],
    handTo: (to, i) => [
      { cell: depth(to.name, i), expr: `${depth(to.name, i)} + ${depth(name, i)}` },
      { cell: depth(name, i), expr: '0' },
    ],
  };
}

function counted(setup: ObjectSetup, cast: Cast): TrackedObject {
  const { name, label } = setup;
  const o = reference(name, cast, { label, owned: setup.owned, kept: setup.kept });
  const own = (n: string, i: number): string => `${n}.owned.${i}`;
  return {
    label,
    name,
    type: 'reference',
    part: o.part,
    has: (i) => `${own(name, i)} > 0`,
    step: (op, i) => {
      switch (op.k) {
        case 'get':
          return { once: op.found ? o.find(i, op.count) : o.get(i, op.count) };
        case 'put':
          return { once: setup.unchecked && i === 0 ? o.putUnchecked(i, op.count) : o.put(i, op.count) };
        case 'keep':
          return { once: o.keep(i, op.count) };
        case 'use':
          return { once: o.use(i) };
        default:
          return { once: NOTHING };
      }
    },
    giveBack: (i) => [...dropped(name, own(name, i)), ...(i === 0 ? dropped(name, `${name}.kept`) : [])],
    callerGoes: (i) => (i === 0 ? dropped(name, `${name}.kept`) : []),
    handTo: (to, i) => [
      { cell: `${to.name}.count`, expr: `${to.name}.count + ${own(name, i)}` },
      { cell: `${name}.count`, expr: `${name}.count - ${own(name, i)}` },
      { cell: own(to.name, i), expr: `${own(to.name, i)} + ${own(name, i)}` },
      { cell: own(name, i), expr: '0' },
    ],
  };
}

/** What was read of it before holds until somebody changes it. */
function value(setup: ObjectSetup, cast: Cast): TrackedObject {
  const { name, label } = setup;
  const changed = `${name}.changed`;
  return {
    label,
    name,
    type: 'value',
    part: { cells: [{ name: changed, bits: 1, init: 0, owner: null }], waits: [], final: [] },
    has: () => '0',
    step: (op, i) => {
      switch (op.k) {
        case 'test':
          return { once: { ...NOTHING, guard: `${changed} == ${op.still ? 0 : 1}` } };
        case 'rely':
          return {
            once: {
              ...NOTHING,
              asserts: [
                { expr: `${changed} == 0 || !(${setup.under})`, message: `${cast[i] ?? ''} relies on ${label}, which another task has changed meanwhile` },
              ],
            },
          };
        case 'alone':
          return {
            once: {
              ...NOTHING,
              asserts: [{ expr: `${changed} == 0`, message: `${cast[i] ?? ''} goes on while another task is in the middle of changing ${label}` }],
            },
          };
        case 'use':
          return { once: { ...NOTHING, sets: [{ cell: changed, expr: '1' }] } };
        case 'assert-held':
          return { once: { ...NOTHING, sets: [{ cell: changed, expr: '0' }] } };
        default:
          return { once: NOTHING };
      }
    },
    giveBack: () => [],
    callerGoes: () => [],
    handTo: () => [],
  };
}

/** Everything in `cell` is put at once. The count can be less where somebody has put what was not its own. */
function dropped(name: string, cell: string): Action['sets'] {
  const count = `${name}.count`;
  return [
    { cell: `${name}.freed`, expr: `${cell} > 0 && ${count} <= ${cell} ? 1 : ${name}.freed` },
    { cell: count, expr: `${count} > ${cell} ? ${count} - ${cell} : 0` },
    { cell, expr: '0' },
  ];
}

function wrongKind(op: Extract<Op, { k: 'release' }>, label: string, cast: Cast, i: number): Action | null {
  const message = `${cast[i] ?? ''} releases ${label} with the function of another kind of lock`;
  return op.status === 'wrong-kind' ? { ...NOTHING, asserts: [{ expr: '0', message }] } : null;
}

function stillHeld(held: string, label: string, cast: Cast, i: number): Action {
  const assertion: Assertion = { expr: held, message: `${cast[i] ?? ''} has lost ${label}: another task released it` };
  return { ...NOTHING, asserts: [assertion] };
}
