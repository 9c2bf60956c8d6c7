import { afterEach, describe, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { altered, AUTHOR, later, settle, start, why, world } from './scene.js';
import { smtpSink } from './smtp-sink.js';
import { demoMails, demoReport, header, LIST } from './world.js';

afterEach(async () => {
  await world.close();
});

describe('rule 1: off by default, the most restrictive policy wins, drafts first', () => {
  it('an unknown list is mute', async () => {
    await start({ config: { policies: [] } });
    await settle();
    expect([world.drafts(), world.review.asked]).toEqual([[], 0]);
  });
  it.each([
    [
      'two lists that both carried it',
      {
        lists: [
          { name: 'mm', address: LIST, source: { 'public-inbox': 'inbox' } },
          { name: 'quiet', address: 'quiet@lists.example', source: { 'public-inbox': 'inbox' } },
        ],
      },
      'no policy',
    ],
    [
      'a recipient list that is mute',
      {
        policies: [
          { lists: [LIST], mode: 'draft', paths: ['mm'], bases: [{ tree: 'demo' }] },
          { lists: ['reader@people.example'], mode: 'mute', paths: ['mm'], bases: [{ tree: 'demo' }] },
        ],
      },
      'mode mute',
    ],
    [
      'a wildcard that is mute',
      {
        policies: [
          { lists: [LIST], mode: 'draft', paths: ['mm'], bases: [{ tree: 'demo' }] },
          { lists: ['*@lists.example'], mode: 'mute', paths: ['mm'], bases: [{ tree: 'demo' }] },
        ],
      },
      'mode mute',
    ],
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
    const stricter = {
      ...world,
      worker: {
        ...world.worker,
        config: { ...world.config, state: world.dir, policies: world.config.policies.map((p) => ({ ...p, mode: 'draft' as const })) },
      },
    };
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
    altered((r) => {
      r.findings = [];
    });
    await settle();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain('no finding');
  });
  it('the same series on two lists, and sent a second time', async () => {
    await start({
      config: {
        lists: [
          { name: 'mm', address: LIST, source: { 'public-inbox': 'inbox' } },
          { name: 'copy', address: 'copy@lists.example', source: { 'public-inbox': 'inbox' } },
        ],
        policies: [{ lists: [LIST, 'copy@lists.example'], paths: ['mm'], bases: [{ tree: 'demo' }], quietMinutes: 10 }],
      },
    });
    await settle();
    await settle();
    expect(world.drafts()).toHaveLength(1);
  });
});

describe('rule 3: only what is new, confirmed, certain, and still there at the end', () => {
  it.each([
    [
      'transient',
      (f: Record<string, unknown>) => {
        f['status'] = 'transient';
      },
      'repaired by a later patch',
    ],
    [
      'preexisting',
      (f: Record<string, unknown>) => {
        f['status'] = 'preexisting';
      },
      'no finding',
    ],
    [
      'fixed',
      (f: Record<string, unknown>) => {
        f['status'] = 'fixed';
      },
      'no finding',
    ],
    [
      'only a note',
      (f: Record<string, unknown>) => {
        f['severity'] = 'note';
      },
      'no finding',
    ],
    [
      'refuted',
      (f: Record<string, unknown>) => {
        f['verdict'] = { state: 'refuted', why: 'x', assumptions: [], trace: null, program: null };
      },
      'refuted',
    ],
    [
      'unmodelled',
      (f: Record<string, unknown>) => {
        f['verdict'] = { state: 'unmodelled', why: 'bound', assumptions: [], trace: null, program: null };
      },
      'unmodelled',
    ],
    [
      'outside the paths',
      (f: Record<string, unknown>) => {
        f['file'] = 'fs/x.c';
      },
      'not in the policy',
    ],
  ])('%s', async (_, change, reason) => {
    await start();
    altered((r) => {
      for (const f of r.findings) change(f);
    });
    await settle();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain(reason);
  });
  it.each([
    ['certainty', 'count-consistent'],
    ['certainty', 'guessed'],
    ['fit', 'fuzzy'],
    ['fit', 'none'],
  ])('a patch whose %s is %s, even another one than the finding is in', async (key, value) => {
    await start();
    altered((r) => {
      const [first] = r.series.patches;
      if (first !== undefined) first[key] = value;
    });
    await settle();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain('not sure enough');
  });
  it('no base, or only fragments of the function', async () => {
    await start();
    altered((r) => {
      r.series.base.kind = 'none';
    });
    await settle();
    expect(await why()).toContain('no base was found');
    await world.close();
    await start();
    altered((r) => {
      for (const f of r.functions) f['completeness'] = 'fragments';
    });
    await settle();
    expect(world.drafts()).toEqual([]);
    expect(await why()).toContain('only a part of the function');
  });
  it('tries the bases of the policy in order and takes the first that fits', async () => {
    await start({
      policy: {
        bases: [
          { tree: 'demo', rev: 'old' },
          { tree: 'demo', rev: 'mm-unstable' },
          { tree: 'demo', rev: 'never' },
        ],
      },
    });
    const revs: (string | null)[] = [];
    world.review.answer = async ({ base }) => {
      revs.push(base);
      return {
        state: 'done',
        json: base === 'old' ? demoReport().replaceAll('"fit": "exact"', '"fit": "none"').replaceAll('"fit":"exact"', '"fit":"none"') : demoReport(),
      };
    };
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
    expect([header(raw, 'Content-Type'), header(raw, 'MIME-Version'), header(raw, 'Auto-Submitted')]).toEqual([
      'text/plain; charset=UTF-8',
      '1.0',
      'auto-replied',
    ]);
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
