import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderJson } from '../../src/report/json.js';
import type { Report } from '../../src/report/report.js';

export const BIN = fileURLToPath(new URL('../../bin/rmap-review.js', import.meta.url));

/** A folder with the report in it, as `--format json` writes it. */
export function savedReport(report: Report): { readonly folder: string; readonly file: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'rmap-review-cli-'));
  const file = join(folder, 'report.json');
  writeFileSync(file, renderJson(report));
  return {
    folder,
    file,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
