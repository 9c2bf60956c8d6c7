import { describe, expect, it } from 'vitest';
import { allFixtures } from './fixture.js';
import { runHunks } from './run-fixture.js';

const fixtures = allFixtures();
const loud = (f: { status: string; severity: string }): boolean => f.status === 'introduced' && f.severity !== 'note';

describe('mails without a base', () => {
  it.each(fixtures.filter((f) => f.expect.guards === 'precision'))('$name: nothing is said of a correct patch', async (fixture) => {
    const report = await runHunks(fixture);
    expect(report.findings.filter(loud).map((f) => `${f.rule} ${f.function}`)).toEqual([]);
  });

  it.each(fixtures.filter((f) => f.expect.guards === 'soundness'))('$name: what is said is one of the mistakes in it', async (fixture) => {
    const report = await runHunks(fixture);
    const expected = fixture.expect.findings.map((f) => f.function);
    for (const f of report.findings.filter(loud)) expect(expected, `${f.rule} of ${f.function}: ${f.message}`).toContain(f.function);
  });

  it('finds a deleted unlock, a double unlock and a lock of the wrong kind by the hunks alone', async () => {
    const found: string[] = [];
    for (const f of fixtures.filter((x) => x.expect.guards === 'soundness')) {
      const report = await runHunks(f);
      if (report.findings.some((x) => loud(x) && f.expect.findings.some((e) => e.function === x.function))) found.push(f.name);
    }
    expect(found.length, found.join(', ')).toBeGreaterThanOrEqual(10);
  });

  it('leaves out what the lines between the hunks would have to prove', async () => {
    const [fixture] = fixtures.filter((f) => f.name === 'lock-leak/bad-error-path');
    const report = fixture ? await runHunks(fixture) : null;
    expect(report?.gaps.some((g) => /of this function are shown/.test(g.why))).toBe(true);
    expect(report?.findings.every((f) => f.verdict.state === 'unmodelled')).toBe(true);
  });
});
