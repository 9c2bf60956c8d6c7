import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('shows in docs/examples what the program says of the demo now', { timeout: 120_000 }, () => {
  const run = spawnSync(process.execPath, ['scripts/examples.mjs', '--check'], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
});
