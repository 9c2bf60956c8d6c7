/* mmap_lock: an rwsem of the mm; and, from 6.4 on, a lock of each VMA. */

/* include/linux/mmap_lock.h */
static inline void mmap_write_lock(struct mm_struct *mm)	{ down_write(&mm->mmap_lock); }
static inline void mmap_write_lock_nested(struct mm_struct *mm, int subclass)	{ down_write_nested(&mm->mmap_lock, subclass); }
int mmap_write_lock_killable(struct mm_struct *mm)		__errno __cond_acquires(0, mm->mmap_lock) __may_sleep;
bool mmap_write_trylock(struct mm_struct *mm)			__until(6.8) __cond_acquires(true, mm->mmap_lock) __trylock;
static inline void mmap_write_unlock(struct mm_struct *mm)	{ up_write(&mm->mmap_lock); }
static inline void mmap_write_downgrade(struct mm_struct *mm)	{ downgrade_write(&mm->mmap_lock); }
static inline void mmap_read_lock(struct mm_struct *mm)		{ down_read(&mm->mmap_lock); }
int mmap_read_lock_killable(struct mm_struct *mm)		__errno __cond_acquires_shared(0, mm->mmap_lock) __may_sleep;
bool mmap_read_trylock(struct mm_struct *mm)			__cond_acquires_shared(true, mm->mmap_lock) __trylock;
static inline void mmap_read_unlock(struct mm_struct *mm)	{ up_read(&mm->mmap_lock); }
void mmap_read_unlock_non_owner(struct mm_struct *mm)		__releases_shared(mm->mmap_lock);
void mmap_assert_locked(struct mm_struct *mm)			__must_hold_shared(mm->mmap_lock);
void mmap_assert_write_locked(struct mm_struct *mm)		__must_hold(mm->mmap_lock);
int mmap_lock_is_contended(struct mm_struct *mm);

/* mm/mmap.c: 1 is success with the write lock downgraded to a read lock; 0 and negative keep it. */
int do_mas_munmap(struct ma_state *mas, struct mm_struct *mm, unsigned long start, size_t len, struct list_head *uf, bool downgrade)
	__since(6.1) __until(6.3) __cond_downgrades(1, mm->mmap_lock) __cond_never(1, given(!downgrade)) __may_sleep(sometimes);

/* mm/mmap.c, include/linux/mm.h: a VMA of this mm. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)	__holds(__return->vm_mm, mm);
struct vm_area_struct *find_vma_prev(struct mm_struct *mm, unsigned long addr, struct vm_area_struct **pprev)	__holds(__return->vm_mm, mm) __clobbers((*pprev));
struct vm_area_struct *find_vma_intersection(struct mm_struct *mm, unsigned long start_addr, unsigned long end_addr)	__holds(__return->vm_mm, mm);
struct vm_area_struct *find_exact_vma(struct mm_struct *mm, unsigned long vm_start, unsigned long vm_end)	__holds(__return->vm_mm, mm);
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)	__holds(__return->vm_mm, mm);

/* mm/mmap.c, backported to 6.1: NULL, and the read lock dropped, when the stack cannot be expanded. Before: by VMA, without touching the lock. */
struct vm_area_struct *expand_stack(struct mm_struct *mm, unsigned long addr)	__since(6.1) __cond_releases_shared(null, mm->mmap_lock) __holds(__return->vm_mm, mm) __may_sleep(sometimes);
int expand_stack(struct vm_area_struct *vma, unsigned long address)	__until(6.5);
/* mm/memory.c, backported to 6.1 */
struct vm_area_struct *lock_mm_and_find_vma(struct mm_struct *mm, unsigned long addr, struct pt_regs *regs)	__since(6.1) __cond_acquires_shared(nonnull, mm->mmap_lock) __holds(__return->vm_mm, mm) __may_sleep(sometimes);

/*
 * mm/memory.c: RETRY: the read lock was dropped, unless the fault asked not to wait; COMPLETED: it was dropped. The
 * VMA may be gone then. Neither is returned with an error, or where retrying was not allowed
 * (__folio_lock_or_retry() in mm/filemap.c, maybe_unlock_mmap_for_io() in mm/internal.h, handle_userfault() in
 * fs/userfaultfd.c).
 */
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags, struct pt_regs *regs)	__until(6.4) __may_sleep __may_reclaim
	__cond_releases_shared(bits(VM_FAULT_RETRY), vma->vm_mm->mmap_lock, given(!__known(flags & FAULT_FLAG_RETRY_NOWAIT)))
	__cond_releases_shared(bits(VM_FAULT_COMPLETED), vma->vm_mm->mmap_lock)
	__cond_never(bits(VM_FAULT_RETRY|VM_FAULT_COMPLETED), given(!(flags & FAULT_FLAG_ALLOW_RETRY) || (__return & VM_FAULT_ERROR)));
