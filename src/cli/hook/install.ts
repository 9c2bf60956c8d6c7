import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { git } from '../../host/git.js';
import { Failure } from '../failure.js';
import { print } from '../output.js';
import { EARLIER, hookScript, MARK } from './script.js';
import { forwarders } from './forward.js';

const NAME = 'sendemail-validate';
const PROGRAM = fileURLToPath(new URL('../../../bin/rmap-review.js', import.meta.url));

export interface InstallOptions {
  readonly global: boolean;
  /** A hook of another program stays and runs first. */
  readonly chain: boolean;
}

/** Puts the hook where git looks for it; refuses to touch a hook that is not ours unless it may run it first. */
export async function installHook(options: InstallOptions): Promise<number> {
  const place = options.global ? await globalPlace() : await localPlace();
  const path = join(place.dir, NAME);
  const there = await readFile(path, 'utf8').catch(() => null);
  const ours = there !== null && (there.includes(MARK) || (place.forwards && there.includes(forwarders.MARK)));
  if (there !== null && !ours) {
    if (!options.chain)
      throw new Failure(2, `${path} is another program's hook; it was left as it is`, 'rmap-review install-hook --chain keeps it and runs it first');
    await rename(path, join(place.dir, EARLIER));
  }
  await mkdir(place.dir, { recursive: true });
  if (place.forwards) await forwarders.write(place.dir, NAME);
  await writeFile(`${path}.new`, hookScript(process.execPath, PROGRAM));
  await chmod(`${path}.new`, 0o755);
  await rename(`${path}.new`, path);
  if (place.setGlobal) await setGlobalPath(place.dir);
  const kept = there !== null && !ours ? `\nthe hook that was there runs first: ${join(place.dir, EARLIER)}` : '';
  const also = place.forwards ? `\ncore.hooksPath is now ${place.dir}; the hooks of each repository run as before` : '';
  await print(`installed ${path}${kept}${also}\ngit send-email now asks rmap-review before it sends; git send-email --no-validate goes past it\n`);
  return 0;
}

/** Takes only our own hook away, and puts back what it was chained to. */
export async function uninstallHook(options: Pick<InstallOptions, 'global'>): Promise<number> {
  const place = options.global ? await globalPlace() : await localPlace();
  const path = join(place.dir, NAME);
  const there = await readFile(path, 'utf8').catch(() => null);
  if (there === null) {
    await print(`there is no ${path}; nothing to remove\n`);
    return 0;
  }
  if (!there.includes(MARK)) throw new Failure(2, `${path} is another program's hook; it was left as it is`);
  await rm(path);
  const back = await rename(join(place.dir, EARLIER), path).then(
    () => true,
    () => false,
  );
  if (place.forwards) {
    await forwarders.remove(place.dir);
    await git(homedir(), ['config', '--global', '--unset', 'core.hooksPath']);
  }
  await print(`removed ${path}${back ? '; the hook that was there before is back' : ''}\n`);
  return 0;
}

/** The hook that git would run here, and whether it is ours; for `doctor`. */
export async function installedHook(cwd: string): Promise<{ readonly path: string; readonly ours: boolean } | null> {
  const found = await git(cwd, ['rev-parse', '--git-path', 'hooks']);
  if (found.code !== 0) return null;
  const path = join(resolve(cwd, found.out.toString('utf8').trim()), NAME);
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : { path, ours: text.includes(MARK) };
}

interface Place {
  readonly dir: string;
  /** The folder is ours, and git looks there for every hook of every repository. */
  readonly forwards: boolean;
  readonly setGlobal: boolean;
}

async function localPlace(): Promise<Place> {
  const found = await git(process.cwd(), ['rev-parse', '--git-path', 'hooks']);
  if (found.code !== 0) throw new Failure(2, 'there is no git repository here', 'run it inside your kernel tree, or use --global for all repositories');
  return { dir: resolve(process.cwd(), found.out.toString('utf8').trim()), forwards: false, setGlobal: false };
}

/** The folder that the user's git configuration names; without one, a folder of ours that passes every other hook on. */
async function globalPlace(): Promise<Place> {
  const own = join(configHome(), 'rmap-review', 'hooks');
  const found = await git(homedir(), ['config', '--global', '--type=path', '--get', 'core.hooksPath']);
  const dir = found.code === 0 ? found.out.toString('utf8').trim() : '';
  if (dir === '') return { dir: own, forwards: true, setGlobal: true };
  return { dir: resolve(homedir(), dir), forwards: resolve(homedir(), dir) === own, setGlobal: false };
}

async function setGlobalPath(dir: string): Promise<void> {
  const done = await git(homedir(), ['config', '--global', 'core.hooksPath', dir]);
  if (done.code !== 0) throw new Failure(2, `git config --global core.hooksPath could not be set: ${done.err.split('\n')[0] ?? ''}`);
}

function configHome(): string {
  const dir = process.env['XDG_CONFIG_HOME'];
  return dir?.startsWith('/') ? dir : join(homedir(), '.config');
}
