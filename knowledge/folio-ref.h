/* References on folios and pages. They count as one object with one counter. */

/* include/linux/mm.h */
void folio_get(struct folio *folio)				__gets(folio);
void folio_put(struct folio *folio)				__puts(folio) __free_class(folio_put);
void folio_put_refs(struct folio *folio, int refs)		__puts(folio, folio, refs);
static inline void get_page(struct page *page)	{ folio_get((struct folio *)page); }
static inline void put_page(struct page *page)	{ folio_put((struct folio *)page); }
bool try_get_page(struct page *page)				__cond_gets(true, page, folio);
bool get_page_unless_zero(struct page *page)			__cond_gets(true, page, folio);
/* include/linux/mm.h: the reference is gone in either case; true means that it was the last and the caller now owns the page's end. */
int put_page_testzero(struct page *page)			__puts(page, folio);
int folio_put_testzero(struct folio *folio)			__puts(folio);

/* include/linux/page_ref.h */
bool folio_try_get(struct folio *folio)				__cond_gets(true, folio);
bool folio_try_get_rcu(struct folio *folio)			__cond_gets(true, folio);
bool folio_ref_try_add_rcu(struct folio *folio, int count)	__cond_gets(true, folio, folio, count);
void folio_ref_add(struct folio *folio, int nr)			__gets(folio, folio, nr);
void folio_ref_sub(struct folio *folio, int nr)			__puts(folio, folio, nr);
void folio_ref_inc(struct folio *folio)				__gets(folio);
void folio_ref_dec(struct folio *folio)				__puts(folio);
int folio_ref_sub_and_test(struct folio *folio, int nr)		__puts(folio, folio, nr);
int folio_ref_dec_and_test(struct folio *folio)			__puts(folio);
int folio_ref_inc_return(struct folio *folio)			__gets(folio);
int folio_ref_dec_return(struct folio *folio)			__puts(folio);
bool folio_ref_add_unless(struct folio *folio, int nr, int u)	__cond_gets(true, folio, folio, nr);
void page_ref_add(struct page *page, int nr)			__gets(page, folio, nr);
void page_ref_sub(struct page *page, int nr)			__puts(page, folio, nr);
void page_ref_inc(struct page *page)				__gets(page, folio);
void page_ref_dec(struct page *page)				__puts(page, folio);
int page_ref_sub_and_test(struct page *page, int nr)		__puts(page, folio, nr);
int page_ref_dec_and_test(struct page *page)			__puts(page, folio);
int page_ref_inc_return(struct page *page)			__gets(page, folio);
int page_ref_dec_return(struct page *page)			__puts(page, folio);
int page_ref_sub_return(struct page *page, int nr)		__puts(page, folio, nr);
bool page_ref_add_unless(struct page *page, int nr, int u)	__cond_gets(true, page, folio, nr);
/* include/linux/page_ref.h */
int folio_ref_count(const struct folio *folio)			__counts(folio);
int page_ref_count(const struct page *page)			__counts(page);
int page_count(const struct page *page)				__counts(page);
/* include/linux/page_ref.h: no reference changes hands. A frozen folio's count is 0, so nobody gets one until it is unfrozen. */
int folio_ref_freeze(struct folio *folio, int count);
void folio_ref_unfreeze(struct folio *folio, int count);
int page_ref_freeze(struct page *page, int count);
void page_ref_unfreeze(struct page *page, int count);

/* mm/gup.c, mm/internal.h: one FOLL_GET reference or one pin, counted alike here. */
bool try_grab_page(struct page *page, unsigned int flags)	__until(6.2) __cond_gets(true, page, folio, given(flags & (FOLL_GET | FOLL_PIN)));
int try_grab_page(struct page *page, unsigned int flags)	__since(6.2) __until(6.12) __errno __cond_gets(0, page, folio, given(flags & (FOLL_GET | FOLL_PIN)));
struct folio *try_grab_folio(struct page *page, int refs, unsigned int flags)	__until(6.11) __returns_arg(page) __cond_gets(nonnull, page, folio, refs);
struct folio *try_get_folio(struct page *page, int refs)	__returns_arg(page) __cond_gets(nonnull, page, folio, refs);
void gup_put_folio(struct folio *folio, int refs, unsigned int flags)	__puts(folio, folio, refs);
void unpin_user_page(struct page *page)				__puts(page, folio);
/* mm/gup.c: the caller holds mmap_lock for read; an error pointer or NULL carries nothing. */
struct page *follow_page(struct vm_area_struct *vma, unsigned long address, unsigned int foll_flags)
	__cond_gets(valid, __return, folio, given(foll_flags & FOLL_GET));

/* mm/vmscan.c, mm/folio-compat.c, mm/internal.h: 0 is isolated, with a reference of its own, until 6.3; then true is. */
int folio_isolate_lru(struct folio *folio)			__since(5.18) __until(6.3) __errno __cond_gets(0, folio);
bool folio_isolate_lru(struct folio *folio)			__since(6.3) __cond_gets(true, folio);
int isolate_lru_page(struct page *page)				__until(6.3) __errno __cond_gets(0, page, folio);
bool isolate_lru_page(struct page *page)			__since(6.3) __until(6.13) __cond_gets(true, page, folio);
/* mm/vmscan.c, mm/folio-compat.c: gives the isolated folio back to its list, and drops the reference that isolation took. */
void folio_putback_lru(struct folio *folio)			__consumes(folio);
void putback_lru_page(struct page *page)			__consumes(page, folio);
/* mm/migrate.c: 0 is isolated, with a reference, until 6.3; then true is. */
int isolate_movable_page(struct page *page, isolate_mode_t mode)	__until(6.3) __errno __cond_gets(0, page, folio);
bool isolate_movable_page(struct page *page, isolate_mode_t mode)	__since(6.3) __cond_gets(true, page, folio);
/* mm/swap.c, mm/folio-compat.c: the list takes a reference of its own, the caller keeps his. */
void folio_add_lru(struct folio *folio);
void lru_cache_add(struct page *page)				__until(6.13);
/* include/linux/swap.h, mm/swap_state.c: frees the folio's swap entry if it may, then puts. */
void free_page_and_swap_cache(struct page *page)		__puts(page, folio);
void release_pages(struct page **pages, int nr);
