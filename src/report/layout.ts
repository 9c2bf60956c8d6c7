/** The number of terminal columns of printable text (no control characters). */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const c of text) width += characterWidth(c);
  return width;
}

/** Exactly `width` columns: padded with blanks, or cut with `…` as the last character. */
export function fit(text: string, width: number): string {
  return padEnd(truncate(text, width), width);
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** At most `width` columns; a cut shows as `…`. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return width < 1 ? '' : `${takeColumns(text, width - 1)}…`;
}

/** At most `width` columns, cut in the middle so that both ends stay (for paths). */
export function truncateMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 5) return truncate(text, width);
  const tail = Math.ceil((width - 1) / 2);
  let end = '';
  for (const c of [...text].reverse()) {
    if (displayWidth(c + end) > tail) break;
    end = c + end;
  }
  return `${takeColumns(text, width - 1 - displayWidth(end))}…${end}`;
}

/** `left` and `right` at the two ends of one line of `width` columns; the left text gives way. */
export function ends(left: string, right: string, width: number): string {
  if (right === '') return truncate(left, width);
  const room = Math.max(0, width - displayWidth(right) - 1);
  return `${fit(left, room)} ${right}`;
}

/** The first `most` lines that `wrap` gives; the last of them says when there are more. */
export function wrapSome(text: string, width: number, most: number): readonly string[] {
  const lines = wrap(text, width);
  const last = lines[most - 1];
  return lines.length <= most || last === undefined ? lines : [...lines.slice(0, most - 1), `${truncate(last, width - 2).trimEnd()} …`];
}

/**
 * Breaks at blanks so that no line is wider than `width`; a word that is wider by itself is broken after
 * `->`, `(`, `,` or `/`, else hard. Lines after the first begin with `indent`, which counts.
 */
export function wrap(text: string, width: number, indent = ''): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const room = (): number => Math.max(4, width - (lines.length > 0 ? displayWidth(indent) : 0));
  const push = (): void => {
    lines.push((lines.length > 0 ? indent : '') + line);
    line = '';
  };
  for (const word of text.split(' ')) {
    if (word === '') continue;
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) <= room()) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') push();
    let rest = word;
    while (displayWidth(rest) > room()) {
      const head = breakable(rest, room());
      line = head;
      push();
      rest = rest.slice(head.length);
    }
    line = rest;
  }
  if (line !== '' || lines.length === 0) push();
  return lines;
}

/** Rows of cells with each column as wide as its widest cell; the last column is not padded. */
export function alignColumns(rows: readonly (readonly string[])[], gap = '  '): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, displayWidth(cell));
    });
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : padEnd(cell, widths[i] ?? 0)))
      .join(gap)
      .trimEnd(),
  );
}

export function plural(n: number, noun: string, many = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : many}`;
}

const ASCII = /^[\x20-\x7e]*$/;
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;
// East Asian wide and full-width blocks (Unicode TR 11), coarse.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

function characterWidth(c: string): number {
  const code = c.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (ZERO.test(c)) return 0;
  return EMOJI.test(c) || WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

function takeColumns(text: string, width: number): string {
  let out = '';
  let used = 0;
  for (const c of text) {
    const w = characterWidth(c);
    if (used + w > width) break;
    out += c;
    used += w;
  }
  return out;
}

function breakable(word: string, width: number): string {
  const head = takeColumns(word, width);
  const cut = Math.max(head.lastIndexOf('->') + 1, head.lastIndexOf('('), head.lastIndexOf(','), head.lastIndexOf('/')) + 1;
  if (cut > width / 3) return head.slice(0, cut);
  return head === '' ? ([...word][0] ?? '') : head;
}
