import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDiff } from '../../src/parse/diff/read-diff.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import type { FileDiff } from '../../src/parse/series.js';
import { collapse, PATCH } from './mail-samples.js';

/** The class of each line, one character each, hunks by `|`. */
const classes = (file: FileDiff | undefined): string => (file?.hunks ?? []).map((h) => h.lines.map((l) => l.kind).join('')).join('|');
const certainties = (file: FileDiff | undefined): string[] => (file?.hunks ?? []).map((h) => h.certainty);
const RIGHT = '   -++ +   |   -+++++ +++   ';

describe('intact diffs', () => {
  it('reads the lines with their place in the mail', () => {
    const body = `Subject text.\n---\n mm/pool.c | 1 +\n\n${PATCH}-- \n2.39.5\n`;
    const { files, gaps } = readDiff(body);
    expect(gaps).toEqual([]);
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({ oldPath: 'mm/pool.c', newPath: 'mm/pool.c', oldBlob: '1111111', newBlob: '2222222', rename: false, binary: false });
    expect(classes(files[0])).toBe(RIGHT);
    expect(certainties(files[0])).toEqual(['intact', 'intact']);
    const lines = body.split('\n');
    for (const hunk of files[0]!.hunks) for (const line of hunk.lines) expect(lines[line.mailLine - 1]!.slice(1)).toBe(line.text);
  });

  it('a removed line that looks like a header, and one that looks like a signature, belong to the hunk', () => {
    const body = 'diff --git a/doc b/doc\n--- a/doc\n+++ b/doc\n@@ -1,4 +1,3 @@\n x\n--- a/doc\n-- \n+++ b/doc\n y\n-- \n2.17.1\n';
    const { files, gaps } = readDiff(body);
    expect(gaps).toEqual([]);
    expect(files[0]!.hunks[0]!.lines.map((l) => l.kind + l.text)).toEqual([' x', '--- a/doc', '-- ', '+++ b/doc', ' y']);
  });

  it('renames, copies, new, deleted, binary, mode changes, quoted and blank-holding names', () => {
    const { files } = readDiff(
      [
        'diff --git a/old.c b/new.c',
        'similarity index 100%',
        'rename from old.c',
        'rename to new.c',
        'diff --git a/a.c b/copy.c',
        'similarity index 90%',
        'copy from a.c',
        'copy to copy.c',
        'diff --git a/born.c b/born.c',
        'new file mode 100644',
        'index 0000000..3333333',
        '--- /dev/null',
        '+++ b/born.c',
        '@@ -0,0 +1 @@',
        '+int x;',
        '\\ No newline at end of file',
        'diff --git a/gone.c b/gone.c',
        'deleted file mode 100644',
        'index 4444444..0000000',
        '--- a/gone.c',
        '+++ /dev/null',
        '@@ -1 +0,0 @@',
        '-int x;',
        'diff --git a/pic.png b/pic.png',
        'index 5555555..6666666 100644',
        'Binary files a/pic.png and b/pic.png differ',
        'diff --git a/run.sh b/run.sh',
        'old mode 100644',
        'new mode 100755',
        'diff --git "a/tab\\tand \\303\\244.c" "b/tab\\tand \\303\\244.c"',
        'old mode 100644',
        'new mode 100755',
        'diff --git a/two words b/x.c b/two words b/x.c',
        '--- a/two words b/x.c\t',
        '+++ b/two words b/x.c\t',
        '@@ -1 +1 @@',
        '-a',
        '+b',
        '',
      ].join('\n'),
    );
    expect(files.map((f) => [f.oldPath, f.newPath, f.rename, f.binary])).toEqual([
      ['old.c', 'new.c', true, false],
      ['a.c', 'copy.c', false, false],
      [null, 'born.c', false, false],
      ['gone.c', null, false, false],
      ['pic.png', 'pic.png', false, true],
      ['run.sh', 'run.sh', false, false],
      ['two words b/x.c', 'two words b/x.c', false, false],
    ]);
    expect(files[2]!.oldBlob).toBeNull();
    expect(files[2]!.hunks[0]!.lines[0]!.noNewline).toBe(true);
  });

  it('quoted names are decoded', () => {
    const { files } = readDiff(
      'diff --git "a/\\303\\244 \\"q\\".c" "b/\\303\\244 \\"q\\".c"\n--- "a/\\303\\244 \\"q\\".c"\n+++ "b/\\303\\244 \\"q\\".c"\n@@ -1 +1 @@\n-a\n+b\n',
    );
    expect(files[0]!.newPath).toBe('ä "q".c');
  });

  it('quilt, mm-commits and no-prefix names', () => {
    const hunk = '@@ -1 +1 @@\n-a\n+b\n';
    const names = (older: string, newer: string): unknown => readDiff(`--- ${older}\n+++ ${newer}\n${hunk}`).files.map((f) => [f.oldPath, f.newPath]);
    expect(names('a/mm/x.c~fix-it', 'a/mm/x.c')).toEqual([['mm/x.c', 'mm/x.c']]);
    expect(names('linux.orig/mm/x.c\t2021-01-01 10:00:00.000 +0000', 'linux/mm/x.c\t2021-01-01 10:00:00.000 +0000')).toEqual([['mm/x.c', 'mm/x.c']]);
    expect(names('mm/x.c', 'mm/x.c')).toEqual([['mm/x.c', 'mm/x.c']]);
  });

  it('unsafe names are left out, with a gap; the other files stay', () => {
    const hunk = '@@ -1 +1 @@\n-a\n+b\n';
    const { files, gaps } = readDiff(
      `--- a/../../etc/passwd\n+++ b/../../etc/passwd\n${hunk}--- /etc/shadow\n+++ /etc/shadow\n${hunk}--- a/.git/config\n+++ b/.git/config\n${hunk}--- a/ok.c\n+++ b/ok.c\n${hunk}`,
    );
    expect(files.map((f) => f.newPath)).toEqual(['ok.c']);
    expect(gaps).toHaveLength(3);
  });

  it('prose with diff-like lines makes no file', () => {
    expect(readDiff('Before:\n\n--- not a diff\nand\n+++ neither\n@@ what @@\n').files).toEqual([]);
  });
});

