import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/parse/assemble.js';
import { readInput } from '../../src/parse/mail/read-input.js';
import { readSubject } from '../../src/parse/mail/subject.js';
import type { Series } from '../../src/parse/series.js';
import { bytes, mail, mbox, PATCH } from './mail-samples.js';

const series = async (...mails: string[]): Promise<readonly Series[]> => {
  const { messages, gaps } = await readInput('in', bytes(mbox(mails)));
  return assemble(messages, gaps);
};
const patch = (subject: string, id: string, headers: Record<string, string> = {}): string =>
  mail(subject, `Why.\n---\n${PATCH}`, { 'Message-ID': `<${id}>`, ...headers });
const cover = (subject: string, id: string, headers: Record<string, string> = {}): string =>
  mail(subject, 'All of it.\n', { 'Message-ID': `<${id}>`, ...headers });
const indices = (s: Series | undefined): number[] => (s?.patches ?? []).map((p) => p.index);
const whys = (s: Series | undefined): string => (s?.gaps ?? []).map((g) => g.why).join('\n');

describe('subjects', () => {
  it.each([
    ['[PATCH v2 3/9] mm: x', 2, 3, 9],
    ['[PATCHv3] mm: x', 3, null, null],
    ['[v3 PATCH 1/1] mm: x', 3, 1, 1],
    ['[PATCH 00/33 v6] mm: x', 6, 0, 33],
    ['[RFC][PATCH mm-unstable v2 3/9] mm: x', 2, 3, 9],
    ['[Nouveau] [PATCH v2 5/8] mm: x', 2, 5, 8],
    ['[v4,2/5] mm: x', 4, 2, 5],
    ['[PATCH v2.5] mm: x', 2, null, null],
    ['[PATCH AUTOSEL 4.9 68/99] mm: x', 1, 68, 99],
    ['[patch 012/100] mm: x', 1, 12, 100],
    ['[RFC PATCH 1/2] mm: x', 1, 1, 2],
    ['[PATCH for-6.1-fixes] mm: x', 1, null, null],
  ])('%s', (subject, version, part, total) => {
    expect(readSubject(subject)).toMatchObject({ title: 'mm: x', isReply: false, isPatch: true, version, part, total });
  });

  it('replies and reposts', () => {
    expect(readSubject('Re: [External] Re: [PATCH v4 5/5] mm: x')).toMatchObject({ title: 'mm: x', isReply: true, version: 4, part: 5 });
    expect(readSubject('[PATCH RESEND v2 1/2] mm: x')).toMatchObject({ resend: true, version: 2, part: 1 });
    expect(readSubject('[RFC] what about locks')).toMatchObject({ isPatch: true, part: null });
  });
});

describe('one series', () => {
  it('sorts parts, takes the cover wherever it stands, and keeps replies apart', async () => {
    const inThread = { 'In-Reply-To': '<c@x>', References: '<c@x>' };
    const [s, ...others] = await series(
      patch('[PATCH v2 2/3] b', 'b@x', inThread),
      mail('Re: [PATCH v2 2/3] b', `> +\tcode\n\nBetter:\n\n${PATCH}`, { 'Message-ID': '<r@y>', 'In-Reply-To': '<b@x>' }),
      patch('[PATCH v2 3/3] c', 'd@x', inThread),
      cover('[PATCH v2 0/3] The pool', 'c@x'),
      patch('[PATCH v2 1/3] a', 'a@x', inThread),
    );
    expect(others).toEqual([]);
    expect(s).toMatchObject({ subject: 'The pool', version: 2, expected: 3, messageId: 'c@x', gaps: [] });
    expect(s!.patches.map((p) => p.subject)).toEqual(['a', 'b', 'c']);
    expect(s!.cover?.messageId).toBe('c@x');
    expect(s!.replies.map((r) => r.messageId)).toEqual(['r@y']);
  });

  it('unthreaded parts belong together by sender, version and number', async () => {
    const all = await series(patch('[PATCH 2/2] b', 'two@x'), patch('[PATCH 1/2] a', 'one@x'));
    expect(all.map(indices)).toEqual([[1, 2]]);
  });

  it('missing parts are a gap with their numbers', async () => {
    const [s] = await series(patch('[PATCH 2/5] b', 'two@x'), patch('[PATCH 5/5] e', 'five@x'));
    expect(s!.expected).toBe(5);
    expect(whys(s)).toMatch(/3 of 5 parts.*1, 3-4/);
  });

  it('the same Message-ID twice is one mail', async () => {
    const all = await series(patch('[PATCH] a', 'a@x'), patch('[PATCH] a', 'a@x', { Received: 'elsewhere' }));
    expect(all.map(indices)).toEqual([[1]]);
    expect(whys(all[0])).toBe('');
  });

  it('a diff in the cover letter is no patch', async () => {
    const [s] = await series(
      mail('[PATCH 0/1] c', `Range-diff:\n${PATCH}`, { 'Message-ID': '<c@x>' }),
      patch('[PATCH 1/1] a', 'a@x', { 'In-Reply-To': '<c@x>' }),
    );
    expect(indices(s)).toEqual([1]);
    expect(whys(s)).toMatch(/cover letter/);
  });

  it('reads author and trailers', async () => {
    const base = '0123456789abcdef0123456789abcdef01234567';
    const [s] = await series(
      mail('[PATCH] a', `From: The Author <author@example.org>\n\nWhy.\n---\n${PATCH}\nbase-commit: ${base}\nprerequisite-patch-id: ${base}\n`, {
        'Message-ID': '<a@x>',
      }),
    );
    expect(s!.patches[0]).toMatchObject({ author: 'The Author <author@example.org>', baseCommit: base, prerequisites: [base], certainty: 'intact' });
  });

  it('files given by hand, without mail headers, are patches in the given order', async () => {
    const one = await readInput('one.diff', bytes(PATCH));
    const two = await readInput('two.diff', bytes(PATCH.replaceAll('pool.c', 'other.c')));
    const all = assemble([...one.messages, ...two.messages], []);
    expect(all.map((s) => s.patches.map((p) => [p.index, p.files[0]!.newPath]))).toEqual([
      [
        [1, 'mm/pool.c'],
        [2, 'mm/other.c'],
      ],
    ]);
  });
});

