/* Read-write semaphores. */

/* include/linux/rwsem.h, kernel/locking/rwsem.c. Trylocks: 1 is taken. Killable and interruptible: 0 is taken, -EINTR is not. */
void down_read(struct rw_semaphore *sem)				__acquires_shared(sem) __may_sleep __guard(rwsem_read, up_read);
int down_read_interruptible(struct rw_semaphore *sem)			__errno(-EINTR) __cond_acquires_shared(0, sem) __may_sleep;
int down_read_killable(struct rw_semaphore *sem)			__errno(-EINTR) __cond_acquires_shared(0, sem) __may_sleep __guard(rwsem_read_intr, up_read);
int down_read_trylock(struct rw_semaphore *sem)				__cond_acquires_shared(true, sem) __trylock __guard(rwsem_read_try, up_read);
void down_write(struct rw_semaphore *sem)				__acquires(sem) __may_sleep __guard(rwsem_write, up_write);
int down_write_killable(struct rw_semaphore *sem)			__errno(-EINTR) __cond_acquires(0, sem) __may_sleep __guard(rwsem_write_kill, up_write);
int down_write_trylock(struct rw_semaphore *sem)			__cond_acquires(true, sem) __trylock __guard(rwsem_write_try, up_write);
void up_read(struct rw_semaphore *sem)					__releases_shared(sem) __free_class(up_read);
void up_write(struct rw_semaphore *sem)					__releases(sem) __free_class(up_write);
void downgrade_write(struct rw_semaphore *sem)				__downgrades(sem);

/* include/linux/rwsem.h: the subclass is lockdep's. */
void down_read_nested(struct rw_semaphore *sem, int subclass)		__acquires_shared(sem) __may_sleep;
int down_read_killable_nested(struct rw_semaphore *sem, int subclass)	__errno(-EINTR) __cond_acquires_shared(0, sem) __may_sleep;
void down_write_nested(struct rw_semaphore *sem, int subclass)		__acquires(sem) __may_sleep;
int down_write_killable_nested(struct rw_semaphore *sem, int subclass)	__errno(-EINTR) __cond_acquires(0, sem) __may_sleep;
void down_write_nest_lock(struct rw_semaphore *sem, __expr nest_lock)	__acquires(sem) __may_sleep;
void down_read_non_owner(struct rw_semaphore *sem)			__acquires_shared(sem) __may_sleep;
void up_read_non_owner(struct rw_semaphore *sem)			__releases_shared(sem);

/* include/linux/rwsem.h: says whether anybody holds it, so it proves nothing about the caller. */
int rwsem_is_locked(struct rw_semaphore *sem);
int rwsem_is_contended(struct rw_semaphore *sem);

/* include/linux/rwsem.h of 6.10 and later */
void rwsem_assert_held(const struct rw_semaphore *sem)			__must_hold_shared(sem) __since(6.10);
void rwsem_assert_held_write(const struct rw_semaphore *sem)		__must_hold(sem) __since(6.10);
