import type { BasicBlock, Cfg } from '../cfg/cfg.js';
import type { EffectTable } from '../effect/effect.js';
import type { Gap } from '../parse/gap.js';
import { acceptedFlags } from './accepted.js';
import { crossBackEdge, loopExitTests } from './back-edge.js';
import { terminate } from './branches.js';
import { stillKept } from './carried.js';
import { vagueKey } from './crowd.js';
import { execute } from './execute.js';
import { exitViews } from './exit-views.js';
import type { Exit } from './exit.js';
import { judgeExits } from './exits.js';
import { type FlagUse, keptPromises, wordFlags } from './flags.js';
import { flagVariables, guardsOf } from './guards.js';
import { unownedReturns } from './handed.js';
import { liveness } from './liveness.js';
import { createMachine, declare, type Event, lockClass, type Machine, type TypeTable } from './machine.js';
import { constantsNamed } from './mentioned.js';
import { mergeStates } from './merge-states.js';
import { lockPairs, takingsOf } from './order-summary.js';
import { RECLAIM } from './order.js';
import { derive } from './derived.js';
import { resultUses } from './results.js';
import { retestsOf } from './retests.js';
import { type Bounds, solve } from './solve.js';
import { flagKey, guardKey, resultKey, returnedVariables } from './state-keys.js';
import { cloneState, emptyState, resourceKey, type State } from './state.js';
import { contractOf, type Summary } from './summary.js';
import { swapKey, swappedVariables } from './swapped.js';
import type { TermId } from './term.js';
import { unshownViews } from './unshown.js';
import { usedTypes } from './used-types.js';

/** Functions with too many paths when these are kept apart; they are followed without. */
const crowded = new WeakSet<Cfg>();

/** For a function that is judged; callees get less. */
export const BOUNDS: Bounds = { apart: 8, disjuncts: 64, steps: 12_000 };

const NO_KINDS: ReadonlySet<string> = new Set();

/** Is shown each state that comes to instruction `at` of `block` (or, past the last one, to its end), as often as it is executed. */
export type Watcher = (block: number, at: number, s: State, m: Machine) => void;

