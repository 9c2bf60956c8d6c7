import { type Candidate, distinct } from './indent.js';

/** Lines that a line with collapsed white space may have been set like. */
export interface Models {
  /** Lines of the base with the same tokens. */
  readonly twins: readonly string[];
  /** Lines that the same change removes. */
  readonly removed: readonly string[];
  /** The nearest lines above and below whose white space is known or already chosen. */
  readonly neighbours: readonly string[];
}

/**
 * What may have stood between the tokens of a line whose runs of white space became one blank, without its indentation:
 * as in a twin, as in a similar removed line, in the columns of its neighbours, or just one blank each.
 */
export function spacings(collapsed: string, indent: string, models: Models): readonly Candidate[] {
  const text = collapsed.trim();
  const found: Candidate[] = [];
  models.twins.slice(0, 3).forEach((twin, i) => found.push({ text: twin.trim(), cost: i }));
  const tokens = text.split(' ');
  const similar = mostSimilar(tokens, models.removed);
  if (similar !== null) {
    const copied = copyGaps(tokens, similar);
    found.push({ text: copied, cost: copied === text ? 0.5 : 0.2 });
  }
  for (const neighbour of models.neighbours) {
    const set = inColumns(tokens, indent, neighbour);
    for (const [i, one] of set.entries()) found.push({ text: one, cost: 0.9 + i });
  }
  found.push({ text, cost: models.twins.length > 0 ? 1.5 : 0.6 });
  if (/^#\s?define \S+ \S/.test(text)) {
    const at = tokens.length > 2 && tokens[0] === '#' ? 2 : 1;
    for (let n = 1; n <= 4; n++)
      found.push({ text: `${tokens.slice(0, at + 1).join(' ')}${'\t'.repeat(n)}${tokens.slice(at + 1).join(' ')}`, cost: 2 + n / 2 });
  }
  const comment = text.lastIndexOf(' /*');
  if (comment > 0 && text.endsWith('*/'))
    for (let n = 1; n <= 4; n++) found.push({ text: `${text.slice(0, comment)}${'\t'.repeat(n)}${text.slice(comment + 1)}`, cost: 2 + n / 2 });
  if (/^\* \S/.test(text)) {
    found.push({ text: `* ${text.slice(1)}`, cost: 3 }, { text: `*\t${text.slice(2)}`, cost: 3.5 }, { text: `*  ${text.slice(1)}`, cost: 3.5 });
  }
  return distinct(found).slice(0, 12);
}

/** The removed line that shares most tokens, at least half of them; null when there is none. */
export function mostSimilar(tokens: readonly string[], lines: readonly string[]): string | null {
  const mine = new Set(tokens);
  let best: string | null = null;
  let most = 0.5;
  for (const line of lines) {
    const theirs = line.trim().split(/\s+/);
    const shared = theirs.filter((t) => mine.has(t)).length;
    const share = (2 * shared) / (theirs.length + tokens.length);
    if (share >= most) [best, most] = [line, share];
  }
  return best;
}

/** The white space between two neighbouring tokens, or before a token, where the model has the same. */
function copyGaps(tokens: readonly string[], model: string): string {
  const both = new Map<string, string>();
  const before = new Map<string, string>();
  const parts = model.trim().split(/(\s+)/);
  for (let i = 1; i + 1 < parts.length; i += 2) {
    both.set(`${parts[i - 1]} ${parts[i + 1]}`, parts[i]!);
    before.set(parts[i + 1]!, parts[i]!);
    before.set(`${parts[i - 1]} `, parts[i]!);
  }
  return tokens.map((t, i) => (i === 0 ? t : (both.get(`${tokens[i - 1]} ${t}`) ?? before.get(t) ?? before.get(`${tokens[i - 1]} `) ?? ' ') + t)).join('');
}

/** The line's tokens moved to the columns that a neighbour sets off with tabs or several blanks. */
function inColumns(tokens: readonly string[], indent: string, neighbour: string): readonly string[] {
  const parts = neighbour.trimEnd().split(/(\s+)/);
  const own = /^\s/.test(neighbour) ? 2 : 0;
  const stops: { readonly column: number; readonly ordinal: number; readonly tab: boolean; readonly comment: boolean }[] = [];
  let column = 0;
  for (let i = 0; i < parts.length; i++) {
    const isGap = i % 2 === 1;
    column = width(parts[i]!, column);
    if (isGap && i > own && (parts[i]!.length > 1 || parts[i] === '\t'))
      stops.push({ column, ordinal: (i - own - 1) / 2, tab: parts[i]!.includes('\t'), comment: parts[i + 1]?.startsWith('/*') === true });
  }
  if (stops.length === 0) return [];
  const set = (choose: (stop: (typeof stops)[number]) => number): string => {
    let text = tokens[0]!;
    const at = new Map(stops.map((s) => [choose(s), s]));
    for (let i = 1; i < tokens.length; i++) {
      const stop = at.get(i - 1);
      text += (stop === undefined ? ' ' : filler(width(text, width(indent, 0)), stop.column, stop.tab)) + tokens[i]!;
    }
    return text;
  };
  const comment = tokens.findIndex((t) => t.startsWith('/*')) - 1;
  const eq = tokens.indexOf('=') - 1;
  return [
    ...new Set([
      set((s) => (s.comment ? comment : s.ordinal)),
      set((s) => (s.comment ? comment : eq >= 0 ? eq : s.ordinal)),
      set((s) => (s.comment ? comment : -1)),
    ]),
  ];
}

function filler(from: number, to: number, tab: boolean): string {
  if (to <= from) return tab ? '\t' : ' ';
  if (!tab) return ' '.repeat(to - from);
  const stops = Math.floor(to / 8) - Math.floor(from / 8);
  return stops === 0 ? ' '.repeat(to - from) : '\t'.repeat(stops) + ' '.repeat(to % 8);
}

function width(text: string, from: number): number {
  let column = from;
  for (const c of text) column = c === '\t' ? (Math.floor(column / 8) + 1) * 8 : column + 1;
  return column;
}
