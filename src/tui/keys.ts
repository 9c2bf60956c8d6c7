import type { ViewName } from './types.js';

export type Action =
  | 'down'
  | 'up'
  | 'half-down'
  | 'half-up'
  | 'page-down'
  | 'page-up'
  | 'first'
  | 'last'
  | 'next-patch'
  | 'previous-patch'
  | 'next-function'
  | 'previous-function'
  | 'next-finding'
  | 'previous-finding'
  | 'pane'
  | 'open'
  | 'back'
  | 'fold'
  | 'fold-all'
  | 'search'
  | 'next-match'
  | 'previous-match'
  | 'trace'
  | 'source'
  | 'way'
  | 'gaps'
  | 'order'
  | 'all'
  | 'reviewed'
  | 'valid'
  | 'invalid'
  | 'edit'
  | 'copy'
  | 'help'
  | 'quit'
  | 'redraw'
  | 'suspend'
  | 'interrupt';

export interface Binding {
  readonly action: Action;
  readonly keys: readonly string[];
  /** Keys as a person writes them. */
  readonly shown: string;
  readonly help: string;
  /** A word for the footer, per view; "" keeps it out. */
  readonly hint: Partial<Readonly<Record<ViewName, string>>>;
}

const EVERYWHERE = (word: string): Binding['hint'] => ({ overview: word, function: word, source: word, trace: word, gaps: word, order: word, help: word });

