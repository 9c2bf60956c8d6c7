import { W, WORDS, definedByHeader } from './idioms.js';

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
  /** The text with the partial functions blanked: what is left stands by itself. */
  readonly rest: string;
  readonly partial: readonly PartialFunction[];
}

/**
 * Takes apart a text that shows only some hunks of a file: the lines between them are blank, and the line above a
 * hunk may name its function (what git writes after the second `@@`). Goes by the kernel's layout: a function's
 * braces and its first line start in column 0, its body does not.
 */
export function splitFragments(text: string): Fragments {
  const lines = lineSpans(text);
  const partial: Draft[] = [];
  const whole: boolean[] = lines.map(() => true);
  let current: Draft | null = null;
  let header = -1;
  let blanks = 2;
  let continued = false;
  // A section line whose function shows nothing must not run into the next one.
  const drop = (): void => {
    if (header >= 0 && opensFunction(text.slice(lines[header]![0], lines[header]![1]))) whole[header] = false;
    header = -1;
  };
  const close = (): void => { if (current !== null) { finish(current); current = null; } };
  const finish = (draft: Draft): void => {
    if (draft.fromStart && draft.toEnd && draft.pieces.length === 1 && isBalanced(draft.header)) return;
    for (let k = draft.firstLine; k <= draft.lastLine; k++) whole[k] = false;
    if (draft.pieces.length > 0) partial.push(draft);
  };
  for (let k = 0; k < lines.length; k++) {
    const [start, end] = lines[k]!;
    const line = text.slice(start, end);
    const belongs = continued;
    continued = line.endsWith('\\');
    if (line.trim() === '') {
      blanks++;
      if (blanks >= 2 && current === null) drop();
      continue;
    }
    if (belongs) { if (current !== null) extend(current, false, start, k, end); continue; }
    const gap = blanks >= 2;
    blanks = 0;
    const first = line.charCodeAt(0);
    if (first === BRACE_OPEN && (header >= 0 || current === null)) {
      close();
      current = header >= 0 && opensFunction(text.slice(lines[header]![0], start)) ? draftOf(text, lines, header, k, true) : { ...anonymous(k, start), fromStart: true };
      current.pieces.push({ start: end, end });
      current.lastLine = k;
      header = -1;
    } else if (first === BRACE_CLOSE) {
      if (current === null && header >= 0 && opensFunction(text.slice(lines[header]![0], start))) current = draftOf(text, lines, header, header + 1, false);
      if (current === null && looksLikeCode(text, lines, k)) current = anonymous(k, start);
      if (current !== null) {
        extend(current, gap, start, k);
        current.toEnd = line.length <= 2;
        current.lastLine = k;
      }
      close();
      header = -1;
    } else if (isHeaderStart(line)) {
      // A label or a directive stays in the body; anything else in column 0 is another function's.
      if (header >= 0 && current === null && isContinuedHeader(text.slice(lines[header]![0], start))) continue;
      close();
      drop();
      header = k;
    } else if (isIndented(first) || isLabel(line) || first === HASH) {
      if (current === null) {
        if (first === HASH && header < 0) continue;
        if (header >= 0) {
          const above = text.slice(lines[header]![0], start);
          if (isIndented(first) && isContinuation(text, lines, k, header)) continue;
          if (!opensFunction(above)) continue;
          current = draftOf(text, lines, header, k, false);
          header = -1;
        } else if (gap && first !== HASH && looksLikeCode(text, lines, k)) {
          current = anonymous(k, start);
        } else {
          continue;
        }
      }
      extend(current, gap, start, k, end);
    }
  }
  close();
  let rest = '';
  lines.forEach(([start, end], k) => { rest += whole[k] ? text.slice(start, end) : ' '.repeat(end - start); if (end < text.length) rest += '\n'; });
  return { rest, partial: mergeByName(partial) };
}

interface Draft extends PartialFunction {
  readonly pieces: { start: number; end: number }[];
  toEnd: boolean;
  readonly firstLine: number;
  lastLine: number;
}

const BRACE_OPEN = 123;
const BRACE_CLOSE = 125;
const HASH = 35;

function draftOf(text: string, lines: readonly (readonly [number, number])[], header: number, body: number, fromStart: boolean): Draft {
  const headerStart = lines[header]![0];
  const above = text.slice(headerStart, lines[body]![0]).trimEnd();
  return { name: functionName(above), header: above, headerStart, pieces: [], fromStart, toEnd: false, firstLine: header, lastLine: body };
}

