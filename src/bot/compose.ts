import { createHash } from 'node:crypto';
import { mailDraft, printable, type Report, type ReportFinding } from '../report/index.js';
import type { BotConfig } from './config.js';
import { matches } from './config.js';
import { findingId } from './decide.js';
import { type Headers, header, isAddress, isMessageId, type Mailbox, mailboxes, messageIds } from './headers.js';
import type { Ruling } from './policy.js';

/** A finished mail and whom it goes to. */
export interface Composed {
  /** Without angle brackets; the same parent and findings always give the same id. */
  readonly id: string;
  readonly recipients: readonly string[];
  readonly raw: string;
}

export interface ComposeInput {
  readonly report: Report;
  readonly findings: readonly ReportFinding[];
  /** The patch that is answered. */
  readonly parent: { readonly id: string; readonly author: string; readonly headers: Headers };
  readonly ruling: Ruling;
  readonly listAddress: string;
  readonly optedOut: ReadonlySet<string>;
  readonly date: Date;
}

/** Builds the mail, or says why it cannot be built. Nothing from outside reaches a header but checked ids and addresses, and one cleaned subject. */
export function compose(input: ComposeInput, config: BotConfig): Composed | { readonly error: string } {
  const { parent, findings } = input;
  if (!isMessageId(parent.id)) return { error: 'the Message-ID of the patch cannot be quoted safely' };
  const to = recipients(input, config);
  if ('error' in to) return to;
  const body = bodyOf(input, config);
  if (body === null) return { error: `the mail would be longer than ${MOST_LINES} lines` };
  const domain = config.identity.address.split('@')[1] ?? 'localhost';
  const digest = createHash('sha256')
    .update([parent.id, ...findings.map((f) => f.fingerprint).sort()].join('\n'))
    .digest('hex')
    .slice(0, 32);
  const id = `rmap-review.${digest}@${domain}`;
  const references = [...messageIds(header(parent.headers, 'references')).filter((r) => r !== parent.id), parent.id];
  const kept = references.length > 20 ? [...references.slice(0, 1), ...references.slice(-19)] : references;
  const ascii = /^[\x00-\x7f]*$/.test(body);
  const lines = [
    `From: "${config.identity.name}" <${config.identity.address}>`,
    `To: ${mailbox(to.author)}`,
    ...(to.others.length === 0 ? [] : [`Cc: ${to.others.map(mailbox).join(',\n ')}`]),
    `Subject: Re: ${rawSubject(parent.headers)}`,
    `Date: ${input.date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}>`,
    `In-Reply-To: <${parent.id}>`,
    `References: ${kept.map((r) => `<${r}>`).join('\n ')}`,
    'Auto-Submitted: auto-replied',
    `X-Rmap-Review: ${findings.map((f) => findingId(f.fingerprint).replace(/[^0-9a-f]/g, '')).join(' ')}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    `Content-Transfer-Encoding: ${ascii ? '7bit' : '8bit'}`,
  ];
  return { id, recipients: [to.author.address, ...to.others.map((m) => m.address)], raw: `${lines.join('\n')}\n\n${body}` };
}

const MOST_LINES = 99;
/** The transport forbids longer lines (RFC 5322), and cutting a quoted one would misquote it. */
const LONGEST_LINE = 900;

/** As many findings as fit, the first one always. */
function bodyOf(input: ComposeInput, config: BotConfig): string | null {
  for (let n = Math.min(3, input.findings.length); n > 0; n--) {
    const findings = input.findings.slice(0, n);
    const draft = mailDraft({ ...input.report, findings });
    if (draft === null) return null;
    const left = input.findings.length - n;
    const more = left > 0 ? ['', `(${left} more of the same kind; the command above shows all.)`] : [];
    const text = [...draft.body.trimEnd().split('\n'), ...more, ...footer(findings, config)].map((l) =>
      l.length > LONGEST_LINE ? '> [ ... ]' : l.replace(/\r/g, ''),
    );
    if (text.length <= MOST_LINES) return `${text.join('\n')}\n`;
    const cut = shorten(text);
    if (n === 1) return cut.length <= MOST_LINES ? `${cut.join('\n')}\n` : null;
  }
  return null;
}

/** Takes lines out of the longest run of quoted ones, and says so. */
function shorten(lines: readonly string[]): readonly string[] {
  const over = lines.length - MOST_LINES + 1;
  const quoted = lines.flatMap((l, i) => (l.startsWith('> ') ? [i] : []));
  const first = quoted[3];
  if (over <= 0 || first === undefined || quoted.length < over + 8) return lines;
  return [...lines.slice(0, first), '[ ... ]', ...lines.slice(first + over)];
}

function footer(findings: readonly ReportFinding[], config: BotConfig): readonly string[] {
  const ids = findings.map((f) => findingId(f.fingerprint));
  return [
    '',
    '-- ',
    `${config.identity.name}, a program; it can be wrong. A person: ${config.identity.contact}`,
    ...[`Not a bug? Answer with a line "rmap-review: invalid ${ids[0] ?? ''}"`],
    `A bug? Then "rmap-review: confirmed ${ids[0] ?? ''}"${ids.length > 1 ? `; also ${ids.slice(1).join(', ')}` : ''}`,
    'No more mails like this: "rmap-review: opt-out"',
  ];
}

/** The author first; then the lists and everybody who got the patch, less those who must not be written to. */
function recipients(input: ComposeInput, config: BotConfig): { readonly author: Mailbox; readonly others: readonly Mailbox[] } | { readonly error: string } {
  const { parent, ruling, optedOut } = input;
  const forbidden = (address: string): boolean =>
    optedOut.has(address) || address === config.identity.address.toLowerCase() || config.deny.some((d) => matches(d, address));
  if (!isAddress(parent.author)) return { error: 'the author has no address that can be written to' };
  if (forbidden(parent.author)) return { error: optedOut.has(parent.author) ? 'the author has opted out' : 'the author must not be written to' };
  const named = [...mailboxes(header(parent.headers, 'from')), ...mailboxes(header(parent.headers, 'to')), ...mailboxes(header(parent.headers, 'cc'))];
  const author = { name: named.find((m) => m.address === parent.author)?.name ?? '', address: parent.author };
  const others = new Map<string, Mailbox>([[input.listAddress, { name: '', address: input.listAddress }]]);
  for (const one of named) if (!others.has(one.address)) others.set(one.address, one);
  others.delete(parent.author);
  return { author, others: [...others.values()].filter((m) => !forbidden(m.address)).slice(0, Math.max(0, ruling.maxRecipients - 1)) };
}

/** A name that is not plain ASCII is left out: the address is what counts. */
function mailbox(m: Mailbox): string {
  return /^[A-Za-z0-9 .'-]{1,60}$/.test(m.name) ? `"${m.name}" <${m.address}>` : m.address;
}

/** As the patch had it, encoded words and all, on one line; without what could begin another header. */
function rawSubject(headers: Headers): string {
  return printable(header(headers, 'subject').replace(/[^\t\x20-\x7e]/g, '?'))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 400);
}