/* mm/memory.c of 6.4 and later: a fault may run under the VMA's lock instead, and then drops that. */
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags, struct pt_regs *regs)	__since(6.4) __may_sleep __may_reclaim
	__cond_releases_shared(bits(VM_FAULT_RETRY), vma->vm_mm->mmap_lock, given(!__known(flags & FAULT_FLAG_RETRY_NOWAIT) && !(flags & FAULT_FLAG_VMA_LOCK)))
	__cond_releases_shared(bits(VM_FAULT_COMPLETED), vma->vm_mm->mmap_lock, given(!(flags & FAULT_FLAG_VMA_LOCK)))
	__cond_releases_shared(bits(VM_FAULT_RETRY|VM_FAULT_COMPLETED), vma->__vm_lock, given(flags & FAULT_FLAG_VMA_LOCK))
	__cond_never(bits(VM_FAULT_RETRY|VM_FAULT_COMPLETED), given(!(flags & FAULT_FLAG_ALLOW_RETRY) || (__return & VM_FAULT_ERROR)));
/* mm/memory.c, mm/internal.h: one kind of fault by itself. */
vm_fault_t do_swap_page(struct vm_fault *vmf)	__until(6.4) __may_sleep(sometimes) __may_reclaim
	__cond_releases_shared(bits(VM_FAULT_RETRY), vmf->vma->vm_mm->mmap_lock, given(!__known(vmf->flags & FAULT_FLAG_RETRY_NOWAIT)))
	__cond_never(bits(VM_FAULT_RETRY), given(!(vmf->flags & FAULT_FLAG_ALLOW_RETRY) || (__return & VM_FAULT_ERROR)));
/* fs/userfaultfd.c: false, and mmap_lock dropped, when somebody has to be told; the VMA may be gone then. */
bool userfaultfd_remove(struct vm_area_struct *vma, unsigned long start, unsigned long end)	__may_sleep(sometimes)
	__cond_releases_shared(false, vma->vm_mm->mmap_lock);
/* mm/internal.h: gives back `fpin` if there is one already. Otherwise a file reference with mmap_lock dropped, or NULL with it held. */
struct file *maybe_unlock_mmap_for_io(struct vm_fault *vmf, struct file *fpin)	__until(6.4)
	__cond_gets(nonnull, __return, file, given(!fpin)) __cond_releases_shared(nonnull, vmf->vma->vm_mm->mmap_lock, given(!fpin));

/*
 * Per-VMA locks (include/linux/mm.h, mm/memory.c, later include/linux/mmap_lock.h, mm/mmap_lock.c). A reader holds
 * the VMA until vma_end_read(). A writer's lock lasts until mmap_write_unlock() and is never given back by itself,
 * so here it is "wait for the readers, once".
 */
struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long address)	__since(6.4)
	__cond_acquires_shared(nonnull, __return->__vm_lock) __trylock;
bool vma_start_read(struct vm_area_struct *vma)			__since(6.4) __until(6.15) __cond_acquires_shared(true, vma->__vm_lock) __trylock;
void vma_end_read(struct vm_area_struct *vma)			__since(6.4) __releases_shared(vma->__vm_lock);
void vma_start_write(struct vm_area_struct *vma)		__since(6.4) __must_hold(vma->vm_mm->mmap_lock) __acquires(vma->__vm_lock) __releases(vma->__vm_lock) __may_sleep(sometimes);
void vma_assert_write_locked(struct vm_area_struct *vma)	__since(6.4) __must_hold(vma->vm_mm->mmap_lock);
void release_fault_lock(struct vm_fault *vmf)			__since(6.4)
	__releases_shared(vmf->vma->__vm_lock, given(vmf->flags & FAULT_FLAG_VMA_LOCK))
	__releases_shared(vmf->vma->vm_mm->mmap_lock, given(!(vmf->flags & FAULT_FLAG_VMA_LOCK)));
