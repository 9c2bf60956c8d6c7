import type { CFile, CFunction, CType, StructType } from '../parse/c/ast.js';
import { isPartial } from '../parse/c/unshown.js';
import { partnersOf } from '../parse/c/partners.js';
import type { Gap } from '../parse/gap.js';
import { buildCfg, type CfgHints } from '../cfg/build.js';
import type { Cfg } from '../cfg/cfg.js';
import type { Contract, LockKind } from '../kernel/contract.js';
import type { EffectTable } from '../effect/effect.js';
import { namedReferences, speaksOfReference } from '../effect/named.js';
import { withInferred } from '../effect/inferred.js';
import { effectTable, type Callee } from '../effect/table.js';
import { analyse, BOUNDS } from './analyse.js';
import { withBorrowers } from './borrows.js';
import { annotated, orAnnotated } from './annotated.js';
import { againstCallers, aroundCalls } from './caller-locks.js';
import { looking, looks } from './looks.js';
import { withLoops } from './loops.js';
import type { Memo } from './memo.js';
import type { TypeTable } from './machine.js';
import { knownToHandOut, type Neighbour, withoutNames } from './other-half.js';
import { withoutTolerated } from './nothing.js';
import { NOTHING_OUTSIDE, type Outside } from './outside.js';
import { partnerMismatch } from './partner.js';
import type { Bounds } from './solve.js';
import type { Summary } from './summary.js';
import { touches } from './touches.js';
import { typeTable } from './types.js';
import { calledByName, calleesOf, isVoid, keepsArgument, writesOnlyLocals } from './walk.js';

/** What the engine asks of the kernel knowledge. */
export interface Primitives {
  readonly hints: CfgHints;
  readonly contract: (name: string, args: number) => Contract | null;
  /** Thin wrappers given as C in the knowledge: computed, not stated. */
  readonly definition: (name: string) => CFunction | null;
  readonly structs: ReadonlyMap<string, StructType>;
  readonly constants: ReadonlyMap<string, number | null>;
  readonly lockTypes: ReadonlyMap<string, LockKind>;
  readonly globals: ReadonlyMap<string, CType>;
  /** Bodies that take locks in a documented order, with where it is documented. */
  readonly orders: readonly { readonly fn: CFunction; readonly source: string }[];
  /** Bodies that show how the two halves of an operation are called for several objects, one after the other. */
  readonly batches: readonly { readonly fn: CFunction; readonly source: string }[];
  /** Bodies that ask something under the lock that alone decides it, with where that is documented. */
  readonly questions: readonly { readonly fn: CFunction; readonly source: string }[];
  readonly annotations: (fn: CFunction, structs?: ReadonlyMap<string, StructType>) => Contract | null;
}

/** One function, analysed. */
export interface Analysed {
  readonly fn: CFunction;
  readonly file: string;
  readonly cfg: Cfg;
  readonly effects: EffectTable;
  readonly summary: Summary;
  readonly types: TypeTable;
  readonly gaps: readonly Gap[];
}

/** One side of a change (or a tree as it stands): functions are analysed when asked for, callees first. */
export interface Program {
  /** Null when the function has no body here, or is being analysed already (recursion). */
  readonly analyse: (file: string, name: string) => Analysed | null;
  /** Names of functions with a body in `file`, in source order. */
  readonly functions: (file: string) => readonly CFunction[];
  /** Functions of `file` that call `name`, in source order. */
  readonly callers: (file: string, name: string) => readonly string[];
}

const BOUNDS_FOR_CALLEES: Bounds = { apart: 8, disjuncts: 32, steps: 4_000 };
const MAX_DEPTH = 12;

/**
 * `computed`: functions whose own body wins over the knowledge, because the series touches them. `outside`: what is
 * known of functions that are in none of `files`. `memo`: what other programs have analysed already. `inPart`: files of
 * which a mail shows hunks only, where names say what else nobody says.
 */
