import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { findTree, kernelVersion, openTree } from '../../src/host/tree.js';
import { assemble } from '../../src/parse/assemble.js';
import { chainPairs } from '../../src/parse/pairs.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import type { Series } from '../../src/parse/series.js';
import { BASE, bytes, mail, PATCH } from '../parse/mail-samples.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-tree-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

function put(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

const git = (dir: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: dir, encoding: 'utf8' }).trim();
const MAKEFILE = '# SPDX\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 99\nEXTRAVERSION =\n';
const FILES = { Kbuild: '', 'kernel/x.c': '', Makefile: MAKEFILE, 'mm/pool.c': BASE };

/** A repository whose HEAD has moved on; the first commit is the base. */
function repository(name: string): { dir: string; first: string; head: string; blob: string } {
  const dir = join(work, name);
  put(dir, FILES);
  git(dir, 'init', '-q');
  git(dir, 'add', '-A');
  git(dir, 'commit', '-qm', 'base');
  const first = git(dir, 'rev-parse', 'HEAD');
  const blob = git(dir, 'rev-parse', 'HEAD:mm/pool.c');
  put(dir, { 'mm/pool.c': `/* moved on */\n${BASE}` });
  git(dir, 'commit', '-qam', 'more');
  return { dir, first, head: git(dir, 'rev-parse', 'HEAD'), blob };
}

async function seriesOf(body: string): Promise<Series> {
  const { messages, gaps } = await readInput('in', bytes(mail('[PATCH] x', body)));
  return assemble(messages, gaps)[0]!;
}

describe('git trees', () => {
  const { dir, first, head, blob } = repository('repo');

  it('base-commit wins, and its text is exact', async () => {
    const series = await seriesOf(`---\n${PATCH}\nbase-commit: ${first}\n`);
    const base = await (await openTree(dir)).baseFor(series);
    expect(base).toMatchObject({ kind: 'base-commit', rev: first, exact: true, version: '6.1.99', gaps: [], error: null });
    expect(base.read('mm/pool.c', null)).toBe(BASE);
    expect(chainPairs(series.patches, base.read, base.exact)[0]![0]!.fit).toBe('exact');
  });

  it('then blob ids, wherever in history they are', async () => {
    const base = await (await openTree(dir)).baseFor(await seriesOf(`---\n${PATCH.replace('1111111', blob.slice(0, 10))}`));
    expect(base).toMatchObject({ kind: 'blob-ids', rev: head });
    expect(base.read('mm/pool.c', blob.slice(0, 10))).toBe(BASE);
  });

  it('then HEAD with offset, also when the named commit is unknown (with a gap)', async () => {
    const series = await seriesOf(`---\n${PATCH}\nbase-commit: 0123456789abcdef0123456789abcdef01234567\n`);
    const base = await (await openTree(dir)).baseFor(series);
    expect(base).toMatchObject({ kind: 'head', rev: head, exact: false });
    expect(base.gaps.map((g) => g.why).join()).toMatch(/no commit 0123456789ab/);
    expect(chainPairs(series.patches, base.read, base.exact)[0]![0]).toMatchObject({ fit: 'consistent', completeness: 'whole' });
  });

  it('an asked-for revision is used; one that does not exist is an error that names it', async () => {
    const series = await seriesOf(`---\n${PATCH}`);
    expect((await (await openTree(dir, first)).baseFor(series)).read('mm/pool.c', null)).toBe(BASE);
    expect(await (await openTree(dir, 'v99.1')).baseFor(series)).toMatchObject({ kind: 'none', error: expect.stringContaining('v99.1') as string });
  });

  it('prerequisites that were not applied are a gap', async () => {
    const base = await (await openTree(dir)).baseFor(await seriesOf(`---\n${PATCH}\nbase-commit: ${first}\nprerequisite-patch-id: ${first}\n`));
    expect(base.exact).toBe(false);
    expect(base.gaps.map((g) => g.why).join()).toMatch(/builds on 1 patch .*1 was not found/);
  });

  it('reads commits, not dirty files, and leaves work tree and index alone', async () => {
    put(dir, { 'mm/pool.c': 'dirty\n' });
    const index = readFileSync(join(dir, '.git/index')).toString('hex');
    const before = statSync(join(dir, '.git/index')).mtimeMs;
    const tree = await openTree(dir);
    const base = await tree.baseFor(await seriesOf(`---\n${PATCH}`));
    expect(base.read('mm/pool.c', null)).toBe(`/* moved on */\n${BASE}`);
    expect((await tree.read(['mm/pool.c', 'mm/none.c'], first)).get('mm/pool.c')).toBe(BASE);
    expect(await tree.mentions('pool_walk', ['mm'], null)).toEqual(['mm/pool.c']);
    expect(await tree.mentions('pool_wal', ['mm'], null)).toEqual([]);
    expect(readFileSync(join(dir, '.git/index')).toString('hex')).toBe(index);
    expect(statSync(join(dir, '.git/index')).mtimeMs).toBe(before);
    git(dir, 'checkout', '-q', '--', 'mm/pool.c');
  });

  it('findTree knows a kernel work tree from inside it, and no other', async () => {
    expect(await findTree(join(dir, 'mm'))).toBe(dir);
    const other = join(work, 'other');
    put(other, { readme: 'x' });
    git(other, 'init', '-q');
    expect(await findTree(other)).toBeNull();
  });
});

