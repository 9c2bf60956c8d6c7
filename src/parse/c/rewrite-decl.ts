import { DECLARING_MACROS, FIELD_GROUPS, W, definedName } from './idioms.js';
import { T } from './lex.js';
import {
  COLON,
  COMMA,
  EQUALS,
  LBRACE,
  LBRACKET,
  LPAREN,
  RBRACE,
  RPAREN,
  SEMI,
  STAR,
  argumentSpans,
  isSpecifier,
  kill,
  merge,
  takeAttribute,
  wordAt,
  type State,
} from './rewrite-state.js';

export interface Declaration {
  /** Token of the declared name; -1 none, -2 inside parentheses. */
  readonly name: number;
  /** The parenthesis of its parameter list, or -1. */
  readonly params: number;
  /** First token that is no longer the declaration's. */
  readonly stop: number;
}

/**
 * Reads a declaration's specifiers and declarators from token `i`, blanking the attributes among them. Also called where
 * the tokens may turn out to be an expression: then it finds nothing to blank. `nested`: a parameter.
 */
export function scanDeclaration(s: State, i: number, nested: boolean, declared = false): Declaration {
  let k = i;
  let typeSeen = declared;
  let name = declared ? -2 : -1;
  let params = -1;
  while (k < s.n) {
    if (s.dead[k]) {
      k++;
      continue;
    }
    const t = s.type[k]!;
    if (t === W.qualifier || t === W.typedef) {
      k++;
      continue;
    }
    if (t === W.attribute) {
      k = takeAttribute(s, k, nested);
      continue;
    }
    if (t === W.type) {
      if (name !== -1) break;
      typeSeen = true;
      k++;
      continue;
    }
    if (t === W.typeof) {
      typeSeen = true;
      k = mergeCall(s, k, 'typeof');
      continue;
    }
    if (t === W.struct || t === W.union || t === W.enum) {
      if (name !== -1) break;
      typeSeen = true;
      k = tag(s, k + 1, nested);
      continue;
    }
    if (t === W.asm) {
      k = killCall(s, k);
      continue;
    }
    if (t === STAR) {
      if (name !== -1) break;
      k++;
      continue;
    }
    if (t === LBRACKET) {
      const m = s.match[k]!;
      if (m < 0) break;
      k = m + 1;
      continue;
    }
    if (t === LPAREN) {
      const m = s.match[k]!;
      if (m < 0 || (!typeSeen && name === -1)) break;
      if (name === -1) name = -2;
      else if (params < 0) params = k;
      k = m + 1;
      continue;
    }
    if (t === COMMA && !nested && typeSeen && name !== -1 && params < 0) {
      name = -1;
      k++;
      continue;
    }
    if (t === EQUALS && name !== -1) {
      k = skipInitialiser(s, k + 1);
      if (s.type[k] === COMMA && !nested) continue;
      break;
    }
    if (t !== T.ID) break;
    const next = k + 1 < s.n ? s.type[k + 1]! : 0;
    if (name !== -1) {
      if (!typeSeen) break;
      k = takeAttribute(s, k, nested);
    } else if (isAttributeHere(s, k, next, typeSeen)) {
      k = takeAttribute(s, k, nested);
    } else if (typeSeen) {
      name = k++;
    } else if (next === LPAREN) {
      // A macro or an implicit int: nothing here to read.
      return { name: k, params: k + 1, stop: k };
    } else {
      typeSeen = true;
      k++;
    }
  }
  return { name, params, stop: k };
}

/**
 * One item at file scope, at token `i`: a declaration, a function definition (entered in the outline) or a macro.
 * `want` decides whether a function's body is kept.
 */
