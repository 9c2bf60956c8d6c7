import { describe, expect, it } from 'vitest';
import { blobId } from '../../src/parse/apply/blob.js';
import { applyFile } from '../../src/parse/apply.js';
import { readDiff } from '../../src/parse/diff/read-diff.js';
import { chainPairs, sourcePairs } from '../../src/parse/pairs.js';
import type { FileDiff, Patch } from '../../src/parse/series.js';
import { BASE, collapse, PATCH } from './mail-samples.js';

const diffOf = (text: string): FileDiff => readDiff(text).files[0]!;
const POST = BASE.replace(
  '	if (!down_read_trylock(&root->lock))\n		return NULL;\n',
  '	if (!down_read_trylock(&root->lock)) {\n		pool_count(pool);\n		return NULL;\n	}\n',
).replace(
  '	for (i = 0; i < nr; i++)\n		pool_visit(root, i);\n',
  '	/*\n	 * Stop early when the pool goes away\n	 * under us.\n	 */\n	for (i = 0; i < nr; i++) {\n		pool_visit(root, i);\n		if (pool_dead(root))\n			break;\n	}\n',
);
const IDS = PATCH.replace('1111111', blobId(BASE).slice(0, 12)).replace('2222222', blobId(POST).slice(0, 12));
const patchOf = (index: number, text: string): Patch => ({
  index,
  subject: '',
  author: '',
  messageId: null,
  files: readDiff(text).files,
  certainty: 'intact',
  baseCommit: null,
  prerequisites: [],
  message: { messageId: null, inReplyTo: null, references: [], from: '', date: '', subject: '', body: text, bodyLine: 1, source: 'x' },
});

describe('applying intact hunks', () => {
  it('at their place: result, touched lines, lines of the mail', () => {
    const { post, fit, certainty, touched, mailLines, gaps } = applyFile(BASE, diffOf(PATCH));
    expect(post).toBe(POST);
    expect({ fit, certainty, gaps }).toEqual({ fit: 'consistent', certainty: 'intact', gaps: [] });
    const pre = BASE.split('\n');
    const now = POST.split('\n');
    expect(touched.map((t) => [pre.slice(t.pre[0] - 1, t.pre[1]).map((l) => l.trim()), now.slice(t.post[0] - 1, t.post[1]).map((l) => l.trim())])).toEqual([
      [['if (!down_read_trylock(&root->lock))'], ['if (!down_read_trylock(&root->lock)) {', 'pool_count(pool);']],
      [[], ['}']],
      [['for (i = 0; i < nr; i++)'], ['/*', '* Stop early when the pool goes away', '* under us.', '*/', 'for (i = 0; i < nr; i++) {']],
      [[], ['if (pool_dead(root))', 'break;', '}']],
    ]);
    expect(touched[1]!.pre[1]).toBe(touched[1]!.pre[0] - 1);
    const mail = PATCH.split('\n');
    for (const [line, at] of mailLines) expect(mail[at - 1]!.slice(1)).toBe(now[line - 1]);
  });

  it('the blob id of the base makes the fit exact', () => {
    expect(applyFile(BASE, diffOf(IDS)).fit).toBe('exact');
    expect(applyFile(`${BASE}\n`, diffOf(IDS)).fit).toBe('consistent');
  });

  it('at an offset, and with two outer lines of context changed', () => {
    const moved = `/* new */\n`.repeat(40) + BASE;
    expect(applyFile(moved, diffOf(PATCH))).toMatchObject({ post: `/* new */\n`.repeat(40) + POST, fit: 'consistent' });
    const other = BASE.replace('	struct pool *root;\n\n	root = READ', '	struct pool *mine;\n\n	root = READ');
    expect(applyFile(other, diffOf(PATCH))).toMatchObject({
      post: POST.replace('	struct pool *root;\n\n	root = READ', '	struct pool *mine;\n\n	root = READ'),
      fit: 'fuzzy',
    });
  });

  it('a hunk without its place is a gap; the others apply', () => {
    const other = BASE.replace('root = READ_ONCE(pool->root)', 'root = pool_root(pool)').replace(
      'if (!down_read_trylock(&root->lock))',
      'if (!try_lock(root))',
    );
    const { post, fit, applied, gaps } = applyFile(other, diffOf(PATCH));
    expect(applied).toBe(1);
    expect(fit).toBe('none');
    expect(post).toContain('pool_dead(root)');
    expect(gaps.map((g) => g.why)).toEqual(['hunk @@ -6,8 +6,10 @@ does not apply']);
  });

  it('a patch that is merged already is not applied twice by way of fuzz', () => {
    const { applied, gaps } = applyFile(POST, diffOf(PATCH));
    expect(applied).toBe(0);
    expect(gaps.map((g) => g.why).join()).toMatch(/has its result already/);
  });

  it('new, deleted and emptied files; missing final newlines', () => {
    const born = diffOf('--- /dev/null\n+++ b/x.c\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n');
    expect(applyFile(null, born)).toMatchObject({ pre: null, post: 'a\nb', fit: 'exact', certainty: 'intact', touched: [{ pre: [1, 0], post: [1, 2] }] });
    const gone = diffOf('--- a/x.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n\\ No newline at end of file\n');
    expect(applyFile('a\nb', gone)).toMatchObject({ post: null, fit: 'consistent' });
    const newline = diffOf('--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n');
    expect(applyFile('a\nb', newline).post).toBe('a\nb\n');
  });
});

