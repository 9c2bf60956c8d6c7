import { uncut } from './fragment-body.js';
import { W, WORDS, definedByHeader } from './idioms.js';
import { T, lex, type Tokens } from './lex.js';
import { characters } from './prepass.js';

/** A function of which only parts are shown. Offsets count in the file's text. */
export interface PartialFunction {
  readonly name: string;
  /** Text of its first line or lines, perhaps cut; "" when nothing names it. */
  readonly header: string;
  readonly headerStart: number;
  readonly pieces: readonly { readonly start: number; readonly end: number }[];
  /** Whether the first piece starts the body, and the last ends it. */
  readonly fromStart: boolean;
  readonly toEnd: boolean;
}

export interface Fragments {
  /** The text with section lines and partial functions blanked: what is left stands by itself. */
  readonly rest: string;
  readonly partial: readonly PartialFunction[];
}

/**
 * Takes apart a text that shows only some hunks of a file: the lines between them are blank, and the line above a hunk may
 * name its function (what git writes after the second `@@`, usually cut). Goes by tokens, since mails lose their
 * indentation; where tabs are left, a brace in column 0 ends a function.
 */
export function splitFragments(text: string): Fragments {
  const blank: [number, number][] = [];
  const partial: PartialFunction[] = [];
  for (const segment of segments(text)) {
    if (segment.section !== null) blank.push(segment.section);
    takeApart(text, segment, partial, blank);
  }
  let rest = '';
  let at = 0;
  for (const [start, end] of blank.sort((a, b) => a[0] - b[0])) {
    if (start < at) continue;
    rest += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, ' ');
    at = end;
  }
  return { rest: rest + text.slice(at), partial: mergeByName(partial) };
}

/** Lines that follow one another in the file, and the section line above them. Offsets. */
interface Segment {
  readonly section: [number, number] | null;
  readonly start: number;
  readonly end: number;
}

function segments(text: string): Segment[] {
  const lines = lineSpans(text);
  const list: Segment[] = [];
  let section: [number, number] | null = null;
  let start = -1;
  let end = -1;
  let blanks = 2;
  let continued = false;
  const close = (): void => {
    if (start >= 0 || section !== null) list.push({ section, start: Math.max(start, section?.[1] ?? 0), end: start < 0 ? (section?.[1] ?? 0) : end });
    section = null;
    start = -1;
  };
  lines.forEach(([from, to], k) => {
    const line = text.slice(from, Math.min(to, from + MAX_HEADER));
    if (line.trim() === '') {
      // The first lines of a hunk may be blank: its section line still speaks for them.
      if (++blanks >= 2 && (start >= 0 || section === null || blanks > CONTEXT)) close();
      continued = false;
      return;
    }
    if (!continued && (isHeaderLike(line) ? !standsAlone(text, from) : blanks >= 2 && UNFINISHED.test(line))) {
      close();
      section = [from, to];
    } else {
      if (start < 0) start = from;
      end = to;
    }
    blanks = 0;
    continued = text.charCodeAt(to - 1) === 92;
    if (k === lines.length - 1) close();
  });
  close();
  return list;
}

const MAX_HEADER = 200;
const CONTEXT = 3;

function lineSpans(text: string): [number, number][] {
  const spans: [number, number][] = [];
  for (let at = 0; at <= text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    spans.push([at, end]);
    at = end + 1;
  }
  return spans;
}

/** "static int move(struct page *page, int" and the like: words, a name and a parenthesis, from column 0. */
function isHeaderLike(line: string): boolean {
  if (definedByHeader(line) !== null) return true;
  const open = line.indexOf('(');
  if (open < 0 || !/^[A-Za-z_]/.test(line) || /[;{}\\]\s*$/.test(line)) return false;
  const words = line.slice(0, open).replace(/\*/g, ' * ').trim().split(/\s+/);
  // A name by itself needs parameters that show their types; its return type stands on the line above.
  if (words.length < 2 && !TYPED.test(line.slice(open, open + 120))) return false;
  return words.every((w) => w === '*' || (/^[A-Za-z_]\w*$/.test(w) && !STATEMENT.has(w))) && words[words.length - 1] !== '*';
}

/** A section line that names no function: the type on the line above one, or an object. */
const UNFINISHED = /^(?:static|struct|extern|const|unsigned|enum|union|void|int)\b[^;(){}]*$/;
const TYPED = /^\(\s*(?:(?:const|struct|union|enum|unsigned|int|long|char|void|bool)\b|\w+_t\b|u(?:8|16|32|64)\b|\w+ \*\w+\s*[,)])/;
const STATEMENT = new Set(['return', 'else', 'goto', 'case', 'if', 'while', 'for', 'do', 'switch', 'sizeof', 'typedef', 'break', 'default']);

