import type { CFunction, CType, Expr } from '../parse/c/ast.js';
import { substitute } from '../kernel/expression.js';
import { type Contract, type ContractEffect, plainContract } from '../kernel/contract.js';
import type { Kept } from '../absint/carried.js';
import type { Event } from '../absint/machine.js';
import { type Analysed, createProgram, type Primitives } from '../absint/program.js';
import type { Summary } from '../absint/summary.js';
import type { Step } from '../absint/state.js';

/** A function of the patch. */
export interface Half {
  readonly name: string;
  readonly pre: Analysed | null;
  readonly post: Analysed | null;
}

/** What a batch comes to when the halves that it calls are those of one side. */
export interface BatchFinding {
  /** The half that leaves something held. */
  readonly half: string;
  readonly event: Event;
  /** The batch itself, on both sides. */
  readonly pre: Analysed;
  readonly post: Analysed;
}

/** What the rule is told. */
export interface BatchDetail {
  readonly batch: string;
  readonly source: string;
  readonly line: number;
  readonly mode: string;
  readonly place: string;
  readonly by: string;
}

/**
 * Where a function leaves a lock held through a field of some object, and another one takes it out again, whoever calls the
 * two for several objects holds the lock of the first while it goes on to the next. The knowledge documents such callers;
 * each is analysed with what the halves do on either side of the patch, as far as it is shown. What it waits for
 * under a lock that it holds itself then is an event that only the new side has.
 */
export function batchEvents(halves: readonly Half[], primitives: Primitives): BatchFinding[] {
  const keeping = halves.filter((h) => h.post?.summary.kept.some((k) => k.resources.some((r) => r.lock !== null)));
  if (keeping.length === 0) return [];
  return primitives.batches.flatMap(({ fn, source }) => {
    const called = callsOf(fn);
    const here = keeping.filter((h) => called.has(h.name));
    if (here.length === 0) return [];
    const pre = sideOf(fn, halves, called, primitives, 'pre');
    const post = sideOf(fn, halves, called, primitives, 'post');
    if (pre === null || post === null) return [];
    const told = (side: Analysed): Event[] => side.summary.events.filter((e) => e.kind === 'double-acquire' && e.certainty === 'sure');
    return told(post)
      .filter((e) => !told(pre).some((x) => x.resource === e.resource))
      .slice(0, 1)
      .flatMap((e): BatchFinding[] => {
        const half = here.find((h) => h.post?.summary.kept.some((k) => k.resources.some((r) => r.lock !== null && r.resource === e.resource)));
        const kept = half?.post?.summary.kept.find((k) => k.resources.some((r) => r.lock !== null && r.resource === e.resource));
        const lock = kept?.resources.find((r) => r.resource === e.resource)?.lock;
        if (!half || !kept || !lock) return [];
        const detail: BatchDetail = {
          batch: fn.name,
          source,
          line: e.line,
          mode: lock.mode === 'shared' ? 'for reading' : 'for writing',
          place: kept.place,
          by: kept.by === '' ? half.name : kept.by.replace('()', ''),
        };
        return [
          {
            half: half.name,
            pre,
            post,
            event: { ...e, place: kept.place, line: kept.line, otherLine: e.line, exitClass: '', trace: inKnowledge(e.trace), detail: JSON.stringify(detail) },
          },
        ];
      });
  });
}

/** For each half, who gives back what it leaves in a field, or who left there what it gives back, by the documented batches. */
export function batchDetails(halves: readonly Half[], primitives: Primitives): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, string[]>();
  const tell = (name: string, text: string): void => {
    out.set(name, [...(out.get(name) ?? []), text]);
  };
  for (const { fn, source } of primitives.batches) {
    const called = callsOf(fn);
    const here = halves.filter((h) => called.has(h.name) && h.post !== null);
    const where = `(${fn.name}() in ${source} calls both; from the knowledge)`;
    for (const from of here)
      for (const kept of from.post?.summary.kept ?? [])
        for (const to of here) {
          const back =
            to === from
              ? []
              : kept.resources.filter((r) =>
                  to.post?.summary.ops.some((o) => (r.lock ? o.op === 'releases' && o.text === r.resource : o.op === 'puts' && o.text === r.text)),
                );
          if (back.length === 0) continue;
          const words = back.map((r) => r.text).join(', ');
          tell(from.name, `${to.name}() gives back what is left in ${kept.place}: ${words} ${where}`);
          tell(to.name, `gives back what ${from.name}() left in ${kept.place}: ${words} ${where}`);
        }
  }
  return out;
}

