import type { CFile, CFunction, CType, StructType } from '../parse/c/ast.js';
import type { Gap } from '../parse/gap.js';
import { exprKey } from './condition.js';
import type { Contract, ContractEffect, LockKind } from './contract.js';
import { isLockKind, readStatement } from './read-statement.js';
import { contractOfStatement, type Iterating, type Statement } from './statement.js';
import type { TypeEnvironment } from './types.js';
import { compareVersions, covers, overlap } from './version.js';

/** A function of the knowledge that has a body: computed by the engine like any other. */
export interface Definition {
  readonly fn: CFunction;
  readonly since: string | null;
  readonly until: string | null;
}

/** All that the knowledge says, of all kernel versions. */
export interface KnowledgeTable extends TypeEnvironment {
  /** Name to entries, in the order of their files and lines. */
  readonly contracts: ReadonlyMap<string, readonly Contract[]>;
  readonly wrappers: ReadonlyMap<string, readonly Definition[]>;
  readonly iterators: ReadonlyMap<string, Iterating>;
  readonly guards: ReadonlyMap<string, { readonly enter: string; readonly exit: string }>;
  readonly frees: ReadonlyMap<string, string>;
  readonly constants: ReadonlyMap<string, number | null>;
  /** Bodies that take locks in a documented order, with where it is documented. */
  readonly orders: ReadonlyMap<string, readonly DocumentedOrder[]>;
  /** Bodies that ask something under the lock that alone decides it, with where it is documented. */
  readonly questions: ReadonlyMap<string, readonly DocumentedOrder[]>;
}

/** A function of the knowledge that only shows in which order locks are taken, or under which lock something is asked. */
export interface DocumentedOrder extends Definition {
  readonly source: string;
}

/** The table as one kernel version sees it. `contracts` still holds every version's entries: `selectContract` chooses. */
export interface Knowledge extends KnowledgeTable {
  readonly version: string | null;
  /** The bodies that hold for `version`. */
  readonly definitions: ReadonlyMap<string, CFunction>;
}

/** Reads parsed knowledge headers for one kernel version ("6.1.192"; null: not known). */
export function readKnowledge(files: readonly CFile[], version: string | null): { readonly knowledge: Knowledge; readonly gaps: readonly Gap[] } {
  const { table, gaps } = readTable(files, EMPTY_TABLE);
  return { knowledge: knowledgeFor(table, version), gaps };
}

/** Reads headers on top of `base`: a name that they declare replaces all of the base's entries of that name. */
export function readTable(files: readonly CFile[], base: KnowledgeTable): { readonly table: KnowledgeTable; readonly gaps: readonly Gap[] } {
  const gaps: Gap[] = [];
  const env = environment(files, base);
  const contracts = new Map(base.contracts);
  const wrappers = new Map(base.wrappers);
  const iterators = new Map(base.iterators);
  const guards = new Map(base.guards);
  const frees = new Map(base.frees);
  const orders = new Map(base.orders);
  const questions = new Map(base.questions);
  const fresh = new Set<string>();
  for (const file of files)
    for (const fn of file.functions) {
      const s = readStatement(fn, env, 'knowledge');
      const wrong = (line: number, why: string): void => {
        gaps.push({ stage: 'kernel', file: file.path, function: fn.name, why: `${file.path}:${line}: ${why}` });
      };
      for (const w of s.wrong) wrong(w.line, w.why);
      if (s.since !== null && s.until !== null && compareVersions(s.since, s.until) >= 0) {
        wrong(fn.line, `holds since ${s.since} and until ${s.until}, so never`);
        continue;
      }
      if (fn.body && speaks(s)) {
        wrong(fn.line, 'has a body and also says what it does');
        continue;
      }
      if (!fresh.has(fn.name)) {
        fresh.add(fn.name);
        contracts.delete(fn.name);
        wrappers.delete(fn.name);
        orders.delete(fn.name);
        questions.delete(fn.name);
      }
      for (const g of s.guards) guards.set(g.name, { enter: fn.name, exit: g.exit });
      for (const name of s.frees) frees.set(name, fn.name);
      if (s.iterator) iterators.set(fn.name, s.iterator);
      if (s.wrong.length > 0) continue; // Half an entry would be a wrong entry.
      const earlier: readonly { readonly params: CFunction['params']; readonly since: string | null; readonly until: string | null }[] = [
        ...(contracts.get(fn.name) ?? []),
        ...(wrappers.get(fn.name) ?? []).map((w) => ({ params: w.fn.params, since: w.since, until: w.until })),
      ];
      if (earlier.some((e) => sameShape(e.params, fn.params) && overlap(e, s))) {
        wrong(fn.line, 'is stated twice for the same kernel versions');
        continue;
      }
      if (s.order !== null) {
        push(orders, fn.name, { fn, since: s.since, until: s.until, source: s.order });
        continue;
      }
      if (s.question !== null) {
        push(questions, fn.name, { fn, since: s.since, until: s.until, source: s.question });
        continue;
      }
      if (fn.body) {
        push(wrappers, fn.name, { fn, since: s.since, until: s.until });
        continue;
      }
      if (s.iterator) continue;
      const { contract, why } = contractOfStatement(fn, s, `${file.path}:${fn.line}`);
      if (contract) push(contracts, fn.name, contract);
      else wrong(fn.line, why ?? 'says nothing that can be used');
    }
  const constants = new Map([...base.constants, ...files.flatMap((f) => [...f.constants])]);
  return { table: { ...env, contracts, wrappers, iterators, guards, frees, constants, orders, questions }, gaps };
}

