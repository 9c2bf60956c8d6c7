import type { RawMail } from '../host/mail-source.js';
import { readInput } from '../parse/mail/read-input.js';
import { readBody } from '../parse/mail/body.js';
import { readSubject } from '../parse/mail/subject.js';
import { matches } from './config.js';
import { type Headers, header, mailboxes, messageIds, readHeaders } from './headers.js';
import { inPaths } from './policy.js';

/** What the bot keeps of a mail. The text itself stays in the archive. */
export interface Entry {
  readonly id: string;
  readonly place: string;
  readonly arrived: number;
  /** `patch`: may be a part of a series. `reply`: a person answers. `skip`: of no interest, see `why`. */
  readonly kind: 'patch' | 'cover' | 'reply' | 'deletion' | 'skip';
  readonly why: string;
  /** Who wrote it, in lower case: in-body From before relayed From. */
  readonly author: string;
  readonly sender: string;
  readonly subject: string;
  readonly title: string;
  readonly version: number;
  readonly part: number;
  readonly total: number;
  readonly resend: boolean;
  readonly parents: readonly string[];
  /** Addresses in To and Cc. */
  readonly recipients: readonly string[];
  /** It touches C below one of the paths. */
  readonly relevant: boolean;
  readonly commands: readonly Command[];
  /** The author asks not to look at it. */
  readonly withdraws: boolean;
}

/** What a person told the bot in a line of a reply. */
export interface Command {
  readonly word: 'invalid' | 'confirmed' | 'opt-out' | 'opt-in';
  readonly finding: string;
}

export interface TriageOptions {
  readonly paths: readonly string[];
  readonly bots: readonly string[];
  readonly own: string;
  readonly longest: number;
}

/** Reads one mail as far as needed to know what to do with it. Null: it has no usable Message-ID. */
export async function triage(mail: RawMail, options: TriageOptions): Promise<Entry | null> {
  const headers = mail.raw === null ? [] : readHeaders(mail.raw);
  const id = messageIds(header(headers, 'message-id'))[0];
  if (mail.raw === null || id === undefined) return null;
  const parents = messageIds(`${header(headers, 'references')} ${header(headers, 'in-reply-to')}`).slice(-50);
  const sender = mailboxes(header(headers, 'from'))[0]?.address ?? '';
  const base: Entry = {
    id,
    place: mail.place,
    arrived: mail.arrived,
    kind: 'skip',
    why: '',
    author: sender,
    sender,
    subject: header(headers, 'subject').slice(0, 900),
    title: '',
    version: 1,
    part: 1,
    total: 1,
    resend: false,
    parents,
    recipients: [...mailboxes(header(headers, 'to')), ...mailboxes(header(headers, 'cc'))].map((m) => m.address).slice(0, 500),
    relevant: false,
    commands: [],
    withdraws: false,
  };
  if (mail.deletion) return { ...base, kind: 'deletion', why: 'the archive deleted it' };
  const not = unwanted(headers, sender, options);
  if (not !== null) return { ...base, why: not };
  const { messages } = await readInput('mail', mail.raw);
  const message = messages[0];
  if (message === undefined) return { ...base, why: 'cannot be read as a mail' };
  const tag = readSubject(message.subject);
  const facts = readBody(message.body);
  const author = trueAuthor(headers, facts.author, sender);
  const read = {
    ...base,
    author,
    subject: message.subject.slice(0, 900),
    title: tag.title.slice(0, 300),
    version: tag.version,
    part: tag.part ?? 1,
    total: tag.total ?? 1,
    resend: tag.resend,
  };
  if (tag.isReply || /^(?:re|aw|fwd?|sv)\s*:/i.test(message.subject)) return { ...read, kind: 'reply', ...replyOf(message.body) };
  if (!tag.isPatch) return { ...read, why: 'no patch: its subject has no [PATCH]' };
  if (/\bGIT PULL\b/i.test(message.subject)) return { ...read, why: 'a pull request' };
  if (STABLE.test(message.subject) || header(headers, 'x-stable') !== '' || header(headers, 'x-kerneltest-branch') !== '')
    return { ...read, why: 'a queue of a stable tree' };
  if (tag.part === 0) return { ...read, kind: 'cover' };
  const files = [...message.body.matchAll(/^(?:\+\+\+|---) (?:[ab]\/)?([^\t\n\r]{1,300})/gm)].map((m) => m[1] ?? '');
  // A damaged mail has its file names elsewhere on the line; then the whole text is looked through.
  const relevant =
    files.length > 0 ? files.some((f) => inPaths(f, options.paths)) : options.paths.some((p) => message.body.includes(`${p}`)) && /@@ -\d/.test(message.body);
  return { ...read, kind: 'patch', relevant, why: relevant ? '' : 'touches no C in the paths of any policy' };
}

