// npm run demo: from a fresh clone to a review on the screen. Installs and builds where needed, then reviews the
// demo series against its base folder. Arguments after `--` go to rmap-review.
import { join } from 'node:path';
import { root, run, setUp } from './set-up.mjs';

const demo = 'fixtures/patches/demo';
const command = ['bin/rmap-review.js', `${demo}/series.mbox`, '--tree', `${demo}/base`, ...process.argv.slice(2)];

setUp();
console.log(`
This is a three-patch series of our own making: migration of pooled folios begins to hold the
rmap lock from unmap to move. One error path keeps a read lock, and one label lost a put.

  node ${command.join(' ')}
${process.stdout.isTTY ? '\nIn the view: ? for help, Q to leave.\n' : ''}`);
if (process.stdout.isTTY) await new Promise((resolve) => setTimeout(resolve, 1200));
const status = run(process.execPath, [join(root, command[0]), ...command.slice(1)]);
if (status === 0 || status === 1) {
  console.log(
    `\nrmap-review ended with status ${status} (${status === 1 ? 'the series introduces something' : 'nothing new'}). Review your own:\n\n  node bin/rmap-review.js YOUR.mbox --tree ~/linux`,
  );
} else {
  console.error(`\nrmap-review ended with status ${status}: the demo did not work.`);
  process.exitCode = 1;
}
