import { WORDS } from './idioms.js';

/**
 * Token types: an ASCII character code for single-character punctuation, and these.
 * Values from `Kif` on are the words of `idioms.ts`.
 */
export const T = {
  other: 1,
  ID: 128,
  NUM: 129,
  STR: 130,
  CHR: 131,
  DIR: 132,
  ARROW: 133,
  ELLIPSIS: 134,
  INCDEC: 135,
  OP: 136,
  PASTE: 137,
  /** `#if`, `#else`/`#elif` and `#endif` around whole statements; written by `groups.ts`. */
  CFG_IF: 138,
  CFG_ELSE: 139,
  CFG_END: 140,
} as const;

/** Parallel arrays, one entry per token; comments are no tokens. Offsets are UTF-16 indices. */
export interface Tokens {
  readonly n: number;
  readonly type: Uint8Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
}

/**
 * Splits C text into tokens in one pass. A preprocessor directive with its continuation lines is one token.
 * `out` holds the text's characters; comments and directives are blanked in it.
 */
export function lex(text: string, out: Uint16Array): Tokens {
  const length = text.length;
  let capacity = Math.max(64, length >> 2);
  let type = new Uint8Array(capacity);
  let start = new Uint32Array(capacity);
  let end = new Uint32Array(capacity);
  let n = 0;
  let i = 0;
  let lineStart = true;
  while (i < length) {
    const c = out[i]!;
    if (c <= 32) {
      if (c === 10) lineStart = true;
      i++;
      continue;
    }
    const next = i + 1 < length ? out[i + 1]! : 0;
    if (c === 47 && (next === 42 || next === 47)) {
      const stop = next === 42 ? blockCommentEnd(text, i) : lineCommentEnd(text, i);
      out.fill(32, i, stop);
      i = stop;
      continue;
    }
    if (c === 92) {
      out[i] = 32;
      i++;
      continue;
    }
    if (n === capacity) {
      capacity *= 2;
      type = grow(type, new Uint8Array(capacity));
      start = grow(start, new Uint32Array(capacity));
      end = grow(end, new Uint32Array(capacity));
    }
    const from = i;
    let t: number;
    const kind = c < 128 ? CLASS[c]! : 1;
    if (kind === 1) {
      i++;
      while (i < length && ((out[i]! < 128 ? CLASS[out[i]!]! : 1) & 3) !== 0) i++;
      t = MAY_BE_WORD[slotOf(c, out[i - 1]!, i - from)] === 1 ? (WORDS.get(text.slice(from, i)) ?? T.ID) : T.ID;
      if (i < length && (out[i] === 34 || out[i] === 39) && i - from <= 2 && STRING_PREFIX.has(text.slice(from, i))) {
        t = out[i] === 34 ? T.STR : T.CHR;
        i = quotedEnd(out, i, length);
      }
    } else if (kind === 2 || (c === 46 && next >= 48 && next <= 57)) {
      i = numberEnd(out, i, length);
      t = T.NUM;
    } else if (c === 34 || c === 39) {
      i = quotedEnd(out, i, length);
      t = c === 34 ? T.STR : T.CHR;
    } else if (c === 35 && lineStart) {
      i = directiveEnd(text, out, i, length);
      out.fill(32, from, i);
      t = T.DIR;
    } else {
      const third = i + 2 < length ? out[i + 2]! : 0;
      const packed = punctuation(c, next, third);
      t = packed >> 2;
      i += packed & 3;
    }
    lineStart = false;
    type[n] = t;
    start[n] = from;
    end[n] = i;
    n++;
  }
  return { n, type, start, end };
}

