import type { Symmetry } from './symmetry.js';

/** Where something lies in a packed state. */
export interface Block {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
}

/**
 * JavaScript that puts the state in `n0`, `n1` … in a canonical order: alike actors are sorted by what is their own,
 * and what shared cells say of them goes along. `blocks`: what is an actor's own, of the same form for all of a class.
 */
export function canonical(symmetry: Symmetry, blocks: ReadonlyMap<number, readonly Block[]>, fields: ReadonlyMap<string, Block>): string {
  return symmetry.classes
    .map((members) => {
      const compare = (x: number): string => {
        const [i = 0, j = 0] = members.slice(x, x + 2);
        const [mine, theirs] = [blocks.get(i) ?? [], blocks.get(j) ?? []];
        return `if(${isAfter(mine, theirs, 0)}){${swapped(i, j, mine, theirs, symmetry, fields)}}`;
      };
      // Bubble sort of a handful, written out.
      return members
        .slice(1)
        .map((_, pass) =>
          members
            .slice(1, members.length - pass)
            .map((_m, x) => compare(x))
            .join(''),
        )
        .join('');
    })
    .join('');
}

const maskOf = (bits: number): number => 2 ** bits - 1;
const value = ({ word, shift, bits }: Block): string => (bits === 32 ? `(n${word}>>>0)` : `(n${word}>>>${shift}&${maskOf(bits)})`);

function isAfter(mine: readonly Block[], theirs: readonly Block[], at: number): string {
  const [a, b] = [mine[at], theirs[at]];
  if (a === undefined || b === undefined) return 'false';
  const first = `${value(a)}>${value(b)}`;
  return at === mine.length - 1 ? first : `${first}||${value(a)}===${value(b)}&&(${isAfter(mine, theirs, at + 1)})`;
}

function swapped(
  i: number,
  j: number,
  mine: readonly Block[],
  theirs: readonly Block[],
  { owners, masks }: Symmetry,
  fields: ReadonlyMap<string, Block>,
): string {
  const own = mine.map((a, k) => {
    const b = theirs[k] ?? a;
    return `{const x=${value(a)}^${value(b)};n${a.word}^=x<<${a.shift};n${b.word}^=x<<${b.shift};}`;
  });
  const held = written(owners, fields).map((f) => `{const x=${value(f)},y=x===${i + 1}?${j + 1}:x===${j + 1}?${i + 1}:x;n${f.word}^=(x^y)<<${f.shift};}`);
  const bits = written(masks, fields).map(
    (f) => `{const x=(n${f.word}>>>${f.shift + i}^n${f.word}>>>${f.shift + j})&1;n${f.word}^=x<<${f.shift + i}|x<<${f.shift + j};}`,
  );
  return [...own, ...held, ...bits].join('');
}

/** Cells that somebody writes; the others are not part of the state and say nothing of alike actors. */
function written(names: readonly string[], fields: ReadonlyMap<string, Block>): readonly Block[] {
  return names.flatMap((n) => {
    const f = fields.get(n);
    return f === undefined || f.bits === 0 ? [] : [f];
  });
}
