// What the benchmarks of whole processes share.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../scripts/set-up.mjs';

/** The tree to measure on: `asked`, $RMAP_KERNEL_TREE, the one in the user's cache, or the demo's base folder. */
export function treeFor(asked) {
  const known = process.env.RMAP_KERNEL_TREE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'rmap-review', 'linux-6.1');
  return asked ?? (existsSync(known) ? known : join(root, 'fixtures', 'patches', 'demo', 'base'));
}

/** A folder that is gone when the process ends. */
export function workFolder() {
  const work = mkdtempSync(join(tmpdir(), 'rmap-review-bench-'));
  process.on('exit', () => rmSync(work, { recursive: true, force: true }));
  return work;
}

/** Runs node with `argv`: wall time, processor time with that of its children, and memory; ends everything on a status that is not `accepted`. */
export function measure(argv, { work, env = {}, accepted = [0], cwd = root }) {
  const file = join(work, 'cpu.json');
  const started = process.hrtime.bigint();
  const done = spawnSync(process.execPath, ['--import', pathToFileURL(join(root, 'bench', 'cpu.mjs')).href, ...argv], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env, RMAP_BENCH_CPU: file },
    maxBuffer: 1 << 28,
  });
  const wall = Number(process.hrtime.bigint() - started) / 1e6;
  if (!accepted.includes(done.status)) throw new Error(`${argv.join(' ').slice(0, 400)} ended with ${done.status}: ${done.stderr}`);
  const { own, children, memory } = JSON.parse(readFileSync(file, 'utf8'));
  return { wall, cpu: own + children, memory, stdout: done.stdout };
}

export function nativeLoads() {
  const probe =
    "Promise.all([import('tree-sitter'), import('tree-sitter-c')]).then(([p, c]) => new p.default().setLanguage(c.default)).catch(() => process.exit(1))";
  return spawnSync(process.execPath, ['-e', probe], { cwd: root, stdio: 'ignore' }).status === 0;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
