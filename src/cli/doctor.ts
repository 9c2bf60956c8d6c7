import { spawnSync } from 'node:child_process';
import { cacheDir, cacheParts } from '../host/cache.js';
import { git } from '../host/git.js';
import { findTree, openTree } from '../host/tree.js';
import { createParser } from '../parse/c/parser.js';
import { OWN, size } from './cache-command.js';
import { installedHook } from './hook/install.js';
import { print } from './output.js';

interface Line {
  readonly state: 'ok' | 'missing' | 'note';
  readonly what: string;
  readonly next: string | null;
}

/** What is installed here, and what to do next about what is not. Ends with 1 only when a review could not run at all. */
export async function doctor(version: string): Promise<number> {
  const lines: Line[] = [];
  const add = (state: Line['state'], what: string, next: string | null = null): void => void lines.push({ state, what, next });
  add('ok', `rmap-review ${version}`);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const newEnough = major > 20 || (major === 20 && minor >= 19);
  add(newEnough ? 'ok' : 'missing', `Node ${process.versions.node}`, newEnough ? null : 'Node 20.19 or newer is needed');
  const found = /(\d+)\.(\d+)\S*/.exec(run('git', ['--version']) ?? '');
  if (found === null) add('missing', 'git', 'install git: ranges, base commits and the hook need it');
  else {
    const second = Number(found[1]) > 2 || Number(found[2]) >= 41;
    add('ok', `git ${found[0]}; its send-email hook gets ${second ? 'two arguments and counters' : 'one argument'}`);
    const mail = run('git', ['send-email', '-h']) !== null;
    add(
      mail ? 'ok' : 'note',
      mail ? 'git send-email' : 'git send-email is not installed',
      mail ? null : 'on Debian: apt install git-email (only the hook needs it)',
    );
  }
  const b4 = run('b4', ['--version']);
  add(
    b4 === null ? 'note' : 'ok',
    b4 === null ? 'b4 is not installed' : `b4 ${b4.split('\n')[0]?.trim() ?? ''}`,
    b4 === null ? 'apt install b4, to fetch series from lore' : null,
  );
  const parser = await createParser().catch(() => null);
  if (parser === null) add('missing', 'no C parser can be loaded', 'run npm install and npm run build again');
  else
    add(
      'ok',
      parser.engine === 'native' ? 'native C parser' : 'WebAssembly C parser',
      parser.engine === 'native' ? null : 'the native one is optional and starts 0.3 s sooner',
    );
  const cwd = process.cwd();
  const dir = await findTree(cwd);
  if (dir === null) add('note', 'no kernel tree around this folder', 'run inside one, or pass --tree; without a tree only the hunks are read');
  else {
    const tree = await openTree(dir, null);
    const base = await tree.baseFor({ subject: '', version: 1, messageId: null, cover: null, patches: [], replies: [], expected: 0, gaps: [] });
    add(tree.error === null ? 'ok' : 'missing', `kernel tree ${dir}${base.version === null ? '' : `, version ${base.version}`}`, tree.error);
  }
  const repository = (await git(cwd, ['rev-parse', '--git-dir'])).code === 0;
  const hook = repository ? await installedHook(cwd) : null;
  if (hook === null)
    add(
      'note',
      repository ? 'the send-email hook is not installed here' : 'no git repository here, so no hook',
      repository ? 'rmap-review install-hook' : null,
    );
  else
    add(
      hook.ours ? 'ok' : 'note',
      `${hook.ours ? 'our hook' : "another program's hook"}: ${hook.path}`,
      hook.ours ? null : 'rmap-review install-hook --chain runs both',
    );
  const parts = await cacheParts(cacheDir(process.env), (name) => OWN.test(name));
  add('ok', `cache ${cacheDir(process.env)}, ${size(parts.reduce((n, p) => n + p.bytes, 0))}`);
  const mark = { ok: 'ok     ', missing: 'MISSING', note: '-      ' } as const;
  await print(lines.map((l) => `${mark[l.state]}  ${l.what}\n${l.next === null ? '' : `         ${l.next}\n`}`).join(''));
  return lines.some((l) => l.state === 'missing') ? 1 : 0;
}

/** Standard output, or null when the program is not there or fails to start. */
function run(program: string, args: readonly string[]): string | null {
  const done = spawnSync(program, [...args], { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'pipe'] });
  if (done.error !== undefined || /is not a git command/.test(done.stderr)) return null;
  return done.stdout;
}
