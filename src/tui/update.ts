import type { Report } from '../report/index.js';
import { initialState, topFrame } from './state.js';
import type { Frame, State } from './types.js';
import { viewOf } from './views/index.js';

/**
 * More of the report is there: the reader stays where they are, on the same row as far as it still exists. A reader who
 * has not pressed a key yet is taken to the first finding. `busy`: what still happens, null when the report is complete.
 */
export function updated(before: Report, state: State, after: Report, busy: State['busy'], touched: boolean): State {
  if (before === after) return { ...state, busy };
  if (!touched)
    return {
      ...initialState(after, state.size, { reviewed: state.kept.reviewed, notes: state.kept.notes, folded: state.foldedByHand ? state.folded : null }),
      foldedByHand: state.foldedByHand,
      busy,
    };
  const index = new Map(after.functions.map((fn, i) => [`${fn.patch} ${fn.file} ${fn.name}`, i]));
  const moved = (frame: Frame): Frame => {
    const fn = before.functions[frame.fn];
    return fn === undefined ? frame : { ...frame, fn: index.get(`${fn.patch} ${fn.file} ${fn.name}`) ?? -1 };
  };
  const next: State = { ...state, busy, stack: state.stack.map(moved) };
  const old = viewOf(before, state, topFrame(state)).panes;
  const now = viewOf(after, next, topFrame(next)).panes;
  const top = topFrame(next);
  const cursors = top.cursors.map((cursor, pane) => {
    const row = old[pane]?.rows[cursor];
    const same = now[pane]?.rows.findIndex((candidate) => candidate.kind === row?.kind && candidate.copy === row.copy) ?? -1;
    return same >= 0 ? same : Math.max(0, Math.min(cursor, (now[pane]?.rows.length ?? 1) - 1));
  });
  return { ...next, stack: [...next.stack.slice(0, -1), { ...top, cursors }] };
}
