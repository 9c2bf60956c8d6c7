/* RCU and SRCU read sections. Sections nest; they exclude nobody but delay what synchronize_rcu() waits for. */

/* include/linux/rcupdate.h */
void rcu_read_lock(void)			__acquires_shared(RCU) __guard(rcu, rcu_read_unlock);
void rcu_read_unlock(void)			__releases_shared(RCU);
void rcu_read_lock_bh(void)			__acquires_shared(RCU_BH) __irq_off(bh);
void rcu_read_unlock_bh(void)			__releases_shared(RCU_BH) __irq_on(bh);
void rcu_read_lock_sched(void)			__acquires_shared(RCU_SCHED) __irq_off(preempt);
void rcu_read_unlock_sched(void)		__releases_shared(RCU_SCHED) __irq_on(preempt);
void rcu_read_lock_sched_notrace(void)		__acquires_shared(RCU_SCHED) __irq_off(preempt);
void rcu_read_unlock_sched_notrace(void)	__releases_shared(RCU_SCHED) __irq_on(preempt);

/* kernel/rcu/tree.c, kernel/rcu/update.c: waits for readers, so a reader that calls it waits for itself. */
void synchronize_rcu(void)			__must_not_hold(RCU) __may_sleep;
void synchronize_rcu_expedited(void)		__must_not_hold(RCU) __may_sleep;
void rcu_barrier(void)				__must_not_hold(RCU) __may_sleep;

/* include/linux/srcu.h, kernel/rcu/srcutree.c */
int srcu_read_lock(struct srcu_struct *ssp)		__acquires_shared(ssp);
void srcu_read_unlock(struct srcu_struct *ssp, int idx)	__releases_shared(ssp);
int __srcu_read_lock(struct srcu_struct *ssp)		__acquires_shared(ssp);
void __srcu_read_unlock(struct srcu_struct *ssp, int idx)	__releases_shared(ssp);
void synchronize_srcu(struct srcu_struct *ssp)		__must_not_hold(ssp) __may_sleep;
void guard_srcu(struct srcu_struct *lock)		__acquires_shared(lock) __guard(srcu, guard_srcu_exit);
void guard_srcu_exit(struct srcu_struct *lock)	__releases_shared(lock);

/* include/linux/rcupdate.h: the value of the pointer, read once; `c` only feeds lockdep. */
__expr rcu_dereference(__expr p)			__returns_arg(p) __pure;
__expr rcu_dereference_bh(__expr p)			__returns_arg(p) __pure;
__expr rcu_dereference_sched(__expr p)			__returns_arg(p) __pure;
__expr rcu_dereference_raw(__expr p)			__returns_arg(p) __pure;
__expr rcu_dereference_check(__expr p, __expr c)	__returns_arg(p) __pure;
__expr rcu_dereference_protected(__expr p, __expr c)	__returns_arg(p) __pure;
__expr rcu_access_pointer(__expr p)			__returns_arg(p) __pure;
__expr rcu_pointer_handoff(__expr p)			__returns_arg(p) __pure;
__expr srcu_dereference(__expr p, __expr ssp)		__returns_arg(p) __pure;
void rcu_assign_pointer(__expr p, __expr v)		__stores(p, v);
void RCU_INIT_POINTER(__expr p, __expr v)		__stores(p, v);
__expr rcu_replace_pointer(__expr rcu_ptr, __expr ptr, __expr c)	__stores(rcu_ptr, ptr);

/* include/linux/rcupdate.h, kernel/rcu/tree.c: the object is freed after a grace period, whatever its readers do. */
void call_rcu(struct rcu_head *head, rcu_callback_t func)	__publishes(head);
void kfree_rcu(__expr ptr, __expr rhf)			__consumes(ptr, memory);
void kvfree_rcu(__expr ptr, __expr rhf)			__consumes(ptr, memory);
void kfree_rcu_mightsleep(__expr ptr)			__consumes(ptr, memory) __may_sleep;

