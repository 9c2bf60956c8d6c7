/* Page-table locks. `ptl` is a pointer to a lock: which lock it is follows from the mm and the table entry. */

/* include/linux/mm.h */
spinlock_t *pte_lockptr(struct mm_struct *mm, pmd_t *pmd)		__pure;
spinlock_t *pmd_lockptr(struct mm_struct *mm, pmd_t *pmd)		__pure;
spinlock_t *pud_lockptr(struct mm_struct *mm, pud_t *pud)		__pure;
spinlock_t *pmd_lock(struct mm_struct *mm, pmd_t *pmd)			__returns_arg(pmd_lockptr(mm, pmd)) __acquires(__return);
spinlock_t *pud_lock(struct mm_struct *mm, pud_t *pud)			__returns_arg(pud_lockptr(mm, pud)) __acquires(__return);

/*
 * include/linux/pgtable.h, mm/pgtable-generic.c: from 6.5 on a table that is mapped is one in an RCU read section, which
 * pte_unmap() ends. The pointer moves, and is handed on, so the section is followed only for who sleeps in it.
 */
pte_t *pte_offset_map(pmd_t *pmd, unsigned long addr)			__since(6.5) __cond_enters(nonnull, pte_map);
void pte_unmap(pte_t *pte)						__since(6.5) __leaves(pte_map);

/* include/linux/mm.h of 6.1: a macro that cannot fail. From 6.5 on a function that gives NULL, with nothing locked, when the table is gone. */
pte_t *pte_offset_map_lock(__expr mm, __expr pmd, unsigned long address, spinlock_t **ptlp)	__until(6.5)
	__stores((*ptlp), pte_lockptr(mm, pmd)) __cond_acquires(always, (*ptlp));
pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, spinlock_t **ptlp)	__since(6.5)
	__stores((*ptlp), pte_lockptr(mm, pmd)) __cond_acquires(nonnull, *ptlp);
pte_t *pte_offset_map_nolock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, spinlock_t **ptlp)	__since(6.5) __until(6.13)
	__stores((*ptlp), pte_lockptr(mm, pmd)) __cond_enters(nonnull, pte_map);
pte_t *pte_offset_map_ro_nolock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, spinlock_t **ptlp)	__since(6.13)
	__stores((*ptlp), pte_lockptr(mm, pmd)) __cond_enters(nonnull, pte_map);
pte_t *pte_offset_map_rw_nolock(struct mm_struct *mm, pmd_t *pmd, unsigned long addr, pmd_t *pmdvalp, spinlock_t **ptlp)	__since(6.13)
	__stores((*ptlp), pte_lockptr(mm, pmd)) __clobbers((*pmdvalp)) __cond_enters(nonnull, pte_map);
void pte_unmap_unlock(pte_t *pte, spinlock_t *ptl)			__until(6.5) __releases(ptl);
void pte_unmap_unlock(pte_t *pte, spinlock_t *ptl)			__since(6.5) __releases(ptl) __leaves(pte_map);
/* include/linux/mm.h: NULL when the table could not be allocated. */
pte_t *pte_alloc_map_lock(__expr mm, __expr pmd, unsigned long address, spinlock_t **ptlp)	__may_sleep __may_reclaim
	__stores((*ptlp), pte_lockptr(mm, pmd)) __cond_acquires(nonnull, *ptlp);
/* include/linux/mm.h, mm/memory.c */
pte_t *get_locked_pte(struct mm_struct *mm, unsigned long addr, spinlock_t **ptl)	__clobbers((*ptl)) __cond_acquires(nonnull, *ptl) __may_sleep __may_reclaim;
static inline pte_t *__get_locked_pte(struct mm_struct *mm, unsigned long addr, spinlock_t **ptl)	{ return get_locked_pte(mm, addr, ptl); }
/* mm/memory.c: 0 is found and locked. */
int follow_pte(struct mm_struct *mm, unsigned long address, pte_t **ptepp, spinlock_t **ptlp)	__until(6.10) __errno
	__cond_clobbers(0, *ptepp) __cond_clobbers(0, *ptlp) __cond_acquires(0, *ptlp);

/* include/linux/huge_mm.h, mm/huge_memory.c: NULL, and nothing locked, when the entry is no huge page. They wait, so they are no trylocks. */
spinlock_t *pmd_trans_huge_lock(pmd_t *pmd, struct vm_area_struct *vma)		__cond_acquires(nonnull, __return);
spinlock_t *__pmd_trans_huge_lock(pmd_t *pmd, struct vm_area_struct *vma)	__cond_acquires(nonnull, __return);
spinlock_t *pud_trans_huge_lock(pud_t *pud, struct vm_area_struct *vma)		__cond_acquires(nonnull, __return);
spinlock_t *__pud_trans_huge_lock(pud_t *pud, struct vm_area_struct *vma)	__cond_acquires(nonnull, __return);
/* include/linux/hugetlb.h */
spinlock_t *huge_pte_lockptr(struct hstate *h, struct mm_struct *mm, pte_t *pte)	__pure;
spinlock_t *huge_pte_lock(struct hstate *h, struct mm_struct *mm, pte_t *pte)	__returns_arg(huge_pte_lockptr(h, mm, pte)) __acquires(__return);

/*
 * include/linux/rmap.h, mm/page_vma_mapped.c: true is "found, mapped and locked", whether or not the step before
 * held the lock; false has released it. Leaving the loop on true needs _done.
 */
bool page_vma_mapped_walk(struct page_vma_mapped_walk *pvmw)		__cond_ensures(true, pvmw->ptl) __cond_ensures_not(false, pvmw->ptl);
void page_vma_mapped_walk_done(struct page_vma_mapped_walk *pvmw)	__releases(pvmw->ptl);

/* include/linux/swapops.h, mm/migrate.c: look at the entry under its lock, drop that, and wait for the migration to end. */
void migration_entry_wait(struct mm_struct *mm, pmd_t *pmd, unsigned long address)	__may_sleep;
void pmd_migration_entry_wait(struct mm_struct *mm, pmd_t *pmd)			__may_sleep;

/* include/linux/pgtable.h and the architectures: whether an entry is still the one that was read. */
int pte_same(pte_t pte_a, pte_t pte_b)					__pure;
int pmd_same(pmd_t pmd_a, pmd_t pmd_b)					__pure;
int pud_same(pud_t pud_a, pud_t pud_b)					__pure;
int p4d_same(p4d_t p4d_a, p4d_t p4d_b)					__pure;
int pgd_same(pgd_t pgd_a, pgd_t pgd_b)					__pure;
/* include/linux/pgtable.h: read one entry, and leave the table mapped. Those that write one are left to their bodies: they rely on what was checked. */
pte_t ptep_get(pte_t *ptep);
pte_t ptep_get_lockless(pte_t *ptep);
int ptep_test_and_clear_young(struct vm_area_struct *vma, unsigned long address, pte_t *ptep);
pte_t ptep_modify_prot_start(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep);