describe('wrong counts', () => {
  it('too small: nothing is dropped silently', () => {
    const { files, gaps } = readDiff(PATCH.replace('@@ -26,8 +28,15 @@', '@@ -26,8 +28,12 @@'));
    expect(certainties(files[0])).toEqual(['intact', 'guessed']);
    expect(classes(files[0])).toBe(RIGHT);
    expect(gaps[0]!.why).toMatch(/@@ -26,8 \+28,12 @@ is uncertain.*8 and 15 follow/);
  });

  it('monstrous counts cost nothing: the hunk is refused', () => {
    for (const text of [collapse(PATCH, { dropBlank: true }), `Words. ${PATCH.replaceAll('\n', ' ')}`, PATCH]) {
      const { files } = readDiff(text.replace('@@ -6,8 +6,10 @@', '@@ -6,999999999 +6,999999999 @@'));
      expect(certainties(files[0])[0]).toBe('refused');
    }
  });

  it('too big: the next file is not swallowed', () => {
    const { files, gaps } = readDiff(PATCH.replace('-26,8 +28,15', '-26,11 +28,18') + PATCH.replaceAll('pool.c', 'other.c'));
    expect(files.map((f) => f.newPath)).toEqual(['mm/pool.c', 'mm/other.c']);
    expect(certainties(files[1])).toEqual(['intact', 'intact']);
    expect(gaps).toHaveLength(1);
  });

  it('a mail cut off inside a hunk: that hunk is refused, the others stay', () => {
    const { files, gaps } = readDiff(PATCH.slice(0, PATCH.indexOf('+		if (pool_dead')));
    expect(certainties(files[0])).toEqual(['intact', 'refused']);
    expect(gaps[0]!.why).toMatch(/could not be read: the mail ends inside it/);
  });
});

