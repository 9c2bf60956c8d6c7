/* Brackets of mm: what was begun has to be ended, on every path. They exclude nobody by themselves. */

/* include/linux/mmu_notifier.h, mm/mmu_notifier.c: the _nonblock form returns 0 for begun. _only_end ends it too. */
void mmu_notifier_invalidate_range_start(struct mmu_notifier_range *range)	__begins(mmu_notifier, range) __may_sleep;
int mmu_notifier_invalidate_range_start_nonblock(struct mmu_notifier_range *range)	__errno __cond_begins(0, mmu_notifier, range);
/* include/linux/mmu_notifier.h: callers tell by `start` whether the range was begun, for user memory at 0 is never notified of. */
void mmu_notifier_range_init(struct mmu_notifier_range *range, enum mmu_notifier_event event, unsigned int flags, struct vm_area_struct *vma, struct mm_struct *mm, unsigned long start, unsigned long end)
	__until(6.3) __stores(range->start, 1);
void mmu_notifier_range_init(struct mmu_notifier_range *range, enum mmu_notifier_event event, unsigned int flags, struct mm_struct *mm, unsigned long start, unsigned long end)
	__since(6.3) __stores(range->start, 1);
void mmu_notifier_invalidate_range_end(struct mmu_notifier_range *range)	__ends(mmu_notifier, range);
void mmu_notifier_invalidate_range_only_end(struct mmu_notifier_range *range)	__until(6.6) __ends(mmu_notifier, range);

/* include/linux/mm_types.h, mm/mmu_gather.c */
void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm)		__begins(tlb_gather, tlb);
void tlb_gather_mmu_fullmm(struct mmu_gather *tlb, struct mm_struct *mm)	__begins(tlb_gather, tlb);
void tlb_gather_mmu_vma(struct mmu_gather *tlb, struct vm_area_struct *vma)	__begins(tlb_gather, tlb);
void tlb_finish_mmu(struct mmu_gather *tlb)					__ends(tlb_gather, tlb);

/* include/linux/sched/mm.h: the flags word is the former state, so brackets nest. */
unsigned int memalloc_noio_save(void)			__begins(memalloc_noio);
void memalloc_noio_restore(unsigned int flags)		__ends(memalloc_noio);
unsigned int memalloc_nofs_save(void)			__begins(memalloc_nofs);
void memalloc_nofs_restore(unsigned int flags)		__ends(memalloc_nofs);
unsigned int memalloc_noreclaim_save(void)		__begins(memalloc_noreclaim);
void memalloc_noreclaim_restore(unsigned int flags)	__ends(memalloc_noreclaim);
unsigned int memalloc_pin_save(void)			__begins(memalloc_pin);
void memalloc_pin_restore(unsigned int flags)		__ends(memalloc_pin);

/* include/linux/blkdev.h, include/linux/psi.h */
void blk_start_plug(struct blk_plug *plug)		__begins(plug, plug);
void blk_finish_plug(struct blk_plug *plug)		__ends(plug, plug);
void psi_memstall_enter(unsigned long *flags)		__begins(psi_memstall) __clobbers((*flags));
void psi_memstall_leave(unsigned long *flags)		__ends(psi_memstall);
/* include/linux/swap.h, mm/swap.c: a count; while it is raised, pagevecs are not used. */
void lru_cache_disable(void)				__begins(lru_cache_disabled) __may_sleep;
void lru_cache_enable(void)				__ends(lru_cache_disabled);
