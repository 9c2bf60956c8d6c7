/*
 * What every implementation of an operation owes its caller: calls through `ops->name(…)`, or through a function
 * pointer parameter of that name, are `operation_name`. Stated from the rules for implementers
 * (Documentation/filesystems/locking.rst and vfs.rst, Documentation/mm), not from one implementation.
 */

/* include/linux/fs.h, struct address_space_operations: the page comes in locked and is unlocked, by the call or by the end of its I/O. */
int operation_writepage(struct page *page, struct writeback_control *wbc)		__releases(page->__locked) __cond_acquires(AOP_WRITEPAGE_ACTIVATE, page->__locked) __may_sleep;
int operation_writepage(struct page *page, struct writeback_control *wbc, void *data)	__releases(page->__locked) __cond_acquires(AOP_WRITEPAGE_ACTIVATE, page->__locked) __may_sleep;
int operation_read_folio(struct file *file, struct folio *folio)			__releases(folio->__locked) __may_sleep;
int operation_filler(struct file *file, struct folio *folio)				__releases(folio->__locked) __may_sleep;
/* include/linux/fs.h, struct address_space_operations. 0: a locked page with a reference; the end gives both back. */
int operation_write_begin(struct file *file, struct address_space *mapping, loff_t pos, unsigned len, struct page **pagep, void **fsdata)
	__errno __clobbers((*pagep)) __cond_acquires(0, (*pagep)->__locked) __cond_gets(0, (*pagep), folio) __may_sleep;
int operation_write_end(struct file *file, struct address_space *mapping, loff_t pos, unsigned len, unsigned copied, struct page *page, void *fsdata)
	__releases(page->__locked) __puts(page, folio) __may_sleep;

/* include/linux/fs.h, struct file_system_type: comes with s_umount and gives it up (generic_shutdown_super() in fs/super.c). */
void operation_kill_sb(struct super_block *sb)						__releases(sb->s_umount) __may_sleep;

/* mm/memory-failure.c, struct page_state: every action unlocks the page that it is given. */
int operation_action(struct page_state *ps, struct page *p)			__releases(p->__locked) __may_sleep;

/* include/linux/mm.h, struct vm_operations_struct: LOCKED: the page is locked; RETRY and COMPLETED: mmap_lock was dropped. */
vm_fault_t operation_fault(struct vm_fault *vmf)					__clobbers(vmf->page) __may_sleep
	__cond_acquires(only(VM_FAULT_LOCKED), vmf->page->__locked)
	__cond_releases_shared(bits(VM_FAULT_RETRY), vmf->vma->vm_mm->mmap_lock, given(!__known(vmf->flags & FAULT_FLAG_RETRY_NOWAIT)))
	__cond_never(bits(VM_FAULT_RETRY), given(!(vmf->flags & FAULT_FLAG_ALLOW_RETRY) || (__return & VM_FAULT_ERROR)));
vm_fault_t operation_page_mkwrite(struct vm_fault *vmf)				__may_sleep __cond_acquires(only(VM_FAULT_LOCKED), vmf->page->__locked);
