import { groupGaps, type Report, shownFindings } from '../report/index.js';
import { type Action, actionOf } from './keys.js';
import { asked, markReviewed, noted } from './marks.js';
import type { Frame, Kept, Row, Size, State, Target, View } from './types.js';
import { viewOf } from './views/index.js';

/** The state before the first key: the overview, with the cursor on the first finding. */
export function initialState(report: Report, size: Size, kept: Kept | null = null): State {
  const bare: State = {
    size,
    stack: [],
    folded: kept?.folded ?? firstFolds(report),
    all: false,
    query: '',
    typing: null,
    asking: 'search',
    message: '',
    request: null,
    kept: { reviewed: kept?.reviewed ?? new Set(), notes: kept?.notes ?? new Map() },
    foldedByHand: (kept?.folded ?? null) !== null,
    busy: null,
  };
  return { ...bare, stack: [frameOf(report, bare, { view: 'overview', fn: -1, finding: null })] };
}

/** What a key does. Pure; keys that mean nothing here leave the state as it is, but for the message. */
export function reducer(report: Report): (state: State, key: string) => State {
  return (before, key) => {
    const state: State = { ...before, message: '', request: null };
    if (state.typing !== null && key !== 'ctrl-c') return typed(report, state, state.typing, key);
    const action = actionOf(key);
    return action === null ? state : act(report, state, action);
  };
}

export function resized(state: State, size: Size): State {
  return { ...state, size };
}

/** The world outside has done what `request` asked for. */
export function answered(state: State, message: string): State {
  return { ...state, request: null, message };
}

export function topFrame(state: State): Frame {
  return state.stack.at(-1) ?? { view: 'overview', fn: -1, finding: null, way: 0, cursors: [0], focus: 0 };
}

/** The row under the cursor of the pane with the focus. */
export function currentRow(view: View, frame: Frame): Row | undefined {
  return view.panes[frame.focus]?.rows[frame.cursors[frame.focus] ?? 0];
}

/** More rows than this, and patches without a finding start folded. */
const LONG = 60;

function firstFolds(report: Report): ReadonlySet<string> {
  const groups = groupGaps(report.gaps);
  const folds = new Set(groups.flatMap((group, i) => (group.gaps.length > 5 ? [`gap ${i}`] : [])));
  if (groups.length > 6) folds.add('gaps');
  if (report.functions.length > LONG) {
    const speaking = new Set(shownFindings(report, false).map((finding) => finding.patch));
    for (const patch of report.series.patches) if (!speaking.has(patch.index)) folds.add(`patch ${patch.index}`);
  }
  return folds;
}

function frameOf(report: Report, state: State, target: Target): Frame {
  const view = viewOf(report, state, { ...target, way: 0 });
  return { ...target, way: 0, cursors: view.panes.map((pane) => pane.start), focus: 0 };
}

