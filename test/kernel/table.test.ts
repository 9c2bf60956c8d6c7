import { describe, expect, it } from 'vitest';
import { encodeTable, shippedTable } from '../../src/kernel/prebuilt.js';
import { primitivesOf } from '../../src/kernel/primitives.js';
import { contractFromAttributes, knowledgeFor, readKnowledge, selectContract, selectionGap } from '../../src/kernel/table.js';
import { headers, own, parser, say, shipped } from './read.js';

const fn = (text: string) => {
  const f = parser.parseC('x.h', text).file.functions[0];
  if (!f) throw new Error(`not read: ${text}`);
  return f;
};

describe('a wrong line', () => {
  it.each([
    ['void f(struct mutex *m) __aquires(m);', 'mine.h:1: __aquires(m): no such word'],
    ['\n\nvoid f(struct mutex *m) __acquires(n);', 'mine.h:3: __acquires(n): the type of the lock is not known, and no __kind() says what it is'],
    ['void f(struct mutex *m, int n) __kind(mutex) __acquires(m->x + k);', 'mine.h:1: __acquires(m->x + k): "k" is neither a parameter nor a declared global'],
    ['void f(struct mutex *m) __releases();', 'mine.h:1: __releases(): needs one lock'],
    [
      'void f(struct mutex *m) __kind(slow) __acquires(m);',
      'mine.h:1: __kind(slow): needs one of spin, raw_spin, rwlock, mutex, rwsem, percpu_rwsem, semaphore, seq, bit, rcu, srcu, irq, bh, preempt, local, pair, other',
    ],
    ['void f(struct mutex *m) __may_sleep(rarely);', 'mine.h:1: __may_sleep(rarely): takes no argument, "sometimes" or "faults"'],
    ['void f(struct page *p) __begins();', 'mine.h:1: __begins(): needs a kind and perhaps an object'],
    ['void f(struct mutex *m) __irq_off(nmi);', 'mine.h:1: __irq_off(nmi): needs irq, irqsave, bh, preempt or migrate'],
    ['int f(struct mutex *m) __cond_acquires(sometimes, m);', 'mine.h:1: __cond_acquires(sometimes, m): the first argument names no result'],
    ['void f(struct mutex *m) __acquires(m) __since(6.4) __until(6.2);', 'mine.h:1: holds since 6.4 and until 6.2, so never'],
    ['void f(struct mutex *m) __acquires(m) __since(soon);', 'mine.h:1: __since(soon): needs a kernel version such as 6.4'],
    ['static inline void f(struct mutex *m) __acquires(m) { mutex_lock(m); }', 'mine.h:1: has a body and also says what it does'],
    ['void f(struct mutex *m) __acquires(m);\nvoid f(struct mutex *m) __releases(m);', 'mine.h:2: is stated twice for the same kernel versions'],
    [
      'unsigned long f(int order) __returns_ref;',
      'mine.h:1: __returns_ref: what is returned is no pointer to a struct, so the kind of reference must be named',
    ],
    [
      'vm_fault_t f(struct mutex *m) __cond_acquires(bits(VM_FAULT_LOCKED), m) __cond_releases(0, m);',
      'mine.h:1: results named by bits and results named otherwise do not mix',
    ],
  ])('%s', (text, why) => expect(own(text).gaps).toEqual([why]));

  it('leaves no half of its entry behind, and no older entry of that name', () => {
    expect(say(selectContract(own('void mutex_lock(struct mutex *m) __acquires(m) __wrong;').table, 'mutex_lock', 1, '6.1'))).toBe('none');
  });
});

describe('selection', () => {
  const { table } = shipped;
  it('goes by version', () => {
    expect(selectContract(table, 'folio_isolate_lru', 1, '6.1.192')?.until).toBe('6.3');
    expect(selectContract(table, 'folio_isolate_lru', 1, '6.3')?.since).toBe('6.3');
    expect(selectContract(table, 'folio_isolate_lru', 1, '6.10-rc2')?.since).toBe('6.3');
  });
  it('takes the newest entry and says so when the version is not known', () => {
    expect(selectContract(table, 'folio_isolate_lru', 1, null)?.since).toBe('6.3');
    expect(selectionGap(table, 'folio_isolate_lru', 1, null)).toContain('the newest entry is used');
    expect(selectionGap(table, 'mutex_lock', 1, null)).toBeNull();
  });
  it("lets the tree's own declaration decide, backports included", () => {
    const backported = fn('bool folio_isolate_lru(struct folio *folio);');
    expect(say(selectContract(table, 'folio_isolate_lru', 1, '6.1.500', backported))).toBe('zero: -; nonzero: get folio');
    const ttu = fn('void remove_migration_ptes(struct folio *src, struct folio *dst, enum ttu_flags flags);');
    expect(selectContract(table, 'remove_migration_ptes', 3, '6.14', ttu)?.flags?.lockedFlag).toBe('TTU_RMAP_LOCKED');
  });
  it('is a gap, not a guess, when nothing fits', () => {
    expect(selectContract(table, 'vma_start_read', 2, '6.4')).toBeNull();
    expect(selectionGap(table, 'vma_start_read', 2, '6.4')).toContain('no entry fits a call with 2 arguments in kernel 6.4');
    expect(selectContract(table, 'folio_isolate_lru', 1, '6.1', fn('void folio_isolate_lru(struct folio *folio);'))).toBeNull();
    expect(selectionGap(table, 'no_such_function', 1, '6.1')).toBeNull();
  });
  it('chooses bodies by version too', () => {
    expect(knowledgeFor(table, '6.1').definitions.has('lock_page_memcg')).toBe(true);
    expect(knowledgeFor(table, '6.4').definitions.has('lock_page_memcg')).toBe(false);
  });
});

