import { describe, expect, it } from 'vitest';
import { b4Checks } from '../../src/report/b4.js';
import { exitCode, type FailOn, nipaCode } from '../../src/report/exit-code.js';
import { mailDraft } from '../../src/report/mail.js';
import { fillMessage } from '../../src/rules/message.js';
import { applyPolicy, settled } from '../../src/report/policy.js';
import { renderTerse } from '../../src/report/terse.js';
import { renderText } from '../../src/report/text.js';
import type { Report, ReportFinding } from '../../src/report/report.js';
import { groupGaps, messageWithFunction, shownFindings, sizeWords, statusWords, summaryLine } from '../../src/report/words.js';
import { cleanReport, sampleReport } from './sample-report.js';

const [first] = sampleReport.findings;
const finding = (status: ReportFinding['status'], severity: ReportFinding['severity']): ReportFinding => ({ ...(first as ReportFinding), status, severity });
const having = (...findings: readonly ReportFinding[]): Report => ({ ...cleanReport, findings });

describe('exit code', () => {
  it.each<[ReportFinding['status'], ReportFinding['severity'], FailOn, number]>([
    ['introduced', 'error', 'warning', 1],
    ['introduced', 'warning', 'warning', 1],
    ['introduced', 'note', 'warning', 0],
    ['introduced', 'warning', 'error', 0],
    ['introduced', 'note', 'note', 1],
    ['fixed', 'error', 'note', 0],
    ['transient', 'error', 'note', 0],
    ['preexisting', 'error', 'note', 0],
  ])('%s %s with --fail-on %s gives %i', (status, severity, failOn, code) => {
    expect(exitCode(having(finding(status, severity)), failOn)).toBe(code);
  });

  it('is 3 only when nothing at all could be read', () => {
    const { series } = cleanReport;
    const gap = { stage: 'parse', file: '', function: '', why: 'no diff' } as const;
    const refused = series.patches.map((p) => ({ ...p, certainty: 'refused' as const }));
    const files: Report = { ...cleanReport, command: 'scan', functions: [], series: { ...series, patches: [] }, gaps: [gap] };
    expect(exitCode({ ...files, command: 'review' }, 'warning')).toBe(3);
    expect(exitCode(files, 'warning')).toBe(0);
    expect(exitCode({ ...cleanReport, functions: [], series: { ...series, patches: refused } }, 'warning')).toBe(3);
    expect(exitCode({ ...cleanReport, series: { ...series, patches: refused } }, 'warning')).toBe(0);
    expect(exitCode({ ...cleanReport, functions: [], series: { ...series, patches: [...refused.slice(1), ...series.patches.slice(0, 1)] } }, 'warning')).toBe(
      0,
    );
    expect(exitCode({ ...cleanReport, functions: [] }, 'warning')).toBe(0);
  });
});

describe('status words', () => {
  it('say clean, what is new, and what is fixed', () => {
    expect(statusWords(cleanReport)).toBe('clean');
    expect(summaryLine(sampleReport)).toBe('rmap-review: 1 introduced error, 1 introduced warning, 1 fixed; 5 gaps');
    expect(statusWords(having(finding('introduced', 'error'), finding('introduced', 'error')))).toBe('2 introduced errors');
    expect(statusWords(having(finding('introduced', 'note'), finding('fixed', 'error')))).toBe('clean, 1 note, 1 fixed');
    expect(statusWords(having(finding('transient', 'error')))).toBe('clean, 1 transient');
    expect(statusWords(having(finding('preexisting', 'error')))).toBe('clean');
  });

  it("claim nothing where only a part was there, and count parts by the series' own number", () => {
    const { series, functions } = cleanReport;
    const unfit: Report = { ...cleanReport, series: { ...series, patches: series.patches.map((p) => ({ ...p, fit: 'none' })) } };
    for (const report of [unfit, { ...cleanReport, functions: functions.map((fn) => ({ ...fn, completeness: 'fragments' as const })) }]) {
      expect(statusWords(report)).toBe('nothing found, but only a part could be judged');
    }
    const incomplete: Report = { ...cleanReport, series: { ...series, total: 5, patches: series.patches.slice(1) } };
    expect(sizeWords(incomplete)).toBe('v2, 2 of 5 patches');
    expect(sizeWords(cleanReport)).toBe('v2, 3 patches');
    expect(renderText({ ...incomplete, findings: [finding('introduced', 'error')] }, { width: 78, all: false, verbose: false, color: false })).toMatch(
      /mm\/move\.c:\d+ +patch 2\/5\n/,
    );
  });

  it('of a scan count what is there', () => {
    const scan: Report = {
      ...having(finding('preexisting', 'error'), finding('preexisting', 'warning')),
      command: 'scan',
      series: { ...cleanReport.series, patches: [] },
    };
    expect(statusWords(scan)).toBe('1 error, 1 warning');
    expect(shownFindings(scan, false)).toHaveLength(2);
    expect(exitCode(scan, 'note')).toBe(0);
  });
});

