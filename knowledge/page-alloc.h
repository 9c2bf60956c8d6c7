/* Pages from the buddy allocator: one reference, owned by the caller. NULL when there is none. */

/* include/linux/gfp.h, mm/page_alloc.c, mm/mempolicy.c */
struct page *alloc_page(gfp_t gfp_mask)						__returns_ref(folio) __may_reclaim(gfp_mask);
struct page *alloc_pages(gfp_t gfp, unsigned int order)				__returns_ref(folio) __may_reclaim(gfp);
struct page *alloc_pages_node(int nid, gfp_t gfp_mask, unsigned int order)	__returns_ref(folio) __may_reclaim(gfp_mask);
struct page *__alloc_pages_node(int nid, gfp_t gfp_mask, unsigned int order)	__must_check __returns_ref(folio) __may_reclaim(gfp_mask);
struct page *__alloc_pages(gfp_t gfp, unsigned int order, int preferred_nid, nodemask_t *nodemask)	__must_check __returns_ref(folio) __may_reclaim(gfp);
struct page *alloc_page_vma(gfp_t gfp, struct vm_area_struct *vma, unsigned long addr)	__returns_ref(folio) __may_reclaim(gfp);
struct folio *folio_alloc(gfp_t gfp, unsigned int order)			__returns_ref __may_reclaim(gfp);
struct folio *__folio_alloc(gfp_t gfp, unsigned int order, int preferred_nid, nodemask_t *nodemask)	__returns_ref __may_reclaim(gfp);
struct folio *__folio_alloc_node(gfp_t gfp, unsigned int order, int nid)	__returns_ref __may_reclaim(gfp);
struct folio *vma_alloc_folio(gfp_t gfp, int order, struct vm_area_struct *vma, unsigned long addr, bool hugepage)	__until(6.13) __returns_ref __may_reclaim(gfp);
struct folio *vma_alloc_folio(gfp_t gfp, int order, struct vm_area_struct *vma, unsigned long addr)	__since(6.13) __returns_ref __may_reclaim(gfp);
struct folio *filemap_alloc_folio(gfp_t gfp, unsigned int order)		__returns_ref __may_reclaim(gfp);
struct page *alloc_zeroed_user_highpage_movable(struct vm_area_struct *vma, unsigned long vaddr)	__until(6.5) __returns_ref(folio) __may_sleep __may_reclaim;

/* include/linux/gfp.h, mm/page_alloc.c: gives the allocation back, which is one put. */
static inline void __free_page(struct page *page)	{ folio_put((struct folio *)page); }
static inline void __free_pages(struct page *page, unsigned int order)	{ folio_put((struct folio *)page); }

/* include/linux/gfp.h: by address; 0 when there is none. */
unsigned long __get_free_page(gfp_t gfp_mask)	__must_check __allocates(pages) __may_reclaim(gfp_mask);
unsigned long __get_free_pages(gfp_t gfp_mask, unsigned int order)	__must_check __allocates(pages) __may_reclaim(gfp_mask);
unsigned long get_zeroed_page(gfp_t gfp_mask)					__allocates(pages) __may_reclaim(gfp_mask);
void *alloc_pages_exact(size_t size, gfp_t gfp_mask)				__allocates(pages) __may_reclaim(gfp_mask);
void free_page(unsigned long addr)						__frees(addr, pages) __free_class(free_page);
void free_pages(unsigned long addr, unsigned int order)				__frees(addr, pages);
void free_pages_exact(void *virt, size_t size)					__frees(virt, pages);

/* include/linux/mm.h, mm/memory.c: page tables; 0 is there, -ENOMEM is not. */
int __pte_alloc(struct mm_struct *mm, pmd_t *pmd)				__errno __may_sleep __may_reclaim;
pgtable_t pte_alloc_one(struct mm_struct *mm)					__may_sleep __may_reclaim;
