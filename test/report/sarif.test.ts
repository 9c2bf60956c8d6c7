import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { renderSarif } from '../../src/report/sarif.js';
import { RULES } from '../../src/rules/index.js';
import { HOSTILE, hostileReport } from './hostile.js';
import { cleanReport, sampleReport } from './sample-report.js';

/** The schema as Microsoft's SARIF kit ships it: draft 04, of which ajv needs only the name of its id forgotten. */
const {
  $schema: _draft,
  id: _id,
  ...schema
} = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as Record<
  string,
  unknown
>;
const valid = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

interface Log {
  runs: [
    {
      results: readonly {
        ruleId: string;
        ruleIndex: number;
        baselineState: string;
        partialFingerprints: Record<string, string>;
        codeFlows: readonly { threadFlows: readonly { id: string; locations: readonly { executionOrder: number }[] }[] }[];
      }[];
    },
  ];
}
const log = (report = sampleReport, all = false): Log => JSON.parse(renderSarif(report, { all })) as Log;

describe('sarif', () => {
  it('fits the official schema, whatever the input wrote', () => {
    for (const report of [sampleReport, cleanReport, ...HOSTILE.map((poison) => hostileReport(sampleReport, (text) => poison + text))]) {
      expect(valid(log(report, true)), JSON.stringify(valid.errors?.slice(0, 3))).toBe(true);
    }
  });

  it('has one thread flow for each CPU, and one order over all steps', () => {
    const [leak] = log().runs[0].results;
    const flows = leak?.codeFlows[0]?.threadFlows ?? [];
    expect(flows.map((flow) => flow.id)).toEqual(['CPU0', 'CPU1']);
    const order = flows.flatMap((flow) => flow.locations.map((l) => l.executionOrder)).sort((a, b) => a - b);
    expect(order).toEqual(order.map((_, i) => i + 1));
  });

  it('points to rules that it lists and carries the stable fingerprint', () => {
    for (const result of log().runs[0].results) {
      expect(RULES[result.ruleIndex]?.meta.id).toBe(result.ruleId);
      expect(sampleReport.findings.map((f) => f.fingerprint)).toContain(result.partialFingerprints['rmapReview/v1']);
    }
  });

  it('says what is new, gone and unchanged; the last only when asked', () => {
    const states = (all: boolean): readonly string[] => log(sampleReport, all).runs[0].results.map((r) => r.baselineState);
    expect(states(false)).toEqual(['new', 'new', 'absent']);
    expect(states(true)).toContain('unchanged');
  });
});
