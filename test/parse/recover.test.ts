import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { blobId } from '../../src/parse/apply/blob.js';
import { applyFile } from '../../src/parse/apply.js';
import { assemble } from '../../src/parse/assemble.js';
import { readDiff } from '../../src/parse/diff/read-diff.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import { recoverPatches } from '../../src/parse/recover.js';
import type { Series } from '../../src/parse/series.js';
import { BASE, bytes, collapse, PATCH } from './mail-samples.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-recover-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const POST = applyFile(BASE, readDiff(PATCH).files[0]!).post!;
const IDS = PATCH.replace('1111111', blobId(BASE).slice(0, 12)).replace('2222222', blobId(POST).slice(0, 12));
const page = (diff: string): string =>
  `[PATCH v3 2/4] mm: walk the pool\n\nFrom: A Writer\nDate: Tue May 26 2026 - 10:00:00 EST\n\nBecause it walks.\n\nSigned-off-by: A Writer <w@xxxxxxx>\n---\n mm/pool.c | 9 +++\n\n${diff}\n--\n2.39.5\n`;
const seriesOf = async (text: string): Promise<Series> => {
  const { messages, gaps } = await readInput('page', bytes(text));
  return assemble(messages, gaps)[0]!;
};
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('a damaged patch written anew', () => {
  mkdirSync(join(work, 'mm'));
  writeFileSync(join(work, 'mm/pool.c'), BASE);
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'base');

  it.each([
    ['blank lines kept', false],
    ['blank lines dropped', true],
  ])('%s: real git am takes it, and the file is the one its blob id names', async (_name, dropBlank) => {
    const [done] = recoverPatches(await seriesOf(page(collapse(IDS, { dropBlank }))), (path) => (path === 'mm/pool.c' ? BASE : null));
    expect(done!.files.map((f) => [f.path, f.certainty, f.hunks.map((h) => h.placed)])).toEqual([['mm/pool.c', 'blob-exact', [true, true]]]);
    expect(done!.text).toContain('Subject: [PATCH v3 2/4] mm: walk the pool\n');
    writeFileSync(join(work, 'out.patch'), done!.text);
    const applied = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', 'am', '-q', 'out.patch'], { cwd: work, encoding: 'utf8' });
    // The page has no address for its sender, so git may refuse that; the diff must apply all the same.
    if (applied.status !== 0) {
      spawnSync('git', ['am', '--abort'], { cwd: work });
      git('apply', '--index', 'out.patch');
    }
    expect(readFileSync(join(work, 'mm/pool.c'), 'utf8')).toBe(POST);
    git('reset', '-q', '--hard', git('rev-list', '--max-parents=0', 'HEAD').trim());
  });

  it('without a base the lines are as they were read, each hunk says how sure it is, and refused ones are left out', async () => {
    const broken = collapse(PATCH, { dropBlank: false }).replace('@@ -26,8 +28,15 @@', '@@ -26,8 +28,3 @@');
    const [done] = recoverPatches(await seriesOf(page(broken)), () => null);
    expect(done!.files[0]!.hunks.map((h) => [h.header, h.certainty, h.placed])).toEqual([
      ['@@ -6,8 +6,10 @@', 'count-consistent', false],
      ['@@ -26,8 +28,3 @@', 'refused', false],
    ]);
    expect(done!.text).toContain(' mm/pool.c @@ -26,8 +28,3 @@ refused, left out\n');
    expect(done!.text).toContain('@@ -6,8 +6,10 @@');
    expect(done!.text).not.toMatch(/^@@ -26,8/m);
    expect(readDiff(done!.text).files[0]!.hunks.map((h) => h.lines.length)).toEqual([11]);
  });

  it('headers hold no control characters, and the message cannot end before its end', async () => {
    const text = page(IDS).replace('mm: walk the pool', 'mm: \u001b[31mwalk\u0007').replace('Because it walks.', 'Because it walks.\n\nFrom here on.');
    const [done] = recoverPatches(await seriesOf(text), () => null);
    expect(done!.text.slice(0, done!.text.indexOf('\n\n'))).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(done!.text).toContain('\n From here on.');
  });
});

describe('two damaged mails of one series', () => {
  const second = `diff --git a/mm/pool.c b/mm/pool.c\nindex ${blobId(POST).slice(0, 12)}..3333333 100644\n--- a/mm/pool.c\n+++ b/mm/pool.c\n@@ -12,6 +12,7 @@ static struct pool *pool_get_locked(struct pool *pool)\n \t}\n \n \treturn root;\n+\t/* never */\n }\n \n static void pool_put_locked(struct pool *pool)\n`;
  const pair = async (later: string): Promise<Series> => {
    const texts = [page(collapse(IDS, { dropBlank: false })), page(collapse(later, { dropBlank: true })).replace('2/4', '3/4')];
    const all = await Promise.all(texts.map(async (t, i) => readInput(`p${i}`, bytes(t))));
    return assemble(
      all.flatMap((a) => a.messages),
      [],
    )[0]!;
  };

  it('check each other through their blob ids, and lost blank lines are set where the other shows them', async () => {
    const series = await pair(second);
    expect(series.gaps.map((g) => g.why).join('\n')).toMatch(
      /patch 3 starts from the text that patch 2 leaves \(blob [0-9a-f]{12}\): the two damaged mails check each other, the 3 lines that both show agree/,
    );
    expect(series.patches[1]!.files[0]!.hunks[0]!.lines.map((l) => l.kind + l.text)).toEqual([
      ' }',
      ' ',
      ' return root;',
      '+ /* never */',
      ' }',
      ' ',
      ' static void pool_put_locked(struct pool *pool)',
    ]);
  });

  it('and disagree aloud', async () => {
    expect((await pair(second.replace('return root', 'return pool'))).gaps.map((g) => g.why).join('\n')).toMatch(
      /of the lines that both show 1 differ and 2 agree/,
    );
  });
});
