import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allFixtures } from '../fixture.js';
import { rmapReview } from './run.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-since-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const fixture = (name: string): { mbox: string; base: string } => allFixtures().find((f) => f.name === name) ?? { mbox: '', base: '' };
const { mbox, base } = fixture('ttu-flags/bad-caller-holds');
const first = readFileSync(mbox, 'utf8');
const subject = /^Subject: \[PATCH\] (.*)$/m.exec(first)?.[1] ?? '';
const second = readFileSync(fixture('ttu-flags/ok-caller-follows').mbox, 'utf8').replace(/^Subject: .*$/m, `Subject: [PATCH v2] ${subject}`);
const thread = join(work, 'thread.mbox');
writeFileSync(thread, first + second);

describe('two versions of a series', () => {
  it('say what is gone', () => {
    const ran = rmapReview([thread, '--tree', base, '--since', 'v1', '--plain', '--no-model']);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('Since v1: 1 finding gone, 0 still there, 0 new');
    expect(ran.out).toMatch(/gone: ttu-flags in tray_unmap\(\)/);
  });

  it('say what is new, for programs too', () => {
    const ran = rmapReview([thread, '--tree', base, '--version', '1', '--since', '2', '--format', 'json', '--no-model']);
    const report = JSON.parse(ran.out) as { since: { version: number; fresh: string[]; gone: unknown[] }; findings: { id: string }[] };
    expect(report.since).toMatchObject({ version: 2, gone: [] });
    expect(report.findings.map((f) => f.id)).toEqual(expect.arrayContaining(report.since.fresh));
    expect(report.since.fresh).toHaveLength(1);
  });

  it('name the versions that there are', () => {
    const ran = rmapReview([thread, '--tree', base, '--since', '7']);
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/no version 7 of this series to compare with[\s\S]*v1/);
  });
});