describe("a user's own header", () => {
  it('replaces all entries of a name, and may add families, guards and iterators', () => {
    const { table, gaps } = own(`
      struct gizmo { spinlock_t lock; struct gizmo *next; };
      void pte_unmap_unlock(pte_t *pte, spinlock_t *ptl, struct gizmo *g) __releases(ptl) __puts(g);
      struct gizmo *gizmo_lock(struct gizmo *g) __acquires(__return->lock) __returns_arg(g->next) __guard(gizmo, gizmo_unlock);
      void gizmo_free(struct gizmo *g) __frees(g, gizmo) __free_class(gizmo);
      void for_each_gizmo(__expr i, __expr g) __iterates(g);
      void with_gizmo(__expr g) __once;`);
    expect(gaps).toEqual([]);
    expect(selectContract(table, 'pte_unmap_unlock', 2, '6.1')).toBeNull();
    expect(say(selectContract(table, 'pte_unmap_unlock', 3, '6.1'))).toBe('any: drop spin exclusive, put gizmo');
    expect(say(selectContract(table, 'gizmo_lock', 1, '6.1'))).toBe('any: take spin exclusive');
    expect(table.guards.get('gizmo')).toEqual({ enter: 'gizmo_lock', exit: 'gizmo_unlock' });
    expect(table.frees.get('gizmo')).toBe('gizmo_free');
    expect(table.iterators.get('for_each_gizmo')).toEqual({ kind: 'loop', assigns: [1], unless: null });
    expect(table.iterators.get('with_gizmo')).toEqual({ kind: 'once', assigns: [], unless: null });
    expect(say(selectContract(table, 'mutex_trylock', 1, '6.1'))).toBe('zero: -; nonzero: take mutex exclusive');
  });
});

describe('references', () => {
  it.each([
    ['void f(struct folio *folio, int n) __puts(folio, folio, n);', { kind: 'folio', count: null, amount: { k: 'id', name: 'n' } }],
    ['void f(struct folio *folio) __puts(folio, folio, 2);', { kind: 'folio', count: 2 }],
    ['void f(struct page *page) __puts(page, folio);', { kind: 'folio', count: 1 }],
    ['void f(struct path *path) __puts(path->dentry);', { kind: 'dentry', count: 1 }],
  ])('%s', (text, expected) => {
    const { table, gaps } = own(text);
    expect(gaps).toEqual([]);
    expect(selectContract(table, 'f', -1, null)?.outcomes[0]?.effects[0]).toMatchObject(expected);
  });
});

describe('conditions on arguments', () => {
  it('split an outcome without overlap', () => {
    const { table } = own('void f(struct mutex *m, int flags) __acquires(m, given(!(flags & FGP_NOWAIT) || flags & FGP_LOCK));');
    const outcomes = selectContract(table, 'f', 2, null)?.outcomes ?? [];
    expect(outcomes.map((o) => ['given' in o ? (o.given as readonly { mask: number }[]).map((g) => g.mask) : [], o.effects.length])).toEqual([
      [[5, 5], 1],
      [[5, 2], 0],
      [[2], 1],
    ]);
  });
});

describe('annotations in a kernel tree', () => {
  const read = (text: string): string => say(contractFromAttributes(fn(text), shipped.table));
  it.each([
    ['void f(spinlock_t *l) __acquires(l);', 'any: take spin exclusive'],
    ['void f(struct mm_struct *mm) __releases(&mm->page_table_lock);', 'any: drop spin either'],
    ['void f(void) __acquires(RCU);', 'any: take rcu exclusive'],
    ['bool f(refcount_t *r, struct mutex *lock) __cond_acquires(lock);', 'zero: -; nonzero: take mutex exclusive'],
    ['bool f(refcount_t *r, struct mutex *lock) __cond_acquires(true, lock);', 'zero: -; nonzero: take mutex exclusive'],
    ['int f(struct mm_struct *mm) __cond_acquires_shared(0, &mm->mmap_lock) __must_check;', 'nonzero: -; zero: take rwsem shared'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected));

  it('say nothing when the lock cannot be identified, or when they are not about locks', () => {
    expect(contractFromAttributes(fn('void f(struct unknown_thing *x) __acquires(bitlock);'), shipped.table)).toBeNull();
    expect(contractFromAttributes(fn('int f(int x) __must_check;'), shipped.table)).toBeNull();
  });
  it('do not hide a body', () => {
    const p = primitivesOf(knowledgeFor(shipped.table, '6.1'));
    expect(p.annotations(fn('void f(spinlock_t *l) __releases(l) { spin_unlock(l); put_page(0); }'))).toBeNull();
  });
});

describe('the prebuilt table', () => {
  it('is the table that reading gives', () => {
    const prebuilt = encodeTable(shipped.table, headers);
    const loaded = shippedTable({ headers, prebuilt }, () => {
      throw new Error('parsed again');
    });
    expect(loaded.table).toEqual(shipped.table);
  });
  it('is not used for other texts, or when it is damaged', () => {
    const prebuilt = encodeTable(shipped.table, headers);
    const edited = [{ path: 'knowledge/mutex.h', text: 'struct mutex *m(void);' }];
    expect([...shippedTable({ headers: edited, prebuilt }, parser.parseC).table.contracts.keys()]).toEqual(['m']);
    expect(shippedTable({ headers, prebuilt: prebuilt.slice(0, 5000) }, parser.parseC).table.contracts.size).toBe(shipped.table.contracts.size);
  });
  it('reads the same for one version in one go', () => {
    const { knowledge } = readKnowledge(
      headers.map((h) => parser.parseC(h.path, h.text).file),
      '6.1.192',
    );
    expect(knowledge.definitions.size).toBe(knowledgeFor(shipped.table, '6.1.192').definitions.size);
  });
});