export function scanItem(s: State, i: number, want: (name: string, start: number, end: number) => boolean): void {
  let k = i;
  while (k < s.n && (s.type[k] === W.qualifier || s.type[k] === W.attribute)) {
    k = s.type[k] === W.attribute && s.type[k + 1] === LPAREN && s.match[k + 1]! > 0 ? s.match[k + 1]! + 1 : k + 1;
  }
  if (k === i && s.type[k] === T.ID && s.type[k + 1] === T.ID && s.type[k + 2] === LPAREN && SHOUTING.test(wordAt(s, k)) && SHOUTING.test(wordAt(s, k + 1))) {
    kill(s, k, k);
    return;
  }
  if (s.type[k] === T.ID && s.type[k + 1] === LPAREN && s.match[k + 1]! > 0 && topMacro(s, i, k, want)) return;
  if (s.type[i] === W.asm) {
    const after = killCall(s, i);
    if (s.type[after] === SEMI) kill(s, after, after);
    return;
  }
  const declaration = scanDeclaration(s, i, false);
  if (s.type[declaration.stop] === LBRACE && declaration.params >= 0) {
    enterFunction(s, i, declaration.stop, declaration.name >= 0 ? wordAt(s, declaration.name) : '', want);
  }
}

/** One member of a struct or union, at token `i`. */
export function scanField(s: State, i: number): void {
  if (s.type[i] === T.ID && s.type[i + 1] === RBRACE) {
    kill(s, i, i);
    return;
  }
  // `foo_t (*f)(int);` starts like a macro but is none.
  if (s.type[i] !== T.ID || s.type[i + 1] !== LPAREN || s.match[i + 1]! < 0 || s.type[i + 2] === STAR) {
    const { name, stop } = scanDeclaration(s, i, false);
    if (name === -1 && s.type[stop] === COLON) dropField(s, i, stop);
    return;
  }
  const close = s.match[i + 1]!;
  const word = wordAt(s, i);
  const group = FIELD_GROUPS.get(word);
  if (group !== undefined) {
    const first = afterCommas(s, i + 1, group);
    kill(s, i, first - 1);
    if (first <= close) kill(s, close, close);
    if (s.type[close + 1] === T.ID || s.type[close + 1] === W.attribute) takeAttribute(s, close + 1, false);
    for (let k = close + 1; k < s.n && (s.dead[k] || s.type[k] === SEMI); k++)
      if (!s.dead[k]) {
        kill(s, k, k);
        break;
      }
    return;
  }
  if (declareFromMacro(s, i, word)) return;
  kill(s, i, s.type[close + 1] === SEMI ? close + 1 : close);
}

/** Padding without a name: `unsigned : 0;`. */
function dropField(s: State, from: number, colon: number): void {
  let k = colon;
  while (k < s.n && s.type[k] !== SEMI && s.type[k] !== RBRACE) k++;
  if (s.type[k] === SEMI) kill(s, from, k);
}

/** Replaces `DEFINE_MUTEX(x)` by `int x`, remembering the type. False when the macro declares nothing we know. */
export function declareFromMacro(s: State, i: number, word: string): boolean {
  const idiom = DECLARING_MACROS.get(word);
  if (idiom === undefined) return false;
  const close = s.match[i + 1]!;
  const spans = argumentSpans(s, i + 1);
  const name = spans[idiom.name];
  if (name === undefined || name[1] <= name[0]) return false;
  const typeSpan = idiom.type === null ? spans[0]! : name;
  const kept = s.out.slice(name[0], name[1]);
  kill(s, i, close);
  s.out.set(INT, s.start[i]!);
  s.out.set(kept, name[0]);
  s.marks.set(s.start[i]!, { k: 'declared', type: idiom.type, typeStart: typeSpan[0], typeEnd: typeSpan[1] });
  const after = scanDeclaration(s, close + 1, false, true).stop;
  const t = after < s.n ? s.type[after]! : 0;
  if (t !== SEMI && t !== EQUALS && t !== COMMA) s.out[s.end[close]! - 1] = SEMI;
  return true;
}

/** `typeof (…)`, `sizeof (…)` and the like as one identifier; returns the index after it. */
export function mergeCall(s: State, i: number, k: 'opaque' | 'typeof'): number {
  const close = i + 1 < s.n && s.type[i + 1] === LPAREN ? s.match[i + 1]! : -1;
  if (close < 0) return i + 1;
  merge(s, i, close, k);
  return close + 1;
}

