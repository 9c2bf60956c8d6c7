import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Printed, report, rmapReview, shared, STACK_TRACE } from './cli/run.js';

const seeds = shared === null ? null : join(shared, 'seeds');
const file = (number: string): string => {
  const name = seeds === null ? undefined : readdirSync(seeds).find((one) => one.startsWith(`${number}_`));
  return join(seeds ?? '', name ?? number);
};

/** Every function that the mail touches in a way a reviewer cares about, and what must be said of each at least (`.`: that it was looked at). */
const TOUCHED: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  '000': {
    folio_trylock_get_anon_rmap: /added/,
    anon_rmap_unlock_put: /added/,
    migrate_folio_undo_src: /contract|flags/,
    migrate_folio_unmap: /contract|flags|new-exit/,
    migrate_folio_move: /contract|flags/,
    unmap_and_move_huge_page: /contract|flags|new-exit/,
  },
  '001': { folio_lock_anon_vma_read: /scope|new-exit|order|contract|moved/ },
  '002': {
    put_anon_rmap: /contract/,
    vma_get_anon_rmap: /contract/,
    anon_rmap_lock_read: /contract/,
    anon_rmap_trylock_read: /contract/,
    anon_rmap_unlock_read: /contract/,
    anon_rmap_lock_write: /./,
    anon_rmap_trylock_write: /./,
    anon_rmap_unlock_write: /./,
    anon_vma_tree_lock_write: /contract/,
    anon_vma_tree_unlock_write: /contract/,
    anon_vma_tree_lock_read: /contract/,
    anon_vma_tree_unlock_read: /contract/,
    anon_vma_lazy_lock_read: /added/,
    anon_vma_lazy_trylock_read: /added/,
    anon_vma_lazy_unlock_read: /added/,
    __migrate_folio_record: /./,
    __migrate_folio_extract: /./,
  },
};

describe.skipIf(seeds === null)('real mails as archives show them (needs ../shared)', () => {
  it.each(['000', '001', '002', '003', '004'])('%s ends within 2 s, with an honest status and no stack trace', (number) => {
    const ran = rmapReview([file(number)]);
    expect(ran.err + ran.out).not.toMatch(STACK_TRACE);
    expect([0, 1, 3]).toContain(ran.code);
    expect(ran.seconds, 'generous: the machine may be busy').toBeLessThan(6);
  });

  it.each(Object.keys(TOUCHED))('%s: every touched function is named with its change', (number) => {
    const said = report(rmapReview([file(number), '--format', 'json']));
    const text = rmapReview([file(number), '--format', 'text', '--verbose']).out;
    const missing = Object.entries(TOUCHED[number] ?? {}).flatMap(([name, change]) => {
      const classes = changesOf(said, name);
      if (classes === null) return [`${name} is not in the report`];
      if (!change.test(classes)) return [`${name} is ${classes}, not ${change.source}`];
      return text.includes(name) ? [] : [`${name} is not in the text`];
    });
    expect(missing).toEqual([]);
  });

  it.each(['003', '004'])('%s: every file is listed, and what could not be read is a gap with its place', (number) => {
    const said = report(rmapReview([file(number), '--format', 'json']));
    const files = said.series.patches.flatMap((patch) => patch.files);
    const wanted = number === '003' ? ['mm/huge_memory.c', 'mm/rmap.c'] : ['include/linux/rmap.h', 'mm/huge_memory.c', 'mm/migrate.c', 'mm/rmap.c'];
    expect(files).toEqual(expect.arrayContaining(wanted));
    const parse = said.gaps.filter((gap) => gap.stage === 'parse');
    if (said.series.patches.some((patch) => patch.certainty === 'refused' || patch.certainty === 'guessed')) expect(parse.length).toBeGreaterThan(0);
  });
});

/** What is wrong in the mails by themselves: found by a rule, and by the model from the mails' own code. */
describe.skipIf(seeds === null)('what the real mails get wrong (needs ../shared)', () => {
  it.each([
    ['000', 'lock-result-ignored', 'folio_trylock_get_anon_rmap'],
    ['003', 'missing-recheck', 'page_lock_anon_vma_read'],
  ])('%s: %s in %s(), and nothing else, is confirmed without a base', (number, rule, name) => {
    const said = report(rmapReview([file(number), '--format', 'json']));
    const found = said.findings.filter((f) => f.status === 'introduced' && f.severity !== 'note');
    expect(found.map((f) => [f.rule, f.function, f.verdict.state])).toEqual([[rule, name, 'confirmed']]);
    expect(found[0]?.mailLine, 'it stands on a line of the mail').not.toBeNull();
  });

  it('003: the lines that came from elsewhere are said to', () => {
    const said = report(rmapReview([file('003'), '--format', 'json']));
    expect(said.gaps.filter((g) => g.function === 'page_lock_anon_vma_read' && g.why.includes('taken from the knowledge'))).toHaveLength(1);
  });
});

/** The change classes of one function over all patches, or null when the report does not know it. */
function changesOf(said: Printed, name: string): string | null {
  const found = said.functions.filter((f) => f.name === name);
  return found.length === 0 ? null : found.flatMap((f) => f.change).join(' ');
}
