import { afterEach, describe, expect, it } from 'vitest';
import { readHeaders, mailboxes, messageIds } from '../../src/bot/headers.js';
import { demoMails, demoReport, follow, header, LIST, mail, makeWorld, mailsIn, renamed, type World, type WorldOptions } from './world.js';

let world: World;
const start = async (options: WorldOptions = {}): Promise<World> => {
  world = await makeWorld(options);
  return world;
};
afterEach(async () => {
  await world.close();
});
async function settle(mails: readonly string[]): Promise<void> {
  world.inbox.add(mails, world.clock.now);
  await world.round();
  world.clock.now += 11 * 60_000;
  await world.round();
}

describe('hostile mail', () => {
  it.each([
    ['an encoded line break in the subject', (m: string) => m.replace(/^Subject: (.*)$/m, 'Subject: =?utf-8?q?=5BPATCH_2/3=5D_x=0D=0ABcc:_victim@x.example?=')],
    ['a folded subject that looks like a header', (m: string) => m.replace(/^Subject: (.*)$/m, 'Subject: $1\n Bcc: victim@x.example')],
    ['bare carriage returns', (m: string) => m.replace(/^Subject: (.*)$/m, 'Subject: $1\rBcc: victim@x.example')],
    ['control characters and escapes', (m: string) => m.replace(/^Subject: (.*)$/m, 'Subject: $1 \u001b[31m\u0007\u0000 \u202e')],
    [
      'addresses in names',
      (m: string) =>
        m.replace(
          /^Cc: .*$/m,
          'Cc: "victim@x.example, <victim@x.example>" <reader@people.example>, victim@x.example\u0000@y.example, "a\\" <victim@x.example>, b" <ok@people.example>',
        ),
    ],
    [
      'a route as an address',
      (m: string) => m.replace(/^Cc: .*$/m, 'Cc: <@relay.example:victim@x.example>, victim%x.example@relay.example;victim@x.example, "x y"@x.example'),
    ],
    ['an in-body author with a header in it', (m: string) => m.replace('\n\n', '\n\nFrom: Evil <author@fixtures.example>\\nBcc: victim@x.example\n\n')],
    ['References that never end', (m: string) => m.replace(/^References: (.*)$/m, `References: ${'<a@b.example> '.repeat(9000)}$1`)],
  ])('%s adds no header and no recipient', async (_, change) => {
    await start();
    await settle(demoMails.map((m, i) => (i === 2 ? change(m) : m)));
    for (const raw of world.drafts()) {
      const head = raw.split('\n\n')[0] ?? '';
      expect(head).not.toMatch(/^Bcc:/im);
      expect(`${header(raw, 'To')} ${header(raw, 'Cc')}`).not.toContain('victim@x.example');
      expect([...head.matchAll(/^([\w-]+):/gm)].map((x) => x[1])).toEqual([
        'From',
        'To',
        ...(/^Cc:/m.test(head) ? ['Cc'] : []),
        'Subject',
        'Date',
        'Message-ID',
        'In-Reply-To',
        'References',
        'Auto-Submitted',
        'X-Rmap-Review',
        'MIME-Version',
        'Content-Type',
        'Content-Transfer-Encoding',
      ]);
      expect(raw.replace(/[\n\t]/g, '')).not.toMatch(/[\x00-\x1f\x7f\u202e]/);
    }
  });

  it('a Message-ID that cannot be quoted is not answered', async () => {
    await start();
    await settle(demoMails.map((m, i) => (i === 2 ? m.replace('<patches-demo-2@fixtures.example>', '<x y@z>\n <"a>b"@c.example>') : m)));
    expect(world.drafts()).toEqual([]);
  });

  it("code in a patch cannot steer the reader's terminal or end the mail", async () => {
    await start();
    world.review.answer = async () => ({ state: 'done', json: demoReport().replaceAll('pool_migrate_folio', 'evil\\u001b[2J\\r\\n.\\r\\nQUIT\\u2028') });
    await settle(demoMails);
    expect(world.drafts()).toHaveLength(1);
    expect((world.drafts()[0] ?? '').replace(/[\n\t]/g, '')).not.toMatch(/[\x00-\x1f\x7f\u2028]/);
    expect(world.drafts()[0]).not.toMatch(/^\.$/m);
  });

  it('two bots of ours never answer each other', async () => {
    await start();
    await settle(demoMails);
    const first = world.drafts()[0] ?? '';
    const inbox = [
      first,
      first.replace(/^Auto-Submitted: .*\n/m, ''),
      first.replace(/^X-Rmap-Review: .*\n/m, ''),
      first.replace(/^(?:Auto-Submitted|X-Rmap-Review): .*\n/gm, ''),
    ];
    const other = await makeWorldBeside({ identity: { name: 'other bot', address: 'other@tools.example', contact: 'human@tools.example' } }, [
      ...demoMails,
      ...inbox.map((m, i) => m.replace(/^Message-ID: <(.*)>$/m, `Message-ID: <${i}.$1>`)),
    ]);
    expect(other).toHaveLength(1);
    expect(header(other[0] ?? '', 'In-Reply-To')).toBe('<patches-demo-2@fixtures.example>');
    await settle(other);
    await settle(inbox);
    expect(world.drafts()).toHaveLength(1);
  });

  it('a mail of 20 MB is not read, and the log says so; what follows it is', async () => {
    await start();
    const huge = mail({ Subject: '[PATCH] huge', 'Message-ID': '<huge@x.example>' }, 'x'.repeat(79).concat('\n').repeat(262_144));
    await settle([huge, ...demoMails]);
    expect(world.drafts()).toHaveLength(1);
    const [row] = await world.database.run(`select what from log where what like 'not read:%'`);
    expect(row?.['what']).toMatch(/2\d{7} bytes are more than/);
  });

  it('mails without id, without a sender, of nothing but headers, and of bytes do not stop the rest', async () => {
    await start();
    const odd = [
      '',
      '\n',
      'no header at all',
      'Subject: [PATCH] x\n\nbody',
      'Message-ID: <only@id.example>\n',
      `Message-ID: <nul@x.example>\nFrom: a@b.example\nSubject: [PATCH] \u0000 x\n\n\u0000${'@@ -1 +1 @@\n'.repeat(2000)}`,
      `Message-ID: <mime@x.example>\nFrom: a@b.example\nSubject: [PATCH 1/2] mm\nContent-Type: multipart/mixed; boundary=x\n\n${'--x\nContent-Type: multipart/mixed; boundary=x\n\n'.repeat(500)}`,
      `Message-ID: <many@x.example>\nFrom: a@b.example\nSubject: [PATCH v99999999999999999999 1/99999999999999999999] mm\n\n+++ b/mm/a.c\n`,
    ].map((m) => (m === '' ? '\n\n' : m));
    await settle([...odd, ...demoMails]);
    expect(world.drafts()).toHaveLength(1);
  });

  it('a burst of 10,000 mails keeps to the cap, and what cannot be said any more is not reviewed', async () => {
    await start({ policy: { dailyCap: 5, quietMinutes: 1 } });
    follow(world);
    const burst = Array.from({ length: 2500 }, (_, i) => renamed(demoMails, `burst${i}`, (m) => m.replaceAll('mm/pool:', `mm/burst${i}:`))).flat();
    await settle(burst);
    expect(world.drafts()).toHaveLength(5);
    const rows = await world.database.run(`select state, count(*) as n from outbox group by state order by state`);
    expect(rows.map((r) => [r['state'], Number(r['n'])])).toEqual([
      ['drafted', 5],
      ['dropped', 15],
    ]);
    expect(world.review.asked).toBe(20);
    expect(await world.explain('burst2000-2@fixtures.example')).toContain('not reviewed: the daily cap of 5 is reached');
  }, 300_000);
});

