/** The headers of a raw mail: unfolded, in order, names in lower case, one character per byte. */
export type Headers = readonly { readonly name: string; readonly value: string }[];

const LONGEST = 256 << 10;

export function readHeaders(raw: Buffer): Headers {
  const head = raw.toString('latin1', 0, Math.min(raw.length, LONGEST));
  const end = /\r?\n\r?\n/.exec(head);
  const found: { name: string; value: string }[] = [];
  for (const line of (end === null ? head : head.slice(0, end.index)).split(/\r?\n/)) {
    const last = found.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last !== undefined) last.value += ` ${line.trim()}`;
      continue;
    }
    const at = line.indexOf(':');
    if (at > 0 && /^[!-9;-~]+$/.test(line.slice(0, at))) found.push({ name: line.slice(0, at).toLowerCase(), value: line.slice(at + 1).trim() });
  }
  return found;
}

export function header(headers: Headers, name: string): string {
  return headers.find((h) => h.name === name)?.value ?? '';
}

/** Every Message-ID in angle brackets, without them, each once. */
export function messageIds(text: string): readonly string[] {
  return [...new Set([...text.slice(0, 65_536).matchAll(/<([^<>\s]{1,250})>/g)].map((m) => m[1] ?? '').filter(isMessageId))];
}

/** An id that may be written into a header of ours. */
export function isMessageId(id: string): boolean {
  return /^[!-;=?-~]{1,250}$/.test(id) && id.includes('@');
}

export interface Mailbox {
  readonly name: string;
  /** Lower case. */
  readonly address: string;
}

/**
 * Mailboxes of an address header. What is not plainly `name <local@domain>` or `local@domain` is left out: an address that
 * two programs may read differently must not be written to.
 */
export function mailboxes(value: string): readonly Mailbox[] {
  const found: Mailbox[] = [];
  for (const part of splitList(value.slice(0, 65_536))) {
    const angle = /^(.*?)\s*<([^<>]*)>\s*$/.exec(part);
    const address = (angle?.[2] ?? part).trim().toLowerCase();
    if (!isAddress(address)) continue;
    found.push({
      name: (angle?.[1] ?? '')
        .trim()
        .replace(/^"((?:[^"\\]|\\.)*)"$/, '$1')
        .replace(/\\(.)/g, '$1'),
      address,
    });
  }
  return found;
}

export function isAddress(text: string): boolean {
  return text.length <= 254 && /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text) && !text.includes('..');
}

/** Commas outside quotes, angle brackets and comments. */
function splitList(value: string): readonly string[] {
  const parts: string[] = [];
  let quoted = false;
  let angle = false;
  let comment = 0;
  let from = 0;
  for (let i = 0; i < value.length; i++) {
    const c = value[i];
    if (c === '\\') {
      i++;
      continue;
    }
    if (c === '"' && comment === 0) quoted = !quoted;
    else if (!quoted && c === '(') comment++;
    else if (!quoted && c === ')') comment = Math.max(0, comment - 1);
    else if (!quoted && comment === 0 && c === '<') angle = true;
    else if (!quoted && comment === 0 && c === '>') angle = false;
    else if (c === ',' && !quoted && !angle && comment === 0) {
      parts.push(value.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(value.slice(from));
  return parts.map((p) => p.replace(/\([^()]*\)/g, ' ').trim()).filter((p) => p !== '' && parts.length <= 1000);
}
