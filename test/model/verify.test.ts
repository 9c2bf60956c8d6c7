import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/model/script/run.js';
import { shared } from '../cli/run.js';
import { compiled, shipped } from './written.js';
import { spinErrors, spinReady } from './spin.js';

/** Scenarios of another author, by name, and the variant of ours that tells the same story. */
const OURS: Readonly<Record<string, string>> = {
  m001_ok: 'anon-vma-recheck',
  m001_nofast: 'anon-vma-recheck NO_FAST_RECHECK',
  m001_noslow: 'anon-vma-recheck NO_SLOW_RECHECK',
  m001_nolock: 'anon-vma-recheck MOVER_WITHOUT_LOCK',
  m001_index: 'anon-vma-recheck INDEX',
  m001_noslow_uafonly: 'anon-vma-recheck NO_SLOW_RECHECK ONLY_FREED',
  m003_asposted: 'split-page-recheck AS_POSTED',
  m003_fixed: 'split-page-recheck',
  m003_nosplitloop: 'split-page-recheck NO_LOOP_CHECK',
  m003_splitonly: 'split-page-recheck NO_WALKER',
  m003_uaf: 'split-page-recheck AS_POSTED ONLY_FREED',
  m004_wide: 'hugetlb-migration',
  m004_noflag: 'hugetlb-migration FLAG_DROPPED',
  m004_narrow: 'hugetlb-migration EARLY_UNLOCK',
  m004_blocking: 'hugetlb-migration BLOCKING',
  m004_rmflag: 'hugetlb-migration REMOVE_WITHOUT_FLAG',
  m000_asposted_mapfixed: 'lazy-migration AS_POSTED',
  m000_asposted_split: 'lazy-migration AS_POSTED SPLIT',
  m000_checked: 'lazy-migration',
  m000_checked_split: 'lazy-migration SPLIT',
  m000_refonly: 'lazy-migration REFERENCE_ONLY',
  m000b_asposted: 'migration-batch',
  m000b_splitself: 'migration-batch NO_RECLAIM NO_WRITER',
  m000b_reclaim: 'migration-batch NO_SPLIT',
  m000b_tryonly: 'migration-batch NO_SPLIT NO_RECLAIM',
  m000b_before: 'migration-batch BEFORE',
};

/** What others have found for the same protocols, and a model that somebody wrote straight from the mail. */
const folder = shared === null ? null : join(shared, 'model');

/** "refuted", or "confirmed" with what fails. */
function verdictOf(ours: string): string {
  const [name = '', ...defined] = ours.split(' ');
  const source = shipped.find((s) => s.path.endsWith(`/${name}.c`));
  if (source === undefined) return `no models/protocols/${name}.c`;
  const c = compiled(source.path, source.text, defined);
  if ('why' in c) return `${c.file}:${c.line}: ${c.why}`;
  const { verdict } = runProgram(c.program);
  return verdict.state === 'confirmed' ? (verdict.why.startsWith('deadlock') ? 'DEADLOCK' : 'VIOLATION') : verdict.state === 'refuted' ? 'ok' : verdict.why;
}

describe.skipIf(folder === null)('verdicts of another explorer on models of another author (needs ../shared)', () => {
  const lines =
    folder === null
      ? []
      : readFileSync(join(folder, 'verify.txt'), 'utf8')
          .split('\n')
          .filter((l) => l.includes('|'));
  const theirs = lines.map((l) => ({ name: l.split(' ')[0] ?? '', verdict: /JS full: (\w+)/.exec(l)?.[1] ?? '' }));
  it.each(theirs)('$name: $verdict', ({ name, verdict }) => {
    expect(verdictOf(OURS[name] ?? `${name} has no counterpart`)).toBe(verdict);
  });

  it.skipIf(!spinReady).each([
    { fast: 1, slow: 1, ours: 'anon-vma-recheck' },
    { fast: 0, slow: 1, ours: 'anon-vma-recheck NO_FAST_RECHECK' },
    { fast: 1, slow: 0, ours: 'anon-vma-recheck NO_SLOW_RECHECK' },
    { fast: 0, slow: 0, ours: 'anon-vma-recheck NO_FAST_RECHECK NO_SLOW_RECHECK' },
  ])('a model written by hand: fast re-check $fast, slow $slow', ({ fast, slow, ours }) => {
    const text = execFileSync('cc', ['-E', '-P', '-x', 'c', `-DRECHECK_FAST=${fast}`, `-DRECHECK_SLOW=${slow}`, join(folder ?? '', 'promela', 'hand001.pml')], {
      encoding: 'utf8',
    });
    expect(spinErrors(text) === 0).toBe(verdictOf(ours) === 'ok');
  });
});
