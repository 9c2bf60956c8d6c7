/* anon_vma: a lock that lives in the root, and a count that keeps the object while nothing maps it. */

/* include/linux/rmap.h */
static inline void anon_vma_lock_write(struct anon_vma *anon_vma)	{ down_write(&anon_vma->root->rwsem); }
static inline void anon_vma_unlock_write(struct anon_vma *anon_vma)	{ up_write(&anon_vma->root->rwsem); }
static inline void anon_vma_lock_read(struct anon_vma *anon_vma)	{ down_read(&anon_vma->root->rwsem); }
static inline void anon_vma_unlock_read(struct anon_vma *anon_vma)	{ up_read(&anon_vma->root->rwsem); }
int anon_vma_trylock_read(struct anon_vma *anon_vma)	__cond_acquires_shared(true, anon_vma->root->rwsem) __trylock;
int anon_vma_trylock_write(struct anon_vma *anon_vma)	__since(6.6) __cond_acquires(true, anon_vma->root->rwsem) __trylock;
void anon_vma_assert_locked(const struct anon_vma *anon_vma)	__since(6.9) __must_hold_shared(anon_vma->root->rwsem);

/* include/linux/rmap.h, mm/rmap.c: the last put takes the root's rwsem for write and drops it, to wait for walkers. */
void get_anon_vma(struct anon_vma *anon_vma)		__gets(anon_vma);
void put_anon_vma(struct anon_vma *anon_vma)		__puts(anon_vma) __last_put_locks(anon_vma->root->rwsem) __may_sleep(sometimes);
/* mm/rmap.c: for a count that is already zero. */
void __put_anon_vma(struct anon_vma *anon_vma)		__acquires(anon_vma->root->rwsem) __releases(anon_vma->root->rwsem) __frees(anon_vma) __may_sleep;
struct anon_vma *anon_vma_alloc(void)			__returns_ref __may_sleep __may_reclaim;
/* mm/rmap.c: NULL when the folio is not mapped or not anonymous; the lock is not taken. */
struct anon_vma *folio_get_anon_vma(struct folio *folio)	__since(6.1) __returns_ref;
struct anon_vma *page_get_anon_vma(struct page *page)		__until(6.1) __returns_ref;
/* mm/rmap.c: locked for reading, no reference; NULL with nothing held, also when only a trylock was allowed and it failed. */
struct anon_vma *folio_lock_anon_vma_read(struct folio *folio, struct rmap_walk_control *rwc)	__since(6.0)
	__cond_acquires_shared(nonnull, __return->root->rwsem) __may_sleep(sometimes);
struct anon_vma *folio_lock_anon_vma_read(struct folio *folio)	__until(6.0) __cond_acquires_shared(nonnull, __return->root->rwsem) __may_sleep(sometimes);
/* mm/rmap.c: tried first, under RCU; who has to sleep for it pins the anon_vma until the lock is there. */
struct anon_vma *page_lock_anon_vma_read(struct page *page)	__until(5.18)
{
	unsigned long anon_mapping;
	struct anon_vma *anon_vma;

	rcu_read_lock();
	anon_mapping = (unsigned long)READ_ONCE(page->mapping);
	anon_vma = (struct anon_vma *)(anon_mapping - PAGE_MAPPING_ANON);
	if (!page_mapped(page)) {
		rcu_read_unlock();
		return NULL;
	}
	if (down_read_trylock(&anon_vma->root->rwsem)) {
		rcu_read_unlock();
		return anon_vma;
	}
	if (!atomic_inc_not_zero(&anon_vma->refcount)) {
		rcu_read_unlock();
		return NULL;
	}
	rcu_read_unlock();
	anon_vma_lock_read(anon_vma);
	if (atomic_dec_and_test(&anon_vma->refcount)) {
		anon_vma_unlock_read(anon_vma);
		__put_anon_vma(anon_vma);
		return NULL;
	}
	return anon_vma;
}
struct anon_vma *page_lock_anon_vma_read(struct page *page, struct rmap_walk_control *rwc)	__since(5.18) __until(6.1) __cond_acquires_shared(nonnull, __return->root->rwsem) __may_sleep(sometimes);
void page_unlock_anon_vma_read(struct anon_vma *anon_vma)	__until(6.1) __releases_shared(anon_vma->root->rwsem);

/* mm/rmap.c: take and drop the lock inside; caller holds mmap_lock. */
int anon_vma_prepare(struct vm_area_struct *vma)		__errno __may_sleep(sometimes);
int __anon_vma_prepare(struct vm_area_struct *vma)		__errno __may_sleep __may_reclaim;
int anon_vma_clone(struct vm_area_struct *dst, struct vm_area_struct *src)	__until(6.19) __errno __may_sleep(sometimes);
int anon_vma_fork(struct vm_area_struct *vma, struct vm_area_struct *pvma)	__errno __may_sleep(sometimes);
void unlink_anon_vmas(struct vm_area_struct *vma)		__may_sleep(sometimes);
struct anon_vma *find_mergeable_anon_vma(struct vm_area_struct *vma);
