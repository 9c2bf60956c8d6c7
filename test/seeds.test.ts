import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toPromela } from '../src/model/promela.js';
import type { Verdict } from '../src/model/verdict.js';
import { type Printed, report, rmapReview, shared, STACK_TRACE } from './cli/run.js';
import { spinErrors, spinReady } from './model/spin.js';

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
  it.each(['000', '001', '002', '003', '004'])('%s ends with an honest status and no stack trace', (number) => {
    const ran = rmapReview([file(number)]);
    expect(ran.err + ran.out).not.toMatch(STACK_TRACE);
    expect([0, 1, 3]).toContain(ran.code);
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
    [
      '000',
      [
        ['double-lock', 'migrate_folio_unmap'],
        ['lock-result-ignored', 'folio_trylock_get_anon_rmap'],
      ],
    ],
    ['001', []],
    ['002', []],
    ['003', [['missing-recheck', 'page_lock_anon_vma_read']]],
    ['004', []],
  ])('%s: what is wrong in it, and nothing else, is confirmed without a base', (number, wanted) => {
    const said = report(rmapReview([file(number), '--format', 'json']));
    const found = said.findings.filter((f) => f.status === 'introduced' && f.severity !== 'note');
    expect(found.map((f) => [f.rule, f.function, f.verdict.state])).toEqual(wanted.map((one) => [...one, 'confirmed']));
    for (const one of found) expect(one.mailLine, 'it stands on a line of the mail').not.toBeNull();
    for (const { verdict } of spinReady ? (found as readonly { readonly verdict: Verdict }[]) : [])
      expect(verdict.state === 'confirmed' && spinErrors(toPromela(verdict.program)), 'SPIN agrees').toBe(1);
  });

  it('000: the lock that is carried across the batch is told with the batch that the knowledge documents', () => {
    const said = report(rmapReview([file('000'), '--format', 'json']));
    expect(said.findings.find((f) => f.rule === 'double-lock')?.message).toMatch(
      /held for reading when __migrate_folio_record\(\) has put it into dst->private; migrate_pages_batch\(\)/,
    );
    expect(said.gaps.filter((g) => g.function === 'migrate_pages_batch' && g.why.includes('taken from the knowledge'))).toHaveLength(1);
  });

  it('003: the lines that came from elsewhere are said to', () => {
    const said = report(rmapReview([file('003'), '--format', 'json']));
    expect(said.gaps.filter((g) => g.function === 'page_lock_anon_vma_read' && g.why.includes('taken from the knowledge'))).toHaveLength(1);
  });
});

