/* Local locks: per-CPU, so on an ordinary kernel they are preemption or interrupts switched off with a name. */

/* include/linux/local_lock.h, include/linux/local_lock_internal.h */
void local_lock(local_lock_t *lock)					__irq_off(preempt) __acquires(lock) __guard(local_lock, local_unlock);
void local_lock_irq(local_lock_t *lock)					__irq_off(irq) __acquires(lock) __guard(local_lock_irq, local_unlock_irq);
void local_lock_irqsave(local_lock_t *lock, __expr flags)		__irq_off(irqsave) __acquires(lock);
void local_unlock(local_lock_t *lock)					__releases(lock) __irq_on(preempt);
void local_unlock_irq(local_lock_t *lock)				__releases(lock) __irq_on(irq);
void local_unlock_irqrestore(local_lock_t *lock, unsigned long flags)	__releases(lock) __irq_on(irqsave);
void guard_local_lock_irqsave(local_lock_t *lock)			__irq_off(irqsave) __acquires(lock) __guard(local_lock_irqsave, guard_local_lock_irqrestore);
void guard_local_lock_irqrestore(local_lock_t *lock)			__releases(lock) __irq_on(irqsave);
