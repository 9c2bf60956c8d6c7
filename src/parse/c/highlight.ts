import type { Engine } from './engine.js';

/**
 * Syntax of each line of a piece of C as runs of a length (UTF-16 units) and a letter: `6k1.3t` is a keyword, one plain
 * unit and a type; what follows the last run is plain. Letters: k keyword, t type, f function, s string, n number,
 * c constant, p property, l label, m comment. Never throws: what cannot be read is plain.
 */
export function highlight(engine: Engine, code: string): readonly string[] {
  const lines = code.split('\n');
  const letters = new Uint8Array(code.length);
  try {
    const known = engine.captures(code).flatMap(({ name, start, end }) => {
      const rank = ORDER.indexOf(name.replace(/\..*$/, ''));
      return rank < 0 ? [] : [{ rank, start, end }];
    });
    // The two engines list captures in different orders; the rank alone decides.
    known.sort((a, b) => a.rank - b.rank);
    for (const { rank, start, end } of known) letters.fill((LETTERS[rank] ?? '.').charCodeAt(0), start, end);
  } catch {
    return lines.map(() => '');
  }
  let at = 0;
  return lines.map((line) => {
    const from = at;
    at += line.length + 1;
    return runs(letters.subarray(from, from + line.length));
  });
}

/** The query's captures from the weakest to the strongest; what is not here stays plain. */
const ORDER = ['constant', 'property', 'label', 'type', 'number', 'string', 'function', 'keyword', 'comment'];
const LETTERS = ['c', 'p', 'l', 't', 'n', 's', 'f', 'k', 'm'];

function runs(letters: Uint8Array): string {
  let end = letters.length;
  while (end > 0 && letters[end - 1] === 0) end -= 1;
  let out = '';
  for (let i = 0; i < end; ) {
    const letter = letters[i] ?? 0;
    let j = i;
    while (j < end && letters[j] === letter) j += 1;
    out += `${j - i}${letter === 0 ? '.' : String.fromCharCode(letter)}`;
    i = j;
  }
  return out;
}
