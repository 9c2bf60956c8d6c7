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
 * alike; it is told by what C allows before and behind it. Where the markers found do not make `balance` more added than
 * removed lines, or remove more than `old`, the least certain ones are decided the other way.
 */
export function cutAtMarkers(tokens: readonly string[], balance: number, old: number): readonly Piece[] {
  const forced = new Map<number, boolean>();
  // A new file has no removed lines, a deleted one no added ones.
  const sides = old === 0 ? '+' : old + balance === 0 ? '-' : '+-';
  for (let round = 0; round < 4; round++) {
    const { pieces, signs } = cutOnce(tokens, forced, sides);
    const isMarker = (s: Sign): boolean => forced.get(s.at) ?? s.score > 0;
    const found = signs.filter(isMarker);
    const count = (kind: LineKind): number => found.filter((s) => s.kind === kind).length;
    const surplus = count('+') - count('-') - balance;
    const over = count('-') - old;
    if (surplus === 0 && over <= 0) return pieces;
    const wanted = surplus > 0 ? '+' : '-';
    const flips = signs.filter((s) => !forced.has(s.at) && Math.abs(s.score) < SURE && (surplus === 0 ? isMarker(s) : isMarker(s) === (s.kind === wanted)));
    flips.sort((x, y) => Math.abs(x.score) - Math.abs(y.score) || x.at - y.at);
    const n = surplus === 0 ? 2 * over : Math.abs(surplus);
    if (flips.length < n || round === 3) return pieces;
    for (const s of flips.slice(0, n)) forced.set(s.at, !isMarker(s));
  }
  return cutOnce(tokens, forced, sides).pieces;
}

/** A score from which on counts do not change the mind. */
const SURE = 4;

/** A `+` or `-` that may open a line: with a score above zero it is taken to. */
interface Sign {
  readonly at: number;
  readonly kind: '+' | '-';
  readonly score: number;
}

function cutOnce(
  tokens: readonly string[],
  forced: ReadonlyMap<number, boolean>,
  sides: string,
): { readonly pieces: readonly Piece[]; readonly signs: readonly Sign[] } {
  const pieces: { kind: LineKind; tokens: string[]; attached: boolean; state: State }[] = [
    { kind: ' ', tokens: [], attached: false, state: tokens[0] === '*' ? { ...START, comment: true } : START },
  ];
  const signs: Sign[] = [];
  // A hunk may begin inside a comment.
  let state = tokens[0] === '*' ? { ...START, comment: true } : START;
  let run = state;
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1] ?? '';
    const score =
      /^[-+]/.test(token) && !sides.includes(token[0]!)
        ? null
        : i > 0
          ? markerScore(token, before, tokens[i + 1] ?? '', state)
          : /^[-+]/.test(token)
            ? 6
            : null;
    const kind = token[0] === '+' ? '+' : '-';
    if (score !== null) signs.push({ at: i, kind, score });
    if (score !== null && (forced.get(i) ?? score > 0)) {
      const rest = token.slice(1);
      // Parentheses may stay open over several lines, comments too. Added lines go on from where the removed ones did.
      const last = pieces.at(-1)!;
      if (kind === '-' && last.kind !== '-') run = state;
      const replaces = kind === '+' && last.kind === '-' && cutLines(last).length <= 1;
      const fresh = newLine(replaces ? run : state);
      pieces.push({ kind, tokens: rest === '' ? [] : [rest], attached: rest !== '', state: fresh });
      state = rest === '' ? fresh : step(fresh, rest);
    } else {
      pieces.at(-1)!.tokens.push(token);
      state = step(endsLine(state, before, token) ? newLine(state) : state, token);
    }
  }
  return { pieces, signs };
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
  /** Inside a string literal. */
  readonly string: boolean;
  readonly depth: number;
  /** Tokens of the line so far. */
  readonly line: readonly string[];
  /** The line goes on with the condition of an `if`, a `for` and the like. */
  readonly inherited: boolean;
}

export const START: State = { comment: false, string: false, depth: 0, line: [], inherited: false };

function newLine(state: State): State {
  // No string goes on in the next line.
  return { ...state, string: false, line: [], inherited: state.depth > 0 && isControl(state) };
}

function step(state: State, token: string): State {
  const comment = !state.string && afterComment(token, state.comment);
  const quoted = comment || state.comment ? { text: '', open: false } : withoutStrings(token, state.string);
  let { depth } = state;
  if (!state.comment && !comment && !token.startsWith('/*')) for (const c of quoted.text) depth += c === '(' ? 1 : c === ')' ? -1 : 0;
  if (!comment && !quoted.open && /[;{}]$/.test(quoted.text) && !/\bfor$/.test(state.line[0] ?? '')) depth = 0;
  return { ...state, comment, string: quoted.open, depth: Math.max(0, depth), line: state.line.length > 200 ? state.line : [...state.line, token] };
}

/** What of a token stands outside string literals, and whether one is open behind it. */
function withoutStrings(token: string, open: boolean): { readonly text: string; readonly open: boolean } {
  if (!open && !token.includes('"')) return { text: token, open };
  let text = '';
  let inside = open;
  for (let i = 0; i < token.length; i++) {
    const c = token[i]!;
    if (c === '\\') i++;
    else if (c === '"' && !(token[i - 1] === "'" && token[i + 1] === "'")) inside = !inside;
    else if (!inside) text += c;
  }
  return { text, open: inside };
}

/** How many parentheses are open behind each token. */
export function depthsOf({ tokens, state: start }: Pick<Piece, 'tokens' | 'state'>): readonly number[] {
  let state = start;
  return tokens.map((token) => {
    state = step(state, token);
    return state.depth;
  });
}

