import { KNOWN_CONDITIONS, W } from './idioms.js';
import { T, type Tokens } from './lex.js';

/** One `#if` … `#endif`. `conds[b]` is the normalised condition of branch b, null for `#else`. */
export interface Group {
  /** Token indices of `#if`, each `#elif`/`#else`, and `#endif`. */
  readonly directives: readonly number[];
  readonly conds: readonly (string | null)[];
  readonly kind: GroupKind;
}

/**
 * What a group surrounds: whole `statements`, whole `top`-level items, whole entries of a `list` (fields,
 * enumerators, initialisers), or a part of a construct (`split`: then each variant reads one branch).
 * `known`: only one branch can ever be compiled.
 */
export type GroupKind = 'statements' | 'top' | 'list' | 'split' | 'known';

/** The `#if` groups of a text, in the order of their `#endif`s. */
export function findGroups(text: string, tokens: Tokens): Group[] {
  const { n, type, start, end } = tokens;
  const groups: Group[] = [];
  const open: Open[] = [];
  let scope: Scope = ROOT;
  let prev = -1;
  /** The token before `prev`, for telling what a brace opens. */
  let before = -1;
  for (let i = 0; i < n; i++) {
    const t = type[i]!;
    if (t !== T.DIR) {
      if (t === 40 || t === 91 || t === 123) scope = { kind: t === 123 ? braceKind(tokens, prev, before, scope) : t, parent: scope, opener: prev };
      else if (t === 41 || t === 93 || t === 125) scope = scope.parent ?? { kind: UNDERFLOW, parent: null, opener: -1 };
      before = prev;
      prev = i;
      continue;
    }
    const directive = readDirective(text.slice(start[i]!, end[i]!));
    if (directive === null) continue;
    const top = open[open.length - 1];
    if (directive.word === 'if') {
      const known = KNOWN_CONDITIONS.get(directive.cond) ?? null;
      open.push({
        scope,
        prev,
        before,
        ends: [],
        lasts: [],
        firsts: [],
        directives: [i],
        conds: [directive.cond],
        known: isIncludeGuard(text, tokens, i, directive.cond) ? true : known,
      });
    } else if (top !== undefined) {
      top.ends.push(scope);
      top.lasts.push(prev === top.prev ? -1 : prev);
      top.firsts.push(i - 1 > top.directives[top.directives.length - 1]! ? top.directives[top.directives.length - 1]! + 1 : -1);
      top.directives.push(i);
      if (directive.word === 'else') {
        top.conds.push(directive.cond === '' ? null : directive.cond);
        scope = top.scope;
        prev = top.prev;
        before = top.before;
      } else {
        open.pop();
        groups.push({ directives: top.directives, conds: top.conds, kind: top.known === null ? kindOf(tokens, top, i) : 'known' });
        scope = top.ends[top.known === false && top.ends.length > 1 ? 1 : 0]!;
        prev = top.lasts[0] === -1 ? top.prev : top.lasts[0]!;
        if (prev === top.prev) before = top.before;
      }
    }
  }
  return groups;
}

/** Which branch a variant reads of a `split` or `known` group: its index, or -1 for none. */
export function chosenBranch(group: Group, variant: number): number {
  const last = group.conds.length - 1;
  if (group.kind === 'known') {
    const answer = KNOWN_CONDITIONS.get(group.conds[0] ?? '') ?? true;
    return answer ? 0 : last > 0 ? 1 : -1;
  }
  if (variant === 0) return 0;
  return last > 0 ? last : -1;
}

/** The conditions under which branch `b` of a group is compiled. */
export function branchConditions(group: Group, b: number): string[] {
  const conds: string[] = [];
  // A long chain of branches says little more with every earlier one denied.
  for (let k = Math.max(0, b - 16); k < b; k++) {
    const cond = group.conds[k];
    if (cond != null) conds.push(negate(cond));
  }
  const own = group.conds[b];
  if (own != null) conds.push(own);
  return conds;
}

export function negate(cond: string): string {
  if (/^!\w+$/.test(cond)) return cond.slice(1);
  if (/^\w+$/.test(cond)) return `!${cond}`;
  return cond.startsWith('!(') && cond.endsWith(')') && closes(cond, 1) === cond.length - 1 ? cond.slice(2, -1) : `!(${cond})`;
}

interface Scope {
  readonly kind: number;
  readonly parent: Scope | null;
  readonly opener: number;
}
interface Open {
  readonly scope: Scope;
  readonly prev: number;
  readonly before: number;
  readonly ends: Scope[];
  /** Last token of each branch, -1 when empty. */
  readonly lasts: number[];
  /** First token index of each branch (a directive, possibly), -1 when empty. */
  readonly firsts: number[];
  readonly directives: number[];
  readonly conds: (string | null)[];
  readonly known: boolean | null;
}

const UNDERFLOW = 1;
const BLOCK = 123;
const FIELDS = 2;
const LIST = 3;
const ROOT: Scope = { kind: 0, parent: null, opener: -1 };

/** Tells a block from a struct body and from a braced list by the tokens before the brace. */
function braceKind(tokens: Tokens, prev: number, before: number, scope: Scope): number {
  if (prev < 0) return BLOCK;
  const t = tokens.type[prev]!;
  const b = before < 0 ? 0 : tokens.type[before]!;
  if (t === W.struct || t === W.union) return FIELDS;
  if (t === W.enum) return LIST;
  if (t === T.ID || t === W.attribute) {
    if (b === W.struct || b === W.union) return FIELDS;
    if (b === W.enum) return LIST;
    return scope.kind === LIST ? LIST : BLOCK;
  }
  if (t === 61 || t === 44) return LIST;
  if (t === 123 || t === 93) return scope.kind === LIST ? LIST : t === 93 ? LIST : BLOCK;
  if (t === 41 && scope.kind === LIST) return LIST;
  return BLOCK;
}