function act(report: Report, state: State, action: Action): State {
  const frame = topFrame(state);
  const view = viewOf(report, state, frame);
  const row = currentRow(view, frame);
  const page = Math.max(1, state.size.rows - 8);
  switch (action) {
    case 'down':
      return moved(state, view, 1);
    case 'up':
      return moved(state, view, -1);
    case 'half-down':
      return moved(state, view, Math.ceil(page / 2));
    case 'half-up':
      return moved(state, view, -Math.ceil(page / 2));
    case 'page-down':
      return moved(state, view, page);
    case 'page-up':
      return moved(state, view, -page);
    case 'first':
      return moved(state, view, -Infinity);
    case 'last':
      return moved(state, view, Infinity);
    case 'next-patch':
      return toPatch(report, state, view, 1);
    case 'previous-patch':
      return toPatch(report, state, view, -1);
    case 'next-function':
      return toFunction(report, state, view, 1);
    case 'previous-function':
      return toFunction(report, state, view, -1);
    case 'next-finding':
      return toFinding(report, state, view, 1);
    case 'previous-finding':
      return toFinding(report, state, view, -1);
    case 'pane':
      return withTop(state, { ...frame, focus: (frame.focus + 1) % Math.max(1, view.panes.length) });
    case 'open':
      if (row?.open) return pushed(report, state, row.open);
      if (row?.fold) return folded(report, state, row);
      if (frame.view === 'function') return toSource(report, state, row);
      return { ...state, message: frame.view === 'source' ? 'No finding in this function; f goes to the next one.' : '' };
    case 'back':
      return back(report, state);
    case 'fold':
      return row === undefined ? state : folded(report, state, row);
    case 'fold-all':
      return foldedAll(report, state);
    case 'search':
      return { ...state, typing: '', asking: 'search' };
    case 'next-match':
      return found(report, state, 1);
    case 'previous-match':
      return found(report, state, -1);
    case 'trace':
      return toTrace(report, state, row);
    case 'source':
      return toSource(report, state, row);
    case 'way':
      return frame.view === 'source'
        ? withTop(state, { ...frame, way: frame.way + 1 })
        : { ...state, message: 'w turns through the ways out in the source view.' };
    case 'reviewed':
      return markReviewed(report, state, row);
    case 'valid':
    case 'invalid':
      return asked(report, state, row, action);
    case 'gaps':
      return frame.view === 'gaps' ? state : pushed(report, state, { view: 'gaps', fn: -1, finding: null });
    case 'order':
      return frame.view === 'order' ? state : pushed(report, state, { view: 'order', fn: -1, finding: null });
    case 'all':
      return toggledAll(report, state, row);
    case 'edit':
      return row?.place ? { ...state, request: { kind: 'edit', ...row.place } } : { ...state, message: 'No file and line here.' };
    case 'copy':
      return row === undefined ? state : { ...state, request: { kind: 'copy', text: row.copy } };
    case 'help':
      return frame.view === 'help' ? back(report, state) : pushed(report, state, { view: 'help', fn: -1, finding: null });
    case 'quit':
      return { ...state, request: { kind: 'quit', interrupted: false } };
    case 'interrupt':
      return { ...state, request: { kind: 'quit', interrupted: true } };
    case 'redraw':
      return { ...state, request: { kind: 'redraw' } };
    case 'suspend':
      return { ...state, request: { kind: 'suspend' } };
  }
}

function withTop(state: State, frame: Frame): State {
  return { ...state, stack: [...state.stack.slice(0, -1), frame] };
}

function withCursor(state: State, cursor: number): State {
  const frame = topFrame(state);
  return withTop(state, { ...frame, cursors: frame.cursors.map((old, pane) => (pane === frame.focus ? cursor : old)) });
}

function moved(state: State, view: View, by: number): State {
  const frame = topFrame(state);
  const rows = view.panes[frame.focus]?.rows.length ?? 0;
  return withCursor(state, Math.max(0, Math.min(rows - 1, (frame.cursors[frame.focus] ?? 0) + by)));
}

function pushed(report: Report, state: State, target: Target): State {
  return { ...state, stack: [...state.stack, frameOf(report, state, target)] };
}

/** The overview comes back with its cursor on what was looked at last. `q` there never quits: that is `Q`. */
function back(report: Report, state: State): State {
  if (state.stack.length < 2) return { ...state, message: state.query === '' ? 'Q quits.' : '', query: '' };
  const left = topFrame(state);
  const next: State = { ...state, stack: state.stack.slice(0, -1) };
  if (topFrame(next).view !== 'overview' || left.fn < 0) return next;
  const rows = viewOf(report, next, topFrame(next)).panes[0]?.rows ?? [];
  const at = rows.findIndex((row) => (left.finding === null ? row.open?.fn === left.fn : row.open?.finding === left.finding));
  return at < 0 ? next : withCursor(next, at);
}

function folded(report: Report, state: State, row: Row): State {
  const key = row.fold ?? row.within;
  if (key === null) return state;
  const folds = new Set(state.folded);
  if (!folds.delete(key)) folds.add(key);
  const next: State = { ...state, folded: folds, foldedByHand: true };
  const at = rowsIn(report, next).findIndex((candidate) => candidate.fold === key);
  return withCursor(next, Math.max(0, at));
}

/** Closes every fold of this view, or opens all when one is closed. */
function foldedAll(report: Report, state: State): State {
  const keys = rowsIn(report, { ...state, folded: new Set() }).flatMap((row) => (row.fold === null ? [] : [row.fold]));
  const closed = keys.some((key) => state.folded.has(key));
  const rest = [...state.folded].filter((key) => !keys.includes(key));
  const row = rowsIn(report, state)[topFrame(state).cursors[0] ?? 0];
  return kept(report, { ...state, foldedByHand: true, folded: new Set(closed ? rest : [...rest, ...keys]) }, row);
}

