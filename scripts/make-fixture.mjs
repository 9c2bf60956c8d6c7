// node scripts/make-fixture.mjs CASE SOURCE: writes CASE/series.mbox and CASE/base from a folder that holds
//
//   base/        the tree before the series
//   1/ 2/ …      for each patch, the files it changes or adds, whole (an empty file is deleted)
//   1.txt 2.txt  their messages: subject, blank line, body
//   0.txt        the cover letter, optional
//
// Author, dates and ids are fixed, so the same source always gives the same bytes. Needs git.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

const [caseDir, source] = process.argv.slice(2).map((path) => resolve(path));
if (caseDir === undefined || source === undefined || !existsSync(join(source, 'base'))) {
  console.error('usage: node scripts/make-fixture.mjs CASE SOURCE (SOURCE/base must exist)');
  process.exit(2);
}
const id = `${basename(dirname(caseDir))}-${basename(caseDir)}`;
const work = mkdtempSync(join(tmpdir(), 'make-fixture-'));
try {
  const mails = formatSeries();
  mkdirSync(caseDir, { recursive: true });
  rmSync(join(caseDir, 'base'), { recursive: true, force: true });
  cpSync(join(source, 'base'), join(caseDir, 'base'), { recursive: true });
  writeFileSync(join(caseDir, 'series.mbox'), mails);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function formatSeries() {
  git('init', '-q', '-b', 'series');
  cpSync(join(source, 'base'), work, { recursive: true });
  commit(0, 'base');
  let count = 0;
  while (existsSync(join(source, `${count + 1}.txt`))) {
    count += 1;
    apply(join(source, String(count)));
    commit(count, readFileSync(join(source, `${count}.txt`), 'utf8'));
  }
  const cover = existsSync(join(source, '0.txt'));
  if (cover) git('config', 'branch.series.description', readFileSync(join(source, '0.txt'), 'utf8'));
  const args = ['--stdout', '--signature=2.43.0', '--no-renames', cover ? '--cover-letter' : '--no-cover-letter', '--cover-from-description=subject'];
  return withMessageIds(git('format-patch', ...args, `HEAD~${count}`), cover);
}

function apply(folder) {
  const visit = (from, to) => {
    for (const name of readdirSync(from)) {
      if (statSync(join(from, name)).isDirectory()) visit(join(from, name), join(to, name));
      else if (statSync(join(from, name)).size === 0) rmSync(join(to, name));
      else {
        mkdirSync(to, { recursive: true });
        writeFileSync(join(to, name), readFileSync(join(from, name)));
      }
    }
  };
  visit(folder, work);
}

function commit(n, message) {
  git('add', '-A');
  const date = `2024-03-04T10:0${n}:00+0000`;
  git('commit', '-q', '-s', '-m', message, { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
}

/** Threads the mails the way git send-email would, with ids of our own; the cover letter's date comes from git's clock and is fixed here. */
function withMessageIds(mbox, cover) {
  let n = cover ? -1 : 0;
  return mbox
    .split(/^(?=From [0-9a-f]{40} )/m)
    .map((mail) => {
      n += 1;
      const headers = [`Message-ID: <${id}-${n}@fixtures.example>`];
      const first = cover ? 0 : 1;
      if (n !== first) headers.push(`In-Reply-To: <${id}-${first}@fixtures.example>`, `References: <${id}-${first}@fixtures.example>`);
      const dated = n === 0 ? mail.replace(/^Date: .*$/m, 'Date: Mon, 4 Mar 2024 10:00:00 +0000') : mail;
      return dated.replace(/^(From: .*\n)/m, `$1${headers.join('\n')}\n`);
    })
    .join('');
}

function git(...args) {
  const env = typeof args.at(-1) === 'object' ? args.pop() : {};
  const who = { NAME: 'Fixture Author', EMAIL: 'author@fixtures.example' };
  const names = Object.fromEntries(['AUTHOR', 'COMMITTER'].flatMap((role) => Object.entries(who).map(([k, v]) => [`GIT_${role}_${k}`, v])));
  const done = spawnSync('git', ['-c', 'core.autocrlf=false', '-c', 'commit.gpgsign=false', ...args], {
    cwd: work,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', TZ: 'UTC', ...names, ...env },
  });
  if (done.status !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
}