describe('several versions', () => {
  it('the newest complete one comes first', async () => {
    const all = await series(
      patch('[PATCH 1/2] a', 'a1@x'),
      patch('[PATCH 2/2] b', 'b1@x', { 'In-Reply-To': '<a1@x>' }),
      patch('[PATCH v3 1/2] a', 'a3@x'),
      patch('[PATCH v2 1/2] a', 'a2@x', { 'In-Reply-To': '<a1@x>' }),
      patch('[PATCH v2 2/2] b', 'b2@x', { 'In-Reply-To': '<a2@x>' }),
    );
    expect(all.map((s) => [s.version, s.patches.length])).toEqual([
      [2, 2],
      [1, 2],
      [3, 1],
    ]);
  });

  it('a partial reroll takes its other parts from the version before, and says so', async () => {
    const all = await series(
      patch('[PATCH 1/3] a', 'a@x'),
      patch('[PATCH 2/3] b', 'b@x', { 'In-Reply-To': '<a@x>' }),
      patch('[PATCH 3/3] c', 'c@x', { 'In-Reply-To': '<a@x>' }),
      patch('[PATCH v2 2/3] b', 'b2@x', { 'In-Reply-To': '<b@x>' }),
    );
    expect(all[0]).toMatchObject({ version: 2, expected: 3 });
    expect(all[0]!.patches.map((p) => p.messageId)).toEqual(['a@x', 'b2@x', 'c@x']);
    expect(whys(all[0])).toMatch(/part 1 was not sent again/);
  });

  it("two series of one author in the same minute stay apart by their Message-IDs' stem", async () => {
    const all = await series(
      patch('[PATCH 1/2] a', '20240304.111-2-w@x'),
      patch('[PATCH 1/2] p', '20240304.222-2-w@x'),
      patch('[PATCH 2/2] b', '20240304.111-3-w@x'),
      patch('[PATCH 2/2] q', '20240304.222-3-w@x'),
    );
    expect(all.map((s) => s.patches.map((p) => p.subject))).toEqual([
      ['a', 'b'],
      ['p', 'q'],
    ]);
  });

  it('a repost is a series of its own', async () => {
    const all = await series(patch('[PATCH 1/1] a', 'a@x'), patch('[PATCH RESEND 1/1] a', 'b@x'));
    expect(all).toHaveLength(2);
  });
});

describe('nothing to review', () => {
  it('a mail without a diff: a series without patches that says why', async () => {
    const [s] = await series(mail('[PATCH] mm: thoughts', 'No code.\n'));
    expect(s!.patches).toEqual([]);
    expect(whys(s)).toMatch(/in holds no diff/);
  });

  it('only a reply with a diff: better than nothing, with a gap', async () => {
    const [s] = await series(mail('Re: [PATCH] a', `Try:\n\n${PATCH}`, { 'Message-ID': '<r@x>' }));
    expect(s!.patches).toHaveLength(1);
    expect(whys(s)).toMatch(/only replies/);
  });

  it('an unreadable input keeps its reason', async () => {
    const { messages, gaps } = await readInput('x.bin', bytes('\0\0'));
    expect(assemble(messages, gaps)[0]!.gaps.map((g) => g.why)).toEqual(['x.bin: a binary file, not a mail or a diff']);
  });
});
