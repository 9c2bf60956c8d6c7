/* The folio lock (PG_locked). A page and its folio are one object, so their locks are one lock. */

/* include/linux/pagemap.h, mm/filemap.c: trylocks return true for taken, killable locks 0. */
void folio_lock(struct folio *folio)				__acquires(folio->__locked) __may_sleep;
bool folio_trylock(struct folio *folio)				__cond_acquires(true, folio->__locked) __trylock;
int folio_lock_killable(struct folio *folio)			__errno __cond_acquires(0, folio->__locked) __may_sleep;
void folio_unlock(struct folio *folio)				__releases(folio->__locked);
void __folio_lock(struct folio *folio)				__acquires(folio->__locked) __may_sleep;
int __folio_lock_killable(struct folio *folio)			__errno __cond_acquires(0, folio->__locked) __may_sleep;
/* include/linux/pagemap.h, mm/folio-compat.c */
static inline void lock_page(struct page *page)	{ folio_lock((struct folio *)page); }
int trylock_page(struct page *page)				__cond_acquires(true, page->__locked) __trylock;
int lock_page_killable(struct page *page)			__errno __cond_acquires(0, page->__locked) __may_sleep;
static inline void unlock_page(struct page *page)	{ folio_unlock((struct folio *)page); }

/*
 * include/linux/pagemap.h, mm/filemap.c of 6.1: true is locked. False: not locked, and mmap_lock was dropped,
 * except under FAULT_FLAG_RETRY_NOWAIT.
 */
bool __folio_lock_or_retry(struct folio *folio, struct mm_struct *mm, unsigned int flags)
	__cond_acquires(true, folio->__locked) __since(5.16) __until(6.6) __may_sleep(sometimes)
	__cond_releases_shared(false, mm->mmap_lock, given(!(flags & FAULT_FLAG_RETRY_NOWAIT)));
bool folio_lock_or_retry(struct folio *folio, struct mm_struct *mm, unsigned int flags)	__since(6.1) __until(6.6) __may_sleep
	__cond_acquires(true, folio->__locked)
	__cond_releases_shared(false, mm->mmap_lock, given(!(flags & FAULT_FLAG_RETRY_NOWAIT)));
int lock_page_or_retry(struct page *page, struct mm_struct *mm, unsigned int flags)	__until(6.1) __may_sleep
	__cond_acquires(true, page->__locked)
	__cond_releases_shared(false, mm->mmap_lock, given(!(flags & FAULT_FLAG_RETRY_NOWAIT)));
/* mm/filemap.c of 6.6 and later: 0 is locked, VM_FAULT_RETRY is not, and the fault's own lock (mmap_lock, or the VMA's) was dropped. */
vm_fault_t __folio_lock_or_retry(struct folio *folio, struct vm_fault *vmf)
	__cond_acquires(0, folio->__locked) __since(6.6) __may_sleep(sometimes)
	__cond_releases_shared(nonzero, vmf->vma->vm_mm->mmap_lock, given(!(vmf->flags & FAULT_FLAG_RETRY_NOWAIT) && !(vmf->flags & FAULT_FLAG_VMA_LOCK)))
	__cond_releases_shared(nonzero, vmf->vma->__vm_lock, given(!(vmf->flags & FAULT_FLAG_RETRY_NOWAIT) && (vmf->flags & FAULT_FLAG_VMA_LOCK)));
vm_fault_t folio_lock_or_retry(struct folio *folio, struct vm_fault *vmf)	__since(6.6) __may_sleep
	__cond_acquires(0, folio->__locked)
	__cond_releases_shared(nonzero, vmf->vma->vm_mm->mmap_lock, given(!(vmf->flags & FAULT_FLAG_RETRY_NOWAIT) && !(vmf->flags & FAULT_FLAG_VMA_LOCK)))
	__cond_releases_shared(nonzero, vmf->vma->__vm_lock, given(!(vmf->flags & FAULT_FLAG_RETRY_NOWAIT) && (vmf->flags & FAULT_FLAG_VMA_LOCK)));

/* include/linux/pagemap.h, mm/filemap.c, mm/page-writeback.c: wait, and hold nothing afterwards. Waiting for a lock one holds never ends. */
void folio_wait_locked(struct folio *folio)			__must_not_hold(folio->__locked) __may_sleep(sometimes);
int folio_wait_locked_killable(struct folio *folio)		__must_not_hold(folio->__locked) __may_sleep(sometimes);
void wait_on_page_locked(struct page *page)			__must_not_hold(page->__locked) __may_sleep(sometimes);
void folio_wait_writeback(struct folio *folio)			__may_sleep(sometimes);
void wait_on_page_writeback(struct page *page)			__may_sleep(sometimes);
void folio_wait_stable(struct folio *folio)			__may_sleep(sometimes);
/* mm/filemap.c: the reference is put once the wait has begun, and the locked bit is waited for. */
int folio_put_wait_locked(struct folio *folio, int state)	__puts(folio) __may_sleep(sometimes);
/* mm/filemap.c: called with the page-table lock held; drops it before it sleeps. */
void migration_entry_wait_on_locked(swp_entry_t entry, pte_t *ptep, spinlock_t *ptl)	__releases(ptl) __may_sleep(sometimes) __until(6.6);

/* include/linux/page-flags.h: says whether anybody holds the lock. */
bool folio_test_locked(struct folio *folio);
int PageLocked(struct page *page);
/* include/linux/page-flags.h: for folios that nobody else can see yet; no waiting, no waking. */
void __folio_set_locked(struct folio *folio)			__acquires(folio->__locked) __trylock;
void __SetPageLocked(struct page *page)				__acquires(page->__locked) __trylock;
void __folio_clear_locked(struct folio *folio)			__releases(folio->__locked);
void __ClearPageLocked(struct page *page)			__releases(page->__locked);
