import { displayWidth, printable, type Report } from '../report/index.js';
import { BINDINGS } from './keys.js';
import { clip, type Line, lineText, plain, rule, span } from './line.js';
import { currentRow, topFrame } from './state.js';
import type { Frame, Pane, State, View } from './types.js';
import { viewOf } from './views/index.js';

export interface ScreenLine {
  readonly line: Line;
  /** Part of the row under the cursor of the pane with the focus; its first line also begins with ">". */
  readonly selected: boolean;
}

/** What the terminal shows: exactly `size.rows` lines of at most `size.columns` columns. */
export function screen(report: Report, state: State): readonly ScreenLine[] {
  const { columns, rows } = state.size;
  const frame = topFrame(state);
  const view = viewOf(report, state, frame);
  const header = view.header(columns).slice(0, Math.max(1, rows - 4));
  const room = rows - header.length - 1;
  const detail = detailLines(view, frame, state);
  const body = panes(view, frame, columns, room - detail.length, rows < SMALL.rows || columns < SMALL.columns);
  const lines = [...header.map(unselected), ...body, ...detail.map(unselected)].slice(0, rows - 1);
  while (lines.length < rows - 1) lines.push(unselected([]));
  return [...lines, unselected(footer(state, frame))].map(({ line, selected }) => ({ line: clip(line, columns), selected }));
}

/** The same for a screen reader: the view, the row under the cursor in words, and the hints, without glyphs. */
export function linearScreen(report: Report, state: State): readonly string[] {
  const frame = topFrame(state);
  const view = viewOf(report, state, frame);
  const pane = view.panes[frame.focus];
  const row = currentRow(view, frame);
  const at = (frame.cursors[frame.focus] ?? 0) + 1;
  return [
    `${frame.view}: ${view
      .header(1000)
      .map((line) => lineText(line).trim().replace(/ {2,}/g, ', '))
      .join('. ')}`,
    `${pane === undefined || pane.title === '' ? 'List' : pane.title}, ${at} of ${pane?.rows.length ?? 0}: ${printable(row?.label ?? 'empty')}`,
    lineText(footer({ ...state, size: { ...state.size, columns: 1000 } }, frame)).trim(),
  ];
}

/** Below this there is room for one pane only. The UI draws one line less than the terminal has. */
const SMALL = { rows: 23, columns: 80 };

function unselected(line: Line): ScreenLine {
  return { line, selected: false };
}

function panes(view: View, frame: Frame, width: number, height: number, one: boolean): readonly ScreenLine[] {
  const first = view.panes[0];
  if (first === undefined || height < 2) return [];
  if (view.panes.length === 1) return paneLines(first, frame.cursors[0] ?? 0, true, false, width, height);
  const second = view.panes[1];
  const focused = view.panes[frame.focus] ?? first;
  if (one || second === undefined) return paneLines(focused, frame.cursors[frame.focus] ?? 0, true, true, width, height);
  // The second pane stands above: a contract is read before the source. It takes what it needs, up to its share.
  const share = Math.floor(height * (frame.focus === 1 ? 0.6 : 0.42));
  const need = 1 + second.head(width).length + paneHeight(second, width - 1, share);
  const upper = Math.max(4, Math.min(share, need));
  return [
    ...paneLines(second, frame.cursors[1] ?? 0, frame.focus === 1, true, width, upper),
    ...paneLines(first, frame.cursors[0] ?? 0, frame.focus === 0, true, width, height - upper),
  ];
}

function paneHeight(pane: Pane, width: number, limit: number): number {
  let lines = 0;
  for (const row of pane.rows) {
    lines += row.lines(width).length;
    if (lines >= limit) break;
  }
  return lines;
}

function paneLines(pane: Pane, cursor: number, focused: boolean, several: boolean, width: number, height: number): readonly ScreenLine[] {
  const head = pane
    .head(width - 1)
    .slice(0, Math.max(0, height - 2))
    .map((line): Line => [span(' '), ...line]);
  const room = height - 1 - head.length;
  const shown = windowed(pane, cursor, width - 1, room);
  const position = shown.partial ? `${Math.min(cursor + 1, pane.rows.length)}/${pane.rows.length}` : '';
  const out: ScreenLine[] = [unselected(rule(pane.title, position, width, focused && several)), ...head.map(unselected)];
  for (const { line, row, first } of shown.lines) {
    const selected = focused && row === cursor;
    out.push({ line: [span(selected && first ? '>' : ' '), ...line], selected });
  }
  while (out.length < height) out.push(unselected([]));
  return out.slice(0, height);
}