/** The table as `version` sees it. */
export function knowledgeFor(table: KnowledgeTable, version: string | null): Knowledge {
  const definitions = new Map<string, CFunction>();
  for (const [name, list] of table.wrappers) {
    const fit = list.filter((d) => version === null || covers(d, version));
    const chosen = version === null ? newest(fit) : fit[0];
    if (chosen) definitions.set(name, chosen.fn);
  }
  return { ...table, version, definitions };
}

/**
 * The entry of `name` for a call with `argCount` arguments (-1: any number) in kernel `version` (null: not known).
 * `declared` is the tree's own declaration: an entry with its very signature is preferred, also one of another version
 * (stable trees carry backports), and one with another return type is refused. Without a version the newest entry that
 * fits is taken. Null: no entry fits; `selectionGap` says why.
 */
export function selectContract(
  knowledge: KnowledgeTable,
  name: string,
  argCount: number,
  version: string | null,
  declared: CFunction | null = null,
): Contract | null {
  const fit = fitting(knowledge, name, argCount, version, declared);
  return version === null ? newest(fit) : (fit[0] ?? null);
}

/** Why an entry that exists was not used, or was used on an assumption; null when there is nothing to say. */
export function selectionGap(
  knowledge: KnowledgeTable,
  name: string,
  argCount: number,
  version: string | null,
  declared: CFunction | null = null,
): string | null {
  const all = knowledge.contracts.get(name) ?? [];
  if (all.length === 0) return null;
  const fit = fitting(knowledge, name, argCount, version, declared);
  if (fit.length === 0)
    return `${name}() is known (${all.map((c) => c.source).join(', ')}), but no entry fits ${argCount < 0 ? '' : `a call with ${argCount} arguments in `}${version === null ? 'an unknown kernel version' : `kernel ${version}`}`;
  if (version === null && fit.length > 1)
    return `${name}() differs between kernel versions; the version is not known, so the newest entry is used (${newest(fit)?.source ?? ''})`;
  return null;
}

/**
 * What a declaration in a kernel tree says by its own annotations (both generations), or null: when it says nothing
 * about locks, or something whose lock cannot be identified. Pass the table, so that types can be followed.
 */
export function contractFromAttributes(fn: CFunction, types: TypeEnvironment = EMPTY_TABLE, source = ''): Contract | null {
  const s = readStatement(fn, types, 'tree');
  if (s.stated.length === 0 || s.wrong.length > 0) return null;
  const { contract } = contractOfStatement(fn, s, source || `${fn.name}:${fn.line}`);
  if (contract === null) return null;
  const outcomes = contract.outcomes.map((o) => ({ ...o, effects: takenAgain(o.effects) }));
  return outcomes.some((o) => o.effects.some((e) => e.op === 'acquire' && e.kind === 'other')) ? null : { ...contract, outcomes };
}

