import { outline } from './outline.js';
import { partnersOf } from './partners.js';

/**
 * The functions that matter for those that touch `ranges` (1-based, inclusive; an empty range [n, n - 1] is the place
 * between two lines): they themselves and, by name, everything of this text that they may call, however far. Works on
 * the text alone, so that only these need to be parsed. Of functions that call one for which `telling` is true, those
 * that call them are needed too: they decide what was promised.
 */
export function reach(text: string, ranges: readonly (readonly [number, number])[], telling: (called: string) => boolean = () => false): ReadonlySet<string> {
  const functions = outline(text);
  const lines = text.split('\n');
  const byName = new Map<string, typeof functions>();
  for (const f of functions) byName.set(f.name, [...(byName.get(f.name) ?? []), f]);
  const wanted = new Set<string>();
  const work = functions
    .filter((f) => ranges.some(([from, to]) => (to < from ? f.line <= from && from <= f.endLine + 1 : from <= f.endLine && to >= f.line)))
    .map((f) => f.name);
  // The two halves of a bracket are only wrong together.
  for (const name of [...work]) work.push(...partnersOf(name).filter((p) => byName.has(p)));
  work.push(...callersOf(work, functions, lines, telling));
  for (const name of work) {
    if (wanted.has(name)) continue;
    wanted.add(name);
    for (const f of byName.get(name) ?? [])
      for (let i = f.line - 1; i < f.endLine; i++)
        for (const called of calledIn(lines[i] ?? '')) {
          if (wanted.has(called)) continue;
          // A macro is not in the outline but may be needed all the same.
          if (byName.has(called)) work.push(called);
          else wanted.add(called);
        }
  }
  return wanted;
}

/** Who calls those of `names` that call a telling function, and who calls them, some levels up. */
function callersOf(names: readonly string[], functions: ReturnType<typeof outline>, lines: readonly string[], telling: (called: string) => boolean): string[] {
  const bodies = (name: string): string[] => functions.filter((f) => f.name === name).flatMap((f) => lines.slice(f.line, f.endLine));
  let wanted = new Set(names.filter((name) => bodies(name).some((line) => calledIn(line).some(telling))));
  const found = new Set<string>();
  for (let level = 0; level < LEVELS && wanted.size > 0; level++) {
    const next = new Set<string>();
    for (const f of functions)
      if (!found.has(f.name) && !wanted.has(f.name))
        for (let i = f.line; i < f.endLine; i++)
          if (calledIn(lines[i] ?? '').some((c) => wanted.has(c))) {
            next.add(f.name);
            break;
          }
    for (const name of next) found.add(name);
    wanted = next;
  }
  return [...found];
}

const LEVELS = 3;

/** Identifiers before a parenthesis; linear in the line. */
function calledIn(line: string): string[] {
  const out: string[] = [];
  for (let at = line.indexOf('('); at >= 0; at = line.indexOf('(', at + 1)) {
    let end = at;
    while (end > 0 && line[end - 1] === ' ') end--;
    let start = end;
    while (start > 0 && isWord(line.charCodeAt(start - 1))) start--;
    if (start < end) out.push(line.slice(start, end));
  }
  return out;
}

function isWord(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || c === 95 || (c >= 97 && c <= 122);
}
