/* Swap devices and their clusters. */

/* mm/swapfile.c, include/linux/swap.h: NULL when the entry is no longer good. */
struct swap_info_struct *get_swap_device(swp_entry_t entry)		__returns_ref;
void put_swap_device(struct swap_info_struct *si)			__puts(si);
struct swap_info_struct *swp_swap_info(swp_entry_t entry)		__pure;
/* mm/page_io.c: the page is unlocked once it is under writeback, or has failed. */
int __swap_writepage(struct page *page, struct writeback_control *wbc)	__may_sleep __until(6.3) __releases(page->__locked);
extern spinlock_t swap_lock;
extern spinlock_t mmlist_lock;

/* mm/swapfile.c of 6.1: NULL when the device has no clusters, with nothing locked. The same arguments give the same cluster. */
struct swap_cluster_info *lock_cluster(struct swap_info_struct *si, unsigned long offset)	__until(6.12) __pure __cond_acquires(nonnull, __return->lock);
void unlock_cluster(struct swap_cluster_info *ci)			__releases(ci->lock, given(ci));
/* mm/swapfile.c of 6.1: NULL means that the device's own lock is held instead. */
struct swap_cluster_info *lock_cluster_or_swap_info(struct swap_info_struct *si, unsigned long offset)	__until(6.12) __pure
	__cond_acquires(nonnull, __return->lock) __cond_acquires(null, si->lock);
void unlock_cluster_or_swap_info(struct swap_info_struct *si, struct swap_cluster_info *ci)	__until(6.12)
	__releases(ci->lock, given(ci)) __releases(si->lock, given(!ci));

/* mm/ksm.c: the page itself, or, where KSM cannot share it here any more, a locked copy that takes its place. Followed as the page. */
struct page *ksm_might_need_to_copy(struct page *page, struct vm_area_struct *vma, unsigned long address)	__returns_arg(page) __may_sleep(sometimes);
