/* hugetlb: reservations, the per-VMA lock, and folios of the pool. */

/* include/linux/hugetlb.h, mm/hugetlb.c */
extern spinlock_t hugetlb_lock;
extern struct mutex *hugetlb_fault_mutex_table;

/*
 * mm/hugetlb.c: one of two rwsems, or none at all for a VMA that needs neither. Which one depends on the VMA only,
 * so the VMA names it.
 */
void hugetlb_vma_lock_read(struct vm_area_struct *vma)			__acquires_shared(vma->__hugetlb_lock) __may_sleep(sometimes);
void hugetlb_vma_unlock_read(struct vm_area_struct *vma)		__releases_shared(vma->__hugetlb_lock);
void hugetlb_vma_lock_write(struct vm_area_struct *vma)			__acquires(vma->__hugetlb_lock) __may_sleep(sometimes);
void hugetlb_vma_unlock_write(struct vm_area_struct *vma)		__releases(vma->__hugetlb_lock);
void __hugetlb_vma_unlock_write_free(struct vm_area_struct *vma)		__releases(vma->__hugetlb_lock);
int hugetlb_vma_trylock_write(struct vm_area_struct *vma)		__cond_acquires(true, vma->__hugetlb_lock) __trylock;
void hugetlb_vma_assert_locked(struct vm_area_struct *vma)		__must_hold_shared(vma->__hugetlb_lock);

/* mm/hugetlb.c: only tries, for the page lock comes after this one; NULL when it could not. */
struct address_space *hugetlb_page_mapping_lock_write(struct page *hpage)	__until(6.10) __cond_acquires(nonnull, __return->i_mmap_rwsem) __trylock;
struct address_space *hugetlb_folio_mapping_lock_write(struct folio *folio)	__since(6.10) __cond_acquires(nonnull, __return->i_mmap_rwsem) __trylock;
/* mm/hugetlb.c: gives an isolated huge page back and drops the reference that isolation took. */
void folio_putback_hugetlb(struct page *page)				__until(6.14) __consumes(page, folio);
void folio_putback_hugetlb(struct folio *folio)				__since(6.14) __consumes(folio);
/* mm/hugetlb.c: 0 is isolated in 6.1, from 6.3 on true is. The list then owns a reference; the caller's own are untouched. */
int folio_isolate_hugetlb(struct page *page, struct list_head *list)	__until(6.3) __errno;
bool isolate_hugetlb(struct folio *folio, struct list_head *list)	__since(6.3) __until(6.14);
bool folio_isolate_hugetlb(struct folio *folio, struct list_head *list)	__since(6.14);
/* mm/hugetlb.c: the caller's mapping keeps sharing off: i_mmap_rwsem for write and the VMA's own lock. */
int huge_pmd_unshare(struct mmu_gather *tlb, struct vm_area_struct *vma, unsigned long addr, pte_t *ptep)	__must_hold(vma->vm_file->f_mapping->i_mmap_rwsem) __until(6.2);

/* mm/hugetlb.c: a page with one reference; alloc_huge_page fails with an error pointer, the others with NULL. */
struct page *alloc_huge_page(struct vm_area_struct *vma, unsigned long addr, int avoid_reserve)	__until(6.3) __returns_ref(folio, noerr) __may_sleep(sometimes);
struct folio *alloc_hugetlb_folio(struct vm_area_struct *vma, unsigned long addr, int avoid_reserve)	__since(6.3) __returns_ref(folio, noerr) __may_sleep(sometimes);
struct page *alloc_huge_page_nodemask(struct hstate *h, int preferred_nid, nodemask_t *nmask, gfp_t gfp_mask)	__until(6.3) __returns_ref(folio) __may_reclaim(gfp_mask);
struct page *alloc_huge_page_vma(struct hstate *h, struct vm_area_struct *vma, unsigned long address)	__until(6.3) __returns_ref(folio) __may_sleep(sometimes);

/* mm/hugetlb.c: which of the fault mutexes stands for this page of the file; the same page, the same mutex. */
u32 hugetlb_fault_mutex_hash(struct address_space *mapping, pgoff_t idx)	__pure;
pgoff_t vma_hugecache_offset(struct hstate *h, struct vm_area_struct *vma, unsigned long address)	__pure;
