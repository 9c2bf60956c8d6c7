// How fast the bot takes in an inbox: 10,000 mails of which one in fifty is a patch series of four that touches mm/, the
// others patches elsewhere, replies and noise of usual length. Usage: node bench/catch-up.mjs [--mails N] [--database URL]
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createWorker, startWorker, takeIn } from '../dist/bot/bot.js';
import { dueSeries } from '../dist/bot/consider.js';
import { readConfig } from '../dist/bot/config.js';
import { openState } from '../dist/bot/state.js';
import { root } from '../scripts/set-up.mjs';

const { values } = parseArgs({ options: { mails: { type: 'string', default: '10000' }, database: { type: 'string' } } });
const count = Number(values.mails);
const dir = mkdtempSync(join(tmpdir(), 'rmap-review-catch-up-'));
mkdirSync(join(dir, 'state'));
const archive = join(dir, 'inbox.git');
execFileSync('git', ['init', '-q', '--bare', '-b', 'master', archive]);
const patches = readFileSync(join(root, 'fixtures', 'patches', 'demo', 'series.mbox'), 'utf8')
  .split(/^(?=From [0-9a-f]{40} )/m)
  .map((m) => m.replace(/^From .*\n/, ''));
const now = Math.floor(Date.now() / 1000);
const words = 'I looked at this and the locking around the second hunk still puzzles me, because the caller holds it.\n';
let fed = 0;
while (fed < count) {
  const chunks = [];
  for (let i = 0; i < 2000 && fed < count; i += 1) {
    const mail = nth(fed);
    chunks.push(
      `commit refs/heads/master\ncommitter a <a@example.org> ${now - count + fed} +0000\ndata 1\nx\n${i === 0 && fed > 0 ? 'from refs/heads/master^0\n' : ''}deleteall\nM 100644 inline m\ndata ${Buffer.byteLength(mail)}\n${mail}\n`,
    );
    fed += 1;
  }
  execFileSync('git', ['-C', archive, 'fast-import', '--quiet', '--force'], { input: chunks.join('') });
}
const { config } = readConfig(
  JSON.stringify({
    state: 'state',
    moderation: 'drafts',
    trees: { t: '.' },
    identity: { name: 'bot', address: 'bot@tools.example', contact: 'human@tools.example' },
    lists: [{ name: 'mm', address: 'mm@lists.example', source: { 'public-inbox': archive } }],
    policies: [{ lists: ['mm@lists.example'], paths: ['mm'], bases: [{ tree: 't' }], quietMinutes: 0 }],
    ...(values.database === undefined ? {} : { database: values.database }),
  }),
  dir,
);
const database = await openState(config);
const worker = createWorker(database, config);
await startWorker(worker);
const before = process.memoryUsage().rss;
const cpu = process.cpuUsage();
const from = performance.now();
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage().rss);
}, 100);
const { mails } = await takeIn(worker);
clearInterval(watch);
const seconds = (performance.now() - from) / 1000;
const used = process.cpuUsage(cpu);
const [dropped] = await database.run('select count(*) as n from series where not relevant');
const due = await dueSeries(worker, 100_000);
await database.close();
rmSync(dir, { recursive: true, force: true });
console.log(
  JSON.stringify({
    engine: values.database === undefined ? 'embedded' : 'postgresql',
    mails,
    seconds: round(seconds),
    cpuSeconds: round((used.user + used.system) / 1e6),
    series: due.length,
    droppedEarly: Number(dropped.n),
    rssBeforeMB: before >> 20,
    rssMostMB: most >> 20,
  }),
);

function nth(i) {
  const group = Math.floor(i / 50);
  const at = i % 50;
  const head = `To: mm@lists.example\nX-Filler: ${'x'.repeat(60)}\n`;
  if (at < patches.length) return head + patches[at].replaceAll('patches-demo-', `g${group}-`).replaceAll('mm/pool:', `mm/g${group}:`);
  if (at < 14)
    return `${head}From: Dev ${at} <dev${at}@people.example>\nSubject: [PATCH ${1 + (at % 2)}/2] net: change ${group} ${at >> 1}\nMessage-ID: <n${group}-${at}@x.example>\n\n${words.repeat(8)}---\ndiff --git a/net/core/a.c b/net/core/a.c\n--- a/net/core/a.c\n+++ b/net/core/a.c\n@@ -1,60 +1,61 @@\n${' \tsame line of code that says nothing;\n'.repeat(60)}+\tnew;\n-- \n2.43\n`;
  return `${head}From: Dev ${at} <dev${at}@people.example>\nSubject: Re: [PATCH 2/3] mm/g${group}: hold\nMessage-ID: <r${group}-${at}@x.example>\nIn-Reply-To: <g${group}-2@fixtures.example>\nReferences: <g${group}-0@fixtures.example> <g${group}-2@fixtures.example>\n\n${`> ${words}`.repeat(30)}${words.repeat(10)}`;
}
function round(x) {
  return Math.round(x * 10) / 10;
}