describe('applying damaged hunks', () => {
  it.each([
    ['blank lines kept', false],
    ['blank lines dropped', true],
  ])('%s: context comes from the base, and the blob id proves the text', (_name, dropBlank) => {
    const diff = diffOf(collapse(IDS, { dropBlank }));
    expect(diff.hunks.map((h) => h.certainty)).toEqual(['count-consistent', 'count-consistent']);
    expect(applyFile(BASE, diff)).toMatchObject({ post: POST, fit: 'exact', certainty: 'blob-exact', gaps: [] });
  });

  it('without a blob id the tree makes it tree-consistent, down to the last blank', () => {
    const diff = diffOf(collapse(PATCH, { dropBlank: true }));
    expect(applyFile(BASE, diff)).toMatchObject({ post: POST, fit: 'consistent', certainty: 'tree-consistent' });
  });

  it('a file with CRLF line ends keeps them where the mail lost them', () => {
    const { post, certainty } = applyFile(BASE.replaceAll('\n', '\r\n'), diffOf(PATCH));
    expect(post).toBe(POST.replaceAll('\n', '\r\n'));
    expect(certainty).toBe('tree-consistent');
  });

  it('a blank line that the mail lost is still in the result', () => {
    const { post } = applyFile(BASE, diffOf(collapse(PATCH, { dropBlank: true })));
    expect(post!.split('\n').length).toBe(POST.split('\n').length);
  });
});

describe('pairs', () => {
  it('without a base: what the hunks show, at their line numbers, the section above them', () => {
    const [pair] = sourcePairs(patchOf(1, PATCH), () => null);
    expect(pair).toMatchObject({ completeness: 'fragments', fit: 'none', certainty: 'intact', path: 'mm/pool.c' });
    const pre = pair!.pre!.split('\n');
    const post = pair!.post!.split('\n');
    expect(pre[5]).toBe('\tstruct pool *root;');
    expect(pre[4]).toBe('static struct pool *pool_get_locked(struct pool *pool)');
    expect(pre[25]).toBe('\tif (!root)');
    expect(post[27]).toBe('\tif (!root)');
    for (const t of pair!.touched.slice(0, 1))
      expect(post.slice(t.post[0] - 1, t.post[1])).toEqual(['\tif (!down_read_trylock(&root->lock)) {', '\t\tpool_count(pool);']);
  });

  it('each patch of a series starts from what the one before left, through renames and deletions', () => {
    const rename =
      'diff --git a/mm/pool.c b/mm/pond.c\nsimilarity index 99%\nrename from mm/pool.c\nrename to mm/pond.c\n--- a/mm/pool.c\n+++ b/mm/pond.c\n@@ -1,3 +1,3 @@\n-#include "pool.h"\n+#include "pond.h"\n \n /* Takes the pool\'s lock. */\n';
    const after =
      'diff --git a/mm/pond.c b/mm/pond.c\n--- a/mm/pond.c\n+++ b/mm/pond.c\n@@ -1,3 +1,4 @@\n #include "pond.h"\n+#include "sea.h"\n \n /* Takes the pool\'s lock. */\n';
    const gone = `diff --git a/mm/x.c b/mm/x.c\ndeleted file mode 100644\n--- a/mm/x.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-int x;\n`;
    const asked: string[] = [];
    const pairs = chainPairs([patchOf(1, PATCH), patchOf(2, rename + gone), patchOf(3, after)], (path) => {
      asked.push(path);
      return path === 'mm/pool.c' ? BASE : path === 'mm/x.c' ? 'int x;\n' : null;
    });
    expect(pairs.map((p) => p.map((q) => [q.path, q.oldPath, q.completeness, q.post === null]))).toEqual([
      [['mm/pool.c', 'mm/pool.c', 'whole', false]],
      [
        ['mm/pond.c', 'mm/pool.c', 'whole', false],
        ['mm/x.c', 'mm/x.c', 'whole', true],
      ],
      [['mm/pond.c', 'mm/pond.c', 'whole', false]],
    ]);
    expect(pairs[1]![0]!.pre).toBe(POST);
    expect(pairs[2]![0]!.pre).toBe(pairs[1]![0]!.post);
    expect(new Set(asked)).toEqual(new Set(['mm/pool.c', 'mm/x.c']));
  });

  it('a base on which nothing fits gives fragments, with the reason', () => {
    const [pair] = sourcePairs(patchOf(1, PATCH), () => 'int unrelated;\n');
    expect(pair).toMatchObject({ completeness: 'fragments', fit: 'none' });
    expect(pair!.gaps).toHaveLength(2);
  });
});
