import type { CFile } from '../parse/c/ast.js';
import { outline } from '../parse/c/outline.js';
import type { PairLock } from '../absint/order-summary.js';
import type { Program } from '../absint/program.js';
import type { OrderWitness } from './evidence.js';

/** At most so many functions of a file are analysed to see in which order they take two locks. */
const MAX_CANDIDATES = 24;

/**
 * Functions of one file that may take both locks, by the words of their text, with the pairs that they really have.
 * `open` gives a program over the file in which the named functions can be analysed.
 */
export function nearby(path: string, text: string, open: (names: readonly string[]) => Program): (held: PairLock, taken: PairLock) => readonly OrderWitness[] {
  const known = new Map<string, readonly OrderWitness[]>();
  let functions: readonly { readonly name: string; readonly text: string }[] | null = null;
  return (held, taken) => {
    const a = words(held);
    const b = words(taken);
    const key = [a.source, b.source].sort().join('\0');
    const before = known.get(key);
    if (before !== undefined) return before;
    functions ??= functionTexts(text);
    const names = candidates(functions, a, b);
    const program = names.length === 0 ? null : open(names);
    const found = names.flatMap((name) => pairsOf(program?.analyse(path, name)?.summary.order ?? [], name, path));
    known.set(key, found);
    return found;
  };
}

/** The pairs of every function of a file that is analysed as a whole. */
export function wholeFile(file: CFile, program: Program): readonly OrderWitness[] {
  return program.functions(file.path).flatMap((fn) => pairsOf(program.analyse(file.path, fn.name)?.summary.order ?? [], fn.name, file.path));
}

function pairsOf(pairs: readonly OrderWitness['pair'][], name: string, path: string): OrderWitness[] {
  return pairs.map((pair) => ({ function: name, file: path, pair }));
}

/** Functions that name both, themselves or through a function of the same file. */
function candidates(functions: readonly { readonly name: string; readonly text: string }[], a: RegExp, b: RegExp): string[] {
  const direct = (word: RegExp): Set<string> => new Set(functions.filter((f) => word.test(f.text)).map((f) => f.name));
  const takesA = direct(a);
  const takesB = direct(b);
  const calls = (text: string, among: ReadonlySet<string>): boolean => [...among].some((name) => text.includes(`${name}(`));
  return functions
    .filter((f) => (takesA.has(f.name) && (takesB.has(f.name) || calls(f.text, takesB))) || (takesB.has(f.name) && calls(f.text, takesA)))
    .map((f) => f.name)
    .slice(0, MAX_CANDIDATES);
}

/** What a text that takes this lock contains: the lock's own name, or the name of the function that takes it here. */
function words(lock: PairLock): RegExp {
  const own = /(\w+)(?:\[\])?(?:\(\))?(?:\/.*)?$/.exec(lock.resource)?.[1] ?? lock.resource;
  const by = lock.by.replace(/\(\)$/, '').replace(SUFFIX, '');
  const generic = by === '' || (!by.startsWith(own) && new RegExp(`\\b${own}\\b`).test(lock.place));
  return new RegExp(generic ? `\\b${own}\\b` : `\\b${own}\\b|\\b${by}`);
}

/** Forms of one lock function. */
const SUFFIX = /_(read|write|shared|irq|irqsave|bh|nested|killable|interruptible)+$/;

/** The functions that a text defines, each with its own lines. */
export function functionTexts(text: string): { readonly name: string; readonly text: string }[] {
  const lines = text.split('\n');
  return outline(text).map((f) => ({ name: f.name, text: lines.slice(f.line - 1, f.endLine).join('\n') }));
}