export function createProgram(
  files: readonly CFile[],
  primitives: Primitives,
  computed: (name: string) => boolean,
  outside: Outside = NOTHING_OUTSIDE,
  memo: Memo | null = null,
  inPart: (path: string) => boolean = () => false,
): Program {
  const own = new Set(files.map((f) => f.path));
  const byFile = new Map<string, Map<string, CFunction>>();
  const shared = new Map<string, { file: string; fn: CFunction }>();
  const prototypes = new Map<string, CFunction>();
  const macros = new Map<string, Map<string, CFunction>>();
  const hints = new Map<string, CfgHints>();
  for (const f of files) {
    macros.set(f.path, new Map(f.functions.filter((fn) => fn.kind === 'macro' && standsForFunction(fn)).map((fn) => [fn.name, fn])));
    hints.set(
      f.path,
      withLoops(
        primitives.hints,
        f.functions.filter((fn) => fn.kind === 'macro'),
      ),
    );
    const mine = new Map<string, CFunction>();
    for (const fn of f.functions) {
      if (fn.kind === 'prototype' && fn.attributes.length > 0) prototypes.set(fn.name, fn);
      if (!fn.body || fn.variant !== 0 || fn.kind === 'macro') continue;
      // `#ifdef` stubs: the longer body is the real one.
      const old = mine.get(fn.name);
      if (!old || fn.endLine - fn.line > old.endLine - old.line) mine.set(fn.name, fn);
      if (!fn.static || fn.inline) shared.set(fn.name, { file: f.path, fn });
    }
    byFile.set(f.path, mine);
  }
  const types = typeTable(files, primitives);
  const declarations = memo?.declarations(files) ?? 0;
  const done = new Map<string, Analysed | null>();
  /** Functions that are being analysed, to their depth in the chain of calls. */
  const busy = new Map<string, number>();
  /** Results that hold only below the function that is analysed now; `cut`: the depth of the function on whose behalf calls were left unknown. */
  const provisional = new Map<string, { readonly depth: number; readonly cut: number; readonly result: Analysed }>();
  let cut = Infinity;
  const relevance = new Map<string, boolean>();
  const calls = new Map<CFunction, ReadonlySet<string>>();
  let depth = 0;

  /** What the annotations of a function without a body in view say of it. */
  const declared = (name: string): Contract | null => {
    const fn = prototypes.get(name);
    return fn ? primitives.annotations(fn, types.structs) : null;
  };
  const find = (file: string, name: string): { file: string; fn: CFunction } | null => {
    const mine = byFile.get(file)?.get(name);
    const macro = mine ? undefined : macros.get(file)?.get(name);
    return mine ? { file, fn: mine } : (shared.get(name) ?? (macro ? { file, fn: macro } : null));
  };
  const calledBy = (fn: CFunction): ReadonlySet<string> => {
    let names = calls.get(fn);
    if (!names) {
      const set = new Set<string>();
      if (fn.body) calleesOf(fn.body, set);
      names = set;
      calls.set(fn, names);
    }
    return names;
  };
  /** Whether a body can do anything to locks or references at all; a cheap look before it is analysed. */
  const relevant = (file: string, fn: CFunction, seen: Set<string>): boolean => {
    const key = `${file}:${fn.name}`;
    const known = relevance.get(key);
    if (known !== undefined) return known;
    if (seen.has(key) || seen.size > 400) return false;
    seen.add(key);
    let result = fn.params.some((p) => p.type.pointers >= 2) || keepsArgument(fn);
    for (const name of calledBy(fn)) {
      if (result) break;
      if (inPart(file) && speaksOfReference(name)) result = true;
      const stated = primitives.contract(name, -1);
      if (stated) {
        if (touches(stated)) result = true;
        continue;
      }
      const definition = primitives.definition(name);
      const target = definition ? { file: 'knowledge', fn: definition } : find(file, name);
      if (target ? relevant(target.file, target.fn, seen) : bearing(outside.callee(name, file, -1, own)) || declared(name) !== null) result = true;
    }
    if (result || seen.size === 1) relevance.set(key, result);
    return result;
  };
  /** Whether a body writes nothing but its own variables and calls only functions of which the same is true. */
  const onlyLooks = (file: string, fn: CFunction, seen: Set<CFunction>): boolean => {
    if (seen.has(fn) || seen.size > 40 || !fn.body || isVoid(fn.returns)) return false;
    seen.add(fn);
    const written = new Set<string>();
    if (!writesOnlyLocals(fn.body, written)) return false;
    for (const name of calledByName(calledBy(fn))) {
      const stated = primitives.contract(name, -1);
      if (stated) {
        if (!stated.pure && stated.result === null) return false;
        continue;
      }
      const definition = primitives.definition(name);
      const target = definition ? { file: 'knowledge', fn: definition } : find(file, name);
      if (target ? !onlyLooks(target.file, target.fn, seen) : !looks(outside.callee(name, file, -1, own))) return false;
    }
    return true;
  };
  const calleeOf =
    (file: string) =>
    (name: string, args: number): Callee => {
      const seen = find(file, name);
      const local = seen && isPartial(seen.fn) ? null : seen;
      const stated = primitives.contract(name, args);
      if (local && computed(name)) return withFlags(summaryOf(local.file, local.fn), stated, local.fn);
      if (stated) return stated;
      const definition = primitives.definition(name);
      if (definition) return summaryOf('knowledge', definition);
      if (local) return summaryOf(local.file, local.fn);
      const outer = outside.callee(name, file, args, own);
      // Without a body anywhere, what the declaration's own annotations say is better than nothing.
      return outer ?? declared(name);
    };
  const summaryOf = (file: string, fn: CFunction): Callee => {
    if (!relevant(file, fn, new Set())) {
      // What gives a lock back there is called by a pointer.
      const noted = fn.attributes.length === 0 ? null : annotated(fn, primitives, types.structs);
      if (noted) return noted;
      if (!onlyLooks(file, fn, new Set())) return 'harmless';
      // One expression says more than "some stable answer"; several cases say less, once paths are merged.
      const contract = fn.body?.body.length === 1 ? run(file, fn)?.summary.contract : undefined;
      const [only, more] = contract?.outcomes ?? [];
      return contract && only && (only.value || only.when.is !== 'any') && !more ? contract : looking(fn, `${file}:${fn.line}`);
    }
    const result = run(file, fn);
    const noted =
      fn.attributes.length === 0 || (result && !result.summary.bounded && result.effects.unknown.length === 0)
        ? null
        : annotated(fn, primitives, types.structs);
    if (!result || (noted && result.summary.bounded)) return noted;
    const { contract, bounded, exits } = result.summary;
    if (noted) return orAnnotated(contract, noted);
    return bounded
      ? {
          ...contract,
          unsure: [...new Set(exits.flatMap((x) => x.tokens.filter((t) => t.change === 'drop' && t.what === 'lock').map((t) => t.resource)))].sort(),
        }
      : contract;
  };
  const run = (file: string, fn: CFunction): Analysed | null => {
    const key = `${file}:${fn.name}:${fn.line}`;
    const known = done.get(key);
    if (known !== undefined) return known;
    const near = provisional.get(key);
    if (near && near.depth <= depth) {
      cut = Math.min(cut, near.cut);
      return near.result;
    }
    const recursion = busy.get(key);
    if (recursion !== undefined || depth >= MAX_DEPTH) {
      cut = Math.min(cut, recursion ?? 0);
      return null;
    }
    busy.set(key, depth);
    const outer = cut;
    cut = Infinity;
    depth++;
    const { cfg, gaps } = buildCfg(fn, hints.get(file) ?? primitives.hints);
    const stated = effectTable(cfg, calleeOf(file));
    const table = inPart(file) ? namedReferences(cfg, stated) : stated;
    const effects = outside === NOTHING_OUTSIDE ? withInferred(cfg, table) : table;
    const same = memo?.keyOf(file, fn, cfg, effects, declarations, depth > 1);
    const before = same === undefined ? undefined : memo?.find(same);
    const summary = before?.summary ?? analyse(cfg, effects, types, file, depth > 1 ? BOUNDS_FOR_CALLEES : BOUNDS);
    depth--;
    busy.delete(key);
    const result: Analysed = before ?? { fn, file, cfg, effects, summary, types, gaps: [...gaps.map((g) => ({ ...g, file })), ...summary.gaps] };
    if (same !== undefined) memo?.keep(same, result);
    // What was cut short on behalf of a function further up says less than the same asked for by itself.
    if (cut >= depth || depth === 0) done.set(key, result);
    else provisional.set(key, { depth, cut, result });
    cut = depth === 0 ? Infinity : Math.min(outer, cut >= depth ? Infinity : cut);
    if (depth === 0) provisional.clear();
    return result;
  };
  const callersIn = (file: string, name: string): CFunction[] =>
    [...(byFile.get(file)?.values() ?? [])].filter((fn) => fn.name !== name && calledBy(fn).has(name)).sort((a, b) => a.line - b.line);
  return {
    analyse: (file, name) => {
      const target = byFile.get(file)?.get(name);
      const own = target ? run(file, target) : null;
      const half = own?.summary.exits.some((x) => x.tokens.some((t) => t.what === 'lock'))
        ? partnersOf(name)
            .map((n) => byFile.get(file)?.get(n))
            .find((fn) => fn !== undefined)
        : undefined;
      const partner = half ? run(file, half) : null;
      const events = own && partner ? partnerMismatch(own.summary, partner.summary) : [];
      if (!own || !target) return own;
      const said =
        own.summary.flagUses.length === 0
          ? own.summary
          : againstCallers(own.summary, target.static, (locks) =>
              aroundCalls(name, locks, (n) => callersIn(file, n).map((fn) => ({ name: fn.name, summary: run(file, fn)?.summary ?? null }))),
            );
      const near = (fns: readonly CFunction[]): Neighbour[] => fns.map((fn) => ({ name: fn.name, summary: run(file, fn)?.summary ?? null }));
      const whole = (): Neighbour[] => near([...(byFile.get(file)?.values() ?? [])]);
      const known = knownToHandOut(name, said, primitives.contract(name, -1), () => near(callersIn(file, name)), whole);
      const meant = withoutNames(name, said, known, target.static, whole);
      const body = (n: string): CFunction | null => find(file, n)?.fn ?? outside.body(n, file);
      const kept = withBorrowers(withoutTolerated(meant, body), {
        body: (n) => primitives.definition(n) ?? body(n),
        stated: (n) => primitives.contract(n, -1),
      });
      return events.length > 0 || kept !== own.summary.events ? { ...own, summary: { ...said, events: [...kept, ...events] } } : own;
    },
    functions: (file) => [...(byFile.get(file)?.values() ?? [])].sort((a, b) => a.line - b.line),
    callers: (file, name) => callersIn(file, name).map((fn) => fn.name),
  };
}