const INT = Uint16Array.from([105, 110, 116]);
const VOID_F = Uint16Array.from([118, 111, 105, 100, 32, 102, 40, 41]);

function killCall(s: State, i: number): number {
  let k = i + 1;
  while (k < s.n && s.type[k] !== LPAREN && (s.type[k] === W.qualifier || s.type[k] === W.goto)) k++;
  const close = k < s.n && s.type[k] === LPAREN ? s.match[k]! : -1;
  const last = close < 0 ? i : close;
  kill(s, i, last);
  return last + 1;
}

/** After `struct`, `union` or `enum`: attributes, the tag, and a body if there is one. */
function tag(s: State, i: number, nested: boolean): number {
  let k = i;
  while (k < s.n && s.type[k] === W.attribute) k = takeAttribute(s, k, nested);
  // `struct __foo tag {` with an attribute we do not know.
  if (s.type[k] === T.ID && s.type[k + 1] === T.ID && s.type[k + 2] === LBRACE) k = takeAttribute(s, k, nested);
  if (s.type[k] === T.ID) k++;
  while (k < s.n && s.type[k] === W.attribute && bodyFollows(s, k)) k = takeAttribute(s, k, nested);
  if (s.type[k] === LBRACE) return s.match[k]! < 0 ? s.n : s.match[k]! + 1;
  return k;
}

function bodyFollows(s: State, i: number): boolean {
  const close = s.type[i + 1] === LPAREN ? s.match[i + 1]! : i;
  return close >= 0 && s.type[close + 1] === LBRACE;
}

/** Whether the identifier at `k`, in a declaration's specifiers, is an attribute rather than the type or the name. */
function isAttributeHere(s: State, k: number, next: number, typeSeen: boolean): boolean {
  const underscored = s.out[s.start[k]!] === 95 && s.out[s.start[k]! + 1] === 95;
  if (next === LPAREN) {
    const close = s.match[k + 1]!;
    if (close < 0 || !(underscored || typeSeen)) return false;
    const after = close + 1 < s.n ? s.type[close + 1]! : 0;
    if (underscored && !typeSeen) return after === T.ID || after === STAR || isSpecifier(after);
    // `int __attr(2) f(int a)`, but not `int __f(int a) __word(a) __word2(a)`.
    return after === T.ID && s.type[close + 2] === LPAREN && underscored && !declaresParameters(s, k + 1);
  }
  if (!typeSeen) {
    if (next === W.type || next === W.struct || next === W.union || next === W.enum) return true;
    if (next === W.qualifier || next === W.attribute) return STORAGE.test(wordAt(s, k + 1)) || specifierAfterQualifiers(s, k + 1);
    if (next === T.ID && (s.type[k + 2] === T.ID || s.type[k + 2] === STAR) && SHOUTING.test(wordAt(s, k))) return true;
    return underscored && next === T.ID && (s.type[k + 2] === T.ID || s.type[k + 2] === STAR || s.type[k + 2] === W.type) && !TYPE_LIKE.test(wordAt(s, k));
  }
  if (next === W.type || next === W.struct || next === W.union || next === W.enum || next === STAR) return true;
  if (next !== T.ID) return false;
  const nextUnderscored = s.out[s.start[k + 1]!] === 95 && s.out[s.start[k + 1]! + 1] === 95;
  return underscored || !nextUnderscored;
}

/** Whether the parenthesis at `open` holds parameters rather than an attribute's arguments: its first word is a type, or followed by a name. */
function declaresParameters(s: State, open: number): boolean {
  const t = s.type[open + 1]!;
  const next = s.type[open + 2];
  return isSpecifier(t) || (t === T.ID && (next === T.ID || (next === STAR && (s.type[open + 3] === T.ID || s.type[open + 3] === STAR))));
}

