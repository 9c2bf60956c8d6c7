import type { Mistake } from './memory.js';

/**
 * Takes the parts of a scenario's text that its `#if`s leave out, keeping line numbers. Conditions are `#ifdef NAME`,
 * `#ifndef NAME`, `#if NAME`, `#if !NAME`, `#if defined(NAME)`; a name is set by `#define` above it or from outside.
 */
export function variantOf(path: string, text: string, given: ReadonlySet<string>): { readonly text: string; readonly defined: ReadonlySet<string> } | Mistake {
  const defined = new Set(given);
  const stack: { readonly taken: boolean; readonly any: boolean; readonly line: number }[] = [];
  const out: string[] = [];
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    const here = stack.every((s) => s.taken);
    const m = /^\s*#\s*(ifdef|ifndef|if|elif|else|endif|define)\b\s*(.*?)\s*(?:\/\*.*\*\/\s*|\/\/.*)?$/.exec(line);
    const [word, rest = ''] = [m?.[1], m?.[2]];
    if (word === undefined || word === 'define') {
      const name = /^(\w+)/.exec(rest)?.[1];
      if (here && word === 'define' && name !== undefined) defined.add(name);
      out.push(here && !(word === 'define' && name !== undefined && given.has(name)) ? line : '');
      continue;
    }
    out.push('');
    const wrong = (why: string): Mistake => ({ file: path, line: i + 1, why });
    if (word === 'endif') {
      if (stack.pop() === undefined) return wrong('#endif without #if');
      continue;
    }
    const top = stack.at(-1);
    if (word === 'else' || word === 'elif') {
      if (top === undefined) return wrong(`#${word} without #if`);
      const cond = word === 'else' ? true : condition(rest, defined);
      if (cond === null) return wrong(`#elif ${rest}: only names can be asked for`);
      stack[stack.length - 1] = { taken: !top.any && cond, any: top.any || cond, line: top.line };
      continue;
    }
    const cond = word === 'if' ? condition(rest, defined) : /^\w+$/.test(rest) ? defined.has(rest) === (word === 'ifdef') : null;
    if (cond === null) return wrong(`#${word} ${rest}: only names can be asked for`);
    stack.push({ taken: cond, any: cond, line: i + 1 });
  }
  const open = stack.at(-1);
  if (open !== undefined) return { file: path, line: open.line, why: '#if without #endif' };
  return { text: out.join('\n'), defined };
}

function condition(text: string, defined: ReadonlySet<string>): boolean | null {
  const m = /^(!?)\s*(?:defined\s*\(?\s*(\w+)\s*\)?|(\w+))$/.exec(text);
  const name = m?.[2] ?? m?.[3];
  if (name === undefined) return null;
  const set = name === '0' ? false : name === '1' ? true : defined.has(name);
  return set !== (m?.[1] === '!');
}
