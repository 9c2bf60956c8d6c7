/*
 * Documented orders of locks. Each function takes its locks in the order that the kernel documents; it does nothing
 * else, exists in no kernel and is called by nobody. What is nested in it comes after what is around it; two locks that
 * are never held together here are not ordered. An order that two of these functions give both ways depends on the
 * role of the objects (a hugetlb folio, another folio), and says nothing by itself.
 */

/* mm/rmap.c, head: the page tables' lock has many names, and a fault keeps it in its own field. */
void order_of_memory(struct inode *inode, struct mm_struct *mm, struct address_space *mapping, struct folio *folio, struct anon_vma *anon_vma, struct vm_fault *vmf, struct swap_info_struct *si, struct mem_cgroup *memcg, struct xarray *pages, struct lruvec *lruvec, struct hstate *h, struct bdi_writeback *wb, pmd_t *pmd, pud_t *pud, pte_t *pte, int which)
	__lock_order("mm/rmap.c")
{
	down_write(&inode->i_rwsem);
	mmap_read_lock(mm);
	down_read(&mapping->invalidate_lock);
	folio_lock(folio);
	i_mmap_lock_write(mapping);
	anon_vma_lock_write(anon_vma);
	switch (which) {
	case 0: spin_lock(&mm->page_table_lock); break;
	case 1: spin_lock(pte_lockptr(mm, pmd)); break;
	case 2: spin_lock(pmd_lockptr(mm, pmd)); break;
	case 3: spin_lock(pud_lockptr(mm, pud)); break;
	case 4: spin_lock(huge_pte_lockptr(h, mm, pte)); break;
	case 5: spin_lock(vmf->ptl); break;
	}
	switch (which) {
	case 10:
		spin_lock(&swap_lock);
		spin_lock(&mmlist_lock);
		break;
	case 11:
		spin_lock(&mapping->private_lock);
		spin_lock(&memcg->move_lock);
		xa_lock(pages);
		spin_lock(&lruvec->lru_lock);
		break;
	case 12:
		spin_lock(&inode->i_lock);
		break;
	case 13:
		spin_lock(&wb->list_lock);
		spin_lock(&sb_lock);
		break;
	case 14:
		spin_lock(&wb->list_lock);
		xa_lock(pages);
		break;
	}
}

/* mm/rmap.c, head: memory failure looks for the tasks that map a page. */
void order_of_memory_failure(struct address_space *mapping, struct anon_vma *anon_vma, struct mm_struct *mm, pmd_t *pmd)
	__lock_order("mm/rmap.c")
{
	i_mmap_lock_read(mapping);
	anon_vma_lock_read(anon_vma);
	read_lock(&tasklist_lock);
	spin_lock(pte_lockptr(mm, pmd));
}

/* mm/rmap.c, head: folios of hugetlb are locked inside the mapping's lock, the other way round than all others. */
void order_of_hugetlb(struct vm_area_struct *vma, struct address_space *mapping, struct folio *folio, int which)
	__lock_order("mm/rmap.c")
{
	mutex_lock(&hugetlb_fault_mutex_table[which]);
	hugetlb_vma_lock_write(vma);
	i_mmap_lock_write(mapping);
	folio_lock(folio);
}

/* mm/filemap.c, head; what mm/rmap.c says too is left out. */
void order_of_page_cache(struct inode *inode, struct address_space *mapping, struct xarray *pages)
	__lock_order("mm/filemap.c")
{
	down_write(&inode->i_rwsem);
	down_write(&mapping->invalidate_lock);
	i_mmap_lock_write(mapping);
	spin_lock(&mapping->private_lock);
	spin_lock(&swap_lock);
	xa_lock(pages);
}

/* mm/swapfile.c, at swap_avail_lock: swap_lock before the lock of any device, and that before the list of those with room. */
void order_of_swap(struct swap_info_struct *si)
	__lock_order("mm/swapfile.c")
{
	spin_lock(&swap_lock);
	spin_lock(&si->lock);
	spin_lock(&swap_avail_lock);
}

/* mm/slub.c, head. */
void order_of_slabs(struct kmem_cache_node *node)
	__lock_order("mm/slub.c")
{
	mutex_lock(&slab_mutex);
	spin_lock(&node->list_lock);
}

/* mm/zsmalloc.c, head. */
void order_of_zsmalloc(struct folio *folio, struct zs_pool *pool, struct zspage *zspage)
	__lock_order("mm/zsmalloc.c") __until(6.8)
{
	folio_lock(folio);
	spin_lock(&pool->lock);
	read_lock(&zspage->lock);
}

/* fs/inode.c, head. */
void order_of_inodes(struct inode *inode, struct super_block *sb, struct bdi_writeback *wb, int which)
	__lock_order("fs/inode.c")
{
	switch (which) {
	case 0:
		spin_lock(&iunique_lock);
		spin_lock(&inode_hash_lock);
		spin_lock(&sb->s_inode_list_lock);
		break;
	case 1:
		spin_lock(&wb->list_lock);
		break;
	}
	spin_lock(&inode->i_lock);
}

/* fs/dcache.c, head. */
void order_of_dentries(struct inode *inode, struct dentry *dentry, struct super_block *sb)
	__lock_order("fs/dcache.c")
{
	spin_lock(&inode->i_lock);
	spin_lock(&dentry->d_lock);
	spin_lock(&sb->s_dentry_lru_lock);
}

/*
 * mm/vmscan.c, shrink_folio_list(): the pages of a folio are unmapped by a walk (mm/rmap.c, rmap_walk_anon() and
 * rmap_walk_file()) that waits for the lock of the anon_vma or of the file's mappings. Folio locks are only tried.
 */
extern struct mutex __fs_reclaim;
void order_of_reclaim(struct address_space *mapping, struct anon_vma *anon_vma, int which)
	__lock_order("mm/vmscan.c")
{
	mutex_lock(&__fs_reclaim);
	switch (which) {
	case 0: i_mmap_lock_read(mapping); break;
	case 1: anon_vma_lock_read(anon_vma); break;
	}
}
