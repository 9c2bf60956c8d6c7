import type { Report, ReportDiff } from '../../src/report/report.js';
import { sampleFindings } from './sample-findings.js';
import { sampleFunctions, UNMAP } from './sample-functions.js';

const SENT = { author: 'A. Developer <dev@example.org>', date: 'Sun, 1 Nov 2026 10:00:00 +0000' };

const MOVE_DIFF: ReportDiff = {
  oldFile: 'mm/move.c',
  file: 'mm/move.c',
  hunks: [
    {
      oldLine: UNMAP + 4,
      newLine: UNMAP + 4,
      section: 'static int move_unmap_one(struct page_set *src)',
      lines: [
        ' \t\treturn -EAGAIN;',
        ' ',
        '-\tanchor = get_anchor(src);',
        '+\tanchor = pin_anchor_read(src);',
        ' \tif (set_is_busy(src)) {',
        ' \t\trc = -EBUSY;',
        '-\t\tgoto out;',
        '+\t\tgoto out_put;',
        ' \t}',
      ],
    },
  ],
};

/**
 * A report as the pipeline would make it, written by hand about functions that exist in no kernel: a three-patch
 * series that pins anchors while pages move. One error path keeps the read lock, one label drops a put, one older
 * leak is gone, and one older problem was there before.
 */
export const sampleReport: Report = {
  schema: 'rmap-review/report/1',
  tool: '0.1.0',
  command: 'review',
  series: {
    subject: 'mm/anchor: keep the anchor locked while a page moves',
    version: 2,
    total: 3,
    messageId: '20261101-anchor-v2-0@example.org',
    base: { kind: 'base-commit', rev: '4f1c2d3e5a6b7c8d9e0f11223344556677889900' },
    patches: [
      {
        index: 1,
        subject: 'mm/anchor: add pin_anchor_read()',
        heading: '[PATCH v2 1/3] mm/anchor: add pin_anchor_read()',
        messageId: '20261101-anchor-v2-1@example.org',
        certainty: 'intact',
        fit: 'exact',
        files: ['include/linux/anchor.h', 'mm/anchor.c'],
        ...SENT,
        diffs: [],
      },
      {
        index: 2,
        subject: 'mm/move: carry the anchor lock from unmap to move',
        heading: '[PATCH v2 2/3] mm/move: carry the anchor lock from unmap to move',
        messageId: '20261101-anchor-v2-2@example.org',
        certainty: 'intact',
        fit: 'exact',
        files: ['mm/move.c'],
        ...SENT,
        diffs: [MOVE_DIFF],
      },
      {
        index: 3,
        subject: 'mm/move: document the new order',
        heading: '[PATCH v2 3/3] mm/move: document the new order',
        messageId: '20261101-anchor-v2-3@example.org',
        certainty: 'tree-consistent',
        fit: 'consistent',
        files: ['mm/move.c', 'Documentation/mm/anchor.rst'],
        ...SENT,
        diffs: [],
      },
    ],
  },
  functions: sampleFunctions,
  findings: sampleFindings,
  gaps: [
    { stage: 'parse', file: 'Documentation/mm/anchor.rst', function: '', why: 'not C' },
    { stage: 'kernel', file: 'mm/move.c', function: 'move_unmap_one', why: 'no contract for `anchor_stat_inc()`' },
    { stage: 'kernel', file: 'mm/move.c', function: 'move_finish_one', why: 'no contract for `anchor_stat_dec()`' },
    { stage: 'kernel', file: 'mm/move.c', function: 'move_stats', why: 'no contract for `anchor_stat_read()`' },
    { stage: 'absint', file: 'mm/move.c', function: 'move_unmap_one', why: 'more than 64 disjuncts at line 231, merged' },
  ],
};

/** The same series with nothing to say about it. */
export const cleanReport: Report = {
  ...sampleReport,
  functions: sampleReport.functions.map((fn) => ({ ...fn, completeness: 'whole' })),
  findings: [],
  gaps: [],
};
