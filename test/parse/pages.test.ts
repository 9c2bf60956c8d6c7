import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/parse/assemble.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import { bytes, PATCH } from './mail-samples.js';

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;');
const MESSAGE = `Walk the pool & "count" <it>.\n\nSigned-off-by: A Writer <writer@example.org>\n---\n mm/pool.c | 9 +++++++--\n\n${PATCH}-- \n2.39.5\n`;

/** One mail in the dress of each archive, written from what their pages look like. */
const PAGES: Readonly<Record<string, string>> = {
  lore: `<html><head><title>[PATCH v2 1/3] mm: walk the pool - A Writer</title><style>pre{white-space:pre-wrap}</style></head><body><form action="../"><pre><a href="../?t=2024">linux-mm.example.org archive mirror</a>\n <input name=q type=text /><input type=submit value=search /> <a href="_/text/help/">help</a></pre></form><pre
id=b>From: A Writer &lt;writer@example.org&gt;
To: akpm@example.org
Cc: linux-mm@example.org,
	linux-kernel@example.org
Subject: <a href="#r" id=t>[PATCH v2 1/3] mm: walk the pool</a>
Date: Tue, 21 Nov 2023 09:16:55 -0800	[<a href="#r">thread overview</a>]
Message-ID: &lt;<a href="../one@example.org/">one@example.org</a>&gt; (<a href="raw">raw</a>)
In-Reply-To: &lt;<a href="../zero@example.org/">zero@example.org</a>&gt;

${escape(MESSAGE)
  .replace(/^(diff --git .*)$/gm, '<span\nclass="head">$1</span>')
  .replace(/^(\+.*)$/gm, '<span\nclass="add">$1</span>')
  .replace(/^(-.*)$/gm, '<span\nclass="del">$1</span>')}

</pre><hr><pre>next prev parent reply	other threads:[<a href="..">~2023-11-21 17:17 UTC</a>|<a href="../..">newest</a>]

Thread overview: 4+ messages</pre></body></html>`,
  marc: `<html><head><title>'[PATCH v2 1/3] mm: walk the pool' - MARC</title></head><body bgcolor=#ffffff><pre>[<a href="?l=linux-mm&m=1">prev in list</a>] [<a href="?m=2">next in list</a>]\n\n<b>List:       <a href="?l=linux-mm">linux-mm</a>
Subject:    [PATCH v2 1/3] mm: walk the pool
From:       A Writer &lt;writer () example ! org&gt;
Date:       2023-11-21 17:16:55
Message-ID: <a href="?i=one">one () example ! org</a></b>

${escape(MESSAGE)}
[<a href="?m=1">prev in list</a>] [<a href="?m=2">next in list</a>]\n</pre></body></html>`,
  hypermail: `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">\n<html><head><title>Linux-Mm: [PATCH v2 1/3] mm: walk the pool</title><meta charset="utf-8" /></head>\n<body><h1>[PATCH v2 1/3] mm: walk the pool</h1>\n<p><strong>From:</strong> A Writer<br />\n<strong>Date:</strong> Tue Nov 21 2023 - 12:16:55 EST</p>\n<!-- body="start" -->\n<p>${escape(MESSAGE).replaceAll('\n', '<br />\n')}</p>\n<!-- body="end" -->\n<hr /><ul><li>Next message: Someone</li></ul></body></html>`,
  'lists.gnu.org': `<!-- MHonArc v2.6.19+ -->\n<!DOCTYPE html>\n<html><head><title>[PATCH v2 1/3] mm: walk the pool</title></head><body>\n<a href="../">[Top]</a><a href="/archive">[All Lists]</a>\n<hr>\n[<a href="1">Date Prev</a>][<a href="2">Date Next</a>]\n<h1>[PATCH v2 1/3] mm: walk the pool</h1>\n<hr>\n<table><tr class="odd"><td><b>From</b>:</td><td>A Writer</td></tr><tr><td><b>Subject</b>:</td><td>[PATCH v2 1/3] mm: walk the pool</td></tr><tr><td><b>Date</b>:</td><td>Tue, 21 Nov 2023 09:16:55 -0800</td></tr></table>\n<hr>\n<pre>\n${escape(MESSAGE).replace('writer@example.org', '<a href="">address@hidden</a>')}</pre>\n<hr>[<a href="x">reply via email to</a>]</body></html>`,
  'mail-archive': `<!DOCTYPE html>\n<html lang="en"><head><title>[PATCH v2 1/3] mm: walk the pool</title><script>var x = "<pre>";</script></head><body itemscope>\n<h1>\n<span class="subject"><a href="/search">[PATCH v2 1/3] mm: walk the pool</a></span>\n</h1>\n<p class="darkgray font13"><span class="sender pipe"><a href="/w"><span itemprop="name">A Writer</span></a></span>\n<span class="date"><a>Tue, 21 Nov 2023 09:16:55 -0800</a></span></p>\n<div itemprop="articleBody" class="msgBody">\n<!--X-Body-of-Message-->\n<pre>${escape(MESSAGE)}</pre>\n</div></body></html>`,
};

