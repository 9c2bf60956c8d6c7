import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openTree } from '../../src/host/tree.js';
import { assemble } from '../../src/parse/assemble.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import { chainPairs } from '../../src/parse/pairs.js';
import type { Series } from '../../src/parse/series.js';
import { BASE, bytes } from '../parse/mail-samples.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-base-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: work, encoding: 'utf8' });
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), text);
};
const commit = (message: string, text: string): string => {
  put('mm/pool.c', text);
  git('add', '-A');
  git('commit', '-qm', message);
  return git('rev-parse', 'HEAD').trim();
};
const read = async (...texts: string[]): Promise<readonly Series[]> => {
  const all = await Promise.all(texts.map(async (t, i) => readInput(`in${i}`, bytes(t))));
  return assemble(
    all.flatMap((r) => r.messages),
    all.flatMap((r) => r.gaps),
  );
};

put('Kbuild', '');
put('kernel/x.c', '');
git('init', '-q', '-b', 'main');
const base = commit('base', BASE);
git('checkout', '-q', '-b', 'topic');
const STEPS = ['\t/* one */\n', '\t/* two */\n', '\t/* three */\n', '\t/* four */\n'].map((_, i, all) =>
  BASE.replace('\tint i;\n', `\tint i;\n${all.slice(0, i + 1).join('')}`),
);
const steps = STEPS.map((text, i) => commit(`mm: step ${i + 1}`, text));

describe('prerequisites of a series, as real git format-patch --base names them', () => {
  const mailed = git('format-patch', '--stdout', `--base=${base}`, '-2', 'topic');
  const before = git('format-patch', '--stdout', `${base}..${steps[1]}`).replaceAll('Subject: [PATCH', 'Subject: [PATCH v9');

  it('are found among the commits of the tree and applied', async () => {
    const [series] = await read(mailed);
    expect(series!.patches[0]!.prerequisites).toHaveLength(2);
    const found = await (await openTree(work)).baseFor(series!);
    expect(found).toMatchObject({ kind: 'prerequisites', rev: base, exact: true, gaps: [] });
    expect(found.read('mm/pool.c', null)).toBe(STEPS[1]);
    expect(
      chainPairs(series!.patches, found.read, found.exact)
        .flat()
        .map((p) => [p.fit, p.post]),
    ).toEqual([
      ['exact', STEPS[2]],
      ['exact', STEPS[3]],
    ]);
  });

  it('are found among the other mails of the input; a missing one is a gap', async () => {
    git('update-ref', '-d', 'refs/heads/topic');
    git('checkout', '-q', '-f', 'main');
    try {
      const all = await read(before, mailed);
      const series = all.find((s) => s.patches.some((p) => p.prerequisites.length > 0))!;
      const found = await (await openTree(work)).baseFor(series, all);
      expect(found).toMatchObject({ kind: 'prerequisites', gaps: [] });
      expect(found.read('mm/pool.c', null)).toBe(STEPS[1]);
      const without = await (await openTree(work)).baseFor(series, [series]);
      expect(without).toMatchObject({ kind: 'base-commit', exact: false });
      expect(without.gaps.map((g) => g.why).join()).toMatch(/builds on 2 patches.*2 were not found/);
    } finally {
      git('branch', '-f', 'topic', steps[3]!);
    }
  });
});

describe('the chain of blob ids', () => {
  it('goes on from the text that a later part names, when the part between is missing', async () => {
    const mails = git('format-patch', '--stdout', '--numbered', `${base}..topic`).split(/^(?=From [0-9a-f]{40} )/m);
    const [series] = await read(mails[0]! + mails[3]!);
    expect(series!.gaps.map((g) => g.why).join()).toMatch(/2 of 4 parts/);
    const found = await (await openTree(work)).baseFor(series!);
    const pairs = chainPairs(series!.patches, found.read, found.exact).flat();
    expect(pairs.map((p) => [p.fit, p.pre === STEPS[2], p.post === STEPS[3]])).toEqual([
      ['exact', false, false],
      ['exact', true, true],
    ]);
  });

  it('touches neither work tree nor index', () => {
    expect(git('status', '--porcelain')).toBe('');
  });
});
