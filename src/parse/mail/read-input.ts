import type { Gap } from '../gap.js';
import { LIMITS } from '../limits.js';
import type { Message } from '../series.js';
import { isOneLine, readArchivePage } from './archive.js';
import { htmlCharset, htmlText, isHtml } from './html.js';
import { type RawMail, splitMbox } from './mbox.js';
import { decodeText, endOfHeaders, readMail } from './mime.js';
import { readPage } from './page.js';

/**
 * The mails in one input: a mailbox, one mail, a bare diff, or the text of a web archive's page.
 * Never throws; what is no text or has nothing in it gives a gap and no message.
 */
export async function readInput(source: string, bytes: Uint8Array): Promise<{ readonly messages: readonly Message[]; readonly gaps: readonly Gap[] }> {
  const refuse = (why: string): { messages: Message[]; gaps: Gap[] } => ({ messages: [], gaps: [gap(`${source}: ${why}`)] });
  if (bytes.length > LIMITS.inputBytes) return refuse(`longer than ${LIMITS.inputBytes >> 20} MB; pass the mails of one series only`);
  const text = byteString(bytes);
  if (text.trim() === '') return refuse('the file is empty');
  if (text.slice(0, 8_192).includes('\0')) return refuse('a binary file, not a mail or a diff');
  if (isHtml(text)) return webPage(source, text);

  const box = splitMbox(text);
  if (box !== null) {
    const read = await readAll(source, box.mails);
    return box.cut ? { messages: read.messages, gaps: [...read.gaps, gap(`${source}: more than ${LIMITS.messages} mails, the rest was not read`)] } : read;
  }
  if (isOneLine(text)) return page(source, text);
  if (hasHeaders(text)) return readAll(source, [{ text, line: 1 }]);
  return page(source, text);
}

async function readAll(source: string, mails: readonly RawMail[]): Promise<{ messages: Message[]; gaps: Gap[] }> {
  const messages: Message[] = [];
  const gaps: Gap[] = [];
  for (const mail of mails) {
    const read = await readMail(source, mail);
    messages.push(read.message);
    gaps.push(...read.gaps);
  }
  return { messages, gaps };
}

function page(source: string, text: string): { messages: Message[]; gaps: Gap[] } {
  const cut = text.length > LIMITS.bodyChars;
  const message = readArchivePage(source, decodeText(cut ? text.slice(0, LIMITS.bodyChars) : text, null));
  return { messages: [message], gaps: cut ? [gap(`${source}: longer than ${LIMITS.bodyChars >> 20} MB, only its beginning was read`)] : [] };
}

/** A page as a browser saves it. */
function webPage(source: string, html: string): { messages: Message[]; gaps: Gap[] } {
  const text = htmlText(decodeText(html.slice(0, LIMITS.bodyChars), htmlCharset(html)));
  const cut = html.length > LIMITS.bodyChars ? [gap(`${source}: longer than ${LIMITS.bodyChars >> 20} MB, only its beginning was read`)] : [];
  if (text.trim() === '') return { messages: [], gaps: [...cut, gap(`${source}: a web page without text; save the mail itself (the "raw" or "mbox" link)`)] };
  return { messages: readPage(source, text), gaps: cut };
}

const MAIL_HEADER = /^(?:from|subject|date|message-id|return-path|received|to|delivered-to|x-[a-z-]{1,40}|mime-version|content-type):/im;

/** Headers up to the first blank line, among them one that mails have. */
function hasHeaders(text: string): boolean {
  const end = endOfHeaders(text);
  if (end <= 1) return false;
  const head = text.slice(0, Math.min(end, LIMITS.headerBytes));
  const lines = head.split('\n').filter((l) => l !== '');
  return lines.length > 0 && MAIL_HEADER.test(head) && lines.every((l, i) => /^[!-9;-~]{1,80}:/.test(l) || (i > 0 && /^[ \t]/.test(l)));
}

/** One character per byte, `\n` line ends: a file whose first line ends in CRLF has them throughout. */
function byteString(bytes: Uint8Array): string {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start).toString('latin1');
  const end = text.indexOf('\n');
  return end > 0 && text[end - 1] === '\r' ? text.replaceAll('\r\n', '\n') : text;
}

function gap(why: string): Gap {
  return { stage: 'parse', file: '', function: '', why };
}
