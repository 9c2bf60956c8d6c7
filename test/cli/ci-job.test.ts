import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../fixture.js';

interface Sarif {
  readonly version: string;
  readonly runs: readonly [
    {
      readonly results: readonly {
        readonly ruleId: string;
        readonly level: string;
        readonly partialFingerprints: Record<string, string>;
        readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }[];
        readonly codeFlows?: readonly { readonly threadFlows: readonly unknown[] }[];
      }[];
    },
  ];
}

const dir = mkdtempSync(join(tmpdir(), 'rmap-review-ci-'));
const bin = join(dir, 'bin');
const checkout = join(dir, 'checkout');
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
    cwd: checkout,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
/** The line of the job in docs/workflow.md, run as the runner runs it: bash, with the base in the environment. */
const job = (/^ {6}- run: (rmap-review .*)$/m.exec(readFileSync(join(projectRoot, 'docs', 'workflow.md'), 'utf8'))?.[1] ?? '').trim();
const runJob = (base: string, line = job) =>
  spawnSync('bash', ['-e', '-c', line], {
    cwd: checkout,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, BASE: base, XDG_CACHE_HOME: join(dir, 'cache') },
  });
const read = (): Sarif => JSON.parse(readFileSync(join(checkout, 'review.sarif'), 'utf8')) as Sarif;

beforeAll(() => {
  mkdirSync(bin);
  writeFileSync(join(bin, 'rmap-review'), `#!/bin/sh\nexec '${process.execPath}' '${join(projectRoot, 'bin', 'rmap-review.js')}' "$@"\n`, { mode: 0o755 });
  cpSync(join(projectRoot, 'fixtures', 'patches', 'demo', 'base'), checkout, { recursive: true });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'base');
  const mails = readFileSync(join(projectRoot, 'fixtures', 'patches', 'demo', 'series.mbox'), 'utf8')
    .split(/^(?=From [0-9a-f]{40} )/m)
    .slice(1);
  writeFileSync(join(dir, 'series'), mails.join(''));
  git('am', '-q', join(dir, 'series'));
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('the documented CI job', () => {
  it('fails for a range that introduces a leak, and leaves a SARIF file that code hosts take', () => {
    const done = runJob(git('rev-parse', 'HEAD~3'));
    expect(done.status, done.stderr).toBe(1);
    const sarif = read();
    const {
      $schema: _draft,
      id: _id,
      ...schema
    } = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
    expect(validate(sarif), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    expect(sarif.runs[0].results.map((r) => [r.ruleId, r.level, r.locations[0]?.physicalLocation.artifactLocation.uri])).toContainEqual([
      'lock-leak',
      'error',
      'mm/pool_migrate.c',
    ]);
    for (const r of sarif.runs[0].results) expect(Object.keys(r.partialFingerprints).length).toBeGreaterThan(0);
    expect(sarif.runs[0].results.some((r) => (r.codeFlows?.[0]?.threadFlows.length ?? 0) > 1)).toBe(true);
  });

  it('keeps its fingerprints when a comment above moves every line', () => {
    const before = read().runs[0].results.map((r) => JSON.stringify(r.partialFingerprints));
    const file = join(checkout, 'mm', 'pool_migrate.c');
    writeFileSync(file, `/* A comment. */\n\n\n${readFileSync(file, 'utf8')}`);
    git('commit', '-qam', 'comment');
    expect(runJob(git('rev-parse', 'HEAD~4')).status).toBe(1);
    expect(read().runs[0].results.map((r) => JSON.stringify(r.partialFingerprints))).toEqual(before);
    git('reset', '-q', '--hard', 'HEAD~1');
  });

  it('passes for a range without findings, with a file of no results for the upload', () => {
    const done = spawnSync('bash', ['-e', '-c', job.replace('..HEAD', '..HEAD~2')], {
      cwd: checkout,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, BASE: git('rev-parse', 'HEAD~3'), XDG_CACHE_HOME: join(dir, 'cache') },
    });
    expect(done.status, done.stderr).toBe(0);
    expect(read().runs[0].results).toEqual([]);
  });

  it('ends as the page says for --fail-on and for netdev', () => {
    const base = git('rev-parse', 'HEAD~3');
    expect(runJob(base, `${job} --fail-on error`).status).toBe(1);
    expect(runJob(base, `${job} --exit nipa`).status).toBe(1);
    expect(runJob(base, `${job} --exit nipa --no-model`).status).toBe(250);
    expect(runJob('0'.repeat(40)).status).toBe(3);
  });
});
