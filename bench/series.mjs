// node bench/series.mjs [--tree DIR] [--parser native|wasm] [--patches 15] [--files 20] [--runs 3] [--limit 6] [--harmless] [--scanned] [--keep DIR]
//
// Generated series whose patches change two files each, of `--files` of mm: the processor time of the whole process
// against one that only loads the same parser and parses each file as it was before the series and as it is after it.
// Another series fills the cache; then each of `--runs` series is reviewed as one that was never seen, and once more.
// Half of the patches take two unlocks away; with `--harmless` none does. With `--scanned` the folder has been scanned
// before, as well. `--keep` writes the series there. See bench/README.md.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setUp } from '../scripts/set-up.mjs';
import { measure, median, nativeLoads, treeFor, workFolder } from './measure.mjs';

const { values: args } = parseArgs({
  options: {
    tree: { type: 'string' },
    parser: { type: 'string' },
    patches: { type: 'string', default: '15' },
    files: { type: 'string', default: '20' },
    runs: { type: 'string', default: '3' },
    limit: { type: 'string', default: '6' },
    harmless: { type: 'boolean', default: false },
    scanned: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
});
setUp();
const tree = treeFor(args.tree);
const folder = existsSync(join(tree, 'mm')) ? 'mm' : '.';
const work = workFolder();
const parser = args.parser ?? (nativeLoads() ? 'native' : 'wasm');
const env = { XDG_CACHE_HOME: join(work, 'cache') };
mkdirSync(env.XDG_CACHE_HOME);
const output = join(work, 'report.json');
const review = (mbox) =>
  measure(['bin/rmap-review.js', mbox, '--tree', tree, '--parser', parser, '--format', 'json', '-o', output], { work, env, accepted: [0, 1] });
const samples = { bare: [], cold: [review(makeSeries(Number(args.runs)).mbox)], unseen: [], seen: [] };
if (args.scanned)
  measure(['bin/rmap-review.js', 'scan', join(tree, folder), '--tree', tree, '--parser', parser, '--no-model', '--format', 'json', '-o', output], {
    work,
    env,
    accepted: [0, 1],
  });
let functions = 0;
let files = 0;
for (let i = 0; i < Number(args.runs); i++) {
  const { mbox, sides } = makeSeries(i);
  samples.bare.push(measure(['bench/baseline.mjs', parser, ...sides], { work }));
  samples.unseen.push(review(mbox));
  samples.seen.push(review(mbox));
  functions += JSON.parse(readFileSync(output, 'utf8')).functions.length;
  files = sides.length / 2;
}
const of = (list, name) => median(list.map((s) => s[name]));
console.log(
  `${args.runs} series of ${args.patches} patches, ${files} files, ${Math.round(functions / Number(args.runs))} changed functions, in ${tree}, ${parser} parser, node ${process.versions.node}, medians\n`,
);
console.log(`${''.padEnd(36)}${'CPU s'.padStart(9)}${'wall s'.padStart(9)}${'MB'.padStart(7)}${'ratio'.padStart(8)}`);
for (const [name, list] of [
  ['load and parse only', samples.bare],
  ['review, empty cache', samples.cold],
  ['a series never seen, cache of others', samples.unseen],
  ['the same series again', samples.seen],
])
  console.log(
    `${name.padEnd(36)}${(of(list, 'cpu') / 1000).toFixed(2).padStart(9)}${(of(list, 'wall') / 1000).toFixed(2).padStart(9)}${of(list, 'memory').toFixed(0).padStart(7)}${(of(list, 'cpu') / of(samples.bare, 'cpu')).toFixed(1).padStart(8)}`,
  );
const ratio = of(samples.unseen, 'cpu') / of(samples.bare, 'cpu');
console.log(`\nnever seen: ${ratio.toFixed(1)} x, ${ratio <= Number(args.limit) ? 'within' : 'ABOVE'} ${args.limit} x`);
if (ratio > Number(args.limit)) process.exitCode = 1;

/** Series number `n`: the mailbox, and each file before and after it. Unlocks go, statements come: both are one-line changes at fixed distances. */
function makeSeries(n) {
  const names = readdirSync(join(tree, folder))
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(folder, name))
    .sort((a, b) => statSync(join(tree, b)).size - statSync(join(tree, a)).size || (a < b ? -1 : 1))
    .filter((_, i) => i % 2 === 0)
    .slice(0, Number(args.files));
  const before = names.map((name) => readFileSync(join(tree, name), 'utf8').split('\n'));
  const now = before.map((lines) => [...lines]);
  const mails = [];
  for (let p = 0; p < Number(args.patches); p++) {
    const touched = [...new Set([2 * p, 2 * p + 1].map((k) => k % names.length))];
    const diffs = touched.map((k) => change(names[k], now[k], args.harmless ? 2 * (p + 3 * n) + 1 : p + 3 * n));
    mails.push(
      [
        'From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001',
        'From: A Developer <dev@example.org>',
        `Date: Mon, 6 Jan 2025 10:00:${String(p).padStart(2, '0')} +0000`,
        `Message-ID: <${p + 1}@example.org>`,
        `Subject: [PATCH ${p + 1}/${args.patches}] mm: change ${p + 1}`,
        '',
        'A change.',
        '',
        'Signed-off-by: A Developer <dev@example.org>',
        '---',
        ...diffs.flat(),
        '-- ',
        '2.39',
        '',
      ].join('\n'),
    );
  }
  const mbox = join(args.keep ?? work, `series-${n}.mbox`);
  writeFileSync(mbox, mails.join('\n'));
  const sides = names.flatMap((_, k) =>
    [before[k], now[k]].map((lines, side) => {
      const path = join(work, `${n}-${k}-${side}.c`);
      writeFileSync(path, lines.join('\n'));
      return path;
    }),
  );
  return { mbox, sides };
}

/** Changes `lines` in two places and gives the diff. */
function change(name, lines, seed) {
  const unlock = /^\t+(?:folio_unlock|unlock_page|spin_unlock|mutex_unlock|up_read|put_page|folio_put)\(.*\);$/;
  const statement = /^\t[a-z_]+\(.*\);$/;
  const from = Math.floor((lines.length * ((seed * 7) % 10)) / 11) + 20;
  const at = (pattern, start) => {
    const i = lines.findIndex((line, k) => k >= start && k < lines.length - 4 && pattern.test(line));
    return i >= 0 ? i : lines.findIndex((line, k) => k > 20 && k < lines.length - 4 && pattern.test(line));
  };
  const out = [`diff --git a/${name} b/${name}`, `--- a/${name}`, `+++ b/${name}`];
  const i = at(seed % 2 === 0 ? unlock : statement, from) < 0 ? at(statement, from) : at(seed % 2 === 0 ? unlock : statement, from);
  const old = lines.slice(i - 3, i + 4);
  const removed = seed % 2 === 0;
  if (removed) {
    out.push(`@@ -${i - 2},7 +${i - 2},6 @@`, ...old.slice(0, 3).map((l) => ` ${l}`), `-${old[3]}`, ...old.slice(4).map((l) => ` ${l}`));
    lines.splice(i, 1);
  } else {
    out.push(`@@ -${i - 2},7 +${i - 2},8 @@`, ...old.slice(0, 4).map((l) => ` ${l}`), '+\tWARN_ON_ONCE(in_interrupt());', ...old.slice(4).map((l) => ` ${l}`));
    lines.splice(i + 1, 0, '\tWARN_ON_ONCE(in_interrupt());');
  }
  return out;
}
