import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { allFixtures } from './fixture.js';
import { runFixture } from './run-fixture.js';
it('x', async () => {
  let out = ''; let bad = 0;
  const only = process.env['ONLY'];
  for (const f of allFixtures()) {
    if (only && !f.name.includes(only)) continue;
    try {
      const r = await runFixture(f);
      const said = r.findings.filter((x) => x.severity !== 'note' && x.status !== 'preexisting').map((x) => `${x.rule} ${x.function} ${x.status}`);
      const want = f.expect.findings.map((x) => `${x.rule} ${x.function} ${x.status}`);
      const missing = want.filter((w) => !said.includes(w));
      const extra = said.filter((s) => !want.includes(s) && !f.expect.also.some((a) => s.startsWith(a + ' ')));
      const fns = r.functions.map((x) => x.name);
      const unseen = f.expect.functions.filter((x) => !fns.includes(x));
      const gaps = r.gaps;
      const p = r.series.patches.filter((x) => x.certainty !== 'intact' || x.fit !== 'exact').map((x) => `${x.certainty}/${x.fit}`);
      if (missing.length || extra.length || unseen.length || p.length || gaps.length || only) {
        if (missing.length || extra.length || unseen.length) bad++;
        out += `${f.name}\n`;
        for (const m of missing) out += `   MISSING ${m}\n`;
        for (const m of extra) out += `   EXTRA   ${m}\n`;
        for (const m of r.findings.filter((x) => x.status !== 'preexisting')) out += `      said: ${m.rule} ${m.function}:${m.line} ${m.status} ${m.message}\n`;
        for (const m of unseen) out += `   UNSEEN  ${m}\n`;
        for (const m of p) out += `   PATCH   ${m}\n`;
        for (const g of gaps) out += `   GAP     ${g.stage} ${g.function} ${g.why}\n`;
        if (only) for (const x of r.functions) out += `   FN ${x.name} ${x.change.join(',')} ${JSON.stringify(x.before)} => ${JSON.stringify(x.after)}\n`;
      }
    } catch (e) { bad++; out += `${f.name}\n   THROWS ${(e as Error).stack}\n`; }
  }
  writeFileSync('/tmp/fxt/out.txt', out + `bad: ${bad}\n`);
}, 600000);
