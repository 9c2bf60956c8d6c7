import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toPromela } from '../../src/model/promela.js';
import { PROTOCOLS } from './protocols.js';

const has = (tool: string): boolean => spawnSync(tool, ['-V']).error === undefined;
const ready = has('spin') && spawnSync('cc', ['--version']).error === undefined;

/** Errors that SPIN finds: assertions and invalid end states. */
function spinErrors(text: string): number {
  const dir = mkdtempSync(join(tmpdir(), 'promela-'));
  try {
    writeFileSync(join(dir, 'm.pml'), text);
    execFileSync('spin', ['-a', 'm.pml'], { cwd: dir });
    execFileSync('cc', ['-w', '-DSAFETY', '-o', 'pan', 'pan.c'], { cwd: dir });
    const out = execFileSync('./pan', [], { cwd: dir, encoding: 'utf8' });
    return Number(/errors: (\d+)/.exec(out)?.[1] ?? -1);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe.skipIf(!ready)('SPIN gives the same verdict (needs spin and cc)', () => {
  it.each(PROTOCOLS.filter((p) => p.spin !== false))('$name', ({ program, expect: expected }) => {
    expect(spinErrors(toPromela(program))).toBe(expected === 'refuted' ? 0 : 1);
  }, 30_000);
});