/** 1 starts a word, 2 is a digit. */
const CLASS = new Uint8Array(128);
for (let c = 0; c < 128; c++) {
  if ((c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c === 36) CLASS[c] = 1;
  else if (c >= 48 && c <= 57) CLASS[c] = 2;
}
/** Most names are no words, and first and last character and length tell it of nearly all of them. */
const slotOf = (first: number, last: number, length: number): number => (first * 31 + last * 7 + length * 129) & 4095;
const MAY_BE_WORD = new Uint8Array(4096);
for (const word of WORDS.keys()) MAY_BE_WORD[slotOf(word.charCodeAt(0), word.charCodeAt(word.length - 1), word.length)] = 1;
const STRING_PREFIX = new Set(['L', 'u', 'U', 'u8']);

function grow<A extends Uint8Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

function blockCommentEnd(text: string, i: number): number {
  const at = text.indexOf('*/', i + 2);
  return at < 0 ? text.length : at + 2;
}

function lineCommentEnd(text: string, i: number): number {
  let from = i;
  for (;;) {
    const at = text.indexOf('\n', from);
    if (at < 0) return text.length;
    let back = at - 1;
    if (text.charCodeAt(back) === 13) back--;
    if (text.charCodeAt(back) !== 92) return at;
    from = at + 1;
  }
}

function quotedEnd(out: Uint16Array, i: number, length: number): number {
  const quote = out[i];
  let j = i + 1;
  while (j < length) {
    const c = out[j];
    if (c === 92) {
      j += 2;
      continue;
    }
    if (c === quote) return j + 1;
    if (c === 10) return j;
    j++;
  }
  return length;
}

function numberEnd(out: Uint16Array, i: number, length: number): number {
  const hex = out[i] === 48 && (out[i + 1] === 120 || out[i + 1] === 88);
  let j = i + 1;
  while (j < length) {
    const c = out[j]!;
    if (c === 46) {
      if (out[j + 1] === 46) break;
      j++;
      continue;
    }
    if (c < 128 && (CLASS[c]! & 3) !== 0) {
      j++;
      continue;
    }
    if ((c === 43 || c === 45) && !hex && (out[j - 1]! | 32) === 101) {
      j++;
      continue;
    }
    break;
  }
  return j;
}

/** Up to the newline that ends the logical line; comments inside may span lines. */
function directiveEnd(text: string, out: Uint16Array, i: number, length: number): number {
  let j = i + 1;
  while (j < length) {
    const c = out[j]!;
    if (c === 10) {
      const back = out[j - 1] === 13 ? j - 2 : j - 1;
      if (out[back] !== 92) return j;
      j++;
    } else if (c === 47 && out[j + 1] === 42) {
      j = blockCommentEnd(text, j);
    } else if (c === 47 && out[j + 1] === 47) {
      return lineCommentEnd(text, j);
    } else if (c === 34 || c === 39) {
      const stop = quotedEnd(out, j, length);
      j = c === 39 && out[stop - 1] !== 39 ? j + 1 : Math.max(stop, j + 1);
    } else {
      j++;
    }
  }
  return length;
}

/** Token type and length, packed. */
function punctuation(c: number, next: number, third: number): number {
  switch (c) {
    case 45: // -
      if (next === 62) return (T.ARROW << 2) | 2;
      if (next === 45) return (T.INCDEC << 2) | 2;
      if (next === 61) return (T.OP << 2) | 2;
      return (c << 2) | 1;
    case 43: // +
      if (next === 43) return (T.INCDEC << 2) | 2;
      if (next === 61) return (T.OP << 2) | 2;
      return (c << 2) | 1;
    case 46: // .
      return next === 46 && third === 46 ? (T.ELLIPSIS << 2) | 3 : (c << 2) | 1;
    case 60:
    case 62: // < >
      if (next === c) return (T.OP << 2) | (third === 61 ? 3 : 2);
      return next === 61 ? (T.OP << 2) | 2 : (c << 2) | 1;
    case 38:
    case 124: // & |
      if (next === c || next === 61) return (T.OP << 2) | 2;
      return (c << 2) | 1;
    case 61:
    case 33:
    case 42:
    case 47:
    case 37:
    case 94: // = ! * / % ^
      return next === 61 ? (T.OP << 2) | 2 : (c << 2) | 1;
    case 35: // #
      return next === 35 ? (T.PASTE << 2) | 2 : (c << 2) | 1;
    default:
      return ((c < 127 ? c : T.other) << 2) | 1;
  }
}
