// Writes schema/report.schema.json from the compiled zod schema. With --check it only compares, and fails when they differ.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './set-up.mjs';
import { reportJsonSchema } from '../dist/report/schema.js';

const file = join(root, 'schema', 'report.schema.json');
const wanted = `${JSON.stringify(reportJsonSchema(), null, 2)}\n`;
const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
if (wanted === current) process.exit(0);
if (process.argv.includes('--check')) {
  console.error('schema/report.schema.json is out of date: run npm run build');
  process.exit(1);
}
writeFileSync(file, wanted);
console.log('schema/report.schema.json written');
