import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/parse/assemble.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import { bytes, mail, mbox, PATCH } from './mail-samples.js';

const read = async (text: string): Promise<Awaited<ReturnType<typeof readInput>>> => readInput('in', bytes(text));

describe('mailboxes', () => {
  it('mboxrd: one > comes off each quoted From line, and a sentence that begins with From starts no mail', async () => {
    const text = mbox([mail('[PATCH] one', 'hello\n\n>From here on\n>>From deeper\n\nFrom now on it is quiet.\n'), mail('[PATCH] two', 'bye\n')]);
    const { messages } = await read(text);
    expect(messages.map((m) => m.subject)).toEqual(['[PATCH] one', '[PATCH] two']);
    expect(messages[0]!.body).toContain('\nFrom here on\n>From deeper\n\nFrom now on it is quiet.\n');
  });

  it('mboxcl2: Content-Length says where a mail ends, even with a bare From line in it', async () => {
    const body = 'quoting:\n\nFrom someone@example.org Mon Sep 17 00:00:00 2001\nFrom: someone\n\nend\n';
    const { messages } = await read(mbox([mail('[PATCH] one', body, { 'Content-Length': String(body.length) }), mail('[PATCH] two', 'x\n')]));
    expect(messages.map((m) => m.subject)).toEqual(['[PATCH] one', '[PATCH] two']);
    expect(messages[0]!.body).toBe(body);
  });

  it('CRLF mailboxes read like LF ones', async () => {
    const text = mbox([mail('[PATCH] one', `text\n---\n${PATCH}`), mail('[PATCH] two', `text\n---\n${PATCH}`)]);
    const plain = await read(text);
    const crlf = await read(text.replaceAll('\n', '\r\n'));
    expect(crlf.messages.map((m) => m.body)).toEqual(plain.messages.map((m) => m.body));
    expect(assemble(crlf.messages, []).flatMap((s) => s.patches.map((p) => p.certainty))).toEqual(['intact', 'intact']);
  });

  it('says on which line of the file a body begins', async () => {
    const text = mbox([mail('[PATCH] one', 'first\n'), mail('[PATCH] two', 'second\n')]);
    const { messages } = await read(text);
    const lines = text.split('\n');
    expect(messages.map((m) => lines[m.bodyLine - 1])).toEqual(['first', 'second']);
  });
});

