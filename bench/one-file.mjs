// npm run bench -- [--tree DIR] [--file mm/migrate.c] [--runs 7]
//
// How long the review of a one-file patch takes, stage by stage, and how that compares with a process that only loads the
// same parser and parses both sides of the same file. The patch is made here: one unlock is taken out of the file.
// Runs alternate between the two processes and the two parsers; the figures are medians. See bench/README.md.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, setUp } from '../scripts/set-up.mjs';

const { values: args } = parseArgs({ options: { tree: { type: 'string' }, file: { type: 'string' }, runs: { type: 'string', default: '7' } } });
const cached = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'rmap-review', 'linux-6.1');
const known = process.env.RMAP_KERNEL_TREE ?? cached;
const tree = args.tree ?? (existsSync(known) ? known : join(root, 'fixtures', 'patches', 'demo', 'base'));
const file = args.file ?? (existsSync(join(tree, 'mm', 'migrate.c')) ? 'mm/migrate.c' : 'mm/pool_migrate.c');
const runs = Number(args.runs);
const limit = 4;

setUp();
const work = mkdtempSync(join(tmpdir(), 'rmap-review-bench-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
const { pre, post, patch } = makePatch();
const diff = readFileSync(patch, 'utf8');
console.log(
  `${file} (${readFileSync(pre, 'utf8').split('\n').length} lines) in ${tree}, node ${process.versions.node}, median of ${runs} runs, milliseconds\n`,
);

const backends = ['wasm', ...(nativeLoads() ? ['native'] : [])];
const samples = new Map(backends.map((b) => [b, { base: [], whole: [], stages: new Map() }]));
for (let i = 0; i <= runs; i++) {
  for (const backend of backends) {
    const base = time(['bench/baseline.mjs', backend, pre, post], {}, [0]);
    // A review that was made before comes from the cache: each run is told of another author.
    writeFileSync(patch, `From: Author ${i} <author${i}.${backend}@example.org>\nSubject: [PATCH] one\n\n---\n${diff}`);
    const whole = time(
      ['bin/rmap-review.js', patch, '--tree', tree, '--parser', backend, '--format', 'json', '-o', join(work, 'report.json')],
      { RMAP_TIMING: '1' },
      [0, 1],
    );
    if (i === 0) continue; // the first pair fills the file cache
    const of = samples.get(backend);
    of.base.push(base.ms);
    of.whole.push(whole.ms);
    for (const [stage, ms] of Object.entries(stageTimes(whole.stderr))) of.stages.set(stage, [...(of.stages.get(stage) ?? []), ms]);
  }
}

for (const [backend, of] of samples) {
  const whole = median(of.whole);
  const base = median(of.base);
  console.log(backend);
  for (const [stage, values] of of.stages) console.log(`  ${stage.padEnd(24)}${median(values).toFixed(0).padStart(7)}`);
  console.log(`  ${'whole process'.padEnd(24)}${whole.toFixed(0).padStart(7)}`);
  console.log(`  ${'load and parse only'.padEnd(24)}${base.toFixed(0).padStart(7)}`);
  const ratio = whole / base;
  console.log(`  ${'ratio'.padEnd(24)}${ratio.toFixed(1).padStart(7)}   ${ratio <= limit ? 'within' : 'ABOVE'} ${limit} x\n`);
  if (ratio > limit) process.exitCode = 1;
}
if (!backends.includes('native')) console.log('native: not measured, the optional native parser is not installed or does not load');

/** The two sides as files of their own, and a patch in git's format that takes the first whole-statement unlock out. */
function makePatch() {
  const text = readFileSync(join(tree, file), 'utf8');
  const lines = text.split('\n');
  const at = lines.findIndex((line, i) => i > 20 && /^\t+(?:folio_unlock|unlock_page|spin_unlock|mutex_unlock|up_read)\(.*\);$/.test(line));
  if (at < 0) throw new Error(`${file}: no unlock to take out`);
  const context = (from, to) => lines.slice(from, to).map((line) => ` ${line}`);
  const hunk = [`@@ -${at - 2},7 +${at - 2},6 @@`, ...context(at - 3, at), `-${lines[at]}`, ...context(at + 1, at + 4)];
  const paths = { pre: join(work, 'pre', file), post: join(work, 'post', file), patch: join(work, 'one.patch') };
  for (const path of [paths.pre, paths.post]) mkdirSync(dirname(path), { recursive: true });
  writeFileSync(paths.pre, text);
  writeFileSync(paths.post, lines.filter((_, i) => i !== at).join('\n'));
  writeFileSync(paths.patch, [`diff --git a/${file} b/${file}`, `--- a/${file}`, `+++ b/${file}`, ...hunk, ''].join('\n'));
  return paths;
}

function nativeLoads() {
  const probe =
    "Promise.all([import('tree-sitter'), import('tree-sitter-c')]).then(([p, c]) => new p.default().setLanguage(c.default)).catch(() => process.exit(1))";
  return spawnSync(process.execPath, ['-e', probe], { cwd: root, stdio: 'ignore' }).status === 0;
}

function time(argv, env, accepted) {
  const started = process.hrtime.bigint();
  const done = spawnSync(process.execPath, argv, { cwd: root, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  if (!accepted.includes(done.status)) throw new Error(`${argv.join(' ')} ended with ${done.status}: ${done.stderr}`);
  return { ms, stderr: done.stderr };
}

/** With RMAP_TIMING=1 the tool writes one JSON object of stage names and milliseconds to standard error. */
function stageTimes(stderr) {
  const line = stderr.split('\n').findLast((one) => one.startsWith('{'));
  if (line === undefined) return {};
  return Object.fromEntries(Object.entries(JSON.parse(line)).filter(([, ms]) => typeof ms === 'number'));
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
