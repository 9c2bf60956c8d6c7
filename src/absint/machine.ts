import type { CFunction, CType, Expr, StructType } from '../parse/c/ast.js';
import type { Contract, LockKind } from '../kernel/contract.js';
import type { ResultUse, resultUses } from './results.js';
import type { CallSite } from './calls.js';
import type { Handed, Kept, TakenOut } from './carried.js';
import type { Exit } from './exit.js';
import { type TermId, type Terms, isCall } from './term.js';
import { createTerms } from './term-table.js';
import type { OrderLog } from './order.js';
import type { Facts } from './fact.js';
import type { Step } from './state.js';

/** What went wrong at one point of one path, before any rule looks at it. */
export interface Event {
  readonly kind:
    | 'double-acquire'
    | 'release-not-held'
    | 'mode-mismatch'
    | 'kind-mismatch'
    | 'not-asserted'
    | 'put-not-owned'
    | 'use-after-put'
    | 'flag-without-lock'
    | 'lock-without-flag'
    | 'flag-not-accepted'
    | 'flag-lock-weaker'
    | 'try-ignored'
    | 'failed-try-released'
    | 'result-ignored'
    | 'sleeps'
    | 'not-rechecked'
    | 'unguarded'
    | 'stale-use'
    | 'returns-unowned'
    | 'held-at-exit'
    | 'owned-at-exit'
    | 'order-inverted'
    | 'reclaim-inside'
    | 'caller-broken';
  /** Lock class or reference kind. */
  readonly resource: string;
  readonly place: string;
  readonly lockKind: LockKind | string;
  readonly line: number;
  /** Where the resource was taken, given up or put before; 0 when unknown. */
  readonly otherLine: number;
  readonly exitClass: string;
  readonly trace: Step | null;
  /** `sure`: wrong in itself. `contract`: wrong only if callers do not expect it, so it counts when it is new. */
  readonly certainty: 'sure' | 'contract';
  readonly detail: string;
  readonly object: Expr | null;
  /**
   * Why it is not sure, where text outside the function can settle that. `name`: nothing but the function's name says that
   * it hands the lock out. Else the callees, as `name#argument`, that may have kept the object.
   */
  readonly doubt?: 'name' | ReadonlySet<string>;
}

/** Types of fields and of typedefs, from the knowledge and the analysed file. */
export interface TypeTable {
  readonly structs: ReadonlyMap<string, StructType>;
  readonly constants: ReadonlyMap<string, number | null>;
  /** Names of types to the kind of lock that they are. */
  readonly lockTypes: ReadonlyMap<string, LockKind>;
  readonly globals: ReadonlyMap<string, CType>;
  /** Return types of functions by name. */
  readonly returns: (name: string) => CType | null;
}