function afterComment(token: string, open: boolean): boolean {
  const starts = token.lastIndexOf('/*');
  const ends = token.lastIndexOf('*/');
  if (ends >= 0 && ends > starts) return false;
  return starts >= 0 ? true : open;
}

/** No operand of `+` or `-` begins so. */
const NO_OPERAND =
  /^(?:(?:static|struct|int|void|if|for|while|return|goto|break|continue|case|default|switch|else|do|const|unsigned|signed|bool|enum|union|extern|inline|typedef|char|short|long|volatile|[us](?:8|16|32|64)|__\w+)\b(?!\()|&&|\|\||[?:=){};]|\/\*|#|\*\/)/;

/** How surely a token opens a changed line; null when it cannot. */
function markerScore(token: string, before: string, next: string, state: State): number | null {
  const sign = token[0];
  if (sign !== '+' && sign !== '-') return null;
  const rest = token.slice(1);
  const star = (text: string): boolean => text.startsWith('*');
  if (state.comment) {
    if (rest !== '') return star(rest) ? 5 : before.startsWith('*/') ? 2 : null;
    if (star(next)) return 6;
    if (next === '+' || next === '-') return 3;
    // Text of a comment without stars, or a dash in a sentence.
    return state.line.some(star) || state.line.some((t) => t.startsWith('/*')) ? -2 : -1;
  }
  if (/^(?:[-+]=?|=|>)/.test(rest) && rest !== '') return null;
  if (state.string) return -3;
  if (before.endsWith('\\')) return 6;
  if (rest !== '') {
    // Attached: a line that begins in the first column. A sign before a number or a constant is a sign.
    if (/^(?:[{}#]|\/\*|\*\/)/.test(rest)) return 6;
    if (/^(?:static|struct|int|void|extern|typedef|enum|union|unsigned|bool|const|inline|long|u?int\d+_t)$/.test(rest)) return 6;
    if (/^(?:\d|[A-Z][A-Z0-9_]*[;),]?$)/.test(rest)) return /[;}]$/.test(before) ? 0.5 : /(?:[=(,?:|&<>]|\breturn)$/.test(before) ? -SURE : -3;
    if (/(?:[=(,?:|&<>]|\breturn)$/.test(before)) return -2;
    return /^[a-z_A-Z]/.test(rest) ? 2 : -1;
  }
  if (/^[-+]$/.test(before)) return 6; // An empty changed line.
  if (NO_OPERAND.test(next)) return 6;
  if (/[;{}]$|\*\/$/.test(before) || before === 'else' || before === 'do') return 5;
  if (/"[,)]*$/.test(before) && next.startsWith('"')) return 5;
  if (/[:,(\\|&?=]$|^(?:[/%*<>]|<<|>>|[<>!]=)$/.test(before)) return 4;
  const [head = ''] = state.line;
  if (head.startsWith('#')) return state.line.length > 1 || /^#(?:else|endif)/.test(head) ? 3 : -1;
  if (state.depth === 0 && before.endsWith(')') && isControl(state)) return 4;
  if (state.depth === 0 && before.endsWith(')') && state.line.length === 1 && /^[A-Z_]{3,}\(/.test(head)) return 1;
  if (state.depth === 0 && /^(?:static|inline|void|int|bool|unsigned|long)$/.test(before)) return 2;
  return state.depth > 0 ? -SURE : -2;
}

/** Does a line end between `before` and `token`? */
function endsLine(state: State, before: string, token: string): boolean {
  if (state.line.length === 0 || state.string) return false;
  const [head = ''] = state.line;
  // A comment that began on this line may end on it.
  if (state.comment) return token === '*' || (token.startsWith('*/') && !state.line.some((t) => t.includes('/*')));
  if (before === '\\') return true;
  if (token === '\\') return false;
  if (before.endsWith('*/')) return true;
  if (head.startsWith('#')) return endsDirective(state, token);
  if (state.depth > 0) return false;
  if (before.endsWith('{')) return state.line.at(-2) !== '=' || token.startsWith('.');
  if (before.endsWith(';')) return true;
  if (/^\}/.test(before)) return token !== 'else' && token !== 'while';
  if (before.endsWith('",') && !state.line.includes('=')) return true;
  if (before.endsWith(',')) return !token.startsWith('/*') && /^(?:\.\w|[A-Z0-9_]+,?$)/.test(head);
  if (token === '{') return before.endsWith(')') && !isControl(state) && !state.line.includes('=');
  if (/^(?:case\b|default:$)/.test(head) || /^\w+:$/.test(head)) return before.endsWith(':') && !token.startsWith('/*');
  if (before === 'else' || before === 'do') return token !== 'if' && token !== '{';
  return before.endsWith(')') && isControl(state) && token !== '{';
}

/** A directive without a backslash ends where something begins that cannot stand in it. */
function endsDirective({ line, depth }: State, token: string): boolean {
  const [head = ''] = line;
  if (/^#(?:else|endif)/.test(head)) return !token.startsWith('/*');
  if (/^#(?:ifn?def|undef|include)/.test(head)) return line.length > 1 && !token.startsWith('/*');
  if (depth > 0 || line.length < 2 || line.at(-1) === '\\') return false;
  return (
    /^(?:#\w+|static|struct|int|void|bool|extern|typedef|enum|union|unsigned|long|inline|const|if|for|while|return|\*)$/.test(token) &&
    !(head === '#define' && line.length < 3 && !/[)]$/.test(line.at(-1) ?? ''))
  );
}

function isControl({ line, inherited }: State): boolean {
  const head = line[0] === '}' ? line[1] : line[0];
  return inherited || /^(?:if|for|while|switch|else|\w*for_each\w*)\b/.test(head ?? '');
}