/** What is said of a function's flags holds for its body on either side, as long as it has the parameter. */
function withFlags(callee: Callee, stated: Contract | null, fn: CFunction): Callee {
  const flags = stated?.flags;
  if (!stated || !flags || !fn.params.some((p) => p.name === flags.param && p.type.base === stated.params.find((q) => q.name === p.name)?.type.base))
    return callee;
  if (callee !== null && callee !== 'harmless')
    return { ...callee, flags: callee.flags?.param === flags.param ? { ...flags, accepts: callee.flags.accepts ?? flags.accepts } : flags };
  return {
    ...stated,
    params: fn.params,
    returns: fn.returns,
    outcomes: [{ when: { is: 'any' }, effects: [] }],
    ...(callee === null ? { partial: true as const } : {}),
  };
}

function bearing(callee: Callee): boolean {
  return callee !== null && callee !== 'harmless' && touches(callee);
}

/** A macro that is one expression, or whose statements are held together by `do` and `while (0)` and leave it at their end only. */
function standsForFunction(fn: CFunction): boolean {
  const [only, more] = fn.body?.body ?? [];
  if (more !== undefined || only === undefined) return false;
  return only.k === 'return' || (only.k === 'do' && only.test.k === 'num' && only.test.value === 0 && !/"k":"(?:goto|return)"/.test(JSON.stringify(only.body)));
}
