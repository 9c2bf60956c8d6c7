import type { Event } from '../absint/machine.js';
import type { Analysed } from '../absint/program.js';
import { printExpr } from '../cfg/print.js';
import { reachable } from '../cfg/reach.js';
import { type At, holdingAt } from '../lockgraph/holding.js';
import { alignSteps, type Step, stepsOf } from '../lockgraph/steps.js';
import { lastName } from './guard-events.js';
import { followedAt, givesOf, reachingGives } from './pointer-uses.js';
import { effectsOf } from '../lockgraph/step-effects.js';

/**
 * Objects that only a lock keeps (`__kept_by(lock)` on a member of their type says so), followed after every path has
 * given that lock back: what `after` does so and `before` did not.
 */
export function staleEvents(before: Analysed, after: Analysed): Event[] {
  const kept = keptVariables(after);
  if (kept.size === 0) return [];
  const b = stepsOf(after.cfg);
  const found = staleUses(after, b, kept);
  if (found.length === 0) return [];
  const a = stepsOf(before.cfg);
  const old = new Map([...alignSteps(a, b)].map(([x, y]) => [y, x]));
  const known = new Set(staleUses(before, a, keptVariables(before)).map((f) => f.step));
  const fresh = found
    .filter(({ step }) => {
      const was = old.get(step);
      return was === undefined || !known.has(was);
    })
    .sort((x, y) => x.step.line - y.step.line);
  // One that was there before under another spelling is not new.
  const [first] = fresh.length > known.size || known.size === 0 ? fresh : [];
  return first
    ? [
        {
          kind: 'stale-use',
          resource: first.lock,
          place: first.name,
          lockKind: 'rwsem',
          line: first.step.line,
          otherLine: first.givenBack,
          exitClass: '',
          trace: first.trace,
          certainty: 'sure',
          detail: '',
          object: null,
        },
      ]
    : [];
}

interface Stale {
  readonly step: Step;
  readonly name: string;
  readonly lock: string;
  readonly givenBack: number;
  readonly trace: At['trace'];
}

/** Variables that point to objects kept by a lock, to the lock's member name. */
function keptVariables(side: Analysed): Map<string, string> {
  const out = new Map<string, string>();
  const add = (name: string, type: { readonly base: string; readonly pointers: number }): void => {
    const fields = type.pointers === 1 ? (side.types.structs.get(type.base)?.fields ?? []) : [];
    const by = fields.flatMap((f) => f.attributes).find((x) => x.name === '__kept_by')?.args[0];
    if (by?.k === 'id') out.set(name, by.name);
  };
  for (const p of side.fn.params) add(p.name, p.type);
  for (const id of side.cfg.order) for (const i of side.cfg.blocks[id]?.instrs ?? []) if (i.op === 'declare') add(i.name, i.type);
  return out;
}

function staleUses(side: Analysed, steps: readonly Step[], kept: ReadonlyMap<string, string>): Stale[] {
  const locks = new Set(kept.values());
  const releases = steps.filter((s) => effectsOf(side, s).some((e) => e.op === 'release' && locks.has(lastName(printExpr(e.place)))));
  const behind = new Set(releases.flatMap((r) => [...reachable(side.cfg, r.block)]));
  const names = new Set(kept.keys());
  const uses = followedAt(steps, names).filter(({ step: s }) => behind.has(s.block) || releases.some((r) => r.block === s.block && r.at < s.at));
  if (uses.length === 0) return [];
  const gives = givesOf(steps, names);
  const held = holdingAt(side, [...uses.map((u) => u.step), ...gives]);
  return uses.flatMap(({ step: s, name }) => {
    const at = held.get(s);
    const lock = kept.get(name) as string;
    // Another lock that readers and writers share may keep the object too.
    if (!at || [...at.some.values()].some((h) => h.kind === 'rwsem' || h.kind === 'percpu_rwsem' || h.kind === 'rcu' || lastName(h.resource) === lock))
      return [];
    const reaching = reachingGives(side, gives, name, s);
    const here = [...at.dropped].find((x) => lastName(x) === lock);
    const own =
      reaching.length > 0 &&
      reaching.every((g) => {
        const h = held.get(g);
        return h !== undefined && [...h.all].some((k) => lastName(h.some.get(k)?.resource ?? '') === lock);
      });
    const callers = reaching.length === 0 && here !== undefined && side.fn.params.some((p) => p.name === name);
    if (!own && !callers) return [];
    return [{ step: s, name, lock: here ?? lockHeld(held, reaching, lock), givenBack: releaseIn(at, lock), trace: at.trace }];
  });
}

function lockHeld(held: ReadonlyMap<Step, At>, from: readonly Step[], lock: string): string {
  for (const g of from) for (const h of held.get(g)?.some.values() ?? []) if (lastName(h.resource) === lock) return h.resource;
  return lock;
}

function releaseIn(at: At, lock: string): number {
  for (let t = at.trace; t; t = t.prev) if (t.effect?.op === 'release' && lastName(t.effect.resource) === lock) return t.line;
  return 0;
}
