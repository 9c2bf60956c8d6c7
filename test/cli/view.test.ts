import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readReport } from '../../src/report/read.js';
import { cleanReport, sampleReport } from '../report/sample-report.js';
import { BIN, savedReport } from './saved-report.js';

const sample = savedReport(sampleReport);
const clean = savedReport(cleanReport);
afterAll(() => {
  sample.remove();
  clean.remove();
});

const run = (args: readonly string[], input = '') => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', input, env: { ...process.env, RMAP_DEBUG: '' } });
  return { status, stdout, stderr };
};
const shell = (command: string) => spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' });

describe('rmap-review view', () => {
  it('prints text where there is no terminal, with the exit status of the report', () => {
    const { status, stdout, stderr } = run(['view', sample.file]);
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('rmap-review: 1 introduced error, 1 introduced warning, 1 fixed; 5 gaps');
    expect(stdout).not.toContain('\u001b');
    expect(run(['view', clean.file]).status).toBe(0);
  });

  it('gives the same status in every format', () => {
    for (const format of ['text', 'json', 'ndjson', 'terse', 'html', 'sarif', 'mail', 'dot', 'mermaid'])
      expect(run(['view', sample.file, '--format', format]).status).toBe(1);
  });

  it('reads standard input, writes files, and gives back what it read', () => {
    const out = join(sample.folder, 'again.json');
    const json = readFileSync(sample.file, 'utf8');
    const { status, stdout } = run(['view', '-', '--format', 'json', '-o', out], json);
    expect([status, stdout]).toEqual([1, '']);
    expect(readFileSync(out, 'utf8')).toBe(json);
    expect(readReport(json)).toEqual({ report: sampleReport });
  });

  it.each([
    ['a missing file', ['view', '/nonexistent/r.json'], 3, /^rmap-review: cannot read \/nonexistent\/r\.json/],
    ['a folder', ['view', '/'], 3, /^rmap-review: cannot read \//],
    [
      'another format',
      ['view', sample.file, '--format', 'xml'],
      2,
      /^rmap-review: format "xml" is not known\n {2}supported: text, json, ndjson, terse, html, .*\n$/,
    ],
    ['a place that cannot be written', ['view', sample.file, '-o', '/nonexistent/x'], 2, /^rmap-review: cannot write \/nonexistent\/x/],
    ['an unknown rule', ['rules', 'nope'], 2, /^rmap-review: no rule "nope"\n {2}rules: lock-leak, /],
    ['an unknown finding', ['replay', sample.file, 'F9'], 2, /^rmap-review: no finding "F9" in this report\n {2}it has F1, F2, F3, F4\n$/],
  ])('says in a line what is wrong with %s', (_name, args, status, message) => {
    const result = run(args);
    expect(result.status).toBe(status);
    expect(result.stdout).toBe('');
    expect(result.stderr).toMatch(message);
    expect(result.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
  });

  it('does not take any JSON for a report', () => {
    const other = join(sample.folder, 'other.json');
    writeFileSync(other, '{"schema":"x"}');
    expect(run(['view', other])).toMatchObject({ status: 3, stderr: expect.stringContaining('is not a report: "schema" is "x"') });
  });

  it('ends quietly when its reader goes away', () => {
    const { stderr, stdout } = shell(`"${process.execPath}" "${BIN}" view "${sample.file}" --verbose --all | head -n 1`);
    expect(stderr).toBe('');
    expect(stdout).toContain('mm/anchor: keep the anchor locked');
  });

  it('does not load the terminal library for text', () => {
    const { stdout } = shell(`NODE_DEBUG=esm "${process.execPath}" "${BIN}" view "${sample.file}" 2>&1 | grep -c 'node_modules/\\(ink\\|react\\)/'`);
    expect(stdout.trim()).toBe('0');
  });
});

describe('rmap-review replay', () => {
  it('fails when a trace does not reach its failure, and says why', () => {
    const { status, stdout } = run(['replay', sample.file, 'F1']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^not reached: /m);
  });

  it('has nothing to replay for what was never confirmed', () => {
    const { status, stdout } = run(['replay', sample.file, 'F2']);
    expect([status, stdout.split('\n')[1]]).toEqual([1, 'unmodelled: ownership leaves through record_anchor(), whose body is not in the tree']);
  });
});
