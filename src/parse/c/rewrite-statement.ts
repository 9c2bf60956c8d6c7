import { W, takesStatement } from './idioms.js';
import { T } from './lex.js';
import { declareFromMacro, scanDeclaration } from './rewrite-decl.js';
import { COLON, EQUALS, LBRACE, LPAREN, RBRACE, SEMI, SPACE, STAR, isSpecifier, kill, merge, takeAttribute, wordAt, type State } from './rewrite-state.js';

/** Rewrites what starts at token `i` of a block: a declaration, a label, or a macro that is a statement or the head of one. */
export function statement(s: State, i: number): void {
  const t = s.type[i]!;
  if (t !== T.ID) {
    if (isSpecifier(t) && !localMacro(s, i)) scanDeclaration(s, i, false);
    return;
  }
  const next = i + 1 < s.n ? s.type[i + 1]! : 0;
  if (next === COLON) {
    s.marks.set(s.start[i + 1]!, { k: 'label', name: wordAt(s, i), start: s.start[i]! });
    kill(s, i, i + 1);
    s.out[s.start[i + 1]!] = SEMI;
    if (s.type[i + 2] === W.attribute) takeAttribute(s, i + 2, true);
  } else if (next === LPAREN) {
    if (s.type[s.match[i + 1]! + 1] === EQUALS && declareFromMacro(s, i, wordAt(s, i))) return;
    statementMacro(s, i);
  } else if ((next >= W.if && next <= W.continue) || next === RBRACE) {
    // A macro that is a whole statement: `FINISH` before `for (…)`.
    if (s.end[i]! < s.start[i + 1]!) s.out[s.end[i]!] = SEMI;
  } else if (next === T.ID || next === STAR || isSpecifier(next)) {
    scanDeclaration(s, i, false);
  }
}

/** `static DEFINE_…(x);` inside a function. */
function localMacro(s: State, i: number): boolean {
  let k = i;
  while (k < s.n && (s.type[k] === W.qualifier || (s.type[k] === W.attribute && s.type[k + 1] !== LPAREN))) k++;
  if (k === i || s.type[k] !== T.ID || s.type[k + 1] !== LPAREN || s.match[k + 1]! < 0) return false;
  const close = s.match[k + 1]!;
  if (s.type[close + 1] !== SEMI && s.type[close + 1] !== EQUALS) return false;
  if (declareFromMacro(s, k, wordAt(s, k))) return true;
  if (s.type[close + 1] === SEMI && /^[A-Z0-9_]+$/.test(wordAt(s, k))) kill(s, i, close);
  return true;
}

/** `name(…) {`, `name(…) stmt;` and `name(…)` without a semicolon. */
function statementMacro(s: State, i: number): void {
  const close = s.match[i + 1]!;
  if (close < 0) return;
  const after = close + 1 < s.n ? s.type[close + 1]! : 0;
  const bodied = after === LBRACE;
  const beforeMarker = after === T.CFG_IF || after === T.CFG_ELSE || after === T.CFG_END;
  const name = wordAt(s, i);
  const continues =
    !bodied && !beforeMarker && after !== RBRACE && after !== T.ID && !isSpecifier(after) && !(after >= W.if && after <= W.continue && after !== W.else);
  // An iterator's statement may also start with a parenthesis or a star.
  if (continues && !((after === LPAREN || after === STAR || after === T.INCDEC) && takesStatement(name) && ownsNext(s, i, close))) return;
  if (!bodied && (after === RBRACE || beforeMarker || !(takesStatement(name) || ownsNext(s, i, close)))) {
    const at = s.end[close]!;
    if (at < s.out.length && s.out[at]! <= SPACE) s.out[at] = SEMI;
    s.heads.add(close);
    return;
  }
  s.heads.add(close);
  const length = s.end[i]! - s.start[i]!;
  if (close === i + 2) {
    if (bodied) {
      s.marks.set(s.start[close + 1]!, { k: 'bare-macro', name, start: s.start[i]! });
      kill(s, i, close);
    }
    return;
  }
  if (length < 2) return;
  const word = length >= 5 ? WHILE : IF;
  s.out.fill(SPACE, s.start[i]!, s.end[i]!);
  s.out.set(word, s.start[i]!);
  s.marks.set(s.start[i]!, { k: 'macro', name });
}

const WHILE = Uint16Array.from([119, 104, 105, 108, 101]);
const IF = Uint16Array.from([105, 102]);

/** Whether the layout says that what follows the macro is its body: on the same line, or indented deeper. */
function ownsNext(s: State, i: number, close: number): boolean {
  const next = s.start[close + 1]!;
  const newline = s.text.indexOf('\n', s.end[close]!);
  if (newline < 0 || newline > next) return true;
  return indent(s.text, next) > indent(s.text, s.start[i]!);
}

function indent(text: string, at: number): number {
  let k = text.lastIndexOf('\n', at - 1) + 1;
  let column = 0;
  for (; k < at; k++) {
    const c = text.charCodeAt(k);
    if (c === 9) column = (column | 7) + 1;
    else if (c === SPACE) column++;
    else return column;
  }
  return column;
}

/** Notes the colon of a case label; a range becomes `||`, which binds looser than any constant. */
export function caseLabel(s: State, i: number, colons: Set<number>): void {
  let questions = 0;
  for (let k = i + 1; k < s.n; k++) {
    const t = s.type[k]!;
    if (t === SEMI || t === LBRACE) return;
    if (t === T.ELLIPSIS) {
      s.out[s.start[k]!] = 124;
      s.out[s.start[k]! + 1] = 124;
      s.out[s.start[k]! + 2] = SPACE;
      s.marks.set(s.start[k]!, { k: 'range' });
    } else if (t === 63) {
      questions++;
    } else if (t === COLON) {
      if (questions-- === 0) {
        colons.add(k);
        return;
      }
    } else if (s.match[k]! > k) {
      k = s.match[k]!;
    }
  }
}

/** `do { … } name(…);` is `do { … } while (…);` with a macro for the condition. */
export function doMacro(s: State, i: number): void {
  if (s.type[i] !== T.ID || s.type[i + 1] !== LPAREN || s.end[i]! - s.start[i]! < 5) return;
  s.marks.set(s.start[i + 1]!, { k: 'macro', name: wordAt(s, i) });
  s.out.fill(SPACE, s.start[i]!, s.end[i]!);
  s.out.set(WHILE, s.start[i]!);
  s.dead[i] = 1;
}

/** `asm (…)` becomes one identifier. */
export function assembly(s: State, i: number): void {
  let k = i + 1;
  while (k < s.n && (s.type[k] === W.qualifier || s.type[k] === W.goto || s.type[k] === T.ID)) k++;
  const close = k < s.n && s.type[k] === LPAREN ? s.match[k]! : -1;
  if (close > 0) merge(s, i, close, 'asm');
}

/** `goto *table[x];` has no place in the grammar: like assembly, it may do anything. */
export function computedGoto(s: State, i: number): void {
  let k = i + 1;
  while (k + 1 < s.n && s.type[k + 1] !== SEMI && s.type[k + 1] !== RBRACE) k++;
  merge(s, i, k, 'asm');
}
