import { LIMITS } from '../limits.js';

/** One mail of a mailbox, one character per byte, `\n` line ends. */
export interface RawMail {
  readonly text: string;
  /** 1-based line of its first header in the input. */
  readonly line: number;
}

/**
 * Cuts a mailbox into mails. Reads mboxo, mboxrd (one `>` of `>From ` is taken off) and mboxcl
 * (`Content-Length` decides when it ends at a separator). Returns null when the text does not begin
 * with a `From ` line, so is no mailbox.
 */
export function splitMbox(text: string): { readonly mails: readonly RawMail[]; readonly cut: boolean } | null {
  if (!isSeparator(text, 0)) return null;
  const mails: RawMail[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    if (mails.length >= LIMITS.messages) return { mails, cut: true };
    const start = endOfLine(text, at) + 1;
    const counted = endByContentLength(text, start);
    const end = counted?.next ?? nextSeparator(text, start);
    // The blank line in front of the next separator is the mailbox's, not the mail's.
    const raw = text.slice(start, counted?.end ?? (end < text.length && text.endsWith('\n\n', end) ? end - 1 : end));
    // mboxcl2 counts and does not quote: a bare separator inside the counted body shows it.
    const quoted = counted === null || nextSeparator(text, start) >= counted.end;
    mails.push({ text: quoted ? unquote(raw) : raw, line: line + 1 });
    line += countLines(text, at, end);
    at = end;
  }
  return { mails, cut: false };
}

function nextSeparator(text: string, from: number): number {
  for (let at = text.indexOf('\nFrom ', from); at >= 0; at = text.indexOf('\nFrom ', at + 1)) {
    if (isSeparator(text, at + 1)) return at + 1;
  }
  return text.length;
}

/** `From address date`, followed by a header: a sentence that begins with "From" is neither. */
function isSeparator(text: string, at: number): boolean {
  if (!text.startsWith('From ', at)) return false;
  const end = endOfLine(text, at);
  if (end - at > 400) return false;
  const line = text.slice(at, end);
  if (!/\b\d{1,2}:\d\d\b/.test(line) || !/\b(?:19|20)\d\d\b/.test(line)) return false;
  const next = text.slice(end + 1, end + 120);
  return /^[!-9;-~]{1,80}:/.test(next) || next.startsWith('>From ');
}

function endByContentLength(text: string, start: number): { readonly end: number; readonly next: number } | null {
  const headerEnd = text.indexOf('\n\n', start);
  if (headerEnd < 0 || headerEnd - start > LIMITS.headerBytes) return null;
  const found = /^content-length:[ \t]{0,8}(\d{1,9})[ \t]*$/im.exec(text.slice(start, headerEnd));
  if (found === null) return null;
  const end = headerEnd + 2 + Number(found[1]);
  if (end >= text.length - 1) return end <= text.length ? { end, next: text.length } : null;
  if (text.startsWith('From ', end)) return { end, next: end };
  return text.startsWith('\nFrom ', end) ? { end, next: end + 1 } : null;
}

function unquote(text: string): string {
  return text.includes('>From ') ? text.replace(/^>(>*From )/gm, '$1') : text;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function countLines(text: string, from: number, to: number): number {
  let n = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) n++;
  return n;
}