function inKnowledge(step: Step | null): Step | null {
  return step === null ? null : { ...step, note: `${step.note} (in the knowledge)`, prev: inKnowledge(step.prev) };
}

type Call = Extract<Expr, { k: 'call' }>;

/** The batch with the halves as they are on one side. */
function sideOf(fn: CFunction, halves: readonly Half[], called: ReadonlyMap<string, Call>, primitives: Primitives, side: 'pre' | 'post'): Analysed | null {
  const contracts = new Map(
    halves.flatMap((h) => {
      const call = called.get(h.name);
      return call
        ? [
            [
              h.name,
              contractFor(
                h.name,
                call,
                typesIn(fn),
                h[side]?.summary ?? null,
                halves.flatMap((x) => (called.has(x.name) ? (x[side]?.summary.kept ?? []) : [])),
              ),
            ] as const,
          ]
        : [];
    }),
  );
  const file = { path: 'knowledge', functions: [fn], structs: [], typedefs: [], globals: [], constants: new Map<string, number | null>() };
  return createProgram([file], { ...primitives, contract: (name, args) => contracts.get(name) ?? primitives.contract(name, args) }, () => false).analyse(
    'knowledge',
    fn.name,
  );
}

/** What a half takes and keeps where it succeeds, or gives back of what is kept. */
function contractFor(name: string, call: Call, types: ReadonlyMap<string, CType>, side: Summary | null, all: readonly Kept[]): Contract {
  const params = call.args.map((a, i) => ({
    name: `object${i}`,
    type: (a.k === 'id' ? types.get(a.name) : undefined) ?? { base: 'void', pointers: 1, array: false },
  }));
  const own = side?.kept ?? [];
  const did = (text: string): boolean => side?.ops.some((o) => `${o.op} ${o.text}` === text) === true;
  const effects = [...new Map((own.length > 0 ? own : all).flatMap((k) => k.resources.map((r) => [r.text, r] as const))).values()].flatMap(
    (r): ContractEffect[] => {
      const at = params.find((p) => p.type.base === r.of && p.type.pointers === 1);
      const place = at ? substitute(r.place, (id) => (id === 'object' ? { k: 'id', name: at.name, line: 0 } : undefined)) : null;
      if (place === null) return [];
      if (own.length > 0)
        return r.lock
          ? [{ op: 'acquire', place, kind: r.lock.kind, mode: r.lock.mode, tryLock: r.lock.tried }]
          : [{ op: 'get', place, kind: r.resource, count: 1 }];
      if (r.lock) return did(`releases ${r.resource}`) ? [{ op: 'release', place, kind: r.lock.kind, mode: r.lock.mode }] : [];
      return did(`puts ${r.resource} reference`) ? [{ op: 'put', place, kind: r.resource, count: 1 }] : [];
    },
  );
  return plainContract({
    name,
    params,
    returns: { base: 'int', pointers: 0, array: false },
    outcomes:
      own.length > 0
        ? [
            { when: { is: 'zero' }, effects },
            { when: { is: 'nonzero' }, effects: [] },
          ]
        : [{ when: { is: 'any' }, effects }],
    source: `knowledge of ${name}()`,
  });
}

function typesIn(fn: CFunction): ReadonlyMap<string, CType> {
  return new Map(fn.params.map((p) => [p.name, p.type]));
}

/** The calls of a documented body, by name. */
function callsOf(fn: CFunction): ReadonlyMap<string, Call> {
  const out = new Map<string, Call>();
  const look = (x: unknown): void => {
    if (Array.isArray(x)) {
      for (const y of x) look(y);
      return;
    }
    if (typeof x !== 'object' || x === null) return;
    if (isCall(x) && x.fn.k === 'id') out.set(x.fn.name, x);
    for (const y of Object.values(x)) look(y);
  };
  look(fn.body);
  return out;
}

function isCall(x: object): x is Call {
  return 'k' in x && x.k === 'call' && 'fn' in x && 'args' in x;
}
