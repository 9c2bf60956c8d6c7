/* mm_struct: mm_users keeps the address space, mm_count only the structure. */

/* include/linux/sched/mm.h, kernel/fork.c: the last mmput tears the address space down. */
void mmget(struct mm_struct *mm)				__gets(mm, mm_users);
bool mmget_not_zero(struct mm_struct *mm)			__cond_gets(true, mm, mm_users);
void mmput(struct mm_struct *mm)				__puts(mm, mm_users) __last_put_locks(mm->mmap_lock) __may_sleep;
void mmput_async(struct mm_struct *mm)				__puts(mm, mm_users);
struct mm_struct *get_task_mm(struct task_struct *task)		__returns_ref(mm_users);
struct mm_struct *mm_alloc(void)				__returns_ref(mm_users) __may_sleep __may_reclaim;
/* kernel/fork.c: an error pointer on failure. */
struct mm_struct *mm_access(struct task_struct *task, unsigned int mode)	__returns_ref(mm_users, noerr) __may_sleep;

/* include/linux/sched/mm.h */
void mmgrab(struct mm_struct *mm)				__gets(mm, mm_count);
void mmdrop(struct mm_struct *mm)				__puts(mm, mm_count);
void mmdrop_sched(struct mm_struct *mm)				__puts(mm, mm_count);

/* kernel/fork.c: memory of its own, not yet or no longer in a tree. */
struct vm_area_struct *vm_area_alloc(struct mm_struct *mm)	__allocates(vm_area_struct) __may_sleep __may_reclaim;
struct vm_area_struct *vm_area_dup(struct vm_area_struct *orig)	__allocates(vm_area_struct) __may_sleep __may_reclaim;
void vm_area_free(struct vm_area_struct *vma)			__frees(vma, vm_area_struct);
