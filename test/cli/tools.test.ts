import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../fixture.js';
import { rmapReview, STACK_TRACE } from './run.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-tools-'));
const tree = join(work, 'tree');
const cache = join(work, 'cache');
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { cwd: tree, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const tool = (args: readonly string[], cwd = tree, env: Readonly<Record<string, string>> = {}) =>
  rmapReview(args, { cwd, env: { HOME: work, XDG_CACHE_HOME: cache, GIT_CONFIG_NOSYSTEM: '1', ...env } });

beforeAll(() => {
  cpSync(join(projectRoot, 'fixtures', 'patches', 'demo', 'base'), tree, { recursive: true });
  writeFileSync(join(tree, 'Makefile'), 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\n');
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'base');
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

describe('doctor', () => {
  it('names what is here, and the next step for what is not', () => {
    const before = tool(['doctor']);
    expect([before.code, before.err]).toEqual([0, '']);
    expect(before.out).toContain(`ok       Node ${process.versions.node}`);
    expect(before.out).toMatch(/^ok {7}git \d+\.\d+\S*; its send-email hook gets (?:one argument|two arguments and counters)$/m);
    expect(before.out).toMatch(/^ok {7}(?:native|WebAssembly) C parser$/m);
    expect(before.out).toContain(`ok       kernel tree ${tree}, version 6.1.7`);
    expect(before.out).toMatch(/^- {8}the send-email hook is not installed here\n {9}rmap-review install-hook$/m);
    expect(tool(['install-hook']).code).toBe(0);
    expect(tool(['doctor']).out).toContain(`ok       our hook: ${join(tree, '.git', 'hooks', 'sendemail-validate')}`);
    writeFileSync(join(tree, '.git', 'hooks', 'sendemail-validate'), '#!/bin/sh\n');
    expect(tool(['doctor']).out).toMatch(/^- {8}another program's hook: .*\n {9}rmap-review install-hook --chain runs both$/m);
  });

  it('says the same of the mail hook as git does', () => {
    const asked = execFileSync('sh', ['-c', 'git send-email -h 2>&1 || true'], { encoding: 'utf8' });
    expect(/^(?:ok {7}git send-email)$/m.test(tool(['doctor']).out)).toBe(!asked.includes('is not a git command'));
  });

  it('ends with 1 only when no review could run: without git it says so, without b4 it goes on', () => {
    const bin = join(work, 'bin');
    mkdirSync(bin);
    const bare = tool(['doctor'], tree, { PATH: bin });
    expect(bare.code).toBe(1);
    expect(bare.out).toMatch(/^MISSING {2}git\n {9}install git/m);
    expect(bare.out).toContain('b4 is not installed');
    expect(bare.out + bare.err).not.toMatch(STACK_TRACE);
    symlinkSync(execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim(), join(bin, 'git'));
    expect(tool(['doctor'], tree, { PATH: bin }).code).toBe(0);
  });

  it('outside any tree tells how to name one', () => {
    const elsewhere = join(work, 'elsewhere');
    mkdirSync(elsewhere);
    const said = tool(['doctor'], elsewhere);
    expect(said.code).toBe(0);
    expect(said.out).toContain('no kernel tree around this folder');
    expect(said.out).toContain('no git repository here, so no hook');
  });
});

describe('cache', () => {
  it('shows and clears what reviews have left, and keeps a tree that somebody put there', () => {
    expect(tool(['cache'], tree, { XDG_CACHE_HOME: join(work, 'none') }).out).toMatch(/\n {2}empty\n$/);
    const mails = join(projectRoot, 'fixtures', 'patches', 'demo', 'series.mbox');
    tool(['review', mails, '--tree', tree, '--format', 'terse']);
    tool(['scan', 'mm', '--tree', tree, '--format', 'terse']);
    const dir = join(cache, 'rmap-review');
    const made = readdirSync(dir).sort();
    expect(made.length).toBeGreaterThan(0);
    mkdirSync(join(dir, 'linux-6.1', 'mm'), { recursive: true });
    writeFileSync(join(dir, 'linux-6.1', 'mm', 'rmap.c'), 'int x;\n'.repeat(1000));
    const shown = tool(['cache', 'show']).out;
    for (const name of made) expect(shown).toMatch(new RegExp(`^ +\\d+(?:\\.\\d)? [KM]?B  ${name}$`, 'm'));
    expect(shown).toMatch(/^ +6\.8 KB {2}linux-6\.1 {2}\(not made by this program; cache clear keeps it\)$/m);
    const cleared = tool(['cache', 'clear']);
    expect([cleared.code, cleared.err]).toEqual([0, '']);
    expect(cleared.out).toMatch(/^removed \d+(?:\.\d)? [KM]?B from /);
    expect(readdirSync(dir)).toEqual(['linux-6.1']);
    expect(existsSync(join(dir, 'linux-6.1', 'mm', 'rmap.c'))).toBe(true);
  });

  it('refuses a word it does not know, and does nothing', () => {
    const odd = tool(['cache', 'wipe']);
    expect(odd.code).toBe(2);
    expect(odd.err).toContain('cache show, or cache clear');
  });
});
