// node scripts/examples.mjs [--check]: docs/examples anew, the demo series in every format and the screens of the terminal UI
// (where tmux is). `--check` writes nothing and names the formats that are not what the program says now.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, setUp } from './set-up.mjs';

setUp();
const folder = join(root, 'docs', 'examples');
const check = process.argv.includes('--check');
const old = [];
const demo = ['bin/rmap-review.js', 'fixtures/patches/demo/series.mbox', '--tree', 'fixtures/patches/demo/base'];
mkdirSync(folder, { recursive: true });
for (const [file, ...args] of [
  ['demo.txt', '--format', 'text'],
  ['demo-verbose.txt', '--format', 'text', '--verbose'],
  ['demo.terse.txt', '--format', 'terse'],
  ['demo.json', '--format', 'json'],
  ['demo.ndjson', '--format', 'ndjson'],
  ['demo.html', '--format', 'html'],
  ['demo.sarif', '--format', 'sarif'],
  ['demo.mail.txt', '--format', 'mail'],
  ['demo.b4.json', '--format', 'b4'],
  ['demo.dot', '--format', 'dot'],
  ['demo.mmd', '--format', 'mermaid'],
]) {
  const done = spawnSync(process.execPath, [...demo, ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 1) throw new Error(`${file}: status ${done.status}: ${done.stderr}`);
  if (!check) writeFileSync(join(folder, file), done.stdout);
  else if (readFileSync(join(folder, file), 'utf8') !== done.stdout) old.push(file);
}
if (old.length > 0) {
  console.error(`docs/examples is out of date: ${old.join(', ')}; run node scripts/examples.mjs`);
  process.exit(1);
}
if (check) process.exit(0);
if (spawnSync('tmux', ['-V']).status === 0) await screens();
console.log('docs/examples written');

async function screens() {
  const home = mkdtempSync(join(tmpdir(), 'rmap-review-examples-'));
  const { CI: _ci, CONTINUOUS_INTEGRATION: _ci2, NO_COLOR: _plain, TMUX: _tmux, ...env } = process.env;
  const tmux = (...args) =>
    execFileSync('tmux', ['-S', join(home, 'socket'), '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      cwd: root,
      env: { ...env, LC_ALL: 'C.UTF-8', XDG_STATE_HOME: home },
    });
  const until = async (text) => {
    for (let i = 0; i < 600; i += 1) {
      const screen = tmux('capture-pane', '-p');
      if (screen.includes(text)) return screen;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no screen with ${text}`);
  };
  tmux('new-session', '-d', '-x', '100', '-y', '40', 'exec /bin/sh');
  tmux('send-keys', `'${process.execPath}' ${demo.join(' ')}`, 'Enter');
  const out = [await until('introduced errors')];
  for (const [key, text] of [
    ['Enter', 'What is held on each way out'],
    ['Enter', 'Source, with what'],
    ['Enter', 'Interleaving'],
    ['o', 'What is held, and under it'],
    ['?', 'Keys and signs'],
  ]) {
    tmux('send-keys', key);
    out.push(await until(text));
  }
  tmux('kill-server');
  rmSync(home, { recursive: true, force: true });
  ['overview', 'function', 'source', 'trace', 'order', 'help'].forEach((name, i) => {
    writeFileSync(
      join(folder, `screen-${name}.txt`),
      `${out[i]
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n')
        .trimEnd()}\n`,
    );
  });
}
