import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../fixture.js';
import { assemble } from '../../src/parse/assemble.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import { recoverPatches } from '../../src/parse/recover.js';
import type { Hunk, Series } from '../../src/parse/series.js';

const seeds = join(process.env['RMAP_SHARED'] ?? join(projectRoot, '..', 'shared'), 'seeds');
const tree = process.env['RMAP_KERNEL_TREE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rmap-review', 'linux-6.1');
const pathOf = (number: string): string => join(seeds, readdirSync(seeds).find((n) => n.startsWith(`${number}_`))!);
const series = async (...numbers: string[]): Promise<Series> => {
  const read = await Promise.all(numbers.map(async (n) => readInput(n, readFileSync(pathOf(n)))));
  return assemble(
    read.flatMap((r) => r.messages),
    read.flatMap((r) => r.gaps),
  )[0]!;
};
const hunksOf = (s: Series): readonly Hunk[] => s.patches.flatMap((p) => p.files.flatMap((f) => f.hunks));
const count = (list: readonly Hunk[], kind: string): number => list.flatMap((h) => h.lines.filter((l) => l.kind === kind)).length;
/** Changed lines of the page itself, white space as it is. */
const changed = (text: string): string[] => text.split('\n').filter((l) => /^[-+]/.test(l) && !/^(?:---|\+\+\+)(?:$| )/.test(l) && l !== '--');

describe.skipIf(!existsSync(seeds))('five real mails as archives show them (needs ../shared)', () => {
  it.each(['000', '001', '002'])('%s: every added and removed line exactly, every hunk at least count-consistent', async (number) => {
    const read = await series(number);
    expect(new Set(hunksOf(read).map((h) => h.certainty))).toEqual(new Set(['count-consistent']));
    expect(hunksOf(read).flatMap((h) => h.lines.filter((l) => l.kind !== ' ').map((l) => l.kind + l.text))).toEqual(
      changed(readFileSync(pathOf(number), 'utf8')),
    );
  });

  it('000: sixteen lost blank lines are put back and marked', async () => {
    const put = hunksOf(await series('000')).flatMap((h) => h.lines.filter((l) => l.inferred));
    expect(put).toHaveLength(16);
    expect(put.every((l) => l.kind === ' ' && l.text === '' && l.mailLine === 0)).toBe(true);
  });

  it('000 and 002 together check each other through their blob ids, and say so', async () => {
    const whys = (await series('002', '000')).gaps.map((g) => `${g.file}: ${g.why}`).join('\n');
    expect(whys).toMatch(/include\/linux\/rmap\.h: patch 12 starts from the text that patch 8 leaves \(blob ebe9f3f61170\)/);
    expect(whys).toMatch(/mm\/migrate\.c: patch 12 starts from the text that patch 8 leaves \(blob b397cdeab09a\)/);
    expect(whys).not.toMatch(/differ/);
  });

  it('003: lines unwrapped, repeat: put back and marked, what cannot be proved marked', async () => {
    const read = await series('003');
    const hunks = hunksOf(read);
    expect(hunks).toHaveLength(5);
    expect(hunks.every((h) => h.certainty === 'guessed')).toBe(true);
    expect(hunks[0]!.section).toBe('int split_huge_page_to_list(struct page *page, struct list_head *list)');
    const lines = hunks.flatMap((h) => h.lines);
    expect(lines.find((l) => l.text === 'repeat:')).toMatchObject({ kind: '+', inferred: true, mailLine: 0 });
    expect(lines.find((l) => l.kind === '+' && l.text.includes('!= anon_mapping)) {'))).toMatchObject({ inferred: false });
    expect(lines.filter((l) => !l.inferred && l.kind === '+')).toHaveLength(27);
    expect(lines.filter((l) => l.kind === '-').map((l) => l.text.trim())).toEqual([
      'anon_vma = page_get_anon_vma(page);',
      'if (!anon_vma)',
      'goto out;',
      'anon_vma_lock_write(anon_vma);',
    ]);
    expect(read.gaps.filter((g) => g.why.includes('is uncertain'))).toHaveLength(5);
  });

  it('004: fifteen hunks; added and removed lines as many as the diffstat says, operators in their lines, and no word lost', async () => {
    const read = await series('004');
    const files = read.patches[0]!.files;
    expect(hunksOf(read)).toHaveLength(15);
    expect(files.map((f) => [f.newPath, count(f.hunks, '+') + count(f.hunks, '-')])).toEqual([
      ['include/linux/rmap.h', 4],
      ['mm/huge_memory.c', 16],
      ['mm/migrate.c', 9],
      ['mm/rmap.c', 367],
    ]);
    expect([count(hunksOf(read), '+'), count(hunksOf(read), '-')]).toEqual([289, 107]);
    const lines = hunksOf(read)
      .flatMap((h) => h.lines)
      .map((l) => l.kind + l.text);
    for (const line of [
      '+ address + PAGE_SIZE : vma_address_end(page, vma);',
      '+ subpage = page - page_to_pfn(page) + pte_pfn(*pvmw.pte);',
      '+ address + PAGE_SIZE);',
      '- && !PageKsm(page) && PageAnon(page))',
      '+static bool try_to_migrate_one(struct page *page, struct vm_area_struct *vma,',
      '-#ifdef CONFIG_ARCH_ENABLE_THP_MIGRATION',
    ])
      expect(lines).toContain(line);
    const page = readFileSync(pathOf('004'), 'utf8').replace(/\s+/g, ' ');
    for (const hunk of hunksOf(read)) {
      const words = hunk.lines
        .filter((l) => !l.inferred)
        .map((l) => (l.kind === ' ' ? l.text : l.kind + l.text))
        .join(' ')
        .replace(/\s+/g, ' ')
        .trim();
      expect(page, `@@ -${hunk.oldStart}`).toContain(words);
    }
  });

  it.skipIf(!existsSync(tree))('001: tree-consistent against the 6.1 tree (needs a kernel tree)', async () => {
    const [done] = recoverPatches(await series('001'), (path) => (existsSync(join(tree, path)) ? readFileSync(join(tree, path), 'utf8') : null));
    expect(done!.files.map((f) => [f.path, f.hunks.map((h) => h.certainty)])).toEqual([
      ['mm/rmap.c', ['tree-consistent', 'tree-consistent', 'tree-consistent']],
    ]);
  });
});
