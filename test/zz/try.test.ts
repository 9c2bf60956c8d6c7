import { readFileSync, readdirSync } from 'node:fs';
import { readInput } from '/work/main/src/parse/mail/read-input.js';
import { readDiff } from '/work/main/src/parse/diff/read-diff.js';
import { test } from 'vitest';
test('x', async () => {
for (const f of readdirSync('/work/shared/seeds').filter(f=>f.endsWith('.txt'))) {
  const r = await readInput(f, readFileSync('/work/shared/seeds/'+f));
  for (const m of r.messages) {
    console.log(f, '|', m.subject, '|', m.from, '|', m.date, r.gaps);
    const d = readDiff(m.body);
    for (const x of d.files) console.log(x.oldPath, x.newPath, x.oldBlob, x.newBlob, x.hunks.map(h => h.certainty+':'+h.lines.filter(l=>l.inferred).length).join(' '));
    console.log(d.gaps.map(g=>g.file+' '+g.why).join('\n'));
    if (process.env.SHOW && f.startsWith(process.env.SHOW)) for (const x of d.files) for (const h of x.hunks) console.log(`@@ -${h.oldStart},${h.oldLines} +${h.newStart},${h.newLines} @@ ${h.section}\n`+h.lines.map(l=>(l.inferred?'?':l.kind)+l.text).join('\n'));
  }
}});
