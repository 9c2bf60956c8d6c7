import { afterEach, describe, expect, it } from 'vitest';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { precision } from '../../src/bot/status.js';
import { smtpSink } from './smtp-sink.js';
import { demoMails, demoReport, follow, header, LIST, mail, makeWorld, NOW, renamed, type World, type WorldOptions } from './world.js';

let world: World;
const start = async (options: WorldOptions = {}): Promise<World> => { world = await makeWorld(options); return world; };
afterEach(async () => { await world.close(); });
const later = (minutes: number): void => { world.clock.now += minutes * 60_000; };
const AUTHOR = 'Fixture Author <author@fixtures.example>';
const why = (): Promise<string> => world.explain('patches-demo-1@fixtures.example');

/** The series goes in, the quiet time passes, the bot has its say. */
async function settle(mails: readonly string[] = demoMails, at = world.clock.now): Promise<void> {
  world.inbox.add(mails, at);
  await world.round();
  later(11);
  await world.round();
}
/** The review answers with a report that was changed. */
function altered(change: (report: Record<string, never> & { series: { base: { kind: string }; patches: Record<string, unknown>[] }; findings: Record<string, unknown>[]; functions: Record<string, unknown>[] }) => void): void {
  const report = JSON.parse(demoReport()) as Parameters<typeof change>[0];
  change(report);
  world.review.answer = async () => ({ state: 'done', json: JSON.stringify(report) });
}

describe('rule 1: off by default, the most restrictive policy wins, drafts first', () => {
  it('an unknown list is mute', async () => {
    await start({ config: { policies: [] } });
    await settle();
    expect([world.drafts(), world.review.asked]).toEqual([[], 0]);
  });
  it.each([
    ['two lists that both carried it', { lists: [{ name: 'mm', address: LIST, source: { 'public-inbox': 'inbox' } }, { name: 'quiet', address: 'quiet@lists.example', source: { 'public-inbox': 'inbox' } }] }, 'no policy'],
    ['a recipient list that is mute', { policies: [{ lists: [LIST], mode: 'draft', paths: ['mm'], bases: [{ tree: 'demo' }] }, { lists: ['reader@people.example'], mode: 'mute', paths: ['mm'], bases: [{ tree: 'demo' }] }] }, 'mode mute'],
    ['a wildcard that is mute', { policies: [{ lists: [LIST], mode: 'draft', paths: ['mm'], bases: [{ tree: 'demo' }] }, { lists: ['*@lists.example'], mode: 'mute', paths: ['mm'], bases: [{ tree: 'demo' }] }] }, 'mode mute'],
  ])('%s', async (_, config, reason) => {
    await start({ config });
    await settle();
    later(60);
    await world.round();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain(reason);
  });
  it('a dry run says only in the log what it would say', async () => {
    await start({ policy: { mode: 'dry-run' } });
    await settle();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain('dry run: would say 2 confirmed');
  });
  it('a policy that became stricter counts for what is written already', async () => {
    const sink = await smtpSink();
    await start({ policy: { mode: 'send' }, config: { transport: { smtp: { host: '127.0.0.1', port: sink.port } } } });
    writeFileSync(join(world.config.state, 'PAUSED'), '');
    await settle();
    const stricter = { ...world, worker: { ...world.worker, config: { ...world.config, state: world.dir, policies: world.config.policies.map((p) => ({ ...p, mode: 'draft' as const })) } } };
    const { round } = await import('../../src/bot/bot.js');
    await round(stricter.worker);
    expect(sink.mails).toEqual([]);
    expect(await why()).toContain('the policy has changed');
    await sink.close();
  });
});

describe('rule 2: at most one mail for a series, none without a finding', () => {
  it('findings in several patches make one mail', async () => {
    await start();
    await settle();
    expect(world.drafts()).toHaveLength(1);
    expect(world.drafts()[0]).toContain('In patch 3/3');
  });
  it('nothing found, nothing said', async () => {
    await start();
    altered((r) => { r.findings = []; });
    await settle();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain('no finding');
  });
  it('the same series on two lists, and sent a second time', async () => {
    await start({ config: { lists: [{ name: 'mm', address: LIST, source: { 'public-inbox': 'inbox' } }, { name: 'copy', address: 'copy@lists.example', source: { 'public-inbox': 'inbox' } }], policies: [{ lists: [LIST, 'copy@lists.example'], paths: ['mm'], bases: [{ tree: 'demo' }], quietMinutes: 10 }] } });
    await settle();
    await settle();
    expect(world.drafts()).toHaveLength(1);
  });
});

