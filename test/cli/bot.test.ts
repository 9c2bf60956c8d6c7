import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../fixture.js';
import { rmapReview, STACK_TRACE } from './run.js';

const dir = mkdtempSync(join(tmpdir(), 'rmap-review-bot-cli-'));
const file = join(dir, 'rmap-review-bot.json');
const bot = (...args: string[]) => rmapReview(['bot', ...args], { cwd: dir });
const drafts = (): string[] => readdirSync(join(dir, 'drafts', 'new')).map((n) => readFileSync(join(dir, 'drafts', 'new', n), 'utf8'));
const config = {
  state: 'state',
  moderation: 'drafts',
  identity: { name: 'rmap-review bot', address: 'rmap-review@example.org', contact: 'you@example.org' },
  trees: { demo: join(projectRoot, 'fixtures', 'patches', 'demo', 'base') },
  lists: [{ name: 'linux-mm', address: 'linux-mm@kvack.example', source: { maildir: 'inbox' } }],
  policies: [{ lists: ['linux-mm@kvack.example'], mode: 'draft', paths: ['mm'], bases: [{ tree: 'demo' }], quietMinutes: 0, maxAgeDays: 36_500 }],
};

beforeAll(() => {
  writeFileSync(file, JSON.stringify(config));
  for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(dir, 'inbox', part), { recursive: true });
  const mails = readFileSync(join(projectRoot, 'fixtures', 'patches', 'demo', 'series.mbox'), 'utf8').split(/^(?=From [0-9a-f]{40} )/m);
  mails.forEach((m, i) => {
    const path = join(dir, 'inbox', i % 2 === 0 ? 'new' : 'cur', i % 2 === 0 ? `170000000${i}.x.host` : `170000000${i}.x.host:2,S`);
    writeFileSync(path, m.replace(/^From .*\n/, '').replace(/^Subject:/m, 'To: linux-mm@kvack.example\nSubject:'));
    utimesSync(path, 1_700_000_000 + i, 1_700_000_000 + i);
  });
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('the bot, as its page describes it', () => {
  it('checks its configuration, and says in one sentence what is wrong with it', () => {
    expect(bot('check')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('is all right: 1 list, 1 policy') as string });
    const wrong = join(dir, 'wrong.json');
    writeFileSync(wrong, JSON.stringify({ ...config, policies: [{ ...config.policies[0], mode: 'send', lists: ['*'] }] }));
    for (const args of [
      ['check', '--config', wrong],
      ['--once', '--config', wrong],
    ]) {
      const said = bot(...args);
      expect([said.code, said.out]).toEqual([2, '']);
      expect(said.err).toContain('policies[0].mode: send needs a transport');
      expect(said.err).toContain('* and mode send exclude each other');
      expect(said.err).not.toMatch(STACK_TRACE);
    }
    expect(bot('check', '--config', 'nowhere.json').err).toContain('cannot be read');
    expect(bot('dance').code).toBe(2);
  });

  it('is quiet while it is paused; then drafts one mail in one round, and no more in the next', () => {
    expect(bot('pause', 'holidays').code).toBe(0);
    expect(readFileSync(join(dir, 'state', 'PAUSED'), 'utf8')).toBe('holidays\n');
    const held = bot('--once');
    expect([held.code, held.out]).toEqual([0, '4 mails taken in, 1 series looked at, 0 mails handed on\n']);
    expect(held.err).toContain('paused by');
    expect(bot('status').out).toMatch(/^PAUSED: [\s\S]*^outbox: 1 ready$/m);
    expect(bot('resume').out).toBe('resumed\n');
    expect(bot('--once').out).toBe('0 mails taken in, 0 series looked at, 1 mail handed on\n');
    expect(bot('--once').out).toBe('0 mails taken in, 0 series looked at, 0 mails handed on\n');
    const [draft = ''] = drafts();
    expect(drafts()).toHaveLength(1);
    expect(draft).toMatch(/^In-Reply-To: <patches-demo-2@fixtures\.example>$/m);
    expect(draft).toMatch(/CPU0 .*\| CPU1 /);
  });

  it('shows what it has seen and said, explains each mail, and publishes its precision', () => {
    const status = bot('status').out;
    expect(status).toContain('mails: 1 cover, 3 patch');
    expect(status).toContain('outbox: 1 drafted');
    expect(status).toMatch(/^precision: said [12], confirmed by people 0, called invalid 0, unanswered [12]$/m);
    const why = bot('explain', '<patches-demo-2@fixtures.example>');
    expect(why.code).toBe(0);
    expect(why.out).toContain('parts 0 1 2 3 of 3');
    expect(why.out).toContain('draft, drafted');
    expect(bot('explain', 'nobody@nowhere.example')).toMatchObject({ code: 2, out: '' });
    expect(bot('explain').err).toContain('needs a Message-ID');
    expect(JSON.parse(readFileSync(join(dir, 'state', 'precision.json'), 'utf8'))).toMatchObject({ mails: 1, confirmed: 0, invalid: 0 });
  });

  it('runs until it is told to stop, alone on its state, and ends cleanly', async () => {
    const run = spawn(process.execPath, [join(projectRoot, 'bin', 'rmap-review.js'), 'bot'], { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    run.stderr.on('data', (c: Buffer) => {
      log += c.toString();
    });
    const ended = new Promise<number | null>((resolve) => {
      run.on('close', resolve);
    });
    const answer = drafts()[0] ?? '';
    const id = /^X-Rmap-Review: ([0-9a-f]+)/m.exec(answer)?.[1] ?? '';
    const ours = /^Message-ID: (<.*>)$/m.exec(answer)?.[1] ?? '';
    writeFileSync(
      join(dir, 'inbox', 'new', '1700000009.x.host'),
      `From: Reader <reader@people.example>\nTo: linux-mm@kvack.example\nSubject: Re: [PATCH 2/3] x\nMessage-ID: <a@people.example>\nIn-Reply-To: ${ours}\n\nrmap-review: invalid ${id}\n`,
    );
    for (let i = 0; i < 600 && !log.includes('1 mails taken in'); i++)
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    const second = bot('status');
    expect(second.code).toBe(2);
    expect(second.err).toMatch(/in use by process \d+/);
    run.kill('SIGTERM');
    expect(await ended, log).toBe(0);
    expect(bot('status').out).toContain('called invalid 1');
  });
});
