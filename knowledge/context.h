/*
 * Interrupts, softirqs and preemption. Each state is a pseudo lock, held while the context is closed:
 * `__irq` by _irq forms, `__irqsave` by forms that restore what was there, `__bh`, `__preempt`, `__migrate`.
 */

/* include/linux/irqflags.h */
void local_irq_disable(void)					__irq_off(irq) __guard(irq, local_irq_enable);
void local_irq_enable(void)					__irq_on(irq);
void local_irq_save(__expr flags)				__irq_off(irqsave);
void local_irq_restore(unsigned long flags)			__irq_on(irqsave);
void guard_irqsave(void)					__irq_off(irqsave) __guard(irqsave, guard_irqrestore);
void guard_irqrestore(void)					__irq_on(irqsave);

/* include/linux/bottom_half.h */
void local_bh_disable(void)					__irq_off(bh) __guard(bh, local_bh_enable);
void local_bh_enable(void)					__irq_on(bh);

/* include/linux/preempt.h */
void preempt_disable(void)					__irq_off(preempt) __guard(preempt, preempt_enable);
void preempt_enable(void)					__irq_on(preempt);
void preempt_enable_no_resched(void)				__irq_on(preempt);
void sched_preempt_enable_no_resched(void)			__irq_on(preempt);
void preempt_enable_no_resched_notrace(void)			__irq_on(preempt);
void preempt_disable_notrace(void)				__irq_off(preempt) __guard(preempt_notrace, preempt_enable_notrace);
void preempt_enable_notrace(void)				__irq_on(preempt);
void migrate_disable(void)					__irq_off(migrate) __guard(migrate, migrate_enable);
void migrate_enable(void)					__irq_on(migrate);

/* include/linux/smp.h, include/linux/percpu-defs.h */
int get_cpu(void)						__irq_off(preempt);
void put_cpu(void)						__irq_on(preempt);
__expr get_cpu_ptr(__expr var)					__irq_off(preempt);
void put_cpu_ptr(__expr var)					__irq_on(preempt);
__expr get_cpu_var(__expr var)					__irq_off(preempt);
void put_cpu_var(__expr var)					__irq_on(preempt);

/* include/linux/uaccess.h: page faults are not served, so user access cannot sleep; nothing is excluded. */
extern __bracket_t __pagefault_disabled;
void pagefault_disable(void)					__acquires(__pagefault_disabled);
void pagefault_enable(void)					__releases(__pagefault_disabled);

/* include/linux/preempt.h: within what disables preemption already, unless spinlocks sleep. */
void preempt_disable_nested(void);
void preempt_enable_nested(void);

/* include/linux/kernel.h, include/linux/sched.h: places where the kernel itself says that it sleeps. */
void might_sleep(void)						__may_sleep;
int cond_resched(void)						__may_sleep;
void schedule(void)						__may_sleep;
/* include/linux/sched.h: drops the lock, lets others run, takes it again; 1 when it did so. */
int cond_resched_lock(spinlock_t *lock)				__releases(lock) __may_sleep __acquires(lock);
/* include/linux/delay.h, kernel/time/timer.c */
void msleep(unsigned int msecs)					__may_sleep;
signed long schedule_timeout(signed long timeout)		__may_sleep;
signed long schedule_timeout_uninterruptible(signed long timeout)	__may_sleep;
signed long schedule_timeout_killable(signed long timeout)	__may_sleep;
signed long schedule_timeout_interruptible(signed long timeout)	__may_sleep;
