import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { sampleReport } from '../report/sample-report.js';
import { BIN, savedReport } from './saved-report.js';

const folder = mkdtempSync(join(tmpdir(), 'rmap-review-model-'));
const sample = savedReport(sampleReport);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  sample.remove();
});

const run = (args: readonly string[]) => spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8' });

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const race = `
/* expect: confirmed "deadlock"
 * expect ORDERED: refuted
 */
struct mutex a, b;
static void one(void)
{
	mutex_lock(&a);
	mutex_lock(&b);
	mutex_unlock(&b);
	mutex_unlock(&a);
}
static void two(void)
{
#ifdef ORDERED
	one();
#else
	mutex_lock(&b);
	mutex_lock(&a);
	mutex_unlock(&a);
	mutex_unlock(&b);
#endif
}
void scenario(void)
{
	model_run(one);
	model_run(two);
}
`;

describe('rmap-review model', () => {
  it('shows a failing interleaving and exits with 1', () => {
    const { status, stdout } = run(['model', file('race.c', race), '--step']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/confirmed in 2 steps: deadlock: one waits at "mutex_lock\(&b\)" for two; two waits at "mutex_lock\(&a\)" for one/);
    expect(stdout).toMatch(/CPU0 one +\| CPU1 two/);
    expect(stdout).toMatch(/\[a\.owner: 0 → 1\]/);
  });
  it('says how much was searched where nothing fails, and exits with 0', () => {
    const { status, stdout } = run(['model', file('race.c', race), '-D', 'ORDERED']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/refuted: no interleaving fails: \d+ states and \d+ steps searched, 2 actors/);
  });
  it('checks what the author expects of every variant', () => {
    const { status, stdout } = run(['model', file('race.c', race), '--check']);
    expect(status).toBe(0);
    expect(stdout.match(/^ok {4}/gm)).toHaveLength(2);
    const wrong = run(['model', file('wrong.c', race.replace('ORDERED: refuted', 'ORDERED: confirmed')), '--check']);
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toMatch(/^WRONG .*wrong\.c:3: ORDERED refuted/m);
  });
  it('names the place of a mistake and exits with 2', () => {
    const { status, stderr } = run(['model', file('bad.c', 'static void f(void)\n{\n\tfrobnicate();\n}\nvoid scenario(void)\n{\n\tmodel_run(f);\n}\n')]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/bad\.c:3: frobnicate\(\) has no body/);
  });
  it('writes the program for SPIN', () => {
    expect(run(['model', file('race.c', race), '--promela', '-']).stdout).toMatch(/active proctype a0_one\(\)/);
  });
  it('says that a file is not there', () => {
    expect(run(['model', join(folder, 'none.c')]).status).toBe(3);
  });
  it('runs what ships with it', () => {
    expect(run(['model', fileURLToPath(new URL('../../models/primitives/mutex.c', import.meta.url)), '--check']).status).toBe(0);
  });
});

describe('rmap-review explain', () => {
  it('tells the interleaving in words, side by side, and what it rests on', () => {
    const { status, stdout } = run(['explain', sample.file, 'F1']);
    expect(status).toBe(0);
    for (const part of ['What happens', 'Side by side', 'Why it counts', 'What it rests on', 'Now CPU1']) expect(stdout).toContain(part);
  });
  it('says why there is nothing to tell', () => {
    const { status, stdout } = run(['explain', sample.file, 'F2']);
    expect(status).toBe(1);
    expect(stdout).not.toContain('What happens');
  });
  it('writes the program of a finding for SPIN', () => {
    expect(run(['explain', sample.file, 'F1', '--promela', '-']).stdout).toMatch(/active proctype/);
    expect(run(['explain', sample.file, 'F2', '--promela', '-']).status).toBe(2);
  });
});