function anonymous(line: number, start: number): Draft {
  return { name: '', header: '', headerStart: start, pieces: [], fromStart: false, toEnd: false, firstLine: line, lastLine: line };
}

function extend(draft: Draft, gap: boolean, start: number, line: number, end = start): void {
  const last = draft.pieces[draft.pieces.length - 1];
  if (last === undefined || (gap && last.end > last.start)) draft.pieces.push({ start, end });
  else last.end = end;
  draft.lastLine = line;
}

function lineSpans(text: string): [number, number][] {
  const spans: [number, number][] = [];
  for (let at = 0; at <= text.length;) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    spans.push([at, end]);
    at = end + 1;
  }
  return spans;
}

function isIndented(c: number): boolean {
  return c === 9 || c === 32;
}

function isLabel(line: string): boolean {
  return /^[A-Za-z_]\w*\s*:(?!:)/.test(line) && !line.startsWith('default');
}

function isHeaderStart(line: string): boolean {
  return /^[A-Za-z_$]/.test(line) && !isLabel(line);
}

/** The name before the parameter list: the last word before the first parenthesis that is not an attribute's. */
function functionName(header: string): string {
  const defined = definedByHeader(header);
  if (defined !== null) return defined;
  for (const match of header.matchAll(/(\w+)\s*\(/g)) if (WORDS.get(match[1]!) !== W.attribute) return match[1]!;
  return '';
}

/** A first line that names a function, not a struct, a table or a finished declaration. */
function opensFunction(header: string): boolean {
  const text = header.trim();
  const newline = text.indexOf('\n');
  if (/[;{]\s*$|=/.test(newline < 0 ? text : text.slice(0, newline))) return false;
  return functionName(text) !== '' && !/[;={]\s*$/.test(text) && !/^(struct|union|enum|typedef|#)\b[^()]*$/.test(text);
}

/** "static int" on a line by itself: the name follows on the next. */
function isContinuedHeader(above: string): boolean {
  return !above.includes('(') && !/[;={}]/.test(above) && above.trim().split('\n').length < 3;
}

/**
 * Whether an indented line goes on a parameter list. A section line cut at 80 columns has an open parenthesis too:
 * then the code below it does not close it before its first semicolon.
 */
function isContinuation(text: string, lines: readonly (readonly [number, number])[], k: number, header: number): boolean {
  const above = text.slice(lines[header]![0], lines[k]![0]);
  let depth = 0;
  for (const c of above) depth += c === '(' ? 1 : c === ')' ? -1 : 0;
  if (depth <= 0) return /^\s*__\w+/.test(text.slice(lines[k]![0], lines[k]![1]));
  if (/^\s*\*/.test(text.slice(lines[k]![0], lines[k]![1]))) return false;
  if (k > header + 1 && text.slice(lines[k - 1]![0], lines[k - 1]![1]).trim() === '') return false;
  for (let line = k; line < Math.min(lines.length, k + 12); line++) {
    for (const c of text.slice(lines[line]![0], lines[line]![1])) {
      if (c === '(') depth++;
      else if (c === ')' && --depth === 0) return true;
      else if (c === ';' || c === '{' || c === '}') return false;
    }
  }
  return false;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const c of text) depth += c === '(' ? 1 : c === ')' ? -1 : 0;
  return depth === 0 && text !== '';
}

/** A few lines of statements rather than of a comment, a struct or a table. */
function looksLikeCode(text: string, lines: readonly (readonly [number, number])[], k: number): boolean {
  const some = text.slice(lines[k]![0], lines[Math.min(lines.length - 1, k + 12)]![1]);
  return /\b(if|for|while|return|goto|switch|break|case)\b|\w\([^;]*\);/.test(some) && !/^\s*\*/.test(some);
}

/** Parts of one function, in order, unless one of them ended it. */
function mergeByName(list: readonly Draft[]): PartialFunction[] {
  const merged: Draft[] = [];
  for (const draft of list) {
    const same = draft.name === '' ? undefined : merged.find((m) => m.name === draft.name && !m.toEnd && !draft.fromStart);
    if (same === undefined) { merged.push({ ...draft, pieces: [...draft.pieces] }); continue; }
    same.pieces.push(...draft.pieces);
    same.toEnd = draft.toEnd;
    same.lastLine = draft.lastLine;
  }
  return merged.map((m) => ({ name: m.name, header: m.header, headerStart: m.headerStart, pieces: m.pieces.filter((p) => p.end > p.start), fromStart: m.fromStart, toEnd: m.toEnd })).filter((m) => m.pieces.length > 0);
}
