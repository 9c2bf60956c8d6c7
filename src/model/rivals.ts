import type { CFile, Expr } from '../parse/c/ast.js';
import { buildCfg } from '../cfg/build.js';
import { effectTable } from '../effect/table.js';
import { type Contract, type ContractEffect, plainContract } from '../kernel/contract.js';
import type { TypeTable } from '../absint/machine.js';
import type { TermId } from '../absint/term.js';
import { collapse, type Automaton } from './automaton.js';
import { explore } from './explore.js';
import type { Slice } from './local.js';

/** A rival actor: what somebody else does to the object that a finding is about. */
export interface Rival {
  readonly name: string;
  /** "models/waiter.c". */
  readonly file: string;
  readonly automaton: Automaton;
  /** Its objects, in the order of its parameters. */
  readonly params: readonly TermId[];
  /** The words it uses. */
  readonly does: ReadonlySet<string>;
}

/**
 * The words of `models/*.c`. The first parameter is the object of the finding, whatever kind of lock or counter it is; a
 * rival with a second one wants two locks.
 *
 * | word | meaning |
 * |---|---|
 * | `model_lock`, `model_unlock` | take a lock that one task holds at a time, give it back |
 * | `model_write_lock`, `model_write_unlock` | the same for the writer of a lock that has readers |
 * | `model_read_lock`, `model_read_unlock` | the same as a reader |
 * | `model_assert_held` | fails when somebody else has released it meanwhile |
 * | `model_wait_for_sections` | waits until nobody else is inside |
 * | `model_get`, `model_put` | take and put a reference |
 * | `model_use` | fails when the object has been freed |
 * | `model_change` | what others have read of the value holds no longer |
 * | `model_settle` | the value is whole again |
 */
const WORDS: Readonly<Record<string, (place: Expr) => readonly ContractEffect[]>> = {
  model_lock: (place) => [{ op: 'acquire', place, kind: 'other', mode: 'exclusive', tryLock: false }],
  model_unlock: (place) => [{ op: 'release', place, kind: 'other', mode: 'exclusive' }],
  model_write_lock: (place) => [{ op: 'acquire', place, kind: 'other', mode: 'exclusive', tryLock: false }],
  model_write_unlock: (place) => [{ op: 'release', place, kind: 'other', mode: 'exclusive' }],
  model_read_lock: (place) => [{ op: 'acquire', place, kind: 'other', mode: 'shared', tryLock: false }],
  model_read_unlock: (place) => [{ op: 'release', place, kind: 'other', mode: 'shared' }],
  model_assert_held: (place) => [{ op: 'assert-held', place, kind: 'other', mode: 'either' }],
  model_wait_for_sections: (place) => [{ op: 'acquire', place, kind: 'other', mode: 'exclusive', tryLock: false }],
  model_get: (place) => [{ op: 'get', place, kind: 'object', count: 1 }],
  model_put: (place) => [{ op: 'put', place, kind: 'object', count: 1 }],
  model_use: (place) => [{ op: 'walk', place }],
  model_change: (place) => [{ op: 'walk', place }],
  model_settle: (place) => [{ op: 'assert-held', place, kind: 'other', mode: 'either' }],
};

const EVERYTHING: Slice = {
  kind: () => true,
  lock: () => true,
  reference: () => true,
  strict: true,
  walks: false,
  useLine: 0,
  keepsItself: false,
  exactNames: false,
  sites: null,
  entry: { lock: () => 'free', mode: () => null, owned: () => 1 },
};
const NO_TYPES: TypeTable = { structs: new Map(), constants: new Map(), globals: new Map(), lockTypes: new Map(), returns: () => null };

/** Every function with a body in the given files is a rival. One that cannot be run is left out. */
export function readRivals(files: readonly CFile[]): readonly Rival[] {
  return files.flatMap((file) =>
    file.functions.flatMap((fn) => {
      if (fn.body === null) return [];
      const { cfg } = buildCfg(fn);
      const effects = effectTable(cfg, (name) => word(name));
      const exploration = explore({ cfg, effects, types: NO_TYPES }, EVERYTHING);
      const automaton = exploration === null ? null : collapse(exploration);
      if (exploration === null || automaton === null || automaton.start < 0) return [];
      const params = fn.params.map((p) => exploration.m.terms.sym(`param:${p.name}`, p.name, p.type, 'param'));
      return [{ name: fn.name, file: file.path, automaton, params, does: new Set([...effects.contracts.values()].map((c) => c.name)) }];
    }),
  );
}

function word(name: string): Contract | null {
  const effects = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (effects === undefined) return null;
  const place: Expr = { k: 'id', name: 'object', line: 0 };
  return plainContract({
    name,
    params: [{ name: 'object', type: { base: 'void', pointers: 1, array: false } }],
    returns: { base: 'void', pointers: 0, array: false },
    outcomes: [{ when: { is: 'any' }, effects: effects(place) }],
    source: 'knowledge',
  });
}
