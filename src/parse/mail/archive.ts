import type { Message } from '../series.js';

/**
 * A mail as a web archive shows it: the subject on one of the first lines, `From:` and `Date:` in the text,
 * page furniture around it, in the worst case everything on one line. The body is the whole text, so that
 * line numbers are those of the file.
 */
export function readArchivePage(source: string, text: string): Message {
  const head = text.slice(0, 8_192);
  const lines = head
    .split('\n')
    .slice(0, 60)
    .map((l) => l.trim());
  const message = { messageId: null, inReplyTo: null, references: [], body: text, bodyLine: 1, source } as const;
  const flat = lines.find((l) => l !== '') ?? '';
  if (flat.startsWith('From:') && flat.includes(' Subject: ')) {
    const subjectAt = flat.indexOf(' Subject: ');
    return { ...message, from: flat.slice(5, subjectAt).trim(), date: '', subject: flatSubject(flat.slice(subjectAt + 10)) };
  }
  const value = (name: string): string =>
    lines
      .find((l) => l.toLowerCase().startsWith(name))
      ?.slice(name.length)
      .trim() ?? '';
  const from = value('from:');
  const bare = lines.find((l) => /^(?:re:\s{0,4})?\[[^\]]{0,80}\]/i.test(l) && /\[[^\]]{0,80}(?:patch|rfc|\d\/\d)[^\]]{0,80}\]/i.test(l)) ?? '';
  // Two `From:` lines: the archive's, and the author's inside the body. The first is the sender.
  return { ...message, from, date: value('date:'), subject: value('subject:') || bare };
}

/**
 * Does the text look like an archive page (or a bare diff with a heading) rather than a mail with headers?
 * Pages have no header block that a blank line ends.
 */
export function isOneLine(text: string): boolean {
  const end = text.indexOf('\n');
  const first = end < 0 ? text : text.slice(0, end);
  return first.length > 400 && / @@ -\d/.test(first);
}

/** With the line ends lost, nothing marks the end of the subject: it is taken to end where the first sentence begins. */
function flatSubject(rest: string): string {
  const text = rest.slice(0, 200);
  const words = text.split(' ');
  for (let i = 3; i < words.length; i++) {
    const word = words[i]!;
    if (/^[A-Z][a-z]{2,}$/.test(word) || /^(?:From|Patch|Subject|Link|Date):$/.test(word)) return words.slice(0, i).join(' ');
  }
  return words.slice(0, 14).join(' ');
}
