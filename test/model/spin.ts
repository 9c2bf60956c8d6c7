import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const has = (tool: string, flag: string): boolean => spawnSync(tool, [flag]).error === undefined;

/** Whether SPIN and a C compiler for its output are there. */
export const spinReady = has('spin', '-V') && spawnSync('cc', ['--version']).status === 0;

/** Errors that SPIN finds: assertions and invalid end states. */
export function spinErrors(text: string): number {
  const dir = mkdtempSync(join(tmpdir(), 'promela-'));
  try {
    writeFileSync(join(dir, 'm.pml'), text);
    execFileSync('spin', ['-a', 'm.pml'], { cwd: dir });
    execFileSync('cc', ['-w', '-DSAFETY', '-o', 'pan', 'pan.c'], { cwd: dir });
    const out = execFileSync('./pan', ['-m1000000'], { cwd: dir, encoding: 'utf8' });
    if (/max search depth too small|out of memory/.test(out)) return -1;
    return Number(/errors: (\d+)/.exec(out)?.[1] ?? -1);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
