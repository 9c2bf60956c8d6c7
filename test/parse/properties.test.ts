import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { assemble } from '../../src/parse/assemble.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import { chainPairs } from '../../src/parse/pairs.js';
import { bytes, collapse, mail, mbox, PATCH } from './mail-samples.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-property-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Tést Er', '-c', 'user.email=t@example.org', '-c', 'core.autocrlf=false', ...args], {
    cwd: work,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
git('init', '-q');

/** Lines that make trouble: markers, headers, signatures, CR, no-break spaces, umlauts. */
const line = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', '\treturn 0;', '}', '{', '\tif (x)', '/* ä ü */', 'int f(void)') },
  fc.constantFrom(
    '-- ',
    '--',
    '--- a/x.c',
    '+++ b/x.c',
    '@@ -1,2 +3,4 @@',
    'diff --git a/x.c b/x.c',
    '+x',
    '-x',
    ' x',
    '\tx \t',
    'x\r',
    'From me',
    '>From you',
    '=3D',
    '\u00a0x',
    '.',
    '\\ No newline at end of file',
    'index 1234567..7654321',
  ),
  fc.string({ unit: fc.constantFrom('a', ' ', '\t', '+', '-', '@', 'é', '<', '&'), maxLength: 12 }),
);
const text = fc.tuple(fc.array(line, { maxLength: 30 }), fc.boolean()).map(([lines, end]) => lines.join('\n') + (end && lines.length > 0 ? '\n' : ''));

/** Every form in which git writes a patch as a mail, and what transports make of it. */
const FORMS: Readonly<Record<string, { readonly args: readonly string[]; readonly how: 'plain' | 'base64' | 'quoted-printable' | 'crlf' }>> = {
  plain: { args: [], how: 'plain' },
  attach: { args: ['--attach'], how: 'plain' },
  inline: { args: ['--inline'], how: 'plain' },
  latin1: { args: ['--encoding=ISO-8859-1'], how: 'plain' },
  'attach-latin1': { args: ['--attach', '--encoding=ISO-8859-1'], how: 'plain' },
  'inline-latin1': { args: ['--inline', '--encoding=ISO-8859-1'], how: 'plain' },
  'raw-headers': { args: ['--no-encode-email-headers'], how: 'plain' },
  'encoded-headers': { args: ['--encode-email-headers', '--full-index'], how: 'plain' },
  base64: { args: [], how: 'base64' },
  'quoted-printable': { args: [], how: 'quoted-printable' },
  crlf: { args: [], how: 'crlf' },
};

function transported(mailed: Buffer, how: string): Buffer {
  if (how === 'plain') return mailed;
  if (how === 'crlf') return Buffer.from(mailed.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
  const text = mailed.toString('latin1');
  const at = text.indexOf('\n\n') + 2;
  const head = text.slice(0, at - 1).replace(/^(?:MIME-Version|Content-[\w-]+): .*\n/gim, '');
  const body = Buffer.from(text.slice(at), 'latin1');
  const encoded =
    how === 'base64'
      ? `${(body.toString('base64').match(/.{1,76}/g) ?? []).join('\n')}\n`
      : [...body]
          .map((b) => (b === 10 ? '\n' : b === 0x3d || b > 0x7e || b < 0x20 ? `=${b.toString(16).toUpperCase().padStart(2, '0')}` : String.fromCharCode(b)))
          .join('')
          .replace(/ $/gm, '=20')
          .replace(/^From /gm, '=46rom ')
          .replace(/^(.{70})(?=.{3})/gm, (m) => `${m.replace(/=[0-9A-F]?$/, '')}=\n${/=[0-9A-F]?$/.exec(m)?.[0] ?? ''}`);
  return Buffer.from(`${head}MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: ${how}\n\n${encoded}`, 'latin1');
}

it('what real git format-patch writes comes back as the text it was made from, in every form, and real git am agrees', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, fc.constantFrom(...Object.keys(FORMS)), async (before, after, form) => {
      fc.pre(before !== after);
      const { args, how } = FORMS[form]!;
      rmSync(join(work, '.git', 'index'), { force: true });
      const commit = (content: string, message: string): void => {
        writeFileSync(join(work, 'x.c'), content);
        git('add', '-A');
        git('commit', '-q', '--allow-empty', '-m', message);
      };
      commit(before, 'base');
      commit(after, 'mm: change with an umlaut ö\n\nFrom here on it is better: ü.\n--\n2');
      const mailed = transported(execFileSync('git', ['format-patch', '--stdout', '--no-renames', '-1', ...args], { cwd: work }), how);
      // Where line ends are the transport's (CRLF mails, 8bit MIME parts), a CR of the file's own is lost on the way.
      fc.pre(how === 'base64' || how === 'quoted-printable' || !/attach|inline|crlf/.test(form) || !/\r/.test(before + after));
      const { messages, gaps } = await readInput('x.patch', mailed);
      const [series] = assemble(messages, gaps);
      expect(series!.patches.map((p) => [p.subject, p.author, p.certainty])).toEqual([['mm: change with an umlaut ö', 'Tést Er <t@example.org>', 'intact']]);
      const [pair] = chainPairs(series!.patches, () => before)[0]!;
      expect(pair!.post).toBe(after);
      expect(pair!.fit).toBe('exact');
      git('reset', '-q', '--hard', 'HEAD~1');
      const judged = spawnSync(
        'git',
        ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'core.autocrlf=false', 'am', '-q', how === 'crlf' ? '--no-keep-cr' : '--keep-cr'],
        { cwd: work, input: mailed },
      );
      if (judged.status === 0) expect(readFileSync(join(work, 'x.c'), 'utf8')).toBe(pair!.post);
      else spawnSync('git', ['am', '--abort'], { cwd: work });
      seen.set(form, (seen.get(form) ?? 0) + (judged.status === 0 ? 1 : 0));
    }),
    { numRuns: 110 },
  );
  // The judge took each form at least once.
  expect(Object.keys(FORMS).filter((f) => (seen.get(f) ?? 0) === 0)).toEqual([]);
});
const seen = new Map<string, number>();

