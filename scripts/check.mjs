// npm run check: build, types, format and lint, layers, house rules, tests. Every step runs, so that one run shows everything that is wrong.
import { join } from 'node:path';
import { root, run, setUp, tool } from './set-up.mjs';

setUp();
const node = (...args) => run(process.execPath, args);
const steps = [
  ['types', () => node(tool('typescript', 'tsc'), '--noEmit', '-p', 'tsconfig.json')],
  ['format and lint', () => node(tool('@biomejs/biome', 'biome'), 'check', '--error-on-warnings')],
  ['layers', () => node(tool('dependency-cruiser', 'depcruise'), '--config', '.dependency-cruiser.mjs', 'src')],
  ['house', () => node(join(root, 'scripts', 'check-house.mjs'))],
  ['tests', () => node(join(root, 'scripts', 'test.mjs'), '--no-layers')],
];
const failed = [];
for (const [name, step] of steps) {
  console.log(`\n== ${name}`);
  if (step() !== 0) failed.push(name);
}
console.log(failed.length === 0 ? '\ncheck: everything holds' : `\ncheck: failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
