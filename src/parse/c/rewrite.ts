import { W } from './idioms.js';
import { T, type Tokens } from './lex.js';
import { mergeCall, scanDeclaration, scanField, scanItem } from './rewrite-decl.js';
import {
  COLON,
  COMMA,
  EQUALS,
  LBRACE,
  LBRACKET,
  LPAREN,
  RBRACE,
  RBRACKET,
  RPAREN,
  SEMI,
  SPACE,
  STAR,
  kill,
  merge,
  newState,
  takeAttribute,
  wordAt,
  type AttributeSpan,
  type MacroItem,
  type Mark,
  type OutlineEntry,
  type State,
} from './rewrite-state.js';
import { assembly, caseLabel, computedGoto, doMacro, statement } from './rewrite-statement.js';

export interface Rewritten {
  readonly marks: ReadonlyMap<number, Mark>;
  /** In source order. */
  readonly attributes: readonly AttributeSpan[];
  readonly outline: readonly OutlineEntry[];
  readonly macroItems: readonly MacroItem[];
  /** Where each item at file scope starts. */
  readonly items: readonly number[];
}

/** What the innermost bracket encloses. */
const TOP = 0;
const BLOCK = 1;
const FIELDS = 2;
const LIST = 3;
const CALL = 4;
const PARENTHESES = 5;
const PARAMETERS = 6;
const INDEX = 7;
const ENUMERATORS = 8;

/** Rewrites the active tokens of a text in `out`, in one walk with a stack of brackets. */
export function rewrite(
  text: string,
  tokens: Tokens,
  configs: ReadonlyMap<number, string | null>,
  out: Uint16Array,
  want: (name: string, start: number, end: number) => boolean,
): Rewritten {
  const s = newState(text, tokens, out);
  const stack: number[] = [TOP];
  let context = TOP;
  let fresh = true;
  let prev = -1;
  let before = -1;
  let initialiser = false;
  const items: number[] = [];
  const colons = new Set<number>();
  const doEnds = new Set<number>();
  const push = (kind: number): void => {
    stack.push(kind);
    context = kind;
  };
  for (let i = 0; i < s.n; i++) {
    if (s.dead[i]) {
      continue;
    }
    if (fresh) {
      fresh = false;
      // After a macro that became a declarator the item goes on.
      if (context === TOP && s.type[i] !== EQUALS && s.type[i] !== SEMI && s.type[i] !== COMMA) items.push(s.start[i]!);
      start(s, i, context, prev, want);
      if (s.dead[i]) {
        // A merged argument stands for an operand; anything else that vanished leaves us at a start.
        if (context === CALL) {
          before = prev;
          prev = i;
        } else fresh = true;
        continue;
      }
    }
    const t = s.type[i]!;
    switch (t) {
      case LPAREN: {
        const head = prev < 0 ? 0 : s.type[prev]!;
        if (context === PARAMETERS || ((context === TOP || context === FIELDS) && !initialiser)) push(PARAMETERS);
        else push(head === T.ID || head === RPAREN || head === RBRACKET ? CALL : PARENTHESES);
        fresh = context === CALL || context === PARAMETERS;
        if ((head === W.if || head === W.while || head === W.for || head === W.switch) && s.match[i]! > 0) s.heads.add(s.match[i]!);
        break;
      }
      case LBRACKET:
        push(INDEX);
        break;
      case LBRACE: {
        const kind = braceKind(s, prev, before, context);
        push(kind);
        fresh = kind === BLOCK || kind === FIELDS || kind === ENUMERATORS;
        break;
      }
      case RPAREN:
      case RBRACKET:
      case RBRACE: {
        const popped = context;
        if (stack.length > 1) stack.pop();
        context = stack[stack.length - 1]!;
        if (t === RPAREN && s.heads.has(i)) fresh = true;
        if (t === RBRACE && doEnds.has(i)) doMacro(s, i + 1);
        if (t === RBRACE && popped === BLOCK && (context === BLOCK || context === TOP)) fresh = true;
        if (t === RPAREN && popped === CALL && context === LIST) separate(s, i);
        break;
      }
      case SEMI:
        initialiser = false;
        if (context === BLOCK || context === TOP || context === FIELDS) fresh = true;
        break;
      case EQUALS:
        if (context === TOP || context === FIELDS) initialiser = true;
        break;
      case COMMA:
        if (context === CALL || context === PARAMETERS || context === ENUMERATORS) fresh = true;
        break;
      case W.do:
        if (s.type[i + 1] === LBRACE && s.match[i + 1]! > 0) doEnds.add(s.match[i + 1]!);
        fresh = true;
        break;
      case W.else:
        fresh = true;
        break;
      case W.case:
        caseLabel(s, i, colons);
        break;
      case COLON:
        if (colons.has(i)) fresh = true;
        break;
      case W.default:
        if (s.type[i + 1] === COLON) {
          i++;
          fresh = true;
        }
        break;
      case W.sizeof:
      case W.offsetof:
        mergeCall(s, i, 'opaque');
        break;
      case W.typeof:
        mergeCall(s, i, 'typeof');
        break;
      case W.asm:
        assembly(s, i);
        break;
      case W.goto:
        if (s.type[i + 1] === STAR) computedGoto(s, i);
        break;
      case W.attribute:
        if (!isMember(s, prev)) {
          takeAttribute(s, i, true);
          continue;
        }
        break;
      case T.CFG_IF:
      case T.CFG_ELSE:
      case T.CFG_END:
        config(s, i, t, configs);
        fresh = true;
        continue;
      case T.PASTE:
        out[s.start[i]!] = SPACE;
        out[s.start[i]! + 1] = SPACE;
        break;
      case T.DIR:
        continue;
      case W.qualifier:
      case W.type:
        if (out[s.start[i]!] === 95 && OLD_SPELLING.test(wordAt(s, i))) out.fill(SPACE, s.start[i]!, s.end[i]!);
        break;
      case T.STR:
        if (context === CALL) joinStrings(s, i, prev);
        break;
      case T.ID:
        if (context === LIST && prev >= 0 && s.type[prev] === T.ID && s.end[prev]! < s.start[i]!) out[s.end[prev]!] = COMMA;
        break;
      default:
        break;
    }
    before = prev;
    prev = i;
  }
  s.attributes.sort((a, b) => a.start - b.start);
  return { marks: s.marks, attributes: s.attributes, outline: s.outline, macroItems: s.macroItems, items };
}

