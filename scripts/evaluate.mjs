// node scripts/evaluate.mjs [--full] [--raise] [--write] [--only REGEX] [--misses] [--modes diff,blind,reverse]
//
// Measures rmap-review on a labelled corpus of planted bugs and harmless edits on a real kernel tree, in three modes, prints
// the table per kind, and fails when a figure is worse than bench/floors.json. Blind and reverse change a tree for each patch, which is slow: they take
// the sample of floors.json unless `--full` is given. `--raise` lifts the floors to what was measured, `--write` puts the tables
// into docs/measurements.md; both want `--full`.
// The corpus and its evaluation live outside this repository: in ../shared, or where RMAP_SHARED says.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root, setUp } from './set-up.mjs';

const { values: args } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    raise: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
    modes: { type: 'string', default: 'diff,blind,reverse' },
    misses: { type: 'boolean', default: false },
  },
});
const shared = process.env.RMAP_SHARED ?? join(root, '..', 'shared');
const script = join(shared, 'eval', 'evaluate.mjs');
if (!existsSync(script)) {
  console.log(`not measured: ${resolve(script)} is not there`);
  process.exit(0);
}
setUp();
const tree = kernelTree();
const floorsFile = join(root, 'bench', 'floors.json');
const floors = JSON.parse(readFileSync(floorsFile, 'utf8'));
const work = mkdtempSync(join(tmpdir(), 'rmap-review-evaluate-'));
const modes = args.modes.split(',');
const measured = {};
const tables = {};
try {
  // Reviewing uses both cores; blind and reverse change a scratch tree one patch at a time, so these two share the machine.
  for (const group of [modes.filter((m) => m === 'diff'), modes.filter((m) => m !== 'diff')]) {
    for (const [mode, output] of await Promise.all(group.map(async (mode) => [mode, await evaluate(mode)]))) {
      console.log(`\n-- ${mode}\n${output}`);
      tables[mode] = output;
      measured[mode] = figures(mode);
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

let worse = 0;
console.log(`\nkinds ${floors.kinds.join(', ')} against the floors in bench/floors.json:`);
for (const [mode, values] of Object.entries(measured)) {
  for (const [name, value] of Object.entries(values)) {
    const floor = floors[mode]?.[name];
    if (floor === undefined) continue;
    const holds = name.endsWith('AtMost') ? value <= floor : value >= floor;
    if (!holds) worse += 1;
    console.log(`  ${holds ? 'ok  ' : 'WORSE'} ${mode.padEnd(8)} ${name.padEnd(16)} ${value} (floor ${floor})`);
    if (args.raise && holds) floors[mode][name] = value;
  }
}
if (args.raise && args.full) writeFileSync(floorsFile, `${JSON.stringify(floors, null, 2)}\n`);
if (args.write && args.full) writeTables();
process.exitCode = worse === 0 ? 0 : 1;

/** Replaces what stands between the marks in docs/measurements.md. */
function writeTables() {
  const file = join(root, 'docs', 'measurements.md');
  const [head, rest = ''] = readFileSync(file, 'utf8').split('<!-- tables -->');
  const [, tail = ''] = rest.split('<!-- end of tables -->');
  const shown = modes
    .map(
      (mode) =>
        `### ${mode}\n\n\`\`\`\n${tables[mode]
          .split('\n')
          .filter((line) => !line.startsWith('{'))
          .map((line) => line.trimEnd())
          .join('\n')}\n\`\`\`\n`,
    )
    .join('\n');
  writeFileSync(file, `${head}<!-- tables -->\n\n${shown}\n<!-- end of tables -->${tail}`);
}

function kernelTree() {
  const done = spawnSync(join(shared, 'eval', 'kernel-tree.sh'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (done.status === 0) return done.stdout.trim();
  console.error('no kernel tree');
  process.exit(1);
}

function evaluate(mode) {
  const jobs = mode === 'diff' ? '2' : '1';
  const argv = [script, '--set', join(shared, 'corpus', 'mutants'), '--tree', tree, '--mode', mode, '--jobs', jobs, '--out', join(work, `${mode}.jsonl`)];
  const only = args.only ?? (args.full || mode === 'diff' ? undefined : floors.sample);
  if (only !== undefined) argv.push(`--only=${only}`);
  if (args.misses) argv.push('--misses');
  return new Promise((done) => {
    const child = spawn(process.execPath, argv, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.on('close', () => done(output.trimEnd()));
  });
}

/** Percentages, rounded down for what must be high and up for what must be low. */
function figures(mode) {
  const file = join(work, `${mode}.jsonl`);
  const results = existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
  const bugs = results.filter((r) => r.bug && floors.kinds.some((kind) => r.group.startsWith(`planted ${kind} `) || r.group === `planted ${kind}`));
  const good = results.filter((r) => !r.bug);
  const hits = bugs.filter((r) => r.hit);
  const percent = (part, whole) => (whole.length === 0 ? 0 : Math.floor((100 * part.length) / whole.length));
  const ceiling = (part, whole) => (whole.length === 0 ? 0 : Math.ceil((1000 * part.length) / whole.length) / 10);
  return {
    hit: percent(hits, bugs),
    confirmedOfHits: percent(
      hits.filter((r) => r.confirmed),
      hits,
    ),
    alarmAtMost: ceiling(
      good.filter((r) => r.reports > 0),
      good,
    ),
    brokenAtMost: results.filter((r) => r.broken).length,
  };
}
