/* Finding, making and adding page-cache folios. */

/*
 * mm/filemap.c, include/linux/pagemap.h: the folio has a reference, and with FGP_LOCK it is locked.
 * NULL when there is none; from 6.4 on an error pointer, never NULL.
 */
struct folio *__filemap_get_folio(struct address_space *mapping, pgoff_t index, int fgp_flags, gfp_t gfp)
	__cond_acquires(nonnull, __return->__locked, given(fgp_flags & FGP_LOCK)) __until(6.4) __returns_ref __may_sleep(sometimes) __may_reclaim(gfp);
struct folio *__filemap_get_folio(struct address_space *mapping, pgoff_t index, fgf_t fgp_flags, gfp_t gfp)
	__cond_acquires(noerr, __return->__locked, given(fgp_flags & FGP_LOCK)) __since(6.4) __returns_ref(folio, noerr) __may_sleep(sometimes) __may_reclaim(gfp);
struct page *pagecache_get_page(struct address_space *mapping, pgoff_t index, int fgp_flags, gfp_t gfp)
	__returns_ref(folio) __cond_acquires(nonnull, __return->__locked, given(fgp_flags & FGP_LOCK)) __may_sleep(sometimes) __may_reclaim(gfp);
struct folio *filemap_get_folio(struct address_space *mapping, pgoff_t index)		__until(6.4) __returns_ref;
struct folio *filemap_get_folio(struct address_space *mapping, pgoff_t index)		__since(6.4) __returns_ref(folio, noerr);
struct folio *filemap_lock_folio(struct address_space *mapping, pgoff_t index)		__until(6.4) __returns_ref __cond_acquires(nonnull, __return->__locked) __may_sleep(sometimes);
struct folio *filemap_lock_folio(struct address_space *mapping, pgoff_t index)		__since(6.4) __returns_ref(folio, noerr) __cond_acquires(noerr, __return->__locked) __may_sleep(sometimes);
struct folio *filemap_grab_folio(struct address_space *mapping, pgoff_t index)		__since(6.4) __returns_ref(folio, noerr) __cond_acquires(noerr, __return->__locked) __may_sleep;

/* include/linux/pagemap.h, mm/folio-compat.c */
struct page *find_get_page(struct address_space *mapping, pgoff_t offset)		__returns_ref(folio);
struct page *find_get_page_flags(struct address_space *mapping, pgoff_t offset, int fgp_flags)
	__returns_ref(folio) __cond_acquires(nonnull, __return->__locked, given(fgp_flags & FGP_LOCK));
struct page *find_lock_page(struct address_space *mapping, pgoff_t index)		__returns_ref(folio) __cond_acquires(nonnull, __return->__locked) __may_sleep(sometimes);
struct page *find_or_create_page(struct address_space *mapping, pgoff_t index, gfp_t gfp_mask)
	__returns_ref(folio) __cond_acquires(nonnull, __return->__locked) __may_sleep(sometimes) __may_reclaim(gfp_mask);
struct page *grab_cache_page(struct address_space *mapping, pgoff_t index)
	__returns_ref(folio) __cond_acquires(nonnull, __return->__locked) __may_sleep __may_reclaim;
struct page *grab_cache_page_nowait(struct address_space *mapping, pgoff_t index)
	__returns_ref(folio) __cond_acquires(nonnull, __return->__locked) __trylock;
struct page *grab_cache_page_write_begin(struct address_space *mapping, pgoff_t index)
	__returns_ref(folio) __cond_acquires(nonnull, __return->__locked) __may_sleep __may_reclaim;
void *mapping_get_entry(struct address_space *mapping, pgoff_t index)			__until(6.3) __returns_ref(folio);
struct folio *filemap_get_entry(struct address_space *mapping, pgoff_t index)		__since(6.3) __returns_ref;

/* mm/filemap.c: up to date, not locked; an error pointer on failure, never NULL. */
struct folio *read_cache_folio(struct address_space *mapping, pgoff_t index, filler_t *filler, struct file *file)	__returns_ref(folio, noerr) __may_sleep __may_reclaim;
struct page *read_cache_page(struct address_space *mapping, pgoff_t index, filler_t *filler, struct file *file)		__returns_ref(folio, noerr) __may_sleep __may_reclaim;
struct page *read_cache_page_gfp(struct address_space *mapping, pgoff_t index, gfp_t gfp)				__returns_ref(folio, noerr) __may_sleep __may_reclaim(gfp);
struct page *read_mapping_page(struct address_space *mapping, pgoff_t index, struct file *file)				__returns_ref(folio, noerr) __may_sleep __may_reclaim;
struct folio *read_mapping_folio(struct address_space *mapping, pgoff_t index, struct file *file)			__returns_ref(folio, noerr) __may_sleep __may_reclaim;

