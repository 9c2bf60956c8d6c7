import { describe, expect, it } from 'vitest';
import { selectContract } from '../../src/kernel/table.js';
import type { Contract } from '../../src/kernel/contract.js';
import { headers, parseGaps, say, shipped } from './read.js';

const { table } = shipped;
const all = [...table.contracts.values()].flat();
const at = (name: string, version: string): string => say(selectContract(table, name, -1, version));

describe('the shipped headers', () => {
  it('are read without a gap', () => {
    expect(parseGaps).toEqual([]);
    expect(shipped.gaps).toEqual([]);
  });
  it('lose no declaration on the way into the table', () => {
    const lost = headers.flatMap(({ path, text }) =>
      [...code(text).matchAll(/^[A-Za-z_][^\n(;{}]*?[ *](\w+)\(/gm)]
        .map((m) => m[1] as string)
        .filter(
          (name) =>
            !/^(__guard|__kind)$/.test(name) &&
            !table.orders.has(name) &&
            !table.questions.has(name) &&
            !table.contracts.has(name) &&
            !table.wrappers.has(name) &&
            !table.iterators.has(name),
        )
        .map((name) => `${path}: ${name}`),
    );
    expect(lost).toEqual([]);
  });
  it('cite a kernel file above every group', () => {
    const uncited = headers.flatMap(({ path, text }) =>
      [...text.matchAll(/\n\n((?:[a-z][\w ]*[ *]\w+\([^\n]*\n)+)/g)].map((m) => `${path}: ${(m[1] as string).split('\n')[0]}`),
    );
    expect(uncited).toEqual([]);
    for (const { path, text } of headers) expect(/\b(include|mm|kernel|fs|lib)\/[\w/-]+\.[ch]\b/.test(text), path).toBe(true);
  });
});

/** What each word for a result means, said here a second time and independently of the reader. */
const MEANING: Record<string, readonly string[]> = {
  true: ['nonzero', 'positive'],
  nonzero: ['nonzero'],
  nonnull: ['positive'],
  noerr: ['positive'],
  always: ['positive'],
  valid: ['positive'],
  '0': ['zero'],
  false: ['zero'],
  null: ['zero'],
  nonnegative: ['nonnegative'],
};

describe('conditional entries', () => {
  const stated = headers.flatMap(({ path, text }) =>
    code(text)
      .split(';')
      .flatMap((d) => {
        const name = /(\w+)\s*\(/.exec(d)?.[1];
        return [...d.matchAll(/__cond_(acquires|acquires_shared|gets|begins|irq_off)\((\w+),/g)].map((m) => ({
          path,
          name: name ?? '',
          word: m[1] as string,
          ret: m[2] as string,
          given: /given\(/.test(d),
          since: /__since\(([\d.]+)\)/.exec(d)?.[1] ?? null,
          until: /__until\(([\d.]+)\)/.exec(d)?.[1] ?? null,
        }));
      }),
  );

  it.each(stated.map((s) => [`${s.name} ${s.word} on ${s.ret}${s.since ? ` since ${s.since}` : ''}`, s] as const))('%s', (_, s) => {
    const contract = (table.contracts.get(s.name) ?? []).find((c) => c.since === s.since && c.until === s.until) as Contract;
    const op = s.word === 'gets' ? 'get' : 'acquire';
    const does = (o: Contract['outcomes'][number]): boolean => o.effects.some((e) => e.op === op);
    const meaning = MEANING[s.ret] ?? (/^[A-Z][A-Z0-9_]+$/.test(s.ret) ? ['equals'] : []);
    expect(meaning).not.toEqual([]);
    expect(
      contract.outcomes.some((o) => does(o) && meaning.includes(o.when.is)),
      'taken on the stated result',
    ).toBe(true);
    expect(
      contract.outcomes.some((o) => !does(o) && !(meaning.includes(o.when.is) && !(o.when.is === 'equals' && o.when.not) && !s.given)) ||
        (contract.outcomes.every(does) && !say(contract).includes('any')),
      'not taken, or something else taken, on another',
    ).toBe(true);
    for (const o of contract.outcomes)
      if (does(o) && o.when.is !== 'any' && !meaning.includes(o.when.is))
        expect(stated.filter((t) => t.name === s.name).some((t) => (MEANING[t.ret] ?? []).includes(o.when.is))).toBe(true);
  });

  it('take a trylock on true, except those on a semaphore, whose 0 is success', () => {
    const odd = all
      .filter((c) => /trylock/.test(c.name))
      .filter((c) => c.outcomes.some((o) => o.when.is === 'zero' && o.effects.some((e) => e.op === 'acquire')));
    expect(odd.map((c) => c.name)).toEqual(['efivar_trylock', 'down_trylock']);
  });
  it('never wait in a trylock', () => {
    const waiting = all.filter(
      (c) =>
        /trylock/.test(c.name) &&
        c.outcomes.some((o) =>
          o.effects.some(
            (e) => e.op === 'sleep' || (e.op === 'acquire' && !e.tryLock && e.kind !== 'irq' && e.kind !== 'bh' && e.kind !== 'preempt' && e.kind !== 'pair'),
          ),
        ),
    );
    expect(waiting.map((c) => c.name)).toEqual([]);
  });
  it('take killable and interruptible locks on 0', () => {
    const killable = all.filter(
      (c) => /_(killable|interruptible)(_nested)?$/.test(c.name) && c.outcomes.some((o) => o.effects.some((e) => e.op === 'acquire')),
    );
    expect(killable.length).toBeGreaterThan(12);
    for (const c of killable)
      expect(
        c.outcomes.filter((o) => o.effects.some((e) => e.op === 'acquire')).map((o) => o.when.is),
        c.name,
      ).toEqual(['zero']);
  });
});

describe('what each outcome does', () => {
  it.each([
    ['down_read', '6.1', 'any: take rwsem shared'],
    ['down_read_killable', '6.1', '-EINTR: -; zero: take rwsem shared'],
    ['down_read_trylock', '6.1', 'zero: -; nonzero: take rwsem shared'],
    ['down_trylock', '6.1', 'zero: take semaphore exclusive; nonzero: -'],
    ['downgrade_write', '6.1', 'any: downgrade rwsem'],
    ['spin_lock_irqsave', '6.1', 'any: take irq exclusive, take spin exclusive'],
    ['spin_unlock_irqrestore', '6.1', 'any: drop spin exclusive, drop irq exclusive'],
    ['spin_trylock_irqsave', '6.1', 'zero: -; nonzero: take irq exclusive, take spin exclusive'],
    ['folio_isolate_lru', '6.1.192', 'negative: -; zero: get folio'],
    ['folio_isolate_lru', '6.3', 'zero: -; nonzero: get folio'],
    ['pte_offset_map_lock', '6.1', 'positive: take spin exclusive'],
    ['pte_offset_map_lock', '6.5', 'zero: -; positive: take spin exclusive'],
    ['filemap_get_folio', '6.1', 'zero: -; positive: get folio'],
    ['filemap_get_folio', '6.4', 'negative: -; positive: get folio'],
    ['__folio_lock_or_retry', '6.1', 'zero given: -; zero given: drop rwsem shared; nonzero: take bit exclusive'],
    ['lock_cluster_or_swap_info', '6.1', 'zero: take spin exclusive; positive: take spin exclusive'],
    ['folio_lock_anon_vma_read', '6.1', 'zero: -; positive: take rwsem shared'],
    ['folio_get_anon_vma', '6.1', 'zero: -; positive: get anon_vma'],
    ['mm_access', '6.1', 'negative: -; positive: get mm_users'],
    ['dget_parent', '6.1', 'positive: get dentry'],
    ['do_mas_munmap', '6.1', '1 given: downgrade rwsem; not 1: -'],
    ['lock_vma_under_rcu', '6.1', 'none'],
    ['lock_vma_under_rcu', '6.4', 'zero: -; positive: take rwsem shared'],
    ['shmem_get_folio', '6.1', 'negative: -; zero: get folio, take bit exclusive'],
    [
      'handle_mm_fault',
      '6.1',
      'VM_FAULT_RETRY given: -; VM_FAULT_RETRY given: drop rwsem shared; VM_FAULT_COMPLETED given: drop rwsem shared; no VM_FAULT_RETRY|VM_FAULT_COMPLETED: -',
    ],
  ])('%s in %s', (name, version, expected) => expect(at(name, version)).toBe(expected));

  it('states what try_to_migrate() accepts and what TTU_RMAP_LOCKED promises', () => {
    expect(selectContract(table, 'try_to_migrate', 2, '6.1')?.flags).toMatchObject({
      param: 'flags',
      accepts: ['TTU_RMAP_LOCKED', 'TTU_SPLIT_HUGE_PMD', 'TTU_SYNC'],
      lockedFlag: 'TTU_RMAP_LOCKED',
    });
    expect(selectContract(table, 'try_to_unmap', 2, '6.1')?.flags).toMatchObject({ accepts: null, lockedFlag: 'TTU_RMAP_LOCKED' });
    expect(selectContract(table, 'remove_migration_ptes', 3, '6.1')?.flags).toMatchObject({ param: 'locked', lockedFlag: 'true' });
  });
});

/** Text without comments, offsets kept. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, ' '));
}
