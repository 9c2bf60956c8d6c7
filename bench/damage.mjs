// Damages intact patches in the ways that archives do and measures how much of them comes back. See README.md.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { applyFile } from '../dist/parse/apply.js';
import { assemble } from '../dist/parse/assemble.js';
import { readInput } from '../dist/parse/mail/read-input.js';
import { chainPairs } from '../dist/parse/pairs.js';
import { keptWords, WAYS } from './damage-ways.mjs';

const { values: o } = parseArgs({
  options: {
    repo: { type: 'string', multiple: true },
    count: { type: 'string', default: '100' },
    skip: { type: 'string', default: '0' },
    way: { type: 'string', multiple: true },
    lines: { type: 'string', default: '600' },
    verbose: { type: 'boolean', default: false },
    'no-tree': { type: 'boolean', default: false },
    failures: { type: 'boolean', default: false },
  },
});
const git = (dir, ...args) => execFileSync('git', ['--git-dir', dir, ...args], { maxBuffer: 1 << 28 }).toString('utf8');
const ways = o.way ?? [...Object.keys(WAYS), 'chained'];
const sum = Object.fromEntries(
  ways.map((w) => [
    w,
    { patches: 0, files: 0, proved: 0, same: 0, lines: 0, right: 0, refused: 0, hunks: 0, falseProof: 0, falseTree: 0, tree: 0, ms: 0, worst: 0 },
  ]),
);

for (const { mail, blobs, before } of cases()) {
  const truth = await series(mail);
  for (const way of ways) {
    if (way !== 'chained') await measure(way, truth, WAYS[way](mail), blobs);
    else if (before !== null) await measureChain(before, { mail, blobs, truth });
  }
}
print();

/** Commits that change C files only, newest first, a fixed stride apart; their mails and the blobs they start from and lead to. */
function* cases() {
  for (const dir of o.repo ?? []) {
    const wanted = Number(o.count);
    const all = git(dir, 'log', '--no-merges', '--diff-filter=M', '--format=%H', '-n', '12000', 'HEAD', '--', '*.c', '*.h')
      .split('\n')
      .filter(Boolean)
      .slice(Number(o.skip));
    const stride = Math.max(1, Math.floor(all.length / (wanted * 2)));
    let n = 0;
    for (let i = 0; i < all.length && n < wanted; i += stride) {
      const raw = git(dir, 'diff-tree', '-r', '--no-commit-id', '--no-renames', '--raw', '--no-abbrev', all[i])
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((l) => /^:\d+ \d+ (\S+) (\S+) (\w)\t(.*)$/.exec(l));
      if (raw.length === 0 || raw.some((r) => r === null || !/\.[ch]$/.test(r[4]) || r[3] === 'D')) continue;
      const mail = git(dir, 'format-patch', '--stdout', '--no-renames', '--abbrev=12', '--no-signature', '--signature=2.40.0', '-1', all[i]);
      if (mail.split('\n').length > Number(o.lines) || /[^\x00-\x7f]/.test(mail) || /^(?:Binary|GIT binary|old mode)/m.test(mail)) continue;
      n++;
      const text = (id) => (/^0+$/.test(id) ? null : git(dir, 'cat-file', 'blob', id));
      const one = (list) => new Map(list.map((r) => [r[4], { pre: text(r[1]), post: text(r[2]) }]));
      yield { mail, blobs: one(raw), before: ways.includes('chained') ? earlier(dir, all[i], raw, one) : null };
    }
  }
}

/** The change before this one to its first file: what that one leaves is what this one starts from. */
function earlier(dir, commit, raw, one) {
  const id = git(dir, 'log', '--no-merges', '--format=%H', '-n', '2', commit, '--', raw[0][4]).trim().split('\n')[1];
  if (id === undefined) return null;
  const list = git(dir, 'diff-tree', '-r', '--no-commit-id', '--no-renames', '--raw', '--no-abbrev', id)
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((l) => /^:\d+ \d+ (\S+) (\S+) (\w)\t(.*)$/.exec(l));
  const linked = list.find((r) => r !== null && r[4] === raw[0][4]);
  if (linked === undefined || linked[2] !== raw[0][1] || list.some((r) => r === null || !/\.[ch]$/.test(r[4]) || r[3] !== 'M')) return null;
  const mail = git(dir, 'format-patch', '--stdout', '--no-renames', '--abbrev=12', '--signature=2.40.0', '-1', id);
  return mail.split('\n').length > Number(o.lines) || /[^\x00-\x7f]/.test(mail) ? null : { mail, blobs: one(list) };
}

