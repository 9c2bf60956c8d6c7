import { describe, expect, it } from 'vitest';
import { mailDraft, renderMail } from '../../src/report/mail.js';
import type { Report } from '../../src/report/report.js';
import { cleanReport, sampleReport } from './sample-report.js';

const body = mailDraft(sampleReport)?.body ?? '';
const lines = body.split('\n');

describe('a mail', () => {
  it('answers the first patch that introduces something', () => {
    expect(renderMail(sampleReport).split('\n\n')[0]?.split('\n')).toEqual([
      'To: A. Developer <dev@example.org>',
      'Subject: Re: [PATCH v2 2/3] mm/move: carry the anchor lock from unmap to move',
      'In-Reply-To: <20261101-anchor-v2-2@example.org>',
      'References: <20261101-anchor-v2-0@example.org>',
      ' <20261101-anchor-v2-2@example.org>',
    ]);
    expect(lines[0]).toBe('On Sun, 1 Nov 2026 10:00:00 +0000, A. Developer wrote:');
  });

  it('quotes the hunk as it was sent and comments right under the line', () => {
    expect(body).toContain(
      '> diff --git a/mm/move.c b/mm/move.c\n> @@ -218,7 +218,7 @@ static int move_unmap_one(struct page_set *src)\n>  \t\treturn -EAGAIN;\n',
    );
    expect(body).toContain('> +\t\tgoto out_put;\n\nmove_unmap_one(): anchor->root->rwsem taken at "anchor =\npin_anchor_read(src)" is still held');
  });

  it('finds a hunk again that fits far from where it says, and says when the base is another', () => {
    const far: Report = {
      ...sampleReport,
      series: {
        ...sampleReport.series,
        patches: sampleReport.series.patches.map((p) => ({
          ...p,
          fit: 'none',
          diffs: p.diffs.map((d) => ({ ...d, hunks: d.hunks.map((h) => ({ ...h, oldLine: h.oldLine + 2000, newLine: h.newLine + 2000 })) })),
        })),
      },
    };
    const text = mailDraft(far)?.body ?? '';
    expect(text).toContain('> +\t\tgoto out_put;\n\nmove_unmap_one(): ');
    expect(text.replace(/\s+/g, ' ')).toContain('part of the series does not apply to it)');
    expect(body).not.toContain('does not apply');
  });

  it('keeps its own text within 78 columns, asks, and names no line of the tree', () => {
    const own = lines.filter((line) => !line.startsWith('>'));
    expect(Math.max(...own.map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(own.join('\n')).toMatch(/Is that\s+intended/);
    expect(own.join('\n')).not.toMatch(/\bline \d/);
    expect(lines.length).toBeLessThan(100);
  });

  it('shows the interleaving by CPU and how to reproduce it', () => {
    expect(body).toMatch(/CPU0 move_unmap_one\(\) +\| CPU1 writer/);
    expect(body).toContain('    b4 am -o - 20261101-anchor-v2-0@example.org |\n      rmap-review - --base 4f1c2d3e5a6b\n');
  });

  it('is not written where nothing is introduced', () => {
    const old: Report = { ...sampleReport, findings: sampleReport.findings.map((f) => ({ ...f, status: 'preexisting' })) };
    expect(mailDraft(cleanReport)).toBeNull();
    expect(renderMail(old)).toBe('');
  });
});
