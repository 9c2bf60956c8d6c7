import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorker, round, startWorker } from '../../src/bot/bot.js';
import { readConfig } from '../../src/bot/config.js';
import { openState } from '../../src/bot/state.js';
import { explainText, statusText } from '../../src/bot/status.js';
import type { Database } from '../../src/host/database.js';
import { newMails } from '../../src/host/mail-source.js';
import { analyse } from '../../src/host/analyse.js';
import { kernelTree, shared } from '../cli/run.js';
import { allFixtures, projectRoot } from '../fixture.js';
import { demoMails, demoReport, header, LIST, mailsIn, renamed } from './world.js';

const there = existsSync('/usr/bin/public-inbox-mda') && existsSync('/usr/bin/b4');
/** `all`: every series is really reviewed, on the kernel tree too (many minutes); otherwise only those of our own. */
const all = process.env['RMAP_INBOX_REVIEW'] === 'all';
const corpus = shared === null ? null : join(shared, 'corpus', 'open');

/** The corpus as it was posted where it is at hand; else our own fixtures, without the demo, which the test adds itself. */
function realMails(): readonly string[] {
  const texts =
    corpus === null
      ? allFixtures()
          .filter((f) => f.name !== 'demo')
          .map((f) => readFileSync(f.mbox, 'latin1'))
      : readdirSync(corpus)
          .filter((n) => /\.(?:mbox|patch)$/.test(n))
          .sort()
          .map((n) => readFileSync(join(corpus, n), 'latin1'));
  const mails = texts
    .flatMap((t) => t.split(/^(?=From \S+ +\w{3} \w{3} +\d+ [\d:]+ \d{4}$)/m))
    .map((m) => m.replace(/^From .*\n/, ''))
    .filter((m) => /^Subject:/im.test(m.split('\n\n')[0] ?? '') && /^From:/im.test(m.split('\n\n')[0] ?? ''));
  const withId = mails.map((m, i) => (/^Message-ID:/im.test(m.split('\n\n')[0] ?? '') ? m : `Message-ID: <given-${i}@corpus.example>\n${m}`));
  const seen = new Set<string>();
  return withId
    .filter((m) => {
      const id = /^Message-ID:\s*<(.*)>/im.exec(m)?.[1] ?? '';
      return id !== '' && !seen.has(id) && seen.add(id);
    })
    .slice(0, 200 - 2 * demoMails.length);
}

