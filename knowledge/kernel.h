/* Counted objects of the kernel core: credentials, keys, namespaces, programs; and what waits. */

/* include/linux/cred.h, kernel/cred.c: prepare_creds gives a new one, or NULL; committing and aborting take it over. */
const struct cred *get_cred(const struct cred *cred)		__gets(cred) __returns_arg(cred);
void put_cred(const struct cred *cred)				__puts(cred);
const struct cred *get_task_cred(struct task_struct *task)	__returns_ref(cred, always);
struct cred *prepare_creds(void)				__returns_ref __may_sleep __may_reclaim;
struct cred *prepare_kernel_cred(struct task_struct *daemon)	__returns_ref __may_sleep __may_reclaim;
int commit_creds(struct cred *new)				__consumes(new);
void abort_creds(struct cred *new)				__consumes(new);

/* include/linux/key.h, security/keys/key.c */
struct key *key_get(struct key *key)				__gets(key) __returns_arg(key);
struct key *__key_get(struct key *key)				__gets(key) __returns_arg(key);
void key_put(struct key *key)					__puts(key);
struct key {
	struct rw_semaphore sem;
};

/* include/linux/user_namespace.h, include/linux/pid_namespace.h, include/linux/ipc_namespace.h, include/linux/utsname.h */
struct user_namespace *get_user_ns(struct user_namespace *ns)	__gets(ns) __returns_arg(ns);
void put_user_ns(struct user_namespace *ns)			__puts(ns);
struct pid_namespace *get_pid_ns(struct pid_namespace *ns)	__gets(ns) __returns_arg(ns);
void put_pid_ns(struct pid_namespace *ns)			__puts(ns);
struct ipc_namespace *get_ipc_ns(struct ipc_namespace *ns)	__gets(ns) __returns_arg(ns);
void put_ipc_ns(struct ipc_namespace *ns)			__puts(ns);
void get_uts_ns(struct uts_namespace *ns)			__gets(ns);
void put_uts_ns(struct uts_namespace *ns)			__puts(ns);
/* include/linux/sched/user.h, kernel/user.c */
struct user_struct *get_uid(struct user_struct *u)		__gets(u) __returns_arg(u);
void free_uid(struct user_struct *up)				__puts(up);
struct user_struct *find_user(kuid_t uid)			__returns_ref;

/* include/linux/bpf.h, kernel/bpf/syscall.c: an error pointer on failure. */
void bpf_prog_put(struct bpf_prog *prog)			__puts(prog);
void bpf_prog_inc(struct bpf_prog *prog)			__gets(prog);
void bpf_prog_add(struct bpf_prog *prog, int i)			__gets(prog, bpf_prog, i);
struct bpf_prog *bpf_prog_get(u32 ufd)				__returns_ref(bpf_prog, noerr);
struct bpf_prog *bpf_prog_get_type(u32 ufd, enum bpf_prog_type type)	__until(6.4) __returns_ref(bpf_prog, noerr);
struct bpf_prog *bpf_prog_inc_not_zero(struct bpf_prog *prog)	__returns_ref(bpf_prog, noerr);
void bpf_map_put(struct bpf_map *map)				__puts(map);
void bpf_map_inc(struct bpf_map *map)				__gets(map);
/* kernel/bpf/syscall.c: takes nothing; what is no map is put. */
struct bpf_map *__bpf_map_get(struct fd f)			__cond_puts(error, f.file);
struct bpf_map *bpf_map_get(u32 ufd)				__returns_ref(bpf_map, noerr);
struct bpf_map *bpf_map_get_with_uref(u32 ufd)			__returns_ref(bpf_map, noerr);
void bpf_map_put_with_uref(struct bpf_map *map)			__puts(map);

/* include/linux/module.h: for the kernel itself (NULL) there is nothing to count. */
void __module_get(struct module *module)			__gets(module);
/* include/linux/kernfs.h, fs/kernfs/dir.c: NULL is passed through. */
void kernfs_get(struct kernfs_node *kn)				__gets(kn);
void kernfs_put(struct kernfs_node *kn)				__puts(kn);
struct kernfs_node *kernfs_find_and_get_ns(struct kernfs_node *parent, const char *name, const void *ns)	__returns_ref __may_sleep;
/* include/linux/posix_acl.h */
struct posix_acl *posix_acl_dup(struct posix_acl *acl)		__gets(acl) __returns_arg(acl);
void posix_acl_release(struct posix_acl *acl)			__puts(acl);