function toggledAll(report: Report, state: State, row: Row | undefined): State {
  const old = report.findings.filter((finding) => finding.status === 'preexisting').length;
  if (old === 0) return { ...state, message: 'No finding was there before the series.' };
  const next = { ...state, all: !state.all, message: `${old} preexisting ${state.all ? 'hidden' : 'shown'}.` };
  return topFrame(state).view === 'overview' ? kept(report, next, row) : next;
}

/** After rows came or went: the cursor stays on the same row, else on the heading it went into. */
function kept(report: Report, state: State, row: Row | undefined): State {
  const rows = rowsIn(report, state);
  const same = rows.findIndex((candidate) => candidate.kind === row?.kind && bareLabel(candidate) === (row && bareLabel(row)));
  const heading = rows.findIndex((candidate) => candidate.fold !== null && candidate.fold === row?.within);
  return withCursor(state, Math.max(0, same >= 0 ? same : heading));
}

function bareLabel(row: Row): string {
  return row.label.replace(/, folded$/, '');
}

/** The rows of the pane with the focus. */
function rowsIn(report: Report, state: State): readonly Row[] {
  const frame = topFrame(state);
  return viewOf(report, state, frame).panes[frame.focus]?.rows ?? [];
}

function toRow(state: State, view: View, step: 1 | -1, wanted: (row: Row) => boolean, none: string): State {
  const frame = topFrame(state);
  const rows = view.panes[frame.focus]?.rows ?? [];
  for (let i = (frame.cursors[frame.focus] ?? 0) + step; i >= 0 && i < rows.length; i += step) {
    const row = rows[i];
    if (row !== undefined && wanted(row)) return withCursor(state, i);
  }
  return { ...state, message: none };
}

function toPatch(report: Report, state: State, view: View, step: 1 | -1): State {
  const none = step > 0 ? 'No patch after this one.' : 'No patch before this one.';
  const frame = topFrame(state);
  if (frame.view !== 'function' && frame.view !== 'source') return toRow(state, view, step, (row) => row.kind === 'patch', none);
  const patch = report.functions[frame.fn]?.patch ?? 0;
  const others = report.functions.map((fn) => fn.patch).filter((p) => (step > 0 ? p > patch : p < patch));
  if (others.length === 0) return { ...state, message: none };
  const next = step > 0 ? Math.min(...others) : Math.max(...others);
  return replaced(report, state, { view: frame.view, fn: report.functions.findIndex((fn) => fn.patch === next), finding: null });
}

function toFunction(report: Report, state: State, view: View, step: 1 | -1): State {
  const none = step > 0 ? 'No function after this one.' : 'No function before this one.';
  const frame = topFrame(state);
  if (frame.view !== 'function' && frame.view !== 'source') return toRow(state, view, step, (row) => row.kind === 'function', none);
  const next = frame.fn + step;
  return report.functions[next] === undefined ? { ...state, message: none } : replaced(report, state, { view: frame.view, fn: next, finding: null });
}

/** Findings in the overview's order, folded or not. */
function toFinding(report: Report, state: State, view: View, step: 1 | -1): State {
  const none = step > 0 ? 'No finding after this one.' : 'No finding before this one.';
  const frame = topFrame(state);
  if (frame.view === 'overview') {
    const open = unfolded(report, state, (row) => row.kind === 'finding');
    return toRow(open, viewOf(report, open, frame), step, (row) => row.kind === 'finding', none);
  }
  if (frame.view === 'gaps' || frame.view === 'order' || frame.view === 'help') return toRow(state, view, step, () => false, none);
  const rows = viewOf(report, { ...state, folded: new Set() }, { view: 'overview', fn: -1, finding: null, way: 0 }).panes[0]?.rows ?? [];
  const targets = rows.flatMap((row) => (row.kind === 'finding' && row.open !== null ? [row.open] : []));
  const at = targets.findIndex((target) => target.finding === frame.finding);
  const from = targets.findIndex((target) => target.fn >= frame.fn);
  const next = at >= 0 ? targets[at + step] : step > 0 ? targets[from] : targets[(from < 0 ? targets.length : from) - 1];
  if (next === undefined) return { ...state, message: none };
  return replaced(report, state, next.fn < 0 ? next : { ...next, view: frame.view });
}

