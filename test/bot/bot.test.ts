import { afterEach, describe, expect, it } from 'vitest';
import { demoMails, follow, header, LIST, mail, makeWorld, renamed, type World, type WorldOptions } from './world.js';

let world: World;
const start = async (options: WorldOptions = {}): Promise<World> => {
  world = await makeWorld(options);
  return world;
};
afterEach(async () => {
  await world.close();
});
const later = (minutes: number): void => {
  world.clock.now += minutes * 60_000;
};
/** What is there is taken in, the quiet time passes, the bot has its say. */
const quiet = async (): Promise<void> => {
  await world.round();
  later(11);
  await world.round();
};
const AT = 1_700_100_000_000;

describe('one series', () => {
  it('gets exactly one draft, out of order and with duplicates, when all parts are there and the list is quiet', async () => {
    await start();
    const [cover = '', one = '', two = '', three = ''] = demoMails;
    world.inbox.add([three, one, one], AT);
    await world.round();
    later(30);
    expect((await world.round()).considered).toBe(1);
    expect(await world.explain('patches-demo-1@fixtures.example')).toContain('incomplete: 2 of 3 parts');
    world.inbox.add([cover, two, two], world.clock.now);
    await world.round();
    expect(world.review.asked).toBe(0);
    await quiet();
    expect(world.drafts()).toHaveLength(1);
    later(60);
    world.inbox.add([two], world.clock.now);
    await world.round();
    later(60);
    await world.round();
    expect(world.drafts()).toHaveLength(1);
    const raw = world.drafts()[0] ?? '';
    expect(header(raw, 'In-Reply-To')).toBe('<patches-demo-2@fixtures.example>');
    expect(header(raw, 'References')).toBe('<patches-demo-0@fixtures.example> <patches-demo-2@fixtures.example>');
    expect(header(raw, 'Subject')).toBe('Re: [PATCH 2/3] mm/pool: hold the rmap lock from unmap to remap');
    expect(header(raw, 'To')).toBe('"Fixture Author" <author@fixtures.example>');
    expect(header(raw, 'Cc')).toBe(`${LIST}, "Reader One" <reader@people.example>`);
    expect(header(raw, 'Auto-Submitted')).toBe('auto-replied');
    expect(header(raw, 'Message-ID')).toMatch(/^<rmap-review\.[0-9a-f]{32}@tools\.example>$/);
    expect(await world.explain('patches-demo-2@fixtures.example')).toContain('draft, drafted');
  });

  it('is answered in a form that a list can bear', async () => {
    await start();
    world.inbox.add(demoMails, AT);
    await quiet();
    const raw = world.drafts()[0] ?? '';
    const body = raw.slice(raw.indexOf('\n\n') + 2);
    const lines = body.trimEnd().split('\n');
    expect(raw.split('\n').length).toBeLessThan(120);
    expect(lines.length).toBeLessThan(100);
    for (const line of lines) if (!line.startsWith('> ')) expect(line.length, line).toBeLessThanOrEqual(78);
    expect(body).toContain('[ ... ]');
    expect(body).toContain('CPU0');
    expect(body).toMatch(/\?$/m);
    expect(body).not.toMatch(/^(?:Reviewed|Acked|Tested|Signed-off|Reported)-by:/im);
    expect(body).not.toMatch(/\bline \d+/);
    expect(body).toContain('b4 am -o - patches-demo-0@fixtures.example');
    expect(lines.slice(lines.indexOf('-- ')).length).toBeLessThanOrEqual(5);
    expect(body).toMatch(/rmap-review: invalid [0-9a-f]{12}/);
    const quoted = lines.filter((l) => /^> [ +-]/.test(l)).map((l) => l.slice(2));
    for (const line of quoted) expect(demoMails.join('\n')).toContain(line);
  });

  it('has no mail when a newer version has come, in whatever order', async () => {
    await start();
    follow(world);
    const v2 = renamed(demoMails, 'second', (m) => m.replace(/\[PATCH /, '[PATCH v2 '));
    world.inbox.add([...v2, ...demoMails], AT);
    await quiet();
    expect(world.drafts()).toHaveLength(1);
    expect(header(world.drafts()[0] ?? '', 'In-Reply-To')).toBe('<second-2@fixtures.example>');
    expect(await world.explain('patches-demo-1@fixtures.example')).toContain('superseded by v2');
  });

  it('is dropped at the last moment: a new version, a withdrawal, a deletion, a pause that came while the review ran', async () => {
    const arrivals: Record<string, (w: World) => void> = {
      'superseded by v2': (w) => w.inbox.add([renamed(demoMails, 'next', (m) => m.replace(/\[PATCH /, '[PATCH v2 '))[1] ?? ''], w.clock.now),
      'withdrawn by its author': (w) =>
        w.inbox.add(
          [
            mail(
              {
                From: 'Fixture Author <author@fixtures.example>',
                Subject: 'Re: [PATCH 0/3] mm/pool',
                'Message-ID': '<w@x.example>',
                'In-Reply-To': '<patches-demo-0@fixtures.example>',
              },
              'Please ignore this series, I found a bug.\n',
            ),
          ],
          w.clock.now,
        ),
      deleted: (w) => w.inbox.remove(demoMails[2] ?? '', w.clock.now),
    };
    for (const [why, arrive] of Object.entries(arrivals)) {
      await start();
      const answer = world.review.answer;
      const one = world;
      world.review.answer = async (request) => {
        arrive(one);
        return answer(request);
      };
      world.inbox.add(demoMails, AT);
      await quiet();
      expect(world.drafts(), why).toEqual([]);
      expect(await world.explain('patches-demo-2@fixtures.example')).toContain(why);
      if (why !== 'deleted') await world.close();
    }
  });

  it('is not withdrawn by somebody else', async () => {
    await start();
    world.inbox.add(
      [
        ...demoMails,
        mail(
          { Subject: 'Re: [PATCH 0/3] mm/pool', 'Message-ID': '<w@x.example>', 'In-Reply-To': '<patches-demo-0@fixtures.example>' },
          'Please ignore this series.\n',
        ),
      ],
      AT,
    );
    await quiet();
    expect(world.drafts()).toHaveLength(1);
  });

  it('that resends one patch only takes the others from the version before', async () => {
    await start();
    follow(world);
    const [, , two = ''] = renamed(demoMails, 'reroll', (m) => m.replace(/\[PATCH /, '[PATCH v2 ').replace(/^(?:In-Reply-To|References): .*\n/gm, ''));
    world.inbox.add([...demoMails, two.replace(/^Subject:/m, 'In-Reply-To: <patches-demo-2@fixtures.example>\nSubject:')], AT);
    await quiet();
    expect(world.drafts().map((d) => header(d, 'In-Reply-To'))).toEqual(['<reroll-2@fixtures.example>']);
  });

  it('is read across an epoch roll and a rewritten history', async () => {
    await start();
    world.inbox.add(demoMails.slice(0, 2), AT);
    await world.round();
    world.inbox.roll();
    world.inbox.add(demoMails.slice(2), AT);
    await quiet();
    expect(world.drafts()).toHaveLength(1);
    expect(await world.explain('patches-demo-3@fixtures.example')).toContain('parts 0 1 2 3 of 3');
  });
});

describe('two series of one author', () => {
  it('sent in the same minute stay apart', async () => {
    await start();
    follow(world);
    const other = renamed(demoMails, 'other', (m) => m.replaceAll('mm/pool:', 'mm/else:'));
    world.inbox.add(
      demoMails.flatMap((m, i) => [m, other[i] ?? '']),
      AT,
    );
    await quiet();
    expect(
      world
        .drafts()
        .map((d) => header(d, 'In-Reply-To'))
        .sort(),
    ).toEqual(['<other-2@fixtures.example>', '<patches-demo-2@fixtures.example>']);
  });

  it('unthreaded, without a cover, are put together by time', async () => {
    await start();
    world.inbox.add(
      demoMails
        .slice(1)
        .map((m, i) =>
          m.replace(/^(?:In-Reply-To|References): .*\n/gm, '').replace(/^Message-ID: .*$/m, `Message-ID: <patches-demo-${i + 1}@fixtures.example>`),
        ),
      AT,
    );
    await quiet();
    expect(world.drafts()).toHaveLength(1);
  });
});
