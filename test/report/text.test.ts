import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/report/layout.js';
import type { Report } from '../../src/report/report.js';
import { renderJson, renderNdjson } from '../../src/report/json.js';
import { renderTerse } from '../../src/report/terse.js';
import { renderText, type TextOptions } from '../../src/report/text.js';
import { actorName, cellsAfter, traceTable } from '../../src/report/trace.js';
import { HOSTILE, hostileReport, UNSAFE } from './hostile.js';
import { cleanReport, sampleReport } from './sample-report.js';

const PLAIN: TextOptions = { width: 78, all: false, verbose: false, color: false };

describe('text', () => {
  it('keeps a clean series on one screen', () => {
    const text = renderText(cleanReport, PLAIN);
    expect(text.split('\n').length).toBeLessThanOrEqual(24);
    expect(text.trimEnd().split('\n').at(-1)).toBe('rmap-review: clean');
    expect(text).toContain('base: base-commit 4f1c2d3e5a6b; text tree-consistent, fit consistent');
  });

  it('says first what is wrong, where, why, and how sure', () => {
    const text = renderText(sampleReport, PLAIN);
    expect(text.indexOf('F1  error  lock-leak')).toBeLessThan(text.indexOf('3 functions changed for their callers'));
    expect(text).toContain(
      'F1  error  lock-leak                                                 confirmed\n    mm/move.c:236                                                    patch 2/3\n',
    );
    expect(text).toContain('       227  set_mapped(src) is false\n');
    expect(text).toContain('  3 x kernel  no contract for … (anchor_stat_inc()');
    expect(text).toContain('1 preexisting finding not shown (--all shows it).');
    expect(text).not.toContain('F3');
  });

  it('shows with --all what was there before', () => {
    expect(renderText(sampleReport, { ...PLAIN, all: true })).toMatch(/^F3 {2}warning {2}double-lock +preexisting, refuted$/m);
  });

  it('shows with --verbose contracts, the interleaving, and every gap', () => {
    const text = renderText(sampleReport, { ...PLAIN, verbose: true });
    expect(text).toContain('         CPU0 move_unmap_one()             | CPU1 writer\n');
    expect(text).toContain('=> deadlock: CPU1 waits for anchor->root->rwsem');
    expect(text).toMatch(/^ {6}- {3}drops anchor reference +\|$/m);
    expect(text).toMatch(/\| \+ {3}drops anchor->root->rwsem$/m);
    for (const gap of ['anchor_stat_inc()', 'anchor_stat_dec()', 'anchor_stat_read()']) expect(text).toContain(gap);
  });

  it('keeps to its width, whatever names and paths there are', () => {
    const long: Report = {
      ...sampleReport,
      functions: sampleReport.functions.map((fn) => ({ ...fn, name: fn.name.repeat(5), file: `drivers/${'sub/'.repeat(30)}x.c` })),
      findings: sampleReport.findings.map((f) => ({ ...f, file: `drivers/${'sub/'.repeat(30)}x.c`, message: 'word '.repeat(60) + 'x'.repeat(200) })),
    };
    for (const report of [sampleReport, long]) {
      for (const verbose of [false, true]) {
        const wide = renderText(report, { ...PLAIN, verbose, all: true })
          .split('\n')
          .filter((line) => displayWidth(line) > 78);
        expect(wide.filter((line) => !line.includes('sub/'))).toEqual([]);
      }
    }
  });

  it('colours only where asked, and only repeats what the words say', () => {
    const coloured = renderText(sampleReport, { ...PLAIN, color: true });
    expect(coloured).toContain('\u001b[1;31merror\u001b[0m');
    expect(coloured.replaceAll(/\u001b\[[\d;]*m/g, '')).toBe(renderText(sampleReport, PLAIN));
  });

  it('has words for a report with nothing in it', () => {
    const nothing: Report = {
      ...cleanReport,
      functions: [],
      series: { ...cleanReport.series, subject: '', base: { kind: 'none', rev: null }, patches: [] },
      gaps: [{ stage: 'parse', file: '', function: '', why: 'no diff in this mail' }],
    };
    const text = renderText(nothing, PLAIN);
    expect(text).toContain('base: none, only what the hunks show');
    expect(text).toContain('no diff in this mail');
    expect(text).toContain('rmap-review: nothing could be read; 1 gap');
  });
});

describe('terse', () => {
  it('is checkpatch style, func() first', () => {
    expect(renderTerse(sampleReport, { all: false, verbose: false })).toBe(
      [
        'mm/move.c:236: ERROR: move_unmap_one(): anchor->root->rwsem taken at line 222 is still held when the function returns an error [lock-leak, confirmed]',
        'mm/move.c:268: WARNING: move_finish_one(): the anchor reference taken at line 264 is not put when the function returns [ref-leak]',
        'rmap-review: NOTE: 5 gaps: not everything was analysed (--verbose lists them)',
        '',
      ].join('\n'),
    );
  });

  it('says nothing about a clean series, and tells old and fixed apart with --all', () => {
    expect(renderTerse(cleanReport, { all: false, verbose: false })).toBe('');
    const all = renderTerse(sampleReport, { all: true, verbose: true });
    expect(all).toContain('WARNING: move_undo_one(): the page_set lock is taken again while it is held since line 276 [double-lock, preexisting]');
    expect(all).toContain('mm/move.c:220: FIXED: ');
    expect(all).toContain('mm/move.c:0: GAP: move_stats() no contract for `anchor_stat_read()` [kernel]');
  });
});

describe('trace table', () => {
  const verdict = sampleReport.findings[0]?.verdict;
  if (verdict?.state !== 'confirmed') throw new Error('the sample is confirmed');

  it('has a column of fixed width for each CPU', () => {
    const lines = traceTable(verdict, { width: 76, bar: '|', changes: false });
    const bars = lines.filter((line) => line.step >= 0 && line.step < 6).map((line) => line.text.indexOf('|'));
    expect(new Set(bars)).toEqual(new Set([40]));
    expect(lines.find((line) => line.step === 4)?.text).toMatch(/^ {2}5 +\| 12 down_write/);
  });

  it('becomes a list where columns would be too narrow', () => {
    const lines = traceTable(verdict, { width: 40, bar: '|', changes: false });
    expect(lines.find((line) => line.step === 4)?.text).toBe('  5  CPU1  12 down_write(&anchor->root->');
    for (const line of lines) expect(displayWidth(line.text)).toBeLessThanOrEqual(40);
  });

  it('knows the cells after each step', () => {
    expect(Object.fromEntries(cellsAfter(verdict, 2))).toEqual({ 'src.locked': '1', 'anchor.refs': '2', 'root.rwsem.readers': '1', 'root.rwsem.queued': '0' });
    expect(actorName(verdict, 1)).toBe('CPU1 writer');
    expect(actorName(verdict, 7)).toBe('CPU7');
  });
});

describe('every renderer', () => {
  it('escapes what an input wrote', () => {
    const options = { ...PLAIN, all: true, verbose: true };
    fc.assert(
      fc.property(fc.constantFrom(...HOSTILE), fc.constantFrom(...HOSTILE), (a, b) => {
        const report = hostileReport(sampleReport, (text) => a + text + b);
        for (const text of [renderText(report, options), renderJson(report), renderNdjson(report), renderTerse(report, options)])
          expect(text).not.toMatch(UNSAFE);
      }),
      { numRuns: 40 },
    );
  });
});
