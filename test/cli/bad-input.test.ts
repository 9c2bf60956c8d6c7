import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allFixtures } from '../fixture.js';
import { type Ran, report, rmapReview, STACK_TRACE } from './run.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-bad-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const demo = allFixtures().find((fixture) => fixture.name === 'demo') ?? allFixtures()[0]!;
const good = readFileSync(demo.mbox, 'utf8');

/** Says what is wrong, names the input, and leaves the stack out of it. */
function expectPlainFailure(ran: Ran, code: number, message: RegExp): void {
  expect(ran.err + ran.out).not.toMatch(STACK_TRACE);
  expect(ran.err).toMatch(message);
  expect(ran.code).toBe(code);
}

function file(name: string, content: string | Buffer): string {
  const path = join(work, name);
  writeFileSync(path, content);
  return path;
}

describe('inputs in which nothing can be read end with status 3', () => {
  it('an empty file', () => {
    expectPlainFailure(rmapReview([file('empty.mbox', '')]), 3, /empty\.mbox.*(?:empty|no patch)/i);
  });

  it('a file of blank lines only', () => {
    expectPlainFailure(rmapReview([file('blank.mbox', '\n\n \n')]), 3, /blank\.mbox/);
  });

  it('nothing on standard input', () => {
    expectPlainFailure(rmapReview(['-'], { input: '' }), 3, /stdin|standard input/i);
  });

  it('a directory without patches', () => {
    const dir = join(work, 'nothing-here');
    mkdirSync(dir);
    writeFileSync(join(dir, 'notes.txt'), 'Nothing to see.\n');
    expectPlainFailure(rmapReview([dir]), 3, /nothing-here.*(?:no patch|no mail)/i);
  });

  it('a binary', () => {
    const bytes = Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 167 + (i >> 8) * 13) % 256));
    expectPlainFailure(rmapReview([file('picture.mbox', Buffer.concat([Buffer.from('\x7fELF\0\0'), bytes]))]), 3, /picture\.mbox/);
  });

  it('a mail without a diff', () => {
    const mail =
      'From: Someone <someone@example.org>\nSubject: Re: [PATCH] mm: thoughts\nMessage-ID: <thoughts@example.org>\nDate: Mon, 4 Mar 2024 10:00:00 +0000\n\nI have thoughts, but no patch.\n';
    expectPlainFailure(rmapReview([file('thoughts.mbox', mail)]), 3, /no (?:patch|diff)/i);
  });

  it('a file that does not exist', () => {
    const ran = rmapReview([join(work, 'absent.mbox')]);
    expect([2, 3]).toContain(ran.code);
    expectPlainFailure(ran, ran.code ?? -1, /absent\.mbox/);
  });

  it('a path through a file', () => {
    const ran = rmapReview([join(file('plain.mbox', good), 'inside.mbox')]);
    expect([2, 3]).toContain(ran.code);
    expectPlainFailure(ran, ran.code ?? -1, /inside\.mbox/);
  });
});

describe('a tree named on the command line that cannot be used ends with status 3', () => {
  it('a folder that is no kernel', () => {
    const dir = join(work, 'shopping');
    mkdirSync(dir);
    writeFileSync(join(dir, 'list.txt'), 'milk\n');
    expectPlainFailure(rmapReview([demo.mbox, '--tree', dir]), 3, /shopping.*kernel/i);
  });

  it('a folder that does not exist', () => {
    expectPlainFailure(rmapReview([demo.mbox, '--tree', join(work, 'nowhere')]), 3, /nowhere/);
  });

  it('a revision that the tree does not have', () => {
    const ran = rmapReview([demo.mbox, '--tree', demo.base, '--base', 'v99.1']);
    expectPlainFailure(ran, 3, /v99\.1/);
  });
});

describe('usage errors end with status 2', () => {
  it.each([[['--no-such-option']], [['--format', 'papyrus', demo.mbox]]])('%j', (args) => {
    expectPlainFailure(rmapReview(args), 2, /\S/);
  });
});

