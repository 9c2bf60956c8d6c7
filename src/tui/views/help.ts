import { padEnd, wrap } from '../../report/index.js';
import { BINDINGS } from '../keys.js';
import { plain, span } from '../line.js';
import { NO_DETAIL, type Row, type View } from '../types.js';

/** The key table and the signs. */
export function helpView(): View {
  const keys = BINDINGS.map((binding) => row(binding.shown, binding.help));
  const signs = SIGNS.map(([sign, meaning]) => row(sign, meaning));
  return {
    header: () => [[span(' '), span('Keys and signs', 'strong'), span('  / searches this page', 'dim')]],
    panes: [{ title: '', rows: [...keys, row('', ''), ...signs], head: () => [], start: 0 }],
    detail: () => NO_DETAIL,
  };
}

const SIGNS: readonly (readonly [string, string])[] = [
  ['>', 'the line under the cursor'],
  ['+  -', 'put in and taken out by the patch: source lines, contract entries'],
  ['1 2 3', "steps of the finding's witness, beside the line they happen on; * for several"],
  ['▾ ▸', 'unfolded and folded'],
  ['━━', 'the pane with the focus'],
  ['confirmed', 'one interleaving of the model fails; Enter shows it'],
  ['refuted', 'every interleaving within the stated bounds was searched, none fails'],
  ['not modelled', 'no verdict; the reason is given'],
];

function row(left: string, right: string): Row {
  return {
    kind: 'other',
    label: right === '' ? '' : `${left}: ${right}`,
    open: null,
    fold: null,
    within: null,
    place: null,
    copy: `${left}  ${right}`,
    lines: (width) => wrap(right, width - 18).map((text, i) => [span(`  ${padEnd(i === 0 ? left : '', 14)}`, 'strong'), ...plain(text)]),
  };
}
