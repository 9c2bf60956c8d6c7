/*
 * Questions that only a lock decides: the kernel says that others change the answer under it, or ahead of it. A function
 * that asks before it takes the lock, and not again under it, relies on an answer that may be old.
 */

/* mm/oom_kill.c, oom_reap_task_mm(): exit_mmap() sets the flag and then goes once through mmap_lock for writing. */
void question_of_oom_skip(struct mm_struct *mm)
	__decides("mm/oom_kill.c")
{
	mmap_read_lock(mm);
	if (!test_bit(MMF_OOM_SKIP, &mm->flags))
		reap(mm);
	mmap_read_unlock(mm);
}

/* mm/userfaultfd.c, __mcopy_atomic(): raised before the mappings are changed, which is done under mmap_lock for writing. */
void question_of_changing_mappings(struct userfaultfd_ctx *ctx, struct mm_struct *mm)
	__decides("mm/userfaultfd.c")
{
	mmap_read_lock(mm);
	if (!atomic_read(&ctx->mmap_changing))
		fill(mm);
	mmap_read_unlock(mm);
}

/* Documentation/mm/unevictable-lru.rst: munlock() clears the flag first and then goes through the page tables, each under its lock. */
void question_of_locked_mapping(struct page_vma_mapped_walk *pvmw, struct vm_area_struct *vma)
	__decides("Documentation/mm/unevictable-lru.rst")
{
	while (page_vma_mapped_walk(pvmw)) {
		if (vma->vm_flags & VM_LOCKED)
			restore(vma);
	}
}

/* mm/rmap.c, __anon_vma_prepare(): several faults at once may bring one each, and page_table_lock keeps the first. */
void question_of_first_anon_vma(struct vm_area_struct *vma, struct mm_struct *mm, struct anon_vma *anon_vma)
	__decides("mm/rmap.c")
{
	spin_lock(&mm->page_table_lock);
	if (!vma->anon_vma)
		vma->anon_vma = anon_vma;
	spin_unlock(&mm->page_table_lock);
}

/* fs/inode.c, head: i_lock protects i_state. */
void question_of_dying_inode(struct inode *inode)
	__decides("fs/inode.c")
{
	spin_lock(&inode->i_lock);
	if (!(inode->i_state & I_FREEING))
		grab(inode);
	spin_unlock(&inode->i_lock);
}