/* mm/filemap.c: 0 adds a locked folio; otherwise it is left unlocked. The cache takes references of its own, and readers find the folio there and put the adder's. */
int filemap_add_folio(struct address_space *mapping, struct folio *folio, pgoff_t index, gfp_t gfp)	__errno __cond_acquires(0, folio->__locked) __cond_publishes(0, folio) __may_reclaim(gfp);
int add_to_page_cache_lru(struct page *page, struct address_space *mapping, pgoff_t index, gfp_t gfp)	__errno __cond_acquires(0, page->__locked) __cond_publishes(0, page) __may_reclaim(gfp);

/* include/linux/pagemap.h: the reader gets a locked folio; the page form keeps its reference, the folio form has dropped it. */
struct page *readahead_page(struct readahead_control *ractl)				__returns_ref(folio) __cond_acquires(nonnull, __return->__locked);
struct folio *readahead_folio(struct readahead_control *ractl)				__cond_acquires(nonnull, __return->__locked);

/* mm/swap_state.c, mm/filemap.c of 6.1: a reference, not locked; NULL when there is none. */
struct page *find_get_incore_page(struct address_space *mapping, pgoff_t index)		__until(6.2) __returns_ref(folio);
struct page *lookup_swap_cache(swp_entry_t entry, struct vm_area_struct *vma, unsigned long addr)	__until(6.0) __returns_ref(folio);
struct folio *swap_cache_get_folio(swp_entry_t entry, struct vm_area_struct *vma, unsigned long addr)	__returns_ref;

/* mm/page_io.c, mm/filemap.c: the folio is unlocked when the read has ended, also when it failed. */
int swap_readpage(struct page *page, bool do_poll, struct swap_iocb **plug)		__until(6.8) __releases(page->__locked) __may_sleep;
void swap_read_folio(struct folio *folio, struct swap_iocb **plug)			__since(6.8) __releases(folio->__locked) __may_sleep;
int filemap_read_folio(struct file *file, filler_t filler, struct folio *folio)		__errno __releases(folio->__locked) __may_sleep;

/* mm/swap_state.c of 6.1: a reference; locked when the page is new, for then the caller reads it in. */
struct page *__read_swap_cache_async(swp_entry_t entry, gfp_t gfp_mask, struct vm_area_struct *vma, unsigned long addr, bool *new_page_allocated)	__must_check __until(6.8)
	__returns_ref(folio) __cond_acquires(nonnull, __return->__locked, given(*new_page_allocated)) __may_reclaim(gfp_mask);
struct page *read_swap_cache_async(swp_entry_t entry, gfp_t gfp_mask, struct vm_area_struct *vma, unsigned long addr, bool do_poll, struct swap_iocb **plug)
	__until(6.4) __returns_ref(folio) __may_reclaim(gfp_mask);
struct page *swap_cluster_readahead(swp_entry_t entry, gfp_t gfp_mask, struct vm_fault *vmf)	__until(6.8) __returns_ref(folio) __may_reclaim(gfp_mask);
struct page *swapin_readahead(swp_entry_t entry, gfp_t gfp_mask, struct vm_fault *vmf)	__until(6.8) __returns_ref(folio) __may_reclaim(gfp_mask);

/* mm/damon/ops-common.c: a reference on an LRU page, or NULL. */
struct page *damon_get_page(unsigned long pfn)						__until(6.4) __returns_ref(folio);
struct folio *damon_get_folio(unsigned long pfn)					__since(6.4) __returns_ref;

/* mm/shmem.c, include/linux/shmem_fs.h: 0 stores a locked folio with a reference, or NULL where there is a hole and it may be one. */
int shmem_get_folio(struct inode *inode, pgoff_t index, struct folio **foliop, enum sgp_type sgp)
	__errno __cond_clobbers(0, *foliop) __cond_gets(0, *foliop, folio) __cond_acquires(0, (*foliop)->__locked) __may_sleep __may_reclaim;