/** Two damaged mails together; the tree has what the first one starts from. */
async function measureChain(first, second) {
  const s = sum.chained;
  const numbered = (mail, n) =>
    WAYS.collapsed(mail)
      .replace(/^\[PATCH\]/, `[PATCH ${n}/2]`)
      .replace(/^From: .*$/m, 'From: A Writer');
  const read = [...(await messages(numbered(second.mail, 2))), ...(await messages(numbered(first.mail, 1)))];
  const [both] = assemble(read, []);
  const started = performance.now();
  const pairs = chainPairs(both.patches, (path) => first.blobs.get(path)?.pre ?? (first.blobs.has(path) ? null : (second.blobs.get(path)?.pre ?? null)));
  s.patches++;
  for (const [at, { blobs, truth }] of [
    [pairs.length - 2, { ...first, truth: await series(first.mail) }],
    [pairs.length - 1, second],
  ]) {
    for (const wanted of truth.patches.flatMap((p) => p.files)) {
      const path = wanted.newPath ?? wanted.oldPath;
      const pair = pairs[at]?.find((p) => p.path === path);
      s.files++;
      compareLines(
        'collapsed',
        s,
        wanted,
        both.patches[at]?.files.find((f) => f.newPath === path),
      );
      const same = pair?.post === blobs.get(path).post;
      if (same) s.same++;
      if (pair?.certainty === 'blob-exact') same ? s.proved++ : s.falseProof++;
    }
  }
  const ms = performance.now() - started;
  s.ms += ms;
  s.worst = Math.max(s.worst, ms);
}

async function messages(text) {
  return (await readInput('x', Buffer.from(text))).messages;
}

async function series(text) {
  const { messages, gaps } = await readInput('x', Buffer.from(text));
  return assemble(messages, gaps)[0];
}

async function measure(way, truth, damaged, blobs) {
  const s = sum[way];
  const started = performance.now();
  const read = await series(damaged);
  s.patches++;
  const files = read.patches.flatMap((p) => p.files);
  for (const wanted of truth.patches.flatMap((p) => p.files)) {
    const path = wanted.newPath ?? wanted.oldPath;
    const got = files.find((f) => (f.newPath ?? f.oldPath) === path);
    s.files++;
    compareLines(way, s, wanted, got);
    const blob = blobs.get(path);
    if (o['no-tree'] || got === undefined || blob === undefined) continue;
    const applied = applyFile(got.oldPath === null ? null : blob.pre, got);
    const same = applied.post === blob.post;
    if (same) s.same++;
    if (applied.certainty === 'blob-exact') same ? s.proved++ : s.falseProof++;
    else if (o.failures)
      console.log(`${way}: ${path} ${applied.certainty}${same ? ' (same)' : ''} ${wanted.newBlob} ${firstDifference(applied.post, blob.post)}`);
    applied.hunks?.forEach((h, i) => {
      if (h.certainty !== 'tree-consistent') return;
      s.tree++;
      const old = (lines) =>
        lines
          .filter((l) => l.kind !== '+')
          .map((l) => l.kind + l.text)
          .join('\n');
      // Which of two equal neighbours is removed makes no difference: the text before and after is the same.
      const texts = (lines) =>
        JSON.stringify([lines.filter((l) => l.kind !== '+').map((l) => l.text), lines.filter((l) => l.kind !== '-').map((l) => l.text.replace(/\s+/g, ''))]);
      const truth = wanted.hunks[i];
      if (truth === undefined || (old(h.lines) !== old(truth.lines) && texts(h.lines) !== texts(truth.lines))) {
        s.falseTree++;
        if (o.verbose)
          console.log(`FALSE TREE ${way}: ${path} @@ -${got.hunks[i].oldStart}\n--- is\n${old(h.lines)}\n--- was\n${old(wanted.hunks[i]?.lines ?? [])}`);
      }
    });
  }
  const ms = performance.now() - started;
  s.ms += ms;
  s.worst = Math.max(s.worst, ms);
}