const STABLE = /^\s*\[[^\]]*\b(?:\d+\.\d+(?:\.\d+)?)(?:-stable|-rc\d+)?\b[^\]]*\d+\/\d+[^\]]*\]|^\s*\[[^\]]*(?:AUTOSEL|\bstable\b)[^\]]*\]/i;
const BOT = /^(?:.*[-+._])?(?:bots?|robot|syzbot|lkp|noreply|no-reply|mailer-daemon|postmaster|patchwork|buildbot|kernelci)(?:[-+._].*)?@/;

/** Why a mail is none of the bot's business, whoever it is from; null where it may be. */
function unwanted(headers: Headers, sender: string, options: TriageOptions): string | null {
  if (headers.some((h) => h.name === 'x-rmap-review')) return 'written by rmap-review';
  const auto = headers
    .filter((h) => h.name === 'auto-submitted')
    .map((h) =>
      h.value
        .toLowerCase()
        .replace(/[;(].*/, '')
        .trim(),
    );
  if (auto.some((v) => v !== 'no')) return 'sent by a program (Auto-Submitted)';
  if (headers.filter((h) => h.name === 'from').length !== 1 || sender === '') return 'has not exactly one readable From';
  if (sender === options.own) return 'our own mail';
  if (headers.some((h) => (h.name === 'x-autoreply' || h.name === 'x-auto-response-suppress' || h.name === 'x-autorespond') && h.value !== ''))
    return 'an automatic answer';
  if (/^(?:auto_reply|junk)$/i.test(header(headers, 'precedence'))) return 'an automatic answer';
  if (/^multipart\/report/i.test(header(headers, 'content-type'))) return 'a delivery report';
  if (BOT.test(sender) || options.bots.some((b) => matches(b, sender)) || /\b(?:test robot|syzbot)\b/i.test(header(headers, 'from')))
    return 'sent by another bot';
  return null;
}

/** A list may have rewritten From; the author is then in the body, or in a header that relays add. */
function trueAuthor(headers: Headers, inBody: string | null, sender: string): string {
  const named = (text: string): string | undefined => mailboxes(text)[0]?.address;
  const inside = inBody === null ? undefined : named(inBody);
  if (inside !== undefined) return inside;
  const original = named(header(headers, 'x-original-from')) ?? named(header(headers, 'x-original-sender'));
  if (original !== undefined) return original;
  const via = /\bvia\b/i.test(header(headers, 'from'));
  return (via ? named(header(headers, 'reply-to')) : undefined) ?? sender;
}

const MOST_REPLY = 200_000;

/** Lines that the person wrote: not quoted, and not behind the signature. */
function replyOf(body: string): Pick<Entry, 'commands' | 'withdraws' | 'why'> {
  const lines = body.slice(0, MOST_REPLY).split('\n');
  const end = lines.indexOf('-- ');
  const own = (end < 0 ? lines : lines.slice(0, end)).filter((l) => !/^\s*[>|]/.test(l)).slice(0, 2000);
  const commands = own.flatMap((l): Command[] => {
    const found = /^\s{0,4}rmap-review:\s{1,4}(invalid|confirmed|opt-out|opt-in)(?:\s+([0-9a-f]{8,64}))?\s*[.!]?\s*$/i.exec(l.slice(0, 200));
    const word = found?.[1]?.toLowerCase() as Command['word'] | undefined;
    return word === undefined ? [] : [{ word, finding: (found?.[2] ?? '').toLowerCase() }];
  });
  const withdraws = own
    .slice(0, 30)
    .some((l) =>
      /\b(?:please\s+(?:ignore|disregard|drop|discard)\s+(?:this|it|the|my|v\d)|self[- ]?nack?k?\b|i(?:'ll| will) (?:resend|send a (?:v\d|new version))|withdraw(?:n|ing)?\b)/i.test(
        l.slice(0, 300),
      ),
    );
  return { commands: commands.slice(0, 20), withdraws, why: commands.length > 0 ? 'an answer to the bot' : 'a reply' };
}
