// npm test: installs and builds where needed, checks the layers, runs every test, names what was skipped.
// Arguments after `--` go to vitest. `--no-layers` leaves the layer rules to `npm run check`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, run, setUp, tool } from './set-up.mjs';

const args = process.argv.slice(2);
const layers = !args.includes('--no-layers');

setUp();
let failed = 0;
if (layers) {
  console.log('Checking the layers ...');
  failed += run(process.execPath, [tool('dependency-cruiser', 'depcruise'), '--config', '.dependency-cruiser.mjs', 'src']) === 0 ? 0 : 1;
}
const folder = mkdtempSync(join(tmpdir(), 'rmap-review-test-'));
const results = join(folder, 'results.json');
console.log('Running the tests ...');
const status = run(process.execPath, [
  tool('vitest'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
  ...args.filter((a) => a !== '--no-layers'),
]);
const counts = readResults(results);
rmSync(folder, { recursive: true, force: true });

if (counts === null) {
  console.error('vitest left no results.');
  process.exit(1);
}
failed += counts.failed;
if (status !== 0 && failed === 0) failed = 1;
for (const name of counts.skipped) console.log(`skipped: ${name}`);
console.log(`\n${counts.passed} passed, ${failed} failed, ${counts.skipped.length} skipped`);
process.exitCode = failed === 0 ? 0 : 1;

/** Counts tests; a file that could not be loaded counts as one failure. */
function readResults(path) {
  let json;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
  const found = { passed: 0, failed: 0, skipped: [] };
  for (const file of json.testResults) {
    const before = found.failed;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') found.passed += 1;
      else if (test.status === 'failed') found.failed += 1;
      else found.skipped.push(`${relative(root, file.name)}: ${test.fullName}`);
    }
    if (file.status === 'failed' && found.failed === before) found.failed += 1;
  }
  found.skipped.sort();
  return found;
}
