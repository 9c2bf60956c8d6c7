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
void rmap_walk(struct folio *folio, struct rmap_walk_control *rwc)		__walks(folio) __may_sleep;
void rmap_walk_locked(struct folio *folio, struct rmap_walk_control *rwc)	__walks(folio) __may_sleep;

/* mm/huge_memory.c: 0 is split; the caller keeps the lock and the reference on the folio, and splits take the anon_vma lock for write. */
int split_huge_page_to_list(struct page *page, struct list_head *list)	__errno __must_hold(page->__locked) __may_sleep;
int split_huge_page(struct page *page)					__errno __must_hold(page->__locked) __may_sleep;
int split_folio_to_list(struct folio *folio, struct list_head *list)	__errno __must_hold(folio->__locked) __may_sleep;
int split_folio(struct folio *folio)					__since(6.2) __errno __must_hold(folio->__locked) __may_sleep;