describe('rule 3: only what is new, confirmed, certain, and still there at the end', () => {
  it.each([
    ['transient', (f: Record<string, unknown>) => { f['status'] = 'transient'; }, 'repaired by a later patch'],
    ['preexisting', (f: Record<string, unknown>) => { f['status'] = 'preexisting'; }, 'no finding'],
    ['fixed', (f: Record<string, unknown>) => { f['status'] = 'fixed'; }, 'no finding'],
    ['only a note', (f: Record<string, unknown>) => { f['severity'] = 'note'; }, 'no finding'],
    ['refuted', (f: Record<string, unknown>) => { f['verdict'] = { state: 'refuted', why: 'x', assumptions: [], trace: null, program: null }; }, 'refuted'],
    ['unmodelled', (f: Record<string, unknown>) => { f['verdict'] = { state: 'unmodelled', why: 'bound', assumptions: [], trace: null, program: null }; }, 'unmodelled'],
    ['outside the paths', (f: Record<string, unknown>) => { f['file'] = 'fs/x.c'; }, 'not in the policy'],
  ])('%s', async (_, change, reason) => {
    await start();
    altered((r) => { for (const f of r.findings) change(f); });
    await settle();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain(reason);
  });
  it.each([['certainty', 'count-consistent'], ['certainty', 'guessed'], ['fit', 'fuzzy'], ['fit', 'none']])('a patch whose %s is %s, even another one than the finding is in', async (key, value) => {
    await start();
    altered((r) => { const [first] = r.series.patches; if (first !== undefined) first[key] = value; });
    await settle();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain('not sure enough');
  });
  it('no base, or only fragments of the function', async () => {
    await start();
    altered((r) => { r.series.base.kind = 'none'; });
    await settle();
    expect(await why()).toContain('no base was found');
    await world.close();
    await start();
    altered((r) => { for (const f of r.functions) f['completeness'] = 'fragments'; });
    await settle();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain('only a part of the function');
  });
  it('tries the bases of the policy in order and takes the first that fits', async () => {
    await start({ policy: { bases: [{ tree: 'demo', rev: 'old' }, { tree: 'demo', rev: 'mm-unstable' }, { tree: 'demo', rev: 'never' }] } });
    const revs: (string | null)[] = [];
    world.review.answer = async ({ base }) => { revs.push(base); return { state: 'done', json: base === 'old' ? demoReport().replaceAll('"fit": "exact"', '"fit": "none"').replaceAll('"fit":"exact"', '"fit":"none"') : demoReport() }; };
    await settle();
    expect(revs).toEqual(['old', 'mm-unstable']);
    expect(world.drafts()).toHaveLength(1);
  });
});

describe('rules 4 and 7: each claim can be checked, in plain text', () => {
  it('with interleaving, base, version and command; nothing but text', async () => {
    await start();
    await settle();
    const [raw = ''] = world.drafts();
    expect(raw).toMatch(/CPU0 .*\| CPU1 /);
    expect(raw).toMatch(/Found by rmap-review \d+\.\d+\.\d+/);
    expect(raw).toMatch(/^ {4}b4 am -o - /m);
    expect([header(raw, 'Content-Type'), header(raw, 'MIME-Version'), header(raw, 'Auto-Submitted')]).toEqual(['text/plain; charset=UTF-8', '1.0', 'auto-replied']);
    expect(raw.split('\n\n')[0]).not.toMatch(/^(?:Content-Disposition|Return-Path|Bcc):/im);
  });
});

describe('rule 5: threaded below the patch, with an id of its own', () => {
  it('the same parent and findings always give the same id; References stay short', async () => {
    await start();
    await settle();
    const first = header(world.drafts()[0] ?? '', 'Message-ID');
    await world.close();
    await start();
    const long = Array.from({ length: 60 }, (_, i) => `<r${i}@x.example>`).join(' ');
    await settle(demoMails.map((m) => m.replace(/^References: <patches-demo-0@fixtures.example>$/m, `References: ${long} <patches-demo-0@fixtures.example>`)));
    const [raw = ''] = world.drafts();
    expect(header(raw, 'Message-ID')).toBe(first);
    const references = header(raw, 'References').split(' ');
    expect(references).toHaveLength(20);
    expect(references.at(-1)).toBe('<patches-demo-2@fixtures.example>');
    for (const line of raw.split('\n\n')[0]?.split('\n') ?? []) expect(line.length).toBeLessThan(998);
  });
});

