import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sink, smtpSink } from '../bot/smtp-sink.js';
import { projectRoot } from '../fixture.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-hook-'));
const home = join(work, 'home');
const program = join(projectRoot, 'bin', 'rmap-review.js');
let sink: Sink;

beforeAll(async () => {
  mkdirSync(home);
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = A Developer\n\temail = dev@example.org\n[init]\n\tdefaultBranch = main\n[sendemail]\n\tconfirm = never\n',
  );
  sink = await smtpSink();
});
afterAll(async () => {
  await sink.close();
  rmSync(work, { recursive: true, force: true });
});
beforeEach(() => {
  sink.mails.length = 0;
});

const environment = (extra: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  XDG_CACHE_HOME: join(work, 'cache'),
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  ...extra,
});
const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, env: environment(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

interface Done {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Not spawnSync: the mail server lives in this process. */
function run(command: string, args: readonly string[], cwd: string, extra: Readonly<Record<string, string>> = {}): Promise<Done> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: environment(extra), stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (c: Buffer) => {
      out += c.toString();
    });
    child.stderr.on('data', (c: Buffer) => {
      err += c.toString();
    });
    child.on('close', (code) => {
      resolve({ code, out, err });
    });
  });
}

const ours = (text: string): string[] => text.split('\n').filter((l) => l.includes('rmap-review'));
const tool = (cwd: string, ...args: string[]): Promise<Done> => run(process.execPath, [program, ...args], cwd);
const send = (cwd: string, args: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<Done> =>
  run('git', ['send-email', '--to=list@example.org', '--smtp-server=127.0.0.1', `--smtp-server-port=${sink.port}`, '--quiet', ...args], cwd, extra);

/** A repository in which a fixture's base is the first commit and its patches follow. */
function repository(name: string, fixture: string): string {
  const dir = join(work, name);
  if (existsSync(dir)) return dir;
  cpSync(join(projectRoot, 'fixtures', 'patches', fixture, 'base'), dir, { recursive: true });
  git(dir, 'init', '-q');
  git(dir, 'add', '-A');
  git(dir, 'commit', '-qm', 'base');
  const mails = readFileSync(join(projectRoot, 'fixtures', 'patches', fixture, 'series.mbox'), 'utf8')
    .split(/^(?=From [0-9a-f]{40} )/m)
    .filter((mail) => !/^Subject: \[PATCH 0\//m.test(mail));
  writeFileSync(join(dir, '.git', 'series'), mails.join(''));
  git(dir, 'am', '-q', join(dir, '.git', 'series'));
  return dir;
}

describe('the send-email hook', () => {
  it('stops a series with a confirmed leak before any mail, in few lines, and again from its cache', async () => {
    const dir = repository('leak', 'demo');
    expect((await tool(dir, 'install-hook')).code).toBe(0);
    const patches = join(work, 'leak-patches');
    git(dir, 'format-patch', '-q', '-3', '--cover-letter', '-o', patches);
    const cover = join(patches, '0000-cover-letter.patch');
    writeFileSync(cover, readFileSync(cover, 'utf8').replace('*** SUBJECT HERE ***', 'pool').replace('*** BLURB HERE ***', 'words'));
    const before = readdirSync(patches).map((n) => readFileSync(join(patches, n), 'utf8'));
    for (const attempt of [1, 2]) {
      const done = await send(dir, [patches]);
      expect(done.code, `attempt ${attempt}: ${done.err}`).not.toBe(0);
      expect(done.err).toContain('lock-leak, confirmed');
      expect(done.err).toContain('--no-validate');
      const said = /^rmap-review (\w+\.\.\w+) shows/m.exec(done.err)?.[1] ?? '';
      expect((await tool(dir, said, '--format', 'terse')).out).toContain('lock-leak, confirmed');
      expect(done.err.trim().split('\n').length).toBeLessThan(25);
    }
    expect(sink.mails).toEqual([]);
    expect(readdirSync(patches).map((n) => readFileSync(join(patches, n), 'utf8'))).toEqual(before);
    const cached = readdirSync(join(work, 'cache', 'rmap-review', 'hook'));
    expect(cached).toHaveLength(1);
    const past = await send(dir, ['--no-validate', patches]);
    expect(past.code).toBe(0);
    expect(sink.mails).toHaveLength(4);
  });

  it('stops it too when git writes the patches itself, one commit range on the command line', async () => {
    const dir = join(work, 'leak');
    const done = await send(dir, ['-3']);
    expect(done.err).toContain('not sent');
    expect(sink.mails).toEqual([]);
  });

  it('lets a clean series out in the right number of mails without a word', async () => {
    const dir = repository('clean', 'lock-leak/ok-error-path');
    await tool(dir, 'install-hook');
    writeFileSync(join(dir, 'README'), 'no C here\n');
    git(dir, 'add', '-A');
    git(dir, 'commit', '-qm', 'add a text');
    const done = await send(dir, ['-2', '--cover-letter', '--annotate'], { GIT_EDITOR: `sed -i 's/\\*\\*\\* \\(SUBJECT\\|BLURB\\) HERE \\*\\*\\*/words/'` });
    expect(ours(done.err)).toEqual([]);
    expect(done.code, done.err).toBe(0);
    expect(sink.mails).toHaveLength(3);
  });

  it.each([
    ['a program that is gone', { 'program=': "program='/nowhere/rmap-review.js'" }, {}, 'is not there'],
    ['a Node that is gone', { 'node=': "node='/nowhere/node'" }, {}, 'is not there'],
    ['a crash', { 'program=': "program='CRASH'" }, {}, 'ended with status 1'],
    ['a crash of the review alone', {}, { NODE_OPTIONS: '--max-old-space-size=8' }, 'not checked'],
    ['a review that takes too long', {}, { RMAP_REVIEW_BUDGET: '0.05' }, 'not finished within 50 ms'],
    ['a program that never comes back', { 'program=': "program='HANG'" }, { RMAP_REVIEW_LIMIT: '1' }, 'did not come back'],
  ])('lets the mail go with one warning after %s, and keeps it when strict', async (_, change, extra, why) => {
    const dir = join(work, `trouble-${why.replace(/\W/g, '')}-${Object.keys(change).join('')}`);
    cpSync(join(work, 'leak'), dir, { recursive: true });
    const crash = join(dir, '.git', 'crash.mjs');
    writeFileSync(crash, 'throw new Error("boom");\n');
    const hang = join(dir, '.git', 'hang.mjs');
    writeFileSync(hang, 'setInterval(() => undefined, 1000);\n');
    const hook = join(dir, '.git', 'hooks', 'sendemail-validate');
    let text = readFileSync(hook, 'utf8');
    for (const [start, line] of Object.entries(change))
      text = text.replace(new RegExp(`^${start}.*$`, 'm'), (line as string).replace('CRASH', crash).replace('HANG', hang));
    writeFileSync(hook, text);
    const own = { XDG_CACHE_HOME: join(dir, '.git', 'cache'), ...extra };
    const done = await send(dir, ['-3'], own);
    expect(done.code, done.err).toBe(0);
    expect(sink.mails).toHaveLength(3);
    const warnings = ours(done.err);
    expect(warnings.join('\n')).toContain(why);
    expect(warnings).toHaveLength(1);
    rmSync(join(dir, '.git', 'rmap-review-warned'), { force: true });
    const strict = await send(dir, ['-3'], { ...own, RMAP_REVIEW_STRICT: '1' });
    expect(strict.code).not.toBe(0);
    expect(sink.mails).toHaveLength(3);
  });

  it('follows the contract of git 2.41: two arguments, counters, Message-IDs in the header file not used as keys', async () => {
    const dir = join(work, 'leak');
    const patches = join(work, 'second-contract');
    git(dir, 'format-patch', '-q', '-3', '-o', patches);
    const hook = join(dir, '.git', 'hooks', 'sendemail-validate');
    const files = readdirSync(patches).sort();
    const codes = [];
    for (const [i, name] of files.entries()) {
      const header = join(work, `header-${i}`);
      writeFileSync(header, `Subject: x\nMessage-ID: <random-${i}-${process.pid}@x>\n`);
      const done = await run(hook, [join(patches, name), header], dir, {
        GIT_DIR: join(dir, '.git'),
        GIT_SENDEMAIL_FILE_COUNTER: String(i + 1),
        GIT_SENDEMAIL_FILE_TOTAL: String(files.length),
        XDG_CACHE_HOME: join(work, 'cache-2.41'),
      });
      codes.push(done.code);
    }
    expect(codes).toEqual([1, 1, 1]);
    expect(readdirSync(join(work, 'cache-2.41', 'rmap-review', 'hook'))).toHaveLength(1);
  });

  it('keeps two series of the same length in one folder apart', async () => {
    const dir = join(work, 'leak');
    const patches = join(work, 'two-series');
    const other = repository('other', 'lock-leak/ok-error-path');
    git(dir, 'format-patch', '-q', '-3', '-o', patches);
    writeFileSync(join(other, 'a'), '1');
    git(other, 'add', '-A');
    git(other, 'commit', '-qm', 'one');
    writeFileSync(join(other, 'b'), '1');
    git(other, 'add', '-A');
    git(other, 'commit', '-qm', 'two');
    git(other, 'format-patch', '-q', '-3', '-o', patches);
    await tool(other, 'install-hook');
    const mine = readdirSync(patches).filter((n) =>
      git(other, 'log', '--format=%f', '-3')
        .split('\n')
        .some((f) => n.includes(f.slice(0, 20)) && f !== ''),
    );
    expect(mine).toHaveLength(3);
    const done = await send(
      other,
      mine.map((n) => join(patches, n)),
    );
    expect(done.code, done.err).toBe(0);
    expect(sink.mails).toHaveLength(3);
  });

  it('reviews a long series once, and each of its mails goes', async () => {
    const dir = join(work, 'clean');
    git(dir, 'checkout', '-q', '-b', 'long');
    const source = join(dir, 'mm', readdirSync(join(dir, 'mm')).find((n) => n.endsWith('.c')) ?? '');
    for (let i = 0; i < 20; i++) {
      writeFileSync(source, `${readFileSync(source, 'utf8')}\nint added_${i}(int x)\n{\n\treturn x + ${i};\n}\n`);
      git(dir, 'commit', '-qam', `add ${i}`);
    }
    const cache = join(work, 'cache-long');
    const done = await send(dir, ['-20'], { XDG_CACHE_HOME: cache });
    expect([done.code, ours(done.err)], done.err).toEqual([0, []]);
    expect(sink.mails).toHaveLength(20);
    const [answer = ''] = readdirSync(join(cache, 'rmap-review', 'hook'));
    const at = statSync(join(cache, 'rmap-review', 'hook', answer)).mtimeMs;
    expect((await send(dir, ['-20', '--subject-prefix=PATCH RESEND', '--cc=reader@example.org'], { XDG_CACHE_HOME: cache })).code).toBe(0);
    expect(readdirSync(join(cache, 'rmap-review', 'hook'))).toEqual([answer]);
    expect(statSync(join(cache, 'rmap-review', 'hook', answer)).mtimeMs).toBe(at);
    git(dir, 'checkout', '-q', '-');
  });

  it('says what is damaged, and repairs nothing', async () => {
    const dir = join(work, 'clean');
    const patches = join(work, 'damaged');
    git(dir, 'format-patch', '-q', '-1', '-o', patches, 'HEAD~1');
    const path = join(patches, readdirSync(patches)[0] ?? '');
    const damaged = readFileSync(path, 'utf8').replace(/^ \t.*$/m, (line) => line.trimStart());
    writeFileSync(path, damaged);
    const done = await send(dir, [path]);
    expect(done.err).toContain('is damaged');
    expect(readFileSync(path, 'utf8')).toBe(damaged);
    expect(sink.mails).toHaveLength(1);
  });
});

describe('installing the hook', () => {
  it('refuses a foreign hook, chains to it on request, and gives it back', async () => {
    const dir = repository('foreign', 'lock-leak/ok-error-path');
    const hook = join(dir, '.git', 'hooks', 'sendemail-validate');
    writeFileSync(hook, '#!/bin/sh\necho "theirs $1" >&2\n');
    chmodSync(hook, 0o755);
    const refused = await tool(dir, 'install-hook');
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--chain');
    expect(readFileSync(hook, 'utf8')).toContain('theirs');
    expect((await tool(dir, 'install-hook', '--chain')).code).toBe(0);
    expect((await tool(dir, 'install-hook')).code).toBe(0);
    const done = await send(dir, ['-1']);
    expect(done.err).toContain('theirs /');
    expect(sink.mails).toHaveLength(1);
    writeFileSync(`${hook}.before-rmap-review`, '#!/bin/sh\nexit 3\n');
    expect((await send(dir, ['-1'])).code).not.toBe(0);
    expect(sink.mails).toHaveLength(1);
    expect((await tool(dir, 'uninstall-hook')).out).toContain('is back');
    expect(readFileSync(hook, 'utf8')).toContain('exit 3');
    expect((await tool(dir, 'uninstall-hook')).code).toBe(2);
  });

  it('for all repositories, with the hooks of each still running', async () => {
    const dir = repository('everywhere', 'demo');
    const own = join(dir, '.git', 'hooks', 'pre-commit');
    writeFileSync(own, '#!/bin/sh\necho ran > "$(git rev-parse --git-dir)/pre-commit-ran"\n');
    chmodSync(own, 0o755);
    expect((await tool(dir, 'install-hook', '--global')).code).toBe(0);
    git(dir, 'commit', '-q', '--allow-empty', '-m', 'x');
    expect(existsSync(join(dir, '.git', 'pre-commit-ran'))).toBe(true);
    git(dir, 'reset', '-q', '--hard', 'HEAD~1');
    expect((await send(dir, ['-3'])).err).toContain('not sent');
    expect((await tool(dir, 'uninstall-hook', '--global')).code).toBe(0);
    expect(readFileSync(join(home, '.gitconfig'), 'utf8')).not.toContain('hooksPath');
    expect((await send(dir, ['-3'])).code).toBe(0);
    expect(sink.mails).toHaveLength(3);
  });
});
