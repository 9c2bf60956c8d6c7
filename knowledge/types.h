/*
 * Types that lock classes and reference kinds are made of.
 *
 * Only fields that carry locks, counts or lead to them are listed, so a struct here is a view, never a
 * layout. Fields whose name starts with `__` do not exist in the kernel: they name locks and brackets that
 * have no object of their own (see docs/knowledge.md, "Pseudo places").
 */

/* Which kind of lock a type is. The field names do not matter. */
struct __lock_types {
	spinlock_t a			__kind(spin);
	raw_spinlock_t b		__kind(raw_spin);
	rwlock_t c			__kind(rwlock);
	struct mutex d			__kind(mutex);
	struct rt_mutex e		__kind(mutex);
	struct ww_mutex f		__kind(mutex);
	struct rw_semaphore g		__kind(rwsem);
	struct percpu_rw_semaphore h	__kind(percpu_rwsem);
	struct semaphore i		__kind(semaphore);
	seqcount_t j			__kind(seq);
	struct srcu_struct k		__kind(srcu);
	local_lock_t l			__kind(local);
	__bitlock_t m			__kind(bit);
	__rcu_section_t n		__kind(rcu);
	__irq_state_t o			__kind(irq);
	__bh_state_t p			__kind(bh);
	__preempt_state_t q		__kind(preempt);
	__bracket_t r			__kind(pair);
};

/* What is held by code that runs in such a section; sparse's own names for the RCU ones (include/linux/rcupdate.h). */
extern __rcu_section_t RCU, RCU_BH, RCU_SCHED;
extern __irq_state_t __irq, __irqsave;
extern __bh_state_t __bh;
extern __preempt_state_t __preempt, __migrate;

/* include/linux/seqlock.h. A tag in _t stands for the unnamed struct behind the typedef of that name. */
struct seqlock_t {
	seqcount_t seqcount;
	spinlock_t lock;
};

/* include/linux/mm_types.h, include/linux/page-flags.h. A page and its folio count as one object. */
struct page {
	unsigned long flags;
	struct list_head lru;
	struct address_space *mapping;
	pgoff_t index;
	unsigned long private;
	struct mem_cgroup *mem_cgroup;
	spinlock_t *ptl;
	atomic_t _refcount;
	atomic_t _mapcount;
	__bitlock_t __locked;
};
struct folio {
	struct page page __first;
	unsigned long flags;
	struct list_head lru;
	struct address_space *mapping;
	pgoff_t index;
	void *private;
	atomic_t _refcount;
	atomic_t _mapcount;
	__bitlock_t __locked;
};
typedef struct page *pgtable_t;

/* include/linux/mm_types.h */
struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	struct mm_struct *vm_mm __kept_by(mmap_lock);
	unsigned long vm_flags;
	struct list_head anon_vma_chain;
	struct anon_vma *anon_vma;
	const struct vm_operations_struct *vm_ops;
	struct file *vm_file;
	void *vm_private_data;
	struct mempolicy *vm_policy;
	struct rw_semaphore __vm_lock;
	struct rw_semaphore __hugetlb_lock;
};
struct mm_struct {
	atomic_t mm_count;
	atomic_t mm_users;
	spinlock_t page_table_lock;
	struct rw_semaphore mmap_lock;
	struct list_head mmlist;
	spinlock_t arg_lock;
	struct task_struct *owner;
	struct file *exe_file;
	struct mmu_notifier_subscriptions *notifier_subscriptions;
};
struct vm_fault {
	struct vm_area_struct *vma;
	gfp_t gfp_mask;
	unsigned long address;
	unsigned int flags;
	pmd_t *pmd;
	pud_t *pud;
	pte_t orig_pte;
	pmd_t orig_pmd;
	struct page *cow_page;
	struct page *page;
	pte_t *pte;
	spinlock_t *ptl;
	pgtable_t prealloc_pte;
};

/* include/linux/rmap.h */
struct anon_vma {
	struct anon_vma *root;
	struct rw_semaphore rwsem;
	atomic_t refcount;
	unsigned long num_children;
	unsigned long num_active_vmas;
	struct anon_vma *parent;
	struct rb_root_cached rb_root;
};
struct anon_vma_chain {
	struct vm_area_struct *vma;
	struct anon_vma *anon_vma;
	struct list_head same_vma;
};
/*
 * `ptl` is a pointer in the kernel. The lock it names changes as the walk moves on, so here the field itself
 * is the lock: "the page-table lock of the walk's present step" (include/linux/rmap.h).
 */
struct page_vma_mapped_walk {
	struct vm_area_struct *vma;
	unsigned long address;
	pmd_t *pmd;
	pte_t *pte;
	spinlock_t ptl;
	unsigned int flags;
};
struct rmap_walk_control {
	void *arg;
	bool try_lock;
	bool contended;
};

