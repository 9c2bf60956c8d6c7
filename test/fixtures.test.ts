import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allFixtures, type Fixture, projectRoot } from './fixture.js';
import { outsideOf, runFixture } from './run-fixture.js';

const fixtures = allFixtures();

describe('fixtures are well formed', () => {
  it.each(fixtures)('$name claims something', ({ name, expect: claim }) => {
    expect(claim.about).toMatch(/\.$/);
    expect(claim.functions.length, 'a case that names no function proves nothing').toBeGreaterThan(0);
    const [rule, kind] = name === 'demo' ? ['', 'bad'] : [name.split('/')[0] ?? '', /\/(bad|ok|known-fp|known-fn)-/.exec(name)?.[1]];
    expect(kind, 'a case is bad-*, ok-*, known-fp-* or known-fn-*').toBeDefined();
    expect(claim.guards).toBe(kind === 'bad' || kind === 'known-fn' ? 'soundness' : 'precision');
    if (kind === 'bad')
      expect(
        claim.findings.some((f) => f.rule === rule || name === 'demo'),
        `expects ${rule}`,
      ).toBe(true);
    if (kind === 'ok')
      expect(
        claim.findings.filter((f) => f.status !== 'fixed'),
        'an ok case expects no complaint',
      ).toEqual([]);
    for (const finding of claim.findings) {
      expect(claim.functions).toContain(finding.function);
      expect(['introduced', 'fixed', 'transient']).toContain(finding.status);
      expect(existsSync(join(projectRoot, 'docs', 'rules', `${finding.rule}.md`)), finding.rule).toBe(true);
    }
  });

  it.skipIf(spawnSync('git', ['--version']).status !== 0)('every mail applies to its base, whole and without fuzz (needs git)', () => {
    const broken = fixtures.flatMap((fixture) => whyNotApplicable(fixture));
    expect(broken).toEqual([]);
  });
});

describe('fixtures are reviewed as they expect', () => {
  it.each(fixtures)('$name: $expect.about', async (fixture) => {
    const report = await runFixture(fixture, fixture.expect.tree === true ? await outsideOf(fixture.base) : null);
    const claim = fixture.expect;
    expect(
      report.series.patches.map((patch) => `${patch.certainty}, ${patch.fit}`),
      'our own mails are whole and fit',
    ).toEqual(report.series.patches.map(() => 'intact, exact'));
    expect(
      report.functions.map((f) => f.name),
      'silence about a function that nobody looked at proves nothing',
    ).toEqual(expect.arrayContaining([...claim.functions]));
    expect(report.gaps.filter((gap) => claim.functions.includes(gap.function) && gap.stage !== 'absint')).toEqual([]);

    const said = report.findings
      .filter((f) => f.severity !== 'note' && f.status !== 'preexisting')
      .map((f) => ({ rule: f.rule, function: f.function, status: f.status }));
    const wanted = claim.findings.map((f) => line(f));
    const extra = said.filter((f) => !wanted.includes(line(f)) && !(claim.also.includes(f.rule) && claim.findings.some((c) => c.function === f.function)));
    expect({ missing: wanted.filter((one) => !said.some((f) => line(f) === one)), extra: extra.map(line) }).toEqual({ missing: [], extra: [] });
  });
});

function line(finding: Fixture['expect']['findings'][number]): string {
  return `${finding.rule} in ${finding.function} is ${finding.status}`;
}

/** Git's own word on the mails: nothing to recover, nothing at an offset. */
function whyNotApplicable(fixture: Fixture): string[] {
  const work = mkdtempSync(join(tmpdir(), 'rmap-review-fixture-'));
  try {
    cpSync(fixture.base, work, { recursive: true });
    const mails = readFileSync(fixture.mbox, 'utf8')
      .split(/^(?=From [0-9a-f]{40} )/m)
      .filter((mail) => mail.includes('\ndiff --git '));
    if (mails.length === 0) return [`${fixture.name}: no patch`];
    if (readdirSync(work).length === 0) return [`${fixture.name}: empty base`];
    return mails.flatMap((mail, i) => {
      const done = spawnSync('git', ['apply', '--verbose', '-'], {
        cwd: work,
        input: mail,
        encoding: 'utf8',
        env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() },
      });
      return done.status === 0 && !/offset|fuzz/.test(done.stderr) ? [] : [`${fixture.name}: mail ${i + 1}: ${done.stderr}`];
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
