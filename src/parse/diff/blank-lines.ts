import type { HunkLine } from '../series.js';
import type { RawHunk } from './split.js';

/** git shows three lines of context on either side of a change, fewer only at the ends of a file. */
const CONTEXT = 3;

/**
 * Puts `missing` blank context lines back. The three-context-lines rule says how many belong before the first and
 * behind the last change; the rest goes between changes. Where in such a group is a matter of layout: the places
 * where kernel code most often has a blank line. All of them are marked as inferred. With `stack`, they stand for any
 * lost lines, and as many as the rule asks for stand at the edges, even in a row.
 */
export function insertBlanks(read: readonly HunkLine[], missing: number, raw: Pick<RawHunk, 'oldStart'>, stack = false): HunkLine[] {
  const first = read.findIndex((l) => l.kind !== ' ');
  const last = read.findLastIndex((l) => l.kind !== ' ');
  if (first < 0) return [...read, ...Array.from({ length: missing }, blank)];
  let left = missing;
  const take = (wanted: number): number => {
    const n = Math.max(0, Math.min(left, wanted));
    left -= n;
    return n;
  };
  const before = take(raw.oldStart > 1 ? CONTEXT - first : 0);
  const behind = take(CONTEXT - (read.length - 1 - last));

  // slots[i] blanks stand before line i; a slot may be used once, two blank lines in a row are rare.
  const slots = new Array<number>(read.length + 1).fill(0);
  const place = (from: number, to: number, n: number): number => {
    const order = [];
    for (let i = from; i <= to; i++) if (slots[i] === 0) order.push({ i, score: blankScore(read, i) });
    order.sort((a, b) => b.score - a.score || a.i - b.i);
    for (const { i } of order.slice(0, n)) slots[i]!++;
    return n - Math.min(n, order.length);
  };
  const edges = [place(0, first, before), place(last + 1, read.length, behind)] as const;
  if (stack) {
    slots[0]! += edges[0];
    slots[read.length]! += edges[1];
  } else left += edges[0] + edges[1];
  // Between changes, at most twice the context: more would have made two hunks.
  for (const group of innerGroups(read, first, last)) {
    const size = group.to - group.from;
    const room = take(Math.min(2 * CONTEXT - size, bestPlaces(read, group)));
    left += place(group.from, group.to, room);
  }
  for (const group of innerGroups(read, first, last)) left = left === 0 ? 0 : place(group.from, group.to, left);
  slots[read.length]! += left;
  return read.flatMap((line, i) => [...Array.from({ length: slots[i]! }, blank), line]).concat(Array.from({ length: slots[read.length]! }, blank));
}

/** How likely a line that reads as added or removed is context whose blank was lost: 0 is not at all. */
export function plausibleAsContext(read: readonly HunkLine[], at: number): number {
  const line = read[at]!;
  const text = line.text;
  // `++x;` and `--x;`: the second sign stands at once.
  if (text.startsWith(line.kind)) return /^.[\w(*]/.test(text) ? 4 : 0;
  let score = 0;
  // A binary operator goes on with the expression of the line above.
  if (/^ [\w(*&]/.test(text)) {
    const above = read[at - 1];
    if (above !== undefined && above.kind === ' ' && !/[;{}:/]\s*$|^\s*(?:if|for|while|else|switch|do)\b|^\s*\*/.test(above.text)) score += 3;
    if (!/^ (?:if|for|while|return|goto|struct|static|int|unsigned|else|break|case|\/?\*)\b/.test(text)) score += 1;
    const below = read[at + 1];
    if (below !== undefined && below.kind === ' ') score += 1;
  }
  return score > 2 ? score : 0;
}

/** Does kernel layout like a blank line before line `i`? Higher is likelier, negative is against it. */
function blankScore(read: readonly HunkLine[], i: number): number {
  const above = read[i - 1]?.text.trim() ?? '';
  const below = read[i]?.text.trim() ?? '';
  let score = 0;
  if (/^\/?\*/.test(above) && !above.endsWith('*/')) score -= 20;
  if (/^\*/.test(below)) score -= 20;
  if (/[,(&|+=?]$/.test(above) || /^[?:&|)]/.test(below)) score -= 10;
  if (above.endsWith('{')) score -= 4;
  if (below.startsWith('}') || below === '{') score -= 6;
  if (/^else\b/.test(below) || above.endsWith(')')) score -= 4;
  if (above === '}') score += 4;
  if (above.endsWith(';')) score += 2;
  if (below.startsWith('/*')) score += 3;
  if (/^(?:return|if|for|while|switch|goto)\b/.test(below)) score += 2;
  if (/^\w+:$/.test(below)) score += 3;
  if (isDeclaration(above)) score += isDeclaration(below) ? -5 : 4;
  if (!isDeclaration(above) && isDeclaration(below) && /^(?:static|extern|struct|void|int|bool)\b.*\($/.test(below)) score += 4;
  if (/^#\s*(?:if|define)/.test(below) || /^#\s*endif/.test(above)) score += 3;
  return score;
}

function isDeclaration(text: string): boolean {
  return (
    /^(?:static |const |extern |unsigned |struct |enum |union |int |long |bool |void |char |pte_t|pmd_t|u8|u16|u32|u64|s64|[a-z_]+_t )/.test(text) &&
    text.endsWith(';')
  );
}

interface Group {
  /** Slots [from, to]: before its first line to behind its last. */
  readonly from: number;
  readonly to: number;
}

function innerGroups(read: readonly HunkLine[], first: number, last: number): Group[] {
  const groups: Group[] = [];
  for (let i = first; i <= last; i++) {
    if (read[i]!.kind !== ' ') continue;
    const from = i;
    while (read[i]!.kind === ' ') i++;
    groups.push({ from, to: i });
  }
  return groups;
}

function bestPlaces(read: readonly HunkLine[], group: Group): number {
  let n = 0;
  for (let i = group.from; i <= group.to; i++) if (blankScore(read, i) >= 2) n++;
  return n;
}

function blank(): HunkLine {
  return { kind: ' ', text: '', inferred: true, mailLine: 0, noNewline: false };
}
