/* What code says about the locks it runs under. */

/* include/linux/lockdep.h: `l` is the lock's address, of any kind. */
void lockdep_assert_held(__expr l)		__kind(other) __must_hold_shared(l);
void lockdep_assert_held_once(__expr l)		__kind(other) __must_hold_shared(l);
void lockdep_assert_held_write(__expr l)	__kind(other) __must_hold(l);
void lockdep_assert_held_read(__expr l)		__kind(other) __must_hold_shared(l);
void lockdep_assert_not_held(__expr l)		__kind(other) __must_not_hold(l);
void lockdep_assert_in_irq(void);
void lockdep_assert_irqs_disabled(void);
void lockdep_assert_preemption_disabled(void);
/* include/linux/lockdep.h: takes and drops the lock for lockdep only. */
void might_lock(__expr lock)			__kind(other) __must_not_hold(lock);
