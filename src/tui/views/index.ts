import type { Report } from '../../report/index.js';
import type { Frame, State, View } from '../types.js';
import { functionView } from './function.js';
import { gapsView } from './gaps.js';
import { helpView } from './help.js';
import { orderView } from './order.js';
import { overviewView } from './overview.js';
import { sourceView } from './source.js';
import { traceView } from './trace.js';

type Shown = Pick<State, 'folded' | 'all' | 'kept' | 'busy'>;
type Place = Pick<Frame, 'view' | 'fn' | 'finding' | 'way'>;

/**
 * What a frame shows. A view is a function of the report, the folds and the frame; nothing else. A key asks for the same
 * view several times and mostly changes only the cursor, so the last few are remembered.
 */
export function viewOf(report: Report, state: Shown, frame: Place): View {
  const known = remembered.get(report) ?? [];
  const hit = known.find((entry) => sameState(entry.state, state) && samePlace(entry.frame, frame));
  if (hit !== undefined) return hit.view;
  const view = made(report, state, frame);
  remembered.set(
    report,
    [
      {
        state: { folded: state.folded, all: state.all, kept: state.kept, busy: state.busy },
        frame: { view: frame.view, fn: frame.fn, finding: frame.finding, way: frame.way },
        view,
      },
      ...known,
    ].slice(0, REMEMBER),
  );
  return view;
}

const REMEMBER = 4;
const remembered = new WeakMap<Report, readonly { readonly state: Shown; readonly frame: Place; readonly view: View }[]>();

function sameState(a: Shown, b: Shown): boolean {
  return a.folded === b.folded && a.all === b.all && a.kept === b.kept && a.busy === b.busy;
}

function samePlace(a: Place, b: Place): boolean {
  return a.view === b.view && a.fn === b.fn && a.finding === b.finding && a.way === b.way;
}

function made(report: Report, state: Shown, frame: Place): View {
  switch (frame.view) {
    case 'overview':
      return overviewView(report, state);
    case 'function':
      return functionView(report, frame);
    case 'source':
      return sourceView(report, frame);
    case 'trace':
      return traceView(report, frame);
    case 'gaps':
      return gapsView(report, state);
    case 'order':
      return orderView(report);
    case 'help':
      return helpView();
  }
}
