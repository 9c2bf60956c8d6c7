// node bench/scan.mjs [--tree DIR] [--path mm] [--parser native|wasm] [--runs 1] [--limit 8] [--threads N]
//
// The processor time of `scan` with an empty cache and with a full one, against a process that only loads the same parser
// and parses the same files, all in one run. See bench/README.md.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setUp } from '../scripts/set-up.mjs';
import { measure, median, nativeLoads, treeFor, workFolder } from './measure.mjs';

const { values: args } = parseArgs({
  options: {
    tree: { type: 'string' },
    path: { type: 'string', default: 'mm' },
    parser: { type: 'string' },
    runs: { type: 'string', default: '1' },
    limit: { type: 'string', default: '8' },
    threads: { type: 'string' },
  },
});
setUp();
const tree = treeFor(args.tree);
const work = workFolder();
const parser = args.parser ?? (nativeLoads() ? 'native' : 'wasm');
const files = readdirSync(join(tree, args.path), { recursive: true })
  .filter((name) => /\.[ch]$/.test(name))
  .sort()
  .map((name) => join(tree, args.path, name));
const env = { XDG_CACHE_HOME: join(work, 'cache'), ...(args.threads === undefined ? {} : { RMAP_THREADS: args.threads }) };
const samples = { bare: [], cold: [], warm: [] };
for (let i = 0; i < Number(args.runs); i++) {
  rmSync(env.XDG_CACHE_HOME, { recursive: true, force: true });
  mkdirSync(env.XDG_CACHE_HOME);
  samples.bare.push(measure(['bench/baseline.mjs', parser, ...files], { work }));
  for (const kind of ['cold', 'warm'])
    samples[kind].push(
      measure(
        [
          'bin/rmap-review.js',
          'scan',
          join(tree, args.path),
          '--tree',
          tree,
          '--parser',
          parser,
          '--no-model',
          '--format',
          'json',
          '-o',
          join(work, `${kind}.json`),
        ],
        { work, env, accepted: [0, 1] },
      ),
    );
}
const reports = ['cold', 'warm'].map((kind) => readFileSync(join(work, `${kind}.json`), 'utf8'));
if (reports[0] !== reports[1]) {
  console.log('the reports with and without a cache differ');
  process.exitCode = 1;
}

console.log(
  `${args.path} (${files.length} files, ${JSON.parse(reports[0]).scanned.functions} functions) in ${tree}, ${parser} parser, node ${process.versions.node}, median of ${args.runs}\n`,
);
console.log(`${''.padEnd(24)}${'CPU s'.padStart(9)}${'wall s'.padStart(9)}${'MB'.padStart(7)}${'ratio'.padStart(8)}`);
const bare = median(samples.bare.map((s) => s.cpu));
for (const [kind, list] of Object.entries(samples)) {
  const of = (name) => median(list.map((s) => s[name]));
  console.log(
    `${(kind === 'bare' ? 'load and parse only' : `scan, ${kind} cache`).padEnd(24)}${(of('cpu') / 1000).toFixed(2).padStart(9)}${(of('wall') / 1000).toFixed(2).padStart(9)}${of('memory').toFixed(0).padStart(7)}${(of('cpu') / bare).toFixed(1).padStart(8)}`,
  );
}
const ratio = median(samples.cold.map((s) => s.cpu)) / bare;
console.log(`\ncold: ${ratio.toFixed(1)} x, ${ratio <= Number(args.limit) ? 'within' : 'ABOVE'} ${args.limit} x`);
if (ratio > Number(args.limit)) process.exitCode = 1;
