/* Faulting in on behalf of others: the read lock of the mm may be gone afterwards, and then the caller's flag is 0. Without a flag it stays. */

/* include/linux/mm.h, mm/gup.c; the pinned pages themselves are not counted here. */
long get_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr_pages, unsigned int gup_flags, struct page **pages, struct vm_area_struct **vmas, int *locked)
	__since(6.1) __until(6.5) __drops_shared(mm->mmap_lock, locked) __may_sleep(sometimes) __may_reclaim;
long get_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr_pages, unsigned int gup_flags, struct page **pages, int *locked)
	__since(6.5) __drops_shared(mm->mmap_lock, locked) __may_sleep(sometimes) __may_reclaim;
long pin_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr_pages, unsigned int gup_flags, struct page **pages, struct vm_area_struct **vmas, int *locked)
	__since(6.1) __until(6.5) __drops_shared(mm->mmap_lock, locked) __may_sleep(sometimes) __may_reclaim;
long pin_user_pages_remote(struct mm_struct *mm, unsigned long start, unsigned long nr_pages, unsigned int gup_flags, struct page **pages, int *locked)
	__since(6.5) __drops_shared(mm->mmap_lock, locked) __may_sleep(sometimes) __may_reclaim;
/* mm/gup.c, mm/internal.h */
long __get_user_pages(struct mm_struct *mm, unsigned long start, unsigned long nr_pages, unsigned int gup_flags, struct page **pages, struct vm_area_struct **vmas, int *locked)
	__may_reclaim __since(6.1) __until(6.5) __drops_shared(mm->mmap_lock, locked) __may_sleep(sometimes);
long __get_user_pages(struct mm_struct *mm, unsigned long start, unsigned long nr_pages, unsigned int gup_flags, struct page **pages, int *locked)
	__may_reclaim __since(6.5) __drops_shared(mm->mmap_lock, locked) __may_sleep(sometimes);
long __get_user_pages_locked(struct mm_struct *mm, unsigned long start, unsigned long nr_pages, struct page **pages, struct vm_area_struct **vmas, int *locked, unsigned int flags)
	__may_reclaim __since(6.1) __until(6.5) __drops_shared(mm->mmap_lock, locked) __may_sleep(sometimes);
long populate_vma_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end, int *locked)
	__drops_shared(vma->vm_mm->mmap_lock, locked) __may_sleep(sometimes) __may_reclaim;
long faultin_vma_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end, bool write, int *locked)
	__until(6.10) __drops_shared(vma->vm_mm->mmap_lock, locked) __may_sleep(sometimes) __may_reclaim;
long faultin_page_range(struct mm_struct *mm, unsigned long start, unsigned long end, bool write, int *locked)
	__since(6.10) __drops_shared(mm->mmap_lock, locked) __may_sleep(sometimes) __may_reclaim;
/* mm/hugetlb.c, include/linux/hugetlb.h */
long follow_hugetlb_page(struct mm_struct *mm, struct vm_area_struct *vma, struct page **pages, struct vm_area_struct **vmas, unsigned long *position, unsigned long *nr_pages, long i, unsigned int flags, int *locked)
	__since(6.1) __until(6.5) __drops_shared(mm->mmap_lock, locked) __clobbers((*position)) __clobbers((*nr_pages)) __may_sleep(sometimes);
/* mm/gup.c: the lock is there on return, but was dropped meanwhile when `*unlocked` is set. */
int fixup_user_fault(struct mm_struct *mm, unsigned long address, unsigned int fault_flags, bool *unlocked)
	__must_hold_shared(mm->mmap_lock) __clobbers((*unlocked)) __may_sleep(sometimes) __may_reclaim;
