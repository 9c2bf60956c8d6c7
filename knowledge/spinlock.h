/* Spinlocks and read-write spinlocks. The irq forms also close interrupts; see context.h for what that means. */

/* include/linux/spinlock.h. All trylocks: 1 is taken; when they fail, interrupts and softirqs are as before. */
void spin_lock(spinlock_t *lock)                                               __acquires(lock) __guard(spinlock, spin_unlock);
void spin_lock_irq(spinlock_t *lock)                                           __irq_off(irq) __acquires(lock) __guard(spinlock_irq, spin_unlock_irq);
void spin_lock_bh(spinlock_t *lock)                                            __irq_off(bh) __acquires(lock) __guard(spinlock_bh, spin_unlock_bh);
void spin_lock_irqsave(spinlock_t *lock, __expr flags)                         __irq_off(irqsave) __acquires(lock);
void spin_lock_nested(spinlock_t *lock, int subclass)                          __acquires(lock);
void spin_lock_irqsave_nested(spinlock_t *lock, __expr flags, int subclass)    __irq_off(irqsave) __acquires(lock);
void spin_lock_nest_lock(spinlock_t *lock, __expr nest_lock)                   __acquires(lock);
void spin_unlock(spinlock_t *lock)                                             __releases(lock);
void spin_unlock_irq(spinlock_t *lock)                                         __releases(lock) __irq_on(irq);
void spin_unlock_bh(spinlock_t *lock)                                          __releases(lock) __irq_on(bh);
void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)             __releases(lock) __irq_on(irqsave);
int spin_trylock(spinlock_t *lock)                                             __cond_acquires(true, lock) __trylock __guard(spinlock_try, spin_unlock);
int spin_trylock_irq(spinlock_t *lock)                                         __cond_irq_off(true, irq) __cond_acquires(true, lock) __trylock;
int spin_trylock_bh(spinlock_t *lock)                                          __cond_irq_off(true, bh) __cond_acquires(true, lock) __trylock;
int spin_trylock_irqsave(spinlock_t *lock, __expr flags)                       __cond_irq_off(true, irqsave) __cond_acquires(true, lock) __trylock;

/* include/linux/spinlock.h */
void raw_spin_lock(raw_spinlock_t *lock)                                       __acquires(lock) __guard(raw_spinlock, raw_spin_unlock);
void raw_spin_lock_irq(raw_spinlock_t *lock)                                   __irq_off(irq) __acquires(lock) __guard(raw_spinlock_irq, raw_spin_unlock_irq);
void raw_spin_lock_bh(raw_spinlock_t *lock)                                    __irq_off(bh) __acquires(lock) __guard(raw_spinlock_bh, raw_spin_unlock_bh);
void raw_spin_lock_irqsave(raw_spinlock_t *lock, __expr flags)                 __irq_off(irqsave) __acquires(lock);
void raw_spin_lock_nested(raw_spinlock_t *lock, int subclass)                  __acquires(lock);
void raw_spin_lock_irqsave_nested(raw_spinlock_t *lock, __expr flags, int subclass) __irq_off(irqsave) __acquires(lock);
void raw_spin_lock_nest_lock(raw_spinlock_t *lock, __expr nest_lock)           __acquires(lock);
void raw_spin_unlock(raw_spinlock_t *lock)                                     __releases(lock);
void raw_spin_unlock_irq(raw_spinlock_t *lock)                                 __releases(lock) __irq_on(irq);
void raw_spin_unlock_bh(raw_spinlock_t *lock)                                  __releases(lock) __irq_on(bh);
void raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)     __releases(lock) __irq_on(irqsave);
int raw_spin_trylock(raw_spinlock_t *lock)                                     __cond_acquires(true, lock) __trylock __guard(raw_spinlock_try, raw_spin_unlock);
int raw_spin_trylock_irq(raw_spinlock_t *lock)                                 __cond_irq_off(true, irq) __cond_acquires(true, lock) __trylock;
int raw_spin_trylock_bh(raw_spinlock_t *lock)                                  __cond_irq_off(true, bh) __cond_acquires(true, lock) __trylock;
int raw_spin_trylock_irqsave(raw_spinlock_t *lock, __expr flags)               __cond_irq_off(true, irqsave) __cond_acquires(true, lock) __trylock;

