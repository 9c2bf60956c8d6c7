import type { Expr } from '../parse/c/ast.js';
import { lastPart, lockClass, type Machine } from '../absint/machine.js';
import type { TermId } from '../absint/term.js';
import { explore, type Exploration } from './explore.js';
import { resourceName } from './holding.js';
import type { ModelRequest } from './judge.js';
import type { Entry, Slice } from './local.js';
import type { Memory } from './relevance.js';
import { FOLLOWED, GUARDED, PROCESSOR } from './sites.js';
import { WALK_LOCK } from './walk.js';
import { INTERRUPT_KINDS } from '../kernel/contract.js';

/** What the model itself names. */
const NAMED: ReadonlySet<string> = new Set([WALK_LOCK, FOLLOWED, GUARDED, PROCESSOR]);

/** Contexts rather than locks: nobody waits for them. */
const LEAKS: ReadonlySet<string> = new Set(['lock-leak', 'ref-leak', 'unlock-mismatch', 'trylock-misused', 'return-not-owned']);
const MOST_OWNED = 3;

export const isReferenceRule = (rule: string): boolean => rule.startsWith('ref-') || rule === 'use-after-put';
/** Rules about what a function leaves behind when it ends. */
export const isLeakRule = (rule: string): boolean => LEAKS.has(rule);

/** Nobody knows whose lock is held, for the result that says it is dropped. */
export const isLostHandle = (finding: { readonly rule: string; readonly code: string }): boolean =>
  finding.rule === 'lock-result-ignored' && finding.code === 'lost';

/** Everything of the finding's lock class, or its kind of reference, is followed; the rest has no effect. */
export function sliceOf(request: ModelRequest): Slice {
  const { finding, kind } = request;
  const references = isReferenceRule(finding.rule);
  const interrupts = finding.rule === 'unlock-mismatch' && finding.code === 'interrupts';
  const anyKind = finding.rule === 'unlock-mismatch' && finding.code === 'kind';
  const walks = finding.rule === 'ttu-flags';
  const order = finding.rule === 'lock-order' ? classesOf(finding.resource) : null;
  const walked = walks ? walkClasses(request) : new Set<string>();
  const fits = (k: string): boolean => k === kind || (order !== null && !INTERRUPT_KINDS.has(k)) || (interrupts && INTERRUPT_KINDS.has(k)) || anyKind;
  return {
    kind: fits,
    lock: (m, address, k) =>
      order !== null
        ? fits(k) && order.includes(lockClass(m, address))
        : !references &&
          ((interrupts && INTERRUPT_KINDS.has(k)) ||
            (fits(k) &&
              (INTERRUPT_KINDS.has(k) ||
                (walks ? walked.has(lastPart(lockClass(m, address))) : lastPart(lockClass(m, address)) === lastPart(finding.resource))))),
    reference: (_m, _object, k) => references && k === kind,
    strict: false,
    walks,
    useLine: finding.rule === 'use-after-put' ? finding.line : 0,
    keepsItself: finding.rule === 'use-after-put' && finding.detail === 'only',
    exactNames: isLostHandle(finding),
    sites: null,
    entry: { lock: () => 'either', mode: () => null, owned: () => MOST_OWNED },
  };
}

/**
 * What the caller brings, read off the code before the patch (or the code itself where there is none): a lock whose
 * first step on some path is to be taken is free on entry, one that is only ever given back first is held. `seen`: the
 * runs of that code, where nothing in them rested on what the caller brings. Null: too many states.
 */
export function entryOf(request: ModelRequest): { readonly entry: Entry; readonly memory: Memory; readonly seen: Exploration | null } | null {
  const slice = sliceOf(request);
  let asked = false;
  const noted =
    <T>(answer: (name: string) => T) =>
    (name: string): T => {
      asked = true;
      return answer(name);
    };
  // What is taken first is free, and stays so; how a lock of the caller is held is asked only where it is given back.
  const seen = explore(request.before ?? request.after, {
    ...slice,
    entry: { ...slice.entry, mode: noted(slice.entry.mode), owned: noted(slice.entry.owned) },
  });
  if (seen === null) return null;
  const owned = handedOver(seen, request.before === null);
  const entry: Entry = {
    lock: (name) => seen.entries.get(name)?.assumed ?? 'free',
    mode: (name) => {
      const e = seen.entries.get(name);
      return e?.assumed === 'held' ? e.mode : null;
    },
    owned: (name) => owned.get(name) ?? (request.before === null ? 0 : 1),
  };
  return { entry, memory: seen.memory, seen: asked ? null : seen };
}

/** What a person calls an object. */
export function labelOf(request: ModelRequest, m: Machine, id: TermId): string {
  const { finding, kind } = request;
  const t = m.terms.get(id);
  if (t.k === 'sym' && NAMED.has(t.text)) return t.text;
  const path = resourceName(m, id, !isReferenceRule(finding.rule));
  if (INTERRUPT_KINDS.has(kind) && !path.includes('#')) return 'interrupts';
  return path.startsWith('a ')
    ? finding.place || path.slice(2)
    : path.replace(/#(\d+)/g, (_, i: string) => m.fn.params[Number(i)]?.name ?? `argument ${Number(i) + 1}`);
}

/** By name, how many of the caller's references are put: the most on any path, or (`least`) no more than on every path. */
function handedOver(x: Exploration, least: boolean): Map<string, number> {
  const out = new Map<string, number>();
  const ends = x.nodes
    .filter((n) => n.kind === 'end' && n.at >= 0)
    .map((n) => {
      const puts = new Map<string, number>();
      for (const d of n.local?.s.dropped.values() ?? []) puts.set(resourceName(x.m, d.object, false), Math.min(d.count, MOST_OWNED));
      return puts;
    });
  for (const name of new Set(ends.flatMap((e) => [...e.keys()]))) {
    const counts = ends.map((e) => e.get(name) ?? 0);
    out.set(name, least ? Math.min(...counts, 1) : Math.max(...counts));
  }
  return out;
}

/** The locks that the walks of either side take, by the last part of their class. */
function walkClasses(request: ModelRequest): ReadonlySet<string> {
  const out = new Set<string>();
  const add = (e: Expr): void => {
    if (e.k === 'binary') {
      add(e.left);
      add(e.right);
    } else if (e.k === 'member') out.add(e.field);
  };
  for (const side of [request.before, request.after]) for (const c of side?.effects.contracts.values() ?? []) if (c.flags?.lock) add(c.flags.lock);
  return out;
}

/** The two locks of "held → taken", without nesting levels. */
export function classesOf(resource: string): readonly string[] {
  return resource.split(' → ').map((c) => c.replace(/\/\w+$/, ''));
}