describe('a refuted finding', () => {
  const refuted: ReportFinding = { ...finding('introduced', 'error'), verdict: { state: 'refuted', why: 'no interleaving fails', assumptions: [] } };

  it('is a note everywhere, whatever the project says of its rule', () => {
    const set = applyPolicy(having(refuted), { rules: { [refuted.rule]: 'error' }, suppress: [] });
    for (const report of [having(settled(refuted)), set]) {
      expect(exitCode(report, 'warning')).toBe(0);
      expect(nipaCode(report)).toBe(0);
      expect(statusWords(report)).toBe('clean, 1 note');
      expect(mailDraft(report)).toBeNull();
      expect(b4Checks(report)).toEqual([]);
      expect(renderTerse(report, { all: false, verbose: false })).toContain(': NOTE: ');
    }
  });

  it('is the only one that its verdict changes', () => {
    for (const f of sampleReport.findings.filter((x) => x.verdict.state !== 'refuted')) expect(settled(f)).toBe(f);
  });
});

describe('findings', () => {
  it('come errors first and good news last; what was there before is hidden', () => {
    expect(shownFindings(sampleReport, false).map((f) => f.id)).toEqual(['F1', 'F2', 'F4']);
    expect(shownFindings(sampleReport, true).map((f) => f.id)).toEqual(['F1', 'F2', 'F3', 'F4']);
  });

  it('name their function once', () => {
    expect(messageWithFunction(finding('introduced', 'error'))).toMatch(/^move_unmap_one\(\): anchor->root/);
    expect(messageWithFunction({ ...finding('introduced', 'error'), message: 'move_unmap_one() leaks' })).toBe('move_unmap_one() leaks');
  });
});

describe('messages', () => {
  it('fill every placeholder, once, and leave unknown ones to be seen', () => {
    expect(fillMessage('{a} and {b}: {list}{c}', { a: '{b}', b: 7, list: ['x', 'y'] })).toBe('{b} and 7: x, y{c}');
    expect(fillMessage('{constructor} {__proto__}', {})).toBe('{constructor} {__proto__}');
    expect(fillMessage('$& {a}', { a: '$1' })).toBe('$& $1');
  });
});

describe('gaps', () => {
  it('of one kind stand together, with what tells them apart', () => {
    const groups = groupGaps(sampleReport.gaps);
    expect(groups.map((g) => [g.gaps.length, g.stage, g.why])).toEqual([
      [3, 'kernel', 'no contract for …'],
      [1, 'absint', 'more than 64 disjuncts at line 231, merged'],
      [1, 'parse', 'not C'],
    ]);
    expect(groups[0]?.which).toEqual(['anchor_stat_inc()', 'anchor_stat_dec()', 'anchor_stat_read()']);
    expect(groups[2]?.which).toEqual(['Documentation/mm/anchor.rst']);
  });

  it('lose none', () => {
    expect(groupGaps(sampleReport.gaps).flatMap((g) => g.gaps)).toHaveLength(sampleReport.gaps.length);
  });
});
