/* Reverse mapping: walks over everything that maps a folio, and the flags that say who holds the walk's lock. */

/*
 * The walk's lock is the anon_vma's root rwsem or the mapping's i_mmap_rwsem, either mode; hugetlb file pages need
 * i_mmap_rwsem for write (huge_pmd_unshare). TTU_RMAP_LOCKED promises that the caller holds it: without the promise
 * the walk takes it.
 */

/* mm/rmap.c: try_to_migrate warns and does nothing when any other flag is set (TTU_BATCH_FLUSH is accepted from 6.3 on); try_to_unmap checks none. */
void try_to_migrate(struct folio *folio, enum ttu_flags flags)	__since(5.19) __until(6.3) __walks(folio)
	__ttu_accepts(flags, TTU_RMAP_LOCKED|TTU_SPLIT_HUGE_PMD|TTU_SYNC) __ttu_locked(flags, TTU_RMAP_LOCKED, anon_vma->rwsem | mapping->i_mmap_rwsem);
void try_to_migrate(struct folio *folio, enum ttu_flags flags)	__since(6.3) __walks(folio)
	__ttu_accepts(flags, TTU_RMAP_LOCKED|TTU_SPLIT_HUGE_PMD|TTU_SYNC|TTU_BATCH_FLUSH) __ttu_locked(flags, TTU_RMAP_LOCKED, anon_vma->rwsem | mapping->i_mmap_rwsem);
void try_to_migrate(struct page *page, enum ttu_flags flags)	__since(5.14) __until(5.19) __walks(page)
	__ttu_accepts(flags, TTU_RMAP_LOCKED|TTU_SPLIT_HUGE_PMD|TTU_SYNC) __ttu_locked(flags, TTU_RMAP_LOCKED, anon_vma->rwsem | mapping->i_mmap_rwsem);
void try_to_unmap(struct folio *folio, enum ttu_flags flags)	__since(5.19) __walks(folio)
	__ttu_locked(flags, TTU_RMAP_LOCKED, anon_vma->rwsem | mapping->i_mmap_rwsem);
bool try_to_unmap(struct page *page, enum ttu_flags flags)	__until(5.19) __walks(page)
	__ttu_locked(flags, TTU_RMAP_LOCKED, anon_vma->rwsem | mapping->i_mmap_rwsem);

/* mm/migrate.c: the promise is a bool until 6.13, then a flag of its own, and in trees with ttu_flags here the same flag as above. */
void remove_migration_ptes(struct folio *src, struct folio *dst, bool locked)	__since(5.18) __until(6.13) __walks(dst)
	__ttu_locked(locked, true, anon_vma->rwsem | mapping->i_mmap_rwsem);
void remove_migration_ptes(struct folio *src, struct folio *dst, int flags)	__since(6.13) __until(6.19) __walks(dst)
	__ttu_locked(flags, RMP_LOCKED, anon_vma->rwsem | mapping->i_mmap_rwsem);
void remove_migration_ptes(struct folio *src, struct folio *dst, enum ttu_flags flags)	__since(6.19) __walks(dst)
	__ttu_locked(flags, TTU_RMAP_LOCKED, anon_vma->rwsem | mapping->i_mmap_rwsem);
void remove_migration_ptes(struct page *old, struct page *new, bool locked)	__until(5.18) __walks(new)
	__ttu_locked(locked, true, anon_vma->rwsem | mapping->i_mmap_rwsem);

/* mm/rmap.c: the second form neither takes nor drops the lock. */
void rmap_walk(struct folio *folio, struct rmap_walk_control *rwc)		__walks(folio) __may_sleep(sometimes);
void rmap_walk_locked(struct folio *folio, struct rmap_walk_control *rwc)	__walks(folio) __may_sleep(sometimes);

/* mm/huge_memory.c: 0 is split; the caller keeps the lock and the reference on the folio, and splits take the anon_vma lock for write. */
int split_huge_page_to_list(struct page *page, struct list_head *list)	__errno __must_hold(page->__locked) __may_sleep;
int split_huge_page(struct page *page)					__errno __must_hold(page->__locked) __may_sleep;
int split_folio_to_list(struct folio *folio, struct list_head *list)	__errno __must_hold(folio->__locked) __may_sleep;
int split_folio(struct folio *folio)					__since(6.2) __errno __must_hold(folio->__locked) __may_sleep;

/*
 * mm/rmap.c, include/linux/rmap.h, mm/memory.c: every mapping owns a reference. Who adds a mapping gives his reference
 * to it; who removes one gets its reference, to put, or to hand to the TLB batch.
 */
void page_add_anon_rmap(struct page *page, struct vm_area_struct *vma, unsigned long address, rmap_t flags)	__until(6.8) __consumes(page, folio);
void page_add_new_anon_rmap(struct page *page, struct vm_area_struct *vma, unsigned long address)	__until(6.8) __consumes(page, folio);
void page_add_file_rmap(struct page *page, struct vm_area_struct *vma, bool compound)	__until(6.8) __consumes(page, folio);
void hugepage_add_anon_rmap(struct page *page, struct vm_area_struct *vma, unsigned long address, rmap_t flags)	__until(6.8) __consumes(page, folio);
void hugepage_add_new_anon_rmap(struct page *page, struct vm_area_struct *vma, unsigned long address)	__until(6.5) __consumes(page, folio);
void page_dup_file_rmap(struct page *page, bool compound)	__until(6.8) __consumes(page, folio);
int page_try_dup_anon_rmap(struct page *page, bool compound, struct vm_area_struct *vma)	__until(6.8) __errno __cond_consumes(0, page, folio);
void page_remove_rmap(struct page *page, struct vm_area_struct *vma, bool compound)	__until(6.8) __gets(page, folio);
void page_move_anon_rmap(struct page *page, struct vm_area_struct *vma)	__until(6.7);

/* include/asm-generic/tlb.h, mm/mmu_gather.c: the batch puts the page once nobody can reach it through the TLB. */
void tlb_remove_page(struct mmu_gather *tlb, struct page *page)	__consumes(page, folio);
void tlb_remove_page_size(struct mmu_gather *tlb, struct page *page, int page_size)	__consumes(page, folio);
bool __tlb_remove_page(struct mmu_gather *tlb, struct page *page)	__must_check __until(6.9) __consumes(page, folio);

/* mm/migrate.c: drops the caller's reference whatever comes of it. */
int migrate_misplaced_page(struct page *page, struct vm_area_struct *vma, int node)	__until(6.7) __consumes(page, folio) __may_sleep;
