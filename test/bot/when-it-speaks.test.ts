import { afterEach, describe, expect, it } from 'vitest';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { later, settle, start, why, world } from './scene.js';
import { smtpSink } from './smtp-sink.js';
import { demoMails, follow, header, LIST, NOW, renamed } from './world.js';

afterEach(async () => {
  await world.close();
});

describe('rule 8: never answers what it should not', () => {
  it.each([
    ['a reply with a diff', (m: string) => m.replace(/^Subject: /m, 'Subject: Re: '), /reply|incomplete/],
    ['a program', (m: string) => m.replace(/^Subject: /m, 'Auto-Submitted: auto-generated\nSubject: '), /by a program/],
    ['a program that also says no', (m: string) => m.replace(/^Subject: /m, 'Auto-Submitted: no\nAuto-Submitted: auto-replied\nSubject: '), /by a program/],
    ['a pull request', (m: string) => m.replace('[PATCH', '[GIT PULL] [PATCH'), /pull request|no patch/],
    ['a stable queue', (m: string) => m.replace('[PATCH ', '[PATCH 6.1 '), /stable/],
    ['another stable queue', (m: string) => m.replace('[PATCH ', '[PATCH AUTOSEL 6.1 '), /stable/],
    ['a bot by its address', (m: string) => m.replace('author@fixtures.example', 'kernel-test-bot@fixtures.example'), /another bot/],
    ['a bot that the configuration names', (m: string) => m.replace('author@fixtures.example', 'ci@robots.example'), /another bot/],
    ['itself', (m: string) => m.replace('author@fixtures.example', 'bot@tools.example'), /our own mail/],
    ['another one of us', (m: string) => m.replace(/^Subject: /m, 'X-Rmap-Review: abc\nSubject: '), /written by rmap-review/],
    ['two senders', (m: string) => m.replace(/^Subject: /m, 'From: Other <o@x.example>\nSubject: '), /From/],
  ])('%s', async (_, change, reason) => {
    await start({ config: { bots: ['*@robots.example'] } });
    await settle(demoMails.map(change));
    expect([world.drafts(), world.review.asked]).toEqual([[], 0]);
    expect(await why()).toMatch(reason);
  });
  it('keeps a daily cap, and takes up again the next day', async () => {
    await start({ policy: { dailyCap: 2 } });
    follow(world);
    for (let i = 0; i < 4; i++) await settle(renamed(demoMails, `cap${i}`, (m) => m.replaceAll('mm/pool:', `mm/pool${i}:`)));
    expect(world.drafts()).toHaveLength(2);
    expect(await world.explain('cap3-2@fixtures.example')).toContain('daily cap of 2');
    later(25 * 60);
    await settle(renamed(demoMails, 'next-day', (m) => m.replaceAll('mm/pool:', 'mm/next:')));
    expect(world.drafts()).toHaveLength(3);
  });
  it('stops at once for the kill switch, and loses nothing by it', async () => {
    await start();
    writeFileSync(join(world.config.state, 'PAUSED'), 'trouble');
    await settle();
    expect([world.drafts(), existsSync(world.config.moderation)]).toEqual([[], false]);
    const { rmSync } = await import('node:fs');
    rmSync(join(world.config.state, 'PAUSED'));
    await world.round();
    expect(world.drafts()).toHaveLength(1);
  });
});

