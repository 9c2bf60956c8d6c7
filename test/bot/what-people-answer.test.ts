import { afterEach, describe, expect, it } from 'vitest';
import { precision } from '../../src/bot/status.js';
import { AUTHOR, later, settle, start, world } from './scene.js';
import { demoMails, follow, header, mail, renamed } from './world.js';

afterEach(async () => {
  await world.close();
});

describe('rules 11 and 12: people answer, and are heard', () => {
  const answer = (text: string, extra: Readonly<Record<string, string>> = {}): string =>
    mail(
      {
        Subject: 'Re: [PATCH 2/3] x',
        'Message-ID': `<a${Math.floor(world.clock.now / 1000)}@x.example>`,
        'In-Reply-To': header(world.drafts()[0] ?? '', 'Message-ID'),
        ...extra,
      },
      text,
    );
  const ids = (): string[] => header(world.drafts()[0] ?? '', 'X-Rmap-Review').split(' ');

  it('"invalid" silences that finding in later versions, and is counted', async () => {
    await start();
    follow(world);
    await settle();
    for (const id of ids()) {
      later(1);
      world.inbox.add([answer(`> quoted\nI looked.\nrmap-review: invalid ${id}\n`)], world.clock.now);
    }
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
