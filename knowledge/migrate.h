/* Migration of folios: what is held of a folio between the two halves of it is kept in the folio that it goes to. */

/* mm/migrate.c: a pointer with the old page's state in its low bits; nobody else looks at the field of a folio that is new. */
static inline void __migrate_folio_record(struct folio *dst, int old_page_state, struct anon_vma *anon_vma)	__since(6.3)
{
	dst->private = (void *)anon_vma + old_page_state;
}
static inline void __migrate_folio_extract(struct folio *dst, int *old_page_state, struct anon_vma **anon_vmap)	__since(6.3)
{
	unsigned long kept = (unsigned long)dst->private;

	*anon_vmap = (struct anon_vma *)(kept & ~PAGE_OLD_STATES);
	*old_page_state = kept & PAGE_OLD_STATES;
	dst->private = NULL;
}

/*
 * mm/migrate.c: a batch. Every folio of the list is unmapped before the first one is moved, and what the one half holds of
 * a folio stays held until the other half takes it out of the destination. Between the two the batch goes on to the
 * next folio, which may be a large one that has to be split (mm/huge_memory.c: under the anon_vma's lock, for writing).
 * Folios of one process mostly share an anon_vma. The names are the kernel's, the arguments are what matters here.
 */
void migrate_pages_batch(struct list_head *from, struct list_head *to, struct folio *folio, struct folio *dst, struct anon_vma *anon_vma)
	__since(6.3) __batch("mm/migrate.c")
{
	struct anon_vma *kept;
	int state;

	list_for_each_entry(folio, from, lru) {
		if (folio_test_large(folio)) {
			anon_vma_lock_write(anon_vma);
			anon_vma_unlock_write(anon_vma);
			continue;
		}
		migrate_folio_unmap(folio, dst, anon_vma);
	}
	list_for_each_entry(dst, to, lru) {
		__migrate_folio_extract(dst, &state, &kept);
		migrate_folio_move(folio, dst, anon_vma);
	}
}