describe('white-space damage', () => {
  it('lost context blanks and collapsed white space: every class right by the counts', () => {
    const { files, gaps } = readDiff(`Text.\n${collapse(PATCH, { dropBlank: false })}\n--\n2.39.5\n`);
    expect(gaps).toEqual([]);
    expect(classes(files[0])).toBe(RIGHT);
    expect(certainties(files[0])).toEqual(['count-consistent', 'count-consistent']);
  });

  it('dropped blank lines come back as inferred context, where the three-context-lines rule wants them', () => {
    const { files, gaps } = readDiff(`Text.\n${collapse(PATCH, { dropBlank: true })}\n--\n2.39.5\n`);
    expect(gaps).toEqual([]);
    expect(classes(files[0])).toBe(RIGHT);
    expect(files[0]!.hunks.flatMap((h) => h.lines.filter((l) => l.inferred)).every((l) => l.text === '' && l.kind === ' ' && l.mailLine === 0)).toBe(true);
  });

  it('context that begins with - or + and lost its blank is told from changes by the counts', () => {
    const patch =
      '--- a/x.c\n+++ b/x.c\n@@ -10,7 +10,7 @@ f\n static int f(int i)\n {\n \tint end = start\n \t\t+ PAGE_SIZE;\n-\treturn end;\n+\treturn end - i;\n \t--i;\n }\n';
    const { files } = readDiff(collapse(patch, { dropBlank: false }));
    expect(classes(files[0])).toBe('    -+  ');
    expect(files[0]!.hunks[0]!.lines.map((l) => l.text)).toContain('+ PAGE_SIZE;');
  });

  it('a blank context line inside a run of added lines', () => {
    const patch = '--- a/x.c\n+++ b/x.c\n@@ -10,6 +10,8 @@ f\n a();\n b();\n c();\n+\td();\n \n+\te();\n f();\n g();\n';
    expect(classes(readDiff(collapse(patch, { dropBlank: false })).files[0])).toBe('   + +  ');
  });

  it('wrapped lines and a wrapped hunk header are joined', () => {
    const wrapped = PATCH.replace(
      'static struct pool *pool_get_locked(struct pool *pool)\n \tstruct',
      'static struct pool *pool_get_locked(struct \npool *pool)\n \tstruct',
    ).replace('+	if (!down_read_trylock(&root->lock)) {', '+	if (!down_read_trylock(\n&root->lock)) {');
    const { files } = readDiff(wrapped);
    expect(classes(files[0])).toBe(RIGHT);
    expect(files[0]!.hunks[0]!.section).toBe('static struct pool *pool_get_locked(struct pool *pool)');
    expect(files[0]!.hunks[0]!.lines[4]!.text.replace(/\s+/g, '')).toBe('if(!down_read_trylock(&root->lock)){');
  });

  it('tabs that became blanks are put back, and the hunk is no longer called intact', () => {
    const spaced = PATCH.replace(/^([-+ ])(\t+)/gm, (_, m: string, t: string) => m + ' '.repeat(t.length * 8 - 1));
    const { files } = readDiff(spaced);
    expect(certainties(files[0])).toEqual(['count-consistent', 'count-consistent']);
    expect(files[0]!.hunks[0]!.lines[0]!.text).toBe('\tstruct pool *root;');
  });

  it('lines of one word dropped: comment ends, labels and blank lines come back as a guess that closes the counts', () => {
    const patch = `diff --git a/mm/x.c b/mm/x.c
--- a/mm/x.c
+++ b/mm/x.c
@@ -20,6 +20,7 @@ static int f(struct pool *pool)
 \tstruct pool *root;
 \tint tries = 0;
 
+again:
 \trcu_read_lock();
 \troot = READ_ONCE(pool->root);
 \tif (!root || tries > 3)
@@ -40,6 +41,12 @@ static int f(struct pool *pool)
 \t * once more.
 \t */
 \tnr = pool_finish(root, tries);
+\ttries += 1;
+\tif (tries < 3 && pool_dead(root))
+\t\tgoto again;
+
+\t/* Nobody else can be here. */
+\tBUG_ON(tries == 4);
 \treturn nr ? nr : 1;
 }
 
`;
    const dropped = patch
      .split('\n')
      .filter((l) => /\S\s+\S/.test(l))
      .join('\n');
    const { files, gaps } = readDiff(dropped);
    expect(certainties(files[0])).toEqual(['guessed', 'guessed']);
    expect(classes(files[0])).toBe('   +   |   ++++++   ');
    const [first, second] = files[0]!.hunks;
    expect(first!.lines[3]).toMatchObject({ kind: '+', text: 'again:', inferred: true, mailLine: 0 });
    expect(second!.lines.map((l) => l.text.trim())).toContain('*/');
    expect(gaps.map((g) => g.why).join('\n')).toMatch(/@@ -20,6 \+20,7 @@ is uncertain: 4 of 6 old and 4 of 7 new.*one word/);
  });

  it('a mail on one line: files and hunks are sure, lines a guess by counts and C; operators are no markers', () => {
    const words = `From: W <w@xxx> Subject: mm/x: count pages ${'Because it is better to count. '.repeat(10)}--- mm/x.c | 9 +++++ `;
    const flat = `${words}--- a/mm/x.c~count +++ a/mm/x.c @@ -10,6 +10,9 @@ static int walk(struct pool *pool, int l { int n = 0; + if (pool->end - pool->start + PAGE_SIZE > limit && + pool_large(pool)) + return -EINVAL; n += pool_nr(pool); return n; } @@ -40,7 +43,7 @@ int count(struct pool *pool) { /* Count what is there. */ - return walk(pool, 0); + return walk(pool, pool->end - 1); } _`;
    const { files, gaps } = readDiff(flat);
    expect(files.map((f) => [f.oldPath, f.newPath])).toEqual([['mm/x.c', 'mm/x.c']]);
    expect(certainties(files[0])).toEqual(['guessed', 'guessed']);
    expect(files[0]!.hunks.map((h) => h.lines.filter((l) => l.kind !== ' ').map((l) => l.kind + l.text))).toEqual([
      ['+ if (pool->end - pool->start + PAGE_SIZE > limit &&', '+ pool_large(pool))', '+ return -EINVAL;'],
      ['- return walk(pool, 0);', '+ return walk(pool, pool->end - 1);'],
    ]);
    expect(gaps.map((g) => g.why)).toEqual([
      "hunk @@ -10,6 +10,9 @@ is uncertain: the mail's line ends are lost and were put back by guess",
      "hunk @@ -40,7 +43,7 @@ is uncertain: the mail's line ends are lost and were put back by guess",
    ]);
    const wrong = readDiff(flat.replace('+10,9 @@', '+10,8 @@'));
    expect(certainties(wrong.files[0])).toEqual(['refused', 'guessed']);
    expect(wrong.gaps[0]!.why).toMatch(/could not be read.*3 added and 0 removed/);
  });

  it('quoting, no-break spaces and HTML entities', () => {
    expect(classes(readDiff(PATCH.replace(/^/gm, '> ')).files[0])).toBe(RIGHT);
    expect(classes(readDiff(PATCH.replace(/^ /gm, '\u00a0')).files[0])).toBe(RIGHT);
    const { files } = readDiff(PATCH.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
    expect(files[0]!.hunks[0]!.lines[2]!.text).toBe('\troot = READ_ONCE(pool->root);');
  });
});

const shared = process.env['RMAP_SHARED'] ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'shared');
const seeds = join(shared, 'seeds');

