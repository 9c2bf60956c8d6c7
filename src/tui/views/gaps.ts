import { gapMember, type GapGroup, groupGaps, padStart, plural, printable, type Report, wrap } from '../../report/index.js';
import { clip, plain, span } from '../line.js';
import { NO_DETAIL, type Row, type State, type View } from '../types.js';

/** Everything that was not analysed, grouped by reason; a group unfolds into its places. */
export function gapsView(report: Report, state: Pick<State, 'folded'>): View {
  const groups = groupGaps(report.gaps);
  const rows = groups.flatMap((group, i) => groupRows(group, i, state.folded));
  const files = new Set(report.gaps.map((gap) => gap.file).filter((file) => file !== ''));
  return {
    header: (width) => [
      clip(
        [
          span(' '),
          span('Not analysed', 'strong'),
          span(`  ${plural(report.gaps.length, 'gap')}, ${plural(groups.length, 'reason')}, ${plural(files.size, 'file')}`),
        ],
        width,
      ),
      clip(plain(' What is listed here was not looked at, or only in part; nothing is claimed about it.', 'dim'), width),
    ],
    panes: [{ title: '', rows: rows.length > 0 ? rows : [row('Everything was analysed.')], head: () => [], start: 0 }],
    detail: () => NO_DETAIL,
  };
}

function groupRows(group: GapGroup, index: number, folded: ReadonlySet<string>): readonly Row[] {
  const key = `gap ${index}`;
  const closed = folded.has(key);
  const head: Row = {
    ...row(`${plural(group.gaps.length, 'gap')} in ${group.stage}: ${group.why}${closed ? ', folded' : ''}`),
    kind: 'patch',
    fold: key,
    lines: (width) =>
      wrap(group.why, width - 19).map((text, i) =>
        clip(
          i === 0
            ? [span(`${closed ? '▸' : '▾'} ${padStart(String(group.gaps.length), 3)} x `, 'dim'), span(group.stage.padEnd(10)), span(text, 'strong')]
            : [span(' '.repeat(18)), span(text, 'strong')],
          width,
        ),
      ),
  };
  if (closed) return [head];
  return [
    head,
    ...group.gaps.map((gap): Row => {
      const text = gapMember(group, gap) || 'the whole input';
      return {
        ...row(text),
        within: key,
        place: gap.file === '' ? null : { file: gap.file, line: 1 },
        copy: `${[gap.file, gap.function].filter((part) => part !== '').join(': ')}: ${gap.why}`,
        lines: (width) => wrap(text, width - 9, '  ').map((part) => plain(`        ${part}`)),
      };
    }),
  ];
}

function row(text: string): Row {
  return {
    kind: 'other',
    label: text,
    lines: (width) => wrap(printable(text), width - 4).map((part) => plain(`    ${part}`)),
    open: null,
    fold: null,
    within: null,
    place: null,
    copy: text,
  };
}