function specifierAfterQualifiers(s: State, i: number): boolean {
  let k = i;
  while (s.type[k] === W.qualifier || s.type[k] === W.attribute)
    k = s.type[k] === W.attribute && s.type[k + 1] === LPAREN && s.match[k + 1]! > 0 ? s.match[k + 1]! + 1 : k + 1;
  const t = s.type[k];
  return t === W.type || t === W.struct || t === W.union || t === W.enum;
}

const STORAGE = /^(static|extern|inline|__inline)$/;
const SHOUTING = /^[A-Z][A-Z0-9_]*$/;
const TYPE_LIKE = /^__(u|s|le|be|virtio)\d+$|_t$/;

function skipInitialiser(s: State, i: number): number {
  let k = i;
  while (k < s.n) {
    const t = s.type[k]!;
    if (t === COMMA || t === SEMI || t === RBRACE || t === RPAREN) return k;
    k = t === LPAREN || t === LBRACKET || t === LBRACE ? (s.match[k]! < 0 ? s.n : s.match[k]! + 1) : k + 1;
  }
  return k;
}

function afterCommas(s: State, open: number, count: number): number {
  const close = s.match[open]!;
  let left = count;
  for (let k = open + 1; k < close; k++) {
    const t = s.type[k]!;
    if (t === LPAREN || t === LBRACE || t === LBRACKET) {
      const m = s.match[k]!;
      if (m > k) k = m;
      continue;
    }
    if (t === COMMA && --left === 0) return k + 1;
  }
  return close + 1;
}

/** `MACRO(…)` at file scope, where the macro is token `k` of the item that starts at `i`. False: not one. */
function topMacro(s: State, i: number, k: number, want: (name: string, start: number, end: number) => boolean): boolean {
  const close = s.match[k + 1]!;
  let a = close + 1;
  while (a < s.n && s.type[a] === W.attribute) a = s.type[a + 1] === LPAREN && s.match[a + 1]! > 0 ? s.match[a + 1]! + 1 : a + 1;
  const after = a < s.n ? s.type[a]! : SEMI;
  const word = wordAt(s, k);
  if (DECLARING_MACROS.has(word) && after !== LBRACE) {
    for (let at = i; at < k; ) at = s.type[at] === W.attribute ? takeAttribute(s, at, false) : at + 1;
    if (declareFromMacro(s, k, word)) return true;
  }
  if (after === LBRACE) {
    if (s.end[close]! - s.start[k]! < VOID_F.length) return false;
    const spans = argumentSpans(s, k + 1);
    const shouting = SHOUTING.test(word);
    const first = spans[0] === undefined ? '' : s.text.slice(spans[0][0], spans[0][1]).trim();
    const name = shouting && /^\w*$/.test(first) ? definedName(word, first) : word;
    for (let at = close + 1; at < a; ) at = takeAttribute(s, at, false);
    for (let at = i; at < k; ) at = s.type[at] === W.attribute ? takeAttribute(s, at, false) : at + 1;
    kill(s, k, close);
    s.out.set(VOID_F, s.start[k]!);
    s.marks.set(s.start[k]!, { k: 'header', macro: word, name, args: spans });
    enterFunction(s, i, a, name, want);
    return true;
  }
  if (after === SEMI || after === T.ID || isSpecifier(after) || after === W.asm) {
    if (word.startsWith('DEFINE_')) s.macroItems.push({ name: word, start: s.start[k]!, end: s.end[close]!, args: argumentSpans(s, k + 1) });
    kill(s, i, after === SEMI && a < s.n ? a : close);
    return true;
  }
  return false;
}

function enterFunction(s: State, i: number, open: number, name: string, want: (name: string, start: number, end: number) => boolean): void {
  const close = s.match[open]!;
  const bodyEnd = close < 0 ? s.text.length : s.end[close]!;
  const wanted = name === '' || close < 0 || want(name, s.start[i]!, bodyEnd);
  s.outline.push({ name, start: s.start[i]!, bodyStart: s.start[open]!, bodyEnd, wanted });
  if (!wanted && close > open + 1) kill(s, open + 1, close - 1);
}