interface Shown {
  readonly lines: readonly { readonly line: Line; readonly row: number; readonly first: boolean }[];
  readonly partial: boolean;
}

/** The rows around the cursor that fill `height` lines, with the cursor's row in the middle where both ends allow it. */
function windowed(pane: Pane, cursor: number, width: number, height: number): Shown {
  const taken = new Map<number, readonly Line[]>();
  const at = Math.max(0, Math.min(cursor, pane.rows.length - 1));
  let used = 0;
  const take = (row: number): boolean => {
    const lines = pane.rows[row]?.lines(width);
    if (lines === undefined || used >= height) return false;
    taken.set(row, lines);
    used += lines.length;
    return true;
  };
  take(at);
  let above = at - 1;
  while (used < Math.ceil(height / 2) && above >= 0 && take(above)) above -= 1;
  let below = at + 1;
  while (used < height && take(below)) below += 1;
  const full = used >= height;
  while (used < height && above >= 0 && take(above)) above -= 1;
  const rows = [...taken.keys()].sort((a, b) => a - b);
  const lines = rows.flatMap((row) => (taken.get(row) ?? []).map((line, i) => ({ line, row, first: i === 0 })));
  const over = lines.length - height;
  // A row too many at the top is cut there, so that the row under the cursor stays whole.
  const cut = over > 0 && (!full || lines[lines.length - 1]?.row === at);
  const from = cut
    ? Math.min(
        over,
        lines.findIndex((line) => line.row === at),
      )
    : 0;
  return { lines: lines.slice(from, from + height), partial: rows.length < pane.rows.length };
}

function detailLines(view: View, frame: Frame, state: State): readonly Line[] {
  const { columns, rows } = state.size;
  const detail = view.detail(frame.cursors[0] ?? 0, columns);
  if (detail.height === 0 || rows < 14) return [];
  const height = Math.min(detail.height, Math.max(3, Math.floor(rows * 0.3)));
  const lines = Array.from({ length: height }, (_, i) => clip(detail.lines[i] ?? [], columns));
  const more = detail.lines.length - height;
  if (more > 0) lines[height - 1] = plain(`   ... ${more + 1} more lines`, 'dim');
  return [rule(detail.title, '', columns, false), ...lines];
}

function footer(state: State, frame: Frame): Line {
  const { columns } = state.size;
  if (state.typing !== null && state.asking !== 'search')
    return clip([span(` ${state.asking}, because: `, 'strong'), span(`${state.typing}_`), span('   Enter notes it, Esc leaves', 'dim')], columns);
  if (state.typing !== null) return clip([span(' / ', 'strong'), span(`${state.typing}_`), span('   Enter searches, Esc leaves', 'dim')], columns);
  if (state.message !== '') return clip([span(` ${state.message}`, 'strong')], columns);
  const move: Hint = ['j/k', frame.view === 'trace' ? 'step' : 'move'];
  const hints = [
    move,
    ...BINDINGS.flatMap((binding): Hint[] => {
      const word = binding.hint[frame.view];
      return word === undefined ? [] : [[binding.shown.split(' ')[0] ?? '', word]];
    }),
  ];
  // The last ones, help and quit, must not fall off a narrow terminal.
  const last = hints.slice(-2);
  let left = columns - 1 - last.reduce((sum, hint) => sum + hintWidth(hint), 0);
  const rest = hints.slice(0, -2).filter((hint) => {
    left -= hintWidth(hint);
    return left >= 0;
  });
  return clip([span(' '), ...[...rest, ...last].flatMap(([key, word]) => [span(key, 'strong'), span(` ${word}  `, 'dim')])], columns);
}

type Hint = readonly [string, string];

function hintWidth([key, word]: Hint): number {
  return displayWidth(key) + 1 + displayWidth(word) + 2;
}
