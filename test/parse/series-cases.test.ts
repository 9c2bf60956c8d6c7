import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/parse/assemble.js';
import { combine, lineages } from '../../src/parse/lineage.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import { chainPairs } from '../../src/parse/pairs.js';
import type { Series } from '../../src/parse/series.js';
import { BASE, bytes, mail, mbox, PATCH } from './mail-samples.js';

const series = async (...mails: string[]): Promise<readonly Series[]> => {
  const { messages, gaps } = await readInput('in', bytes(mbox(mails)));
  return assemble(messages, gaps);
};
const patch = (subject: string, id: string, headers: Record<string, string> = {}, diff = PATCH): string =>
  mail(subject, `Why.\n---\n${diff}`, { 'Message-ID': `<${id}>`, ...headers });
const whys = (s: Series | undefined): string => (s?.gaps ?? []).map((g) => g.why).join('\n');
const thread = { 'In-Reply-To': '<c@x>', References: '<c@x>' };

describe('what mails of a series look like', () => {
  it('scissors: what stands above them is talk, in-body headers below them count', async () => {
    const [s] = await series(
      mail(
        'Re: a thought',
        `I would do it like this.\n\n-- >8 --\nSubject: [PATCH] mm: walk the pool\nFrom: The Author <author@example.org>\n\nWhy.\n---\n${PATCH}`,
        { 'Message-ID': '<a@x>' },
      ),
    );
    expect(s!.patches[0]).toMatchObject({ subject: 'mm: walk the pool', author: 'The Author <author@example.org>', certainty: 'intact' });
  });

  it("a list's footer and a signature are no part of the last hunk", async () => {
    const footer = '_______________________________________________\nlinux-mm mailing list\nhttps://lists.example.org/\n';
    for (const end of [
      `-- \n2.39.5\n\n${footer}`,
      footer,
      "-- \nTo unsubscribe, send a message with 'unsubscribe linux-mm' in\nthe body\n",
      '\n--\nA Writer\nExample Ltd.\n',
    ]) {
      const [s] = await series(mail('[PATCH] x', `Why.\n---\n${PATCH}${end}`, { 'Message-ID': '<a@x>' }));
      expect(s!.patches[0]!.certainty).toBe('intact');
      expect(s!.patches[0]!.files[0]!.hunks[1]!.lines).toHaveLength(16);
      expect(whys(s)).toBe('');
    }
  });

  it('dates in the future and without sense change neither order nor version', async () => {
    const [s] = await series(
      patch('[PATCH v2 2/2] b', 'b@x', { ...thread, Date: 'Fri, 1 Jan 2100 00:00:00 +0000' }),
      patch('[PATCH v2 1/2] a', 'a@x', { ...thread, Date: 'yesterday' }),
      patch('[PATCH 1/1] a', 'old@x', { Date: 'Sat, 2 Jan 2100 00:00:00 +0000' }),
    );
    expect(s).toMatchObject({ version: 2 });
    expect(s!.patches.map((p) => p.subject)).toEqual(['a', 'b']);
  });

  it('mm-commits: the subject in the body, quilt names, no index lines', async () => {
    const diff = PATCH.replace(/^diff --git.*\nindex.*\n/m, '')
      .replace('--- a/mm/pool.c', '--- a/mm/pool.c~mm-walk-the-pool')
      .replace('+++ b/', '+++ a/');
    const body = `\nThe patch titled\n     Subject: mm: walk the pool\nhas been added to the -mm mm-unstable branch.\n\n------------------------------------------------------\nFrom: The Author <author@example.org>\nSubject: mm: walk the pool\nDate: Tue, 21 Nov 2023 09:16:55 -0800\n\nWhy.\n---\n\n mm/pool.c |   11 ++++++++---\n 1 file changed\n\n${diff}_\n\nPatches currently in -mm which might be from author@example.org are\n\nmm-walk-the-pool.patch\n`;
    const [s] = await series(mail('+ mm-walk-the-pool.patch added to mm-unstable branch', body, { 'Message-ID': '<a@x>' }));
    expect(s!.patches.map((p) => [p.certainty, p.files.map((f) => [f.oldPath, f.newPath])])).toEqual([['intact', [['mm/pool.c', 'mm/pool.c']]]]);
    expect(s!.patches[0]!.author).toBe('The Author <author@example.org>');
    expect(s!.patches[0]!.subject).toBe('mm: walk the pool');
  });

  it('more than a hundred parts, in any order', async () => {
    const parts = Array.from({ length: 130 }, (_, i) =>
      patch(`[PATCH ${String(i + 1).padStart(3, '0')}/130] mm: part ${i + 1}`, `p${i}@x`, thread, PATCH.replaceAll('pool.c', `pool${i}.c`)),
    );
    const mixed = parts
      .map((p, i) => ({ p, at: (i * 77) % 130 }))
      .sort((a, b) => a.at - b.at)
      .map((e) => e.p);
    const all = await series(...mixed, mail('[PATCH 000/130] all', 'All.\n', { 'Message-ID': '<c@x>' }));
    expect(all).toHaveLength(1);
    expect(all[0]!.patches.map((p) => p.index)).toEqual(Array.from({ length: 130 }, (_, i) => i + 1));
    expect(all[0]!.cover?.messageId).toBe('c@x');
    expect(whys(all[0])).toBe('');
  });

  it('parts that rename, carry binaries or nothing at all keep their places', async () => {
    const rename = 'diff --git a/mm/a.c b/mm/b.c\nsimilarity index 100%\nrename from mm/a.c\nrename to mm/b.c\n';
    const binary =
      'diff --git a/logo.png b/logo.png\nindex 5555555..6666666 100644\nGIT binary patch\nliteral 3\nKcmZQzU|?Vb00aO4\n\nliteral 0\nHcmV?d00001\n\n';
    const [s] = await series(
      patch('[PATCH 1/3] move', 'a@x', thread, rename),
      patch('[PATCH 2/3] logo', 'b@x', thread, binary),
      mail('[PATCH 3/3] words', 'Only words.\n', { 'Message-ID': '<d@x>', ...thread }),
    );
    expect(s!.patches.map((p) => p.files.map((f) => [f.oldPath, f.newPath, f.rename, f.binary]))).toEqual([
      [['mm/a.c', 'mm/b.c', true, false]],
      [['logo.png', 'logo.png', false, true]],
      [],
    ]);
    expect(whys(s)).toMatch(/part 3 carries no diff/);
  });

  it('control characters in a subject and a diff are kept as data, and names with them are refused', async () => {
    const [s] = await series(
      patch(
        '[PATCH] mm: \u001b[31mred',
        'a@x',
        {},
        `${PATCH.replace('pool_count(pool);', 'pool_count("\u001b[2J");')}--- a/mm/\u0007x.c\n+++ b/mm/\u0007x.c\n@@ -1 +1 @@\n-a\n+b\n`,
      ),
    );
    expect(s!.patches[0]!.files.map((f) => f.newPath)).toEqual(['mm/pool.c']);
    expect(s!.patches[0]!.files[0]!.hunks[0]!.lines.some((l) => l.text.includes('\u001b[2J'))).toBe(true);
    expect(whys(s)).toMatch(/control characters/);
    expect(whys(s)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

describe('versions and works in one input', () => {
  const versions = (): string[] => [
    patch('[PATCH 1/2] mm: a', 'a1@x'),
    patch('[PATCH 2/2] mm: b', 'b1@x', { 'In-Reply-To': '<a1@x>' }),
    patch('[PATCH v2 1/2] mm: a', 'a2@x', { 'In-Reply-To': '<a1@x>' }),
    patch('[PATCH v2 2/2] mm: b', 'b2@x', { 'In-Reply-To': '<a2@x>' }),
    patch('[PATCH v3 1/2] mm: a', 'a3@x'),
  ];

  it('the newest complete version is chosen, any other on demand, and all are at hand', async () => {
    const all = await series(...versions());
    const [work, ...more] = lineages(all);
    expect(more).toEqual([]);
    expect(work!.chosen.version).toBe(2);
    expect(work!.others.map((s) => s.version)).toEqual([3, 1]);
    expect(lineages(all, 1)[0]!.chosen.patches.map((p) => p.messageId)).toEqual(['a1@x', 'b1@x']);
    expect(lineages(all, 3)[0]!.chosen.version).toBe(3);
    expect(lineages(all, 7)).toEqual([]);
  });

  it('another title in the old thread, and a title kept without a thread, are versions of the same work', async () => {
    const inThread = await series(patch('[PATCH] mm: count pages', 'a@x'), patch('[PATCH v2] mm: count folios', 'b@x', { 'In-Reply-To': '<a@x>' }));
    expect(lineages(inThread).map((l) => [l.chosen.version, l.others.length])).toEqual([[2, 1]]);
    const byTitle = await series(patch('[PATCH] mm: count pages', 'a@x'), patch('[RFC PATCH v4] mm: count pages', 'b@x'));
    expect(lineages(byTitle).map((l) => [l.chosen.version, l.others.length])).toEqual([[4, 1]]);
  });

  it('of a series and its repost, the repost', async () => {
    const all = await series(patch('[PATCH] mm: a', 'a@x'), patch('[PATCH RESEND] mm: a', 'b@x'));
    expect(lineages(all).map((l) => l.chosen.messageId)).toEqual(['b@x']);
  });

  it('different works are reviewed one after the other, patches numbered through', async () => {
    const all = await series(
      patch('[PATCH 1/2] mm: a', 'a@x'),
      patch('[PATCH 2/2] mm: b', 'b@x', { 'In-Reply-To': '<a@x>' }),
      patch('[PATCH] fs: c', 'c@y', { From: 'Another <another@example.org>' }),
    );
    const works = lineages(all);
    expect(works.map((l) => l.chosen.subject)).toEqual(['mm: a', 'fs: c']);
    const one = combine(works.map((l) => l.chosen));
    expect(one).toMatchObject({ subject: 'mm: a (and 1 other series)', expected: 3 });
    expect(one!.patches.map((p) => [p.index, p.subject])).toEqual([
      [1, 'mm: a'],
      [2, 'mm: b'],
      [3, 'fs: c'],
    ]);
  });
});

describe('what the base has already', () => {
  const second = PATCH.replace(/[\s\S]*?(?=@@ -26)/, 'diff --git a/mm/pool.c b/mm/pool.c\n--- a/mm/pool.c\n+++ b/mm/pool.c\n').replace(
    '-26,8 +28,15',
    '-28,8 +28,15',
  );
  const first = PATCH.slice(0, PATCH.indexOf('@@ -26'));
  const pairsOn = async (base: string): Promise<ReturnType<typeof chainPairs>> =>
    chainPairs(
      (await series(patch('[PATCH 1/2] a', 'a@x', {}, first), patch('[PATCH 2/2] b', 'b@x', { 'In-Reply-To': '<a@x>' }, second)))[0]!.patches,
      (path) => (path === 'mm/pool.c' ? base : null),
    );

  it('a series, or its beginning, that is merged is taken out of the base and reviewed all the same', async () => {
    const clean = await pairsOn(BASE);
    expect(clean.flat().map((p) => [p.completeness, p.gaps.length])).toEqual([
      ['whole', 0],
      ['whole', 0],
    ]);
    for (const merged of [clean[1]![0]!.post!, clean[0]![0]!.post!]) {
      const pairs = await pairsOn(merged);
      expect(pairs.flat().map((p) => [p.completeness, p.fit, p.pre, p.post])).toEqual(clean.flat().map((p) => [p.completeness, p.fit, p.pre, p.post]));
      expect(pairs[0]![0]!.gaps.map((g) => g.why).join()).toMatch(/the base has this change already/);
    }
  });
});
