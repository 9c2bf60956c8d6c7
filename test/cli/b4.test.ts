import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../fixture.js';
import { rmapReview } from './run.js';

const dir = mkdtempSync(join(tmpdir(), 'rmap-review-b4-'));
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
let mails: string[] = [];
beforeAll(() => {
  cpSync(join(projectRoot, 'fixtures', 'patches', 'demo', 'base'), dir, { recursive: true });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'base');
  const all = readFileSync(join(projectRoot, 'fixtures', 'patches', 'demo', 'series.mbox'), 'utf8').split(/^(?=From [0-9a-f]{40} )/m);
  writeFileSync(join(dir, '.git', 'series'), all.slice(1).join(''));
  git('am', '-q', join(dir, '.git', 'series'));
  mails = all;
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});
const check = (mail: string, ...args: string[]) => rmapReview(['b4-check', '--tree', dir, ...args], { cwd: dir, input: mail });

describe('b4', () => {
  it('reads a list of checks for each mail, whose base is below the applied series', () => {
    const answers = mails.map((mail) => check(mail));
    expect(answers.map((a) => a.code)).toEqual([0, 0, 0, 0]);
    const lists = answers.map((a) => JSON.parse(a.out) as Record<string, string>[]);
    expect(lists[0]).toEqual([]);
    expect(lists[1]).toEqual([]);
    expect(lists.flat()).toHaveLength(2);
    for (const one of lists.flat()) {
      expect(Object.keys(one).sort()).toEqual(['details', 'status', 'summary', 'tool', 'url']);
      expect(one).toMatchObject({ tool: 'rmap-review', status: 'fail' });
    }
    expect(
      lists
        .flat()
        .map((one) => one['summary'])
        .join(' '),
    ).toContain('pool_migrate_folio(): anon_vma->rwsem');
  });

  it('fails b4 prep --check by lines that begin with ERROR, and passes by saying nothing', () => {
    const bad = check(mails[2] ?? '', '--terse');
    expect(bad.out).toMatch(/^ERROR: mm\/pool_migrate\.c:\d+: pool_migrate_folio\(\): .* \[lock-leak\]$/m);
    const good = check(mails[1] ?? '', '--terse');
    expect([good.code, good.out, good.err]).toEqual([0, '', '']);
    expect(check(mails[0] ?? '', '--terse').out).toBe('');
  });

  it('warns, and never blames the patch, when the check itself cannot run', () => {
    const odd = check(
      'From: a\nSubject: [PATCH] x\n\n---\ndiff --git a/mm/a.c b/mm/a.c\n--- a/mm/a.c\n+++ b/mm/a.c\n@@ -1 +1 @@\n-a\n+b\n',
      '--base',
      'no-such-revision',
    );
    expect(odd.code).toBe(0);
    expect(JSON.parse(odd.out)).toMatchObject([{ status: 'warn', summary: expect.stringContaining('not checked') as string }]);
  });

  it('gets an agent review whose quotes are the diff, line by line', () => {
    const done = rmapReview(['b4-agent', '--tree', dir, 'HEAD~3..'], { cwd: dir });
    expect(done.code, done.err).toBe(0);
    const folder = join(dir, '.git', 'b4-review', git('rev-parse', 'HEAD').trim());
    expect(readdirSync(folder).sort()).toEqual(['0001.txt', '0002.txt', '0003.txt', 'identity.txt', 'series.txt']);
    expect(readFileSync(join(folder, 'identity.txt'), 'utf8')).toMatch(/^rmap-review [\w.-]+ <[^<>\s]+@[^<>\s]+>\n$/);
    const text = readFileSync(join(folder, '0002.txt'), 'utf8').split('\n');
    expect(text[0]).toBe('1 finding.');
    expect(text[1]).toBe('');
    const diff =
      git('format-patch', '--stdout', '--full-index', '-1', 'HEAD~1')
        .split(/^(?=diff --git)/m)
        .slice(1)
        .join('')
        .split('\n-- \n')[0] ?? '';
    expect(
      text
        .filter((l) => l.startsWith('> '))
        .map((l) => l.slice(2))
        .join('\n'),
    ).toBe(diff);
    const at = text.findIndex((l) => l.includes('[lock-leak]'));
    expect(text[at - 2]).toMatch(/^> [+ ].*return rc;$/);
  });

  it('is one format of the review itself', () => {
    const done = rmapReview(['--format', 'b4', '--tree', dir, 'HEAD~3..'], { cwd: dir });
    expect([done.code, (JSON.parse(done.out) as unknown[]).length]).toEqual([1, 2]);
    expect(rmapReview(['--exit', 'nipa', '--format', 'terse', '--tree', dir, 'HEAD~3..'], { cwd: dir }).code).toBe(1);
    expect(rmapReview(['--exit', 'nipa', '--no-model', '--format', 'terse', '--tree', dir, 'HEAD~3..'], { cwd: dir }).code).toBe(250);
    expect(rmapReview(['--exit', 'nipa', '--format', 'terse', '--tree', dir, 'HEAD~3..HEAD~2'], { cwd: dir }).code).toBe(0);
  });
});
