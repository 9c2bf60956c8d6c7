import { describe, expect, it } from 'vitest';
import { exitCode, type FailOn } from '../../src/report/exit-code.js';
import { fillMessage } from '../../src/report/message.js';
import type { Report, ReportFinding } from '../../src/report/report.js';
import { groupGaps, messageWithFunction, shownFindings, statusWords, summaryLine } from '../../src/report/words.js';
import { cleanReport, sampleReport } from './sample-report.js';

const [first] = sampleReport.findings;
const finding = (status: ReportFinding['status'], severity: ReportFinding['severity']): ReportFinding => ({ ...(first as ReportFinding), status, severity });
const having = (...findings: readonly ReportFinding[]): Report => ({ ...cleanReport, findings });

describe('exit code', () => {
  it.each<[ReportFinding['status'], ReportFinding['severity'], FailOn, number]>([
    ['introduced', 'error', 'warning', 1], ['introduced', 'warning', 'warning', 1], ['introduced', 'note', 'warning', 0],
    ['introduced', 'warning', 'error', 0], ['introduced', 'note', 'note', 1],
    ['fixed', 'error', 'note', 0], ['transient', 'error', 'note', 0], ['preexisting', 'error', 'note', 0],
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
    expect(exitCode({ ...cleanReport, functions: [], series: { ...series, patches: [...refused.slice(1), ...series.patches.slice(0, 1)] } }, 'warning')).toBe(0);
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

  it('of a scan count what is there', () => {
    const scan: Report = { ...having(finding('preexisting', 'error'), finding('preexisting', 'warning')), command: 'scan', series: { ...cleanReport.series, patches: [] } };
    expect(statusWords(scan)).toBe('1 error, 1 warning');
    expect(shownFindings(scan, false)).toHaveLength(2);
    expect(exitCode(scan, 'note')).toBe(0);
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
    expect(groups.map((g) => [g.gaps.length, g.stage, g.why])).toEqual([[3, 'kernel', 'no contract for …'], [1, 'absint', 'more than 64 disjuncts at line 231, merged'], [1, 'parse', 'not C']]);
    expect(groups[0]?.which).toEqual(['anchor_stat_inc()', 'anchor_stat_dec()', 'anchor_stat_read()']);
    expect(groups[2]?.which).toEqual(['Documentation/mm/anchor.rst']);
  });

  it('lose none', () => {
    expect(groupGaps(sampleReport.gaps).flatMap((g) => g.gaps)).toHaveLength(sampleReport.gaps.length);
  });
});