/** Whether what starts like a function at `from` goes on as a definition or a declaration: then it is no section line. */
function standsAlone(text: string, from: number): boolean {
  let depth = 0;
  const stop = Math.min(text.length, from + 2000);
  for (let k = from; k < stop; k++) {
    const c = text[k]!;
    if (c === '(') depth++;
    else if (depth > 0 && (c === ';' || c === '{' || c === '}')) return false;
    else if (c === ')' && --depth === 0) {
      const after = /^(?:\s|\/\*[^*]*\*\/|__\w+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?)*(.)?/.exec(text.slice(k + 1, k + 400))?.[1];
      if (after === '(') continue;
      return after === '{' || after === ';' || after === ',' || after === '=' || after === ')';
    }
  }
  return false;
}

/** Finds the functions of a segment; those that it cuts become partial. */
function takeApart(text: string, segment: Segment, partial: PartialFunction[], blank: [number, number][]): void {
  const own = text.slice(segment.start, segment.end);
  const code = uncut(own);
  const tokens = lex(code, characters(code));
  const at = (offset: number): number => segment.start + offset;
  const intact = /^\t/m.test(own);
  const definitions = findDefinitions(tokens, code);
  const header = segment.section === null ? '' : text.slice(...segment.section);
  const named = isHeaderLike(header) ? functionName(header) : '';

  const first = definitions[0];
  let from = 0;
  let fromStart = false;
  let above = header;
  const continuation = headerContinuation(tokens, first?.header ?? tokens.n);
  if (continuation >= 0) {
    // The hunk starts inside a parameter list.
    from = continuation + 1;
    fromStart = true;
    above = isOpen(header) ? `${header}\n${own.slice(0, tokens.start[continuation])}` : '';
  }
  const end = bodyEnd(tokens, from, first?.header ?? tokens.n, fromStart, intact, own, first !== undefined);
  if (end.last > from && (fromStart || looksLikeCode(tokens, from, end.last))) {
    const start = fromStart ? at(tokens.end[from - 1]!) : segment.start;
    const stop = at(tokens.end[end.last - 1]!);
    const name = above === '' ? '' : named;
    partial.push({
      name,
      header: name === '' ? '' : above,
      headerStart: segment.section !== null && name !== '' ? segment.section[0] : segment.start,
      pieces: [{ start, end: stop }],
      fromStart,
      toEnd: end.closed,
    });
    blank.push([segment.start, end.closed && end.last < tokens.n ? at(tokens.end[end.last]!) : stop]);
  } else if (end.closed && end.last < tokens.n) {
    blank.push([segment.start, at(tokens.end[end.last]!)]);
  }
  // The rest of a parameter list that the hunk cuts before its body would be read with what stands above it.
  else if (named !== '' && isOpen(header) && continuation < 0 && first === undefined) blank.push([segment.start, segment.end]);
  definitions.forEach((d, k) => {
    if (d.close >= 0) return;
    const stop = at(k + 1 < definitions.length ? tokens.end[definitions[k + 1]!.header - 1]! : own.length);
    const start = at(tokens.start[d.header]!);
    const text0 = text.slice(start, at(tokens.start[d.open]!)).trimEnd();
    const body = at(tokens.end[d.open]!);
    if (stop > body && d.open + 1 < tokens.n)
      partial.push({ name: functionName(text0), header: text0, headerStart: start, pieces: [{ start: body, end: stop }], fromStart: true, toEnd: false });
    blank.push([start, stop]);
  });
}

interface Definition {
  readonly header: number;
  readonly open: number;
  readonly close: number;
}

/** Function definitions by their tokens: words, a name, a parameter list and a brace. `close` is -1 where the end is not shown. */
function findDefinitions(tokens: Tokens, code: string): Definition[] {
  const { type, n } = tokens;
  const match = pairs(tokens);
  const list: Definition[] = [];
  for (let i = 0; i < n; i++) {
    if (type[i] !== 123) continue;
    let k = i - 1;
    while (k > 0 && (type[k] === T.ID || type[k] === W.attribute) && type[k - 1] !== 123) k--;
    // Attributes with arguments after the parameter list.
    while (k > 0 && type[k] === 41 && match[k]! > 1 && (type[match[k]! - 1] === W.attribute || (type[match[k]! - 1] === T.ID && type[match[k]! - 2] === 41)))
      k = match[k]! - 2;
    if (k < 1 || type[k] !== 41 || match[k]! < 1) continue;
    const name = match[k]! - 1;
    if (
      type[name] !== T.ID ||
      !((name >= 1 && isTypeWord(type[name - 1]!)) || definedByHeader(code.slice(tokens.start[name]!, tokens.start[name]! + MAX_HEADER)) !== null)
    )
      continue;
    let header = name;
    while (header > 0 && isTypeWord(type[header - 1]!)) header--;
    const close = match[i]!;
    list.push({ header, open: i, close });
    if (close > i) i = close;
  }
  return list;
}