describe.skipIf(!existsSync(seeds))('real archive pages (needs ../shared)', () => {
  const seed = async (number: string): Promise<ReturnType<typeof readDiff>> => {
    const name = readdirSync(seeds).find((n) => n.startsWith(`${number}_`))!;
    const { messages } = await readInput(name, readFileSync(join(seeds, name)));
    return readDiff(messages[0]!.body);
  };

  it.each([
    ['000', 3, 12],
    ['001', 1, 3],
    ['002', 4, 7],
  ])('%s: every hunk closes by its counts', async (number, files, hunks) => {
    const read = await seed(number);
    expect(read.gaps).toEqual([]);
    expect(read.files).toHaveLength(files);
    const all = read.files.flatMap((f) => f.hunks);
    expect(all).toHaveLength(hunks);
    for (const h of all) {
      expect(h.certainty).toBe('count-consistent');
      expect(h.lines.filter((l) => l.kind !== '+')).toHaveLength(h.oldLines);
      expect(h.lines.filter((l) => l.kind !== '-')).toHaveLength(h.newLines);
    }
  });

  it('000 and 002 fit together: what one leaves in a file is what the other finds', async () => {
    const [later, earlier] = [await seed('000'), await seed('002')];
    const blob = (files: readonly FileDiff[], path: string, side: 'oldBlob' | 'newBlob'): string | null | undefined =>
      files.find((f) => f.newPath === path)?.[side];
    for (const path of ['include/linux/rmap.h', 'mm/migrate.c']) expect(blob(later.files, path, 'oldBlob')).toBe(blob(earlier.files, path, 'newBlob'));
  });

  it.each([
    ['003', ['mm/huge_memory.c', 'mm/rmap.c'], 5],
    ['004', ['include/linux/rmap.h', 'mm/huge_memory.c', 'mm/migrate.c', 'mm/rmap.c'], 15],
  ])('%s: the files are listed, and each hunk is read or named in a gap', async (number, paths, hunks) => {
    const read = await seed(number);
    expect(read.files.map((f) => f.newPath)).toEqual(paths);
    const all = read.files.flatMap((f) => f.hunks);
    expect(all).toHaveLength(hunks);
    for (const h of all) {
      const named = read.gaps.some((g) => g.why.includes(`@@ -${h.oldStart},${h.oldLines} +${h.newStart},${h.newLines} @@`));
      expect(named || ['count-consistent', 'intact'].includes(h.certainty)).toBe(true);
    }
  });
});
