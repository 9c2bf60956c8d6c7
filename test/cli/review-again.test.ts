import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../fixture.js';
import { report, rmapReview } from './run.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-again-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('a review that was made before', () => {
  const demo = join(projectRoot, 'fixtures', 'patches', 'demo');
  const tree = join(work, 'tree');
  const mbox = join(work, 'series.mbox');
  cpSync(join(demo, 'base'), tree, { recursive: true });
  cpSync(join(demo, 'series.mbox'), mbox);
  const run = (...args: string[]): string =>
    rmapReview([mbox, '--tree', tree, '--format', 'json', ...args], { env: { XDG_CACHE_HOME: join(work, 'cache') } }).out;

  it('is the same to the byte, and another one for other options, another series or another tree', () => {
    const first = run();
    const bare = run('--no-model');
    expect(report({ code: 0, err: '', out: first }).findings.some((f) => f.verdict.state === 'confirmed')).toBe(true);
    expect(run()).toBe(first);
    expect(bare).not.toBe(first);
    expect(run('--no-model')).toBe(bare);
    const text = readFileSync(mbox, 'utf8');
    writeFileSync(mbox, text.replace(/^Subject: \[PATCH (.*?)\] .*$/m, 'Subject: [PATCH $1] mm: another subject'));
    expect(run()).toContain('another subject');
    writeFileSync(mbox, text);
    writeFileSync(join(tree, 'Makefile'), 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\n');
    rmSync(join(tree, 'mm'), { recursive: true });
    expect(run()).not.toBe(first);
  }, 60_000);
});
