/*
 * Functions that sound as if they took something over, and do not: the caller's references are the caller's
 * afterwards. What they put into lists and caches of their own carries references of its own.
 */

/* include/linux/mm_types.h, include/linux/mm.h, include/linux/page_ref.h, mm/internal.h */
void set_page_private(struct page *page, unsigned long private);
void *page_address(const struct page *page);
void *folio_address(const struct folio *folio);
void set_page_count(struct page *page, int v);
void set_compound_order(struct page *page, unsigned int order);
void split_page(struct page *page, unsigned int order);
void prep_compound_page(struct page *page, unsigned int order);
unsigned long page_address_in_vma(struct page *page, struct vm_area_struct *vma);

/* include/linux/mm.h, mm/page-writeback.c, mm/folio-compat.c, include/linux/pagemap.h */
bool set_page_dirty(struct page *page);
bool folio_mark_dirty(struct folio *folio);
bool filemap_dirty_folio(struct address_space *mapping, struct folio *folio);
bool clear_page_dirty_for_io(struct page *page);
bool folio_clear_dirty_for_io(struct folio *folio);
void folio_end_writeback(struct folio *folio);
void end_page_writeback(struct page *page);
bool set_page_writeback(struct page *page);
void mapping_set_error(struct address_space *mapping, int error);
void folio_mark_accessed(struct folio *folio);
void mark_page_accessed(struct page *page);

/* include/linux/mm_inline.h, include/linux/swap.h, mm/swap.c: lists and batches take references of their own, or need none. */
void lruvec_add_folio(struct lruvec *lruvec, struct folio *folio);
void lruvec_add_folio_tail(struct lruvec *lruvec, struct folio *folio);
void lruvec_del_folio(struct lruvec *lruvec, struct folio *folio);
void add_page_to_lru_list(struct page *page, struct lruvec *lruvec)	__until(6.8);
void del_page_from_lru_list(struct page *page, struct lruvec *lruvec)	__until(6.8);
void lru_cache_add_inactive_or_unevictable(struct page *page, struct vm_area_struct *vma)	__until(6.8);
void folio_add_lru_vma(struct folio *folio, struct vm_area_struct *vma);

/* mm/filemap.c, mm/swap_state.c, mm/swapfile.c, fs/buffer.c: drop the cache's references, or the swap entry, not the caller's reference. */
void filemap_remove_folio(struct folio *folio);
void delete_from_swap_cache(struct folio *folio)			__until(6.13);
bool filemap_release_folio(struct folio *folio, gfp_t gfp);
bool folio_needs_release(struct folio *folio);
bool try_to_free_buffers(struct folio *folio);
bool folio_free_swap(struct folio *folio);
void free_swap_cache(struct page *page)					__until(6.8);
void put_swap_folio(struct folio *folio, swp_entry_t entry);
bool add_to_swap(struct folio *folio)					__until(6.16);
void folio_set_swap_entry(struct folio *folio, swp_entry_t entry)	__until(6.7);
void *folio_detach_private(struct folio *folio);

/* include/linux/memcontrol.h, include/linux/hugetlb_cgroup.h, include/linux/hugetlb.h, include/linux/page_owner.h, include/linux/page_idle.h */
int mem_cgroup_charge(struct folio *folio, struct mm_struct *mm, gfp_t gfp)	__errno __may_reclaim(gfp);
void mem_cgroup_uncharge(struct folio *folio);
void mem_cgroup_migrate(struct folio *old, struct folio *new);
struct mem_cgroup *set_active_memcg(struct mem_cgroup *memcg);
void set_hugetlb_cgroup(struct page *page, struct hugetlb_cgroup *h_cg)	__until(6.3);
void set_hugetlb_cgroup_rsvd(struct page *page, struct hugetlb_cgroup *h_cg)	__until(6.3);
void hugetlb_set_page_subpool(struct page *hpage, struct hugepage_subpool *subpool)	__until(6.3);
void set_page_owner_migrate_reason(struct page *page, int reason)	__until(6.3);
void set_page_idle(struct page *page)					__until(6.9);
void set_page_young(struct page *page)					__until(6.9);
void set_pageblock_migratetype(struct page *page, int migratetype);

/* include/linux/set_memory.h: 0 is done. */
int set_direct_map_invalid_noflush(struct page *page);
int set_direct_map_default_noflush(struct page *page);

/* include/linux/mm.h, mm/interval_tree.c, include/linux/pkeys.h */
void add_mm_counter(struct mm_struct *mm, int member, long value);
int mm_pkey_free(struct mm_struct *mm, int pkey);
void vma_init(struct vm_area_struct *vma, struct mm_struct *mm);
void vma_set_anonymous(struct vm_area_struct *vma);

/* include/linux/page-flags.h */
void folio_set_referenced(struct folio *folio);
void folio_set_active(struct folio *folio);
void folio_set_workingset(struct folio *folio);
void folio_set_error(struct folio *folio);
void folio_set_dirty(struct folio *folio);
void folio_set_reclaim(struct folio *folio);
void folio_set_unevictable(struct folio *folio);
void folio_set_readahead(struct folio *folio);
void folio_set_waiters(struct folio *folio);
void __folio_set_referenced(struct folio *folio);
void __folio_set_swapbacked(struct folio *folio);

/* include/linux/highmem.h, include/linux/cacheflush.h, include/asm-generic/cacheflush.h, mm/util.c: contents and caches, no owner. */
void flush_anon_page(struct vm_area_struct *vma, struct page *page, unsigned long vmaddr);
void flush_dcache_page(struct page *page);
void flush_dcache_folio(struct folio *folio);
void copy_highpage(struct page *to, struct page *from);
void clear_highpage(struct page *page);
void folio_copy(struct folio *dst, struct folio *src)			__may_sleep(sometimes);

/* include/asm-generic/memory_model.h, include/linux/mm.h */
unsigned long page_to_pfn(const struct page *page)			__pure;
unsigned long folio_pfn(struct folio *folio)				__pure;
