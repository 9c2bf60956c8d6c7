// Kills a bot at random moments and restarts it, then counts what arrived. Usage:
//   node bench/kill.mjs [--kills 200] [--mode draft|send] [--database postgres://...] [--workers 1] [--series N] [--steps N]
// Prints one line of JSON; ends with 1 when a mail came twice, or one is neither out, nor in doubt, nor still due.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { root } from '../scripts/set-up.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    mode: { type: 'string', default: 'send' },
    database: { type: 'string' },
    workers: { type: 'string', default: '1' },
    series: { type: 'string' },
    window: { type: 'string', default: '3000' },
    steps: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
let kills = Number(values.kills);
const workers = Number(values.workers);
const total = Number(values.series ?? values.kills);
const dir = mkdtempSync(join(tmpdir(), 'rmap-review-kill-'));
const received = [];
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData: (stream, _session, done) => {
    let raw = '';
    stream.on('data', (c) => {
      raw += c;
    });
    stream.on('end', () => {
      received.push(/^Message-ID: (.*)$/m.exec(raw)?.[1].trim());
      done();
    });
  },
});
server.on('error', () => undefined);
await new Promise((resolve) => {
  server.listen(0, '127.0.0.1', resolve);
});

const demo = join(root, 'fixtures', 'patches', 'demo');
const report = join(dir, 'report.json');
spawnSync(process.execPath, [
  join(root, 'bin', 'rmap-review.js'),
  join(demo, 'series.mbox'),
  '--tree',
  join(demo, 'base'),
  '--format',
  'json',
  '--all',
  '-o',
  report,
]);
const mails = readFileSync(join(demo, 'series.mbox'), 'utf8')
  .split(/^(?=From [0-9a-f]{40} )/m)
  .map((m) => m.replace(/^From .*\n/, '').replace(/^Subject:/m, 'To: mm@lists.example\nSubject:'));
const archive = join(dir, 'inbox.git');
execFileSync('git', ['init', '-q', '--bare', '-b', 'master', archive]);
let added = 0;
const started = Date.now();

writeFileSync(
  join(dir, 'bot.json'),
  JSON.stringify({
    state: 'state',
    moderation: 'drafts',
    trees: { demo: join(demo, 'base') },
    identity: { name: 'bot', address: 'bot@tools.example', contact: 'human@tools.example' },
    lists: [{ name: 'mm', address: 'mm@lists.example', source: { 'public-inbox': archive } }],
    transport: { smtp: { host: '127.0.0.1', port: server.server.address().port } },
    policies: [{ lists: ['mm@lists.example'], paths: ['mm'], bases: [{ tree: 'demo' }], quietMinutes: 0, maxAgeDays: 30, dailyCap: 1000, mode: values.mode }],
    ...(values.database === undefined ? {} : { database: values.database }),
  }),
);

const running = new Set();
let killed = 0;
// Ends early, and still counts.
process.once('SIGTERM', () => {
  kills = killed;
});
const window = Number(values.window);
const start = () => {
  const env =
    values.steps === undefined || killed >= kills ? process.env : { ...process.env, KILL_AFTER: String(1 + Math.floor(Math.random() * Number(values.steps))) };
  const child = spawn(process.execPath, [join(root, 'bench', 'kill-worker.mjs'), join(dir, 'bot.json'), report], { stdio: ['ignore', 'pipe', 'pipe'], env });
  running.add(child);
  child.stdout.on('data', (c) => {
    if (String(c).includes('open')) child.open = true;
  });
  child.stderr.on('data', (c) => process.stderr.write(c));
  child.ended = new Promise((resolve) => {
    child.on('close', () => {
      running.delete(child);
      resolve();
    });
  });
  return child;
};
const wait = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

addSeries(Math.min(total, workers > 1 && values.steps === undefined ? total : 3));
for (let i = 0; i < workers; i++) start();
// Half of the kills fall anywhere, start-up included; half fall while the bot is at work on something new.
while (killed < kills) {
  const victim = [...running][Math.floor(Math.random() * running.size)];
  // One in four falls into the start-up; the others fall anywhere between opening the state and the end of what is to do.
  if (killed % 4 === 3) await wait(Math.random() * 1500);
  else {
    if (added < total) addSeries(Math.min(2, total - added));
    if (values.steps !== undefined) await Promise.race([victim.ended, wait(90_000)]);
    else {
      for (let i = 0; i < 4000 && !victim.open && victim.exitCode === null; i++) await wait(25);
      await wait(Math.random() * window);
    }
  }
  victim.kill('SIGKILL');
  await victim.ended;
  killed += 1;
  start();
  if (killed % 20 === 0) process.stderr.write(`${killed} kills, ${received.length} received\n`);
}
if (added < total) addSeries(total - added);
let calm = 0;
let before = -1;
for (let i = 0; i < 3000 && calm < 40; i++) {
  await wait(250);
  const out = values.mode === 'send' ? received.length : drafts().length;
  calm = out === before && (out + doubts().length >= total || i > 1200) ? calm + 1 : 0;
  before = out;
}
for (const child of running) child.kill('SIGKILL');
const out = values.mode === 'send' ? received : drafts();
const twice = out.length - new Set(out).size;
const doubted = new Set(doubts());
const missing = total - new Set([...out, ...doubted]).size;
server.close();
if (!values.keep) rmSync(dir, { recursive: true, force: true });
console.log(
  JSON.stringify({
    engine: values.database === undefined ? 'embedded' : 'postgresql',
    mode: values.mode,
    workers,
    kills: killed,
    series: total,
    out: new Set(out).size,
    twice,
    inDoubt: doubted.size,
    inDoubtAndOut: [...doubted].filter((id) => out.includes(id)).length,
    missing,
    seconds: Math.round((Date.now() - started) / 1000),
  }),
);
process.exit(twice > 0 || missing > 0 ? 1 : 0);

function addSeries(n) {
  const now = Math.floor(Date.now() / 1000);
  let text = '';
  let first = added > 0;
  for (let i = 0; i < n; i++) {
    added += 1;
    for (const mail of mails) {
      const own = mail.replaceAll('patches-demo-', `run${added}-`).replace(/^(Subject: .*\])(.*)$/m, `$1 ${added}:$2`);
      text += `commit refs/heads/master\ncommitter a <a@example.org> ${now} +0000\ndata 1\nx\n${first ? 'from refs/heads/master^0\n' : ''}deleteall\nM 100644 inline m\ndata ${Buffer.byteLength(own)}\n${own}\n`;
      first = false;
    }
  }
  execFileSync('git', ['-C', archive, 'fast-import', '--quiet', '--force'], { input: text });
}

function drafts() {
  return mailsIn('drafts')
    .filter((m) => !m.includes('Subject: rmap-review bot: a mail in doubt'))
    .map((m) => /^Message-ID: (.*)$/m.exec(m)?.[1]);
}
function doubts() {
  return mailsIn('drafts')
    .filter((m) => m.includes('Subject: rmap-review bot: a mail in doubt'))
    .map((m) => /^\| Message-ID: (.*)$/m.exec(m)?.[1]);
}
function mailsIn(name) {
  const folder = join(dir, name, 'new');
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder).map((f) => readFileSync(join(folder, f), 'utf8'));
}
