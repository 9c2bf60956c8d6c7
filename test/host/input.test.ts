import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { type InputOptions, type Inputs, readSources } from '../../src/host/input.js';
import { messageIdOf } from '../../src/host/thread.js';
import { assemble } from '../../src/parse/assemble.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import { BASE, bytes, mail, PATCH } from '../parse/mail-samples.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-input-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const options: InputOptions = { cwd: work, tree: null, last: null, stdin: async () => bytes('from stdin') };
const put = (name: string, content: string | Uint8Array): void => {
  mkdirSync(join(work, name, '..'), { recursive: true });
  writeFileSync(join(work, name), content);
};
const names = ({ sources }: Inputs): string[] => sources.map((s) => s.name);
const text = ({ sources }: Inputs, i: number): string => Buffer.from(sources[i]!.bytes).toString('utf8');
const git = (dir: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: dir, encoding: 'utf8' }).trim();

describe('inputs', () => {
  it('files, gzipped files and standard input, in the order given', async () => {
    put('b.patch', PATCH);
    put('a.mbox.gz', gzipSync('zipped'));
    const read = await readSources(['b.patch', '-', 'a.mbox.gz'], options);
    expect(names(read)).toEqual(['b.patch', 'stdin', 'a.mbox.gz']);
    expect([text(read, 1), text(read, 2)]).toEqual(['from stdin', 'zipped']);
    expect(read.problems).toEqual([]);
  });

  it('a folder: patches by name, other files not', async () => {
    for (const n of ['0002-b.patch', '0001-a.patch', '0000-cover-letter.patch', 'notes.txt']) put(`series/${n}`, mail('[PATCH] x', PATCH));
    expect(names(await readSources(['series'], options))).toEqual(['series/0000-cover-letter.patch', 'series/0001-a.patch', 'series/0002-b.patch']);
  });

  it('a quilt folder keeps its order, a Maildir is read', async () => {
    put('quilt/patches/series', '# mine\nzz.patch -p1\n\naa.patch # later\n');
    put('quilt/patches/zz.patch', PATCH);
    put('quilt/patches/aa.patch', PATCH);
    expect(names(await readSources(['quilt'], options))).toEqual(['quilt/patches/zz.patch', 'quilt/patches/aa.patch']);
    put('maildir/cur/2.host', 'two');
    put('maildir/new/1.host', 'one');
    mkdirSync(join(work, 'maildir/tmp'), { recursive: true });
    expect(names(await readSources(['maildir'], options))).toEqual(['maildir/cur/2.host', 'maildir/new/1.host']);
  });

  it('each problem says what to do next, and the good inputs are still read', async () => {
    put('empty.mbox', '');
    put('pic.png', Buffer.from([0x89, 0x50, 0, 1, 2]));
    put('bare/notes.txt', 'x');
    put('broken.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3]));
    const read = await readSources(['empty.mbox', 'pic.png', 'bare', 'broken.gz', 'absent.mbox', 'b.patch'], options);
    expect(names(read)).toEqual(['b.patch']);
    expect(read.problems.map((p) => `${p.input}: ${p.why}`)).toEqual([
      'empty.mbox: is empty',
      'pic.png: is a binary file, not a mail or a patch',
      'bare: a folder with no patches in it',
      expect.stringMatching(/^broken\.gz: cannot be unpacked/),
      'absent.mbox: there is no such file',
    ]);
    expect(read.problems.every((p) => p.next.length > 10)).toBe(true);
  });
});

describe('ranges of commits', () => {
  const dir = join(work, 'repo');
  put('repo/mm/pool.c', BASE);
  git(dir, 'init', '-q', '-b', 'main');
  git(dir, 'add', '-A');
  git(dir, 'commit', '-qm', 'base');
  for (const n of ['one', 'two', 'three']) {
    put('repo/mm/pool.c', `${BASE}/* ${n} */\n`);
    git(dir, 'commit', '-qam', `mm: ${n}`);
  }
  git(dir, 'config', 'format.attach', 'true');
  git(dir, 'config', 'diff.noprefix', 'true');

  it('A..B is the series that format-patch would send, and names the commit below it', async () => {
    const read = await readSources(['HEAD~2..HEAD'], { ...options, tree: dir });
    expect(read.rangeBase).toBe(git(dir, 'rev-parse', 'HEAD~2'));
    const { messages, gaps } = await readInput('range', read.sources[0]!.bytes);
    const [s] = assemble(messages, gaps);
    expect(s!.patches.map((p) => [p.index, p.subject, p.files.map((f) => f.newPath).join()])).toEqual([
      [1, 'mm: two', 'mm/pool.c'],
      [2, 'mm: three', 'mm/pool.c'],
    ]);
    expect(s!.patches[0]!.files[0]!.oldBlob).toBe(git(dir, 'rev-parse', 'HEAD~2:mm/pool.c'));
  });

  it('--last N, an open end, and a range without commits', async () => {
    const last = await readSources([], { ...options, cwd: dir, last: 1 });
    expect(text(last, 0)).toMatch(/Subject: \[PATCH 1\/1\] mm: three/);
    expect(text(await readSources(['HEAD~1..'], { ...options, cwd: dir }), 0)).toMatch(/mm: three/);
    expect((await readSources(['HEAD..HEAD~1'], { ...options, cwd: dir })).problems[0]!.why).toBe('a range without commits');
    expect((await readSources(['nope..HEAD'], { ...options, cwd: dir })).problems[0]!.why).toMatch(/nope/);
  });
});

describe('Message-IDs and archive addresses', () => {
  it.each([
    ['<20231121171643.1-1-w@example.org>', '20231121171643.1-1-w@example.org'],
    ['20231121171643.1-1-w@example.org', '20231121171643.1-1-w@example.org'],
    ['https://lore.kernel.org/linux-mm/20231121171643.1-1-w@example.org/', '20231121171643.1-1-w@example.org'],
    ['https://lore.kernel.org/r/1%2B2@example.org', '1+2@example.org'],
    ['https://lore.kernel.org/all/a.b@example.org/T/#u', 'a.b@example.org'],
    ['https://lore.kernel.org/all/a.b@example.org/t.mbox.gz', 'a.b@example.org'],
    ['series.mbox', null],
    ['HEAD@{1}', null],
    ['-x@example.org', null],
    ['https://example.org/x', null],
  ])('%s', (arg, id) => {
    expect(messageIdOf(arg)).toBe(id);
  });

  it('are read through the b4 that is installed, with a clear word when there is none', async () => {
    const bin = join(work, 'bin');
    put(
      'bin/b4',
      `#!/bin/sh\n[ "$1 $2 $3 $4 $5" = "mbox -o - -- a@example.org" ] && cat '${join(work, 'b.patch')}' || { echo 'That message-id is not known.' >&2; exit 1; }\n`,
    );
    chmodSync(join(bin, 'b4'), 0o755);
    put('b.patch', PATCH);
    const path = process.env['PATH'];
    try {
      process.env['PATH'] = `${bin}:${path}`;
      const read = await readSources(['https://lore.kernel.org/linux-mm/a@example.org/', 'b@example.org'], options);
      expect(read.sources.map((s) => Buffer.from(s.bytes).toString('utf8'))).toEqual([PATCH]);
      expect(read.problems.map((p) => p.why)).toEqual(['b4 found no such mail (That message-id is not known.)']);
      process.env['PATH'] = join(work, 'nothing-here');
      const without = await readSources(['a@example.org'], options);
      expect(without.problems[0]).toMatchObject({ why: expect.stringMatching(/needs b4, which is not installed/), next: expect.stringMatching(/install b4/) });
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('folders as tools leave them', () => {
  it('a quilt series, in its order and with the names that quilt writes', async () => {
    const series = '# one\nfirst.patch\nsub/second.diff -p1\n';
    const first = PATCH.replace(/^diff --git.*\nindex.*\n/m, '')
      .replace('--- a/mm/pool.c', '--- a/mm/pool.c~first')
      .replace('+++ b/', '+++ a/');
    put('q/series', series);
    put('q/first.patch', `Walk the pool.\n\n---\n${first}`);
    put(
      'q/sub/second.diff',
      `Index: linux/mm/pond.c\n===================================================================\n--- linux.orig/mm/pond.c\t2021-01-01 10:00:00.000000000 +0000\n+++ linux/mm/pond.c\t2021-01-02 10:00:00.000000000 +0000\n@@ -1 +1 @@\n-a\n+b\n`,
    );
    const { sources, problems } = await readSources(['q'], options);
    expect(problems).toEqual([]);
    const messages = [];
    for (const source of sources) messages.push(...(await readInput(source.name, source.bytes)).messages);
    const [s] = assemble(messages, []);
    expect(s!.patches.map((p) => [p.index, p.certainty, p.files.map((f) => f.newPath).join()])).toEqual([
      [1, 'intact', 'mm/pool.c'],
      [2, 'intact', 'mm/pond.c'],
    ]);
  });

  it('a Maildir: mails in any order make one series', async () => {
    for (const [n, flags] of [
      [2, 'cur/1700000002.b.host:2,S'],
      [1, 'new/1700000001.a.host'],
      [3, 'cur/1700000000.c.host:2,'],
    ] as const) {
      put(`box/${flags}`, mail(`[PATCH ${n}/3] mm: part ${n}`, `---\n${PATCH}`, { 'Message-ID': `<p${n}@x>`, 'In-Reply-To': '<c@x>' }));
    }
    const { sources } = await readSources(['box'], options);
    const messages = [];
    for (const source of sources) messages.push(...(await readInput(source.name, source.bytes)).messages);
    expect(assemble(messages, []).map((s) => s.patches.map((p) => p.index))).toEqual([[1, 2, 3]]);
  });

  it('names in a series file cannot leave its folder', async () => {
    put('evil/series', '../b.patch\n/etc/passwd\nok.patch\n');
    put('evil/ok.patch', PATCH);
    expect(names(await readSources(['evil'], options))).toEqual(['evil/ok.patch']);
  });
});
