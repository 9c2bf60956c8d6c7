import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html/page.js';
import type { Report } from '../../src/report/report.js';
import { browserFound, openBrowser, type Page, type Viewport } from '../browser.js';
import { HOSTILE, hostileReport, UNSAFE } from './hostile.js';
import { cleanReport, sampleReport } from './sample-report.js';

const DESK: Viewport = { width: 1280, height: 900 };
const PHONE: Viewport = { width: 360, height: 740, mobile: true };
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'rmap-review-html-'));

/** The sample's findings, twenty of them. */
const twenty: Report = {
  ...sampleReport,
  findings: Array.from({ length: 20 }, (_, i) => ({ ...(sampleReport.findings[i % 2] as Report['findings'][number]), id: `F${i + 1}` })),
};

describe('the page', () => {
  it('has no way out: a policy that allows only its own style and script, and nothing to load', () => {
    const html = renderHtml(sampleReport, { all: true });
    expect(html).toMatch(/default-src 'none'; style-src 'sha256-[\w+/]+='; script-src 'sha256-[\w+/]+='/);
    expect(html).not.toMatch(/\b(src|href)="(?!#)|@import|url\((?!#)|\sstyle="|\son\w+="/);
  });

  it('shows what the input wrote as text', () => {
    for (const poison of [...HOSTILE, '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><b>', "'", '&amp;', '</style></title>']) {
      const html = renderHtml(
        hostileReport(sampleReport, (word) => word + poison),
        { all: true },
      );
      expect(html).not.toMatch(UNSAFE);
      expect(html.match(/<script/g)).toHaveLength(1);
      expect(html).not.toMatch(/<img|<b>"|&amp;amp/);
    }
  });

  it('stays small with twenty findings, and the same bytes twice', () => {
    const html = renderHtml(twenty, { all: true });
    expect(Buffer.byteLength(html)).toBeLessThan(1_500_000);
    expect(renderHtml(structuredClone(twenty), { all: true })).toBe(html);
  });
});

describe.skipIf(!browserFound)('in headless Chromium (needs chromium)', () => {
  let page: Page;
  const urls: Record<string, string> = {};
  beforeAll(async () => {
    for (const [name, report] of Object.entries({
      sample: sampleReport,
      clean: cleanReport,
      twenty,
      hostile: hostileReport(sampleReport, (word) => `${word}<img src=http://x.test/ onerror=document.title='owned'>`),
    })) {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, renderHtml(report, { all: true }));
      urls[name] = pathToFileURL(file).href;
    }
    page = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await page.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it.each([
    ['light', DESK],
    ['dark', { ...DESK, dark: true }],
    ['phone', PHONE],
    ['dark phone', { ...PHONE, dark: true }],
  ] as const)(
    'passes axe: %s',
    async (_, viewport) => {
      for (const name of ['sample', 'clean', 'twenty']) {
        await page.open(urls[name] ?? '', viewport);
        await page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        await page.evaluate(`${axe}; 0`);
        const bad = await page.evaluate<readonly { id: string; impact: string; nodes: string }[]>(
          "axe.run().then((r) => r.violations.map((v) => ({ id: v.id, impact: v.impact, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | ') })))",
        );
        expect(
          bad.filter((v) => v.impact === 'serious' || v.impact === 'critical'),
          name,
        ).toEqual([]);
      }
    },
    120_000,
  );

  it('asks for nothing, whatever the input wrote', async () => {
    for (const name of ['sample', 'hostile']) {
      await page.open(urls[name] ?? '', DESK);
      expect(page.requests()).toEqual([urls[name]]);
      expect(await page.evaluate('document.title')).not.toBe('owned');
    }
  }, 60_000);

  it('never scrolls sideways on a phone', async () => {
    await page.open(urls['sample'] ?? '', PHONE);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
  }, 60_000);

  it('steps through an interleaving by keyboard, and links to findings', async () => {
    await page.open(`${urls['sample']}#F2`, DESK);
    expect(await page.evaluate("document.querySelector(':target').id")).toBe('F2');
    const at = () => page.evaluate<string>("[...document.querySelectorAll('.trace')][0].querySelector('.at').textContent");
    await page.evaluate("document.querySelector('.trace').focus()");
    for (const key of ['ArrowDown', 'ArrowDown']) await page.press(key);
    expect(await at()).toContain('anchor.refs = 2');
    await page.press('ArrowUp');
    expect(await at()).toContain('after step 1 of 6');
    for (let i = 0; i < 6; i += 1) await page.press('ArrowDown');
    expect(await at()).toContain('the end: deadlock');
    expect(await page.evaluate("document.querySelectorAll('.trace tr.later').length")).toBe(0);
  }, 60_000);

  it('says everything without scripts', async () => {
    await page.open(urls['sample'] ?? '', { ...DESK, scripts: false });
    const html = readFileSync(new URL(urls['sample'] ?? ''), 'utf8').replace(/<script>[\s\S]*<\/script>/, '');
    expect(html).toContain('deadlock: CPU1 waits');
    expect((await page.screenshot(0, 1280, 900)).length).toBeGreaterThan(10_000);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
  }, 60_000);
});