describe('pages as a browser saves them', () => {
  it.each(Object.entries(PAGES))('%s: the diff byte for byte, and the mail it belongs to', async (name, html) => {
    const { messages, gaps } = await readInput(`${name}.html`, bytes(html));
    expect(gaps).toEqual([]);
    expect(messages).toHaveLength(1);
    const [series] = assemble(messages, gaps);
    expect(series).toMatchObject({ subject: 'mm: walk the pool', version: 2, expected: 3 });
    const [patch] = series!.patches;
    expect(patch).toMatchObject({ index: 1, certainty: 'intact' });
    const shown = PATCH.split('\n').filter((l) => /^[-+ ]/.test(l) && !/^(?:---|\+\+\+) /.test(l));
    expect(patch!.files.flatMap((f) => f.hunks).flatMap((h) => h.lines.map((l) => l.kind + l.text))).toEqual(shown);
    expect(patch!.author).toMatch(name === 'mail-archive' ? /^$/ : /A Writer/);
    if (name === 'lore' || name === 'marc') expect(patch!.messageId).toBe('one@example.org');
  });

  it('a thread on one page is several mails', async () => {
    const one = (n: number, id: string): string =>
      `<pre\nid=m${id}><a\nhref=#e${id} id=m${id}>*</a> <b>[PATCH v2 ${n}/2] mm: part ${n}</b>\n<b>From:</b> A Writer @ 2023-11-21 17:1${n} UTC (<a href="../${id}/">permalink</a> / <a href="../raw">raw</a>)\n  To: akpm; +Cc: linux-mm\n\n${escape(MESSAGE.replaceAll('pool.c', `pool${n}.c`))}\n\n<a href=#r${id}>^</a> <a href="../${id}/">permalink</a> <a href="../raw">raw</a> <a href="../${id}/#R">reply</a>\t[flat|nested] 3+ messages in thread</pre><hr>`;
    const { messages, gaps } = await readInput(
      'T.html',
      bytes(`<html><head><title>[PATCH v2 0/2]</title></head><body><pre>linux-mm archive</pre>${one(2, 'b')}${one(1, 'a')}</body></html>`),
    );
    const [series, ...others] = assemble(messages, gaps);
    expect(others).toEqual([]);
    expect(series!.patches.map((p) => [p.index, p.subject, p.certainty, p.files.map((f) => f.newPath).join()])).toEqual([
      [1, 'mm: part 1', 'intact', 'mm/pool1.c'],
      [2, 'mm: part 2', 'intact', 'mm/pool2.c'],
    ]);
  });

  it('a mail whose only text is HTML', async () => {
    const { messages, gaps } = await readInput(
      'x',
      bytes(
        `From: A Writer <w@example.org>\nSubject: [PATCH] x\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html><body><pre>${escape(MESSAGE)}</pre></body></html>\n`,
      ),
    );
    expect(assemble(messages, gaps)[0]!.patches[0]).toMatchObject({ certainty: 'intact', subject: 'x' });
  });

  it('multipart/alternative: the plain part, not both', async () => {
    const body = `--b\nContent-Type: text/plain; charset=utf-8\n\n${MESSAGE}\n--b\nContent-Type: text/html\n\n<pre>${escape(MESSAGE)}</pre>\n--b--\n`;
    const { messages, gaps } = await readInput(
      'x',
      bytes(`From: A Writer <w@example.org>\nSubject: [PATCH] x\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n${body}`),
    );
    const [patch] = assemble(messages, gaps)[0]!.patches;
    expect(patch!.files).toHaveLength(1);
    expect(patch!.certainty).toBe('intact');
  });

  it('deep and broken nesting ends', async () => {
    const html = `<html><body>${'<div><b>'.repeat(200_000)}${'</i></p>'.repeat(200_000)}<pre>${escape(MESSAGE)}`;
    const { messages } = await readInput('deep.html', bytes(html));
    expect(assemble(messages, [])[0]!.patches).toHaveLength(1);
  });
});