/** The one table of keys: the reducer, the footer and the help page all read it. The footer keeps this order. */
export const BINDINGS: readonly Binding[] = [
  {
    action: 'open',
    keys: ['enter', 'right', 'l'],
    shown: 'Enter',
    help: 'open: a finding or function, its source, its verdict; folds a heading',
    hint: { overview: 'open', function: 'source', source: 'verdict', gaps: 'fold', order: 'function' },
  },
  { action: 'down', keys: ['j', 'down'], shown: 'j Down', help: 'next line; next step of an interleaving', hint: {} },
  { action: 'up', keys: ['k', 'up'], shown: 'k Up', help: 'previous line or step', hint: {} },
  {
    action: 'back',
    keys: ['q', 'esc', 'left', 'h'],
    shown: 'q Esc',
    help: 'back; leaves a search',
    hint: { function: 'back', source: 'back', trace: 'back', gaps: 'back', order: 'back', help: 'back' },
  },
  {
    action: 'next-finding',
    keys: ['f'],
    shown: 'f',
    help: 'next finding',
    hint: { overview: 'finding', function: 'finding', source: 'finding', trace: 'finding' },
  },
  { action: 'previous-finding', keys: ['F'], shown: 'F', help: 'previous finding', hint: {} },
  { action: 'pane', keys: ['tab', 'shift-tab'], shown: 'Tab', help: 'other pane: contract or ways out', hint: { function: 'pane' } },
  { action: 'next-function', keys: ['}'], shown: '}', help: 'next function', hint: { function: 'function', source: 'function' } },
  { action: 'previous-function', keys: ['{'], shown: '{', help: 'previous function', hint: {} },
  { action: 'next-patch', keys: [']'], shown: ']', help: 'next patch', hint: { overview: 'patch' } },
  { action: 'previous-patch', keys: ['['], shown: '[', help: 'previous patch', hint: {} },
  { action: 'fold', keys: ['z', 'space'], shown: 'z', help: 'fold or unfold what the cursor is in', hint: { overview: 'fold' } },
  { action: 'fold-all', keys: ['Z'], shown: 'Z', help: 'fold or unfold everything', hint: {} },
  { action: 'search', keys: ['/'], shown: '/', help: 'search; capitals make it exact', hint: EVERYWHERE('search') },
  { action: 'next-match', keys: ['n'], shown: 'n', help: 'next match', hint: {} },
  { action: 'previous-match', keys: ['N'], shown: 'N', help: 'previous match', hint: {} },
  { action: 'trace', keys: ['t'], shown: 't', help: 'the interleaving or verdict of the finding', hint: {} },
  { action: 'source', keys: ['s'], shown: 's', help: 'source, from an interleaving at the line of its step', hint: { trace: 'source' } },
  { action: 'way', keys: ['w'], shown: 'w', help: 'next way out of the function, as brackets beside the source', hint: { source: 'way out' } },
  { action: 'gaps', keys: ['u'], shown: 'u', help: 'what was not analysed (gaps)', hint: { overview: 'gaps' } },
  { action: 'order', keys: ['o'], shown: 'o', help: 'the order in which locks are taken, before and after', hint: { overview: 'order' } },
  { action: 'all', keys: ['a'], shown: 'a', help: 'show or hide findings that were there before the series', hint: {} },
  { action: 'reviewed', keys: ['r'], shown: 'r', help: 'mark as reviewed, or not', hint: {} },
  { action: 'valid', keys: ['v'], shown: 'v', help: 'note: this finding is valid (asks for a word; again takes it back)', hint: {} },
  { action: 'invalid', keys: ['i'], shown: 'i', help: 'note: this finding is invalid (asks for a word; again takes it back)', hint: {} },
  { action: 'edit', keys: ['e'], shown: 'e', help: 'open $EDITOR at this line of the tree', hint: { source: 'edit' } },
  { action: 'copy', keys: ['y'], shown: 'y', help: 'copy file, line and message (terminal clipboard)', hint: { source: 'copy', trace: 'copy' } },
  { action: 'half-down', keys: ['ctrl-d'], shown: 'Ctrl-d', help: 'half a page down', hint: {} },
  { action: 'half-up', keys: ['ctrl-u'], shown: 'Ctrl-u', help: 'half a page up', hint: {} },
  { action: 'page-down', keys: ['pagedown', 'ctrl-f'], shown: 'PgDn', help: 'a page down', hint: {} },
  { action: 'page-up', keys: ['pageup', 'ctrl-b'], shown: 'PgUp', help: 'a page up', hint: {} },
  { action: 'first', keys: ['g', 'home'], shown: 'g', help: 'first line', hint: {} },
  { action: 'last', keys: ['G', 'end'], shown: 'G', help: 'last line', hint: {} },
  {
    action: 'help',
    keys: ['?'],
    shown: '?',
    help: 'this page',
    hint: { overview: 'help', function: 'help', source: 'help', trace: 'help', gaps: 'help', order: 'help' },
  },
  { action: 'quit', keys: ['Q'], shown: 'Q', help: 'quit', hint: EVERYWHERE('quit') },
  { action: 'redraw', keys: ['ctrl-l'], shown: 'Ctrl-l', help: 'draw the screen anew', hint: {} },
  { action: 'suspend', keys: ['ctrl-z'], shown: 'Ctrl-z', help: "stop; the shell's fg comes back", hint: {} },
  { action: 'interrupt', keys: ['ctrl-c'], shown: 'Ctrl-c', help: 'quit with exit status 130', hint: {} },
];

const BY_KEY: ReadonlyMap<string, Action> = new Map(BINDINGS.flatMap((binding) => binding.keys.map((key) => [key, binding.action] as const)));

export function actionOf(key: string): Action | null {
  return BY_KEY.get(key) ?? null;
}

/** What Ink reports about a key, as far as it is used here. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
}

/** Key names: "j", "enter", "ctrl-d" … Several characters that arrive at once (fast typing, a paste) are several keys. */
export function keyNames(input: string, key: InkKey): readonly string[] {
  const named = NAMED.find(([field]) => key[field]);
  if (named !== undefined) return named[0] === 'tab' && key.shift ? ['shift-tab'] : [named[1]];
  if (key.ctrl) return input.length === 1 ? [`ctrl-${input}`] : [];
  if (key.meta) return [];
  return [...input].flatMap((c) => {
    if (c === ' ') return ['space'];
    if (c === '\r' || c === '\n') return ['enter'];
    if (c === '\t') return ['tab'];
    if (c === '\u007f' || c === '\b') return ['backspace'];
    const code = c.charCodeAt(0);
    return code < 0x20 ? [`ctrl-${String.fromCharCode(code + 0x60)}`] : [c];
  });
}

const NAMED: readonly (readonly [keyof InkKey, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageDown', 'pagedown'],
  ['pageUp', 'pageup'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];
