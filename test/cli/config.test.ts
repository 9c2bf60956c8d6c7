import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.js';
import { rmapReview } from './run.js';

const demo = resolve('fixtures/patches/demo');
const run = (args: readonly string[], cwd?: string) => {
  const { code, out, err } = rmapReview(args, cwd === undefined ? {} : { cwd });
  return { status: code, stdout: out, stderr: err };
};
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmap-review-config-'));
  mkdirSync(join(folder, '.rmap-review'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const review = (config: unknown, ...args: readonly string[]) => {
  writeFileSync(join(folder, '.rmap-review', 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return run([join(demo, 'series.mbox'), ...args], folder);
};

describe('a project', () => {
  it('names its tree, and decides about rules; what goes is a gap', () => {
    const { status, stdout } = review({ tree: join(demo, 'base'), rules: { 'lock-leak': 'off', 'ref-leak': 'note' } }, '--format', 'json', '--no-model');
    const report = JSON.parse(stdout) as Report;
    expect(status).toBe(0);
    expect(report.findings.map((f) => [f.rule, f.severity])).toEqual([['ref-leak', 'note']]);
    expect(report.gaps.map((gap) => gap.why)).toContain('rule lock-leak is switched off by the project; 1 of its findings are not shown');
  });

  it('suppresses with a reason, and hears of what matches nothing', () => {
    const all = JSON.parse(review({ tree: join(demo, 'base') }, '--format', 'json', '--no-model').stdout) as Report;
    const leak = all.findings.find((f) => f.rule === 'lock-leak');
    const { stdout } = review(
      {
        tree: join(demo, 'base'),
        suppress: [
          { fingerprint: leak?.fingerprint.slice(0, 10), reason: 'known since v1' },
          { fingerprint: '0123456789', reason: 'long gone' },
        ],
      },
      '--format',
      'json',
      '--no-model',
    );
    const report = JSON.parse(stdout) as Report;
    expect(report.findings.map((f) => f.rule)).not.toContain('lock-leak');
    const why = report.gaps.map((gap) => gap.why);
    expect(why).toContain('lock-leak suppressed by the project: known since v1');
    expect(why).toContain('suppression 0123456789 matches nothing in this run: long gone');
  });

  it('sets the threshold, and the command line wins', () => {
    const config = { tree: join(demo, 'base'), rules: { 'lock-leak': 'warning', 'ref-leak': 'warning' }, failOn: 'error' };
    expect(review(config, '--format', 'terse', '--no-model').status).toBe(0);
    expect(review(config, '--format', 'terse', '--no-model', '--fail-on', 'warning').status).toBe(1);
  });

  it.each<readonly [string, unknown, RegExp]>([
    ['no JSON', '{', /config\.json: .*JSON/],
    ['an unknown key', { treee: '.' }, /config\.json: top level: .*treee/],
    ['an unknown rule', { rules: { 'lock-leek': 'off' } }, /rules\.lock-leek: there is no such rule/],
    ['a wrong severity', { rules: { 'lock-leak': 'loud' } }, /rules\.lock-leak: /],
    ['no reason', { suppress: [{ fingerprint: '0123456789', reason: '' }] }, /suppress\.0\.reason: a suppression needs a reason/],
  ])('hears what is wrong: %s', (_, config, wanted) => {
    const { status, stderr } = review(config);
    expect(status).toBe(2);
    expect(stderr).toMatch(wanted);
  });
});

describe('teaching', () => {
  it('completes every command and option that exists', () => {
    const bash = run(['completion', 'bash']).stdout;
    for (const word of ['--fail-on', '--knowledge', 'doctor', 'replay', 'sarif']) expect(bash).toContain(word);
    for (const shell of ['zsh', 'fish']) expect(run(['completion', shell]).stdout).toContain('fail-on');
    expect(run(['completion', 'tcsh']).status).toBe(2);
  });

  it('prints a manual page and the page of a rule', () => {
    expect(run(['man']).stdout).toMatch(/^\.TH RMAP-REVIEW 1[\s\S]*\.SH COMMANDS[\s\S]*\\-\\-fail\\-on/);
    expect(run(['rules', 'lock-leak']).stdout).toMatch(/Bad[\s\S]*mutex_lock[\s\S]*Good[\s\S]*messages:/);
    expect(readFileSync('docs/rules/lock-leak.md', 'utf8')).toContain('**Bad**');
  });
});