describe('folders', () => {
  const dir = join(work, 'folder');
  put(dir, FILES);

  it('files as they lie there, version from the Makefile', async () => {
    const series = await seriesOf(`---\n${PATCH}`);
    const tree = await openTree(dir);
    const base = await tree.baseFor(series);
    expect(base).toMatchObject({ kind: 'folder', rev: null, version: '6.1.99', gaps: [] });
    expect(base.read('mm/pool.c', null)).toBe(BASE);
    expect(await tree.mentions('pool_walk', ['mm'], null)).toEqual(['mm/pool.c']);
  });

  it('a link that leaves the tree is not followed', async () => {
    writeFileSync(join(work, 'secret.c'), 'int secret;\n');
    symlinkSync(join(work, 'secret.c'), join(dir, 'mm/link.c'));
    expect([...(await (await openTree(dir)).read(['mm/link.c', '../secret.c'], null)).keys()]).toEqual([]);
  });

  it('no kernel, but the files are there: works, with a gap', async () => {
    const small = join(work, 'small');
    put(small, { 'mm/pool.c': BASE });
    const tree = await openTree(small);
    expect(tree.gaps.map((g) => g.why).join()).toMatch(/does not look like a kernel tree/);
    expect((await tree.baseFor(await seriesOf(`---\n${PATCH}`))).kind).toBe('folder');
  });

  it('no kernel, and none of the files: an error', async () => {
    const list = join(work, 'shopping');
    put(list, { 'list.txt': 'milk\n' });
    expect(await (await openTree(list)).baseFor(await seriesOf(`---\n${PATCH}`))).toMatchObject({
      kind: 'none',
      error: expect.stringMatching(/shopping is no kernel tree/) as string,
    });
  });

  it('what is no folder, and --base without git, are errors', async () => {
    expect((await openTree(join(work, 'nowhere'))).error).toMatch(/nowhere is no folder/);
    expect((await openTree(dir, 'v6.1')).error).toMatch(/no git repository.*v6\.1/);
  });
});

it('kernel versions', () => {
  expect(kernelVersion(MAKEFILE)).toBe('6.1.99');
  expect(kernelVersion('all:\n')).toBeNull();
});

const kernel = process.env['RMAP_KERNEL_TREE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rmap-review', 'linux-6.1');

const trace = join(work, 'trace2');

/** How many git processes have written to git's own trace. */
function gitsStarted(): number {
  return existsSync(trace)
    ? readFileSync(trace, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"event":"start"')).length
    : 0;
}

describe.skipIf(!existsSync(join(kernel, 'mm')))('a real kernel tree (RMAP_KERNEL_TREE)', () => {
  it('is recognised, and one small patch takes one git process', async () => {
    vi.stubEnv('GIT_TRACE2_EVENT', trace);
    const tree = await openTree(kernel);
    expect(tree.gaps).toEqual([]);
    const started = gitsStarted();
    const base = await tree.baseFor(await seriesOf('---\n--- a/mm/rmap.c\n+++ b/mm/rmap.c\n@@ -1,1 +1,1 @@\n-/*\n+/* \n'));
    expect(base.version).toMatch(/^6\.1/);
    expect(base.read('mm/rmap.c', null)!.length).toBeGreaterThan(10_000);
    vi.unstubAllEnvs();
    expect(gitsStarted() - started).toBe(1);
  });
});
