// The five ways in which archives damage a patch. Each takes the text of an intact mail with one patch (headers, message,
// diff) and gives what a reader would find on the page.

/** Looks of the five damaged pages in the test suite: blank lines dropped; white space collapsed; the same in a chain; wrapped with one-word lines dropped; one line. */
export const WAYS = {
  'blanks-dropped': (mail) => page(mail, (diff) => collapsed(diff).filter((l) => l !== '')),
  collapsed: (mail) => page(mail, collapsed),
  'words-dropped': wordsDropped,
  'one-line': oneLine,
};

/** Headers, message and diff lines of `git format-patch --stdout` output. */
function parts(mail) {
  const lines = mail.split('\n');
  const body = lines.indexOf('') + 1;
  const head = lines
    .slice(0, body)
    .join('\n')
    .replace(/\n[ \t]+/g, ' ');
  const value = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1] ?? '';
  const start = lines.findIndex((l) => l.startsWith('diff --git '));
  let end = lines.lastIndexOf('-- ');
  if (end < start) end = lines.length;
  return {
    subject: value('Subject'),
    from: value('From').replace(/ <.*/, ''),
    address: value('From'),
    date: value('Date'),
    message: lines.slice(body, start),
    diff: lines.slice(start, end),
    tail: lines.slice(end),
  };
}

function collapsed(lines) {
  return lines.map((l) => l.replace(/\s+/g, ' ').trim());
}

function page(mail, damage) {
  const { subject, from, date, message, diff, tail } = parts(mail);
  return [subject, `From: ${from}`, `Date: ${date}`, ...damage(message), ...damage(diff), '--', ...tail.slice(1).filter((l) => l !== '')].join('\n');
}

/** Tabs to blanks, long lines wrapped at a blank, lines of at most one token gone, the furniture of a list page around it. */
function wordsDropped(mail) {
  const { subject, from, date, message, diff } = parts(mail);
  const body = [...message, ...diff]
    .map(untab)
    .flatMap(wrap)
    .filter((l) => /\S\s+\S/.test(l));
  return [
    '[Top][All Lists]',
    '',
    '[Date Prev][Date Next][Thread Prev][Thread Next][Date Index][Thread Index]',
    '',
    subject,
    '',
    `From: ${from}`,
    `Subject: ${subject}`,
    `Date: ${date}`,
    '',
    ...body,
    '',
    'reply via email to',
    '',
    '[Prev in Thread] Current Thread [Next in Thread]',
  ].join('\n');
}

/** Tab stops every eight columns, counted from the marker's column as mailers do. */
export function untab(line) {
  let out = '';
  for (const c of line) out += c === '\t' ? ' '.repeat(8 - (out.length % 8)) : c;
  return out;
}

function wrap(line) {
  if (line.length <= 79) return [line];
  const at = line.lastIndexOf(' ', 79);
  const lead = /^[-+ ]?\s*/.exec(line)[0].length;
  return at <= lead ? [line] : [line.slice(0, at + 1), line.slice(at + 1)];
}

/** No line ends, no `index` lines, quilt's names, sections cut at 40 columns as diff -p does. */
/** What the words-dropped way leaves of one line: its pieces of more than one token. */
export function keptWords(line) {
  return wrap(untab(line))
    .filter((l) => /\S\s+\S/.test(l))
    .join(' ');
}

function oneLine(mail) {
  const { subject, address, message, diff } = parts(mail);
  const name = 'the-patch-s-own-name';
  const lines = diff
    .filter((l) => !/^(?:diff --git |index |new file mode |deleted file mode |old mode |new mode |similarity index |rename )/.test(l))
    .map((l) => {
      const old = /^--- (a\/\S+)$/.exec(l);
      if (old) return `--- ${old[1]}~${name}`;
      const new_ = /^\+\+\+ (b\/)(\S+)$/.exec(l);
      if (new_) return `+++ a/${new_[2]}`;
      if (l === '+++ /dev/null') return l;
      const hunk = /^(@@ -\S+ \+\S+ @@)(?: (.*))?$/.exec(l);
      return hunk ? `${hunk[1]} ${(hunk[2] ?? '').slice(0, 40)}` : l;
    });
  return `From: ${address} Subject: ${subject.replace(/^\[[^\]]*\] /, '')} ${[...message, ...lines].join(' ')} _`.replace(/\s+/g, ' ');
}