/** `__releases(x) __acquires(x)`: given back and taken again, whichever comes first in the text. */
function takenAgain(effects: readonly ContractEffect[]): readonly ContractEffect[] {
  const place = (e: ContractEffect, op: 'acquire' | 'release'): string | null => (e.op === op ? exprKey(e.place) : null);
  const both = effects.flatMap((e) => {
    const p = place(e, 'release');
    return p !== null && effects.some((x) => place(x, 'acquire') === p) ? [p] : [];
  });
  return effects.flatMap((e): ContractEffect[] =>
    (e.op !== 'acquire' && e.op !== 'release') || !both.includes(exprKey(e.place))
      ? [e]
      : e.op === 'release'
        ? [{ op: 'assert-held', place: e.place, kind: e.kind, mode: 'either', relocked: true }]
        : [],
  );
}

export const EMPTY_TABLE: KnowledgeTable = {
  structs: new Map(),
  typedefs: new Map(),
  globals: new Map(),
  lockTypes: new Map(),
  contracts: new Map(),
  wrappers: new Map(),
  iterators: new Map(),
  guards: new Map(),
  frees: new Map(),
  constants: new Map(),
  orders: new Map(),
  questions: new Map(),
};

function fitting(knowledge: KnowledgeTable, name: string, argCount: number, version: string | null, declared: CFunction | null): readonly Contract[] {
  const all = (knowledge.contracts.get(name) ?? []).filter(
    (c) => argCount < 0 || c.params.length === argCount || (c.variadic === true && argCount > c.params.length),
  );
  const inVersion = all.filter((c) => version === null || covers(c, version));
  if (!declared || declared.kind === 'macro') return inVersion;
  const exact = all.filter((c) => sameShape(c.params, declared.params) && sameType(c.returns, declared.returns));
  if (exact.length > 0) {
    const both = exact.filter((c) => inVersion.includes(c));
    return both.length > 0 ? both : exact;
  }
  return inVersion.filter((c) => c.params.length === declared.params.length && sameType(c.returns, declared.returns));
}

/** The entry that holds for the latest kernels. */
function newest<T extends { readonly since: string | null; readonly until: string | null }>(list: readonly T[]): T | null {
  return [...list].sort((a, b) => (a.until === null ? (b.until === null ? 0 : -1) : b.until === null ? 1 : compareVersions(b.until, a.until)))[0] ?? null;
}

function sameShape(a: CFunction['params'], b: CFunction['params']): boolean {
  return a.length === b.length && a.every((p, i) => sameType(p.type, (b[i] as { type: CType }).type));
}

/** `__expr` is any argument of a macro. */
function sameType(a: CType, b: CType): boolean {
  return a.base === '__expr' || b.base === '__expr' || (a.base === b.base && a.pointers === b.pointers);
}

/** Whether a statement goes beyond versions, guards and free classes. */
function speaks(s: Statement): boolean {
  return s.stated.length > 0 || s.pure || s.result !== null || s.noreturn || s.flags !== null;
}

function environment(files: readonly CFile[], base: TypeEnvironment): TypeEnvironment {
  const structs = new Map(base.structs);
  const typedefs = new Map(base.typedefs);
  const globals = new Map(base.globals);
  const lockTypes = new Map(base.lockTypes);
  for (const f of files) {
    for (const s of f.structs)
      if (s.name === 'struct __lock_types') readLockTypes(s, lockTypes);
      else for (const name of tags(s.name)) structs.set(name, s);
    for (const t of f.typedefs) typedefs.set(t.name, t.type);
    for (const g of f.globals) globals.set(g.name, g.type);
  }
  return { structs, typedefs, globals, lockTypes };
}

/** `struct seqlock_t` stands for the unnamed struct behind the typedef `seqlock_t`. */
function tags(name: string): readonly string[] {
  return /^struct \w+_t$/.test(name) ? [name, name.slice('struct '.length)] : [name];
}

/** `struct __lock_types { spinlock_t a __kind(spin); … }` is the list of lock types. */
function readLockTypes(s: StructType, out: Map<string, LockKind>): void {
  for (const f of s.fields) {
    const kind = f.attributes.find((a) => a.name === '__kind')?.args[0];
    if (kind?.k === 'id' && isLockKind(kind.name)) out.set(f.type.base, kind.name);
  }
}

function push<T>(map: Map<string, readonly T[]>, name: string, value: T): void {
  map.set(name, [...(map.get(name) ?? []), value]);
}
