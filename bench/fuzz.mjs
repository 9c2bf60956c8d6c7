// npm run fuzz: mails from a grammar and real or sample mails that were mutated, read and applied. No input may throw, take
// more than a second of processor time, or leave memory behind; hunks that are not refused close by their counts. See README.md.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { assemble } from '../dist/parse/assemble.js';
import { lineages } from '../dist/parse/lineage.js';
import { readInput } from '../dist/parse/mail/read-input.js';
import { chainPairs } from '../dist/parse/pairs.js';
import { recoverPatches } from '../dist/parse/recover.js';
import { sampleDiff, sampleMail, samplePage } from './sample-mails.mjs';

const { values: o } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    mails: { type: 'string', default: '../shared/corpus/open' },
  },
});
const wanted = Number(o.count);
const real = existsSync(o.mails)
  ? readdirSync(o.mails)
      .filter((n) => /\.(?:mbox|patch)$/.test(n))
      .sort()
      .map((n) => readFileSync(join(o.mails, n), 'latin1').slice(0, 16_000))
  : [];
const starts = [...real, ...Array.from({ length: 60 }, (_, i) => (i % 2 ? sampleMail(i) : samplePage(i)))];

const token = fc.constantFrom(
  '\n',
  '\r\n',
  ' ',
  '\t',
  '+',
  '-',
  '\\',
  '@@ -1,3 +1,4 @@ f\n',
  '@@ -0,0 +1,999999999 @@\n',
  '@@ ',
  '--- a/x.c\n+++ b/x.c\n',
  'diff --git a/x.c b/x.c\n',
  'index 1234567..89abcde 100644\n',
  'rename from ../../etc/x\n',
  '-- \n',
  '\0',
  '\u001b[2J',
  '\ufffd',
  '"',
  "'",
  '(',
  ')',
  '{',
  '}',
  '/*',
  '*/',
  '<pre>',
  '</pre>',
  '<!doctype html><html>',
  '&lt;',
  '&#x1b;',
  'From x@y Mon Sep 17 00:00:00 2001\nFrom: x\n\n',
  'Content-Type: multipart/mixed; boundary=b\n\n--b\n',
  'Content-Transfer-Encoding: base64\n',
  'Content-Transfer-Encoding: quoted-printable\n',
  '=3D',
  '=\n',
  'Subject: [PATCH v9999 99/99] x\n',
  '[PATCH 1/1000000]',
  'Message-ID: <a@b>\n',
  'In-Reply-To: <a@b>\n',
  '> ',
  '>From ',
  '_ ',
  ' --- a/x.c~y +++ a/x.c @@ -1,2 +1,3 @@ ',
  'goto out;',
  'out:',
  '\u00a0',
  'x'.repeat(300),
  ' '.repeat(90),
  '((((((((',
  '/* * * *',
);
const grammar = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.array(fc.nat(40), { maxLength: 5 }), fc.array(token, { maxLength: 12 }))
      .map(([seeds, between]) => seeds.map((s, i) => (s % 3 ? sampleMail(s) : sampleDiff(s)) + (between[i] ?? '')).join('') + between.join('')),
  },
  { weight: 2, arbitrary: fc.array(token, { maxLength: 80 }).map((t) => t.join('')) },
  { weight: 1, arbitrary: fc.array(fc.nat(0xffff), { maxLength: 300 }).map((codes) => String.fromCharCode(...codes)) },
);
const edit = fc.tuple(fc.nat(), fc.nat({ max: 200 }), fc.oneof(token, fc.constantFrom('', '', '\n')));
const mutated = fc.tuple(fc.nat(), fc.array(edit, { minLength: 1, maxLength: 8 }), fc.boolean()).map(([at, edits, collapse]) => {
  let text = starts[at % starts.length];
  for (const [place, cut, insert] of edits) {
    const i = place % (text.length + 1);
    text = text.slice(0, i) + insert + text.slice(i + cut);
  }
  return collapse ? text.replace(/[ \t]+/g, ' ') : text;
});

const base = readBase();
let n = 0;
let slowest = 0;
let slowSeed = '';
const heap = [];
const began = performance.now();
const chunk = 2_000;
for (let round = 0; n < wanted; round++) {
  const inputs = fc.sample(fc.oneof({ weight: 1, arbitrary: grammar }, { weight: 1, arbitrary: mutated }), {
    numRuns: Math.min(chunk, wanted - n),
    seed: Number(o.seed) * 1_000_003 + round,
  });
  for (const text of inputs) {
    n++;
    const cpu = process.cpuUsage();
    try {
      await one(text);
    } catch (error) {
      console.error(`input ${n} (round ${round}) threw: ${error.stack}\n${JSON.stringify(text.slice(0, 2000))}`);
      process.exit(1);
    }
    const { user, system } = process.cpuUsage(cpu);
    const ms = (user + system) / 1000;
    if (ms > slowest) {
      slowest = ms;
      slowSeed = `round ${round}, ${text.length} characters`;
    }
    if (ms > 1000) {
      console.error(`input ${n} (round ${round}) took ${ms.toFixed(0)} ms of processor time:\n${JSON.stringify(text.slice(0, 2000))}`);
      process.exitCode = 1;
    }
  }
  if (n % 10_000 === 0 || n === wanted) {
    globalThis.gc?.();
    heap.push(process.memoryUsage().heapUsed / (1 << 20));
    console.log(
      `${n} inputs, ${((performance.now() - began) / 1000).toFixed(0)} s, slowest ${slowest.toFixed(0)} ms (${slowSeed}), heap ${heap.at(-1).toFixed(0)} MB`,
    );
  }
}
if (heap.length > 2 && heap.at(-1) > heap[0] * 1.3 + 8) {
  console.error(`memory grew from ${heap[0].toFixed(0)} to ${heap.at(-1).toFixed(0)} MB`);
  process.exitCode = 1;
}
console.log(process.exitCode ? 'fuzz: failed' : `fuzz: ${n} inputs, none threw, none took a second`);

async function one(text) {
  const { messages, gaps } = await readInput('fuzz', Buffer.from(text, 'utf8'));
  const all = assemble(messages, gaps);
  lineages(all);
  for (const series of all) {
    for (const file of series.patches.flatMap((p) => p.files)) {
      for (const path of [file.oldPath, file.newPath])
        if (path !== null && (path.startsWith('/') || path.split('/').includes('..') || /[\0-\x1f]/.test(path)))
          throw new Error(`path ${JSON.stringify(path)}`);
      for (const hunk of file.hunks) {
        if (hunk.certainty === 'refused') continue;
        const older = hunk.lines.filter((l) => l.kind !== '+').length;
        const newer = hunk.lines.filter((l) => l.kind !== '-').length;
        if (older !== hunk.oldLines || newer !== hunk.newLines)
          throw new Error(`counts of @@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@: ${older}, ${newer} (${hunk.certainty})`);
      }
    }
    // Both apply; each input takes one of them.
    if (n % 2 === 0) chainPairs(series.patches, () => base);
    else recoverPatches(series, () => base);
    chainPairs(series.patches, () => null);
  }
}

function readBase() {
  const lines = Array.from(
    { length: 400 },
    (_, i) =>
      sampleDiff(i)
        .split('\n')
        .filter((l) => l.startsWith(' '))
        [i % 6]?.slice(1) ?? '',
  );
  return `${lines.join('\n')}\n`;
}