function isTypeWord(t: number): boolean {
  return t === T.ID || t === 42 || t === W.type || t === W.qualifier || t === W.struct || t === W.union || t === W.enum || t === W.attribute;
}

function pairs(tokens: Tokens): Int32Array {
  const match = new Int32Array(tokens.n).fill(-1);
  const stack: number[] = [];
  for (let i = 0; i < tokens.n; i++) {
    const t = tokens.type[i]!;
    if (t === 40 || t === 123) stack.push(i);
    else if (t === 41 || t === 125) {
      if (t === 125) while (stack.length > 0 && tokens.type[stack[stack.length - 1]!] !== 123) stack.pop();
      const open = stack[stack.length - 1];
      if (open === undefined || tokens.type[open] !== (t === 41 ? 40 : 123)) continue;
      stack.pop();
      match[i] = open;
      match[open] = i;
    }
  }
  return match;
}

/** The brace after a parameter list that started before the tokens, or -1. */
function headerContinuation(tokens: Tokens, to: number): number {
  let depth = 0;
  for (let i = 0; i < to; i++) {
    const t = tokens.type[i]!;
    if (t === 123 && i === 0) return 0;
    if (t === 59 || t === 123 || t === 125) return -1;
    if (t === 40) depth++;
    else if (t === 41 && --depth < 0) {
      let k = i + 1;
      while (k < to && (tokens.type[k] === W.attribute || tokens.type[k] === T.ID)) k++;
      return k < tokens.n && tokens.type[k] === 123 ? k : -1;
    }
  }
  return -1;
}

/**
 * Where the body that the tokens start in ends: the token after its last, and whether that token is the function's
 * closing brace. `followed`: another function's header comes at `to`.
 */
function bodyEnd(
  tokens: Tokens,
  from: number,
  to: number,
  fromStart: boolean,
  intact: boolean,
  own: string,
  followed: boolean,
): { last: number; closed: boolean } {
  let depth = 0;
  let dip = -1;
  for (let i = from; i < to; i++) {
    const t = tokens.type[i]!;
    if (t === 123) depth++;
    else if (t === 125 && --depth < 0) {
      depth = 0;
      dip = i;
      const column = tokens.start[i]!;
      if (fromStart || (intact && (column === 0 || own[column - 1] === '\n'))) return { last: i, closed: true };
    }
  }
  return followed && dip >= 0 ? { last: dip, closed: true } : { last: to, closed: false };
}

/** Statements rather than prototypes, a struct's fields or a table. */
function looksLikeCode(tokens: Tokens, from: number, to: number): boolean {
  const { type } = tokens;
  let assigned = false;
  let depth = 0;
  for (let i = from; i < to; i++) {
    const t = type[i]!;
    if (t >= W.if && t <= W.continue && t !== W.default) return true;
    if (t === 40 || t === 123) depth++;
    else if (t === 41 || t === 125) depth = Math.max(0, depth - 1);
    else if (t === 44 && depth === 0) assigned = false;
    else if (t === 61 && depth === 0) assigned = type[i + 1] !== 123;
    else if (t === 59) {
      if (assigned) return true;
    }
    const fresh = i === from || type[i - 1] === 59 || type[i - 1] === 123 || type[i - 1] === 125;
    if (fresh && t === T.ID && (type[i + 1] === 40 || type[i + 1] === T.ARROW)) return true;
  }
  return false;
}

function isOpen(text: string): boolean {
  let depth = 0;
  for (const c of text) depth += c === '(' ? 1 : c === ')' ? -1 : 0;
  return depth > 0;
}

/** The name before the parameter list: the last word before the first parenthesis that is not an attribute's. */
function functionName(header: string): string {
  const defined = definedByHeader(header);
  if (defined !== null) return defined;
  for (const match of header.matchAll(/(\w+)\s*\(/g)) if (WORDS.get(match[1]!) !== W.attribute) return match[1]!;
  return '';
}

/**
 * Parts of one function, in order, unless one of them ended it. A section line tells of the file before the patch: when
 * its function has ended, the part belongs to the function above that is still open.
 */
function mergeByName(list: readonly PartialFunction[]): PartialFunction[] {
  const merged: { -readonly [K in keyof PartialFunction]: PartialFunction[K] }[] = [];
  for (const part of [...list].sort((a, b) => a.headerStart - b.headerStart)) {
    const last = merged[merged.length - 1];
    const ended = !part.fromStart && merged.some((m) => m.name === part.name && m.toEnd);
    const same =
      part.name === '' || part.fromStart
        ? undefined
        : ended
          ? last?.toEnd === false
            ? last
            : undefined
          : merged.find((m) => m.name === part.name && !m.toEnd);
    if (same === undefined) {
      merged.push(ended ? { ...part, name: '', header: '' } : { ...part });
      continue;
    }
    same.pieces = [...same.pieces, ...part.pieces];
    same.toEnd = part.toEnd;
  }
  return merged;
}
