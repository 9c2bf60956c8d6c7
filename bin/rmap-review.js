#!/usr/bin/env node
import { statSync } from 'node:fs';
import '../dist/cli/tune.js';

const { main } = await import(bundled() ? '../dist/bundle/main.js' : '../dist/cli/main.js');
process.exitCode = await main(process.argv.slice(2));

/** Whether the bundle was made of what is compiled now: it starts faster, and does the same. */
function bundled() {
  const made = (path) => statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return made('../dist/bundle/main.js') >= made('../dist/cli/main.js');
}