describe.skipIf(!there)('a real public-inbox (needs public-inbox and b4)', () => {
  const home = mkdtempSync(join(tmpdir(), 'rmap-review-pi-'));
  const inbox = join(home, 'inbox');
  const env = { ...process.env, HOME: home, PI_CONFIG: join(home, '.public-inbox', 'config'), ORIGINAL_RECIPIENT: LIST };
  const run = (program: string, args: readonly string[], input = ''): string => {
    const done = spawnSync(program, [...args], { env, input: Buffer.from(input, 'latin1'), maxBuffer: 1 << 28, timeout: 250_000 });
    if (done.status !== 0) throw new Error(`${program}: ${done.signal ?? ''} ${done.stderr.toString()}`);
    return done.stdout.toString();
  };
  const addressed = (mail: string): string => (/^To:/im.test(mail.split('\n\n')[0] ?? '') ? mail : `To: ${LIST}\n${mail}`);
  /** One mail as a mail server would hand it over. */
  const deliver = (mail: string): void => void run('public-inbox-mda', ['--no-precheck'], addressed(mail));
  /** Many mails with the archive's own importer; starting its delivery agent for each takes a second. `roll`: the next epoch begins first. */
  const load = (mails: readonly string[], roll: boolean): void => {
    const folder = mkdtempSync(join(home, 'load-'));
    // The archive counts packed bytes only.
    if (roll) run('git', ['-C', join(inbox, 'git', '0.git'), 'repack', '-adq']);
    mails.forEach((m, i) => {
      writeFileSync(join(folder, String(i).padStart(5, '0')), addressed(m), 'latin1');
    });
    run('perl', [
      '-e',
      `use PublicInbox::Config; use PublicInbox::InboxWritable; use PublicInbox::Eml;
my $w = PublicInbox::InboxWritable->new(PublicInbox::Config->new->lookup_name('mm')); my $im = $w->importer(0);
if ($ARGV[1]) { $im->{rotate_bytes} = 1; }
for my $f (sort glob("$ARGV[0]/*")) { open(my $h, '<:raw', $f); my $raw = do { local $/; <$h> }; $im->add(PublicInbox::Eml->new(\\$raw)); $im->{rotate_bytes} = 2**40; } $im->done;`,
      folder,
      roll ? '1' : '',
    ]);
  };
  const clock = { now: Date.now() };
  const second = renamed(demoMails, 'second', (m) => m.replace('[PATCH ', '[PATCH v2 '));
  let database: Database;
  let config: Exclude<ReturnType<typeof readConfig>, { errors: unknown }>['config'];
  let count = 0;
  const reviewed: boolean[] = [];
  const program = join(projectRoot, 'bin', 'rmap-review.js');

  beforeAll(async () => {
    run('public-inbox-init', ['-V2', '--skip-docdata', 'mm', inbox, 'http://127.0.0.1/mm', LIST]);
    run('git', ['config', '-f', env.PI_CONFIG, 'publicinboxmda.spamcheck', 'none']);
    // b4 ends without a word where git knows no user.
    writeFileSync(join(home, '.gitconfig'), '[user]\n\tname = A Reader\n\temail = reader@people.example\n');
    mkdirSync(join(home, 'state'));
    const demo = allFixtures().find((f) => f.name === 'demo');
    const read = readConfig(
      JSON.stringify({
        state: 'state',
        moderation: 'drafts',
        trees: { demo: demo?.base ?? '', linux: kernelTree ?? '.' },
        identity: { name: 'rmap-review bot', address: 'bot@tools.example', contact: 'human@tools.example' },
        lists: [{ name: 'mm', address: LIST, source: { 'public-inbox': inbox } }],
        policies: [
          {
            lists: [LIST],
            paths: ['mm'],
            bases: [{ tree: 'demo' }, ...(all ? [{ tree: 'linux' }] : [])],
            quietMinutes: 10,
            maxAgeDays: 36_500,
            dailyCap: 1000,
          },
        ],
      }),
      home,
    );
    if ('errors' in read) throw new Error(read.errors.join());
    config = read.config;
    database = await openState(config);
  }, 120_000);
  afterAll(async () => {
    await database.close();
    rmSync(home, { recursive: true, force: true });
  });

  it(
    'real mails, shuffled, with duplicates, a deletion, an epoch roll and a v2 in the middle: one draft, for v2',
    async () => {
      let seed = 7;
      const random = (): number => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return seed / 2_147_483_648;
      };
      const deleted = renamed(demoMails, 'deleted', (m) => m.replaceAll('mm/pool:', 'mm/deleted:'));
      const mails = [...realMails(), ...demoMails, ...second]
        .map((m) => ({ m, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map((x) => x.m);
      count = mails.length;
      const half = Math.floor(mails.length / 2);
      load([...mails.slice(0, half), ...deleted], false);
      deliver(demoMails[1] ?? '');
      const worker = createWorker(database, config, {
        now: () => clock.now,
        analyse: async (request) => {
          const own = /^Message-ID: <(?:patches-demo|second|deleted)-2@fixtures.example>$/im.test(Buffer.from(request.input ?? []).toString('latin1'));
          reviewed.push(own);
          return own || all ? analyse(request, program) : { state: 'done', json: JSON.stringify({ ...(JSON.parse(demoReport()) as object), findings: [] }) };
        },
      });
      await startWorker(worker);
      expect((await round(worker)).troubles).toEqual([]);
      run('public-inbox-learn', ['rm', '--all'], deleted[2] ?? '');
      load(mails.slice(half), true);
      deliver(second[2] ?? '');
      // The archive keeps a mail of the same id once more when its text differs, as after a list's footer.
      deliver((second[1] ?? '').replace(/\n*$/, '\n\n_______\nmm mailing list\n'));
      clock.now = Date.now() + 3_600_000;
      for (let i = 0; i < 3; i++) {
        expect((await round(worker)).troubles).toEqual([]);
        clock.now += 3_600_000;
      }
      const drafts = mailsIn(config.moderation);
      const answered = drafts.map((d) => header(d, 'In-Reply-To'));
      if (all) console.log(`${reviewed.length} reviews, drafts for ${answered.join(' ')}\n${await statusText(database, null)}`);
      expect(answered.filter((id) => !all || id.endsWith('@fixtures.example>'))).toEqual(['<second-2@fixtures.example>']);
      expect(new Set(answered).size).toBe(drafts.length);
      expect(await explainText(database, 'patches-demo-2@fixtures.example')).toContain('superseded by v2');
      expect(await explainText(database, 'deleted-1@fixtures.example')).toContain('withdrawn by its author, or deleted');
      const epochs = readdirSync(join(inbox, 'git')).filter((n) => /^\d+\.git$/.test(n));
      expect(epochs).toEqual(['0.git', '1.git']);
      const [seen] = await database.run('select count(*) as n from message');
      expect(Number(seen?.['n'])).toBe(count + deleted.length);
      const commits = epochs.map((e) => Number(run('git', ['-C', join(inbox, 'git', e), 'rev-list', '--count', 'HEAD'])));
      expect(commits.reduce((a, b) => a + b, 0)).toBe(count + deleted.length + 2);
    },
    all ? 3_600_000 : 900_000,
  );

  it("the draft, delivered, stands below its patch in the archive's own thread view, and b4 takes the series all the same", async () => {
    const draft = mailsIn(config.moderation).find((d) => header(d, 'In-Reply-To') === '<second-2@fixtures.example>') ?? '';
    deliver(draft);
    run('public-inbox-index', [inbox]);
    const port = 55_000 + (process.pid % 900);
    const server = spawn('public-inbox-httpd', ['-l', `127.0.0.1:${port}`, '-W0'], { env, stdio: 'ignore' });
    const get = async (path: string): Promise<string> => {
      for (let i = 0; i < 300; i++) {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`).then(
          (r) => r.text(),
          () => null,
        );
        if (answer !== null) return answer;
        await new Promise((resolve) => {
          setTimeout(resolve, 100);
        });
      }
      throw new Error('public-inbox-httpd does not answer');
    };
    const view = await get('/mm/second-0@fixtures.example/T/');
    const nested = await get('/mm/second-2@fixtures.example/');
    const mirror = join(home, 'mirror');
    const counts: number[] = [];
    for (const epoch of ['0', '1']) run('git', ['clone', '-q', '--mirror', `http://127.0.0.1:${port}/mm/${epoch}`, join(mirror, `${epoch}.git`)]);
    server.kill();
    for (const dir of [inbox, mirror, join(mirror, '1.git')]) {
      let mails = 0;
      for await (const batch of newMails({ kind: 'public-inbox', dir }, { longest: 1 << 20, cursor: async () => null, fresh: async (names) => new Set(names) }))
        mails += batch.mails.length;
      counts.push(mails);
    }
    expect(counts[0]).toBeGreaterThan(200);
    expect(counts[1]).toBe(counts[0]);
    expect(counts[2]).toBeLessThan(counts[0] ?? 0);
    const ours = header(draft, 'Message-ID').slice(1, -1);
    expect(view).toContain(ours);
    for (const id of ['second-0@', 'second-1@', 'second-3@']) expect(view).toContain(id);
    const below = nested.slice(nested.indexOf('Thread overview'));
    expect(below).toMatch(/`.*second-2|2\/3/);
    expect(below).toContain(ours.split('@')[0]);
    const mbox = join(home, 'thread.mbox');
    writeFileSync(mbox, [...second, draft].map((m) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${m.trimEnd()}\n\n`).join(''), 'latin1');
    const taken = spawnSync('b4', ['--offline-mode', 'am', '-m', mbox, '-o', '-', 'second-0@fixtures.example'], { env, encoding: 'utf8', cwd: home });
    expect(taken.status, taken.stderr).toBe(0);
    expect([...taken.stdout.matchAll(/^Subject: (.*)$/gm)].length).toBe(3);
    expect(taken.stdout).not.toContain('rmap-review bot');
  }, 300_000);
});
