/*
 * Questions whose answer stays the same until the object is changed: two tests of one object agree. What other
 * tasks can change at any time (locked, writeback, referenced, dirty) is not here.
 */

/* include/linux/page-flags.h */
bool folio_test_anon(struct folio *folio)                        __pure;
bool folio_test_ksm(struct folio *folio)                         __pure;
bool folio_test_hugetlb(struct folio *folio)                     __pure;
bool folio_test_large(struct folio *folio)                       __pure;
bool folio_test_swapbacked(struct folio *folio)                  __pure;
bool folio_test_swapcache(struct folio *folio)                   __pure;
bool folio_test_slab(struct folio *folio)                        __pure;
bool folio_test_head(struct folio *folio)                        __pure;
bool folio_test_transhuge(struct folio *folio)                   __pure;
bool PageAnon(struct page *page)                                  __pure;
int PageKsm(struct page *page)                                   __pure;
int PageHuge(struct page *page)                                  __pure;
int PageHeadHuge(struct page *page)                              __pure;
int PageCompound(struct page *page)                              __pure;
int PageHead(struct page *page)                                  __pure;
int PageTail(struct page *page)                                  __pure;
int PageTransHuge(struct page *page)                             __pure;
int PageTransCompound(struct page *page)                         __pure;
int PageTransTail(struct page *page)                             __pure;
int PageSwapBacked(struct page *page)                            __pure;
int PageSwapCache(struct page *page)                             __pure;
int PageSlab(struct page *page)                                  __pure;
int PageReserved(struct page *page)                              __pure;
int __PageMovable(struct page *page)                             __pure;
bool __folio_test_movable(const struct folio *folio)             __pure;
int PageMappingFlags(struct page *page)                          __pure;

/* include/linux/mm.h, include/linux/huge_mm.h, include/linux/mm_inline.h */
long folio_nr_pages(struct folio *folio)                         __pure;
unsigned int folio_order(struct folio *folio)                    __pure;
size_t folio_size(struct folio *folio)                           __pure;
int folio_nid(const struct folio *folio)                         __pure;
bool folio_is_zone_device(const struct folio *folio)             __pure;
bool folio_is_device_private(const struct folio *folio)          __pure;
bool folio_is_device_coherent(const struct folio *folio)         __pure;
int folio_is_file_lru(struct folio *folio)                       __pure;
bool vma_is_anonymous(struct vm_area_struct *vma)                __pure;
bool vma_is_temporary_stack(struct vm_area_struct *vma)          __pure;
bool vma_is_shmem(struct vm_area_struct *vma)                    __pure;
bool vma_is_foreign(struct vm_area_struct *vma)                  __pure;
unsigned long compound_nr(struct page *page)                     __pure;
unsigned int compound_order(struct page *page)                   __pure;
unsigned long page_size(struct page *page)                       __pure;
int thp_nr_pages(struct page *page)                              __pure;
int page_to_nid(const struct page *page)                         __pure;
bool is_zone_device_page(const struct page *page)                __pure;
/* include/linux/hugetlb_inline.h, include/linux/hugetlb.h, include/linux/dax.h */
bool is_vm_hugetlb_page(struct vm_area_struct *vma)              __pure;
struct hstate *hstate_vma(struct vm_area_struct *vma)            __pure;
struct hstate *page_hstate(struct page *page)                    __pure;
struct hstate *folio_hstate(struct folio *folio)                 __pure;
unsigned long huge_page_size(struct hstate *h)                   __pure;
bool vma_is_dax(const struct vm_area_struct *vma)                __pure;
/* include/linux/gfp.h */
bool gfpflags_allow_blocking(const gfp_t gfp_flags)              __pure;

/* include/linux/page-flags.h, include/linux/mm.h: a page, its head and its folio are one object here. */
struct folio *page_folio(__expr p)                               __pure __returns_arg(p);
struct page *folio_page(struct folio *folio, size_t n)           __pure __returns_arg(folio);
struct page *compound_head(__expr page)                          __pure __returns_arg(page);
/* include/linux/mm.h: the mapping of a folio may change, so only the lookup is pure that follows a lock. */
struct address_space *folio_mapping(struct folio *folio);
struct address_space *page_mapping(struct page *page);