describe('what can be read is still reviewed', () => {
  it('a 20 MB mail that holds a patch', () => {
    const mails = good.split(/^(?=From [0-9a-f]{40} )/m);
    const padding = `${'All work and no play makes a long mail. '.repeat(2)}\n`.repeat(Math.ceil((20 << 20) / 81));
    const second = mails[1]!.replace(/^---$/m, `${padding}---`);
    const ran = rmapReview([file('long.mbox', [mails[0], second, ...mails.slice(2)].join('')), '--tree', demo.base, '--format', 'json']);
    expect(ran.err + ran.out.slice(0, 1 << 16)).not.toMatch(STACK_TRACE);
    expect(ran.code).toBe(1);
    expect(report(ran).functions.map((f) => f.name)).toContain('pool_migrate_folio');
  });

  it('a diff that does not apply: that file is a gap, the rest of the series is analysed', () => {
    const other = `From: Someone <someone@example.org>\nSubject: [PATCH] mm: elsewhere\nMessage-ID: <elsewhere@example.org>\nDate: Mon, 4 Mar 2024 10:00:00 +0000\n\n---\ndiff --git a/mm/pool.h b/mm/pool.h\n--- a/mm/pool.h\n+++ b/mm/pool.h\n@@ -3,4 +3,5 @@ int nothing\n int not_in_this_file;\n int nor_this;\n+int added;\n int and_not_this;\n int or_this;\n`;
    const one = file('elsewhere.patch', other);
    const alone = rmapReview([one, '--tree', demo.base, '--format', 'json']);
    expect(alone.code).toBe(0);
    expect(
      report(alone)
        .gaps.map((gap) => `${gap.file}: ${gap.why}`)
        .join('\n'),
    ).toMatch(/mm\/pool\.h: .*(?:apply|fit|found)/i);

    const broken = good
      .replace(' int pool_migrate_next(struct pool *pool, gfp_t gfp);', ' int pool_migrate_never(struct pool *pool);')
      .replace(' int pool_migrate_folio(struct pool *pool, struct folio *src, struct folio *dst);\n int pool', ' int pool_migrate_wrong(void);\n int pool')
      .replace(' 	unsigned long nr_failed;\n };', ' 	unsigned long nr_wrong;\n };');
    expect(broken).not.toBe(good);
    const ran = rmapReview([file('half.mbox', broken), '--tree', demo.base, '--format', 'json']);
    expect(ran.err).not.toMatch(STACK_TRACE);
    expect(report(ran).gaps.some((gap) => gap.file === 'mm/pool.h')).toBe(true);
    expect(report(ran).functions.map((f) => f.name)).toEqual(expect.arrayContaining(['pool_migrate_folio', 'pool_migrate_next']));
    expect(ran.code).toBe(1);
  });

  it('a file that is not C: listed, nothing said, the C file beside it analysed', () => {
    const script =
      'diff --git a/scripts/pool.py b/scripts/pool.py\nnew file mode 100644\n--- /dev/null\n+++ b/scripts/pool.py\n@@ -0,0 +1,2 @@\n+def lock(): pass\n+lock()\n';
    const mails = good.replace(/^diff --git a\/mm\/pool\.h/m, `${script}diff --git a/mm/pool.h`);
    const ran = rmapReview([file('script.mbox', mails), '--tree', demo.base, '--format', 'json']);
    expect(ran.code).toBe(1);
    const said = report(ran);
    expect(said.series.patches[0]?.files).toContain('scripts/pool.py');
    expect(said.functions.some((f) => f.file === 'scripts/pool.py')).toBe(false);
    expect(said.functions.map((f) => f.name)).toContain('pool_migrate_folio');
  });

  it('C that is no C: no crash, and not silence either', () => {
    const noise = Array.from({ length: 40 }, (_, i) => `+}}}} ((( ${'{'.repeat(i)} "unterminated`).join('\n');
    const patch = `diff --git a/mm/noise.c b/mm/noise.c\nnew file mode 100644\n--- /dev/null\n+++ b/mm/noise.c\n@@ -0,0 +1,40 @@\n${noise}\n`;
    const ran = rmapReview([file('noise.patch', patch), '--tree', demo.base, '--format', 'json']);
    expect(ran.err).not.toMatch(STACK_TRACE);
    expect(ran.code).toBe(0);
    expect(report(ran).gaps.some((gap) => gap.file === 'mm/noise.c')).toBe(true);
  });

  it('a diff alone, without any mail headers', () => {
    const bare = good.slice(good.indexOf('diff --git'), good.indexOf('\n-- \n', good.indexOf('diff --git')) + 1);
    const ran = rmapReview(['-', '--tree', demo.base, '--format', 'json'], { input: bare });
    expect(ran.code).toBe(0);
    expect(report(ran).functions.map((f) => f.name)).toContain('pool_trylock_get_anon_vma');
  });

  it('CRLF line ends', () => {
    const ran = rmapReview([file('crlf.mbox', good.replace(/\n/g, '\r\n')), '--tree', demo.base, '--format', 'json']);
    expect(ran.code).toBe(1);
    expect(
      report(ran)
        .findings.filter((f) => f.status === 'introduced')
        .map((f) => f.rule)
        .sort(),
    ).toEqual(
      report(rmapReview([demo.mbox, '--tree', demo.base, '--format', 'json']))
        .findings.map((f) => f.rule)
        .sort(),
    );
  });

  it('a missing part of the series is a gap', () => {
    const mails = good.split(/^(?=From [0-9a-f]{40} )/m);
    const ran = rmapReview([file('missing.mbox', [mails[0], mails[1], mails[3]].join('')), '--format', 'json']);
    expect(ran.err).not.toMatch(STACK_TRACE);
    expect(
      report(ran)
        .gaps.map((gap) => gap.why)
        .join('\n'),
    ).toMatch(/2/);
  });

  it('never writes to the tree', () => {
    const tree = join(work, 'git-tree');
    execFileSync('cp', ['-r', demo.base, tree]);
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: tree, encoding: 'utf8' });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-q', '-m', 'base');
    writeFileSync(join(tree, 'mm', 'pool.h'), `${readFileSync(join(tree, 'mm', 'pool.h'), 'utf8')}/* mine */\n`);
    const before = git('status', '--porcelain') + readFileSync(join(tree, '.git', 'index')).toString('hex');
    const ran = rmapReview([demo.mbox, '--tree', tree, '--format', 'json']);
    expect(ran.code).toBe(1);
    expect(readFileSync(join(tree, '.git', 'index')).toString('hex')).toBe(before.slice(before.indexOf('\n') + 1));
    expect(git('status', '--porcelain')).toBe(' M mm/pool.h\n');
  });
});