function replaced(report: Report, state: State, target: Target): State {
  const frame = frameOf(report, state, target);
  const { focus } = topFrame(state);
  return withTop(state, { ...frame, focus: focus < frame.cursors.length ? focus : 0 });
}

function toTrace(report: Report, state: State, row: Row | undefined): State {
  const frame = topFrame(state);
  if (frame.view === 'trace') return state;
  const finding = row?.open?.finding ?? frame.finding;
  if (finding === null) return { ...state, message: 'No finding here; f goes to the next one.' };
  return pushed(report, state, { view: 'trace', fn: row?.open?.fn ?? frame.fn, finding });
}

/** From a step of an interleaving to its line; from elsewhere to the function under the cursor. */
function toSource(report: Report, state: State, row: Row | undefined): State {
  const frame = topFrame(state);
  if (frame.view === 'source') return state;
  const step = frame.view === 'trace' ? (row?.place ?? null) : null;
  const own = report.functions[frame.fn];
  const inside = (fn: Report['functions'][number] | undefined): boolean =>
    fn?.post !== null &&
    fn?.post !== undefined &&
    step !== null &&
    fn.file === step.file &&
    step.line >= fn.post.line &&
    step.line < fn.post.line + fn.post.lines.length;
  const fn = step === null ? (row?.open?.fn ?? frame.fn) : inside(own) ? frame.fn : report.functions.findLastIndex(inside);
  if (report.functions[fn] === undefined) return { ...state, message: step === null ? 'No function here.' : `${step.file} is not part of the series.` };
  const next = pushed(report, state, { view: 'source', fn, finding: row?.open?.finding ?? frame.finding });
  const at =
    step === null
      ? -1
      : (viewOf(report, next, topFrame(next)).panes[0]?.rows.findIndex((r) => r.place?.line === step.line && !r.label.startsWith('removed')) ?? -1);
  return at < 0 ? next : withCursor(next, at);
}

function typed(report: Report, state: State, text: string, key: string): State {
  if (key === 'esc') return { ...state, typing: null };
  if (key === 'enter' && state.asking !== 'search')
    return noted(report, { ...state, typing: null }, currentRow(viewOf(report, state, topFrame(state)), topFrame(state)), state.asking, text);
  if (key === 'enter') return found(report, { ...state, typing: null, query: text === '' ? state.query : text }, 1);
  if (key === 'backspace') return { ...state, typing: text === '' ? null : [...text].slice(0, -1).join('') };
  if (key === 'ctrl-u') return { ...state, typing: '' };
  if (key === 'space') return { ...state, typing: `${text} ` };
  return [...key].length === 1 ? { ...state, typing: text + key } : state;
}

/** Folds that hide a match open; then the next match from the cursor, round the end. */
function found(report: Report, before: State, step: 1 | -1): State {
  const { query } = before;
  if (query === '') return { ...before, message: 'Nothing was searched yet; / searches.' };
  const exact = query !== query.toLowerCase();
  const hit = (row: Row): boolean => (exact ? row.label : row.label.toLowerCase()).includes(query);
  const state = unfolded(report, before, hit);
  const rows = rowsIn(report, state);
  const frame = topFrame(state);
  const from = frame.cursors[frame.focus] ?? 0;
  for (let i = 1; i <= rows.length; i += 1) {
    const at = (((from + i * step) % rows.length) + rows.length) % rows.length;
    const row = rows[at];
    if (row === undefined || !hit(row)) continue;
    const wrapped = step > 0 ? at <= from : at >= from;
    return { ...withCursor(state, at), message: at === from ? `Only match for "${query}".` : wrapped ? 'Search went round the end.' : '' };
  }
  return { ...before, message: `No match for "${query}".` };
}

function unfolded(report: Report, state: State, wanted: (row: Row) => boolean): State {
  const hidden = rowsIn(report, { ...state, folded: new Set() }).filter((row) => row.within !== null && state.folded.has(row.within) && wanted(row));
  if (hidden.length === 0) return state;
  const open = new Set(hidden.map((row) => row.within));
  const current = rowsIn(report, state)[topFrame(state).cursors[topFrame(state).focus] ?? 0];
  return kept(report, { ...state, folded: new Set([...state.folded].filter((key) => !open.has(key))) }, current);
}
