import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../src/report/report.js';
import { allFixtures } from './fixture.js';
import { outsideOf, runFixture } from './run-fixture.js';

const FORGOTTEN = `#include <linux/mm.h>
int loom_take(struct loom *loom);

int shuttle_throw(struct loom *loom)
{
	int err = loom_take(loom);

	if (err)
		return err;
	loom->torn = true;
	mutex_unlock(&loom->mutex);
	return 0;
}

/* Hands on what it gets. */
int shuttle_take(struct loom *loom)
{
	return loom_take(loom);
}

void shuttle_stop(struct loom *loom)
{
	if (shuttle_take(loom))
		return;
	mutex_unlock(&loom->mutex);
}
`;

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

/** The fixture, with one more file in the tree that its series does not touch. */
async function beside(name: string, path: string, text: string): Promise<Report> {
  const fixture = allFixtures().find((f) => f.name === name);
  if (fixture === undefined) throw new Error(name);
  const base = mkdtempSync(join(tmpdir(), 'callers-'));
  dirs.push(base);
  cpSync(fixture.base, base, { recursive: true });
  mkdirSync(join(base, 'mm'), { recursive: true });
  writeFileSync(join(base, path), text);
  return runFixture({ ...fixture, base }, await outsideOf(base));
}

describe('callers that the series does not touch', () => {
  it('are analysed under the new contract, in other files too and through wrappers', async () => {
    const report = await beside('contract-change/ok-lock-not-handed-out', 'mm/shuttle.c', FORGOTTEN);
    const said = report.findings.filter((f) => f.rule === 'contract-change');
    expect(said.map((f) => [f.function, f.file, f.status, f.severity])).toEqual([['loom_take', 'mm/loom.c', 'introduced', 'error']]);
    expect(said[0]?.message).toContain('shuttle_throw() (mm/shuttle.c:');
    expect(said[0]?.message).toContain('shuttle_stop()');
    expect(report.functions.find((f) => f.name === 'loom_take')?.details).toContain('callers changed with it: loom_weave()');
  });

  it('say nothing where they never relied on it', async () => {
    const report = await beside('contract-change/ok-lock-not-handed-out', 'mm/shuttle.c', FORGOTTEN.replaceAll('loom_take(', 'loom_other('));
    expect(report.findings.filter((f) => f.status === 'introduced')).toEqual([]);
  });
});
