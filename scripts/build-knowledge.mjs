// Part of npm run build: knowledge/*.h, read once, to dist/knowledge.json, so that a run need not parse them.
// The headers stay the source of truth: a table that was built from other texts is not used.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './set-up.mjs';

const { createParser } = await import(new URL('../dist/parse/c/parser.js', import.meta.url));
const { encodeTable, shippedTable } = await import(new URL('../dist/kernel/prebuilt.js', import.meta.url));
const { readKnowledgeFiles } = await import(new URL('../dist/host/knowledge.js', import.meta.url));

const { headers } = await readKnowledgeFiles();
const { table, gaps } = shippedTable({ headers, prebuilt: '' }, (await createParser()).parseC);
// Gaps fail the tests, not the build: a run without one entry is better than no run.
for (const gap of gaps) console.error(gap.why);
writeFileSync(join(root, 'dist', 'knowledge.json'), encodeTable(table, headers));