/** What one function's analysis shares: its terms, its variables and the events found. */
export interface Machine {
  readonly fn: CFunction;
  readonly terms: Terms;
  readonly types: TypeTable;
  readonly variables: Map<string, CType>;
  readonly events: Event[];
  /** Blocks inside some loop: symbols made there may be made again. */
  readonly inLoop: ReadonlySet<number>;
  /** Lock addresses to what the paths' first operations assumed of the caller, with the facts they held then. */
  readonly assumptions: {
    readonly lock: TermId;
    readonly assumed: 'held' | 'free';
    readonly facts: Facts;
    readonly line: number;
    readonly place: string;
    readonly kind: LockKind;
    readonly trace: Step | null;
    readonly object: Expr | null;
    readonly direct: boolean;
  }[];
  /** What was assumed already, with what was known of the caller's values, and what was said already, with the objects that it was said of: each once. */
  readonly assumed: Set<string>;
  readonly said: Map<string, Set<Expr | null>>;
  /** Lock addresses that some path releases after taking them itself. */
  readonly releasedHere: Set<TermId>;
  /** Statements (`line kind`) that give back what their path took itself, with where the last such path took it, and its facts. */
  readonly releasedAt: Map<string, { readonly lock: TermId; readonly taken: number; readonly facts: Facts }>;
  /** Of these: whether the last such pair were primitives that the function calls itself. */
  readonly releasedDirectly: Map<TermId, boolean>;
  /** Results of calls whose body is not known, to their arguments: such a result may be part of an argument. */
  readonly derived: Map<TermId, readonly TermId[]>;
  /** Values that the code casts to a pointer to a struct, where nothing else says what they point to. */
  readonly casts: Map<TermId, CType>;
  /** Names of constants that the function's own code writes. */
  readonly mentioned: ReadonlySet<string>;
  /** Locks that a computed callee leaves held in one case and not in another, which its result does not tell apart; `callee`: one of which nothing is known was given the lock. */
  readonly unclear: Map<TermId, 'cases' | 'callee'>;
  /** Results of calls that take a lock or not, as the result says. */
  readonly tries: Set<TermId>;
  /** Objects that some path stored where others can find them, or gave to a callee that may have. */
  readonly escaped: Set<TermId>;
  /** Those of them that the function itself stored. */
  readonly stored: Set<TermId>;
  /** Locks of the caller that some path gives back and takes again. */
  readonly relocked: Set<TermId>;
  /** Locks of objects that the call which took them returned. */
  readonly brought: Set<TermId>;
  /** Variables that the state of interrupts was saved in. */
  readonly flags: Set<string>;
  /** Objects that some path showed to a callee of which nothing is known. */
  readonly lent: Set<TermId>;
  /** Objects to those who may have kept a pointer to them, as `callee#argument`; empty: somebody else. */
  readonly keepers: Map<TermId, ReadonlySet<string>>;
  /** Objects that a callee of which nothing is known returned: they may have come with a reference. */
  readonly given: Set<TermId>;
  /** Declared types of the variables that first received a value of unknown type. */
  readonly declared: Map<TermId, CType>;
  /** Reference kinds and objects (`object kind`) that some path puts after taking them itself. */
  readonly putHere: Set<string>;
  /** Arrays whose elements some path puts one by one. */
  readonly putFrom: Set<TermId>;
  /** References (`kind line`) to the array that they were stored in. */
  readonly placedIn: Map<string, TermId>;
  /** Operations on tracked resources, by op, resource and line. */
  readonly ops: Map<string, { readonly op: 'takes' | 'releases' | 'gets' | 'puts'; readonly text: string; readonly line: number }>;
  /** Where each lock or object was named last, as an expression of the function. */
  readonly named: Map<TermId, Expr>;
  /** What the function does with the results of its calls. */
  readonly uses: ReturnType<typeof resultUses>;
  /** Held locks (`lock kind line`) that a call may have given back without our seeing it, or may not have taken. */
  readonly doubtful: Set<string>;
  /** Calls of functions that are no primitives, by what is held there. */
  readonly calls: Map<string, CallSite>;
  /** Parameters whose value goes to a callee whose contract speaks of its flags. */
  readonly passed: Map<string, NonNullable<Contract['flags']>>;
  /** Calls that say that something is never true, by line. */
  readonly claims: Map<number, string>;
  /** Fields that something was kept in, and fields that were cleared after what was kept there had been read. */
  readonly kept: Map<string, Kept>;
  readonly takenOut: Map<string, TakenOut>;
  readonly handed: Map<string, Handed>;
  /** What flags held in words, for values that stand for several: where ways joined, and over lines that are not shown. */
  readonly worded: Map<TermId, readonly string[]>;
  /** What `typeOf` has found; emptied when a declaration or a cast says something new. */
  readonly typed: Map<TermId, CType | null>;
  /** What `carried` has found; emptied when something is derived. */
  readonly carried: Map<TermId, readonly TermId[]>;
  /** What `baseObject` has found. */
  readonly bases: Map<TermId, TermId>;
  /** States at lines that are not shown, by where they are. */
  readonly unshown: Map<string, Exit[]>;
  /** References (`kind line`) of objects that were used when the lock they were found under was gone. */
  readonly pinned: Set<string>;
  /** Locks that a call takes only sometimes, and whose result nobody tests. */
  readonly untested: Set<TermId>;
  /** Numbers that the call of a line was given. */
  readonly asked: Map<number, readonly TermId[]>;
  /** Lines of calls of which nothing is known. */
  readonly blind: Set<number>;
  /** Sections that come with a pointer, to that pointer's type. */
  readonly sections: Map<TermId, CType | null>;
  /** Locks taken while others were held. */
  readonly order: OrderLog;
}

