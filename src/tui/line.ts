import { displayWidth, printable, truncate } from '../report/index.js';

/** What a piece of text means. Every tone also has its word or sign in the text: colour only repeats it. */
export type Tone =
  | 'plain'
  | 'strong'
  | 'dim'
  | 'error'
  | 'warning'
  | 'note'
  | 'good'
  | 'added'
  | 'removed'
  | 'step'
  | 'added-word'
  | 'removed-word'
  | 'lane'
  | 'keyword'
  | 'type'
  | 'function'
  | 'string'
  | 'number'
  | 'comment';

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of the screen. Its text is printable: the only way to make a span is `span`. */
export type Line = readonly Span[];

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text: printable(text), tone };
}

export function plain(text: string, tone: Tone = 'plain'): Line {
  return [span(text, tone)];
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, part) => sum + displayWidth(part.text), 0);
}

export function lineText(line: Line): string {
  return line.map((part) => part.text).join('');
}

/** At most `width` columns. */
export function clip(line: Line, width: number): Line {
  const out: Span[] = [];
  let left = width;
  for (const part of line) {
    const size = displayWidth(part.text);
    if (size <= left) {
      out.push(part);
      left -= size;
      continue;
    }
    out.push({ ...part, text: truncate(part.text, left) });
    break;
  }
  return out;
}

/** Exactly `width` columns, filled with blanks on the right. */
export function filled(line: Line, width: number): Line {
  const cut = clip(line, width);
  const missing = width - lineWidth(cut);
  return missing > 0 ? [...cut, { text: ' '.repeat(missing), tone: 'plain' }] : cut;
}

/** `left` and `right` at the two ends; the left one gives way. */
export function apart(left: Line, right: Line, width: number): Line {
  const size = lineWidth(right);
  if (size === 0) return clip(left, width);
  return size + 2 > width ? clip(left, width) : [...filled(left, width - size - 1), { text: ' ', tone: 'plain' }, ...right];
}

/** A horizontal rule that names what is below it; heavy when that has the focus. */
export function rule(title: string, right: string, width: number, heavy: boolean): Line {
  const dash = heavy ? '━' : '─';
  const name = title === '' ? '' : ` ${title} `;
  const end = right === '' ? '' : ` ${right} `;
  const middle = width - 2 - displayWidth(printable(name)) - displayWidth(end) - 1;
  if (middle < 1) return clip([span(dash.repeat(2), 'dim'), span(name, 'strong')], width);
  return [span(dash.repeat(2), 'dim'), span(name, 'strong'), span(dash.repeat(middle), 'dim'), span(end, 'dim'), span(dash, 'dim')];
}