describe('rule 6: to the author, whoever relayed the mail', () => {
  it.each([
    ['in-body From', (m: string) => m.replace(/^From: .*$/m, 'From: List <list@relay.example>').replace('\n\n', `\n\nFrom: ${AUTHOR}\n\n`)],
    ['X-Original-From', (m: string) => m.replace(/^From: .*$/m, `From: List <list@relay.example>\nX-Original-From: ${AUTHOR}`)],
    ['Reply-To of a relay', (m: string) => m.replace(/^From: .*$/m, `From: Fixture Author via B4 Relay <devnull@relay.example>\nReply-To: ${AUTHOR}`)],
  ])('%s', async (_, change) => {
    await start();
    await settle(demoMails.map(change));
    expect(header(world.drafts()[0] ?? '', 'To')).toContain('author@fixtures.example');
  });
  it('leaves out who is denied, has opted out, or is too many; and is silent when that is the author', async () => {
    await start({ policy: { maxRecipients: 4 }, config: { deny: ['stable@kernel.example', '*@private.example'] } });
    const crowd = Array.from({ length: 50 }, (_, i) => `p${i}@people.example`).join(', ');
    await settle(demoMails.map((m) => m.replace(/^Cc: .*$/m, `Cc: stable@kernel.example, "A, B" <x@private.example>, bot@tools.example, ${crowd}`)));
    const [raw = ''] = world.drafts();
    const cc = header(raw, 'Cc');
    expect(cc.split(', ')).toEqual([LIST, 'p0@people.example', 'p1@people.example']);
    await world.close();
    await start({ config: { deny: ['author@fixtures.example'] } });
    await settle();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain('must not be written to');
  });
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
    world.inbox.add(renamed(demoMails, 'second', (m) => m.replace('[PATCH ', '[PATCH v2 ')), NOW - 4 * 3_600_000);
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
    const folder = world.config.moderation, opened = readdirSync(join(folder, 'new')).find((n) => readFileSync(join(folder, 'new', n), 'utf8').includes('<opened-2@')) ?? '';
    renameSync(join(folder, 'new', opened), join(folder, 'cur', `${opened}:2,S`));
    world.inbox.add(['patches-demo', 'opened'].flatMap((tag) => renamed(demoMails, tag === 'opened' ? 'opened-v2' : 'second', (m) => m.replace('[PATCH ', '[PATCH v2 ').replaceAll('mm/pool:', tag === 'opened' ? 'mm/opened:' : 'mm/pool:'))), world.clock.now);
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

describe('rules 11 and 12: people answer, and are heard', () => {
  const answer = (text: string, extra: Readonly<Record<string, string>> = {}): string => mail({ Subject: 'Re: [PATCH 2/3] x', 'Message-ID': `<a${Math.floor(world.clock.now / 1000)}@x.example>`, 'In-Reply-To': header(world.drafts()[0] ?? '', 'Message-ID'), ...extra }, text);
  const ids = (): string[] => header(world.drafts()[0] ?? '', 'X-Rmap-Review').split(' ');

  it('"invalid" silences that finding in later versions, and is counted', async () => {
    await start();
    follow(world);
    await settle();
    for (const id of ids()) { later(1); world.inbox.add([answer(`> quoted\nI looked.\nrmap-review: invalid ${id}\n`)], world.clock.now); }
    await world.round();
    expect(await precision(world.database)).toEqual({ mails: 1, said: 2, confirmed: 0, invalid: 2, unanswered: 0 });
    await settle(renamed(demoMails, 'second', (m) => m.replace('[PATCH ', '[PATCH v2 ')));
    expect(world.drafts()).toHaveLength(1);
    expect(await world.explain('second-1@fixtures.example')).toContain('called invalid before');
  });
  it('"confirmed" is counted and silences nothing', async () => {
    await start();
    follow(world);
    await settle();
    world.inbox.add([answer(`rmap-review: confirmed ${ids()[0]}\n`)], world.clock.now);
    await settle(renamed(demoMails, 'second', (m) => m.replace('[PATCH ', '[PATCH v2 ')));
    expect(await precision(world.database)).toMatchObject({ said: 4, confirmed: 1, invalid: 0 });
    expect(world.drafts()).toHaveLength(2);
  });
  it.each([
    ['quoted', () => answer(`> rmap-review: invalid ${ids()[0]}\nThanks!\n`)],
    ['in the signature', () => answer(`Thanks!\n-- \nrmap-review: invalid ${ids()[0]}\n`)],
    ['of a mail that is not ours', () => answer(`rmap-review: invalid ${ids()[0]}\n`, { 'In-Reply-To': '<patches-demo-2@fixtures.example>' })],
    ['from a program', () => answer(`rmap-review: invalid ${ids()[0]}\n`, { 'Auto-Submitted': 'auto-replied' })],
    ['that names a pattern', () => answer('rmap-review: invalid %\nrmap-review: invalid ________\n')],
    ['of our own words', () => answer((world.drafts()[0] ?? '').split('\n\n').slice(1).join('\n\n'))],
  ])('a command %s is none', async (_, make) => {
    await start();
    await settle();
    world.inbox.add([make()], world.clock.now);
    await world.round();
    expect(await precision(world.database)).toMatchObject({ said: 2, confirmed: 0, invalid: 0 });
  });
  it('"opt-out" ends it for that person, "opt-in" brings it back', async () => {
    await start();
    follow(world);
    await settle();
    world.inbox.add([answer('rmap-review: opt-out\n', { From: AUTHOR })], world.clock.now);
    await settle(renamed(demoMails, 'out', (m) => m.replaceAll('mm/pool:', 'mm/out:')));
    expect(world.drafts()).toHaveLength(1);
    expect(await world.explain('out-1@fixtures.example')).toContain('opted out');
    world.inbox.add([answer('rmap-review: opt-in\n', { From: AUTHOR })], world.clock.now);
    await settle(renamed(demoMails, 'in', (m) => m.replaceAll('mm/pool:', 'mm/in:')));
    expect(world.drafts()).toHaveLength(2);
  });
});