function kindOf(tokens: Tokens, group: Open, endif: number): GroupKind {
  const { type } = tokens;
  const scope = group.scope;
  if (group.ends.some((end) => end !== scope) || scope.kind === 40 || scope.kind === 91 || scope.kind === UNDERFLOW) return 'split';
  const prev = group.prev < 0 ? 59 : type[group.prev]!;
  const after = nextToken(tokens, endif + 1);
  if (scope.kind === LIST) {
    if (prev !== 123 && prev !== 44) return 'split';
    return group.lasts.every((last) => last < 0 || type[last] === 44 || after === 125) ? 'list' : 'split';
  }
  if (scope.kind === FIELDS) {
    if (prev !== 123 && prev !== 59 && prev !== 125) return 'split';
    return group.lasts.every((last) => last < 0 || type[last] === 59 || type[last] === 41) ? 'list' : 'split';
  }
  const top = scope.kind === 0;
  if (!(prev === 59 || prev === 125 || (prev === 123 && !top) || (top && prev === 41) || (prev === 58 && !top))) return 'split';
  if (after === W.else || (top && after === 123)) return 'split';
  for (let b = 0; b < group.lasts.length; b++) {
    const last = group.lasts[b]!;
    if (last < 0) continue;
    if (nextToken(tokens, group.firsts[b]!) === W.else) return 'split';
    const t = type[last]!;
    if (!(t === 59 || t === 125 || (t === 58 && !top) || (top && t === 41))) return 'split';
  }
  return top ? 'top' : 'statements';
}

/** Type of the first token from `i` on that is no directive; 0 at the end. */
function nextToken(tokens: Tokens, i: number): number {
  let k = i;
  while (k < tokens.n && tokens.type[k] === T.DIR) k++;
  return k < tokens.n ? tokens.type[k]! : 0;
}

/** The `#ifndef X` / `#define X` that opens a header is no condition on what it encloses. */
function isIncludeGuard(text: string, tokens: Tokens, i: number, cond: string): boolean {
  if (i !== 0 || !/^!\w+$/.test(cond) || i + 1 >= tokens.n || tokens.type[i + 1] !== T.DIR) return false;
  const following = text.slice(tokens.start[i + 1]!, tokens.end[i + 1]!);
  return /^#\s*define\s/.test(following) && following.replace(/^#\s*define\s+/, '').startsWith(cond.slice(1));
}

interface Directive {
  readonly word: 'if' | 'else' | 'endif';
  readonly cond: string;
}

function readDirective(raw: string): Directive | null {
  let k = 1;
  while (k < raw.length && (raw[k] === ' ' || raw[k] === '\t')) k++;
  const from = k;
  while (k < raw.length && raw.charCodeAt(k) >= 97 && raw.charCodeAt(k) <= 122) k++;
  const word = raw.slice(from, k);
  switch (word) {
    case 'if':
      return { word: 'if', cond: normalise(raw.slice(k)) };
    case 'ifdef':
      return { word: 'if', cond: firstWord(raw.slice(k)) };
    case 'ifndef':
      return { word: 'if', cond: negate(firstWord(raw.slice(k))) };
    case 'elif':
      return { word: 'else', cond: normalise(raw.slice(k)) };
    case 'elifdef':
      return { word: 'else', cond: firstWord(raw.slice(k)) };
    case 'elifndef':
      return { word: 'else', cond: negate(firstWord(raw.slice(k))) };
    case 'else':
      return { word: 'else', cond: '' };
    case 'endif':
      return { word: 'endif', cond: '' };
    default:
      return null;
  }
}

function firstWord(rest: string): string {
  return /^\s*(\w+)/.exec(rest.slice(0, 400))?.[1] ?? rest.trim().slice(0, 80);
}

function normalise(rest: string): string {
  let cond = stripComments(rest.slice(0, 2000))
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  cond = cond
    .replace(/\b(?:defined|IS_ENABLED) ?\( ?(\w+) ?\)/g, '$1')
    .replace(/\bdefined (\w+)/g, '$1')
    .replace(/! (?=\w|\()/g, '!');
  while (cond.startsWith('(') && closes(cond, 0) === cond.length - 1) cond = cond.slice(1, -1).trim();
  return cond.slice(0, 300);
}

function stripComments(text: string): string {
  let result = '';
  let from = 0;
  for (;;) {
    const at = text.indexOf('/', from);
    if (at < 0) return result + text.slice(from);
    const next = text[at + 1];
    if (next === '*') {
      const stop = text.indexOf('*/', at + 2);
      result += `${text.slice(from, at)} `;
      if (stop < 0) return result;
      from = stop + 2;
    } else if (next === '/') {
      return result + text.slice(from, at);
    } else {
      result += text.slice(from, at + 1);
      from = at + 1;
    }
  }
}

/** Index of the parenthesis that closes the one at `open`, or -1. */
function closes(text: string, open: number): number {
  let depth = 0;
  for (let k = open; k < text.length; k++) {
    if (text[k] === '(') depth++;
    else if (text[k] === ')' && --depth === 0) return k;
  }
  return -1;
}
