import type { Attribute, CFunction, Expr } from '../parse/c/ast.js';
import type { LockKind } from './contract.js';
import type { Statement, Strictness } from './statement.js';
import { type Draft, idOf, names } from './statement-draft.js';
import type { TypeEnvironment } from './types.js';
import { VOCABULARY } from './vocabulary.js';

const KINDS: ReadonlySet<string> = new Set<LockKind>([
  'spin',
  'raw_spin',
  'rwlock',
  'mutex',
  'rwsem',
  'percpu_rwsem',
  'semaphore',
  'seq',
  'bit',
  'rcu',
  'srcu',
  'irq',
  'bh',
  'preempt',
  'local',
  'pair',
  'other',
]);

/** Storage and compiler words that say nothing about locks. */
const SILENT = /^(static|inline|extern|__always_inline|noinline|__must_check|__init|__exit|__sched|notrace|__weak|__malloc|asmlinkage|__kind|__trylock)$/;

/** Reads the attributes of one declaration. */
export function readStatement(fn: CFunction, env: TypeEnvironment, strictness: Strictness): Statement {
  const reader = new Map(Object.entries(VOCABULARY));
  const draft: Draft = {
    fn,
    env,
    strictness,
    stated: [],
    pure: false,
    result: null,
    counts: null,
    noreturn: false,
    errno: false,
    flags: null,
    since: null,
    until: null,
    guards: [],
    frees: [],
    iterator: null,
    order: null,
    claims: null,
    question: null,
    wrong: [],
    tryLock: fn.attributes.some((a) => a.name === '__trylock'),
    kind: kindOverride(fn),
    names: new Map([...fn.params.map((p) => [p.name, p.type] as const), ['__return', fn.returns]]),
  };
  for (const a of fn.attributes) {
    const known = reader.get(a.name);
    if (known) {
      const given = givenOf(a);
      const why = known(draft, given ? { ...a, args: a.args.slice(0, -1) } : a, given) ?? (given ? names(draft, given) : null);
      if (why !== null) draft.wrong.push({ line: a.line, why: `${a.text}: ${why}` });
    } else if (strictness === 'knowledge' && a.name === '__kind' && !KINDS.has(idOf(a.args[0]) ?? ''))
      draft.wrong.push({ line: a.line, why: `${a.text}: needs one of ${[...KINDS].join(', ')}` });
    else if (strictness === 'knowledge' && !SILENT.test(a.name)) draft.wrong.push({ line: a.line, why: `${a.text}: no such word` });
  }
  return draft;
}

function kindOverride(fn: CFunction): LockKind | null {
  const named = idOf(fn.attributes.find((a) => a.name === '__kind')?.args[0]);
  return named && KINDS.has(named) ? (named as LockKind) : null;
}

/** Whether `__kind(name)` names a kind of lock. */
export function isLockKind(name: string): name is LockKind {
  return KINDS.has(name);
}

function givenOf(a: Attribute): Expr | null {
  const last = a.args.at(-1);
  return last?.k === 'call' && last.fn.k === 'id' && last.fn.name === 'given' ? (last.args[0] ?? null) : null;
}
