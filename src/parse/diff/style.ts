import type { RawFile } from './split.js';

/** How a whole mail was damaged: archives treat every line alike, so the evidence is gathered over all hunks. */
export interface Damage {
  /** The blank that marks context is gone (and with it, as a rule, all indentation). */
  readonly markerLost: boolean;
  /** Blank context lines are gone. */
  readonly blanksLost: boolean;
  /** Every line of one token or none is gone; a marker that stands apart is a token. */
  readonly singlesLost: boolean;
  /** Tabs became blanks. */
  readonly tabsLost: boolean;
}

/** Looks at all hunk lines of one message body. */
export function damageOf(lines: readonly string[], files: readonly RawFile[]): Damage {
  let marked = 0;
  let bare = 0;
  let empty = 0;
  let single = 0;
  let added = 0;
  let total = 0;
  let indented = 0;
  let tabs = 0;
  let deep = 0;
  for (const file of files) {
    const code = /\.(?:c|h|S|cc|cpp|hpp)$/.test(file.newPath ?? file.oldPath ?? '');
    for (const hunk of file.hunks) {
      for (let i = hunk.at + 1; i < hunk.end; i++) {
        const line = lines[i]!;
        const c = line[0];
        total++;
        if (c === ' ' || c === '\t') marked++;
        else if (c === '+' || c === '-') added++;
        else if (c !== undefined && c !== '\\') bare++;
        // The blank lines that end a mail are not the hunk's.
        if (line.trim() === '') empty += !hunk.strict && hunk.last ? 0 : 1;
        else if (!/\S\s+\S/.test(line.slice(0, 2000))) single++;
        const text = c === ' ' || c === '+' || c === '-' ? line.slice(1) : line;
        if (text.includes('\t')) tabs++;
        else if (/^ \S/.test(text)) indented++;
        if (code && /^ {7}/.test(text)) deep++;
      }
    }
  }
  return {
    markerLost: bare > 0 && marked * 20 <= bare,
    blanksLost: empty === 0,
    singlesLost: total >= 12 && single === 0 && added > 0,
    tabsLost: tabs === 0 && (deep >= 3 || indented >= 5),
  };
}

/** Was the white space of this mail changed, so that even hunks whose counts close are not byte for byte? */
export function isDamaged(damage: Damage): boolean {
  return damage.markerLost || damage.tabsLost;
}

/**
 * Tabs back from the columns that eight-column tab stops leave behind a one-column marker. Only what begins with at
 * least seven blanks was a tab; the rest stays.
 */
export function retab(text: string): string {
  const blanks = /^ +/.exec(text)?.[0].length ?? 0;
  if (blanks < 7) return text;
  const columns = blanks + 1;
  return '\t'.repeat(Math.floor(columns / 8)) + ' '.repeat(columns % 8) + text.slice(blanks);
}