/** What the seeds' README says a reviewer should see, as far as it comes out: of each function, sentences of the semantic diff. */
const SHOWN: Readonly<Record<string, Readonly<Record<string, readonly RegExp[]>>>> = {
  '000': {
    folio_trylock_get_anon_rmap: [
      /returns a handle .*gains vm_area_struct->__vm_lock \(shared\), vma reference/,
      /returns a handle .*gains anon_vma reference, anon_vma->rwsem \(shared\)/,
      /returns NULL gains nothing/,
    ],
    anon_rmap_unlock_put: [
      /returns where anon_rmap_is_anon_vma\(anon_rmap\) drops anon_vma reference, anon_vma->rwsem/,
      /returns where !anon_rmap_is_anon_vma\(anon_rmap\) drops vm_area_struct->__vm_lock, vma reference/,
    ],
    migrate_folio_unmap: [
      /now leaves anon_vma reference, anon_vma->rwsem \(shared\).* in dst->private .*before anon_rmap reference/,
      /folio->__locked → anon_vma->rwsem is new: dst->__locked is taken first/,
      /new failure exit where !anon_rmap_value\(anon_rmap\)/,
      /TTU_RMAP_LOCKED for try_to_migrate\(\): never before, now where anon_rmap/,
    ],
    migrate_folio_move: [
      /gives back what migrate_folio_unmap\(\) left in dst->private: .*anon_vma->rwsem \(shared\)/,
      /TTU_RMAP_LOCKED for remove_migration_ptes\(\): never before, now where anon_rmap/,
      /now releases anon_vma->rwsem/,
    ],
    migrate_folio_undo_src: [/TTU_RMAP_LOCKED for remove_migration_ptes\(\): never before, now where anon_rmap/, /now releases anon_vma->rwsem/],
    unmap_and_move_huge_page: [
      /folio->__locked → anon_vma->rwsem is new: dst->__locked is taken first/,
      /new failure exit where !anon_rmap_value\(anon_rmap\)/,
      /label put_anon is gone/,
      /TTU_RMAP_LOCKED for try_to_migrate\(\): sometimes before, now always/,
      /TTU_RMAP_LOCKED for remove_migration_ptes\(\): sometimes before, now always/,
    ],
  },
  '001': {
    folio_lock_anon_vma_read: [
      /tests READ_ONCE\(folio->mapping\) != anon_mapping again after down_read_trylock\(\) takes anon_vma->rwsem.*starts over at retry/,
      /tests READ_ONCE\(folio->mapping\) != anon_mapping again after anon_vma_lock_read\(\).*starts over at retry/,
      /label retry is new/,
    ],
  },
  '002': {
    vma_get_anon_rmap: [/returns a handle where anon_vma gains anon_vma reference/, /returns a handle where !anon_vma gains vma reference/],
    put_anon_rmap: [/where anon_rmap_is_anon_vma\(anon_rmap\) drops anon_vma reference/, /where !anon_rmap_is_anon_vma\(anon_rmap\) drops vma reference/],
    anon_rmap_lock_read: [
      /where anon_rmap_is_anon_vma\(anon_rmap\) gains anon_vma->rwsem \(shared\)/,
      /where !anon_rmap_is_anon_vma\(anon_rmap\) gains vma reference/,
    ],
    anon_rmap_trylock_read: [/where !anon_rmap_is_anon_vma\(anon_rmap\) gains vma reference/],
    anon_rmap_unlock_read: [/where !anon_rmap_is_anon_vma\(anon_rmap\) drops vma reference/],
    anon_rmap_lock_write: [/now says that !anon_rmap_is_anon_vma\(anon_rmap\) never holds/],
    anon_rmap_trylock_write: [/now says that !anon_rmap_is_anon_vma\(anon_rmap\) never holds/],
    anon_rmap_unlock_write: [/now says that !anon_rmap_is_anon_vma\(anon_rmap\) never holds/],
    __migrate_folio_record: [/keeps anon_rmap in dst->mapping and dst->private, before in dst->private/],
    __migrate_folio_extract: [/out of dst->mapping and dst->private and clears them, before out of dst->private/],
  },
  '003': {
    split_huge_page_to_list: [/tests mapping != ACCESS_ONCE\(page->mapping\) again after anon_vma_lock_write\(\) takes anon_vma->rwsem.*starts over/],
    page_lock_anon_vma_read: [
      /tests ACCESS_ONCE\(page->mapping\) != anon_mapping again after anon_vma_lock_read\(\) takes anon_vma->rwsem \(shared\)/,
      /no such test after down_read_trylock\(\) takes anon_vma->rwsem/,
    ],
  },
  '004': {
    try_to_migrate: [/accepts TTU_RMAP_LOCKED\|TTU_SPLIT_HUGE_PMD\|TTU_SYNC/],
    try_to_migrate_one: [/tests TTU_RMAP_LOCKED\|TTU_SPLIT_HUGE_PMD\|TTU_SYNC/],
    try_to_unmap: [/no longer tests TTU_MIGRATION\|TTU_SPLIT_FREEZE, which the patch removes/],
    try_to_unmap_one: [/no longer tests TTU_MIGRATION\|TTU_SPLIT_FREEZE, which the patch removes/],
    unmap_page: [
      /TTU_RMAP_LOCKED for try_to_migrate\(\): always/,
      /passes TTU_IGNORE_MLOCK\|TTU_RMAP_LOCKED\|TTU_SPLIT_HUGE_PMD\|TTU_SYNC to try_to_unmap\(\) instead of .*TTU_SPLIT_FREEZE/,
    ],
    __unmap_and_move: [/now calls try_to_migrate\(0\)/, /no longer calls try_to_unmap\(TTU_IGNORE_MLOCK\|TTU_MIGRATION\)/],
    migrate_vma_unmap: [/now calls try_to_migrate\(0\)/, /no longer calls try_to_unmap\(TTU_IGNORE_MLOCK\|TTU_MIGRATION\)/],
    unmap_and_move_huge_page: [/now calls try_to_migrate\(0\)/, /no longer calls try_to_unmap\(TTU_IGNORE_MLOCK\|TTU_MIGRATION\)/],
  },
};

describe.skipIf(seeds === null)("what the seeds' README says comes out in the semantic diff (needs ../shared)", () => {
  it.each(Object.keys(SHOWN))('%s', (number) => {
    expect(unsaid(number, report(rmapReview([file(number), '--format', 'json'])))).toEqual([]);
  });

  it('000 with 002 as one series: the helpers of the one are known in the other', () => {
    const said = report(rmapReview([file('002'), file('000'), '--format', 'json']));
    expect(unsaid('002', said)).toEqual([]);
    expect(sentences(said, 'migrate_folio_unmap').join('\n')).toMatch(
      /now leaves anon_vma reference, anon_vma->rwsem \(shared\).* in dst->mapping and dst->private/,
    );
    expect(said.findings.filter((f) => f.status === 'introduced' && f.severity !== 'note').map((f) => [f.rule, f.verdict.state])).toEqual([
      ['double-lock', 'confirmed'],
      ['lock-result-ignored', 'confirmed'],
    ]);
  });
});

function unsaid(number: string, said: Printed): string[] {
  return Object.entries(SHOWN[number] ?? {}).flatMap(([name, wanted]) => {
    const told = sentences(said, name);
    return wanted.filter((w) => !told.some((t) => w.test(t))).map((w) => `${name}: ${w.source}`);
  });
}

/** Details, and each way out with what the caller gains or drops. */
function sentences(said: Printed, name: string): string[] {
  return said.functions
    .filter((f) => f.name === name)
    .flatMap((f) => [
      ...f.details,
      ...f.after.flatMap((e) => [`${e.exit} gains ${e.gains.join(', ') || 'nothing'}`, `${e.exit} drops ${e.drops.join(', ') || 'nothing'}`]),
    ]);
}

/** The change classes of one function over all patches, or null when the report does not know it. */
function changesOf(said: Printed, name: string): string | null {
  const found = said.functions.filter((f) => f.name === name);
  return found.length === 0 ? null : found.flatMap((f) => f.change).join(' ');
}
