import type { Message } from '../series.js';
import { readArchivePage } from './archive.js';

/** Where a mail's header block stands in a page's text, and what it says. */
interface Head {
  /** First line of the block, and the line behind it. */
  readonly from: number;
  readonly to: number;
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * The mails that the text of an archive's page shows: each header block (lore and other public-inbox archives, alone or as
 * a thread; MARC) begins one. Without any, the whole page is one mail with its subject among the first lines (hypermail,
 * MHonArc, mail-archive, patchwork).
 */
export function readPage(source: string, text: string): Message[] {
  const lines = text.split('\n');
  const heads = findHeads(lines);
  if (heads.length === 0) return [readArchivePage(source, text)];
  return heads.map((head, i) => {
    const end = heads[i + 1]?.from ?? lines.length;
    const value = (name: string): string => head.fields.get(name) ?? '';
    return {
      messageId: ids(value('message-id'))[0] ?? null,
      inReplyTo: ids(value('in-reply-to'))[0] ?? null,
      references: ids(value('references')),
      from: address(value('from')),
      date: value('date')
        .replace(/\s{1,8}\[thread overview\].{0,80}$/, '')
        .trim(),
      subject: value('subject'),
      body: withoutFurniture(lines.slice(head.to, end)).join('\n'),
      bodyLine: head.to + 1,
      source,
    };
  });
}

const FIELD = /^(From|Subject|Date|Message-ID|In-Reply-To|References|To|Cc|List|Reply-To): {0,20}(.{0,2000})$/i;

/** Blocks of `Name: value` lines with at least From, Subject and Date; and public-inbox's short form in threads. */
function findHeads(lines: readonly string[]): Head[] {
  const heads: Head[] = [];
  for (let i = 0; i < lines.length; i++) {
    const head = threadHead(lines, i) ?? fullHead(lines, i);
    if (head === null) continue;
    heads.push(head);
    i = head.to - 1;
  }
  return heads;
}

function fullHead(lines: readonly string[], from: number): Head | null {
  if (!FIELD.test(lines[from]!.slice(0, 2100))) return null;
  const fields = new Map<string, string>();
  let to = from;
  for (; to < lines.length && to < from + 60; to++) {
    const line = lines[to]!.slice(0, 2100);
    const found = FIELD.exec(line);
    if (found !== null) {
      const name = found[1]!.toLowerCase();
      if (!fields.has(name)) fields.set(name, found[2]!.trim());
    } else if (!/^[ \t]+\S/.test(line)) break;
  }
  // A diff's own prose, and in-body headers of relayed mails, have no Message-ID.
  return ['from', 'subject', 'date', 'message-id'].every((f) => fields.has(f)) ? { from, to, fields } : null;
}

/** `* [PATCH 1/3] subject`, then `From: Name @ 2023-11-21 17:16 UTC (permalink / raw)`. */
function threadHead(lines: readonly string[], from: number): Head | null {
  const subject = /^\* (\S.{0,400})$/.exec(lines[from]!.slice(0, 410))?.[1];
  if (subject === undefined) return null;
  for (let i = from + 1; i < Math.min(from + 12, lines.length); i++) {
    const line = lines[i]!.slice(0, 400);
    const found = /^\s{0,4}From: (.{1,200}?) @ (\d{4}-\d\d-\d\d {1,2}\d{1,2}:\d\d(?: UTC)?)/.exec(line);
    if (found === null) continue;
    let to = i + 1;
    while (to < i + 8 && /^\s{0,8}(?:To|Cc):/.test(lines[to] ?? '')) to++;
    return {
      from,
      to,
      fields: new Map([
        ['subject', subject.trim()],
        ['from', found[1]!],
        ['date', found[2]!],
      ]),
    };
  }
  return null;
}

/** What public-inbox sets below a mail. */
function withoutFurniture(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((l) =>
    /^(?:\^ permalink raw reply|permalink raw reply|(?:next|prev) {1,4}(?:parent )?(?:prev )?(?:parent )?reply|reply\s+other threads:\[|Thread overview: \d+\+? messages)/.test(
      l.slice(0, 100),
    ),
  );
  return end < 0 ? lines : lines.slice(0, end);
}

/** MARC spells addresses `name () host ! org`. */
function address(text: string): string {
  return text.replaceAll(' () ', '@').replaceAll(' ! ', '.').trim();
}

function ids(text: string): string[] {
  return [
    ...address(text)
      .slice(0, 8192)
      .matchAll(/([^\s<>()]{1,400}@[^\s<>()]{1,400})/g),
  ].map((m) => m[1]!);
}
