/* Tasks, pids and what hangs on them. */

/* include/linux/sched/task.h, kernel/fork.c, kernel/exit.c */
struct task_struct *get_task_struct(struct task_struct *t)	__gets(t) __returns_arg(t);
void put_task_struct(struct task_struct *t)			__puts(t) __free_class(put_task);
void put_task_struct_many(struct task_struct *t, int nr)	__puts(t, task_struct, nr);
void put_task_struct_rcu_user(struct task_struct *task)	__puts(task, task_struct_rcu);
/* kernel/pid.c: NULL when there is none. */
struct task_struct *find_get_task_by_vpid(pid_t nr)		__returns_ref;
struct task_struct *get_pid_task(struct pid *pid, enum pid_type type)	__returns_ref;
struct pid *get_pid(struct pid *pid)				__gets(pid) __returns_arg(pid);
void put_pid(struct pid *pid)					__puts(pid);
struct pid *get_task_pid(struct task_struct *task, enum pid_type type)	__returns_ref;
struct pid *find_get_pid(int nr)				__returns_ref;

/* include/linux/sched/task.h: alloc_lock, which keeps task->mm and task->files. */
static inline void task_lock(struct task_struct *p)		{ spin_lock(&p->alloc_lock); }
static inline void task_unlock(struct task_struct *p)		{ spin_unlock(&p->alloc_lock); }
/* mm/oom_kill.c: a thread of the process that still has its mm, with task_lock() held; no reference. */
struct task_struct *find_lock_task_mm(struct task_struct *p)	__cond_acquires(nonnull, __return->alloc_lock);
/* include/linux/sched/signal.h, kernel/signal.c: NULL when the task has no signal handlers any more. */
struct sighand_struct *lock_task_sighand(struct task_struct *task, unsigned long *flags)
	__cond_irq_off(nonnull, irqsave) __clobbers((*flags)) __cond_acquires(nonnull, task->sighand->siglock);
void unlock_task_sighand(struct task_struct *task, unsigned long *flags)	__releases(task->sighand->siglock) __irq_on(irqsave);

/* include/linux/sched/task.h, kernel/fork.c, kernel/exit.c: the lock of all tasks. */
extern rwlock_t tasklist_lock;

/* include/linux/mempolicy.h, mm/mempolicy.c */
void mpol_get(struct mempolicy *pol)				__gets(pol);
void mpol_put(struct mempolicy *pol)				__puts(pol);
struct mempolicy *mpol_dup(struct mempolicy *pol)		__returns_ref;
struct mempolicy *__mpol_dup(struct mempolicy *pol)		__returns_ref;
/* Puts only a policy that lookups count (MPOL_F_SHARED). What lookups give is counted in the same cases. */
void mpol_cond_put(struct mempolicy *pol)			__puts(pol, mpol_lookup);
struct mempolicy *get_vma_policy(struct vm_area_struct *vma, unsigned long addr)	__until(6.8) __returns_ref(mpol_lookup, always);
int huge_node(struct vm_area_struct *vma, unsigned long addr, gfp_t gfp_flags, struct mempolicy **mpol, nodemask_t **nodemask)
	__until(6.8) __clobbers((*mpol)) __clobbers((*nodemask)) __gets((*mpol), mpol_lookup);

/* include/linux/key.h, security/keys/key.c, security/keys/request_key.c: an error pointer on failure. */
struct key *request_key_tag(struct key_type *type, const char *description, struct key_tag *domain_tag, const char *callout_info)	__returns_ref(key, noerr) __may_sleep;
static inline struct key *request_key(struct key_type *type, const char *description, const char *callout_info) { return request_key_tag(type, description, 0, callout_info); }
struct key *key_alloc(struct key_type *type, const char *desc, kuid_t uid, kgid_t gid, const struct cred *cred, key_perm_t perm, unsigned long flags, struct key_restriction *restrict_link)	__returns_ref(key, noerr) __may_sleep;
struct key *key_lookup(key_serial_t id)				__returns_ref(key, noerr);

/* kernel/sched/sched.h: the same runqueue for the same processor. */
struct rq *cpu_rq(int cpu)					__pure;
