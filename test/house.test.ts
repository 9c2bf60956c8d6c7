import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from './fixture.js';

const work = mkdtempSync(join(tmpdir(), 'rmap-review-house-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface LayerRule {
  readonly name: string;
  readonly comment: string;
  readonly from: { readonly path?: string };
}

describe('layers', () => {
  it('every layer rule gives its reason in a sentence', async () => {
    const config = (await import(join(projectRoot, '.dependency-cruiser.mjs'))) as { readonly default: { readonly forbidden: readonly LayerRule[] } };
    for (const rule of config.default.forbidden) expect(rule.comment, rule.name).toMatch(/^[A-Z].{30,}\.\)?$/);
  });

  it.each([
    ['src/parse/peek.ts', "import type { Report } from '../report/report.js';", 'parse-imports-left'],
    ['src/cfg/peek.ts', "import { readFileSync } from 'node:fs';", 'no-outside-world-in-stages'],
    ['src/rules/peek.ts', "import type { Verdict } from '../model/verdict.js';", 'rules-imports-left'],
    ['src/tui/peek.ts', "import type { Patch } from '../parse/series.js';", 'tui-imports-report'],
    ['src/host/peek.ts', "import type { Finding } from '../rules/finding.js';", 'host-imports-parse-types'],
    ['src/report/peek.ts', "import { main } from '../cli/main.js';", 'nothing-imports-cli'],
  ])('a wrong arrow in %s is caught', (path, line, rule) => {
    const dir = mkdtempSync(join(work, 'case-'));
    const stub = (file: string, text: string): void => {
      mkdirSync(dirname(join(dir, file)), { recursive: true });
      writeFileSync(join(dir, file), text);
    };
    for (const file of ['src/report/report.ts', 'src/model/verdict.ts', 'src/parse/series.ts', 'src/rules/finding.ts', 'src/cli/main.ts']) {
      stub(
        file,
        'export interface Report { a: 1 }\nexport interface Verdict { a: 1 }\nexport interface Patch { a: 1 }\nexport interface Finding { a: 1 }\nexport const main = 1;\n',
      );
    }
    stub(path, `${line}\nexport const peek = 1;\n`);
    for (const file of ['.dependency-cruiser.mjs', 'tsconfig.json']) stub(file, readFileSync(join(projectRoot, file), 'utf8'));
    const done = spawnSync(
      process.execPath,
      [join(projectRoot, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs'), '--config', '.dependency-cruiser.mjs', 'src'],
      { cwd: dir, encoding: 'utf8' },
    );
    expect(done.stdout).toContain(`error ${rule}: ${path}`);
    expect(done.status).not.toBe(0);
  });
});
