import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  renderDot,
  renderHtml,
  renderJson,
  renderMail,
  renderMermaid,
  renderNdjson,
  renderSarif,
  renderTerse,
  renderText,
  type Report,
} from '../../src/report/index.js';
import { HOSTILE, hostileReport, UNSAFE } from './hostile.js';
import { sampleReport } from './sample-report.js';

const FORMATS: Readonly<Record<string, (report: Report) => string>> = {
  text: (report) => renderText(report, { width: 78, all: true, verbose: true, color: false }),
  terse: (report) => renderTerse(report, { all: true, verbose: true }),
  json: renderJson,
  ndjson: renderNdjson,
  sarif: (report) => renderSarif(report, { all: true }),
  html: (report) => renderHtml(report, { all: true }),
  mail: renderMail,
  dot: renderDot,
  mermaid: renderMermaid,
};

const hostile = fc
  .array(
    fc.oneof(fc.constantFrom(...HOSTILE, '<script>alert(1)</script>', '"onload="x', '](javascript:x)', '`', '--\n', '</style>'), fc.string({ unit: 'binary' })),
    { maxLength: 3 },
  )
  .map((parts) => parts.join(''));

describe.each(Object.keys(FORMATS))('%s', (name) => {
  const render = FORMATS[name] as (report: Report) => string;

  it('lets nothing through that steers a terminal', () => {
    fc.assert(
      fc.property(hostile, hostile, (before, after) => {
        const text = render(hostileReport(sampleReport, (word) => before + word + after));
        // A quoted patch keeps its tabs.
        expect(name === 'mail' ? text.replaceAll('\t', ' ') : text).not.toMatch(UNSAFE);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same bytes twice', () => {
    expect(render(structuredClone(sampleReport))).toBe(render(sampleReport));
  });
});

describe('graphs', () => {
  it('quote every name, so that none becomes syntax', () => {
    const report = hostileReport(sampleReport, (word) => `${word}"] --> x; click x "y\\`);
    for (const line of renderDot(report).split('\n').slice(3, -2))
      expect(line).toMatch(/^ {2}n\d+( -> n\d+)? \[label="(?:[^"\\]|\\["\\])*"[^"]*("#[0-9a-f]+")?\];$/);
    for (const line of renderMermaid(report).split('\n').slice(2, -1)) expect(line).toMatch(/^ {2}n\d+(\["[^"\]]*"\]| (==>|-\.->|-->)\|"[^"|]*"\| n\d+)$/);
  });
});