describe("a wrong line in a user's own header ends the run with its place", () => {
  const header = (text: string): Ran => rmapReview([demo.mbox, '--tree', demo.base, '--knowledge', file('mine.h', text), '--format', 'text', '--no-model']);
  it.each([
    ['a word that does not exist', '\nvoid my_lock(struct mutex *m) __aquires(m);\n', /mine\.h:2: __aquires\(m\): no such word/],
    ['a name that is no parameter', 'void my_lock(struct mutex *m) __acquires(lock);\n', /mine\.h:1: __acquires\(lock\)/],
    ['a missing parenthesis', '/* mine */\nvoid my_lock(struct mutex *m) __acquires(m;\n', /mine\.h:2: cannot read "void my_lock/],
    ['a version that is none', 'void my_lock(struct mutex *m) __acquires(m) __since(next);\n', /mine\.h:1: __since\(next\): needs a kernel version/],
    ['the same twice', 'void my_lock(struct mutex *m) __acquires(m);\nvoid my_lock(struct mutex *m) __acquires(m);\n', /mine\.h:2: is stated twice/],
  ])('%s', (_what, text, message) => expectPlainFailure(header(text), 2, message));

  it('a right one is used', () => {
    expect([0, 1]).toContain(header('void my_lock(struct mutex *m) __acquires(m);\n').code);
  });
});