/** Spellings that the grammar lacks and that change nothing here. */
const OLD_SPELLING = /^__(signed__|volatile__|volatile|const|restrict)$/;

/** The first token of an item, statement, field, parameter or argument. */
function start(s: State, i: number, context: number, prev: number, want: (name: string, start: number, end: number) => boolean): void {
  switch (context) {
    case TOP:
      scanItem(s, i, want);
      break;
    case FIELDS:
      scanField(s, i);
      break;
    case BLOCK:
      statement(s, i);
      break;
    case PARAMETERS:
      scanDeclaration(s, i, true);
      break;
    case CALL:
      argument(s, i, prev);
      break;
    case ENUMERATORS:
      enumeratorMacro(s, i);
      break;
    default:
      break;
  }
}

/** An argument that is no expression (a type, a statement, an operator, nothing) becomes one identifier. */
function argument(s: State, i: number, prev: number): void {
  const t = s.type[i]!;
  if (t === COMMA || (t === RPAREN && prev >= 0 && s.type[prev] === COMMA)) {
    const at = s.start[i]! - 1;
    if (prev >= 0 && at >= s.end[prev]!) {
      s.out[at] = 95;
      s.marks.set(at, { k: 'opaque', end: at });
    } else if (t === COMMA) s.out[s.start[i]!] = SPACE;
    else s.out[s.start[prev]!] = SPACE;
    return;
  }
  let whole = (t >= W.if && t <= W.continue) || t === W.type || t === W.qualifier || t === W.struct || t === W.union || t === W.enum;
  if (!whole && t === W.typeof) whole = s.type[s.match[i + 1]! + 1] !== LPAREN;
  if (!whole && t === T.ID) {
    const next = s.type[i + 1];
    if (next === T.ID || next === W.type || next === W.struct) whole = true;
    if (next === STAR) {
      let k = i + 1;
      while (k < s.n && (s.type[k] === STAR || s.type[k] === W.qualifier || s.type[k] === W.attribute)) k++;
      whole = s.type[k] === COMMA || s.type[k] === RPAREN;
    }
  }
  if (
    !whole &&
    (t === T.OP || t === STAR || t === 43 || t === 45 || t === 38 || t === 124 || t === 94 || t === 60 || t === 62 || t === 61 || t === 47 || t === 37)
  ) {
    whole = s.type[i + 1] === COMMA || s.type[i + 1] === RPAREN;
  }
  if (!whole) return;
  let k = i;
  while (k < s.n && s.type[k] !== COMMA && s.type[k] !== RPAREN && s.type[k] !== SEMI) {
    const m = s.match[k]!;
    k = m > k ? m + 1 : k + 1;
  }
  if (k > i) merge(s, i, k - 1, 'opaque');
}

