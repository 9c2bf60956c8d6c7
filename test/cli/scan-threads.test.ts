import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { report, rmapReview } from './run.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-scan-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const LEAKS =
  'struct pool { struct mutex lock; int dead; };\nint pool_check(struct pool *p)\n{\n\tmutex_lock(&p->lock);\n\tif (p->dead)\n\t\treturn -1;\n\tmutex_unlock(&p->lock);\n\treturn 0;\n}\n';

describe('scan in threads', () => {
  const tree = join(work, 'tree');
  for (const folder of ['mm', 'kernel']) mkdirSync(join(tree, folder), { recursive: true });
  writeFileSync(join(tree, 'Kbuild'), '');
  for (let i = 0; i < 9; i++) writeFileSync(join(tree, 'mm', `pool${i}.c`), LEAKS.replaceAll('pool_check', `pool_check${i}`));
  const run = (threads: number): string =>
    rmapReview(['scan', join(tree, 'mm'), '--tree', tree, '--no-model', '--format', 'json'], {
      env: { RMAP_THREADS: String(threads), XDG_CACHE_HOME: join(work, `cache-${threads}`) },
    }).out;

  it('says the same, to the byte, whatever the number of threads, with a cache and without', () => {
    const one = run(1);
    expect(JSON.parse(one)).toMatchObject({ scanned: { functions: 9, withGap: 0 } });
    expect((JSON.parse(one) as { findings: { file: string; rule: string }[] }).findings.map((f) => `${f.file} ${f.rule}`)).toEqual(
      Array.from({ length: 9 }, (_, i) => `mm/pool${i}.c lock-leak`),
    );
    expect(run(3)).toBe(one);
    expect(run(2)).toBe(one);
    expect(run(2)).toBe(one);
  }, 60_000);

  it('looks again at what has changed since the scan before, and at nothing that has not', () => {
    const small = join(work, 'small');
    const file = join(small, 'mm', 'pool.c');
    const other = join(small, 'mm', 'other.c');
    mkdirSync(join(small, 'mm'), { recursive: true });
    writeFileSync(file, LEAKS);
    writeFileSync(other, LEAKS.replaceAll('pool_check', 'other_check'));
    const found = (): string[] =>
      report(
        rmapReview(['scan', join(small, 'mm'), '--tree', small, '--no-model', '--format', 'json'], { env: { XDG_CACHE_HOME: join(work, 'cache-small') } }),
      ).findings.map((f) => f.function);
    expect(found()).toEqual(['other_check', 'pool_check']);
    writeFileSync(file, LEAKS.replace('\t\treturn -1;', '\t\tgoto out;').replace('\tmutex_unlock', 'out:\n\tmutex_unlock'));
    expect(found()).toEqual(['other_check']);
    writeFileSync(file, LEAKS);
    expect(found()).toEqual(['other_check', 'pool_check']);
  }, 60_000);

  it('goes on past a file that cannot be read, and says so', () => {
    symlinkSync('/nowhere', join(tree, 'mm', 'gone.c'));
    const ran = report(
      rmapReview(['scan', join(tree, 'mm'), '--tree', tree, '--no-model', '--format', 'json'], { env: { XDG_CACHE_HOME: join(work, 'cache') } }),
    );
    expect(ran.findings).toHaveLength(9);
    expect(ran.gaps.filter((g) => g.file === 'mm/gone.c').map((g) => g.why)).toEqual([expect.stringContaining('cannot be read')]);
  }, 60_000);
});