/* include/linux/wait.h, include/linux/completion.h, kernel/sched/completion.c: __expr is the condition or the queue itself. */
void wait_event(__expr wq_head, __expr condition)		__may_sleep;
__expr wait_event_interruptible(__expr wq_head, __expr condition)	__may_sleep;
__expr wait_event_killable(__expr wq_head, __expr condition)	__may_sleep;
__expr wait_event_timeout(__expr wq_head, __expr condition, __expr timeout)	__may_sleep;
__expr wait_event_interruptible_timeout(__expr wq_head, __expr condition, __expr timeout)	__may_sleep;
void wait_for_completion(struct completion *x)			__may_sleep;
int wait_for_completion_interruptible(struct completion *x)	__may_sleep;
int wait_for_completion_killable(struct completion *x)		__may_sleep;
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)	__may_sleep;
long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)	__may_sleep;

/* include/linux/workqueue.h, kernel/workqueue.c */
bool flush_work(struct work_struct *work)			__may_sleep;
bool cancel_work_sync(struct work_struct *work)			__may_sleep;
bool cancel_delayed_work_sync(struct delayed_work *dwork)	__may_sleep;
bool flush_delayed_work(struct delayed_work *dwork)		__may_sleep;
void destroy_workqueue(struct workqueue_struct *wq)		__may_sleep;
void drain_workqueue(struct workqueue_struct *wq)		__may_sleep;
/* include/linux/kthread.h, kernel/kthread.c */
int kthread_stop(struct task_struct *k)				__may_sleep;
int kthread_park(struct task_struct *k)				__may_sleep;
/* include/linux/delay.h, kernel/time/timer.c */
void ssleep(unsigned int seconds)				__may_sleep;
void usleep_range(unsigned long min, unsigned long max)		__may_sleep;
unsigned long msleep_interruptible(unsigned int msecs)		__may_sleep;

/* include/linux/idr.h, lib/idr.c, lib/radix-tree.c: the preload forms leave preemption off. */
int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)	__may_reclaim(gfp);
int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)	__may_reclaim(gfp);
int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp)	__may_reclaim(gfp);
int ida_alloc(struct ida *ida, gfp_t gfp)			__may_reclaim(gfp);
void idr_preload(gfp_t gfp_mask)				__may_reclaim(gfp_mask) __irq_off(preempt);
void idr_preload_end(void)					__irq_on(preempt);
/* include/linux/kernel.h, lib/kasprintf.c */
char *kasprintf(gfp_t gfp, const char *fmt, ...)		__allocates __may_reclaim(gfp);

/* kernel/sched/sched.h, kernel/sched/core.c */
struct rq {
	raw_spinlock_t __lock;
};
void raw_spin_rq_lock(struct rq *rq)				__acquires(rq->__lock);
void raw_spin_rq_unlock(struct rq *rq)				__releases(rq->__lock);
void rq_lock(struct rq *rq, struct rq_flags *rf)		__acquires(rq->__lock);
void rq_unlock(struct rq *rq, struct rq_flags *rf)		__releases(rq->__lock);
void rq_lock_irq(struct rq *rq, struct rq_flags *rf)		__irq_off(irq) __acquires(rq->__lock);
void rq_unlock_irq(struct rq *rq, struct rq_flags *rf)		__releases(rq->__lock) __irq_on(irq);
void rq_lock_irqsave(struct rq *rq, struct rq_flags *rf)	__irq_off(irqsave) __acquires(rq->__lock);
void rq_unlock_irqrestore(struct rq *rq, struct rq_flags *rf)	__releases(rq->__lock) __irq_on(irqsave);
struct rq *task_rq_lock(struct task_struct *p, struct rq_flags *rf)	__irq_off(irqsave) __acquires(p->pi_lock) __returns_locked(always, exclusive, __return->__lock);
void task_rq_unlock(struct rq *rq, struct task_struct *p, struct rq_flags *rf)	__releases(rq->__lock) __releases(p->pi_lock) __irq_on(irqsave);
struct rq *__task_rq_lock(struct task_struct *p, struct rq_flags *rf)	__must_hold(p->pi_lock) __returns_locked(always, exclusive, __return->__lock);
void __task_rq_unlock(struct rq *rq, struct rq_flags *rf)	__releases(rq->__lock);

/* ipc/util.c: an index, and the new object locked inside a read section. */
struct kern_ipc_perm {
	spinlock_t lock;
};
int ipc_addid(struct ipc_ids *ids, struct kern_ipc_perm *new, int limit)	__cond_acquires(nonnegative, new->lock) __cond_acquires_shared(nonnegative, RCU);
