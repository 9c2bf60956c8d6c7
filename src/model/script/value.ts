/**
 * What a variable of a scenario can hold: a whole number, or text for an address: "@12" names location 12, "@12+1"
 * the same with a tag in its low bits, "$2:m" a local variable of frame 2, "=f" a function, and
 * a leading quote a message.
 */
export type Value = number | string;

const TAG_BITS = 3;

export const addressOf = (location: number): Value => `@${location}`;
export const localAddress = (depth: number, name: string): Value => `$${depth}:${name}`;
export const functionAddress = (name: string): Value => `=${name}`;

/** A message, passed on to a word that says it. */
export const quoted = (text: string): Value => `"${text.replace(/^"|"$/g, '')}`;
export const textOf = (v: Value): string | null => (typeof v === 'string' && v.startsWith('"') ? v.slice(1) : null);

/** The location an untagged address names, or null. */
export function locationOf(v: Value): number | null {
  return typeof v === 'string' && /^@\d+$/.test(v) ? Number(v.slice(1)) : null;
}

export function localOf(v: Value): { readonly depth: number; readonly name: string } | null {
  const m = typeof v === 'string' ? /^\$(\d+):(.*)$/.exec(v) : null;
  return m === null ? null : { depth: Number(m[1]), name: m[2] ?? '' };
}

export const isTrue = (v: Value): boolean => v !== 0;

/** Null where C has an answer that the model has not (the product of two addresses). */
export function unary(op: '!' | '-' | '~' | '+', a: Value): Value | null {
  if (op === '!') return isTrue(a) ? 0 : 1;
  if (typeof a === 'string') return null;
  return op === '-' ? -a | 0 : op === '~' ? ~a : a;
}

export function binary(op: string, a: Value, b: Value): Value | null {
  if (op === '==') return Number(a === b);
  if (op === '!=') return Number(a !== b);
  if (typeof a === 'string' || typeof b === 'string') return tagged(op, a, b);
  switch (op) {
    case '+':
      return (a + b) | 0;
    case '-':
      return (a - b) | 0;
    case '*':
      return Math.imul(a, b);
    case '/':
      return b === 0 ? null : Math.trunc(a / b) | 0;
    case '%':
      return b === 0 ? null : (a % b) | 0;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    default:
      return null;
  }
}

/** An address is aligned, so its low bits can carry a tag. */
function tagged(op: string, a: Value, b: Value): Value | null {
  const [address, mask] = typeof a === 'string' ? [a, b] : [b, a];
  if (typeof address !== 'string' || typeof mask !== 'number') return null;
  const m = /^(@\d+|=\w+)(?:\+(\d+))?$/.exec(address);
  if (m === null) return null;
  const tag = Number(m[2] ?? 0);
  const most = (1 << TAG_BITS) - 1;
  const withTag = (t: number): Value => (t === 0 ? (m[1] ?? '') : `${m[1]}+${t}`);
  switch (op) {
    case '|':
      return mask >= 0 && mask <= most ? withTag(tag | mask) : null;
    case '&':
      return mask >= 0 && mask <= most ? tag & mask : ~mask >= 0 && ~mask <= most ? withTag(tag & mask & most) : null;
    case '+':
      return tag + mask >= 0 && tag + mask <= most ? withTag(tag + mask) : null;
    case '-':
      return address === a && tag - mask >= 0 && tag - mask <= most ? withTag(tag - mask) : null;
    default:
      return null;
  }
}
