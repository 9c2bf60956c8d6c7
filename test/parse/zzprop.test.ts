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
const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=Tést Er', '-c', 'user.email=t@example.org', '-c', 'core.autocrlf=false', ...args], { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
git('init', '-q');

/** Lines that make trouble: markers, headers, signatures, CR, no-break spaces, umlauts. */
const line = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', '\treturn 0;', '}', '{', '\tif (x)', '/* ä ü */', 'int f(void)') },
  fc.constantFrom('-- ', '--', '--- a/x.c', '+++ b/x.c', '@@ -1,2 +3,4 @@', 'diff --git a/x.c b/x.c', '+x', '-x', ' x', '\tx \t', 'x\r', 'From me', '>From you', '=3D', '\u00a0x', '.', '\\ No newline at end of file', 'index 1234567..7654321'),
  fc.string({ unit: fc.constantFrom('a', ' ', '\t', '+', '-', '@', 'é', '<', '&'), maxLength: 12 }),
);
const text = fc.tuple(fc.array(line, { maxLength: 30 }), fc.boolean()).map(([lines, end]) => lines.join('\n') + (end && lines.length > 0 ? '\n' : ''));

it('what real git format-patch writes comes back as the text it was made from, in every encoding', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, fc.constantFrom('plain', 'attach', 'inline', 'base64', 'crlf'), async (before, after, how) => {
      fc.pre(before !== after);
      rmSync(join(work, '.git', 'index'), { force: true });
      const commit = (content: string, message: string): void => {
        writeFileSync(join(work, 'x.c'), content);
        git('add', '-A');
        git('commit', '-q', '--allow-empty', '-m', message);
      };
      commit(before, 'base');
      commit(after, 'mm: change — with an umlaut ö\n\nFrom here on it is better.\n--\n2');
      let mailed = git('format-patch', '--stdout', '--no-renames', '-1', ...(how === 'attach' || how === 'inline' ? [`--${how}`] : []));
      if (how === 'base64') {
        const at = mailed.indexOf('\n\n') + 2;
        const head = mailed.slice(0, at - 1).replace(/^(?:MIME-Version|Content-[\w-]+): .*\n/gim, '');
        mailed = `${head}MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\n\n${(Buffer.from(mailed.slice(at)).toString('base64').match(/.{1,76}/g) ?? []).join('\n')}\n`;
      }
      // Where line ends are the transport's (CRLF mails, 8bit MIME parts), a CR of the file's own is lost on the way.
      fc.pre(how === 'plain' || how === 'base64' || !/\r/.test(before + after));
      if (how === 'crlf') mailed = mailed.replaceAll('\n', '\r\n');
      const { messages, gaps } = await readInput('x.patch', bytes(mailed));
      const [series] = assemble(messages, gaps);
      expect(series!.patches.map((p) => [p.subject, p.author, p.certainty])).toEqual([['mm: change — with an umlaut ö', 'Tést Er <t@example.org>', 'intact']]);
      const [pair] = chainPairs(series!.patches, () => before)[0]!;
      expect(pair!.post).toBe(after);
      expect(pair!.fit).toBe('exact');
    }),
    { numRuns: 12000 },
  );
});

it('an intact hunk that git apply accepts gives the same text, also on a base that has moved', async () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e f', '\tg', '', '}', 'x', 'y', 'z'), { minLength: 6, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(words, words, fc.array(fc.constantFrom('new', 'a', ''), { maxLength: 4 }), async (lines, other, added) => {
      const before = `${lines.join('\n')}\n`;
      const after = `${[...lines.slice(0, 4), ...other.slice(0, 2), ...lines.slice(5)].join('\n')}\n`;
      fc.pre(before !== after);
      const blob = (content: string): string => execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: work, input: content, encoding: 'utf8' }).trim();
      const diff = git('diff', '--no-color', blob(before), blob(after)).replace(/^diff --git .*$/m, 'diff --git a/y.c b/y.c').replace(/^--- .*$/m, '--- a/y.c').replace(/^\+\+\+ .*$/m, '+++ b/y.c');
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
    { numRuns: 300 },
  );
});

it('never throws, whatever is done to the mail, and loses no class of line that it calls sure', async () => {
  const box = mbox([mail('[PATCH 1/2] a', `---\n${PATCH}`, { 'Message-ID': '<a@x>' }), mail('[PATCH 2/2] b', `---\n${PATCH}-- \n2.1\n`, { 'In-Reply-To': '<a@x>', 'Content-Type': 'multipart/mixed; boundary=b' })]);
  const starts = [box, PATCH, collapse(PATCH, { dropBlank: false }), collapse(PATCH, { dropBlank: true }), PATCH.replaceAll('\n', ' ')];
  const edit = fc.tuple(fc.nat(), fc.nat({ max: 60 }), fc.constantFrom('', '\n', ' ', '@@ -1,2 +1,2 @@\n', '+', '-', '\0', '\r', 'diff --git a/x b/x\n', 'From x Mon Sep 17 00:00:00 2001\nFrom: x\n\n', '-- \n', '"', '\ud800'));
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
    { numRuns: 12000 },
  );
});
