import type { LineKind } from '../series.js';

/** A changed line (or, for the first piece, context) with all that follows it up to the next marker. */
export interface Piece {
  readonly kind: LineKind;
  readonly tokens: readonly string[];
  /** The text stood at its marker: a line that begins in the first column. */
  readonly attached: boolean;
  /** What was open where it begins. */
  readonly state: State;
}

/**
 * Finds the `+` and `-` that open a line in the text of a hunk whose line ends are lost. An operator of the code looks
 * alike; it is told by what C allows before it: a line ends behind `;`, `{`, `,`, a comment, the head of an `if`, and so on.
 */
export function cutAtMarkers(tokens: readonly string[]): readonly Piece[] {
  const pieces: { kind: LineKind; tokens: string[]; attached: boolean; state: State }[] = [{ kind: ' ', tokens: [], attached: false, state: START }];
  let state = START;
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1] ?? '';
    if (i > 0 && opensLine(token, before, tokens[i + 1] ?? '', state)) {
      const rest = token.slice(1);
      // Parentheses may stay open over several lines, comments too.
      const fresh = newLine(state);
      pieces.push({ kind: token[0] === '+' ? '+' : '-', tokens: rest === '' ? [] : [rest], attached: rest !== '', state: fresh });
      state = rest === '' ? fresh : step(fresh, rest);
    } else {
      pieces.at(-1)!.tokens.push(token);
      state = step(endsLine(state, before, token) ? newLine(state) : state, token);
    }
  }
  return pieces;
}

/** Cuts a piece into the lines it probably was: the first is the changed line, the others are context behind it. */
export function cutLines({ tokens, state: start }: Pick<Piece, 'tokens' | 'state'>): readonly string[] {
  const lines: string[] = [];
  let state = start;
  let line: string[] = [];
  for (const [i, token] of tokens.entries()) {
    if (line.length > 0 && endsLine(state, tokens[i - 1]!, token)) {
      lines.push(line.join(' '));
      line = [];
      state = newLine(state);
    }
    line.push(token);
    state = step(state, token);
  }
  if (line.length > 0) lines.push(line.join(' '));
  return lines;
}

export interface State {
  readonly comment: boolean;
  readonly depth: number;
  /** Tokens of the line so far. */
  readonly line: readonly string[];
  /** The line goes on with the condition of an `if`, a `for` and the like. */
  readonly inherited: boolean;
}

export const START: State = { comment: false, depth: 0, line: [], inherited: false };

function newLine(state: State): State {
  return { ...state, line: [], inherited: state.depth > 0 && isControl(state) };
}

function step(state: State, token: string): State {
  const comment = afterComment(token, state.comment);
  let { depth } = state;
  if (!state.comment && !comment && !token.startsWith('/*')) for (const c of token) depth += c === '(' ? 1 : c === ')' ? -1 : 0;
  if (!comment && /[;{}]$/.test(token) && !/\bfor$/.test(state.line[0] ?? '')) depth = 0;
  return { ...state, comment, depth: Math.max(0, depth), line: state.line.length > 200 ? state.line : [...state.line, token] };
}

function afterComment(token: string, open: boolean): boolean {
  const starts = token.lastIndexOf('/*');
  const ends = token.lastIndexOf('*/');
  if (ends >= 0 && ends > starts) return false;
  return starts >= 0 ? true : open;
}

function opensLine(token: string, before: string, next: string, state: State): boolean {
  const sign = token[0];
  if (sign !== '+' && sign !== '-') return false;
  const rest = token.slice(1);
  if (state.comment) return rest === '' ? next.startsWith('*') || next === '+' || next === '-' : rest.startsWith('*');
  if (/^(?:[-+]=?|=|>)/.test(rest) && rest !== '') return false;
  if (rest !== '') {
    // Attached: a line that begins in the first column. A sign before a number or a constant is a sign.
    if (/^[{}#/*]/.test(rest)) return true;
    if (/^(?:\d|[A-Z][A-Z0-9_]*[;),]?$)/.test(rest)) return false;
    return !/(?:[=(,?:|&<>]|\breturn)$/.test(before) && /^[a-z_A-Z]/.test(rest);
  }
  if (/^[-+]$/.test(before)) return true; // An empty changed line.
  if (/^(?:&&|\|\||[?:=){};]|\/\*|#)/.test(next)) return true; // No operand follows.
  if (/(?:[;{}:,(\\|&?=]|\*\/)$/.test(before) || before === 'else' || before === 'do') return true;
  const [head = ''] = state.line;
  if (head.startsWith('#')) return state.line.length > 1 || /^#(?:else|endif)/.test(head);
  return state.depth === 0 && before.endsWith(')') && isControl(state);
}

/** Does a line end between `before` and `token`? */
function endsLine(state: State, before: string, token: string): boolean {
  if (state.line.length === 0) return false;
  const [head = ''] = state.line;
  // A comment that began on this line may end on it.
  if (state.comment) return token === '*' || (token.startsWith('*/') && !state.line.some((t) => t.includes('/*')));
  if (before.endsWith('*/')) return true;
  if (head.startsWith('#')) return /^#(?:else|endif)/.test(head) ? !token.startsWith('/*') : state.line.length > 1;
  if (state.depth > 0) return false;
  if (before.endsWith('{')) return state.line.at(-2) !== '=' || token.startsWith('.');
  if (before.endsWith(';')) return true;
  if (/^\}/.test(before)) return token !== 'else' && token !== 'while';
  if (before.endsWith(',')) return !token.startsWith('/*') && /^(?:\.\w|[A-Z0-9_]+,?$)/.test(head);
  if (token === '{') return before.endsWith(')') && !isControl(state) && !state.line.includes('=');
  if (/^(?:case\b|default:$)/.test(head) || /^\w+:$/.test(head)) return before.endsWith(':');
  if (before === 'else' || before === 'do') return token !== 'if' && token !== '{';
  return before.endsWith(')') && isControl(state) && token !== '{';
}

function isControl({ line, inherited }: State): boolean {
  const head = line[0] === '}' ? line[1] : line[0];
  return inherited || /^(?:if|for|while|switch|else|\w*for_each\w*)\b/.test(head ?? '');
}
