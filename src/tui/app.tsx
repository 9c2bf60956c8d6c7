import { Text, Box, useInput } from 'ink';
import { memo } from 'react';
import type { Report } from '../report/index.js';
import { keyNames } from './keys.js';
import type { Line, Span, Tone } from './line.js';
import { linearScreen, screen } from './screen.js';
import type { State } from './types.js';

export interface AppProps {
  readonly report: Report;
  readonly state: State;
  /** For a screen reader: words instead of a drawn screen. */
  readonly linear: boolean;
  readonly onKey: (key: string) => void;
}

/** The screen of a state. It keeps nothing itself. */
export function App({ report, state, linear, onKey }: AppProps): React.JSX.Element {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name);
  });
  if (linear)
    return (
      <Box flexDirection="column">
        {linearScreen(report, state).map((text, i) => (
          <Text key={i}>{text}</Text>
        ))}
      </Box>
    );
  return (
    <Box flexDirection="column">
      {screen(report, state).map(({ line, selected }, i) => (
        <ScreenRow key={i} line={line} selected={selected} />
      ))}
    </Box>
  );
}

/** Most lines stay as they are from key to key; they are not drawn anew. */
const ScreenRow = memo(
  function ScreenRow({ line, selected }: { readonly line: Line; readonly selected: boolean }): React.JSX.Element {
    return (
      <Text wrap="truncate-end" inverse={selected}>
        {line.length === 0 ? ' ' : line.map((part, at) => <Piece key={at} part={part} />)}
      </Text>
    );
  },
  (a, b) =>
    a.selected === b.selected && a.line.length === b.line.length && a.line.every((part, i) => part.text === b.line[i]?.text && part.tone === b.line[i]?.tone),
);

function Piece({ part }: { readonly part: Span }): React.JSX.Element {
  return <Text {...STYLE[part.tone]}>{part.text}</Text>;
}

const STYLE: Readonly<Record<Tone, { readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean; readonly underline?: boolean }>> = {
  plain: {},
  strong: { bold: true },
  dim: { dimColor: true },
  error: { color: 'red', bold: true },
  warning: { color: 'yellow', bold: true },
  note: { color: 'cyan' },
  good: { color: 'green' },
  added: { color: 'green' },
  removed: { color: 'red' },
  step: { color: 'magenta' },
  'added-word': { color: 'green', bold: true, underline: true },
  'removed-word': { color: 'red', bold: true, underline: true },
  lane: { color: 'blue' },
  keyword: { bold: true },
  type: { color: 'cyan' },
  function: { color: 'blue' },
  string: { color: 'yellow' },
  number: { color: 'yellow' },
  comment: { dimColor: true },
};