/** Analyses one function: its summary, the events on its paths, and how it ends. Pure and deterministic. */
export function analyse(cfg: Cfg, effects: EffectTable, types: TypeTable, file: string, bounds: Bounds = BOUNDS, see: Watcher | null = null): Summary {
  const fn = cfg.fn;
  const inLoop = new Set<number>();
  for (const members of cfg.loops.values()) for (const id of members) inLoop.add(id);
  const m = createMachine(fn, types, inLoop, resultUses(cfg), constantsNamed(cfg));
  const flagUses: Map<string, FlagUse> = new Map();
  const exits = new Map<string, Exit>();
  const live = liveness(cfg);
  const results = returnedVariables(cfg);
  const guards = guardsOf(cfg, effects);
  const passed = flagVariables(effects);
  const swapped = swappedVariables(cfg);
  const retests = retestsOf(cfg, effects);
  const asked = new Set<TermId>();
  const loopTests = loopExitTests(cfg);
  const plain = crowded.has(cfg);

  const used = usedTypes(cfg, effects, types);
  for (const [name, type] of used) declare(m, name, type);
  const initial = emptyState();
  for (const p of fn.params) initial.env.set(p.name, m.terms.sym(`param:${p.name}`, p.name, p.type, 'param'));
  // Variables whose declaration is not shown have been given a value by lines that are not shown either.
  for (const [name, type] of used) if (!name.startsWith('%')) initial.env.set(name, m.terms.sym(`unshown:start:${name}`, name, type, 'param'));

  const transfer = (id: number, from: State, own: boolean): { to: number; state: State }[] => {
    const block = cfg.blocks[id] as BasicBlock;
    let states: State[] = [own ? from : cloneState(from)];
    for (const [at, instr] of block.instrs.entries()) {
      const next: State[] = [];
      if (see) for (const s of states) see(id, at, s, m);
      for (const s of states) next.push(...execute(m, s, instr, id, effects, flagUses));
      // One block may have many calls with many cases each: what would be one where the block ends is one already.
      states = next.length > bounds.disjuncts && see === null ? together(next, id + cfg.blocks.length * (at + 1)) : next;
    }
    if (see) for (const s of states) see(id, block.instrs.length, s, m);
    return states.flatMap((s) => terminate(m, s, block, exits, !plain && guards.blocks.has(id) ? asked : null, retests.has(id)));
  };
  const apart = (s: State): string => resultKey(m, s, results) + guardKey(m, s, guards.exprs, asked) + flagKey(m, s, passed) + swapKey(m, s, swapped);
  const join = (block: number, old: State, next: State): State =>
    mergeStates(m.terms, block, old, next, {
      typeOf: (name) => m.variables.get(name) ?? null,
      joins: (phi, x, y, a, b) => {
        derive(m, phi, [x, y]);
        wordFlags(m, phi, [
          { value: x, facts: a.facts },
          { value: y, facts: b.facts },
        ]);
      },
    });
  const together = (states: readonly State[], block: number): State[] => {
    const kept = new Map<string, State>();
    for (const s of states) {
      const key = resourceKey(s) + apart(s);
      const old = kept.get(key);
      kept.set(key, old === undefined ? s : join(block, old, s));
    }
    return [...kept.values()];
  };
  const hit = solve<State>(
    cfg,
    {
      transfer,
      key: (s) => resourceKey(s) + apart(s),
      vagueKey: (s) => vagueKey(m.terms, s) + apart(s),
      merge: join,
      cross: (from, to, s) => {
        s.env.keep((name) => live.has(to, name));
        if (cfg.backEdges.has(`${from}>${to}`)) crossBackEdge(m, s, to, loopTests.get(to) ?? new Set(), cfg.loops.get(to) ?? new Set());
        return s;
      },
      hopeless: () => see === null && asked.size > 0,
    },
    initial,
    bounds,
  );
  if (hit.length > 0 && asked.size > 0) {
    crowded.add(cfg);
    if (see === null) return analyse(cfg, effects, types, file, bounds);
  }
  const ends = [...exits.values()];
  const gaps: Gap[] = hit.map((why) => ({ stage: 'absint', file, function: fn.name, why }));
  const pairs = lockPairs(m);
  const named = effects.named ?? NO_KINDS;
  let contract: Summary['contract'] | null = null;
  return {
    // Most functions of a file are called by none that is analysed.
    get contract() {
      return (contract ??= { ...acceptedFlags(contractOf(m, ends, `${file}:${fn.line}`), cfg, effects), takes: takingsOf(m, file) });
    },
    events: [...keptPromises(m, namedTries(m), flagUses.values()), ...judgeExits(m, ends), ...unownedReturns(m, ends)].filter((e) => !named.has(e.lockKind)),
    named,
    kept: stillKept(m, [...ends.map((e) => e.state), ...[...m.unshown.values()].flat().map((e) => e.state)]),
    takenOut: [...m.takenOut.values()],
    handed: [...m.handed.values()],
    claims: m.claims,
    exits: exitViews(m, ends),
    unshown: unshownViews(m),
    gaps,
    order: pairs.filter((p) => p.taken.resource !== RECLAIM),
    reclaims: pairs.filter((p) => p.taken.resource === RECLAIM),
    ops: [...m.ops.values()].sort((a, b) => a.line - b.line || (a.text < b.text ? -1 : 1)),
    flagUses: [...flagUses.values()].sort((a, b) => a.line - b.line || (a.flags < b.flags ? -1 : 1)),
    calls: [...m.calls.values()].sort((a, b) => a.line - b.line || (a.callee < b.callee ? -1 : 1)),
    bounded: hit.length > 0,
  };
}

/**
 * A lock released where trying to take it failed: when the lock is released on the other side too, one label is
 * wrong; when it is not, the result was taken the wrong way round.
 */
function namedTries(m: Machine): Event[] {
  const released = new Set([...m.releasedHere].map((lock) => lockClass(m, lock)));
  return m.events.map((e) => (e.kind === 'failed-try-released' && released.has(e.resource) ? { ...e, kind: 'release-not-held', detail: 'twice' } : e));
}