/* include/linux/spinlock.h: guards that keep the flags themselves. */
void guard_spinlock_irqsave(spinlock_t *lock)                                __irq_off(irqsave) __acquires(lock) __guard(spinlock_irqsave, guard_spinlock_irqrestore);
void guard_spinlock_irqrestore(spinlock_t *lock)                             __releases(lock) __irq_on(irqsave);
void guard_raw_spinlock_irqsave(raw_spinlock_t *lock)                        __irq_off(irqsave) __acquires(lock) __guard(raw_spinlock_irqsave, guard_raw_spinlock_irqrestore);
void guard_raw_spinlock_irqrestore(raw_spinlock_t *lock)                     __releases(lock) __irq_on(irqsave);
void guard_raw_spinlock_nested(raw_spinlock_t *lock)                         __acquires(lock) __guard(raw_spinlock_nested, raw_spin_unlock);

/* include/linux/spinlock.h: says whether anybody holds it. */
int spin_is_locked(spinlock_t *lock);
int spin_is_contended(spinlock_t *lock);
void assert_spin_locked(spinlock_t *lock)                                      __must_hold(lock);
void assert_raw_spin_locked(raw_spinlock_t *lock)                              __must_hold(lock);

/* include/linux/spinlock.h, lib/dec_and_lock.c: true, with the lock held, when the count reached zero. */
int atomic_dec_and_lock(atomic_t *atomic, spinlock_t *lock)                    __cond_acquires(true, lock);
int atomic_dec_and_lock_irqsave(atomic_t *atomic, spinlock_t *lock, __expr flags) __cond_irq_off(true, irqsave) __cond_acquires(true, lock);
/* include/linux/refcount.h, lib/refcount.c */
bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)                    __puts(r, refcount) __cond_acquires(true, lock);
bool refcount_dec_and_lock_irqsave(refcount_t *r, spinlock_t *lock, unsigned long *flags) __puts(r, refcount) __cond_irq_off(true, irqsave) __clobbers((*flags)) __cond_acquires(true, lock);

/* include/linux/rwlock.h: read side. */
void read_lock(rwlock_t *lock)                                                 __acquires_shared(lock) __guard(read_lock, read_unlock);
void read_lock_irq(rwlock_t *lock)                                             __irq_off(irq) __acquires_shared(lock) __guard(read_lock_irq, read_unlock_irq);
void read_lock_bh(rwlock_t *lock)                                              __irq_off(bh) __acquires_shared(lock) __guard(read_lock_bh, read_unlock_bh);
void read_lock_irqsave(rwlock_t *lock, __expr flags)                           __irq_off(irqsave) __acquires_shared(lock);
void read_unlock(rwlock_t *lock)                                               __releases_shared(lock);
void read_unlock_irq(rwlock_t *lock)                                           __releases_shared(lock) __irq_on(irq);
void read_unlock_bh(rwlock_t *lock)                                            __releases_shared(lock) __irq_on(bh);
void read_unlock_irqrestore(rwlock_t *lock, unsigned long flags)               __releases_shared(lock) __irq_on(irqsave);
int read_trylock(rwlock_t *lock)                                               __cond_acquires_shared(true, lock) __trylock;

/* include/linux/rwlock.h: write side. */
void write_lock(rwlock_t *lock)                                                __acquires(lock) __guard(write_lock, write_unlock);
void write_lock_irq(rwlock_t *lock)                                            __irq_off(irq) __acquires(lock) __guard(write_lock_irq, write_unlock_irq);
void write_lock_bh(rwlock_t *lock)                                             __irq_off(bh) __acquires(lock) __guard(write_lock_bh, write_unlock_bh);
void write_lock_irqsave(rwlock_t *lock, __expr flags)                          __irq_off(irqsave) __acquires(lock);
void write_unlock(rwlock_t *lock)                                              __releases(lock);
void write_unlock_irq(rwlock_t *lock)                                          __releases(lock) __irq_on(irq);
void write_unlock_bh(rwlock_t *lock)                                           __releases(lock) __irq_on(bh);
void write_unlock_irqrestore(rwlock_t *lock, unsigned long flags)              __releases(lock) __irq_on(irqsave);
int write_trylock(rwlock_t *lock)                                              __cond_acquires(true, lock) __trylock;
int write_trylock_irqsave(rwlock_t *lock, __expr flags)                        __cond_irq_off(true, irqsave) __cond_acquires(true, lock) __trylock;
void write_lock_nested(rwlock_t *lock, int subclass)                           __acquires(lock);
