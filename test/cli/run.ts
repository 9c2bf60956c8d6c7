import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../src/report/report.js';
import { projectRoot } from '../fixture.js';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The JSON of a report as another program reads it. */
export type Printed = Pick<Report, 'series' | 'functions' | 'findings' | 'gaps'>;

/** Runs the built command line as a user's shell would, without a terminal. Run `npm run build` first. */
export function rmapReview(
  args: readonly string[],
  options: { readonly input?: string | Buffer; readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Ran {
  const done = spawnSync(process.execPath, [join(projectRoot, 'bin', 'rmap-review.js'), ...args], {
    cwd: options.cwd ?? projectRoot,
    encoding: 'utf8',
    input: options.input ?? '',
    timeout: 55_000,
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

export function report(ran: Ran): Printed {
  return JSON.parse(ran.out) as Printed;
}

/** What a crash looks like: a frame of a stack trace, or Node's own last words. */
export const STACK_TRACE = /^\s+at .+[:(]\d+|node:internal|UnhandledPromise|RuntimeError|Aborted\(/m;

/** The labelled inputs that live outside this repository, or null. */
export const shared: string | null = existing(process.env['RMAP_SHARED'] ?? join(projectRoot, '..', 'shared'));

/** A real Linux 6.1 tree, or null. */
export const kernelTree: string | null = existing(
  process.env['RMAP_KERNEL_TREE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rmap-review', 'linux-6.1'),
);

function existing(path: string): string | null {
  return existsSync(path) ? path : null;
}