describe('MIME', () => {
  it.each([
    [
      'base64',
      (b: string) =>
        `${(
          Buffer.from(b)
            .toString('base64')
            .match(/.{1,76}/g) ?? []
        ).join('\n')}\n`,
    ],
    ['quoted-printable', (b: string) => b.replaceAll('=', '=3D').replaceAll('ä', '=C3=A4')],
    ['8bit', (b: string) => b],
  ])('%s keeps the diff byte for byte', async (encoding, encode) => {
    const body = `Umlaut ä, = and tab.\n---\n${PATCH}`;
    const { messages, gaps } = await read(
      mail('[PATCH] =?utf-8?q?l=C3=B6ck?= it', encode(body), { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': encoding }),
    );
    expect(gaps).toEqual([]);
    expect(messages[0]).toMatchObject({ subject: '[PATCH] löck it', body, from: 'A Writer <writer@example.org>' });
  });

  it('format=flowed does not join lines of a diff, and its stuffed blanks come off', async () => {
    const stuffed = PATCH.replace(/^ /gm, '  ');
    const { messages } = await read(mail('[PATCH] x', `---\n${stuffed}`, { 'Content-Type': 'text/plain; charset=UTF-8; format=flowed' }));
    expect(messages[0]!.body).toBe(`---\n${PATCH}`);
  });

  it('UTF-8 under a wrong charset is still UTF-8; real Latin-1 is Latin-1', async () => {
    const wrong = await read(mail('x', 'naïve ü\n', { 'Content-Type': 'text/plain; charset=us-ascii' }));
    expect(wrong.messages[0]!.body).toBe('naïve ü\n');
    const latin = await readInput('in', Buffer.from(mail('x', 'naïve ü\n', { 'Content-Type': 'text/plain; charset=iso-8859-1' }), 'latin1'));
    expect(latin.messages[0]!.body).toBe('naïve ü\n');
  });

  it('a patch in an attachment belongs to the body', async () => {
    const body = `--sep\nContent-Type: text/plain\n\nSee attachment.\n\n--sep\nContent-Type: text/x-patch; name="0001-x.patch"\nContent-Disposition: attachment; filename="0001-x.patch"\nContent-Transfer-Encoding: base64\n\n${Buffer.from(PATCH).toString('base64')}\n--sep--\n`;
    const { messages } = await read(mail('[PATCH] x', body, { 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary="sep"' }));
    expect(assemble(messages, [])[0]!.patches[0]!.files.map((f) => f.newPath)).toEqual(['mm/pool.c']);
  });

  it('folded subjects and references come out flat', async () => {
    const { messages } = await read(
      mail('[PATCH v2 1/2]\n a folded subject', 'x\n', { 'Message-ID': '<b@x>', 'In-Reply-To': '<a@x>', References: '<r@x>\n <a@x>' }),
    );
    expect(messages[0]).toMatchObject({ subject: '[PATCH v2 1/2] a folded subject', messageId: 'b@x', inReplyTo: 'a@x', references: ['r@x', 'a@x'] });
  });
});

describe('text pages', () => {
  it('takes subject, sender and date from the first lines', async () => {
    const { messages } = await read(`[Top]\n\n[PATCH 2/3] mm: walk the pool\n\nFrom: Writer\nDate: Tue May 26 2026 - 10:00:00 EST\n\n\nText.\n\n${PATCH}`);
    expect(messages[0]).toMatchObject({
      subject: '[PATCH 2/3] mm: walk the pool',
      from: 'Writer',
      date: 'Tue May 26 2026 - 10:00:00 EST',
      bodyLine: 1,
      messageId: null,
    });
  });

  it('a bare diff is a message without headers', async () => {
    const { messages } = await read(PATCH);
    expect(messages[0]).toMatchObject({ subject: '', from: '', body: PATCH });
  });

  it('finds the subject of a mail that lies on one line', async () => {
    const { messages } = await read(
      `From: Writer <w@xxx> Subject: mm/pool: split the walk into two Splitting it makes it readable. ${'Words. '.repeat(60)} --- a/mm/pool.c~x +++ a/mm/pool.c @@ -1,3 +1,4 @@ a b + c d _`,
    );
    expect(messages[0]).toMatchObject({ from: 'Writer <w@xxx>', subject: 'mm/pool: split the walk into two' });
  });
});

describe('bad input is a gap, never an exception', () => {
  it.each([
    ['empty', '', /empty/],
    ['blank', '\n \n\n', /empty/],
    ['binary', '\x7fELF\0\0\0', /binary/],
    ['a web page of nothing', '<!DOCTYPE html>\n<html><body><script>diff --git</script></body></html>', /web page/],
  ])('%s', async (_name, text, why) => {
    const { messages, gaps } = await read(text);
    expect(messages).toEqual([]);
    expect(gaps.map((g) => g.why).join()).toMatch(why);
  });

  it('20 MB are read or refused, whatever they hold', async () => {
    const header = 'From: a <a@b>\nSubject: [PATCH] x\n';
    const shapes = [
      `${header}\n${'+\tfoo(bar, baz);\n'.repeat(1_200_000)}`,
      `${header}\ndiff --git ${'a/a'.repeat(7_000_000)}`,
      `${header}\n${'\n'.repeat(20_000_000)}`,
      `${header}Content-Transfer-Encoding: quoted-printable\n\n${'+\tfoo=20bar;\n'.repeat(1_500_000)}`,
      `${header}Content-Type: multipart/mixed; boundary=x\n\n${'--x\nContent-Type: text/plain\n\n'.repeat(600_000)}`,
    ];
    for (const text of shapes) {
      const { messages, gaps } = await readInput('big', bytes(text));
      expect(assemble(messages, gaps).length + gaps.length, text.slice(0, 80)).toBeGreaterThan(0);
    }
  });
});
