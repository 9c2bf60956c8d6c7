import { UNSHOWN } from '../parse/c/unshown.js';
import type { Instr } from '../cfg/cfg.js';
import { exitViews } from './exit-views.js';
import { wordFlags } from './flags.js';
import type { Machine } from './machine.js';
import { withoutSections } from './sections.js';
import { cloneState, emptyState, type State } from './state.js';

/**
 * The state after lines that are not shown: they may have done anything. The same lines are missing on both sides, so
 * that what differs behind them is still the patch's doing.
 */
export function afterUnshown(m: Machine, s: State, block: number, instr: Extract<Instr, { op: 'havoc' }>): State {
  const { line, why } = instr;
  lost(m, s, line);
  const key = why === UNSHOWN ? `${String(line).padStart(9, '0')} ${block}` : why;
  const all = m.unshown.get(key) ?? [];
  m.unshown.set(key, [...all, { state: { ...cloneState(withoutSections(m, s)), env: emptyState().env }, value: null, line, block }].slice(-MOST));
  const next: State = { ...emptyState(), part: block, trace: { line, note: 'lines that are not shown', block, prev: null } };
  for (const [name, value] of s.env)
    if (!name.startsWith('%')) {
      const now = m.terms.sym(`unshown:${block}:${name}`, name, m.variables.get(name) ?? null, 'param');
      next.env.set(name, now);
      // For words alone: the lines that are not shown are the same on both sides.
      wordFlags(m, now, [{ value, facts: s.facts }]);
    }
  return next;
}

/** The states where lines begin that are not shown, in words; places without a label are numbered. */
export function unshownViews(m: Machine): { key: string; views: ReturnType<typeof exitViews> }[] {
  const sorted = [...m.unshown].sort(([a], [b]) => (a < b ? -1 : 1));
  const number = new Map(sorted.map(([, exits], i) => [exits[0]?.block ?? -1, i]));
  // Ways from different shown parts have nothing in common to be compared by.
  return sorted.flatMap(([key, exits], i) =>
    [...new Set(exits.map((e) => e.state.part))]
      .sort((a, b) => a - b)
      .map((part) => ({
        key: `${key.startsWith(UNSHOWN) ? key : i} after ${number.get(part) ?? 'the start'}`,
        views: exitViews(
          m,
          exits.filter((e) => e.state.part === part),
        ),
      })),
  );
}

const MOST = 24;

/** References of former turns of a loop that no variable leads to any more: no line can put them, shown or not. */
function lost(m: Machine, s: State, line: number): void {
  for (const o of s.owned) {
    const t = m.terms.get(o.object);
    if (
      t.k !== 'sym' ||
      t.source !== 'old' ||
      o.claim !== 'found' ||
      o.escaped ||
      o.lent ||
      [...s.env.values(), ...s.heap.values()].some((v) => m.terms.symbols(v).includes(o.object))
    )
      continue;
    m.events.push({
      kind: 'owned-at-exit',
      resource: `${o.kind} reference`,
      place: o.place,
      lockKind: o.kind,
      line,
      otherLine: o.line,
      exitClass: 'goes on to the next turn of its loop',
      trace: s.trace,
      certainty: 'sure',
      detail: '',
      object: m.named.get(o.object) ?? null,
    });
  }
}