it('an intact hunk that git apply accepts gives the same text, also on a base that has moved', async () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e f', '\tg', '', '}', 'x', 'y', 'z'), { minLength: 6, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(words, words, fc.array(fc.constantFrom('new', 'a', ''), { maxLength: 4 }), async (lines, other, added) => {
      const before = `${lines.join('\n')}\n`;
      const after = `${[...lines.slice(0, 4), ...other.slice(0, 2), ...lines.slice(5)].join('\n')}\n`;
      fc.pre(before !== after);
      const blob = (content: string): string => execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: work, input: content, encoding: 'utf8' }).trim();
      const diff = git('diff', '--no-color', blob(before), blob(after))
        .replace(/^diff --git .*$/m, 'diff --git a/y.c b/y.c')
        .replace(/^--- .*$/m, '--- a/y.c')
        .replace(/^\+\+\+ .*$/m, '+++ b/y.c');
      const moved = `${added.map((l) => `${l}\n`).join('')}${before}`;
      writeFileSync(join(work, 'y.c'), moved);
      writeFileSync(join(work, 'y.diff'), diff);
      const applied = spawnSync('git', ['apply', 'y.diff'], { cwd: work });
      fc.pre(applied.status === 0);
      const { messages, gaps } = await readInput('y.diff', bytes(diff));
      const [pair] = chainPairs(assemble(messages, gaps)[0]!.patches, () => moved)[0]!;
      expect(pair!.completeness).toBe('whole');
      // Where the context fits in two places, git and we may choose another one; the hunk is the same.
      const theirs = readFileSync(join(work, 'y.c'), 'utf8');
      if (pair!.post !== theirs) expect([...pair!.post!].sort().join('')).toBe([...theirs].sort().join(''));
    }),
    { numRuns: 40 },
  );
});

it('never throws, whatever is done to the mail, and loses no class of line that it calls sure', async () => {
  const box = mbox([
    mail('[PATCH 1/2] a', `---\n${PATCH}`, { 'Message-ID': '<a@x>' }),
    mail('[PATCH 2/2] b', `---\n${PATCH}-- \n2.1\n`, { 'In-Reply-To': '<a@x>', 'Content-Type': 'multipart/mixed; boundary=b' }),
  ]);
  const starts = [box, PATCH, collapse(PATCH, { dropBlank: false }), collapse(PATCH, { dropBlank: true }), PATCH.replaceAll('\n', ' ')];
  const edit = fc.tuple(
    fc.nat(),
    fc.nat({ max: 60 }),
    fc.constantFrom(
      '',
      '\n',
      ' ',
      '@@ -1,2 +1,2 @@\n',
      '+',
      '-',
      '\0',
      '\r',
      'diff --git a/x b/x\n',
      'From x Mon Sep 17 00:00:00 2001\nFrom: x\n\n',
      '-- \n',
      '"',
      '\ud800',
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...starts), fc.array(edit, { minLength: 1, maxLength: 6 }), async (start, edits) => {
      let mangled = start;
      for (const [at, cut, insert] of edits) {
        const i = at % (mangled.length + 1);
        mangled = mangled.slice(0, i) + insert + mangled.slice(i + cut);
      }
      const { messages, gaps } = await readInput('m', bytes(mangled));
      for (const series of assemble(messages, gaps)) {
        for (const file of series.patches.flatMap((p) => p.files)) {
          for (const hunk of file.hunks) {
            if (hunk.certainty === 'refused') continue;
            expect(hunk.lines.filter((l) => l.kind !== '+')).toHaveLength(hunk.oldLines);
            expect(hunk.lines.filter((l) => l.kind !== '-')).toHaveLength(hunk.newLines);
          }
        }
        chainPairs(series.patches, () => start);
        chainPairs(series.patches, () => null);
      }
    }),
    { numRuns: 400 },
  );
});
