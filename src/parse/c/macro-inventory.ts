import type { InventoryFunction } from './inventory.js';

const DIRECTIVE = /^[ \t]*#[ \t]*(?:(ifdef|ifndef|if|endif)\b[ \t]*(\w*)|define[ \t]+(\w+)(?:\(([\w, \t]*)\)((?:[^\n\\]|\\[^])*))?)/gm;
/** A name as functions have it. */
const LIKE_A_FUNCTION = /^[a-z_][a-z0-9_]*$/;
const CALLED = /([A-Za-z_]\w*)[ \t]*\(/g;
const NO_CALL = new Set(['if', 'for', 'while', 'switch', 'do', 'return', 'sizeof', 'typeof', '__typeof__', 'defined', 'offsetof', '__builtin_constant_p']);
/** A parameter taken for a pointer to a struct, and nothing else. */
const CAST = /^[ \t]*\(\([ \t]*(?:const[ \t]+)?struct[ \t]+\w+[ \t]*\*[ \t]*\)[ \t]*\(?[ \t]*\w+[ \t]*\)?[ \t]*\)[ \t]*$/;
/** Longer ones do more than stand for a function. */
const MAX_BODY = 400;

/** Macros of a text that are named like functions, and call some, are a cast or ask something of an object: what they do their callers cannot tell from a function. */
export function macrosLikeFunctions(text: string): InventoryFunction[] {
  if (!/^[ \t]*#[ \t]*define[ \t]+[a-z_][a-z0-9_]*\(/m.test(text)) return [];
  const found: InventoryFunction[] = [];
  const open: string[] = [];
  let guard = '';
  let line = 1;
  let counted = 0;
  for (const d of text.matchAll(DIRECTIVE)) {
    const [whole, condition, symbol, name, params, body] = d;
    if (condition === 'endif') {
      open.pop();
      continue;
    }
    if (condition !== undefined) {
      open.push(condition === 'ifndef' ? (symbol ?? '') : '');
      continue;
    }
    // `#ifndef X`, `#define X`: the guard of a header is no condition.
    if (params === undefined) {
      if (guard === '' && open.length === 1 && open[0] === name) guard = name ?? '';
      continue;
    }
    if (name === undefined || body === undefined || body.length > MAX_BODY || body.includes('#') || !LIKE_A_FUNCTION.test(name)) continue;
    const calls = [
      ...new Set([...body.matchAll(CALLED)].flatMap(([, called]) => (called !== undefined && called !== name && !NO_CALL.has(called) ? [called] : []))),
    ].sort();
    if ((calls.length === 0 && !CAST.test(body) && !asks(body)) || /\bfor[ \t]*\(/.test(body)) continue;
    for (; counted < d.index; counted++) if (text.charCodeAt(counted) === 10) line++;
    const lines = whole.split('\n').length - 1;
    found.push({
      name,
      line,
      endLine: line + lines,
      static: true,
      inline: true,
      params: params.trim() === '' ? 0 : params.split(',').length,
      variadic: false,
      configured: open.some((x) => x === '' || x !== guard),
      stub: false,
      annotated: false,
      calls,
    });
  }
  return found;
}

/** One expression about members of objects that comes out true or false, and changes nothing. */
function asks(body: string): boolean {
  return body.includes('->') && /&&|\|\||[=!]=|!|[^&]&[^&]/.test(body) && !/[;{]|[^=!<>]=[^=]|\+\+|--/.test(body);
}