describe('rule 9: waits for all parts and for quiet', () => {
  it('every further part starts the quiet time again', async () => {
    await start();
    for (const m of demoMails) {
      world.inbox.add([m], world.clock.now);
      later(9);
      await world.round();
      expect(world.review.asked).toBe(0);
    }
    later(9);
    await world.round();
    expect(world.review.asked).toBe(0);
    later(2);
    await world.round();
    expect(world.drafts()).toHaveLength(1);
  });
  it('what is old when it comes is left alone', async () => {
    await start();
    await settle(demoMails, NOW - 40 * 86_400_000);
    expect(await why()).toContain('older than 30 days');
    expect(world.review.asked).toBe(0);
  });
  it('an archive that lags behind is given the quiet time too: the newer version may be on its way', async () => {
    await start();
    follow(world);
    world.inbox.add(demoMails, NOW - 5 * 3_600_000);
    await world.round();
    expect(world.review.asked).toBe(0);
    world.inbox.add(
      renamed(demoMails, 'second', (m) => m.replace('[PATCH ', '[PATCH v2 ')),
      NOW - 4 * 3_600_000,
    );
    await world.round();
    later(11);
    await world.round();
    expect(world.drafts().map((d) => header(d, 'In-Reply-To'))).toEqual(['<second-2@fixtures.example>']);
  });
  it('a draft that nobody has opened is taken back when the next version comes; an opened one stays', async () => {
    await start();
    follow(world);
    await settle();
    await settle(renamed(demoMails, 'opened', (m) => m.replaceAll('mm/pool:', 'mm/opened:')));
    const folder = world.config.moderation;
    const opened = readdirSync(join(folder, 'new')).find((n) => readFileSync(join(folder, 'new', n), 'utf8').includes('<opened-2@')) ?? '';
    renameSync(join(folder, 'new', opened), join(folder, 'cur', `${opened}:2,S`));
    world.inbox.add(
      ['patches-demo', 'opened'].flatMap((tag) =>
        renamed(demoMails, tag === 'opened' ? 'opened-v2' : 'second', (m) =>
          m.replace('[PATCH ', '[PATCH v2 ').replaceAll('mm/pool:', tag === 'opened' ? 'mm/opened:' : 'mm/pool:'),
        ),
      ),
      world.clock.now,
    );
    await world.round();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain('taken back unread: superseded by v2');
    expect(readdirSync(join(folder, 'cur'))).toHaveLength(1);
  });
  it('a date in the future does not hold it for ever', async () => {
    await start();
    world.inbox.add(demoMails, NOW + 400 * 86_400_000);
    await world.round();
    later(11);
    await world.round();
    expect(world.drafts()).toHaveLength(1);
  });
});

describe('rule 10: sent at most once; a failure goes to a person', () => {
  it('a mail that the server refuses is not tried again', async () => {
    const sink = await smtpSink(() => true);
    await start({ policy: { mode: 'send' }, config: { transport: { smtp: { host: '127.0.0.1', port: sink.port } } } });
    await settle();
    later(60);
    await world.round();
    expect(sink.mails).toEqual([]);
    const [note = ''] = world.drafts();
    expect(note).toContain('This mail was not taken');
    expect(header(note, 'To')).toBe('human@tools.example');
    expect(world.drafts()).toHaveLength(1);
    await sink.close();
  });
  it('goes out over SMTP once, to author and lists', async () => {
    const sink = await smtpSink();
    await start({ policy: { mode: 'send' }, config: { transport: { smtp: { host: '127.0.0.1', port: sink.port } } } });
    await settle();
    await world.round();
    expect(sink.mails.map((m) => [m.from, m.to])).toEqual([['bot@tools.example', ['author@fixtures.example', LIST, 'reader@people.example']]]);
    expect(header(sink.mails[0]?.raw ?? '', 'In-Reply-To')).toBe('<patches-demo-2@fixtures.example>');
    expect(world.drafts()).toEqual([]);
    await sink.close();
  });
  it('or through a sendmail program', async () => {
    await start({ policy: { mode: 'send' }, config: { transport: { sendmail: '/bin/sh' } } });
    const { chmodSync, readFileSync } = await import('node:fs');
    const program = join(world.dir, 'sendmail');
    writeFileSync(program, `#!/bin/sh\necho "$@" > ${world.dir}/arguments\ncat > ${world.dir}/mail\n`);
    chmodSync(program, 0o755);
    Object.assign(world.config, { transport: { kind: 'sendmail', command: program } });
    await settle();
    expect(readFileSync(join(world.dir, 'arguments'), 'utf8')).toBe(`-i -f bot@tools.example -- author@fixtures.example ${LIST} reader@people.example\n`);
    expect(readFileSync(join(world.dir, 'mail'), 'utf8')).toContain('Auto-Submitted: auto-replied');
  });
  it('more findings than the policy allows are for a person to look at', async () => {
    const sink = await smtpSink();
    await start({ policy: { mode: 'send', maxFindings: 1 }, config: { transport: { smtp: { host: '127.0.0.1', port: sink.port } } } });
    await settle();
    expect([sink.mails.length, world.drafts().length]).toEqual([0, 1]);
    await sink.close();
  });
});
