import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PATCH } from '../parse/mail-samples.js';
import { rmapReview, STACK_TRACE } from './run.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-hostile-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Every place of a mail that a report shows, with an escape sequence, a bell, a C1 character and an override in it. */
const EVIL = '\u001b[31m\u0007\u009b2J\u202e';
const hostile = join(work, 'hostile.mbox');
writeFileSync(
  hostile,
  `From x@y Mon Sep 17 00:00:00 2001\nFrom: A${EVIL} Writer <w@example.org>\nSubject: [PATCH 1/2] mm: ${EVIL} red\nMessage-ID: <a${EVIL}@x>\n\nWhy ${EVIL}.\n---\n${PATCH.replace('pool_count(pool);', `pool_count("${EVIL}");`).replace('@@ static struct', `@@ ${EVIL} static struct`)}diff --git a/mm/${EVIL}.c b/mm/${EVIL}.c\n--- a/mm/${EVIL}.c\n+++ b/mm/${EVIL}.c\n@@ -1 +1 @@\n-a\n+b\n@@ ${EVIL} @@\n`,
);

/** A raw C0 (but tab and line end), DEL, C1 or directional override. */
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('control characters of a mail', () => {
  it.each(['text', 'terse', 'json', 'ndjson', 'sarif', 'mail', 'dot', 'mermaid', 'html'])('never reach %s raw', (format) => {
    const ran = rmapReview([hostile, '--format', format, '--verbose', '--all']);
    if (ran.code === 2 && /is not written by this version|is not known/.test(ran.err)) return;
    expect(ran.err).not.toMatch(STACK_TRACE);
    expect(ran.out).not.toMatch(RAW);
    expect(ran.err).not.toMatch(RAW);
  });

  it('nor the account that recover gives, nor the headers that it writes', () => {
    const out = join(work, 'out.patch');
    const ran = rmapReview(['recover', hostile, '-o', out]);
    expect(ran.out + ran.err).not.toMatch(RAW);
    const text = readFileSync(out, 'utf8');
    expect(text.slice(0, text.indexOf('\n\n'))).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  });

  it('nor the message when nothing can be read', () => {
    const bad = join(work, `bad.mbox`);
    writeFileSync(bad, `From: x\nSubject: ${EVIL}\n\n@@ -1,2 ${EVIL} @@\n`);
    const ran = rmapReview([bad]);
    expect(ran.code).toBe(3);
    expect(ran.out + ran.err).not.toMatch(RAW);
  });
});

describe('recover on the command line', () => {
  const collapsed = `[PATCH] mm: x\n\nFrom: A Writer\n\nWhy.\n---\n${PATCH.split('\n')
    .map((l) => l.replace(/\s+/g, ' ').trim())
    .join('\n')}`;

  it('writes the patch to standard output and its account to standard error; -o turns them round', () => {
    const page = join(work, 'page.txt');
    writeFileSync(page, collapsed);
    const piped = rmapReview(['recover', page]);
    expect(piped.code).toBe(0);
    expect(piped.out).toMatch(/^From 0{40} /);
    expect(piped.err).toMatch(/2 count-consistent \(no tree/);
    const out = join(work, 'page.patch');
    const filed = rmapReview(['recover', page, '-o', out]);
    expect(filed.out).toBe(piped.err);
    expect(readFileSync(out, 'utf8')).toBe(piped.out);
  });

  it('ends with 1 when hunks are left out, 3 when there is nothing', () => {
    const page = join(work, 'broken.txt');
    writeFileSync(page, collapsed.replace('+28,15', '+28,3'));
    expect(rmapReview(['recover', page]).code).toBe(1);
    expect(rmapReview(['recover', join(work, 'absent')]).code).toBe(3);
  });
});
