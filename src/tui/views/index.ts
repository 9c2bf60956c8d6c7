import type { Report } from '../../report/index.js';
import type { Frame, State, View } from '../types.js';
import { functionView } from './function.js';
import { gapsView } from './gaps.js';
import { helpView } from './help.js';
import { overviewView } from './overview.js';
import { sourceView } from './source.js';
import { traceView } from './trace.js';

/** What a frame shows. A view is a function of the report, the folds and the frame; nothing else. */
export function viewOf(report: Report, state: Pick<State, 'folded' | 'all' | 'kept' | 'busy'>, frame: Pick<Frame, 'view' | 'fn' | 'finding' | 'way'>): View {
  switch (frame.view) {
    case 'overview': return overviewView(report, state);
    case 'function': return functionView(report, frame);
    case 'source': return sourceView(report, frame);
    case 'trace': return traceView(report, frame);
    case 'gaps': return gapsView(report, state);
    case 'help': return helpView();
  }
}
