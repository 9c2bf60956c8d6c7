import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelTree } from '../cli/run.js';
import { projectRoot } from '../fixture.js';

const built = existsSync(join(projectRoot, 'dist', 'kernel', 'table.js'));

describe.skipIf(kernelTree === null || !built)('the headers against a real tree (needs the 6.1 tree and a build)', () => {
  it('name what exists there, with its parameters and result, and contradict no body', () => {
    const done = spawnSync(process.execPath, [join(projectRoot, 'scripts', 'check-knowledge.mjs'), kernelTree ?? '', '--bodies'], {
      encoding: 'utf8',
      timeout: 110_000,
    });
    expect(done.stdout.split('\n').filter((line) => line.startsWith('knowledge/'))).toEqual([]);
    expect(done.stdout).toMatch(/names that exist in 6\.1\.\d+ +\d{4} +0\n/);
    expect(done.stdout, 'as many bodies as before are compared').toMatch(/contracts that agree with the body +(?:[6-9]\d\d|\d{4}) +0\n/);
    expect(done.stdout).toMatch(/; 0 disagreements\n$/);
    expect(done.status, done.stderr).toBe(0);
  }, 120_000);
});
