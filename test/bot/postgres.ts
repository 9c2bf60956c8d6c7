import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Server {
  /** A fresh, empty database. */
  readonly database: () => string;
  /** Ends every connection at once, as a crash does, and comes back. */
  readonly restart: () => void;
  readonly stop: () => void;
}

/** Debian's PostgreSQL, or null. */
export const postgresBin: string | null = (() => {
  const base = '/usr/lib/postgresql';
  const newest = existsSync(base)
    ? readdirSync(base)
        .filter((v) => existsSync(join(base, v, 'bin', 'initdb')))
        .sort((a, b) => Number(b) - Number(a))[0]
    : undefined;
  return newest === undefined ? null : join(base, newest, 'bin');
})();

/** A server of our own on a socket in a temporary folder and on loopback; it refuses to run as root, so root becomes `postgres`. */
export function startPostgres(port: number): Server {
  if (postgresBin === null) throw new Error('no PostgreSQL');
  const bin = postgresBin;
  const dir = mkdtempSync(join(tmpdir(), 'rmap-review-pg-'));
  const root = process.getuid?.() === 0;
  chmodSync(dir, 0o755);
  if (root) {
    const [uid, gid] = ['-u', '-g'].map((f) => Number(execFileSync('id', [f, 'postgres'], { encoding: 'utf8' })));
    chownSync(dir, uid ?? 0, gid ?? 0);
  }
  const run = (program: string, args: readonly string[]): string => {
    const [command, all] = root
      ? (['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', join(bin, program), ...args]] as const)
      : ([join(bin, program), args] as const);
    return execFileSync(command, [...all], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: dir, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  };
  const data = join(dir, 'data');
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync']);
  run('pg_ctl', ['-D', data, '-w', '-l', join(dir, 'log'), '-o', `-p ${port} -h 127.0.0.1 -k ${dir}`, 'start']);
  let count = 0;
  return {
    database: () => {
      count += 1;
      run('createdb', ['-h', dir, '-p', String(port), '-U', 'postgres', `bot${count}`]);
      return `postgres://postgres@127.0.0.1:${port}/bot${count}`;
    },
    restart: () => void run('pg_ctl', ['-D', data, '-m', 'immediate', '-w', '-l', join(dir, 'log'), 'restart']),
    stop: () => {
      run('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