/* include/linux/fs.h */
struct address_space {
	struct inode *host;
	struct xarray i_pages;
	struct rw_semaphore invalidate_lock;
	struct rw_semaphore i_mmap_rwsem;
	spinlock_t private_lock;
	void *private_data;
};
struct inode {
	struct super_block *i_sb;
	struct address_space *i_mapping;
	spinlock_t i_lock;
	struct rw_semaphore i_rwsem;
	struct address_space i_data;
	atomic_t i_count;
	struct list_head i_lru;
};
struct file {
	struct path f_path;
	struct inode *f_inode;
	spinlock_t f_lock;
	atomic_long_t f_count;
	struct mutex f_pos_lock;
	struct address_space *f_mapping;
	void *private_data;
};
struct fd {
	struct file *file;
	unsigned int flags;
};
struct super_block {
	struct rw_semaphore s_umount;
	spinlock_t s_inode_list_lock;
	struct dentry *s_root;
};
/* include/linux/dcache.h, include/linux/path.h */
struct dentry {
	struct dentry *d_parent;
	struct inode *d_inode;
	struct lockref d_lockref;
	struct super_block *d_sb;
};
struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};
/* include/linux/lockref.h */
struct lockref {
	spinlock_t lock;
	int count;
};

/* include/linux/xarray.h */
struct xarray {
	spinlock_t xa_lock;
	void *xa_head;
};
struct xa_state {
	struct xarray *xa;
	unsigned long xa_index;
};

/* include/linux/mmzone.h */
struct zone {
	struct pglist_data *zone_pgdat;
	spinlock_t lock;
	seqlock_t span_seqlock;
};
struct pglist_data {
	struct zone node_zones[4];
	struct lruvec __lruvec;
	spinlock_t split_queue_lock;
	seqlock_t node_size_lock;
	struct mutex kswapd_lock;
};
typedef struct pglist_data pg_data_t;
struct lruvec {
	struct list_head lists[5];
	spinlock_t lru_lock;
	struct pglist_data *pgdat;
};
/* include/linux/mmzone.h, mm/page_alloc.c */
struct per_cpu_pages {
	spinlock_t lock;
	int count;
};

/* include/linux/memcontrol.h, include/linux/cgroup-defs.h */
struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};
struct mem_cgroup {
	struct cgroup_subsys_state css __first;
	spinlock_t move_lock;
	struct mutex thresholds_lock;
	spinlock_t event_list_lock;
	unsigned long move_lock_flags;
};
struct cgroup {
	struct cgroup_subsys_state self __first;
	struct cgroup_root *root;
	struct mutex pidlist_mutex;
};

/* include/linux/swap.h */
struct swap_cluster_info {
	spinlock_t lock;
	unsigned int data;
};
struct swap_info_struct {
	spinlock_t lock;
	spinlock_t cont_lock;
	struct swap_cluster_info *cluster_info;
	struct file *swap_file;
	struct block_device *bdev;
};

/* include/linux/hugetlb.h */
struct hstate {
	struct mutex resize_lock;
	unsigned long free_huge_pages;
};
struct hugetlb_vma_lock {
	struct kref refs;
	struct rw_semaphore rw_sema;
	struct vm_area_struct *vma;
};
struct resv_map {
	struct kref refs;
	spinlock_t lock;
	struct rw_semaphore rw_sema;
};
struct hugepage_subpool {
	spinlock_t lock;
};

/* include/linux/sched.h, include/linux/sched/signal.h */
struct task_struct {
	struct mm_struct *mm;
	struct mm_struct *active_mm;
	struct task_struct *group_leader;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	spinlock_t alloc_lock;
	raw_spinlock_t pi_lock;
	struct files_struct *files;
	unsigned int flags;
};
struct signal_struct {
	struct rw_semaphore exec_update_lock;
	struct mutex cred_guard_mutex;
	struct mm_struct *oom_mm;
};
struct sighand_struct {
	spinlock_t siglock;
};

/* include/linux/mmu_notifier.h, mm/mmu_notifier.c, include/asm-generic/tlb.h */
struct mmu_notifier_range {
	struct mm_struct *mm;
	unsigned long start;
	unsigned long end;
};
struct mmu_notifier_subscriptions {
	spinlock_t lock;
};
struct mmu_gather {
	struct mm_struct *mm;
	unsigned long start;
	unsigned long end;
};
/* include/linux/blkdev.h */
struct blk_plug {
};

/* include/linux/backing-dev-defs.h */
struct bdi_writeback {
	struct backing_dev_info *bdi;
	spinlock_t list_lock;
	spinlock_t work_lock;
	struct cgroup_subsys_state *memcg_css;
	struct cgroup_subsys_state *blkcg_css;
};
struct backing_dev_info {
	struct kref refcnt;
	struct bdi_writeback wb;
	struct mutex cgwb_release_mutex;
	struct rw_semaphore wb_switch_rwsem;
};

/* include/linux/mempolicy.h, mm/mempolicy.c */
struct mempolicy {
	atomic_t refcnt;
	unsigned short flags;
};
struct shared_policy {
	rwlock_t lock;
};

/* include/linux/device.h, include/linux/kobject.h */
struct device {
	struct kobject kobj __first;
	struct device *parent;
	struct mutex mutex;
};
