import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { renderJson, renderNdjson } from '../../src/report/json.js';
import { readReport } from '../../src/report/read.js';
import { reportJsonSchema } from '../../src/report/schema.js';
import { cleanReport, sampleReport } from './sample-report.js';

const shipped = (): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8')) as Record<string, unknown>;

describe('json', () => {
  it('fits the schema that is shipped', () => {
    const validate = new Ajv2020({ allErrors: true }).compile(shipped());
    for (const report of [sampleReport, cleanReport]) {
      const ok = validate(JSON.parse(renderJson(report)));
      expect(validate.errors ?? []).toEqual([]);
      expect(ok).toBe(true);
    }
  });

  it('has no key that the schema does not describe', () => {
    const validate = new Ajv2020({ allErrors: true }).compile(reportJsonSchema(true));
    validate(JSON.parse(renderJson(sampleReport)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('ships the schema of this version (npm run build writes it)', () => {
    expect(shipped()).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())));
  });

  it('lets readers meet additions later', () => {
    const validate = new Ajv2020().compile(shipped());
    expect(validate({ ...(JSON.parse(renderJson(sampleReport)) as object), later: 1 })).toBe(true);
  });

  it('refuses a report without a promised key', () => {
    const validate = new Ajv2020().compile(shipped());
    const { gaps: _, ...rest } = JSON.parse(renderJson(sampleReport)) as Record<string, unknown>;
    expect(validate(rest)).toBe(false);
  });

  it('comes back as the report it was, with every verdict key present in between', () => {
    const json = renderJson(sampleReport);
    expect(readReport(json)).toEqual({ report: sampleReport });
    const findings = (JSON.parse(json) as { findings: { verdict: object }[] }).findings;
    for (const finding of findings) expect(Object.keys(finding.verdict)).toEqual(['state', 'why', 'assumptions', 'trace', 'program']);
  });

  it('is the same for equal reports whose keys were made in another order', () => {
    const other = {
      gaps: sampleReport.gaps,
      functions: sampleReport.functions,
      findings: sampleReport.findings,
      tool: sampleReport.tool,
      command: sampleReport.command,
      series: sampleReport.series,
      schema: sampleReport.schema,
    };
    expect(renderJson(other)).toBe(renderJson(sampleReport));
  });

  it('ndjson has one record a line, the series first', () => {
    const records = renderNdjson(sampleReport)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(records.map((r) => r.type)).toEqual(['series', ...Array(5).fill('function'), ...Array(4).fill('finding'), ...Array(5).fill('gap')]);
  });
});

describe('reading a report', () => {
  it.each([
    ['no JSON', '{', /^not JSON/],
    ['another document', '{"a":1}', /"schema" is missing/],
    ['another version', '{"schema":"rmap-review/report/2"}', /report\/2/],
    ['a report with a hole', '{"schema":"rmap-review/report/1"}', /^tool: /],
  ])('says what is wrong with %s', (_name, text, wanted) => {
    const result = readReport(text);
    expect('error' in result ? result.error : '').toMatch(wanted);
  });

  it('does not believe a confirmation without a trace', () => {
    const json = JSON.parse(renderJson(sampleReport)) as { findings: { verdict: Record<string, unknown> }[] };
    for (const finding of json.findings) finding.verdict['trace'] = null;
    expect(readReport(JSON.stringify(json))).toEqual({ error: 'finding F1 is confirmed but carries no trace or no program' });
  });
});
