import { W } from './idioms.js';
import { T, lex, type Tokens } from './lex.js';
import { characters, toText } from './prepass.js';

/** A piece of a function's body, made to stand alone: `text` has the piece's length, `before` opens what it closes, `after` closes what it opens. */
export interface ClosedBody {
  readonly before: string;
  readonly text: string;
  readonly after: string;
  /** Code at the piece's ends that belongs to a statement cut in two, now blank; "" when nothing was lost. */
  readonly lost: string;
}

/** Names of conditions that nobody can see start with this; each is used once. */
export const UNSEEN = '__unseen_';

/**
 * Balances a piece of a body. A block that the piece ends but does not start gets a head with an unseen condition:
 * `if` before `else`, a loop around a loose `break` or `continue`, a `switch` around a loose `case`.
 */
export function closeBody(piece: string, name: () => string): ClosedBody {
  const out = characters(uncut(piece));
  const text = toText(out);
  const tokens = lex(text, out);
  const open: Open[] = [];
  const heads: string[] = [];
  let loose = { jump: false, label: false };
  /** First token of the current statement. */
  let statement = 0;
  let lost = '';
  let head = '';
  /** First token since the last block that the piece only ends; first token that is still there. */
  let region = 0;
  let live = 0;
  /** `if`s of the piece's own level that may still have an `else`. */
  let ifs = 0;
  // A jump that more follows is taken only where a condition says so that is not shown.
  if (startsWithJump(tokens)) {
    head = `if (${name()}) `;
    ifs = 1;
  }
  const blank = (from: number, to: number): void => {
    lost ||= text.slice(tokens.start[from]!, tokens.end[to]!).replace(/\s+/g, ' ').slice(0, 60);
    out.fill(32, tokens.start[from]!, tokens.end[to]!);
    if (from <= live) live = to + 1;
  };
  for (let i = 0; i < tokens.n; i++) {
    const t = tokens.type[i]!;
    const top = open[open.length - 1];
    if (t === 40 || t === 91) {
      open.push({ at: i, statement, brace: false, loop: false, choice: false });
    } else if (t === 123) {
      const word = tokens.type[statement]!;
      const loop = word === W.while || word === W.for || word === W.do || word === W.switch || (word === T.ID && tokens.type[statement + 1] === 40);
      open.push({ at: i, statement, brace: true, loop, choice: word === W.switch });
      statement = i + 1;
    } else if (t === 41 || t === 93) {
      if (top !== undefined && !top.brace) {
        open.pop();
        continue;
      }
      // The head of a statement whose start is not shown.
      blank(statement, i);
      const next = i + 1 < tokens.n ? tokens.type[i + 1]! : 0;
      if (next === 59) blank(i + 1, i + 1);
      else if (open.length === 0 && heads.length === 0 && next !== 0) head = `if (${name()}) `;
      statement = i + 1;
    } else if (t === 125) {
      while (open.length > 0 && !open[open.length - 1]!.brace) open.pop();
      const cut = open.pop() === undefined;
      if (cut && tokens.type[i + 1] === 59) {
        // The end of an initialiser.
        blank(region, i + 1);
      } else if (cut) {
        heads.push(`${opener(tokens, i, loose, name)}${head}`);
        head = '';
        loose = { jump: false, label: false };
        ifs = 1;
        region = i + 1;
      }
      statement = i + 1;
    } else if (t === 59) {
      if (top === undefined || top.brace) statement = i + 1;
    } else if (t === T.DIR) {
      if (statement === i) statement = i + 1;
    } else if (t === W.if) {
      if (open.length === 0) ifs++;
    } else if (t === W.else) {
      // Its `if` is not shown: the piece starts inside that statement.
      if (open.length === 0 && heads.length === 0 && ifs-- <= 0) {
        head = live >= i ? `if (${name()}) ; ` : `if (${name()}) ${head}`;
        ifs = 0;
      }
    } else if (t === W.break || t === W.continue) {
      if (!open.some((o) => o.brace && o.loop) && !startsLoop(tokens, statement)) loose.jump = true;
    } else if (t === W.case || t === W.default) {
      if (!open.some((o) => o.brace && o.choice)) loose.label = true;
      statement = i;
    } else if (
      t === 58 &&
      (top === undefined || top.brace) &&
      (tokens.type[statement] === W.case || tokens.type[statement] === W.default || statement === i - 1)
    ) {
      statement = i + 1;
    }
  }
  const unpaired = looseDirectives(text, tokens);
  const after = end(tokens, open, statement, blank, name);
  const wrap = loose.label ? `switch (${name()}) { case ${UNSEEN}case: ` : loose.jump ? 'do { ' : '';
  const unwrap = wrap === '' ? '' : loose.label ? ' }' : ' } while (0);';
  // `lex` blanked every directive: those that are whole groups come back.
  for (let i = 0; i < tokens.n; i++) {
    if (tokens.type[i] !== T.DIR || unpaired.has(i)) continue;
    for (let at = tokens.start[i]!; at < tokens.end[i]!; at++) out[at] = text.charCodeAt(at);
  }
  return { before: `${wrap}${heads.reverse().join('')}${head}`, text: toText(out), after: `${after}${unwrap}`, lost };
}