const UNKNOWN_USE: ReadonlySet<ResultUse> = new Set<ResultUse>(['used']);

export function createMachine(
  fn: CFunction,
  types: TypeTable,
  inLoop: ReadonlySet<number>,
  uses: Machine['uses'] = () => UNKNOWN_USE,
  mentioned: ReadonlySet<string> = new Set(),
): Machine {
  return {
    fn,
    uses,
    asked: new Map(),
    blind: new Set(),
    sections: new Map(),
    untested: new Set(),
    pinned: new Set(),
    worded: new Map(),
    claims: new Map(),
    kept: new Map(),
    takenOut: new Map(),
    handed: new Map(),
    unshown: new Map(),
    typed: new Map(),
    bases: new Map(),
    carried: new Map(),
    calls: new Map(),
    passed: new Map(),
    doubtful: new Set(),
    terms: createTerms(types.constants),
    types,
    variables: new Map(fn.params.map((p) => [p.name, p.type])),
    events: [],
    inLoop,
    assumptions: [],
    assumed: new Set(),
    said: new Map(),
    releasedHere: new Set(),
    releasedAt: new Map(),
    releasedDirectly: new Map(),
    putHere: new Set(),
    putFrom: new Set(),
    placedIn: new Map(),
    escaped: new Set(),
    relocked: new Set(),
    flags: new Set(),
    brought: new Set(),
    lent: new Set(),
    keepers: new Map(),
    given: new Set(),
    stored: new Set(),
    declared: new Map(),
    derived: new Map(),
    casts: new Map(),
    tries: new Set(),
    unclear: new Map(),
    mentioned,
    named: new Map(),
    ops: new Map(),
    order: { pairs: new Map(), takings: new Map(), takers: new Map() },
  };
}

/** The type of a value or place, where it can be known: as declared, or else as the code casts it. */
export function typeOf(m: Machine, id: TermId): CType | null {
  let type = m.typed.get(id);
  if (type === undefined) m.typed.set(id, (type = declaredOrCast(m, id)));
  return type;
}

/** From here on variable `name` has this type. */
export function declare(m: Machine, name: string, type: CType): void {
  if (m.variables.get(name) === type) return;
  m.variables.set(name, type);
  m.typed.clear();
}

function declaredOrCast(m: Machine, id: TermId): CType | null {
  const declared = declaredType(m, id);
  return declared && (declared.pointers > 0 || /^(struct|union) /.test(declared.base)) && declared.base !== 'void' ? declared : (m.casts.get(id) ?? declared);
}

function declaredType(m: Machine, id: TermId): CType | null {
  const t = m.terms.get(id);
  switch (t.k) {
    case 'sym':
      return t.type;
    case 'var':
      return t.global ? (m.types.globals.get(t.name) ?? null) : (m.variables.get(t.name) ?? null);
    case 'load':
      return typeOf(m, t.loc);
    case 'addr': {
      const inner = typeOf(m, t.loc);
      return inner ? { ...inner, pointers: inner.pointers + 1, array: false } : null;
    }
    case 'deref': {
      const inner = typeOf(m, t.base);
      return inner && inner.pointers > 0 ? { ...inner, pointers: inner.pointers - 1 } : null;
    }
    case 'field':
      return fieldType(m, t.base, t.name);
    case 'elem': {
      const inner = typeOf(m, t.base);
      return inner && inner.pointers > 0 ? { ...inner, pointers: inner.pointers - 1, array: false } : null;
    }
    case 'op':
      if (t.op.startsWith('once:') || t.op === 'ptr+') return typeOf(m, t.args[0] as TermId);
      if (isCall(t.op)) return m.types.returns(t.op.slice(5));
      return null;
    default:
      return null;
  }
}