/* kernel/rcu/rcu.h, kernel/rcu/srcutree.c: macros for the private lock of a node, and for those of SRCU. */
struct rcu_node {
	struct rcu_node *parent;
	raw_spinlock_t lock;
	spinlock_t fqslock;
	spinlock_t exp_lock;
	raw_spinlock_t exp_poll_lock;
};
void raw_spin_lock_rcu_node(__expr p)				__acquires(p->lock) __kind(raw_spin);
void raw_spin_unlock_rcu_node(__expr p)				__releases(p->lock) __kind(raw_spin);
void raw_spin_lock_irq_rcu_node(__expr p)			__irq_off(irq) __acquires(p->lock) __kind(raw_spin);
void raw_spin_unlock_irq_rcu_node(__expr p)			__releases(p->lock) __irq_on(irq) __kind(raw_spin);
void raw_spin_lock_irqsave_rcu_node(__expr p, __expr flags)	__irq_off(irqsave) __acquires(p->lock) __kind(raw_spin);
void raw_spin_unlock_irqrestore_rcu_node(__expr p, unsigned long flags)	__releases(p->lock) __irq_on(irqsave) __kind(raw_spin);
__expr raw_spin_trylock_rcu_node(__expr p)			__cond_acquires(true, p->lock) __kind(raw_spin) __trylock;
void spin_lock_rcu_node(__expr p)				__acquires(p->lock) __kind(spin);
void spin_unlock_rcu_node(__expr p)				__releases(p->lock) __kind(spin);
void spin_lock_irq_rcu_node(__expr p)				__irq_off(irq) __acquires(p->lock) __kind(spin);
void spin_unlock_irq_rcu_node(__expr p)				__releases(p->lock) __irq_on(irq) __kind(spin);
void spin_lock_irqsave_rcu_node(__expr p, __expr flags)		__irq_off(irqsave) __acquires(p->lock) __kind(spin);
void spin_unlock_irqrestore_rcu_node(__expr p, unsigned long flags)	__releases(p->lock) __irq_on(irqsave) __kind(spin);
/* kernel/rcu/tree_nocb.h, kernel/rcu/tree.h: taken only where callbacks are offloaded, and given back in the same case. */
struct rcu_data {
	raw_spinlock_t nocb_lock;
	struct rcu_node *mynode;
};
void rcu_nocb_lock(struct rcu_data *rdp)			__acquires(rdp->nocb_lock);
void rcu_nocb_unlock(struct rcu_data *rdp)			__releases(rdp->nocb_lock);
void rcu_nocb_lock_irqsave(struct rcu_data *rdp, __expr flags)	__irq_off(irqsave) __acquires(rdp->nocb_lock);
void rcu_nocb_unlock_irqrestore(struct rcu_data *rdp, unsigned long flags)	__releases(rdp->nocb_lock) __irq_on(irqsave);
/* kernel/rcu/tree.c, kernel/rcu/tree_plugin.h, kernel/rcu/tree_exp.h, kernel/rcu/tree_nocb.h: these give back what their caller locked. */
void rcu_initiate_boost(struct rcu_node *rnp, unsigned long flags)	__releases(rnp->lock) __irq_on(irqsave);
void rcu_report_qs_rnp(unsigned long mask, struct rcu_node *rnp, unsigned long gps, unsigned long flags)	__releases(rnp->lock) __irq_on(irqsave);
void rcu_report_unblock_qs_rnp(struct rcu_node *rnp, unsigned long flags)	__releases(rnp->lock) __irq_on(irqsave);
void __rcu_report_exp_rnp(struct rcu_node *rnp, bool wake, unsigned long flags)	__releases(rnp->lock) __irq_on(irqsave);
void __call_rcu_nocb_wake(struct rcu_data *rdp, bool was_alldone, unsigned long flags)	__releases(rdp->nocb_lock) __irq_on(irqsave);
