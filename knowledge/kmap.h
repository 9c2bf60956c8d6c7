/* Temporary kernel mappings. The returned address is the object; one unmaps by any address in the page. */

/* include/linux/highmem.h, include/linux/highmem-internal.h: local mappings nest like a stack and do not leave the task. */
void *kmap_local_page(struct page *page)		__begins(kmap_local, __return);
void *kmap_local_folio(struct folio *folio, size_t offset)	__begins(kmap_local, __return);
void *kmap_local_page_prot(struct page *page, pgprot_t prot)	__begins(kmap_local, __return);
void *kmap_local_pfn(unsigned long pfn)			__begins(kmap_local, __return);
void kunmap_local(__expr addr)				__ends(kmap_local, addr);
/* include/linux/highmem-internal.h: page faults off, and preemption (or migration) too. */
void *kmap_atomic(struct page *page)			__irq_off(preempt) __begins(kmap_atomic, __return);
void *kmap_atomic_prot(struct page *page, pgprot_t prot)	__irq_off(preempt) __begins(kmap_atomic, __return);
void *kmap_atomic_pfn(unsigned long pfn)		__irq_off(preempt) __begins(kmap_atomic, __return);
void kunmap_atomic(__expr addr)				__ends(kmap_atomic, addr) __irq_on(preempt);
/* include/linux/highmem-internal.h: named by its page, not by the address. */
void *kmap(struct page *page)				__begins(kmap, page) __may_sleep;
void kunmap(struct page *page)				__ends(kmap, page) __may_sleep(sometimes);