/** Of the lines that the damaged mail still shows, how many have their class and tokens. */
function compareLines(way, s, wanted, got) {
  wanted.hunks.forEach((hunk) => {
    const shown = hunk.lines
      .filter((l) => survives(way, l))
      .map((l) => key(way === 'words-dropped' ? { kind: l.kind, text: keptWords(l.kind + l.text).slice(1) } : l));
    const mine = got?.hunks.find((h) => h.oldStart === hunk.oldStart && h.newStart === hunk.newStart);
    s.hunks++;
    s.lines += shown.length;
    if (mine === undefined || mine.certainty === 'refused') {
      s.refused++;
      if (o.verbose) console.log(`${way}: ${wanted.newPath} @@ -${hunk.oldStart} refused`);
      return;
    }
    const read = mine.lines.filter((l) => !l.inferred).map(key);
    const right = way === 'one-line' ? commonOfOneLine(hunk.lines, mine.lines) : common(shown, read);
    s.right += right;
    if (right < shown.length && o.verbose)
      console.log(
        way === 'one-line'
          ? `${way}: ${wanted.newPath} @@ -${hunk.oldStart},${hunk.oldLines} ${right}/${shown.length}\n--- was\n${hunk.lines.map((l) => l.kind + l.text).join('\n')}\n--- is\n${mine.lines.map((l) => l.kind + l.text).join('\n')}`
          : `${way}: ${wanted.newPath} @@ -${hunk.oldStart},${hunk.oldLines} ${mine.certainty} ${right}/${shown.length}\n  ${shown
              .filter((l) => !read.includes(l))
              .slice(0, 5)
              .join('\n  ')}\n 	got\n  ${read
              .filter((l) => !shown.includes(l))
              .slice(0, 5)
              .join('\n  ')}`,
      );
  });
}

function key(line) {
  return line.kind + line.text.replace(/\s+/g, '');
}

function survives(way, line) {
  if (way === 'blanks-dropped' || way === 'one-line') return line.kind !== ' ' || line.text.trim() !== '';
  return way !== 'words-dropped' || keptWords(line.kind + line.text) !== '';
}

/**
 * With line ends lost, a changed line is right when it is there with its tokens and no other; a line of context when all
 * its tokens are context (where one line of context ends and the next begins says nothing about their class).
 */
function commonOfOneLine(wanted, got) {
  const changed = (lines) => lines.filter((l) => l.kind !== ' ').map(key);
  const words = (lines) => lines.filter((l) => l.kind === ' ').flatMap((l) => l.text.split(/\s+/).filter(Boolean));
  const lines = wanted.filter((l) => l.kind === ' ' && l.text.trim() !== '');
  const matched = matches(words(lines), words(got.filter((l) => !l.inferred)));
  let at = 0;
  let context = 0;
  for (const line of lines) {
    const n = line.text.split(/\s+/).filter(Boolean).length;
    if (matched.slice(at, at + n).every(Boolean)) context++;
    at += n;
  }
  return common(changed(wanted), changed(got)) + context;
}

/** Which of `a` are in a longest common subsequence with `b`. */
function matches(a, b) {
  const table = [new Uint32Array(b.length + 1)];
  for (const x of a) {
    const row = table[table.length - 1];
    const next = new Uint32Array(b.length + 1);
    for (let j = 0; j < b.length; j++) next[j + 1] = x === b[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]);
    table.push(next);
  }
  const found = a.map(() => false);
  for (let i = a.length, j = b.length; i > 0 && j > 0; ) {
    if (a[i - 1] === b[j - 1]) (found[--i] = true), j--;
    else if (table[i - 1][j] >= table[i][j - 1]) i--;
    else j--;
  }
  return found;
}

/** Length of the longest common subsequence. */
function common(a, b) {
  let row = new Uint32Array(b.length + 1);
  for (const x of a) {
    const next = new Uint32Array(b.length + 1);
    for (let j = 0; j < b.length; j++) next[j + 1] = x === b[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]);
    row = next;
  }
  return row[b.length];
}

function firstDifference(a, b) {
  const [x, y] = [(a ?? '').split('\n'), (b ?? '').split('\n')];
  const n = x.reduce((k, l, i) => k + (l === y[i] ? 0 : 1), 0);
  const i = x.findIndex((l, k) => l !== y[k]);
  return i < 0 ? '' : `${n} differ, first ${i + 1}:\n    is  ${JSON.stringify(x[i])}\n    was ${JSON.stringify(y[i])}`;
}

function print() {
  const share = (n, of) => (of === 0 ? '-' : `${n}/${of} ${((100 * n) / of).toFixed(1)}%`);
  console.log(
    '| way | patches | lines classified right | hunks refused | files byte-exact | files blob-exact | false blob-exact | tree-consistent, false | ms a patch (worst) |\n|---|---|---|---|---|---|---|---|---|',
  );
  for (const [way, s] of Object.entries(sum))
    console.log(
      `| ${way} | ${s.patches} | ${share(s.right, s.lines)} | ${share(s.refused, s.hunks)} | ${share(s.same, s.files)} | ${share(s.proved, s.files)} | ${s.falseProof} | ${s.tree}, ${s.falseTree} | ${(s.ms / s.patches).toFixed(0)} (${s.worst.toFixed(0)}) |`,
    );
}