function fieldType(m: Machine, base: TermId, name: string): CType | null {
  const pointer = typeOf(m, base);
  return pointer ? (m.types.structs.get(pointer.base)?.fields.find((f) => f.name === name)?.type ?? null) : null;
}

/**
 * The lock class of the lock at address `lock`: lockdep's identity across functions, from types rather than from
 * local names ("mm_struct->mmap_lock", "&pool_lock"). Never compare it with a place.
 */
export function lockClass(m: Machine, lock: TermId): string {
  const t = m.terms.get(lock);
  if (t.k === 'addr') {
    const loc = m.terms.get(t.loc);
    if (loc.k === 'field') return `${objectName(m, loc.base)}->${loc.name}`;
    if (loc.k === 'var') return loc.name;
    if (loc.k === 'elem') return `${globalName(m, loc.base) ?? objectName(m, loc.base)}[]`;
  }
  return objectName(m, lock);
}

/** A name for an object that does not depend on local variables: its struct tag, a global's name, or the call it came from. */
export function objectName(m: Machine, id: TermId): string {
  const t = m.terms.get(id);
  const type = typeOf(m, id);
  if (type && type.pointers === 1 && /^(struct|union) /.test(type.base)) return type.base.replace(/^\w+ /, '');
  switch (t.k) {
    case 'addr': {
      const loc = m.terms.get(t.loc);
      return loc.k === 'field' ? `${objectName(m, loc.base)}->${loc.name}` : loc.k === 'var' && loc.global ? loc.name : 'local';
    }
    case 'load': {
      const loc = m.terms.get(t.loc);
      return loc.k === 'field'
        ? along(objectName(m, loc.base), loc.name)
        : loc.k === 'var'
          ? loc.global
            ? loc.name
            : 'local'
          : loc.k === 'deref'
            ? objectName(m, loc.base)
            : loc.k === 'elem'
              ? `${objectName(m, loc.base)}[]`
              : 'object';
    }
    case 'sym':
      return t.source === 'call'
        ? t.text
        : type
          ? typeName(type)
          : t.source === 'param' && m.fn.params.some((p) => p.name === t.text)
            ? `argument ${m.fn.params.findIndex((p) => p.name === t.text) + 1}`
            : 'object';
    case 'op':
      return isCall(t.op) ? `${t.op.slice(5)}()` : t.args[0] !== undefined ? objectName(m, t.args[0]) : 'object';
    default:
      return 'object';
  }
}

/** Objects further along one list are of one class. */
function along(owner: string, member: string): string {
  return owner.endsWith(`->${member}`) ? owner : `${owner}->${member}`;
}

/** The name of the global that `id` was read from. */
function globalName(m: Machine, id: TermId): string | null {
  const t = m.terms.get(id);
  const loc = t.k === 'load' ? m.terms.get(t.loc) : null;
  return loc?.k === 'var' && loc.global ? loc.name : null;
}

function typeName(type: CType): string {
  return type.base.replace(/^(struct|union|enum) /, '');
}

/** The last member of a lock class or reference: the path that leads to it may be spelled differently on two sides. */
export function lastPart(resource: string): string {
  return resource.split('->').at(-1) ?? resource;
}

/** The local variable in whose memory `loc` lies. */
export function rootVariable(m: Machine, loc: TermId): string | null {
  const t = m.terms.get(loc);
  if (t.k === 'var') return t.global ? null : t.name;
  if (t.k !== 'field' && t.k !== 'elem') return null;
  const base = m.terms.get(t.base);
  return base.k === 'addr' ? rootVariable(m, base.loc) : null;
}

/** Values that are the same pointer for locks and references: casts and single reads are looked through. */
export function strip(terms: Terms, id: TermId): TermId {
  const t = terms.get(id);
  return t.k === 'op' && t.op.startsWith('once:') ? strip(terms, t.args[0] as TermId) : id;
}
