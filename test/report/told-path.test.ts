import { describe, expect, it } from 'vitest';
import { toldPath } from '../../src/report/told-path.js';
import { allFixtures } from '../fixture.js';
import { runFixture } from '../run-fixture.js';

describe('the way to a finding', () => {
  it("says what was asked where the way forks, in the author's words", async () => {
    const demo = allFixtures().find((fixture) => fixture.name.endsWith('demo'));
    if (demo === undefined) throw new Error('no demo');
    const report = await runFixture(demo);
    const notes = report.findings.flatMap((f) => f.path.map((step) => step.note));
    expect(notes).toEqual(expect.arrayContaining(['folio_test_writeback(src) is false', 'folio_test_anon(src) is true']));
    expect(notes.join('\n')).not.toMatch(/condition (?:true|false)|%\d/);
  });

  it('ends at the line that it is about', () => {
    const finding = { rule: 'use-after-put', line: 9, place: 'folio', resource: 'folio reference', path: [{ line: 7, note: 'folio_put() puts it', block: 0 }] };
    expect(toldPath(finding, null).at(-1)).toEqual({ line: 9, note: 'use-after-put: folio', block: -1 });
    expect(toldPath({ ...finding, line: 7 }, null)).toBe(finding.path);
    expect(toldPath({ ...finding, path: [] }, null)).toEqual([]);
  });
});
