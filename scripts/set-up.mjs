// What every npm script needs before it can do its work: a new enough Node, installed packages, a current build.
// Plain Node without packages, because the packages may not be there yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', '.inputs');

/** Installs and builds where needed and says so; ends the process with a plain sentence when that fails. */
export function setUp() {
  setUpPackages();
  build();
}

export function setUpPackages() {
  requireNode();
  install();
}

/** Runs a program with its output on ours and returns its exit status (127: it could not be started). */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (done.error) console.error(`${command}: ${done.error.message}`);
  return done.status ?? 127;
}

/** The script behind a package's command, run by this same Node: no shell and no PATH are involved. */
export function tool(name, command = name) {
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  const bin = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[command];
  return join(root, 'node_modules', name, bin);
}

/** Every file under a folder of the project, sorted, relative to the root. */
export function filesUnder(folder) {
  const found = [];
  const visit = (dir) => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) found.push(relative(root, path).split('\\').join('/'));
    }
  };
  if (existsSync(join(root, folder))) visit(join(root, folder));
  return found.sort();
}

/** Remembers what the build in `dist` was made from. */
export function rememberBuild() {
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, buildInputs());
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(`This is Node ${process.versions.node}; rmap-review needs 20.19 or newer.`);
}

function install() {
  const missing = firstMissing();
  if (missing === null) return;
  console.log(`Installing packages (${missing}) ...`);
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const status = npm ? run(process.execPath, [npm, ...args]) : run('npm', args, { shell: process.platform === 'win32' });
  if (status !== 0) stop('npm ci failed: is the npm registry reachable?');
  const still = firstMissing();
  if (still !== null) stop(`npm ci ended well, yet ${still}.`);
}

/** Why the installed packages are not those of the lock file, or null when they are. Optional ones may be absent. */
function firstMissing() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '' || entry.optional || entry.devOptional || entry.peer) continue;
    const manifest = join(root, path, 'package.json');
    if (!existsSync(manifest)) return existsSync(join(root, 'node_modules')) ? `${path} is missing` : 'there are none yet';
    const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
    if (version !== entry.version) return `${path} is ${version}, the lock file says ${entry.version}`;
  }
  return null;
}

function build() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === buildInputs()) return;
  console.log('Building dist ...');
  if (run(process.execPath, [join(root, 'scripts', 'build.mjs')]) !== 0) stop('The build failed.');
}

/** One line per input file, so that a build is repeated exactly when something it reads has changed. */
function buildInputs() {
  const scripts = filesUnder('scripts').filter((path) => /\/(?:set-up|build[^/]*)\.mjs$/.test(path));
  const single = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  const inputs = [...filesUnder('src'), ...filesUnder('knowledge'), ...scripts, ...single];
  const hash = (path) =>
    createHash('sha256')
      .update(readFileSync(join(root, path)))
      .digest('hex')
      .slice(0, 16);
  return inputs
    .filter((path) => statSync(join(root, path)).isFile())
    .map((path) => `${hash(path)} ${path}\n`)
    .join('');
}

function stop(why) {
  console.error(why);
  process.exit(1);
}
