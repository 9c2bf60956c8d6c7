// node bench/confirmations.mjs [--tree DIR] [--corpus DIR] [--only REGEX]
//
// Holds the tables of docs/model.md ("Thirty confirmations") against the program as it is: each planted bug named there
// is reviewed, has to be confirmed by the rule of its row, is replayed in a fresh process, and its program is given to
// SPIN, which has to find an error too. Prints the failure beside what the table says of it. Exit status 1 when a row is
// not so. Needs a build, a tree, the labelled corpus and spin.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/set-up.mjs';
import { treeFor } from './measure.mjs';

const { values: args } = parseArgs({ options: { tree: { type: 'string' }, corpus: { type: 'string' }, only: { type: 'string', default: '' } } });
const corpus = args.corpus ?? join(process.env.RMAP_SHARED ?? join(root, '..', 'shared'), 'corpus', 'mutants');
if (!existsSync(join(corpus, 'mutants.jsonl'))) {
  console.error(`no corpus in ${corpus}`);
  process.exit(2);
}
if (spawnSync('spin', ['-V']).error !== undefined) {
  console.error('SPIN is not installed');
  process.exit(2);
}
const tree = treeFor(args.tree);
const planted = new Map(
  readFileSync(join(corpus, 'mutants.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((l) => JSON.parse(l))
    .map((m) => [m.id, m]),
);
const rows = [...readFileSync(join(root, 'docs', 'model.md'), 'utf8').matchAll(/^\| ([a-l]-\d\d) \| `(\w+)` \| ([a-z-]+) \| (.*) \|$/gm)]
  .map(([, id, name, rule, rest]) => ({ id, name, rule, said: rest }))
  .filter((r) => new RegExp(args.only).test(r.id));
const dir = mkdtempSync(join(tmpdir(), 'confirmations-'));
const run = (...argv) => spawnSync(process.execPath, [join(root, 'bin', 'rmap-review.js'), ...argv], { encoding: 'utf8', maxBuffer: 1 << 28 });
let wrong = 0;
try {
  for (const row of rows) {
    const why = judged(row);
    if (why.wrong) wrong++;
    console.log(`${why.wrong ? 'WRONG' : 'ok   '} ${row.id} ${row.name} ${row.rule}: ${why.text}\n      table: ${row.said}`);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
console.log(`${rows.length - wrong} of ${rows.length} rows hold`);
process.exitCode = wrong === 0 ? 0 : 1;

function judged({ id, name, rule }) {
  const bug = planted.get(`mm-${id}`);
  if (bug === undefined) return { wrong: true, text: 'not in the corpus' };
  const report = join(dir, `${id}.json`);
  const program = join(dir, `${id}.pml`);
  const review = run(join(corpus, bug.patch), '--tree', tree, '--format', 'json');
  if (review.status !== 0 && review.status !== 1) return { wrong: true, text: review.stderr };
  writeFileSync(report, review.stdout);
  const findings = JSON.parse(review.stdout).findings.filter((f) => f.function === name && f.rule === rule && f.status === 'introduced');
  const finding = findings.find((f) => f.verdict.state === 'confirmed');
  if (finding === undefined) return { wrong: true, text: findings.map((f) => `${f.verdict.state}: ${f.verdict.why}`).join('; ') || 'not reported' };
  const told = finding.verdict.why;
  if (run('replay', report, finding.id).status !== 0) return { wrong: true, text: `${told}; its replay does not reach the failure` };
  run('explain', report, finding.id, '--promela', program);
  execFileSync('spin', ['-a', program], { cwd: dir });
  execFileSync('cc', ['-w', '-DSAFETY', '-o', 'pan', 'pan.c'], { cwd: dir });
  const pan = spawnSync('./pan', ['-m1000000'], { cwd: dir, encoding: 'utf8' });
  const errors = Number(/errors: (\d+)/.exec(pan.stdout)?.[1] ?? 0);
  return errors === 0
    ? {
        wrong: true,
        text: `${told}; SPIN finds no error${pan.status === 0 ? '' : ` (ends with ${pan.status ?? pan.signal}: ${pan.stdout.trim().split('\n').at(-1)})`}`,
      }
    : { wrong: false, text: told };
}