/** A macro that expands to enumerators: nobody can say which. */
function enumeratorMacro(s: State, i: number): void {
  if (s.type[i] !== T.ID || s.type[i + 1] !== LPAREN || s.match[i + 1]! < 0) return;
  const close = s.match[i + 1]!;
  kill(s, i, s.type[close + 1] === COMMA ? close + 1 : close);
}

/** Inserts the comma that a macro's expansion brings: `{ A(1) B(2) }`. */
function separate(s: State, i: number): void {
  const next = i + 1 < s.n ? s.type[i + 1]! : 0;
  if ((next === T.ID || next === LBRACE || next === 46 || next === T.STR) && s.end[i]! < s.start[i + 1]!) s.out[s.end[i]!] = COMMA;
}

/** A string beside a macro call that gives a string: only the literal part stays. */
function joinStrings(s: State, i: number, prev: number): void {
  if (prev >= 0 && s.type[prev] === RPAREN && s.match[prev]! > 0 && s.type[s.match[prev]! - 1] === T.ID) {
    kill(s, i, i);
    return;
  }
  let k = i + 1;
  while (s.type[k] === T.ID && s.type[k + 1] === LPAREN && s.match[k + 1]! > 0) {
    kill(s, k, s.match[k + 1]!);
    k = s.match[k + 1] === undefined ? k + 1 : s.match[k + 1]! + 1;
    while (s.type[k] === T.STR) k++;
  }
}

function config(s: State, i: number, t: number, configs: ReadonlyMap<number, string | null>): void {
  const at = s.start[i]!;
  if (t === T.CFG_END) {
    s.out[at] = RBRACE;
    return;
  }
  const first = t === T.CFG_IF;
  const block = first ? at : at + 1;
  if (!first) s.out[at] = RBRACE;
  s.out[block] = LBRACE;
  s.marks.set(block, { k: 'config', cond: configs.get(at) ?? null, first });
}

function isMember(s: State, prev: number): boolean {
  return prev >= 0 && (s.type[prev] === 46 || s.type[prev] === T.ARROW);
}

/** What a brace opens, by the two live tokens before it. */
function braceKind(s: State, prev: number, before: number, context: number): number {
  const t = prev < 0 ? 0 : s.type[prev]!;
  const tagged = t === T.ID && before >= 0 ? s.type[before]! : t;
  if (tagged === W.struct || tagged === W.union) return FIELDS;
  if (tagged === W.enum) return ENUMERATORS;
  if (t === EQUALS || t === COMMA || t === RBRACKET) return LIST;
  if (t === LPAREN) return BLOCK;
  if (context === LIST) return LIST;
  if (t === RPAREN && context !== TOP) return isCompoundLiteral(s, prev) ? LIST : BLOCK;
  return BLOCK;
}

/** `(struct x){ … }`: the parenthesis before the brace follows no name or keyword that could own it. */
function isCompoundLiteral(s: State, close: number): boolean {
  const open = s.match[close]!;
  if (s.heads.has(close) || open <= 0) return false;
  const inner = s.type[open + 1]!;
  if (!(inner === W.struct || inner === W.union || inner === T.ID || inner === W.typeof || inner === W.type || inner === W.qualifier)) return false;
  const t = s.type[open - 1]!;
  return t !== T.ID && t !== RPAREN;
}
