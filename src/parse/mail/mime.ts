import PostalMime, { type Email, type Address, type Attachment } from 'postal-mime';
import type { Gap } from '../gap.js';
import { LIMITS } from '../limits.js';
import type { Message } from '../series.js';
import { htmlText } from './html.js';
import type { RawMail } from './mbox.js';

/** Decodes one mail. Never rejects: what cannot be decoded is a gap, and the headers are still given. */
export async function readMail(source: string, raw: RawMail): Promise<{ readonly message: Message; readonly gaps: readonly Gap[] }> {
  const gaps: Gap[] = [];
  const gap = (why: string): void => void gaps.push({ stage: 'parse', file: '', function: '', why: `${source}:${raw.line}: ${why}` });
  const headerEnd = endOfHeaders(raw.text);
  if (headerEnd > LIMITS.headerBytes) gap(`the mail's headers are longer than ${LIMITS.headerBytes} bytes, the rest of them was not read`);
  const header = raw.text.slice(0, Math.min(headerEnd, LIMITS.headerBytes));
  const rest = raw.text.slice(headerEnd);
  const encoded = needsMime(header);
  let email: Email | null = null;
  let body: string | null = null;
  try {
    if (!encoded) email = await PostalMime.parse(bytesOf(`${header}\n\n`));
    else if (countLines(raw.text) > LIMITS.mimeLines)
      gap(`a MIME-encoded mail of more than ${LIMITS.mimeLines} lines was not decoded; save its patch as a plain file`);
    else {
      email = await PostalMime.parse(bytesOf(neutralise(raw.text, true)));
      // Undeclared or wrongly declared UTF-8 is common; a replacement character shows that it was not UTF-8 after all.
      if (textOf(email).includes('\uFFFD')) email = await PostalMime.parse(bytesOf(neutralise(raw.text, false)));
      body = textOf(email);
    }
  } catch (error) {
    gap(`the mail's MIME structure could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (email === null) email = await PostalMime.parse(bytesOf(`${header.slice(0, 16_384)}\n\n`)).catch(() => null);
  if (body === null) body = encoded ? '' : decodeText(rest.slice(0, LIMITS.bodyChars + 1), charsetOf(header));
  if (body.length > LIMITS.bodyChars) {
    gap(`the mail is longer than ${LIMITS.bodyChars >> 20} MB, only its beginning was read`);
    body = body.slice(0, body.lastIndexOf('\n', LIMITS.bodyChars) + 1);
  }
  if (isFlowed(header)) body = unstuff(body);
  return { message: toMessage(source, email, body, raw.line + bodyOffset(raw.text, headerEnd, encoded)), gaps };
}

/** Offset behind the blank line that ends the headers. */
export function endOfHeaders(text: string): number {
  if (text.startsWith('\n')) return 1;
  const at = text.indexOf('\n\n');
  return at < 0 ? text.length : at + 2;
}

/**
 * UTF-8 if it is, else the declared charset, else Windows-1252. Decided line by line where the whole is not UTF-8: the
 * commit message may be in the declared charset, but the diff has the bytes of the files. `text` holds one byte per character.
 */
export function decodeText(text: string, declared: string | null): string {
  const wide = declared !== null && /^(?:iso-2022|utf-?16|utf-?7|hz)/i.test(declared);
  const whole = decode(bytesOf(text), wide ? declared : 'utf-8');
  if (whole !== null) return whole;
  if (wide) return decode(bytesOf(text), 'windows-1252') ?? text;
  return text
    .split('\n')
    .map((line) => {
      if (/^[\0-\x7f]*$/.test(line)) return line;
      const bytes = bytesOf(line);
      return decode(bytes, 'utf-8') ?? (declared === null ? null : decode(bytes, declared)) ?? decode(bytes, 'windows-1252') ?? line;
    })
    .join('\n');
}

function decode(bytes: Uint8Array, label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function toMessage(source: string, email: Email | null, body: string, bodyLine: number): Message {
  return {
    messageId: bareId(email?.messageId),
    inReplyTo: ids(email?.inReplyTo)[0] ?? null,
    references: ids(email?.references),
    from: address(email?.from ?? email?.sender),
    date: email?.date ?? '',
    subject: (email?.subject ?? '').replace(/\s+/g, ' ').trim(),
    body,
    bodyLine,
    source,
  };
}

function needsMime(header: string): boolean {
  const encoding = field(header, 'content-transfer-encoding');
  const type = field(header, 'content-type');
  return /^(?:multipart|message)\//i.test(type) || !/^(?:7bit|8bit|binary)?(?:$|[\s;(])/i.test(encoding) || /^text\/html/i.test(type);
}

function field(header: string, name: string): string {
  const lower = header.toLowerCase();
  const at = lower.startsWith(`${name}:`) ? 0 : lower.indexOf(`\n${name}:`) + 1;
  if (at === 0 && !lower.startsWith(`${name}:`)) return '';
  let end = header.indexOf('\n', at);
  while (end >= 0 && (header[end + 1] === ' ' || header[end + 1] === '\t')) end = header.indexOf('\n', end + 1);
  return header
    .slice(at + name.length + 1, end < 0 ? header.length : end)
    .replaceAll('\n', ' ')
    .trim();
}

function charsetOf(header: string): string | null {
  return /charset=["']?([\w.:-]{1,40})/i.exec(field(header, 'content-type'))?.[1] ?? null;
}

function isFlowed(header: string): boolean {
  return /;\s{0,8}format=["']?flowed/i.test(field(header, 'content-type'));
}

/**
 * Same-length rewriting of the header blocks: `format=flowed` is hidden, because the decoder would join lines and
 * eat blanks of a diff; with `charset` also the charsets that in practice are often UTF-8.
 */
function neutralise(text: string, charset: boolean): string {
  const lines = text.split('\n');
  let inHeader = true;
  let type = false;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (!inHeader) {
      if (line.startsWith('--') && /^content-/i.test(lines[i + 1] ?? '')) inHeader = true;
      continue;
    }
    if (line === '') inHeader = false;
    if (!/^[ \t]/.test(line)) type = /^content-type:/i.test(line);
    if (!type || line.length > 1000) continue;
    let next = line.replace(/format(=["']?flowed)/i, 'x-flow$1');
    if (charset) next = next.replace(/charset(=["']?(?:us-ascii|ascii|iso-8859|windows-125|unknown|x-unknown|default|ansi))/i, 'x-chars$1');
    lines[i] = next;
  }
  return lines.join('\n');
}

/** The text parts (the HTML one where only that has the diff), and after them the attachments that are patches. */
function textOf(email: Email): string {
  let text = email.text ?? '';
  if (email.html !== undefined && email.html !== '' && !/^(?:diff |--- |@@ -)/m.test(text)) {
    const page = htmlText(email.html.slice(0, LIMITS.bodyChars));
    if (text.trim() === '' || /^(?:diff |--- |@@ -)/m.test(page)) text = page;
  }
  for (const part of email.attachments) {
    const found = patchText(part);
    if (found !== null) text += `${text === '' || text.endsWith('\n') ? '' : '\n'}${found}`;
  }
  return text;
}

function patchText(part: Attachment): string | null {
  if (!/^text\/|octet-stream|patch|diff/i.test(part.mimeType) || /html|calendar|signature/i.test(part.mimeType)) return null;
  if (typeof part.content === 'string') return part.content;
  const bytes = part.content instanceof Uint8Array ? part.content : new Uint8Array(part.content);
  const decoded = decodeText(Buffer.from(bytes).toString('latin1'), null);
  // A CR on header lines too is the transport's; one on some lines only is the file's.
  const text = /\r\n/.test(decoded.slice(0, decoded.indexOf('\n') + 1)) ? decoded.replaceAll('\r\n', '\n') : decoded;
  return /^(?:diff |--- |Index: |@@ -)/m.test(text) ? text : null;
}

/**
 * RFC 3676 senders put one blank before lines that begin with one. A diff in which every context line
 * begins with two blanks was stuffed that way.
 */
function unstuff(body: string): string {
  const lines = body.split('\n');
  const from = lines.findIndex((l) => l.startsWith('@@ -'));
  if (from < 0) return body;
  const blank = lines.slice(from).filter((l) => l.startsWith(' '));
  if (blank.length < 3 || blank.some((l) => l[1] !== ' ')) return body;
  return lines.map((l) => (l.startsWith(' ') ? l.slice(1) : l)).join('\n');
}

function bodyOffset(text: string, headerEnd: number, encoded: boolean): number {
  const head = countLines(text.slice(0, headerEnd));
  if (!encoded) return head;
  const part = /\n--[^\n]{1,200}\n(?:content-[^\n]{0,998}\n(?:[ \t][^\n]{0,998}\n)*){0,20}\n/i.exec(text.slice(headerEnd - 1, headerEnd + 4000));
  return part === null ? head : head + countLines(part[0]) - 1 + countLines(text.slice(headerEnd, headerEnd + part.index));
}

function address(from: Address | undefined): string {
  if (from === undefined || from.address === undefined) return from?.name ?? '';
  return from.name === '' ? from.address : `${from.name} <${from.address}>`;
}

function bareId(id: string | undefined): string | null {
  return ids(id)[0] ?? null;
}

function ids(text: string | undefined): string[] {
  if (text === undefined) return [];
  const found = [...text.slice(0, 65_536).matchAll(/<([^<>\s]{1,990})>/g)].map((m) => m[1]!);
  if (found.length > 0) return found;
  const bare = text.trim();
  return bare === '' || /[\s<>]/.test(bare) ? [] : [bare];
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function countLines(text: string): number {
  let n = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) n++;
  return n;
}