interface Open {
  readonly at: number;
  readonly statement: number;
  readonly brace: boolean;
  readonly loop: boolean;
  readonly choice: boolean;
}

/** The piece starts with a jump, and goes on with what is neither a label nor the end of the block. */
function startsWithJump(tokens: Tokens): boolean {
  const first = tokens.type[0];
  if (first !== W.break && first !== W.continue && first !== W.goto) return false;
  let i = 0;
  while (i < tokens.n && tokens.type[i] !== 59) i++;
  const next = i + 1 < tokens.n ? tokens.type[i + 1] : 125;
  return next !== 125 && next !== W.case && next !== W.default && next !== W.else && !(next === T.ID && tokens.type[i + 2] === 58);
}

/** The head of a block of which only the closing brace, token `i`, is shown. */
function opener(tokens: Tokens, i: number, loose: { jump: boolean; label: boolean }, name: () => string): string {
  const next = i + 1 < tokens.n ? tokens.type[i + 1]! : 0;
  if (next === W.else) return `if (${name()}) { `;
  if (next === W.while && closedBySemicolon(tokens, i + 1)) return 'do { ';
  if (loose.label) return `switch (${name()}) { case ${UNSEEN}case: `;
  return loose.jump ? `while (${name()}) { ` : `if (${name()}) { `;
}

function closedBySemicolon(tokens: Tokens, i: number): boolean {
  let depth = 0;
  for (let k = i + 1; k < tokens.n; k++) {
    const t = tokens.type[k]!;
    if (t === 40) depth++;
    else if (t === 41 && --depth === 0) return tokens.type[k + 1] === 59;
    else if (t === 123 || t === 125) return false;
  }
  return false;
}

function startsLoop(tokens: Tokens, statement: number): boolean {
  const t = tokens.type[statement];
  return t === W.while || t === W.for || t === W.do;
}

/** `#if`s without their `#endif` and the other way round: the condition is not shown, so nothing hangs on it. */
function looseDirectives(text: string, tokens: Tokens): Set<number> {
  const loose = new Set<number>();
  const open: number[][] = [];
  for (let i = 0; i < tokens.n; i++) {
    if (tokens.type[i] !== T.DIR) continue;
    const word = /^#\s*(if|ifdef|ifndef|elif|else|endif)\b/.exec(text.slice(tokens.start[i]!, tokens.start[i]! + 40))?.[1];
    if (word === undefined) continue;
    const top = open[open.length - 1];
    if (word.startsWith('if')) open.push([i]);
    else if (top === undefined) loose.add(i);
    else if (word === 'endif') open.pop();
    else top.push(i);
  }
  for (const group of open) for (const i of group) loose.add(i);
  return loose;
}

/** Ends a statement that the piece does not finish, then closes its blocks. */
function end(tokens: Tokens, open: readonly Open[], statement: number, blank: (from: number, to: number) => void, name: () => string): string {
  const cut = open.find((o) => !o.brace);
  const from = cut === undefined ? statement : cut.statement;
  const braces = open.filter((o) => o.brace && (cut === undefined || o.at < cut.at));
  let close = '';
  if (from < tokens.n) {
    const last = tokens.type[tokens.n - 1]!;
    const word = tokens.type[from]!;
    const macro = word === T.ID && tokens.type[from + 1] === 40;
    const headed = word === W.if || word === W.while || word === W.for || word === W.switch || word === W.else || (macro && last === 41);
    if (cut === undefined && last === 41 && headed) close = word === W.switch ? '{}' : ';';
    else if (cut === undefined && (last === W.else || last === W.do)) close = last === W.do ? `; while (${name()});` : ';';
    else if (cut !== undefined || (last !== T.DIR && last !== 59 && last !== 125 && last !== 58 && last !== 123)) blank(from, tokens.n - 1);
  }
  for (let k = braces.length - 1; k >= 0; k--) {
    const word = tokens.type[braces[k]!.statement];
    close += word === W.do ? ` } while (${name()});` : ' }';
  }
  return close;
}

/** Blanks a comment that started before the piece: up to its end, or the leading lines that look like one. */
export function uncut(piece: string): string {
  const stop = piece.indexOf('*/');
  const start = piece.indexOf('/*');
  const text = stop >= 0 && (start < 0 || stop < start) ? blanked(piece.slice(0, stop + 2)) + piece.slice(stop + 2) : piece;
  const lines = text.split('\n');
  for (let k = 0; k < lines.length && /^\s*(\*(\s|$)|$)/.test(lines[k]!); k++) lines[k] = blanked(lines[k]!);
  return lines.join('\n');
}

function blanked(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