/** A second bot with other settings on the same mails. */
async function makeWorldBeside(config: Readonly<Record<string, unknown>>, mails: readonly string[]): Promise<readonly string[]> {
  const saved = world;
  const rows = await saved.database.run('select 1 from outbox');
  expect(rows).toHaveLength(1);
  await start({ config });
  const second = world;
  await settle(mails);
  const drafts = mailsIn(second.config.moderation);
  await second.close();
  world = saved;
  return drafts;
}

describe('headers', () => {
  it('are read as the strictest reader would', () => {
    expect(mailboxes('A <a@b.example>, "x, y" <c@d.example>, z (comment, with) <e@f.example>, bare@g.example').map((m) => m.address)).toEqual([
      'a@b.example',
      'c@d.example',
      'e@f.example',
      'bare@g.example',
    ]);
    expect(mailboxes('a@b@c.example, <>, a b@c.example, -@, x@-y.example, "q"@z.example, Ä@x.example, a@b..example').map((m) => m.address)).toEqual([]);
    expect(messageIds('<a@b> <no-at> <c d@e> <f@g> <a@b>')).toEqual(['a@b', 'f@g']);
    expect(readHeaders(Buffer.from(`A: 1\r\n\tfolded\r\nno colon\r\nB : 2\r\nC: 3\r\n\r\nD: 4`))).toEqual([
      { name: 'a', value: '1 folded' },
      { name: 'c', value: '3' },
    ]);
    expect(LIST).toBe('mm@lists.example');
  });
});
