// Reads every mail of a folder and holds the result against what real git sees: `git mailsplit`, `git mailinfo` and
// `git apply --numstat` for each mail; order and versions against the numbers in the subjects. See README.md.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../dist/parse/assemble.js';
import { readDiff } from '../dist/parse/diff/read-diff.js';
import { readInput } from '../dist/parse/mail/read-input.js';

const dir = process.argv[2] ?? '../shared/corpus/open';
const work = mkdtempSync(join(tmpdir(), 'rmap-review-corpus-'));
const git = (args, input, cwd = work) => spawnSync('git', args, { cwd, input, maxBuffer: 1 << 28 });
execFileSync('git', ['init', '-q', work]);
const sum = { files: 0, mails: 0, withDiff: 0, equal: 0, hunks: 0, lines: 0, series: 0, patches: 0, lost: 0, ordered: 0 };
const disagreements = [];

for (const name of readdirSync(dir)
  .filter((n) => /\.(?:mbox|patch)$/.test(n))
  .sort()) {
  const bytes = readFileSync(join(dir, name));
  sum.files++;
  const { messages, gaps } = await readInput(name, bytes);
  const mails = split(bytes);
  if (mails.length !== messages.length) disagreements.push(`${name}: git mailsplit sees ${mails.length} mails, we see ${messages.length}`);
  const all = assemble(messages, gaps);
  compareOrder(name, all);
  const kept = new Set(all.flatMap((s) => [...s.patches.map((p) => p.message), ...s.replies, s.cover]));
  const ids = new Set();
  messages.forEach((message, i) => {
    sum.mails++;
    const theirs = mails[i] === undefined ? null : numstat(mails[i]);
    const ours = readDiff(message.body);
    const repeated = message.messageId !== null && ids.has(message.messageId);
    ids.add(message.messageId);
    if (ours.files.length > 0 && !kept.has(message) && !repeated && !/^(?:re|aw|sv|fwd?):/i.test(message.subject)) {
      sum.lost++;
      disagreements.push(`${name}: "${message.subject.slice(0, 60)}" carries a diff and is in no series`);
    }
    compare(name, message, theirs, ours);
  });
}
rmSync(work, { recursive: true, force: true });
console.log(
  `files ${sum.files}, mails ${sum.mails}, with a diff for git ${sum.withDiff}, equal ${sum.equal}; hunks ${sum.hunks}, their lines ${sum.lines}; series ${sum.series} with ${sum.patches} patches, in order ${sum.ordered}, lost ${sum.lost}`,
);
for (const d of disagreements) console.log(`- ${d}`);

/** Mails as git splits them; a file that is no mailbox is one. */
function split(bytes) {
  if (!bytes.subarray(0, 5).equals(Buffer.from('From '))) return [bytes];
  const out = join(work, 'split');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  writeFileSync(join(work, 'box'), bytes);
  execFileSync('git', ['mailsplit', '--mboxrd', `-o${out}`, join(work, 'box')]);
  return readdirSync(out)
    .sort()
    .map((n) => readFileSync(join(out, n)));
}

/** Added and removed lines of each file as git counts them, and the patch text that mailinfo left; null when git sees no diff. */
function numstat(mail) {
  git(['mailinfo', '--no-scissors', 'msg', 'patch'], mail);
  const patch = readFileSync(join(work, 'patch'));
  const counted = git(['apply', '--numstat', '-z', '--allow-empty', 'patch'], '');
  if (counted.status !== 0) return { error: counted.stderr.toString().trim().split('\n')[0], patch };
  const rows = counted.stdout
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .map((r) => r.split('\t'));
  return { rows: rows.map(([added, removed, path]) => ({ added: Number(added), removed: Number(removed), path })), patch };
}

function compare(name, message, theirs, ours) {
  const label = `${name}: "${message.subject.slice(0, 60)}"`;
  if (theirs === null) return;
  if (theirs.rows === undefined) {
    if (ours.files.length > 0 || /diff --git|^@@ -/m.test(theirs.patch.toString('latin1')))
      disagreements.push(
        `${label}: git: ${theirs.error}; we read ${ours.files.length} files, certainty ${[...new Set(ours.files.flatMap((f) => f.hunks.map((h) => h.certainty)))].join(', ')}`,
      );
    return;
  }
  if (theirs.rows.length === 0 && ours.files.length === 0) return;
  sum.withDiff++;
  const mine = ours.files
    .filter((f) => f.hunks.length > 0 || f.binary || f.rename || f.oldPath === null || f.newPath === null)
    .map((f) => ({ path: f.newPath ?? f.oldPath, added: count(f, '+'), removed: count(f, '-') }));
  const rows = theirs.rows.filter((r) => mine.some((m) => m.path === r.path) || r.added + r.removed > 0);
  const key = (r) => `${r.path} ${r.added} ${r.removed}`;
  const a = mine.map(key).sort().join('\n');
  const b = rows.map(key).sort().join('\n');
  if (a !== b) {
    disagreements.push(`${label}: git counts ${rows.map(key).join(', ') || 'no file'}; we ${mine.map(key).join(', ') || 'no file'}`);
    return;
  }
  // Every diff byte: the hunk lines in the patch that mailinfo left are exactly ours, in order.
  const text = theirs.patch.toString('utf8').split('\n');
  let at = 0;
  for (const hunk of ours.files.flatMap((f) => f.hunks)) {
    at = text.findIndex((l, k) => k >= at && l.startsWith(`@@ -${hunk.oldStart}`)) + 1;
    sum.hunks++;
    for (const line of hunk.lines) {
      while (text[at]?.startsWith('\\')) at++;
      sum.lines++;
      const shown = text[at++];
      if (shown === line.kind + line.text || (line.kind === ' ' && line.text === '' && shown === '')) continue;
      disagreements.push(`${label}: line ${JSON.stringify(shown)} is ${JSON.stringify(line.kind + line.text)} with us (${hunk.certainty})`);
      return;
    }
  }
  sum.equal++;
}

function count(file, kind) {
  return file.hunks.reduce((n, h) => n + h.lines.filter((l) => l.kind === kind).length, 0);
}

/** Parts in the order and under the version that their subjects say. */
function compareOrder(name, all) {
  for (const series of all) {
    if (series.patches.length === 0) continue;
    sum.series++;
    sum.patches += series.patches.length;
    const wrong = series.patches.filter((p, i) => {
      const tag = /^(?:re: )*\[([^\]]*)\]/i.exec(p.message.subject)?.[1] ?? '';
      const part = /(?:^|\s)0*(\d+)\/\d+/.exec(tag)?.[1];
      const version = /\bv(\d+)\b/i.exec(tag)?.[1];
      return (
        (part !== undefined && Number(part) !== p.index) ||
        (version !== undefined && Number(version) > series.version) ||
        (i > 0 && series.patches[i - 1].index >= p.index)
      );
    });
    if (wrong.length === 0) sum.ordered++;
    else disagreements.push(`${name}: "${series.subject.slice(0, 50)}" v${series.version}: ${wrong.map((p) => p.message.subject.slice(0, 50)).join('; ')}`);
  }
}
