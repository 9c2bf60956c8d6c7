/* Locks that are one bit of a word. The word stands for the lock; two bits of one word used as locks would be confused. */

/* include/linux/bit_spinlock.h: spins with preemption off. */
void bit_spin_lock(int bitnum, unsigned long *addr)	__irq_off(preempt) __acquires(addr) __kind(bit);
int bit_spin_trylock(int bitnum, unsigned long *addr)	__cond_irq_off(true, preempt) __cond_acquires(true, addr) __trylock __kind(bit);
void bit_spin_unlock(int bitnum, unsigned long *addr)	__releases(addr) __irq_on(preempt) __kind(bit);
void __bit_spin_unlock(int bitnum, unsigned long *addr)	__releases(addr) __irq_on(preempt) __kind(bit);
int bit_spin_is_locked(int bitnum, unsigned long *addr);

/* include/linux/list_bl.h */
struct hlist_bl_head {
	__bitlock_t __locked;
};
void hlist_bl_lock(struct hlist_bl_head *b)			__irq_off(preempt) __acquires(b->__locked);
void hlist_bl_unlock(struct hlist_bl_head *b)			__releases(b->__locked) __irq_on(preempt);

/* include/linux/wait_bit.h: sleeps until the bit is ours; 0 is taken. */
int wait_on_bit_lock(unsigned long *word, int bit, unsigned mode)	__errno __cond_acquires(0, word) __cond_never(negative, given(mode == TASK_UNINTERRUPTIBLE)) __may_sleep __kind(bit);
