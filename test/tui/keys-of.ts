import type { Report } from '../../src/report/report.js';
import { screen } from '../../src/tui/screen.js';
import { initialState, reducer } from '../../src/tui/state.js';
import { lineText } from '../../src/tui/line.js';
import type { Size, State } from '../../src/tui/types.js';

export const VT: Size = { columns: 80, rows: 23 };
export const WIDE: Size = { columns: 120, rows: 39 };

/** The state after the keys, from the start. */
export function typing(report: Report, keys: string, size: Size = VT): State {
  return keys
    .split(' ')
    .filter((key) => key !== '')
    .reduce(reducer(report), initialState(report, size));
}

/** The screen as text, blanks at the ends of lines cut. */
export function shown(report: Report, state: State): string {
  return screen(report, state)
    .map(({ line }) => lineText(line).trimEnd())
    .join('\n');
}

/** The line with the cursor. */
export function cursorLine(report: Report, state: State): string {
  const line = screen(report, state).find(({ selected }) => selected);
  return line === undefined ? '' : lineText(line.line).trimEnd();
}
